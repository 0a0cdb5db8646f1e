//! Packages for tests: zip archives of a few parts.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A package with these parts, of which the media type is not compressed.
pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let is_type = *name == "mimetype";
        let method = if is_type { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Content of elements within each other: `leaves` in tags that `open`, each closed by its name.
pub(super) fn content(
    leaves: Vec<&'static str>,
    open: Vec<&'static str>,
) -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(leaves).prop_map(str::to_owned);
    leaf.prop_recursive(8, 80, 8, move |inner| {
        let open = prop::sample::select(open.clone());
        (open, prop::collection::vec(inner, 0..8)).prop_map(|(open, inner)| {
            let ends = ends(open);
            format!("{open}{}{ends}", inner.concat())
        })
    })
}

/// The ends of the elements that are still open after these tags.
fn ends(tags: &str) -> String {
    let mut open = Vec::new();
    for tag in tags.split('<').skip(1) {
        let name = tag.split([' ', '>', '/']).next().unwrap_or_default();
        match () {
            () if tag.starts_with('/') => drop(open.pop()),
            () if !tag.contains("/>") => open.push(name),
            () => {}
        }
    }
    open.iter().rev().map(|name| format!("</{name}>")).collect()
}
