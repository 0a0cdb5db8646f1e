//! Compressed RTF, in which Outlook keeps bodies (MS-OXRTFCP).

/// The most text that is unpacked.
const MAX_TEXT: usize = 16 * 1024 * 1024;
/// What the dictionary begins with.
const START: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \
\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\
\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// The size of the dictionary, which is written round and round.
const SIZE: usize = 4096;
/// The length of the head: two sizes, the kind, a checksum.
const HEAD: usize = 16;

/// The RTF in a body; none where the bytes are no such body. What is damaged ends the text.
pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, packed) = bytes.split_at_checked(HEAD)?;
    let length = u32::from_le_bytes(*head.get(4..)?.first_chunk()?);
    let length = usize::try_from(length).ok()?.min(MAX_TEXT);
    match head.get(8..12)? {
        b"LZFu" => Some(Unpacker::new().run(packed, length)),
        b"MELA" => Some(packed.get(..length).unwrap_or(packed).to_vec()),
        _ => None,
    }
}

struct Unpacker {
    dictionary: [u8; SIZE],
    at: usize,
    out: Vec<u8>,
}

impl Unpacker {
    fn new() -> Self {
        let mut dictionary = [0; SIZE];
        dictionary[..START.len()].copy_from_slice(START);
        Self { dictionary, at: START.len(), out: Vec::new() }
    }

    fn run(mut self, packed: &[u8], length: usize) -> Vec<u8> {
        let mut rest = packed.iter().copied();
        while self.out.len() < length {
            let Some(control) = rest.next() else { break };
            let mut bits = 0..8;
            if !bits.all(|bit| self.step(control >> bit & 1 == 1, &mut rest).is_some()) {
                break;
            }
        }
        self.out.truncate(length);
        self.out
    }

    /// Takes a byte, or a piece of what was written before; none at the end.
    fn step(&mut self, is_piece: bool, rest: &mut impl Iterator<Item = u8>) -> Option<()> {
        let first = rest.next()?;
        if !is_piece {
            self.push(first);
            return Some(());
        }
        let piece = u16::from_be_bytes([first, rest.next()?]);
        let (from, length) = (usize::from(piece >> 4), usize::from(piece & 0xf) + 2);
        if from == self.at {
            return None;
        }
        for offset in 0..length {
            self.push(self.dictionary[(from + offset) % SIZE]);
        }
        Some(())
    }

    fn push(&mut self, byte: u8) {
        self.out.push(byte);
        self.dictionary[self.at] = byte;
        self.at = (self.at + 1) % SIZE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-OXRTFCP 4.1.
    const EXAMPLE: &[u8] = b"\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\
rcpg125\x42\x32\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0";

    #[test]
    fn the_example_of_the_standard_is_unpacked() {
        let text = unpack(EXAMPLE).unwrap();

        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn a_text_that_breaks_off_is_kept_up_to_there() {
        assert_eq!(unpack(&EXAMPLE[..30]).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252");
    }

    #[test]
    fn a_text_that_is_not_packed_is_taken_as_it_is() {
        assert_eq!(unpack(b"\0\0\0\0\x03\0\0\0MELA\0\0\0\0{\\rtf").unwrap(), b"{\\r");
        assert_eq!(unpack(b"LZFu"), None);
    }
}
