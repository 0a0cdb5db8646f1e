//! What elements are by their names.

/// Elements whose content is no text for the reader.
pub(in crate::html) fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "annotation"
            | "attachment"
            | "audio"
            | "canvas"
            | "datalist"
            | "head"
            | "iframe"
            | "meta"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "rp"
            | "script"
            | "style"
            | "svg"
            | "template"
            | "title"
            | "video"
    )
}

/// Elements that stand on lines of their own.
pub(in crate::html) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "html"
            | "legend"
            | "main"
            | "nav"
            | "option"
            | "section"
            | "summary"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    )
}
