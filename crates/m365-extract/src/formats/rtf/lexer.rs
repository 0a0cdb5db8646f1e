//! The tokens of RTF 1.9.1: groups, control words and symbols, and text between them.

/// The longest name of a control word; the specification allows 32 letters.
const MAX_NAME: usize = 40;

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// `\name` or `\name12`.
    Word(&'a str, Option<i32>),
    /// A backslash and one other character.
    Symbol(u8),
    /// `\'hh`: a byte of text.
    Byte(u8),
    /// Bytes of text as they are, without line ends.
    Text(&'a [u8]),
}

/// Cuts a document into tokens.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    rest: &'a [u8],
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, part: impl Fn(&u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().position(|byte| !part(byte)).unwrap_or(self.rest.len());
        self.take(length)
    }

    fn escape(&mut self) -> Option<Token<'a>> {
        match *self.rest.first()? {
            b'\'' => {
                self.take(1);
                Some(self.hex().map_or(Token::Text(&[]), Token::Byte))
            }
            first if first.is_ascii_alphabetic() => Some(self.word()),
            first => {
                self.take(1);
                Some(Token::Symbol(first))
            }
        }
    }

    fn hex(&mut self) -> Option<u8> {
        let digits = std::str::from_utf8(self.rest.get(..2)?).ok()?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        self.take(2);
        Some(byte)
    }

    fn word(&mut self) -> Token<'a> {
        let name = self.take_while(u8::is_ascii_alphabetic);
        let name = std::str::from_utf8(name).unwrap_or_default();
        let value = self.value();
        if self.rest.starts_with(b" ") {
            self.take(1);
        }
        if name == "bin" {
            self.skip_binary(value);
        }
        Token::Word(if name.len() > MAX_NAME { "" } else { name }, value)
    }

    fn value(&mut self) -> Option<i32> {
        let negative = self.rest.starts_with(b"-") && self.rest.get(1)?.is_ascii_digit();
        if negative {
            self.take(1);
        }
        let digits = self.take_while(u8::is_ascii_digit);
        let add =
            |sum: i32, digit: &u8| sum.saturating_mul(10).saturating_add((digit - b'0').into());
        let value = digits.iter().fold(0, add);
        (!digits.is_empty()).then_some(if negative { -value } else { value })
    }

    /// Passes over raw bytes; when there are fewer than said, the number is not believed.
    fn skip_binary(&mut self, length: Option<i32>) {
        let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        if length <= self.rest.len() {
            self.take(length);
        }
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.take_while(|byte| matches!(byte, b'\r' | b'\n' | 0));
        match *self.rest.first()? {
            b'{' => {
                self.take(1);
                Some(Token::Open)
            }
            b'}' => {
                self.take(1);
                Some(Token::Close)
            }
            b'\\' => {
                self.take(1);
                self.escape()
            }
            _ => Some(Token::Text(
                self.take_while(|byte| !matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0)),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(bytes: &[u8]) -> Vec<Token<'_>> {
        Lexer::new(bytes).collect()
    }

    #[test]
    fn words_have_values_and_one_blank() {
        assert_eq!(
            tokens(b"{\\rtf1\\li-20  a\r\nb\\~\\'e9}"),
            [
                Token::Open,
                Token::Word("rtf", Some(1)),
                Token::Word("li", Some(-20)),
                Token::Text(b" a"),
                Token::Text(b"b"),
                Token::Symbol(b'~'),
                Token::Byte(0xe9),
                Token::Close,
            ]
        );
    }

    #[test]
    fn binary_data_is_passed_over_unless_its_length_is_a_lie() {
        assert_eq!(tokens(b"\\bin3 }}}x")[1..], [Token::Text(b"x")]);
        assert_eq!(tokens(b"\\bin2147483647 x")[1..], [Token::Text(b"x")]);
    }

    #[test]
    fn what_ends_early_is_no_error() {
        assert_eq!(tokens(b"\\"), []);
        assert_eq!(tokens(b"\\'"), [Token::Text(b"")]);
        assert_eq!(tokens(b"\\a99999999999"), [Token::Word("a", Some(i32::MAX))]);
    }
}
