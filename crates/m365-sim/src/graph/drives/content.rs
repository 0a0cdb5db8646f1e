//! A file's content, which another host gives out.

use http::{StatusCode, header};

use super::{
    View,
    item::{Item, Lock},
    link,
    store::At,
};
use crate::{graph::fail::Fail, http::Response};

/// What Office makes a PDF from.
const TO_PDF: &[&str] = &[
    "csv", "doc", "docx", "odp", "ods", "odt", "pot", "potm", "potx", "pps", "ppsx", "ppsxm",
    "ppt", "pptm", "pptx", "rtf", "xls", "xlsx",
];

/// What is made into a web page.
const TO_HTML: &[&str] = &["fluid", "loop", "wbtx"];

/// Answers with the address of a file's content.
pub(crate) fn redirect(view: &View<'_>, at: At) -> Result<Response, Fail> {
    let own = view.contents.item(at);
    readable(own)?;
    let format = format(own, view.call.query.get("$format"))?;
    let address = link::of(view, at, link::MINUTES, format);
    Ok(Response::empty(StatusCode::FOUND).header(header::LOCATION, address))
}

fn readable(own: &Item) -> Result<(), Fail> {
    match own.lock {
        _ if own.body().is_none() => {
            Err(Fail::files_invalid("You cannot get content for a folder"))
        }
        Lock::None => Ok(()),
        Lock::Malware => Err(Fail::malware()),
        Lock::Protected => Err(Fail::files_denied()),
    }
}

fn format(own: &Item, wanted: Option<&str>) -> Result<Option<&'static str>, Fail> {
    let extension = own.extension();
    let from = |sources: &[&str]| sources.contains(&extension.as_str());
    match wanted {
        None => Ok(None),
        Some("pdf") if from(TO_PDF) => Ok(Some("pdf")),
        Some("html") if from(TO_HTML) => Ok(Some("html")),
        Some(_) => Err(Fail::not_convertible()),
    }
}
