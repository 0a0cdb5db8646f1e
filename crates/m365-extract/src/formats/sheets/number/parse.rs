use super::{Comparison, Condition, DatePart, NumberFormat, Section, Token, Unit};

/// The longest code that is read, in bytes; Excel allows 255 characters.
const MAX_CODE: usize = 1_024;
/// The most digits or letters of one kind in a row.
const MAX_RUN: usize = 30;

impl NumberFormat {
    /// Reads a format code such as `#,##0.00;[Red](#,##0.00)`. What is not understood stands for
    /// itself.
    pub(crate) fn parse(code: &str) -> Self {
        let code = &code[..code.floor_char_boundary(MAX_CODE)];
        let mut parser = Parser { rest: code, section: Section::default(), sections: Vec::new() };
        parser.run();
        Self { sections: parser.sections }
    }
}

struct Parser<'a> {
    rest: &'a str,
    section: Section,
    sections: Vec<Section>,
}

impl Parser<'_> {
    fn run(&mut self) {
        while let Some(c) = self.next() {
            self.token(c);
        }
        self.end_section();
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn token(&mut self, c: char) {
        match c {
            ';' => self.end_section(),
            '"' => self.quoted(),
            '\\' => self.escaped(),
            '_' => {
                self.next();
                self.literal(" ");
            }
            '*' => {
                self.next();
            }
            '[' => self.bracket(),
            '0' | '#' | '?' => self.push(Token::Digit(c)),
            '.' => self.push(Token::Point),
            ',' => self.push(Token::Comma),
            '%' => self.push(Token::Percent),
            '/' => self.push(Token::Slash),
            '@' => self.push(Token::Text),
            'E' | 'e' if self.rest.starts_with(['+', '-']) => self.exponent(),
            'G' | 'g' if self.takes("eneral") => self.push(Token::General),
            'A' | 'a' | '上' if self.am_pm(c) => {}
            _ => self.letter(c),
        }
    }

    fn push(&mut self, token: Token) {
        self.section.tokens.push(token);
    }

    fn literal(&mut self, text: &str) {
        match self.section.tokens.last_mut() {
            Some(Token::Literal(last)) => last.push_str(text),
            _ => self.push(Token::Literal(text.to_owned())),
        }
    }

    fn end_section(&mut self) {
        let mut section = std::mem::take(&mut self.section);
        tell_minutes(&mut section.tokens);
        tell_fractions_of_seconds(&mut section);
        self.sections.push(section);
    }

    fn quoted(&mut self) {
        let (text, rest) = self.rest.split_once('"').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.literal(text);
    }

    fn escaped(&mut self) {
        if let Some(c) = self.next() {
            self.literal(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn exponent(&mut self) {
        let sign = self.next();
        self.push(Token::Exponent(sign == Some('+')));
    }

    /// Takes `word` in any case, if it is next.
    fn takes(&mut self, word: &str) -> bool {
        let is_next =
            self.rest.get(..word.len()).is_some_and(|next| next.eq_ignore_ascii_case(word));
        if is_next {
            self.rest = &self.rest[word.len()..];
        }
        is_next
    }

    fn am_pm(&mut self, first: char) -> bool {
        let (am, pm) = match first {
            'A' | 'a' if self.takes("M/PM") => ("AM", "PM"),
            'A' | 'a' if self.takes("/P") => ("A", "P"),
            '上' if self.takes("午/下午") => ("上午", "下午"),
            _ => return false,
        };
        self.push(Token::AmPm(am.to_owned(), pm.to_owned()));
        true
    }

    /// What stands in brackets: a colour, a condition, a currency and language, elapsed time.
    fn bracket(&mut self) {
        let (inside, rest) = self.rest.split_once(']').unwrap_or((self.rest, ""));
        self.rest = rest;
        if let Some(locale) = inside.strip_prefix('$') {
            return self.locale(locale);
        }
        if let Some(condition) = condition(inside) {
            self.section.condition = Some(condition);
        } else if let Some(token) = elapsed(inside) {
            self.push(token);
        }
    }

    /// `$€-407`: a currency and the language of names.
    fn locale(&mut self, locale: &str) {
        let (symbol, language) = locale.rsplit_once('-').unwrap_or((locale, ""));
        let language = u32::from_str_radix(language, 16).unwrap_or_default();
        self.section.language = language & 0xffff;
        if !symbol.is_empty() {
            self.literal(symbol);
        }
    }

    fn letter(&mut self, c: char) {
        let mut count = 1;
        let part = match c.to_ascii_lowercase() {
            letter @ ('y' | 'm' | 'd' | 'h' | 's' | 'e' | 'b' | 'a') => {
                while count < MAX_RUN && self.takes(letter.encode_utf8(&mut [0; 4])) {
                    count += 1;
                }
                date_part(letter, count)
            }
            'g' if self.rest.starts_with(['g', 'e', 'G', 'E']) => return,
            _ => None,
        };
        match part {
            Some(part) => self.push(Token::Date(part)),
            None => self.literal(&c.to_string().repeat(count)),
        }
    }
}

fn date_part(letter: char, count: usize) -> Option<DatePart> {
    Some(match letter {
        'y' => DatePart::Year(count),
        'e' => DatePart::Year(4),
        'b' => DatePart::BuddhistYear(count),
        'm' => DatePart::Month(count),
        'd' => DatePart::Day(count),
        'a' if count >= 3 => DatePart::Day(count),
        'h' => DatePart::Hour(count),
        's' => DatePart::Second(count),
        _ => return None,
    })
}

fn condition(inside: &str) -> Option<Condition> {
    const MARKS: [(&str, Comparison); 6] = [
        (">=", Comparison::GreaterOrEqual),
        ("<=", Comparison::LessOrEqual),
        ("<>", Comparison::NotEqual),
        (">", Comparison::Greater),
        ("<", Comparison::Less),
        ("=", Comparison::Equal),
    ];
    MARKS.iter().find_map(|(mark, comparison)| {
        let bound = inside.strip_prefix(mark)?.trim().parse().ok()?;
        Some(Condition { comparison: *comparison, bound })
    })
}

fn elapsed(inside: &str) -> Option<Token> {
    let first = inside.chars().next()?.to_ascii_lowercase();
    let is_run = inside.chars().all(|c| c.to_ascii_lowercase() == first);
    let unit = match first {
        'h' => Unit::Hours,
        'm' => Unit::Minutes,
        's' => Unit::Seconds,
        _ => return None,
    };
    is_run.then(|| Token::Elapsed(unit, inside.len().min(MAX_RUN)))
}

/// `m` means minutes after hours and before seconds.
fn tell_minutes(tokens: &mut [Token]) {
    let mut after_hours = false;
    for at in 0..tokens.len() {
        let before_seconds = tokens[at + 1..]
            .iter()
            .find(|token| matches!(token, Token::Date(_) | Token::Elapsed(..)))
            .is_some_and(|next| {
                matches!(next, Token::Date(DatePart::Second(_)) | Token::Elapsed(Unit::Seconds, _))
            });
        match &mut tokens[at] {
            Token::Date(part) => {
                if let DatePart::Month(count @ 1..=2) = *part
                    && (after_hours || before_seconds)
                {
                    *part = DatePart::Minute(count);
                }
                after_hours = matches!(part, DatePart::Hour(_));
            }
            Token::Elapsed(unit, _) => after_hours = *unit == Unit::Hours,
            _ => {}
        }
    }
}

/// A point and zeros in a time are parts of a second; other marks of numbers stand for themselves.
fn tell_fractions_of_seconds(section: &mut Section) {
    if !section.is_date() {
        return;
    }
    let mut tokens: Vec<Token> = Vec::new();
    for token in section.tokens.drain(..) {
        match (token, tokens.last_mut()) {
            (Token::Digit('0'), Some(Token::SubSecond(count))) => *count += 1,
            (Token::Digit(c), _) => tokens.push(Token::Literal(c.to_string())),
            (Token::Point, _) => tokens.push(Token::SubSecond(0)),
            (Token::Comma, _) => tokens.push(Token::Literal(",".to_owned())),
            (Token::Slash, _) => tokens.push(Token::Literal("/".to_owned())),
            (Token::Percent, _) => tokens.push(Token::Literal("%".to_owned())),
            (token, _) => tokens.push(token),
        }
    }
    section.tokens = tokens;
}
