//! What is inside of a signed message (RFC 5652), without looking at the signature.

/// The object identifier of signed data, 1.2.840.113549.1.7.2.
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";

const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const OCTETS_IN_PIECES: u8 = 0x24;
const SEQUENCE: u8 = 0x30;
const FIRST: u8 = 0xa0;

/// The content of signed data; none where the bytes are anything else.
pub(crate) fn content(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut info = Elements(Elements(bytes).expect(SEQUENCE)?);
    if info.expect(OBJECT)? != SIGNED_DATA {
        return None;
    }
    let mut data = Elements(Elements(info.expect(FIRST)?).expect(SEQUENCE)?);
    let (_version, _digests) = (data.next()?, data.next()?);
    let mut encapsulated = Elements(data.expect(SEQUENCE)?);
    let _kind = encapsulated.expect(OBJECT)?;
    octets(Elements(encapsulated.expect(FIRST)?).next()?)
}

fn octets((tag, content): (u8, &[u8])) -> Option<Vec<u8>> {
    match tag {
        OCTETS => Some(content.to_vec()),
        OCTETS_IN_PIECES => {
            let pieces = Elements(content).take_while(|(tag, _)| *tag == OCTETS);
            Some(pieces.flat_map(|(_, piece)| piece).copied().collect())
        }
        _ => None,
    }
}

/// The elements of a sequence in the Basic Encoding Rules (X.690). One without a length takes all
/// that follows, which is enough to go down into it.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|element| element.0 == tag).map(|element| element.1)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[tag, length], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match length {
            0x80 => (rest.len(), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
            }
            short => (usize::from(short), rest),
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        [&[tag, 0x81, length][..], content].concat()
    }

    fn signed(octets: &[u8]) -> Vec<u8> {
        let encapsulated =
            element(SEQUENCE, &[element(OBJECT, b"\x2a"), element(FIRST, octets)].concat());
        let data = [element(2, b"\x01"), element(0x31, b""), encapsulated].concat();
        let data = element(FIRST, &element(SEQUENCE, &data));
        element(SEQUENCE, &[element(OBJECT, SIGNED_DATA), data].concat())
    }

    #[test]
    fn signed_content_is_found() {
        assert_eq!(content(&signed(&element(OCTETS, b"text"))).unwrap(), b"text");
    }

    #[test]
    fn content_in_pieces_of_unknown_length_is_joined() {
        let pieces = [b"\x24\x80".to_vec(), element(OCTETS, b"te"), element(OCTETS, b"xt")];

        assert_eq!(content(&signed(&[pieces.concat(), vec![0, 0]].concat())).unwrap(), b"text");
    }

    #[test]
    fn other_data_has_no_content() {
        let enveloped =
            element(SEQUENCE, &element(OBJECT, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"));

        assert_eq!(content(&enveloped), None);
        assert_eq!(content(b"\x30\x84\xff\xff\xff\xff"), None);
        assert_eq!(content(b""), None);
    }
}
