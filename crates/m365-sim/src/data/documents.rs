//! Documents as their programs save them; `documents/make.py` writes them anew.

/// Returns the bytes of a document by its name.
pub(crate) fn bytes(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "Bank details.pdf" => include_bytes!("documents/Bank details.pdf"),
        "Board resolution.pdf" => include_bytes!("documents/Board resolution.pdf"),
        "Construction plan.docx" => include_bytes!("documents/Construction plan.docx"),
        "Crew rules.odt" => include_bytes!("documents/Crew rules.odt"),
        "Delivery note 8812.pdf" => include_bytes!("documents/Delivery note 8812.pdf"),
        "Drum list.xls" => include_bytes!("documents/Drum list.xls"),
        "Ground investigation.pdf" => include_bytes!("documents/Ground investigation.pdf"),
        "Q3 budget deck.pptx" => include_bytes!("documents/Q3 budget deck.pptx"),
        "Q3 budget memo.docx" => include_bytes!("documents/Q3 budget memo.docx"),
        "Q3 budget.xlsx" => include_bytes!("documents/Q3 budget.xlsx"),
        "Salaries 2026.xlsx" => include_bytes!("documents/Salaries 2026.xlsx"),
        _ => return None,
    })
}
