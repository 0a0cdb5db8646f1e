use super::{
    Section, Token,
    decimal::{self, Decimal},
};

/// Shows a number that is not negative; none when there is nothing in the section but text marks.
pub(super) fn number(section: &Section, value: f64) -> Option<String> {
    let tokens = section.tokens.as_slice();
    if tokens.contains(&Token::General) {
        return Some(with_literals(tokens, &Token::General, &decimal::general(value)));
    }
    if !tokens.iter().any(|token| matches!(token, Token::Digit(_))) {
        return Some(with_literals(tokens, &Token::Text, &decimal::general(value)));
    }
    if !value.is_finite() {
        return None;
    }
    let layout = Layout::of(tokens);
    let decimal = Decimal::of(value).shifted(layout.shift);
    match () {
        () if layout.exponent.is_some() => Some(scientific(tokens, &layout, decimal)),
        () if layout.slash.is_some() => fraction(tokens, &layout, value),
        () => Some(plain(tokens, &layout, &decimal.rounded(layout.places))),
    }
}

/// The literals, with `shown` in the place of `mark`.
fn with_literals(tokens: &[Token], mark: &Token, shown: &str) -> String {
    let parts = tokens.iter().map(|token| match token {
        Token::Literal(text) => text.as_str(),
        Token::Percent => "%",
        Token::Slash => "/",
        Token::Comma => ",",
        Token::Point => ".",
        token if token == mark => shown,
        _ => "",
    });
    parts.collect()
}

/// Where the parts of a number stand in its format.
#[derive(Debug, Default)]
struct Layout {
    /// How many digits stand before the point, after it, and in the exponent.
    whole: usize,
    places: usize,
    /// By how many places percent signs and trailing commas move the point.
    shift: i32,
    is_grouped: bool,
    exponent: Option<usize>,
    slash: Option<usize>,
}

impl Layout {
    fn of(tokens: &[Token]) -> Self {
        let position = |is: fn(&Token) -> bool| tokens.iter().position(is);
        let exponent = position(|token| matches!(token, Token::Exponent(_)));
        let mantissa = &tokens[..exponent.unwrap_or(tokens.len())];
        let point = mantissa.iter().position(|token| *token == Token::Point);
        let whole = &mantissa[..point.unwrap_or(mantissa.len())];
        let places = &mantissa[point.unwrap_or(mantissa.len())..];
        let percents = tokens.iter().filter(|token| **token == Token::Percent).count();
        let (is_grouped, thousands) = commas(whole);
        let after = places.iter().filter(|token| **token == Token::Comma).count();
        Self {
            whole: digits(whole),
            places: digits(places),
            shift: small(percents * 2) - small((thousands + after) * 3),
            is_grouped,
            exponent,
            slash: slash(tokens),
        }
    }
}

fn small(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 8)
}

fn digits(tokens: &[Token]) -> usize {
    tokens.iter().filter(|token| matches!(token, Token::Digit(_))).count()
}

/// Whether a comma between digits groups them, and how many after them divide by a thousand.
fn commas(whole: &[Token]) -> (bool, usize) {
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    let first = whole.iter().position(is_digit).unwrap_or(whole.len());
    let last = whole.iter().rposition(is_digit).map_or(first, |at| at + 1);
    let count = |part: &[Token]| part.iter().filter(|token| **token == Token::Comma).count();
    let trailing = whole[last..].iter().take_while(|token| **token == Token::Comma).count();
    (count(&whole[first..last.max(first)]) > 0, trailing)
}

