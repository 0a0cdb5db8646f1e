use std::{
    fmt,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::CredentialError;

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 64 * 1024;

/// Reads a small file whole.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
    let unreadable = |source| CredentialError::Unreadable { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let mut content = Zeroizing::new(Vec::with_capacity(MAX_FILE + 1));
    file.take(MAX_FILE as u64 + 1).read_to_end(&mut content).map_err(unreadable)?;
    if content.len() > MAX_FILE {
        let expected = "credential: it is larger than 64 KiB";
        return Err(CredentialError::Unsuitable { path: path.to_owned(), expected });
    }
    Ok(content)
}

/// Runs `work`, which reads files, where it may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CredentialError> + Send + 'static,
) -> Result<T, CredentialError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or(Err(CredentialError::Unprepared("reading its file was interrupted")))
}

/// One line of text in a file that is read each time; its last good content stays in use when the
/// file cannot be read for a moment.
pub(super) struct TextFile {
    path: PathBuf,
    last: Mutex<SecretString>,
}

impl TextFile {
    pub(super) fn open(path: PathBuf) -> Result<Self, CredentialError> {
        let last = Mutex::new(read_text(&path)?);
        Ok(Self { path, last })
    }

    /// Returns what the file holds now, or held at last.
    pub(super) async fn text(&self) -> SecretString {
        match self.current().await {
            Ok(text) => text,
            Err(error) => {
                tracing::warn!("{error}; what it held before stays in use");
                self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
            }
        }
    }

    /// Returns what the file holds now.
    pub(super) async fn current(&self) -> Result<SecretString, CredentialError> {
        let path = self.path.clone();
        let text = blocking(move || read_text(&path)).await?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = text.clone();
        Ok(text)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for TextFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextFile").field("path", &self.path).finish_non_exhaustive()
    }
}

fn read_text(path: &Path) -> Result<SecretString, CredentialError> {
    let content = read(path)?;
    let text = std::str::from_utf8(&content).map_or("", str::trim);
    if content.trim_ascii().is_empty() {
        return Err(CredentialError::Empty(path.to_owned()));
    }
    if text.is_empty() || text.contains(char::is_control) {
        let expected = "single line of text";
        return Err(CredentialError::Unsuitable { path: path.to_owned(), expected });
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn text(content: &[u8]) -> Result<String, String> {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("credential");
        std::fs::write(&path, content).unwrap();
        match read_text(&path) {
            Ok(text) => Ok(text.expose_secret().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn white_space_around_a_credential_is_not_part_of_it() {
        assert_eq!(text(b"\n a~b.c \r\n").unwrap(), "a~b.c");
    }

    #[test]
    fn what_is_no_line_of_text_is_refused_and_not_shown() {
        for (content, start) in [
            (&b" \n"[..], "is empty;"),
            (b"canary\nmore", "holds no single line of text"),
            (b"canary\xff", "holds no single line of text"),
            (&[b'a'; 65_537], "holds no credential: it is larger than 64 KiB"),
        ] {
            let error = text(content).unwrap_err();

            assert!(error.contains(start) && !error.contains("canary"), "{error}");
        }
        assert!(text(&[b'a'; 65_536]).is_ok());
    }

    #[tokio::test]
    async fn a_file_that_is_gone_for_a_moment_leaves_its_last_content_in_use() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("credential");
        std::fs::write(&path, "one").unwrap();
        let file = TextFile::open(path.clone()).unwrap();

        std::fs::write(&path, "two").unwrap();
        assert_eq!(file.text().await.expose_secret(), "two");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(file.text().await.expose_secret(), "two");
        assert!(file.current().await.is_err());
    }
}
