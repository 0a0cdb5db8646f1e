//! Zip archives, without compression
//! ([APPNOTE](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)).

use flate2::Crc;

/// 1 January 2026, as MS-DOS writes it.
const DATE: u16 = 46 << 9 | 1 << 5 | 1;
/// The version of the format, and the flag that says that names are UTF-8.
const VERSION: u16 = 20;
const UTF8: u16 = 1 << 11;

/// Packs entries by name, in their order.
pub(crate) fn pack(entries: &[(String, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in entries {
        let offset = out.len();
        let about = about(name, text.as_bytes());
        words(&mut out, &[0x4b50, 0x0403, VERSION]);
        out.extend(&about);
        words(&mut out, &[0]);
        out.extend(name.bytes().chain(text.bytes()));
        words(&mut directory, &[0x4b50, 0x0201, VERSION, VERSION]);
        directory.extend(&about);
        words(&mut directory, &[0, 0, 0, 0, 0, 0]);
        directory.extend(number(offset));
        directory.extend(name.bytes());
    }
    end(out, &directory, entries.len())
}

/// What both headers of an entry say: flags, method, time, checksum, sizes, length of the name.
fn about(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let mut about = Vec::new();
    words(&mut about, &[UTF8, 0, 0, DATE]);
    about.extend(crc.sum().to_le_bytes());
    about.extend(number(bytes.len()));
    about.extend(number(bytes.len()));
    words(&mut about, &[short(name.len())]);
    about
}

fn end(mut out: Vec<u8>, directory: &[u8], count: usize) -> Vec<u8> {
    let start = out.len();
    out.extend(directory);
    words(&mut out, &[0x4b50, 0x0605, 0, 0, short(count), short(count)]);
    out.extend(number(directory.len()));
    out.extend(number(start));
    words(&mut out, &[0]);
    out
}

fn words(out: &mut Vec<u8>, words: &[u16]) {
    out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
}

fn number(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
