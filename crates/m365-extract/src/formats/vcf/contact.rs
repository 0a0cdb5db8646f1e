//! A person or an organisation, with what is usually known of them.

use crate::{
    document::LinkStyle,
    formats::content_line::ContentLine,
    links::Target,
    mail::{
        self, Part,
        fields::Fields,
        letter::{enumerate, field},
    },
};

/// The most properties of a contact that are kept.
const MAX_PROPERTIES: usize = 1_000;
/// What is not for readers: pictures, keys and the marks of programs.
const DROPPED: [&str; 8] = ["PHOTO", "LOGO", "SOUND", "KEY", "UID", "REV", "PRODID", "VERSION"];

/// The properties of a contact in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Contact(Vec<ContentLine>);

impl Contact {
    pub(super) fn take(&mut self, line: ContentLine) {
        if self.0.len() < MAX_PROPERTIES && !DROPPED.contains(&line.name.as_str()) {
            self.0.push(line);
        }
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &ContentLine> {
        self.0.iter().filter(move |line| line.name == name)
    }

    fn text(&self, name: &str) -> String {
        let texts: Vec<String> = self.all(name).map(ContentLine::text).collect();
        texts.join("; ")
    }

    /// The full name, or what stands for it.
    pub(super) fn name(&self) -> String {
        let full = self.all("FN").next().map(ContentLine::text).unwrap_or_default();
        let parts = || self.all("N").next().map(name_in_order).unwrap_or_default();
        let all = [full, parts(), self.text("NICKNAME"), self.organization(), self.text("EMAIL")];
        let name = all.iter().map(|name| field(name)).find(|name| !name.is_empty());
        name.unwrap_or_else(|| "Contact".to_owned())
    }

    pub(super) fn markdown(&self, links: LinkStyle) -> String {
        let note = mail::markdown(&[Part::Text(self.text("NOTE"))], links);
        let blocks = [format!("## {}", self.name()), self.fields(links).paragraph(), note];
        let shown = blocks.into_iter().filter(|block| !block.is_empty());
        shown.collect::<Vec<_>>().join("\n\n")
    }

    fn fields(&self, links: LinkStyle) -> Fields {
        let mut fields = Fields::default();
        for (label, name) in [("Nickname", "NICKNAME"), ("Title", "TITLE"), ("Role", "ROLE")] {
            fields.text(label, &self.text(name));
        }
        fields.text("Organization", &self.organization());
        fields.markdown("Email", self.labelled("EMAIL", plain));
        fields.markdown("Phone", self.labelled("TEL", plain));
        fields.markdown("Address", self.labelled("ADR", address));
        fields.markdown("Chat", self.labelled("IMPP", plain));
        fields.markdown("Website", self.labelled("URL", |line| website(line, links)));
        fields.markdown("Profile", self.labelled("X-SOCIALPROFILE", |line| website(line, links)));
        fields.text("Birthday", &self.dates("BDAY"));
        fields.text("Anniversary", &self.dates("ANNIVERSARY"));
        fields.text("Categories", &self.categories());
        fields.text("Members", &self.text("MEMBER"));
        fields
    }

    fn organization(&self) -> String {
        let units = self.all("ORG").flat_map(|line| line.values(';'));
        let units: Vec<String> = units.filter(|unit| !unit.trim().is_empty()).collect();
        units.join(", ")
    }

    fn dates(&self, name: &str) -> String {
        let dates: Vec<String> = self.all(name).map(|line| date(&line.text())).collect();
        dates.join(", ")
    }

    fn categories(&self) -> String {
        let all: Vec<String> = self.all("CATEGORIES").flat_map(|line| line.values(',')).collect();
        all.join(", ")
    }

    /// The values of a property, each with what it is for: `+1 555 0100 (work, cell)`.
    fn labelled(&self, name: &str, show: impl Fn(&ContentLine) -> String) -> String {
        let shown = self.all(name).filter_map(|line| {
            let value = show(line);
            let uses = self.uses(line).join(", ");
            match (value.is_empty(), uses.is_empty()) {
                (true, _) => None,
                (false, true) => Some(value),
                (false, false) => Some(format!("{value} ({})", field(&uses))),
            }
        });
        enumerate(shown)
    }

    /// What a number or address is for: the label that its owner gave it, or its types.
    fn uses(&self, line: &ContentLine) -> Vec<String> {
        let label = line.group.as_ref().and_then(|group| {
            let mut labels = self.all("X-ABLABEL");
            labels.find(|label| label.group.as_ref() == Some(group)).map(ContentLine::text)
        });
        match label {
            // Apple writes its own labels as `_$!<HomePage>!$_`.
            Some(label) => vec![label.trim_matches(['_', '$', '!', '<', '>']).to_lowercase()],
            None => line.parameters("TYPE").filter_map(usage).collect(),
        }
    }
}

fn usage(kind: &str) -> Option<String> {
    const NOISE: [&str; 11] = [
        "internet",
        "pref",
        "voice",
        "x400",
        "quoted-printable",
        "base64",
        "8bit",
        "utf-8",
        "parcel",
        "postal",
        "intl",
    ];
    let kind = kind.trim().to_ascii_lowercase();
    (!kind.is_empty() && !NOISE.contains(&kind.as_str())).then_some(kind)
}

fn plain(line: &ContentLine) -> String {
    let text = line.text();
    let bare = ["tel:", "mailto:"].iter().find_map(|scheme| text.strip_prefix(scheme));
    field(bare.unwrap_or(&text))
}

/// The parts of an address in the order of RFC 6350 6.3.1.
fn address(line: &ContentLine) -> String {
    let parts = line.values(';').into_iter().map(|part| part.replace('\n', ", "));
    let parts: Vec<String> = parts.filter(|part| !part.trim().is_empty()).collect();
    field(&parts.join(", "))
}

fn website(line: &ContentLine, links: LinkStyle) -> String {
    let target = Target::parse(&line.text(), None);
    target.map_or_else(|| field(&line.text()), |target| target.write("", links))
}

/// Family; given; middle; before; after: in the order in which they are said.
fn name_in_order(line: &ContentLine) -> String {
    let parts = line.values(';');
    let part = |at: usize| parts.get(at).map(|part| part.trim()).unwrap_or_default();
    let all = [part(3), part(1), part(2), part(0), part(4)];
    all.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `19800314` as `1980-03-14`; Apple's year of those who do not say theirs is left out.
fn date(text: &str) -> String {
    let text = text.strip_prefix("1604-").map_or(text.to_owned(), |day| format!("--{day}"));
    let is_bare = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_bare {
        true => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        false => text.split(['T', 't']).next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_alike() {
        assert_eq!(date("19800314"), "1980-03-14");
        assert_eq!(date("1980-03-14T00:00:00Z"), "1980-03-14");
        assert_eq!(date("1604-03-14"), "--03-14");
    }

    #[test]
    fn marks_of_programs_are_no_use_of_a_number() {
        assert_eq!(usage("VOICE"), None);
        assert_eq!(usage("Work").as_deref(), Some("work"));
    }
}
