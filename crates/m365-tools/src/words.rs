//! Words as they are compared where Graph has no search: without regard to case and accents.

/// Letters with marks, and what they are compared as.
const MARKED: [(&str, &str); 23] = [
    ("àáâãäåāăąǎ", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįıǐ", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŉ", "n"),
    ("òóôõöøōŏőǒ", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűųǔ", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("ß", "ss"),
    ("þ", "th"),
];

/// Returns the form in which two spellings of one text are equal.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.trim().chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(plain) => folded.push_str(plain),
            None if is_mark(letter) => {}
            None => folded.push(letter),
        }
    }
    folded
}

fn plain(letter: char) -> Option<&'static str> {
    if letter.is_ascii() {
        return None;
    }
    let (_, plain) = MARKED.iter().find(|(marked, _)| marked.contains(letter))?;
    Some(plain)
}

/// Tells whether it only puts a mark on the letter before, or is not seen at all.
const fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{300}'..='\u{36f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Words and phrases all of which a text must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(Vec<String>);

impl Words {
    /// Reads words, and phrases between double quotes. A quote that is not closed is passed over.
    pub(crate) fn parse(text: &str) -> Self {
        let parts: Vec<&str> = text.split(['"', '“', '”']).collect();
        let open = if parts.len().is_multiple_of(2) { parts.len() - 1 } else { parts.len() };
        let mut words = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            if at % 2 == 1 && at < open {
                words.push(spaced(part));
            } else {
                words.extend(part.split_whitespace().map(fold));
            }
        }
        words.retain(|word| !word.is_empty());
        Self(words)
    }

    /// Tells whether nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether `texts` together have all of the words.
    pub(crate) fn are_in<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let whole: Vec<String> = texts.into_iter().map(spaced).collect();
        let whole = whole.join("\n");
        self.0.iter().all(|word| whole.contains(word.as_str()))
    }
}

/// Tells whether two spellings are of one name: case, accents and blanks make no difference.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    spaced(one) == spaced(other)
}

/// Tells whether `text` has all words of `wanted`, each as a whole.
pub(crate) fn has_words(text: &str, wanted: &str) -> bool {
    let found = words(text);
    words(wanted).iter().all(|word| found.contains(word))
}

/// Tells whether somebody is meant by `wanted`: an address, or words that all begin a part of the name.
pub(crate) fn is_person(name: &str, address: Option<&str>, wanted: &str) -> bool {
    if wanted.contains('@') {
        return address.is_some_and(|address| address.eq_ignore_ascii_case(wanted.trim()));
    }
    let parts = words(&format!("{name} {}", address.unwrap_or_default()));
    let wanted = words(wanted);
    !wanted.is_empty() && wanted.iter().all(|word| parts.iter().any(|part| part.starts_with(word)))
}

/// Splits a text into its words, without regard to case and accents.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Folds a text and makes each blank in it a single space, so that phrases are found across lines.
pub(crate) fn spaced(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, query: &str) -> bool {
        Words::parse(query).are_in([text])
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        assert!(has("Møte om Budsjett, Café Ægir", "mote BUDSJETT cafe aegir"));
        assert!(has("Cafe\u{301}", "café"));
        assert!(has("Straße", "strasse"));
    }

    #[test]
    fn names_are_the_same_whatever_their_case_accents_and_blanks() {
        assert!(same_name("  Jürgen   Müller", "jurgen muller "));
        assert!(!same_name("Müller", "Müllerin"));
        assert!(has_words("Møte om Crème Brûlée", "brulee MOTE"));
        assert!(!has_words("Budgets", "budget"));
    }

    #[test]
    fn a_person_is_meant_by_the_address_or_by_beginnings_of_the_name() {
        let address = Some("jurgen.muller@contoso.com");

        assert!(is_person("Jürgen Müller", None, "mull jur"));
        assert!(is_person("", address, "Müller"));
        assert!(is_person("", address, " Jurgen.Muller@contoso.com"));
        assert!(!is_person("Jürgen Müller", address, "muller@contoso.com"));
        assert!(!is_person("Jürgen Müller", address, "üller"));
        assert!(!is_person("Jürgen Müller", address, "-"));
    }

    #[test]
    fn all_words_must_be_there_and_a_phrase_as_it_stands() {
        let text = "The quarterly budget\n  review in Room Fram";

        assert!(has(text, "review budget"));
        assert!(has(text, "\"budget review\" fram"));
        assert!(!has(text, "\"review budget\""));
        assert!(!has(text, "budget bergen"));
    }

    #[test]
    fn parts_of_compounds_are_found() {
        assert!(has("Styremøte", "møte"));
        assert!(has("予算会議", "会議"));
    }

    #[test]
    fn a_phrase_does_not_reach_from_one_field_into_the_next() {
        let words = Words::parse("\"review room\"");

        assert!(!words.are_in(["Budget review", "Room Fram"]));
        assert!(Words::parse("review room").are_in(["Budget review", "Room Fram"]));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_asked_for_is_found_in_itself(text in "\\PC{0,40}") {
            proptest::prop_assert!(has(&text.replace(['"', '“', '”'], " "), &text.replace(['"', '“', '”'], " ")));
        }
    }
}
