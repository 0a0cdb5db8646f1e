//! Printing documents.

use std::{
    io::{self, Write},
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use m365_extract::{Document, Options, Page, PageKind, isolation::Extractor};

use crate::{arguments::Selection, source};

/// Prints the files; says whether all were read.
pub(crate) async fn all(
    extractor: &Extractor,
    files: &[PathBuf],
    selection: &Selection,
) -> io::Result<bool> {
    let mut all = true;
    for (number, file) in files.iter().enumerate() {
        if files.len() > 1 {
            let gap = if number > 0 { "\n" } else { "" };
            writeln!(io::stdout(), "{gap}==> {} <==", source::shown(file))?;
        }
        match read(extractor, file, selection).await {
            Ok(text) => writeln!(io::stdout(), "{text}")?,
            Err(reason) => {
                all = false;
                eprintln!("{}: {reason}", source::shown(file));
            }
        }
    }
    Ok(all)
}

/// The text of a file, or why there is none.
async fn read(extractor: &Extractor, path: &Path, selection: &Selection) -> Result<String, String> {
    let file = source::file(path).map_err(|error| error.to_string())?;
    let read = extractor.extract(file, &options(selection)).await;
    let document = read.map_err(|refusal| refusal.to_string())?;
    for warning in &document.warnings {
        eprintln!("{}: warning: {warning}", source::shown(path));
    }
    text(&document, selection)
}

fn options(selection: &Selection) -> Options {
    let options = match &selection.pages {
        Some(pages) => source::options().first_page(*pages.start()),
        None => source::whole(),
    };
    selection.sheet.iter().fold(options, Options::sheet)
}

fn text(document: &Document, selection: &Selection) -> Result<String, String> {
    if !document.images.is_empty() && document.markdown().is_empty() {
        return Ok(pictures(document));
    }
    let all = document.pages.as_slice();
    let pages = match &selection.pages {
        Some(pages) => range(all, pages)?,
        None => all,
    };
    let pages = match &selection.sheet {
        Some(name) => sheet(pages, name)?,
        None => pages.iter().collect(),
    };
    Ok(joined(&pages))
}

fn pictures(document: &Document) -> String {
    let shown = document
        .images
        .iter()
        .map(|image| format!("{}, {} x {} pixels", image.media_type, image.width, image.height));
    shown.collect::<Vec<_>>().join("\n")
}

fn range<'a>(pages: &'a [Page], wanted: &RangeInclusive<usize>) -> Result<&'a [Page], String> {
    let last = (*wanted.end()).min(pages.len());
    let found = pages.get(wanted.start().saturating_sub(1)..last);
    found.ok_or_else(|| format!("The document has {} pages.", pages.len()))
}

fn sheet<'a>(pages: &'a [Page], name: &str) -> Result<Vec<&'a Page>, String> {
    let name = name.to_lowercase();
    let is_it = |label: &String| label.to_lowercase() == name;
    let found: Vec<_> =
        pages.iter().filter(|page| page.label.as_ref().is_some_and(is_it)).collect();
    if found.is_empty() {
        let labels: Vec<_> = pages.iter().filter_map(|page| page.label.as_deref()).collect();
        return Err(match labels.as_slice() {
            [] => "It has no sheets.".to_owned(),
            labels => format!("There is no such sheet; there are {labels:?}."),
        });
    }
    Ok(found)
}

/// The pages as one text: a rule between two pages or slides, which have an end of their own.
fn joined(pages: &[&Page]) -> String {
    let mut text = String::new();
    for page in pages.iter().filter(|page| !page.markdown.is_empty()) {
        if !text.is_empty() {
            let is_leaf = matches!(page.kind, PageKind::Page | PageKind::Slide);
            text.push_str(if is_leaf { "\n\n---\n\n" } else { "\n\n" });
        }
        text.push_str(&page.markdown);
    }
    text
}
