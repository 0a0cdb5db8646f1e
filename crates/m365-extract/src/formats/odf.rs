//! What all OpenDocument files have in common: the package, its styles and the text in it.

mod package;

pub(super) use self::package::{Package, is_encrypted};
