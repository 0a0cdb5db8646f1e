/// The deepest nesting that is read; serde_json itself would go to 128.
const MAX_DEPTH: usize = 64;

/// Tells whether the brackets of a JSON text nest no deeper than is read.
pub(crate) fn is_shallow(text: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match (in_string, byte) {
            _ if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'[' | b'{') => depth += 1,
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_shallow;

    #[test]
    fn sixty_four_levels_are_read_and_one_more_is_not() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);

        assert!(is_shallow(nested(64).as_bytes()));
        assert!(!is_shallow(nested(65).as_bytes()));
    }

    #[test]
    fn brackets_in_strings_do_not_count() {
        let text = format!(r#"{{"a\"{}": 1}}"#, "[".repeat(100));

        assert!(is_shallow(text.as_bytes()));
    }
}
