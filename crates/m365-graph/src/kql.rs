//! Words as Keyword Query Language wants them, so that a user's text stays text.

/// Writes `text` as one phrase: its quotes become blanks, since KQL has no escape for them.
///
/// ```
/// assert_eq!(m365_graph::kql::phrase(r#"a "b" OR c"#), r#""a b OR c""#);
/// ```
#[must_use]
pub fn phrase(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// Writes each word of `text` as a phrase of its own: all of them must occur, in any order, and
/// none is read as an operator or a property.
///
/// ```
/// assert_eq!(m365_graph::kql::words("torque AND from:x"), r#""torque" "AND" "from:x""#);
/// ```
#[must_use]
pub fn words(text: &str) -> String {
    let words = plain(text);
    words.split(' ').filter(|word| !word.is_empty()).map(phrase).collect::<Vec<_>>().join(" ")
}

/// Writes the restriction `property:"text"`, without blanks around the colon.
///
/// ```
/// assert_eq!(m365_graph::kql::restriction("from", "Ife Okafor"), r#"from:"Ife Okafor""#);
/// ```
#[must_use]
pub fn restriction(property: &'static str, text: &str) -> String {
    format!("{property}:{}", phrase(text))
}

/// Tells whether KQL, or a person who writes it, could take a character for a double quote.
///
/// ```
/// assert!(m365_graph::kql::is_quote('“') && !m365_graph::kql::is_quote('\''));
/// ```
#[must_use]
pub const fn is_quote(character: char) -> bool {
    matches!(character, '"' | '«' | '»' | '\u{201c}'..='\u{201f}' | '\u{ff02}')
}

fn plain(text: &str) -> String {
    let is_blank = |c: char| is_quote(c) || c == '\\' || c.is_control();
    let cleaned = text.replace(is_blank, " ");
    cleaned.split_whitespace().collect::<Vec<_>>().join(" ")
}
