use m365_extract::excerpt;

use crate::{ToolError, words::fold};

/// The words, or parts of words, that a folder's name is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(Vec<String>);

impl Name {
    /// Reads the words of a name; what is no letter or digit stands between them.
    pub(super) fn new(text: &str) -> Result<Self, ToolError> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<_> = words.map(str::to_lowercase).collect();
        if words.is_empty() || text.chars().count() > 200 {
            return Err(ToolError::validation(format!(
                "name: {:?} is not accepted; up to 200 characters with a letter or digit are.",
                excerpt(text, 60)
            )));
        }
        Ok(Self(words))
    }

    /// Tells whether a folder's name has all of them, in any order, whatever their case and accents.
    pub(super) fn fits(&self, name: &str) -> bool {
        let name = fold(name);
        self.0.iter().all(|word| name.contains(&fold(word)))
    }

    /// Writes them as beginnings of words. In lower case none is an operator.
    pub(super) fn kql(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|word| format!("{word}*")).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_parts_fit_in_any_order() {
        let name = Name::new("BUDG q3").unwrap();

        assert!(name.fits("Q3 budget (draft)"));
        assert!(!name.fits("Budget Q4"));
        assert!(Name::new("udge").unwrap().fits("Budget"));
        assert!(Name::new("malaga").unwrap().fits("Reise Málaga"));
    }

    #[test]
    fn a_name_without_words_is_refused() {
        for text in ["", "*", "()", "\" OR \""] {
            assert_eq!(Name::new(text).is_err(), !text.contains("OR"), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_in_a_name_is_syntax(text in "\\PC{1,30}") {
            if let Ok(name) = Name::new(&text) {
                let kql = name.kql();
                proptest::prop_assert!(!kql.contains(['"', '(', ')', ':', '=', '<', '>']));
                for word in kql.split(' ') {
                    proptest::prop_assert!(!matches!(word, "AND" | "OR" | "NOT"));
                    proptest::prop_assert!(word.ends_with('*') && !word.starts_with('*'));
                }
            }
        }
    }
}
