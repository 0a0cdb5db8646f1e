//! What `{…}` stands for in a body.
//!
//! | Written | Stands for |
//! |---|---|
//! | `{@mira}`, `{@mira Mira}` | a mention, by the full name or by another one |
//! | `{@channel}`, `{@team}` | a mention of the conversation |
//! | `{deck}`, `{notes}`, `{file name path}` | a file on the site of finance |
//! | `{image name}` | a pasted picture |
//! | `{code}`, `{card}` | a code snippet, an adaptive card |
//! | `{quote label}`, `{forward label}` | an earlier message |
//! | `{emoji 🙂}` | an emoji as Teams writes it |
//! | `{u 202e}` | a character that an editor would not show |
//! | `{canary adele}` | the text that only this user's data contains |

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::{
    data::{
        shared::{BUDGET_DECK_URL, BUDGET_NOTES_URL, FINANCE_SITE},
        teams::{Source, ids, script::split},
    },
    graph::teams::message::{Attachment, Hosted, Mention, Mentioned, Message},
};

/// What the conversation itself is called.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    /// A team's id and name.
    pub(crate) team: Option<(&'a str, &'a str)>,
    /// A channel's id and name.
    pub(crate) channel: Option<(&'a str, &'a str)>,
}

/// A body, with what hangs on it.
pub(crate) struct Expanded<'a> {
    refs: Refs<'a>,
    seed: &'a str,
    pub(crate) text: String,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) hosted: Vec<Hosted>,
}

/// What a body may refer to.
#[derive(Clone, Copy)]
pub(crate) struct Refs<'a> {
    pub(crate) source: &'a Source,
    pub(crate) names: &'a Names<'a>,
    pub(crate) labelled: &'a BTreeMap<&'a str, Message>,
}

