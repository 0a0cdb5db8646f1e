//! Command lines to copy, quoted for the shell of the platform.

/// Writes `words` as one line.
pub(super) fn line<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// Quotes `word` where the shell would read more into it than its letters.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    if !word.is_empty() && word.chars().all(|c| plain(c) || (cfg!(windows) && c == '\\')) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{}\"", word.replace('"', "\\\""))
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_change_is_quoted() {
        let words = ["/opt/m365-local", "--scope", "Mail.Read User.Read", "it's", ""];

        let line = line(words.into_iter());

        assert_eq!(line, r"/opt/m365-local --scope 'Mail.Read User.Read' 'it'\''s' ''");
    }
}
