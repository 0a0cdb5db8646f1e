//! What `{…}` stands for in a body.
//!
//! | Written | Stands for |
//! |---|---|
//! | `{@mira}`, `{@mira Mira}` | a mention, by the full name or by another one |
//! | `{@channel}`, `{@team}` | a mention of the conversation |
//! | `{deck}`, `{notes}`, `{file name url}` | a file on a site |
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
        shared::{BUDGET_DECK_URL, BUDGET_NOTES_URL},
        teams::{Source, ids, script::split},
    },
    directory::Directory,
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
#[derive(Debug)]
pub(crate) struct Expanded<'a> {
    source: Refs<'a>,
    seed: &'a str,
    pub(crate) text: String,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) hosted: Vec<Hosted>,
}

/// What a body may refer to.
struct Refs<'a> {
    source: &'a Source,
    names: &'a Names<'a>,
    labelled: &'a BTreeMap<&'a str, Message>,
}

impl std::fmt::Debug for Refs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Refs").finish_non_exhaustive()
    }
}

impl<'a> Expanded<'a> {
    /// Expands a body; `seed` makes its ids differ from those of others.
    pub(crate) fn of(
        source: &'a Source,
        body: &str,
        seed: &'a str,
        names: &'a Names<'a>,
        labelled: &'a BTreeMap<&'a str, Message>,
    ) -> Self {
        let mut expanded = Self {
            source: Refs { source, names, labelled },
            seed,
            text: String::new(),
            attachments: Vec::new(),
            mentions: Vec::new(),
            hosted: Vec::new(),
        };
        let mut rest = body;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) = after.split_once('}').unwrap_or((after, ""));
            expanded.text.push_str(before);
            expanded.macro_of(inside);
            rest = after;
        }
        expanded.text.push_str(rest);
        expanded
    }

    fn macro_of(&mut self, inside: &str) {
        let (name, rest) = split(inside);
        if let Some(who) = name.strip_prefix('@') {
            return self.mention(who, rest);
        }
        match name {
            "deck" => self.file("Q3 budget deck.pptx", BUDGET_DECK_URL),
            "notes" => self.file("Budget notes.md", BUDGET_NOTES_URL),
            "file" => {
                let (name, url) = split(rest);
                self.file(&name.replace("%20", " "), url);
            }
            "image" => self.image(rest),
            "code" => self.code(),
            "card" => self.card(),
            "quote" => self.reference(rest, "messageReference"),
            "forward" => self.reference(rest, "forwardedMessageReference"),
            "emoji" => self.text.push_str(&format!(
                "<emoji id=\"{}\" alt=\"{rest}\" title=\"\"></emoji>",
                ids::hex(rest).get(..6).unwrap_or_default()
            )),
            "canary" => {
                let person = self.source.source.cast.person(rest);
                let company = Directory::company();
                self.text.push_str(
                    &company.find(&person.id).map(|user| user.canary()).unwrap_or_default(),
                );
            }
            _ => {
                let code = u32::from_str_radix(rest, 16).ok();
                self.text.extend(code.and_then(char::from_u32));
            }
        }
    }

    fn mention(&mut self, who: &str, text: &str) {
        let names = self.source.names;
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
                let person = self.source.source.cast.person(who);
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
        let Some(quoted) = self.source.labelled.get(label) else { return };
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
