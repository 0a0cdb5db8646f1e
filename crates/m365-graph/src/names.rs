use crate::{Error, ErrorKind, Result};

/// The names along a path that others wrote: each is one segment, and leads down.
#[derive(Clone)]
pub(crate) struct Names<'a>(Vec<&'a str>);

impl<'a> Names<'a> {
    /// Takes a path apart at its slashes; there is no name between two that stand together.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadRequest`] for a name that no site, folder or file can have.
    pub(crate) fn of(path: &'a str) -> Result<Self> {
        let names: Vec<_> = path.split('/').filter(|name| !name.is_empty()).collect();
        if !names.iter().copied().all(is_name) {
            return Err(Error::new(ErrorKind::BadRequest).with_code("invalidPath"));
        }
        Ok(Self(names))
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().copied()
    }
}

/// Tells whether something can have this name; see
/// [the characters](https://learn.microsoft.com/graph/onedrive-addressing-driveitems). A colon would
/// end the path of names, and dots would lead up.
fn is_name(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !"\"*:<>?/\\|".contains(c);
    name != "." && name != ".." && name.chars().all(plain)
}
