//! What all OpenDocument files have in common: the package, its styles and the text in it.

mod changes;
mod code;
mod frame;
mod inline;
mod label;
mod list;
mod margins;
mod names;
mod objects;
mod package;
mod styles;
mod table;
mod writer;

pub(super) use self::{
    package::{Package, is_encrypted},
    styles::Styles,
    writer::Writer,
};
