use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use m365_extract::{LinkStyle, Options, clean_text, isolation::File};

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 50 * 1024 * 1024;

/// How files are read: with links that a person can follow.
pub(crate) fn options() -> Options {
    Options::default().max_input(MAX_FILE).links(LinkStyle::Markdown)
}

/// How whole files are read: texts without pages stay in one piece.
pub(crate) fn whole() -> Options {
    options().page_chars(usize::MAX)
}

/// Takes a file from the disk, or from the standard input for `-`; of one that is too large no more than
/// shows that.
pub(crate) fn file(path: &Path) -> io::Result<File> {
    if is_stdin(path) {
        return Ok(File::new(bytes(io::stdin().lock())?));
    }
    let file = File::new(bytes(fs::File::open(path)?)?);
    Ok(match path.file_name() {
        Some(name) => file.named(name.to_string_lossy()),
        None => file,
    })
}

fn bytes(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The name of a file as it can be printed on one line.
pub(crate) fn shown(path: &Path) -> String {
    match is_stdin(path) {
        true => "standard input".to_owned(),
        false => clean_text(&path.to_string_lossy()).replace('\n', " "),
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}