impl<'a> Expanded<'a> {
    /// Expands a body; `seed` makes its ids differ from those of others.
    pub(crate) fn of(refs: Refs<'a>, body: &str, seed: &'a str) -> Self {
        let (attachments, mentions, hosted) = (Vec::new(), Vec::new(), Vec::new());
        let text = String::new();
        let mut expanded = Self { refs, seed, text, attachments, mentions, hosted };
        let mut rest = body;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}').unwrap_or((after, ""));
            expanded.text.push_str(before);
            expanded.expand(inside);
            rest = after;
        }
        expanded.text.push_str(rest);
        expanded
    }

    fn expand(&mut self, inside: &str) {
        let (name, rest) = split(inside);
        if let Some(who) = name.strip_prefix('@') {
            return self.mention(who, rest);
        }
        match name {
            "deck" => self.file("Q3 budget deck.pptx", BUDGET_DECK_URL),
            "notes" => self.file("Budget notes.md", BUDGET_NOTES_URL),
            "file" => {
                let (name, path) = split(rest);
                self.file(&name.replace("%20", " "), &format!("{FINANCE_SITE}{path}"));
            }
            "image" => self.image(rest),
            "code" => self.code(),
            "card" => self.card(),
            "quote" => self.reference(rest, "messageReference"),
            "forward" => self.reference(rest, "forwardedMessageReference"),
            _ => self.text.push_str(&self.plain(name, rest)),
        }
    }

    /// Returns what stands for nothing but text.
    fn plain(&self, name: &str, rest: &str) -> String {
        match name {
            "emoji" => {
                let id = ids::hex(rest).split_off(26);
                format!("<emoji id=\"{id}\" alt=\"{rest}\" title=\"\"></emoji>")
            }
            "canary" => self.refs.source.cast.canary(rest),
            _ => {
                let code = u32::from_str_radix(rest, 16).ok();
                code.and_then(char::from_u32).map(String::from).unwrap_or_default()
            }
        }
    }

    fn mention(&mut self, who: &str, text: &str) {
        let names = self.refs.names;
        let conversation = match who {
            "team" => names.team.map(|(id, name)| (id, name, "team")),
            "channel" => names.channel.map(|(id, name)| (id, name, "channel")),
            _ => None,
        };
        let (full, who) = match conversation {
            Some((id, name, kind)) => {
                let named = Mentioned::Conversation(id.to_owned(), name.to_owned(), kind);
                (name.to_owned(), named)
            }
            None => {
                let person = self.refs.source.cast.person(who);
                (person.name.clone(), Mentioned::Person(person))
            }
        };
        let text = if text.is_empty() { full } else { text.to_owned() };
        self.text.push_str(&format!("<at id=\"{}\">{text}</at>", self.mentions.len()));
        self.mentions.push(Mention { text, who });
    }

    /// Hangs something on the message, and puts its mark into the text.
    fn attach(&mut self, id: String, attachment: Attachment) {
        self.text.push_str(&format!("<attachment id=\"{id}\"></attachment>"));
        self.attachments.push(Attachment { id, ..attachment });
    }

    fn new_id(&self) -> String {
        ids::guid(&format!("{}{}", self.seed, self.attachments.len() + self.hosted.len()))
    }

    fn file(&mut self, name: &str, url: &str) {
        let attachment = Attachment {
            content_type: "reference",
            url: Some(url.to_owned()),
            name: Some(name.to_owned()),
            ..Attachment::default()
        };
        self.attach(self.new_id(), attachment);
    }

    /// Puts bytes into Teams and returns their id.
    fn host(&mut self, content_type: &'static str, bytes: &'static [u8]) -> String {
        let guid = self.new_id();
        let id = BASE64_URL_SAFE_NO_PAD.encode(format!(
            "id=x_{guid},type=1,url=https://eu-api.asm.skype.com/v1/objects/{guid}/views/imgo"
        ));
        self.hosted.push(Hosted { id: id.clone(), content_type, bytes });
        id
    }

    fn image(&mut self, name: &str) {
        let bytes: &[u8] = match name {
            "stamp" => include_bytes!("../files/stamp.png"),
            _ => include_bytes!("../files/vibration.png"),
        };
        let id = self.host("image/png", bytes);
        self.text.push_str(&format!(
            "<img alt=\"{name}\" src=\"{{hosted}}/{id}/$value\" width=\"120\" height=\"80\" style=\"vertical-align:bottom; width:120px; height:80px\" itemid=\"{id}\">"
        ));
    }

    fn code(&mut self) {
        let id = self.host("text/plain", include_bytes!("wake.py"));
        let content = json!({
            "language": "Python", "lines": 5, "wrapLines": true, "title": "wake.py",
            "codeSnippetUrl": format!("{{hosted}}/{id}/$value"),
        });
        let attachment = Attachment {
            content_type: "application/vnd.microsoft.card.codesnippet",
            content: Some(content.to_string()),
            ..Attachment::default()
        };
        self.attach(self.new_id(), attachment);
    }

    fn card(&mut self) {
        let attachment = Attachment {
            content_type: "application/vnd.microsoft.card.adaptive",
            content: Some(include_str!("card.json").to_owned()),
            ..Attachment::default()
        };
        self.attach(self.new_id(), attachment);
    }

    /// A quote's id is that of the message that it quotes.
    fn reference(&mut self, label: &str, content_type: &'static str) {
        let Some(quoted) = self.refs.labelled.get(label) else { return };
        let id = quoted.id().to_string();
        let sender = quoted.sender.person().map(|person| {
            json!({"user": {
                "userIdentityType": "aadUser", "id": person.id, "displayName": person.name,
            }})
        });
        let content = json!({
            "messageId": id,
            "messagePreview": plain(&quoted.body),
            "messageSender": sender,
        });
        let attachment = Attachment {
            content_type,
            content: Some(content.to_string()),
            ..Attachment::default()
        };
        self.attach(id, attachment);
    }
}

/// Returns the text of a body, without its tags.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}
