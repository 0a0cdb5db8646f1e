//! Messages and other items as Outlook saves them.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use cfb::CompoundFile;
use m365_extract::{Document, Input, Options, RefusalKind, extract};

use super::{read, refusal};

const APPOINTMENTS: [u8; 16] = *b"\x02\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
const CONTACTS: [u8; 16] = *b"\x04\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
const TASKS: [u8; 16] = *b"\x03\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";

/// 2026-03-14T08:00:00Z, in seconds since 1601.
const MORNING: u64 = 1_773_475_200 + 11_644_473_600;

/// A file that Outlook might have saved.
struct Saved {
    file: CompoundFile<Cursor<Vec<u8>>>,
    fixed: BTreeMap<String, Vec<u8>>,
    names: Vec<u8>,
}

impl Saved {
    fn new(class: &str) -> Self {
        let file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let mut saved = Self { file, fixed: BTreeMap::new(), names: Vec::new() };
        saved.fixed.insert(String::new(), Vec::new());
        saved.text("", 0x001a, class);
        saved
    }

    fn storage(&mut self, path: &str) {
        self.file.create_storage(path).unwrap();
        self.fixed.insert(path.to_owned(), Vec::new());
    }

    fn stream(&mut self, path: &str, bytes: &[u8]) {
        self.file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }

    fn text(&mut self, path: &str, tag: u16, value: &str) {
        let bytes: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.stream(&format!("{path}/__substg1.0_{tag:04X}001F"), &bytes);
    }

    fn narrow(&mut self, path: &str, tag: u16, value: &[u8]) {
        self.stream(&format!("{path}/__substg1.0_{tag:04X}001E"), value);
    }

    fn binary(&mut self, path: &str, tag: u16, value: &[u8]) {
        self.stream(&format!("{path}/__substg1.0_{tag:04X}0102"), value);
    }

    fn fixed(&mut self, path: &str, tag: u16, kind: u16, value: u64) {
        let entry = self.fixed.get_mut(path).unwrap();
        entry.extend(kind.to_le_bytes());
        entry.extend(tag.to_le_bytes());
        entry.extend([0; 4]);
        entry.extend(value.to_le_bytes());
    }

    fn integer(&mut self, path: &str, tag: u16, value: u32) {
        self.fixed(path, tag, 3, value.into());
    }

    fn time(&mut self, path: &str, tag: u16, seconds: u64) {
        self.fixed(path, tag, 0x40, seconds * 10_000_000);
    }

    /// Gives a property of a set its number in this file.
    fn name(&mut self, number: u32) -> u16 {
        let index = u16::try_from(self.names.len() / 8).unwrap();
        self.names.extend(number.to_le_bytes());
        self.names.extend((3_u16 << 1).to_le_bytes());
        self.names.extend(index.to_le_bytes());
        0x8000 + index
    }

    fn recipient(&mut self, number: usize, kind: u32, name: &str, address: &str) {
        let path = format!("/__recip_version1.0_#{number:08X}");
        self.storage(&path);
        self.integer(&path, 0x0c15, kind);
        self.text(&path, 0x3001, name);
        self.text(&path, 0x3003, address);
    }

    fn attachment(&mut self, within: &str, number: usize, name: &str) -> String {
        let path = format!("{within}/__attach_version1.0_#{number:08X}");
        self.storage(&path);
        self.text(&path, 0x3707, name);
        path
    }

    fn bytes(mut self, set: Option<[u8; 16]>) -> Vec<u8> {
        for (path, entries) in std::mem::take(&mut self.fixed) {
            let head = match path.rsplit('/').next().unwrap_or_default() {
                "" => 32,
                name if name.starts_with("__substg") => 24,
                _ => 8,
            };
            let bytes = [vec![0; head], entries].concat();
            self.stream(&format!("{path}/__properties_version1.0"), &bytes);
        }
        if let Some(set) = set {
            self.file.create_storage("/__nameid_version1.0").unwrap();
            self.stream("/__nameid_version1.0/__substg1.0_00020102", &set);
            let names = std::mem::take(&mut self.names);
            self.stream("/__nameid_version1.0/__substg1.0_00030102", &names);
        }
        self.file.into_inner().into_inner()
    }

    fn read(self) -> Document {
        read("a.msg", &self.bytes(None))
    }
}

/// RTF that is not packed, as a body.
fn unpacked(rtf: &str) -> Vec<u8> {
    let length = u32::try_from(rtf.len()).unwrap().to_le_bytes();
    [&[0; 4][..], &length, b"MELA\0\0\0\0", rtf.as_bytes()].concat()
}

