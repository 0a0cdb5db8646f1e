//! Mail that tells something: written by hand, in files of `mail/`.
//!
//! Mails are separated by lines of `=====`. Each has header lines, a line of `---`, and a body:
//! HTML where it starts with `<`, else paragraphs. `\u{1b}` stands for a character that an editor
//! would not show, `{canary}` and `{owner}` for the mailbox's own.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    data::{
        bulk::{Source, whole_seconds},
        files,
    },
    graph::mail::{
        attachment::Attachment,
        folder::Folders,
        message::{Contact, Flag, Importance, Markup, Message, Quoting, Text},
    },
};

/// The stories of the main user's mailbox.
pub(crate) const MAIN: [&str; 7] = [
    include_str!("mail/budget.txt"),
    include_str!("mail/apollo.txt"),
    include_str!("mail/languages.txt"),
    include_str!("mail/newsletters.txt"),
    include_str!("mail/attachments.txt"),
    include_str!("mail/odd.txt"),
    include_str!("mail/hostile.txt"),
];

/// What lies in the mailbox that the main user shares with others.
pub(crate) const PROJECTS: &str = include_str!("mail/projects.txt");

/// What lies in the mailbox that the main user must not see.
pub(crate) const BOARD: &str = include_str!("mail/board.txt");

/// What everybody finds in a new mailbox.
pub(crate) const WELCOME: &str = include_str!("mail/welcome.txt");

/// Adds stories to a mailbox.
pub(crate) struct Writer<'a> {
    source: &'a Source<'a>,
    folders: &'a mut Folders,
    messages: &'a mut Vec<Message>,
    /// Mails that others answer: their keys and conversations.
    named: BTreeMap<&'a str, (u32, u32)>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        source: &'a Source<'a>,
        folders: &'a mut Folders,
        messages: &'a mut Vec<Message>,
    ) -> Self {
        Self { source, folders, messages, named: BTreeMap::new() }
    }

    /// Adds the mails of one file, each behind those that it answers.
    pub(crate) fn add(&mut self, story: &'a str) {
        for mail in story.split("=====\n") {
            let (head, body) = mail.split_once("---\n").unwrap_or((mail, ""));
            let head = Head::read(head);
            let message = self.message(&head, body);
            if let Some(name) = head.get("id") {
                self.named.insert(name, (self.messages.len() as u32, message.thread));
            }
            self.messages.push(message);
        }
    }

    fn message(&mut self, head: &Head<'_>, body: &str) -> Message {
        let key = self.messages.len() as u32;
        let answered = head.get("answers").and_then(|name| self.named.get(name)).copied();
        let people = |name: &str| self.people(head.get(name).unwrap_or_default());
        let (is_own, sent) = (head.get("from") == Some("mira"), self.moment(head));
        let markup = if head.get("format") == Some("text") { Markup::Text } else { Markup::Html };
        Message {
            thread: answered.map_or(key, |(_, thread)| thread),
            answers: answered.map(|(key, _)| key),
            quoting: quoting(head),
            from: people("from").pop(),
            to: people("to"),
            cc: people("cc"),
            bcc: people("bcc"),
            reply_to: people("reply-to"),
            subject: head.get("subject").map(|subject| Cow::Owned(self.expanded(subject))),
            sent,
            received: sent,
            importance: importance(head),
            unread: head.is("unread"),
            draft: head.is("draft"),
            other: head.is("other"),
            meeting: head.is("meeting"),
            flag: flag(head),
            categories: head.list("category").map(|name| Cow::Owned(name.to_owned())).collect(),
            attachments: self.attachments(head),
            markup,
            text: Text::Ready(Cow::Owned(self.body(markup, body))),
            folder: self.folder(head, is_own),
            ..Message::default()
        }
    }

    fn people(&self, names: &str) -> Vec<Contact> {
        if names == "owner" {
            let owner = self.source.owner;
            return vec![Contact::new(&owner.display_name, &owner.upn)];
        }
        self.source.people.list(names)
    }

    fn folder(&mut self, head: &Head<'_>, is_own: bool) -> usize {
        let usual = if is_own { "Sent Items" } else { "Inbox" };
        self.folders.at(head.get("folder").unwrap_or(usual))
    }

    fn attachments(&self, head: &Head<'_>) -> Vec<Attachment> {
        let names = head.list("attach");
        names.filter_map(|name| files::attachment(name, self.source)).collect()
    }

    /// Reads `ago: 3d 09:15`, a time of day in UTC, or `ago: 40m`.
    fn moment(&self, head: &Head<'_>) -> Timestamp {
        let ago = head.get("ago").unwrap_or("1d");
        let (span, time) = ago.split_once(' ').unwrap_or((ago, ""));
        let number = |unit: char| span.strip_suffix(unit).and_then(|text| text.parse::<i64>().ok());
        let back = number('d')
            .map(|days| SignedDuration::from_hours(days * 24))
            .or_else(|| number('h').map(SignedDuration::from_hours))
            .or_else(|| number('m').map(SignedDuration::from_mins))
            .unwrap_or_default();
        let then = self.source.now.checked_sub(back).unwrap_or(self.source.now);
        let at = time.parse().ok().and_then(|time| {
            let day = then.to_zoned(TimeZone::UTC).date();
            day.to_datetime(time).to_zoned(TimeZone::UTC).ok()
        });
        whole_seconds(at.map_or(then, |zoned| zoned.timestamp()))
    }

    fn body(&self, markup: Markup, body: &str) -> String {
        let text = self.expanded(body.trim_end());
        if markup == Markup::Text || text.starts_with('<') {
            return text;
        }
        let paragraphs =
            text.split("\n\n").map(|part| format!("<p>{}</p>", part.replace('\n', "<br>\r\n")));
        paragraphs.collect::<Vec<_>>().join("\r\n")
    }

    fn expanded(&self, text: &str) -> String {
        let owner = self.source.owner;
        let text =
            text.replace("{canary}", &owner.canary()).replace("{owner}", &owner.display_name);
        unescaped(&text)
    }
}

/// Puts characters in place of `\u{1b}` and its like.
pub(super) fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap_or(("", part));
        out.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        out.push_str(rest);
    }
    out
}

/// The header lines of one mail, or of whatever else is written like one.
pub(super) struct Head<'a> {
    lines: Vec<(&'a str, &'a str)>,
}

impl<'a> Head<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        Self { lines: lines.collect() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.lines.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let names = self.get(name).unwrap_or_default().split(',').map(str::trim);
        names.filter(|name| !name.is_empty())
    }

    /// Returns whether a word stands among the marks, e.g. `marks: unread, flagged`.
    pub(super) fn is(&self, mark: &str) -> bool {
        self.list("marks").any(|own| own == mark)
    }
}

fn quoting(head: &Head<'_>) -> Quoting {
    if head.get("quoting") == Some("gmail") { Quoting::Gmail } else { Quoting::Outlook }
}

fn importance(head: &Head<'_>) -> Importance {
    match head.get("importance") {
        Some("high") => Importance::High,
        Some("low") => Importance::Low,
        _ => Importance::Normal,
    }
}

fn flag(head: &Head<'_>) -> Flag {
    if head.is("flagged") {
        Flag::Flagged
    } else if head.is("complete") {
        Flag::Complete
    } else {
        Flag::None
    }
}
