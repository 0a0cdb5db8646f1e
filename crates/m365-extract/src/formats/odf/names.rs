//! What elements are by their names.

use crate::xml::Element;

/// Whether an element holds nothing that a reader of the document sees.
pub(super) fn is_unseen(element: &Element<'_>) -> bool {
    match element.name() {
        ("office", name) => matches!(
            name,
            "annotation-end"
                | "binary-data"
                | "change-info"
                | "event-listeners"
                | "forms"
                | "script"
        ),
        ("text", name) => {
            name.ends_with("-source")
                || name.ends_with("-decls")
                || matches!(
                    name,
                    "note-citation" | "script" | "tracked-changes" | "list-header-source"
                )
        }
        ("dc" | "meta" | "svg" | "style" | "number" | "chart", _) => true,
        ("presentation", name) => name.ends_with("-decl") || name == "settings",
        ("draw", "page-thumbnail" | "glue-point" | "enhanced-geometry" | "contour-polygon") => true,
        _ => false,
    }
}
