/// Digits that Excel keeps of a number.
const DIGITS: usize = 15;

/// A number that is not negative, as the decimal digits that Excel keeps: `0.d₁d₂… · 10^exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: Vec<u8>,
    exponent: i32,
}

impl Decimal {
    pub(super) fn of(value: f64) -> Self {
        let written = format!("{:.*e}", DIGITS - 1, value.abs());
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
        let exponent = exponent.parse::<i32>().unwrap_or_default().saturating_add(1);
        let mut decimal = Self { digits, exponent };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.exponent = 0;
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The place of the first digit: 1 for the ones, 0 for the tenths.
    pub(super) fn exponent(&self) -> i32 {
        self.exponent
    }

    /// Moves the point by so many places to the right.
    pub(super) fn shifted(mut self, places: i32) -> Self {
        if !self.is_zero() {
            self.exponent = self.exponent.saturating_add(places);
        }
        self
    }

    /// Rounds to so many places after the point, halves away from zero.
    pub(super) fn rounded(mut self, places: usize) -> Self {
        let kept = self.exponent.saturating_add(i32::try_from(places).unwrap_or(i32::MAX));
        let Ok(kept) = usize::try_from(kept) else {
            return Self { digits: Vec::new(), exponent: 0 };
        };
        if kept >= self.digits.len() {
            return self;
        }
        let is_up = self.digits.get(kept).is_some_and(|digit| *digit >= 5);
        self.digits.truncate(kept);
        if is_up {
            self.increment();
        }
        self.trim();
        self
    }

    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.exponent += 1;
    }

    /// The digit at a place: 0 for the ones, 1 for the tens, -1 for the tenths.
    pub(super) fn digit(&self, place: i32) -> u8 {
        let at = self.exponent.saturating_sub(1).saturating_sub(place);
        let digit = usize::try_from(at).ok().and_then(|at| self.digits.get(at));
        digit.copied().unwrap_or_default()
    }

    /// How many digits stand before the point.
    pub(super) fn whole_digits(&self) -> usize {
        usize::try_from(self.exponent).unwrap_or_default()
    }

    /// How many digits stand after the point.
    fn places(&self) -> usize {
        let digits = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        usize::try_from(digits.saturating_sub(self.exponent)).unwrap_or_default()
    }

    fn plain(&self) -> String {
        let whole = i32::try_from(self.whole_digits().max(1)).unwrap_or(i32::MAX);
        let places = i32::try_from(self.places()).unwrap_or(i32::MAX);
        let mut text = String::new();
        for place in (-places..whole).rev() {
            if place == -1 {
                text.push('.');
            }
            text.push(char::from(b'0' + self.digit(place)));
        }
        text
    }
}

/// A number in the format General, with all digits that Excel keeps: a wide cell shows fewer, but a
/// reader looks for numbers of accounts and articles whole.
pub(super) fn general(value: f64) -> String {
    if !value.is_finite() {
        return "#NUM!".to_owned();
    }
    let decimal = Decimal::of(value);
    let sign = if value < 0.0 && !decimal.is_zero() { "-" } else { "" };
    let shown = match decimal.exponent() {
        -8..=21 => decimal.plain(),
        exponent => {
            let mantissa = decimal.shifted(1 - exponent).plain();
            let power = exponent - 1;
            let mark = if power < 0 { '-' } else { '+' };
            format!("{mantissa}E{mark}{:02}", power.abs())
        }
    };
    format!("{sign}{shown}")
}