fn message() -> Saved {
    let mut saved = Saved::new("IPM.Note");
    saved.text("", 0x0042, "Ann");
    saved.text("", 0x0065, "/O=CONTOSO/CN=ANN");
    saved.text("", 0x5d02, "ann@contoso.example");
    saved.text("", 0x0037, "Budget");
    saved
}

#[test]
fn a_message_shows_fields_body_and_attachments() {
    let mut saved = message();
    saved.time("", 0x0039, MORNING);
    saved.integer("", 0x0017, 2);
    saved.recipient(0, 1, "Bob", "bob@contoso.example");
    saved.recipient(1, 2, "carla@contoso.example", "carla@contoso.example");
    saved.text("", 0x1000, "Here it is.\r\n");
    let file = saved.attachment("", 0, "budget.xlsx");
    saved.binary(&file, 0x3701, b"12345");
    saved.text(&file, 0x370e, "application/vnd.ms-excel");
    let item = saved.attachment("", 1, "Old plan");
    let inner = format!("{item}/__substg1.0_3701000D");
    saved.storage(&inner);
    saved.text(&inner, 0x0037, "Old plan");
    saved.text(&inner, 0x1000, "As it was.");

    let document = saved.read();

    assert_eq!(document.title.as_deref(), Some("Budget"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn the_way_of_a_message_tells_the_zone_of_its_sender() {
    let mut saved = message();
    saved.time("", 0x0039, MORNING);
    saved.text("", 0x007d, "Received: x\r\nDate: Sat, 14 Mar 2026 09:00:00 +0100\r\n\r\n");

    assert!(saved.read().markdown().contains("**Sent:** 2026-03-14T09:00:00+01:00"));
}

#[test]
fn texts_of_eight_bits_are_in_the_encoding_of_the_message() {
    let expected = [(0x3ffd, 932), (0x3ff1, 1041), (0x3fde, 50_220)];
    for (tag, value) in expected {
        let mut saved = Saved::new("IPM.Note");
        saved.integer("", tag, value);
        saved.narrow("", 0x0037, b"\x93\xfa\x96\x7b\x8c\xea");
        saved.narrow("", 0x1000, b"\x83^\x83C\x83g\x83\x8b");

        assert_eq!(saved.read().markdown(), "**Subject:** 日本語\n\nタイトル", "{tag:x}");
    }
}

#[test]
fn a_page_is_read_in_its_encoding() {
    let mut saved = message();
    saved.integer("", 0x3fde, 1251);
    saved.binary("", 0x1013, b"<p>\xcf\xf0\xe8\xe2\xe5\xf2</p><ul><li>one</ul>");

    assert!(saved.read().markdown().ends_with("Привет\n\n- one"));
}

#[test]
fn a_page_wrapped_into_rtf_is_read() {
    let rtf = "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\
               {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 Gr\\'fc\\'dfe \
               {\\*\\htmltag84 <a href=\"https://contoso.example/plan\">}\\htmlrtf {\\field\\htmlrtf0 \
               here{\\*\\htmltag92 </a>}\\htmlrtf }\\htmlrtf0 \\htmlrtf\\par}\\htmlrtf0 \
               {\\*\\htmltag72 </p>}}";
    let mut saved = message();
    saved.binary("", 0x1009, &unpacked(rtf));

    let text = saved.read().markdown();

    assert!(text.ends_with("Grüße here (https://contoso.example/plan)"), "{text}");
}

#[test]
fn a_body_in_rtf_alone_is_read() {
    let mut saved = message();
    saved.binary("", 0x1009, &unpacked("{\\rtf1\\ansi First.\\par {\\b Second.}\\par}"));

    let text = saved.read().markdown();

    assert!(text.contains("First.") && text.ends_with("**Second.**"), "{text}");
}

#[test]
fn an_appointment_shows_when_and_where() {
    let mut saved = Saved::new("IPM.Appointment");
    saved.text("", 0x0037, "Plan");
    saved.text("", 0x0042, "Ann");
    saved.recipient(0, 1, "Bob", "bob@contoso.example");
    let [start, end, place] = [0x820d, 0x820e, 0x8208].map(|number| saved.name(number));
    saved.time("", start, MORNING);
    saved.time("", end, MORNING + 5400);
    saved.text("", place, "Room 4");
    saved.text("", 0x1000, "Bring numbers.");

    let text = read("a.msg", &saved.bytes(Some(APPOINTMENTS))).markdown();

    assert_eq!(
        text,
        "**Subject:** Plan\n**When:** 2026-03-14T08:00:00Z – 2026-03-14T09:30:00Z\n\
         **Where:** Room 4\n**Organizer:** Ann\n**Attendees:** Bob <bob@contoso.example>\n\n\
         Bring numbers.",
    );
}

#[test]
fn a_day_off_is_the_day_that_its_owner_means() {
    let mut saved = Saved::new("IPM.Appointment");
    let [start, end, all_day] = [0x820d, 0x820e, 0x8215].map(|number| saved.name(number));
    // Midnight in Berlin is 23:00 in UTC.
    saved.time("", start, MORNING - 9 * 3600);
    saved.time("", end, MORNING + 15 * 3600);
    saved.fixed("", all_day, 0x0b, 1);

    let text = read("a.msg", &saved.bytes(Some(APPOINTMENTS))).markdown();

    assert_eq!(text, "**When:** 2026-03-14, all day");
}

#[test]
fn contacts_and_tasks_show_their_main_fields() {
    let mut contact = Saved::new("IPM.Contact");
    contact.text("", 0x3001, "Jane Doe");
    contact.text("", 0x3a16, "Contoso");
    contact.text("", 0x3a1c, "+1 555 0100");
    let [name, address] = [0x8080, 0x8083].map(|number| contact.name(number));
    contact.text("", name, "Jane Doe (jane@contoso.example)");
    contact.text("", address, "jane@contoso.example");
    let mut task = Saved::new("IPM.Task");
    task.text("", 0x0037, "File taxes");
    let [status, due] = [0x8101, 0x8105].map(|number| task.name(number));
    task.integer("", status, 1);
    task.time("", due, MORNING);

    let contact = read("a.msg", &contact.bytes(Some(CONTACTS)));
    let task = read("a.msg", &task.bytes(Some(TASKS)));

    assert_eq!(contact.title.as_deref(), Some("Jane Doe"));
    assert_eq!(
        contact.markdown(),
        "**Name:** Jane Doe\n**Email:** jane@contoso.example\n**Organization:** Contoso\n\
         **Phone (mobile):** +1 555 0100",
    );
    assert_eq!(
        task.markdown(),
        "**Subject:** File taxes\n**Status:** in process\n**Due:** 2026-03-14",
    );
}

#[test]
fn c15_a_message_that_a_policy_protects_is_refused() {
    let mut saved = message();
    let file = saved.attachment("", 0, "message.rpmsg");
    saved.binary(&file, 0x3701, b"x");

    assert_eq!(refusal("a.msg", &saved.bytes(None)), RefusalKind::Protected);
}

#[test]
fn a_message_signed_or_encrypted_as_a_whole_is_told_apart() {
    let smime = |class: &str, content: &[u8]| {
        let mut saved = message_of(class);
        let file = saved.attachment("", 0, "smime.p7m");
        saved.binary(&file, 0x3701, content);
        saved.read()
    };
    let entity = b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nSigned.\n--b--\n";

    let signed = smime("IPM.Note.SMIME.MultipartSigned", entity);
    let encrypted = smime("IPM.Note.SMIME", b"\x30\x03\x06\x01\x2a");

    assert!(signed.markdown().ends_with("Signed."), "{}", signed.markdown());
    assert_eq!(encrypted.warnings, ["The body of the message is encrypted."]);
}

fn message_of(class: &str) -> Saved {
    let mut saved = Saved::new(class);
    saved.text("", 0x0037, "Budget");
    saved
}

#[test]
fn the_newest_part_of_a_message_leaves_history_out() {
    let mut saved = message();
    saved.text(
        "",
        0x1000,
        "Agreed.\r\n\r\nFrom: Bob\r\nSent: Monday\r\nTo: Ann\r\nSubject: x\r\n\r\nOld.",
    );
    let bytes = saved.bytes(None);

    let options = Options::default().newest_part(true);
    let document = extract(&Input::new(&bytes).named("a.msg"), &options).unwrap();

    assert_eq!(document.newest_part.as_deref(), Some("Agreed."));
}

#[test]
fn c11_items_in_items_are_shown_to_a_depth_and_named_below() {
    let mut saved = message();
    let mut path = String::new();
    for level in 1..7 {
        let attachment = saved.attachment(&path, 0, &format!("level {level}"));
        path = format!("{attachment}/__substg1.0_3701000D");
        saved.storage(&path);
        saved.text(&path, 0x0037, &format!("level {level}"));
    }

    let text = saved.read().markdown();

    assert!(text.contains("**Subject:** level 3") && text.ends_with("- level 4"), "{text}");
}

#[test]
fn c13_a_damaged_file_is_refused_or_read_in_part() {
    let mut saved = message();
    saved.text("", 0x1000, "Here it is.");
    let bytes = saved.bytes(None);

    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        let _ = extract(&Input::new(&damaged).named("a.msg"), &Options::default());
        let _ = extract(&Input::new(&bytes[..at]).named("a.msg"), &Options::default());
    }
    let mut damaged = bytes.clone();
    damaged[30] = 0xff;
    assert_eq!(refusal("a.msg", &damaged), RefusalKind::Damaged);
}
