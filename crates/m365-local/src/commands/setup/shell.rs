//! Command lines to copy, quoted for the shell of the platform.

use std::iter::repeat_n;

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
        for_windows(word)
    } else {
        for_unix(word)
    }
}

fn for_unix(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Quotes as programs on Windows take their
/// [command line](https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments) apart: there
/// backslashes mean something only in front of a quotation mark.
fn for_windows(word: &str) -> String {
    let (mut text, mut backslashes) = (String::from('"'), 0);
    for c in word.chars() {
        if c == '"' {
            text.extend(repeat_n('\\', backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        text.push(c);
    }
    text.extend(repeat_n('\\', backslashes));
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_what_a_shell_would_change_is_quoted() {
        let words = ["/opt/m365-local", "--scope", "Mail.Read User.Read", "it's", ""];

        let line = line(words.into_iter());

        assert_eq!(line, r"/opt/m365-local --scope 'Mail.Read User.Read' 'it'\''s' ''");
    }

    #[test]
    fn on_windows_backslashes_are_doubled_in_front_of_a_quotation_mark_alone() {
        for (word, expected) in [
            (r"C:\my apps\m365-local.exe", r#""C:\my apps\m365-local.exe""#),
            (r"C:\my data\", r#""C:\my data\\""#),
            (r#"{"a":"C:\\b\\"}"#, r#""{\"a\":\"C:\\b\\\\\"}""#),
        ] {
            assert_eq!(for_windows(word), expected);
        }
    }
}