/// The slash of a fraction: one that digits stand around.
fn slash(tokens: &[Token]) -> Option<usize> {
    let at = tokens.iter().position(|token| *token == Token::Slash)?;
    let is_number = |token: &Token| match token {
        Token::Digit(_) => true,
        Token::Literal(text) => text.starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    let before = tokens[..at].iter().any(|token| matches!(token, Token::Digit(_)));
    (before && tokens.get(at + 1).is_some_and(is_number)).then_some(at)
}

/// A number with its digits in the places of the format.
fn plain(tokens: &[Token], layout: &Layout, decimal: &Decimal) -> String {
    let mut out = String::new();
    let (mut whole, mut place) = (0, 0);
    let mut after_point = false;
    for token in tokens {
        match token {
            Token::Digit(mark) if after_point => {
                place += 1;
                push_place(&mut out, *mark, decimal, place, layout.places);
            }
            Token::Digit(mark) => {
                push_whole(&mut out, *mark, decimal, layout, whole);
                whole += 1;
            }
            Token::Point => {
                if layout.whole == 0 {
                    push_all(&mut out, decimal, layout);
                }
                after_point = true;
                out.push('.');
            }
            Token::Comma => {}
            token => push_literal(&mut out, token),
        }
    }
    out
}

fn push_literal(out: &mut String, token: &Token) {
    match token {
        Token::Literal(text) => out.push_str(text),
        Token::Percent => out.push('%'),
        Token::Slash => out.push('/'),
        _ => {}
    }
}

/// The digits that belong to the `number`th place before the point: the first one takes all that
/// there is no place for.
fn push_whole(out: &mut String, mark: char, decimal: &Decimal, layout: &Layout, number: usize) {
    let place = layout.whole.saturating_sub(number + 1);
    let top = if number == 0 { decimal.whole_digits().saturating_sub(1) } else { 0 };
    for place in (place..=top.max(place)).rev() {
        push_digit(out, mark, decimal, place, layout.is_grouped);
    }
}

fn push_digit(out: &mut String, mark: char, decimal: &Decimal, place: usize, is_grouped: bool) {
    let is_leading = place >= decimal.whole_digits();
    match mark {
        '#' if is_leading => return,
        '?' if is_leading => return out.push(' '),
        _ => out.push(char::from(b'0' + decimal.digit(small(place)))),
    }
    if is_grouped && place > 0 && place.is_multiple_of(3) {
        out.push(',');
    }
}

/// The digits before the point of a format that has no place for them, such as `.00`.
fn push_all(out: &mut String, decimal: &Decimal, layout: &Layout) {
    for place in (0..decimal.whole_digits()).rev() {
        push_digit(out, '#', decimal, place, layout.is_grouped);
    }
}

/// A digit after the point; `#` shows no zeros at the end.
fn push_place(out: &mut String, mark: char, decimal: &Decimal, place: usize, places: usize) {
    let is_trailing = (place..=places).all(|place| decimal.digit(-small(place)) == 0);
    match mark {
        '#' if is_trailing => {}
        '?' if is_trailing => out.push(' '),
        _ => out.push(char::from(b'0' + decimal.digit(-small(place)))),
    }
}

/// `1.23E+05`; with several places before the point the exponent is a multiple of their number.
fn scientific(tokens: &[Token], layout: &Layout, decimal: Decimal) -> String {
    let step = small(layout.whole.max(1));
    let mut power = if decimal.is_zero() { 0 } else { decimal.exponent() - 1 };
    power = power.div_euclid(step) * step;
    let mut mantissa = decimal.clone().shifted(-power).rounded(layout.places);
    if mantissa.exponent() > step {
        power += step;
        mantissa = decimal.shifted(-power).rounded(layout.places);
    }
    let at = layout.exponent.unwrap_or(tokens.len());
    let (head, tail) = (&tokens[..at], tokens.get(at..).unwrap_or_default());
    let inner = Layout { whole: layout.whole, places: layout.places, ..Layout::default() };
    let mut out = plain(head, &inner, &mantissa);
    out.push('E');
    match tail.first() {
        _ if power < 0 => out.push('-'),
        Some(Token::Exponent(true)) => out.push('+'),
        _ => {}
    }
    let width = digits(tail);
    out.push_str(&format!("{:0width$}", power.unsigned_abs()));
    tail.iter().for_each(|token| push_literal(&mut out, token));
    out
}

/// `1 3/4`: the nearest fraction whose denominator has as many digits as there are places, or the
/// denominator that the format names.
fn fraction(tokens: &[Token], layout: &Layout, value: f64) -> Option<String> {
    let at = layout.slash?;
    let (before, after) = (&tokens[..at], &tokens[at + 1..]);
    let run = before.iter().rposition(|token| !matches!(token, Token::Digit(_)));
    let has_whole = run.is_some_and(|run| digits(&before[..run]) > 0);
    let (whole, rest) = if has_whole { (value.trunc(), value.fract()) } else { (0.0, value) };
    if value > 1e15 {
        return None;
    }
    let (mut top, bottom) = nearest(rest, denominator(after))?;
    let mut whole = whole;
    if has_whole && top == bottom {
        (whole, top) = (whole + 1.0, 0);
    }
    let shown = match (has_whole, top) {
        (true, 0) => decimal::general(whole),
        (true, _) if whole > 0.0 => format!("{} {top}/{bottom}", decimal::general(whole)),
        _ => format!("{top}/{bottom}"),
    };
    let first = before.iter().take_while(|token| !matches!(token, Token::Digit(_)));
    let literals: String = first.map(literal).collect();
    let tail: String =
        after.iter().skip_while(|token| is_of_denominator(token)).map(literal).collect();
    Some(format!("{literals}{shown}{tail}"))
}

fn is_of_denominator(token: &Token) -> bool {
    match token {
        Token::Digit(_) => true,
        Token::Literal(text) => text.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    }
}

fn literal(token: &Token) -> &str {
    match token {
        Token::Literal(text) => text,
        _ => "",
    }
}

/// What stands below the slash.
enum Denominator {
    Fixed(u32),
    UpTo(u32),
}

fn denominator(after: &[Token]) -> Denominator {
    let marks = after.iter().take_while(|token| is_of_denominator(token));
    let text: String = marks
        .map(|token| match token {
            Token::Digit(mark) => mark.to_string(),
            token => literal(token).to_owned(),
        })
        .collect();
    match text.parse() {
        Ok(fixed @ 1..) => Denominator::Fixed(fixed),
        _ => Denominator::UpTo(10_u32.pow(text.len().min(4) as u32) - 1),
    }
}

/// The fraction nearest to `value`, in lowest terms unless its denominator is fixed.
fn nearest(value: f64, denominator: Denominator) -> Option<(u64, u64)> {
    let top = |bottom: u32| (value * f64::from(bottom)).round();
    let off = |bottom: u32| (top(bottom) / f64::from(bottom) - value).abs();
    let bottom = match denominator {
        Denominator::Fixed(fixed) => fixed,
        Denominator::UpTo(most) => (1..=most).min_by(|a, b| off(*a).total_cmp(&off(*b)))?,
    };
    let top = top(bottom);
    (top < 1e15).then_some((top as u64, u64::from(bottom)))
}
