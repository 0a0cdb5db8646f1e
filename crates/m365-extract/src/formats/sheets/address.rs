/// The last row and column of Excel, from 0.
const MAX_ROW: u32 = 1_048_575;
const MAX_COLUMN: u32 = 16_383;

/// A rectangle of cells, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: u32,
    pub(crate) last_column: u32,
}

impl Area {
    /// Reads `B2:C3` or `B2`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let (first, last) = (cell(first)?, cell(last)?);
        Some(Self::between(first, last))
    }

    /// The area with these corners, each a row and a column.
    pub(crate) fn between(one: (u32, u32), other: (u32, u32)) -> Self {
        Self {
            first_row: one.0.min(other.0),
            last_row: one.0.max(other.0),
            first_column: one.1.min(other.1),
            last_column: one.1.max(other.1),
        }
    }

    /// Whether it is more than one cell.
    pub(super) fn is_wide(&self) -> bool {
        self.first_row != self.last_row || self.first_column != self.last_column
    }
}

/// Reads `B12` or `$B$12` as row and column from 0.
pub(crate) fn cell(text: &str) -> Option<(u32, u32)> {
    let (mut column, mut row) = (0_u32, 0_u32);
    for byte in text.trim().bytes() {
        match byte {
            b'$' => {}
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                let letter = u32::from(byte.to_ascii_uppercase() - b'A') + 1;
                column = column.checked_mul(26)?.checked_add(letter)?;
            }
            b'0'..=b'9' if column > 0 => {
                row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?;
            }
            _ => return None,
        }
    }
    let (row, column) = (row.checked_sub(1)?, column.checked_sub(1)?);
    (row <= MAX_ROW && column <= MAX_COLUMN).then_some((row, column))
}

/// The letters of a column.
pub(super) fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// `B12`.
pub(super) fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", column_name(column), u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written() {
        for (name, place) in [
            ("A1", (0, 0)),
            ("Z9", (8, 25)),
            ("AA10", (9, 26)),
            ("XFD1048576", (1_048_575, 16_383)),
        ] {
            assert_eq!(cell(name), Some(place));
            assert_eq!(cell_name(place.0, place.1), name);
        }
        assert_eq!(cell("$C$4"), Some((3, 2)));
    }

    #[test]
    fn c10_what_is_outside_of_a_sheet_is_no_place() {
        for name in
            ["", "1", "A", "A0", "XFE1", "A1048577", "ZZZZZZZZZ1", "A99999999999", "1A", "A1B"]
        {
            assert_eq!(cell(name), None, "{name}");
        }
    }

    #[test]
    fn an_area_may_be_given_from_any_corner() {
        assert_eq!(Area::parse("C3:B2"), Area::parse("B2:C3"));
        assert!(!Area::parse("B2").is_some_and(|area| area.is_wide()));
    }
}
