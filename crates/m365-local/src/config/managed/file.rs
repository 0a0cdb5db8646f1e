use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::Path,
};

use super::refuse;
use crate::config::{ConfigError, document::read_bounded};

/// The system's administrator.
pub(super) const ROOT: u32 = 0;

/// The groups of administrators, who may write as well: `root` or `wheel`, and `admin` on macOS.
const ADMINISTRATORS: &[u32] = if cfg!(target_os = "macos") { &[0, 80] } else { &[0] };

/// Permission bits with which the group, and with which everybody can write.
const GROUP_WRITES: u32 = 0o020;
const ALL_WRITE: u32 = 0o002;

/// Reads a file that nobody but `owner` and administrators can have written.
pub(super) fn read(place: &str, owner: u32) -> Result<Vec<u8>, ConfigError> {
    let path = Path::new(place);
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => refuse(
            place,
            "device management has put no configuration there; ask whoever manages this device, or \
             give --config instead",
        ),
        _ => refuse(place, error),
    })?;
    let failed = |error: io::Error| refuse(place, error);
    check(place, &file.metadata().map_err(failed)?, owner)?;
    for folder in folders(path).map_err(failed)? {
        check(&folder.display().to_string(), &fs::metadata(&folder).map_err(failed)?, owner)?;
    }
    read_bounded(file).map_err(failed)
}

/// Returns the folders in which the file could be exchanged: that of its name, and where it lies.
fn folders(path: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let real = path.canonicalize()?;
    Ok([path, &real].into_iter().filter_map(Path::parent).map(Path::to_owned).collect())
}

fn check(place: &str, metadata: &Metadata, owner: u32) -> Result<(), ConfigError> {
    let mode = metadata.mode();
    let by_group = mode & GROUP_WRITES != 0 && !ADMINISTRATORS.contains(&metadata.gid());
    if metadata.uid() != owner {
        return Err(refuse(place, "it does not belong to root, so anybody may have written it"));
    }
    if by_group || mode & ALL_WRITE != 0 {
        return Err(refuse(
            place,
            "others than administrators can write to it; run chmod go-w on it",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Makes a managed file in a folder, with these modes; returns what reading it says.
    fn reading(file_mode: u32, folder_mode: u32, stranger: bool) -> Result<Vec<u8>, String> {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("managed.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(file_mode)).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(folder_mode)).unwrap();
        let owner = fs::metadata(&path).unwrap().uid() + u32::from(stranger);
        read(&path.display().to_string(), owner).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_that_only_its_owner_can_write_is_read() {
        for (file, folder) in [(0o644, 0o755), (0o600, 0o700), (0o444, 0o555)] {
            assert_eq!(reading(file, folder, false).unwrap(), b"{}");
        }
    }

    #[test]
    fn a_file_that_others_can_write_or_exchange_is_refused() {
        for (file, folder) in [(0o646, 0o755), (0o666, 0o755), (0o644, 0o757), (0o644, 0o1777)] {
            let error = reading(file, folder, false).unwrap_err();

            assert!(error.contains("chmod go-w"), "{file:o} {folder:o}: {error}");
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_refused() {
        assert!(reading(0o644, 0o755, true).unwrap_err().contains("does not belong to root"));
    }

    #[test]
    fn a_link_is_judged_by_where_it_leads() {
        let (outer, inner) = (tempfile::TempDir::new().unwrap(), tempfile::TempDir::new().unwrap());
        let (link, target) = (outer.path().join("managed.json"), inner.path().join("mine.json"));
        fs::write(&target, "{}").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let owner = fs::metadata(&target).unwrap().uid();
        let reading = || read(&link.display().to_string(), owner).map_err(|it| it.to_string());

        let good = reading();
        fs::set_permissions(inner.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let bad = reading();

        assert!(good.is_ok(), "{good:?}");
        assert!(bad.unwrap_err().contains(&inner.path().display().to_string()));
    }

    #[test]
    fn where_nothing_is_managed_the_error_says_who_can_help() {
        let error = read("/nowhere/managed.json", ROOT).unwrap_err().to_string();

        assert!(error.contains("/nowhere/managed.json") && error.contains("--config"), "{error}");
    }
}
