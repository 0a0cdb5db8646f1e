mod contact;

use self::contact::Contact;
use super::{Reader, content_line, text};
use crate::{
    document::{Document, Input, LinkStyle, Options},
    format::Format,
    limits::MAX_DEPTH,
    refusal::Refusal,
};

/// The most contacts of a file that are shown.
const MAX_CONTACTS: usize = 5_000;

/// Contacts ([RFC 6350] and vCard 2.1): one section each.
///
/// [RFC 6350]: https://www.rfc-editor.org/rfc/rfc6350
pub(crate) struct Vcf;

impl Reader for Vcf {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let (contacts, is_cut) = contacts(&text::decode(input.bytes, input));
        if contacts.is_empty() {
            return text::instead(input, options);
        }
        let title = match contacts.as_slice() {
            [contact] => Some(contact.name()),
            _ => None,
        };
        let mut document = text::whole(Format::Vcf, title, markdown(&contacts, options.links))?;
        if is_cut {
            document.warnings.push("The file has more contacts than are read.".to_owned());
        }
        Ok(document)
    }
}

fn markdown(contacts: &[Contact], links: LinkStyle) -> String {
    let shown: Vec<String> = contacts.iter().map(|contact| contact.markdown(links)).collect();
    shown.join("\n\n")
}

/// The contacts of a file, and whether there are more. One may stand in another (vCard 2.1's agent).
fn contacts(text: &str) -> (Vec<Contact>, bool) {
    let mut open: Vec<Contact> = Vec::new();
    let mut done = Vec::new();
    for line in content_line::lines(text) {
        let is_card = line.value.trim().eq_ignore_ascii_case("VCARD");
        match line.name.as_str() {
            "BEGIN" if is_card && open.len() < MAX_DEPTH => open.push(Contact::default()),
            "END" if is_card => done.extend(open.pop()),
            _ => {
                if let Some(contact) = open.last_mut() {
                    contact.take(line);
                }
            }
        }
        if done.len() > MAX_CONTACTS {
            done.pop();
            return (done, true);
        }
    }
    done.extend(open);
    (done, false)
}
