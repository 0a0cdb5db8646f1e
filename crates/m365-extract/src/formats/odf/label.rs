//! The marks of list items and the numbers of headings, as the program draws them.

use crate::{formats::docx::numeral, xml::Element};

/// The longest number that is written as it is drawn, in characters.
const MAX_LABEL: usize = 12;

/// How the items of one level are marked.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    /// What the number looks like: `1`, `a`, `A`, `i` or `I`; none for a bullet.
    format: Option<char>,
    prefix: String,
    suffix: String,
    /// How many levels the number shows.
    shown: usize,
    pub(super) start: usize,
}

impl Level {
    /// Reads the style of a level.
    pub(super) fn of(element: &Element<'_>) -> Self {
        let text = |name| element.attribute(name).unwrap_or_default().trim().to_owned();
        Self {
            format: element.attribute("style:num-format").and_then(|format| format.chars().next()),
            prefix: text("style:num-prefix"),
            suffix: text("style:num-suffix"),
            shown: element.number("text:display-levels").unwrap_or(1),
            start: element.number("text:start-value").unwrap_or(1),
        }
    }
}

/// The number of an item as it is drawn, by the numbers of all levels down to its own.
pub(super) fn drawn(levels: &[Level], numbers: &[usize]) -> Option<String> {
    let own = levels.get(numbers.len().checked_sub(1)?)?;
    own.format?;
    let from = numbers.len().saturating_sub(own.shown.max(1));
    let shown = levels.iter().zip(numbers).skip(from);
    let parts: Vec<String> = shown
        .filter_map(|(level, number)| level.format.map(|format| spelled(format, *number)))
        .collect();
    Some(format!("{}{}{}", own.prefix, parts.join("."), own.suffix))
}

/// The marker of a list item in markdown.
pub(super) fn marker(levels: &[Level], numbers: &[usize]) -> String {
    let Some(drawn) = drawn(levels, numbers) else { return "-".to_owned() };
    let label = drawn.trim_start_matches(['(', '[']).trim_end_matches(']');
    let is_plain = label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ')'));
    let number = numbers.last().copied().unwrap_or(1);
    match () {
        () if !is_plain || label.is_empty() || label.len() > MAX_LABEL => format!("{number}."),
        () if label.ends_with(['.', ')']) => label.to_owned(),
        () => format!("{label}."),
    }
}

fn spelled(format: char, number: usize) -> String {
    let format = match format {
        'a' => "lowerLetter",
        'A' => "upperLetter",
        'i' => "lowerRoman",
        'I' => "upperRoman",
        _ => "decimal",
    };
    numeral(number, format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(format: char, suffix: &str, shown: usize) -> Level {
        Level { format: Some(format), suffix: suffix.into(), shown, ..Level::default() }
    }

    #[test]
    fn numbers_are_written_as_they_are_drawn() {
        let levels = [level('1', ".", 1), level('a', ")", 1), level('I', "", 3)];

        assert_eq!(marker(&levels, &[3]), "3.");
        assert_eq!(marker(&levels, &[3, 28]), "bb)");
        assert_eq!(marker(&levels, &[3, 2, 14]), "3.b.XIV.");
        assert_eq!(marker(&[Level::default()], &[7]), "-");
    }

    #[test]
    fn a_number_that_markdown_does_not_know_is_written_plainly() {
        let wordy = Level { prefix: "Chapter ".into(), ..level('1', "", 1) };

        assert_eq!(marker(&[wordy], &[2]), "2.");
        assert_eq!(marker(&[level('1', "", 1)], &[2]), "2.");
    }
}
