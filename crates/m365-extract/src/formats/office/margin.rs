//! Headers and footers, which stand once in the text of a document.

use crate::document::Page;

/// The most text of all headers, and of all footers, in characters.
const MAX_MARGIN: usize = 600;

/// The lines of all headers, or of all footers, each once.
pub(crate) fn join(lines: Vec<String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut room = MAX_MARGIN;
    for line in lines {
        let length = line.chars().count();
        if !line.is_empty() && !kept.contains(&line) && length <= room {
            room -= length;
            kept.push(line);
        }
    }
    kept.join(" · ")
}

/// Whether a line of a margin, without its page number, is more than the words around one.
pub(crate) fn says_more_than_a_page(line: &str) -> bool {
    let words = line.split_whitespace();
    let words = words.filter(|word| word.chars().any(char::is_alphabetic));
    let letters: usize = line.chars().filter(|c| c.is_alphabetic()).count();
    words.count() > 2 || letters > 10
}

/// Puts the headers before the first page and the footers behind the last.
pub(crate) fn add(pages: &mut [Page], [header, footer]: [String; 2]) {
    if let Some(page) = pages.first_mut().filter(|page| !page.markdown.contains(&header)) {
        let text = std::mem::take(&mut page.markdown);
        page.markdown = format!("**Header:** {header}\n\n{text}").trim_end().to_owned();
    }
    if let Some(page) = pages.last_mut().filter(|page| !page.markdown.contains(&footer)) {
        let gap = if page.markdown.is_empty() { "" } else { "\n\n" };
        page.markdown.push_str(&format!("{gap}**Footer:** {footer}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_said_once_and_without_page_numbers() {
        let lines = ["Contoso", "", "1 Main Street", "Contoso"];

        assert_eq!(join(lines.map(str::to_owned).to_vec()), "Contoso · 1 Main Street");
        assert!(!says_more_than_a_page("Seite von"));
        assert!(says_more_than_a_page("Contoso Ltd, confidential"));
    }
}
