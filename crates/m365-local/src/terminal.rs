//! What a person at a terminal gets beside the answer: colours on stdout, progress on stderr.
//!
//! Both only where somebody looks: output that is piped has no escape sequence, and colours also obey
//! `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM=dumb`.

use std::{borrow::Cow, fmt::Display, time::Duration};

use anstyle::{AnsiColor, Style};
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Worth a look.
pub(crate) const DUBIOUS: Style = AnsiColor::Yellow.on_default();
/// To be mended.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// A heading.
pub(crate) const HEADING: Style = Style::new().bold();
/// Of less weight.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The longest line that is easy to read.
const MAX_WIDTH: usize = 100;

/// How often the figure before the text of progress moves.
const TICK: Duration = Duration::from_millis(120);

/// Writes `text` in `style`; printing takes the escape sequences away where they have no place.
pub(crate) fn painted(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns how many columns a line of stdout may have.
pub(crate) fn width() -> usize {
    let columns = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    columns.map_or(MAX_WIDTH, |columns| columns.clamp(40, MAX_WIDTH))
}

/// Breaks `text` between words so that no line has more than `width` columns, if its words allow.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let columns = |text: &str| text.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Replaces what would command a terminal in text that others wrote; line ends and tabs stay.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    match text.contains(commands) {
        true => Cow::Owned(text.replace("\r\n", "\n").replace(commands, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

/// Tells whether a terminal would obey `c` instead of showing it: control characters, and those that
/// turn the direction of writing.
pub(crate) fn commands(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

/// A line on stderr that says what is being waited for, gone when it is dropped; nothing where stderr is
/// no terminal.
#[derive(Clone, Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Says `text` from now on.
    pub(crate) fn start(text: impl Into<Cow<'static, str>>) -> Self {
        let shown = Term::stderr().is_term() && !console::is_dumb();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target).with_message(text);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        if shown {
            bar.tick();
            bar.enable_steady_tick(TICK);
        }
        Self(bar)
    }

    /// Says `text` instead.
    pub(crate) fn say(&self, text: impl Into<Cow<'static, str>>) {
        self.0.set_message(text);
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_a_long_word_stands_alone() {
        let lines =
            wrapped("Mail.Read Calendars.Read OnlineMeetingTranscript.Read.All Chat.Read", 24);

        let expected =
            ["Mail.Read Calendars.Read", "OnlineMeetingTranscript.Read.All", "Chat.Read"];
        assert_eq!(lines, expected);
        assert_eq!(wrapped("", 10), [""]);
    }

    #[test]
    fn text_of_others_cannot_command_the_terminal() {
        let hostile = "a\x1b]0;title\x07b\u{9b}2Jc\u{202e}d\r\ne\tf";

        assert_eq!(harmless(hostile), "a\u{fffd}]0;title\u{fffd}b\u{fffd}2Jc\u{fffd}d\ne\tf");
        assert_eq!(harmless("Grüße\n"), "Grüße\n");
    }
}
