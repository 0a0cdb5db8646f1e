use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    time::Duration,
};

use zeroize::Zeroizing;

/// How long to wait before an open file is tried again, and how often.
const REST: Duration = Duration::from_millis(50);
const RETRIES: usize = 20;
/// More than this is not read of a private file, in bytes.
const MAX_TEXT: u64 = 1024;
/// The permission bits with which others than the owner have any access, and can write.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Puts `bytes` in place of the file `path` so that a crash leaves the old or the new content.
pub(super) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    create_private_folder(folder)?;
    let draft = path.with_added_extension("new");
    write_private(&draft, bytes)
        .and_then(|()| retried(REST, blocked, || fs::rename(&draft, path)))
        .inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })?;
    sync_folder(folder);
    Ok(())
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match retried(REST, blocked, || fs::remove_file(path)) {
        Err(error) if is_absent(&error) => Ok(()),
        result => result,
    }
}

/// Tells whether there is no such file, perhaps for lack of its folder.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(super) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    refuse_shared_folder(folder)
}

/// Reads a file that must be its owner's alone, and whose name nobody else can give to another file.
pub(super) fn read_private_file(path: &Path) -> io::Result<Zeroizing<String>> {
    let file = File::open(path)?;
    if mode(&file.metadata()?) & OTHERS != 0 {
        return Err(refused("others can read it; run chmod 600 on it, or sign out and in again"));
    }
    refuse_shared_folder(folder_of(path))?;
    let mut text = Zeroizing::new(String::with_capacity(MAX_TEXT as usize));
    file.take(MAX_TEXT).read_to_string(&mut text)?;
    Ok(text)
}

fn refuse_shared_folder(folder: &Path) -> io::Result<()> {
    match mode(&fs::metadata(folder)?) & OTHERS_WRITE {
        0 => Ok(()),
        _ => Err(refused(&format!(
            "others can write to the folder {}; run chmod go-w on it",
            folder.display()
        ))),
    }
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the permission bits; none, where the system has an access list instead.
#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions())
}

#[cfg(not(unix))]
fn mode(_metadata: &fs::Metadata) -> u32 {
    0
}

pub(super) fn private_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    remove_if_there(path)?;
    let mut file = private_file(OpenOptions::new().write(true).create_new(true), path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Does `work` again for up to a second while an open handle of another process prevents it.
fn retried(
    rest: Duration,
    blocked: fn(&io::Error) -> bool,
    work: impl Fn() -> io::Result<()>,
) -> io::Result<()> {
    for _ in 0..RETRIES {
        match work() {
            Err(error) if blocked(&error) => std::thread::sleep(rest),
            result => return result,
        }
    }
    work()
}

/// Tells whether another process has the file open; elsewhere than on Windows that is no obstacle.
fn blocked(error: &io::Error) -> bool {
    cfg!(windows) && is_sharing_violation(error)
}

/// Recognises what Windows says of an open file: `ERROR_ACCESS_DENIED` and
/// `ERROR_SHARING_VIOLATION`, see
/// [its codes](https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-).
fn is_sharing_violation(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(5 | 32))
}

/// Makes the rename last through a power cut, where folders can be synced; the file is good either way.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Returns what tells a replaced file from the one before, where the system numbers files.
#[cfg(unix)]
pub(super) fn file_number(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
pub(super) fn file_number(_metadata: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Fails `times` with the number `code`; returns what came of it and how often it was tried.
    fn fail(times: usize, code: i32) -> (io::Result<()>, usize) {
        let tried = Cell::new(0);
        let result = retried(Duration::ZERO, is_sharing_violation, || {
            tried.set(tried.get() + 1);
            if tried.get() > times { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
        });
        (result, tried.get())
    }

    #[test]
    fn a_file_that_another_process_has_open_is_tried_again() {
        for code in [5, 32] {
            let (in_the_end, tried) = fail(3, code);
            let (never, last) = fail(usize::MAX, code);

            assert!(in_the_end.is_ok() && tried == 4, "{code}: {in_the_end:?}");
            assert_eq!((never.unwrap_err().raw_os_error(), last), (Some(code), RETRIES + 1));
        }
    }

    #[test]
    fn another_failure_is_reported_at_once() {
        let (result, tried) = fail(1, 112);

        assert_eq!((result.unwrap_err().raw_os_error(), tried), (Some(112), 1));
    }
}
