//! The words by which mail programs of many languages introduce what was said before, and sign.

mod history;
mod labels;
mod notices;
mod programs;

pub(super) use self::{
    history::{FORWARDS, SEPARATORS, WROTE},
    notices::{BANNERS, CONFIDENTIAL, FOOTERS, NOTICES, RECIPIENT},
};

/// The longest line with which a program signs, in characters, without the address behind it.
const MAX_PROGRAM: usize = 90;

/// Labels of a header field, in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    From,
    Other,
    Subject,
}

/// The field that a label names.
pub(super) fn field(label: &str) -> Option<Field> {
    let label = label.trim().to_lowercase();
    let is_in = |labels: &[&str]| labels.contains(&label.as_str());
    match () {
        () if is_in(labels::FROM) => Some(Field::From),
        () if is_in(labels::SUBJECT) => Some(Field::Subject),
        () if is_in(labels::DATE) || is_in(labels::TO) => Some(Field::Other),
        () => None,
    }
}

/// Whether a phone or a mail program signed with this line.
pub(super) fn names_program(line: &str) -> bool {
    let line = line.to_lowercase().replace(['*', '_', '\\'], "");
    let text = line.split(['<', '(']).next().unwrap_or_default().trim();
    let begins = programs::BEGINNINGS.iter().any(|words| text.starts_with(words));
    let ends = programs::ENDINGS.iter().any(|words| text.ends_with(words));
    let names = programs::PROGRAMS.iter().any(|name| text.contains(name));
    let is_short = text.chars().count() <= MAX_PROGRAM && text.split_whitespace().count() <= 14;
    is_short && names && (ends || (begins && !is_bare_name(text)))
}

/// Whether a line begins with the name of a program, which says something only with a verb.
fn is_bare_name(text: &str) -> bool {
    ["iphone", "outlook"].iter().any(|name| text.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_sign_in_many_languages() {
        for line in [
            "Sent from my iPhone",
            "Get Outlook for iOS<https://aka.ms/o0ukef>",
            "Outlook für Android herunterladen",
            "Envoyé de mon iPhone",
            "Lähetetty iPhonesta",
            "iPhoneから送信",
            "iPhone'umdan gönderildi",
            "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        ] {
            assert!(names_program(line), "{line}");
        }
    }

    #[test]
    fn what_people_write_of_programs_is_no_signature() {
        for line in [
            "Outlook for iOS does not open it.",
            "The mail was sent from my old phone.",
            "iPhone or Android?",
            "Regards, Ann",
        ] {
            assert!(!names_program(line), "{line}");
        }
    }
}
