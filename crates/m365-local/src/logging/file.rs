//! A log file that processes share.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
};

/// How large a file gets before the next one is begun, in bytes.
const LIMIT: u64 = 5 * 1024 * 1024;

/// How many files there are, the current one included.
const KEPT: u32 = 5;

/// Appends whole lines, each at once, so that several processes can write to one file.
///
/// A file that has reached its size becomes `.1`, what was `.1` becomes `.2`, and so on. A process
/// that still holds the old file finds it full before its next line, and goes on in the new one.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    limit: u64,
    /// Whether the user knows that it cannot be written.
    told: bool,
}

impl LogFile {
    /// Opens the file, and makes its folder if that is missing; only the owner can read either.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            create_private_folder(folder)?;
        }
        Self::with_limit(path, LIMIT)
    }

    fn with_limit(path: &Path, limit: u64) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), file: open_private(path)?, limit, told: false })
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let turned = match self.is_full(&self.file.metadata()?) {
            true => self.turn(),
            false => Ok(()),
        };
        self.file.write_all(line).and(turned)
    }

    fn is_full(&self, metadata: &fs::Metadata) -> bool {
        metadata.is_file() && metadata.len() >= self.limit
    }

    /// Begins the next file, unless another process does so at this moment: then this line still
    /// goes where the last one went.
    fn turn(&mut self) -> io::Result<()> {
        // Windows does not lock a file that is open for appending only.
        let lock =
            private(OpenOptions::new().write(true), &self.path.with_added_extension("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if fs::metadata(&self.path).is_ok_and(|metadata| self.is_full(&metadata)) {
            self.shift()?;
        }
        self.file = open_private(&self.path)?;
        Ok(())
    }

    fn shift(&self) -> io::Result<()> {
        let older = |age: u32| self.path.with_added_extension(age.to_string());
        for age in (1..KEPT - 1).rev() {
            match fs::rename(older(age), older(age + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        fs::rename(&self.path, older(1))
    }
}

impl Write for LogFile {
    /// Never fails: a log that cannot be written is no reason to stop.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Err(error) = self.append(line)
            && !mem::replace(&mut self.told, true)
        {
            tell(&self.path, &error);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tells the user that there is no log in the file.
pub(super) fn tell(path: &Path, error: &io::Error) {
    eprintln!("m365-local: the log file {} cannot be written: {error}", path.display());
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn open_private(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().append(true), path)
}

fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.create(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tempfile::TempDir;

    use super::*;

    /// Returns the lines of all files, with the sizes of these.
    fn lines(folder: &TempDir) -> (Vec<String>, Vec<u64>) {
        let (mut lines, mut sizes) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension != "lock") {
                let text = fs::read_to_string(&path).unwrap();
                sizes.push(text.len() as u64);
                lines.extend(text.lines().map(str::to_owned));
            }
        }
        (lines, sizes)
    }

    #[test]
    fn files_are_rotated_by_size_and_five_are_kept() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.log");
        let mut log = LogFile::with_limit(&path, 100).unwrap();

        for number in 0..200 {
            log.write_all(format!("line {number:04}\n").as_bytes()).unwrap();
        }

        let (lines, sizes) = lines(&folder);
        assert_eq!(sizes.len(), 5, "{sizes:?}");
        assert!(sizes.iter().all(|size| *size <= 110), "{sizes:?}");
        assert!(
            lines.contains(&"line 0199".to_owned()) && !lines.contains(&"line 0000".to_owned())
        );
    }

    #[test]
    fn what_several_write_at_once_is_whole_and_complete() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.log");

        std::thread::scope(|scope| {
            for writer in 0..4 {
                let mut log = LogFile::with_limit(&path, 4_000).unwrap();
                scope.spawn(move || {
                    for number in 0..100 {
                        log.write_all(format!("writer {writer} line {number:04}\n").as_bytes())
                            .unwrap();
                    }
                });
            }
        });

        let (lines, sizes) = lines(&folder);
        let distinct: BTreeSet<_> = lines.iter().collect();
        assert_eq!((lines.len(), distinct.len()), (400, 400), "{sizes:?}");
        assert!(sizes.len() > 1, "{sizes:?}");
        assert!(lines.iter().all(|line| line.len() == "writer 0 line 0000".len()));
    }

    #[test]
    fn who_holds_a_full_file_goes_on_in_the_one_that_another_began() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.log");
        let mut first = LogFile::with_limit(&path, 10).unwrap();
        let mut second = LogFile::with_limit(&path, 10).unwrap();

        first.write_all(b"0123456789\n").unwrap();
        second.write_all(b"the second\n").unwrap();
        first.write_all(b"the first\n").unwrap();

        let one = fs::read_to_string(path.with_added_extension("1")).unwrap();
        let two = fs::read_to_string(path.with_added_extension("2")).unwrap();
        assert_eq!((one.as_str(), two.as_str()), ("the second\n", "0123456789\n"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "the first\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = TempDir::new().unwrap();
        let path = folder.path().join("logs/x.log");

        LogFile::open(&path).unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn a_file_that_cannot_be_rotated_is_written_on() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("x.log");
        let mut log = LogFile::with_limit(&path, 10).unwrap();
        fs::create_dir(path.with_added_extension("lock")).unwrap();

        for _ in 0..3 {
            log.write_all(b"0123456789\n").unwrap();
        }

        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
        assert!(log.told);
    }
}
