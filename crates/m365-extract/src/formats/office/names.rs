//! What the names of styles and the descriptions of pictures say.

/// The level of a title, which Word does not count among the headings.
pub(crate) fn title_level(style: &str) -> Option<usize> {
    match style.trim().to_ascii_lowercase().as_str() {
        "title" => Some(1),
        _ => None,
    }
}

/// Whether a description was written by someone: not the name of a file or a number.
pub(crate) fn says_something(description: &str) -> bool {
    const ENDINGS: [&str; 12] = [
        ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".webp",
        ".pdf",
    ];
    let text = description.trim().to_lowercase();
    let is_file = ENDINGS.iter().any(|ending| text.ends_with(ending));
    let is_word = |word: &str| word.chars().any(char::is_alphabetic);
    let words = text.split_whitespace().filter(|word| is_word(word)).count();
    let is_numbered = words < 3 && text.ends_with(|c: char| c.is_ascii_digit());
    let is_one_name = words < 2 && text.contains(['_', ':', '/', '\\']);
    words > 0 && !is_file && !is_numbered && !is_one_name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_and_numbers_describe_no_picture() {
        for text in ["", "image1.png", "Picture 3", "Grafik 12", "C:\\logo", "17", "Bild 4 "] {
            assert!(!says_something(text), "{text}");
        }
        for text in ["Company logo", "A chart of sales in 2025", "柱状图", "Logo"] {
            assert!(says_something(text), "{text}");
        }
    }
}
