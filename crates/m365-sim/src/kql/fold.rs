//! Text as the index sees it: words without case and diacritics, a blank on each side of each.

/// Folds text: `Q3-Büdget` becomes ` q3 budget `.
///
/// Nothing but punctuation becomes nothing at all.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        push(&mut out, c);
    }
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Folds several texts so that no phrase reaches from one into the next.
pub(crate) fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(folded).collect::<Vec<_>>().join("|")
}

fn push(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() && !out.is_empty() {
        // By far the most, and nothing to look up.
        out.push(c.to_ascii_lowercase());
        return;
    }
    if is_mark(c) {
        return;
    }
    let starts = out.is_empty() || out.ends_with(' ');
    if !c.is_alphanumeric() {
        if !starts {
            out.push(' ');
        }
        return;
    }
    if starts && out.is_empty() {
        out.push(' ');
    }
    if is_ideograph(c) {
        push_alone(out, c);
        return;
    }
    for lower in c.to_lowercase().filter(|lower| !is_mark(*lower)) {
        match plain(lower) {
            Some(plain) => out.push_str(plain),
            None => out.push(lower),
        }
    }
}

/// Writing without blanks is searched sign by sign; a longer word is a phrase of them.
fn push_alone(out: &mut String, c: char) {
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out.push(c);
    out.push(' ');
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{200b}'..='\u{200f}')
}

fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ł' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// Finds the words of a query in text that is to be shown.
#[derive(Clone, Debug)]
pub(crate) struct Marker {
    words: Vec<String>,
}

impl Marker {
    /// Marks `words`, which are [`folded`].
    pub(crate) fn new(words: &[&str]) -> Self {
        Self { words: words.iter().map(|word| (*word).to_owned()).collect() }
    }

    /// Returns whether one word of a text is among those of the query.
    pub(crate) fn is_match(&self, word: &str) -> bool {
        let own = folded(word);
        !own.is_empty() && self.words.iter().any(|wanted| own.contains(wanted.as_str()))
            || self.part_of_phrase(&own)
    }

    fn part_of_phrase(&self, own: &str) -> bool {
        own.len() > 2 && self.words.iter().any(|wanted| wanted.contains(own))
    }
}
