//! What the names of styles and the descriptions of pictures say.

use crate::xml::Element;

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

/// What to tell the reader of pictures of which nothing is said.
pub(crate) fn undescribed(pictures: usize) -> Option<String> {
    match pictures {
        0 => None,
        1 => Some("The document has a picture without a description.".to_owned()),
        _ => Some(format!("The document has {pictures} pictures without a description.")),
    }
}

/// Whether this is the picture in a drawing, of either kind of drawings.
pub(crate) fn is_picture(element: &Element<'_>) -> bool {
    matches!(element.name().1, "pic" | "imagedata")
}

/// Whether this says of a drawing that it only adorns.
pub(crate) fn is_decoration(element: &Element<'_>) -> bool {
    element.name().1 == "decorative" && element.attribute("val") == Some("1")
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
