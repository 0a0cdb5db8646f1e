//! The identifiers of a mailbox and what is in it.
//!
//! They look like Exchange's: base64 of a fixed length with `-` for `/` and `_` for `+`, nearly
//! alike in front, unlike at the end. Every message has a twin whose id differs in the case of one
//! letter only, so that whoever folds the case of ids reads the wrong mail.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::data::random::mix;

const HEADER: [u8; 4] = [0x00, 0x03, 0x24, 0x00];
const IMMUTABLE_HEADER: [u8; 4] = [0x00, 0x09, 0x00, 0x2e];
const CONVERSATION_HEADER: [u8; 4] = [0x00, 0x04, 0x24, 0x00];
const ITEM_BYTES: usize = 113;
const ATTACHMENT_BYTES: usize = ITEM_BYTES + 16;

/// What the third byte of a tail says of events and calendars.
const EVENT: u8 = 0b010;
const CALENDAR: u8 = 0b100;

/// Whether an id changes when its item is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// Graph's ordinary ids.
    #[default]
    Rest,
    /// Those for `Prefer: IdType="ImmutableId"`.
    Immutable,
}

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A message by its key.
    Message(u32),
    /// A folder by its place.
    Folder(u32),
    /// An attachment by its message's key and its place there.
    Attachment(u32, u32),
    /// A calendar by its place.
    Calendar(u32),
    /// An event by its key, and the day of the series that it is the occurrence of, or 0.
    Event(u32, u16),
    /// An attachment by its event's key and its place there.
    EventAttachment(u32, u32),
}

/// Text that no id can be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Malformed;

/// Makes and reads the ids of one mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    seed: u64,
    guid: String,
}

impl Ids {
    /// Starts the ids of the mailbox whose owner has the object id `oid`.
    pub(crate) fn new(oid: &str, seed: u64) -> Self {
        let seed = oid.bytes().fold(mix(seed), |sum, byte| mix(sum ^ u64::from(byte)));
        let (high, low) = (mix(seed ^ 1), mix(seed ^ 2));
        let hex = format!("{high:016x}{low:016x}");
        let guid = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        Self { seed, guid }
    }

    /// Returns the id of a message, a folder or an attachment.
    pub(crate) fn id(&self, item: Item, form: Form) -> String {
        rest(&self.standard(item, form))
    }

    /// Returns the same id as search hits and web links spell it, in standard base64.
    pub(crate) fn standard(&self, item: Item, form: Form) -> String {
        BASE64_STANDARD.encode(self.bytes(item, form))
    }

    /// Returns the id of a conversation.
    pub(crate) fn conversation(&self, thread: u32) -> String {
        let mut bytes = CONVERSATION_HEADER.to_vec();
        bytes.extend(self.guid.bytes());
        bytes.extend([0x00, 0x10, 0x00]);
        bytes.extend(self.noise(3, thread, 16));
        rest(&BASE64_STANDARD.encode(bytes))
    }

    /// Returns the version of an item, as `changeKey` has it.
    pub(crate) fn change_key(&self, key: u32) -> String {
        let mut bytes = vec![0x09, 0x00, 0x00, 0x00, 0x16, 0x00];
        bytes.extend(self.noise(4, key, 12));
        BASE64_STANDARD.encode(bytes)
    }

    /// Returns 20 bytes in base64 that go with a message, as `conversationIndex` has them.
    pub(crate) fn index(&self, thread: u32) -> String {
        BASE64_STANDARD.encode(self.noise(5, thread, 22))
    }

    /// Reads an id of this mailbox, in either form.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when it is not spelled as REST ids are; `Ok(None)` when it is, but belongs to
    /// nothing here.
    pub(crate) fn parse(&self, id: &str) -> Result<Option<Item>, Malformed> {
        if id.contains(['/', '+']) {
            return Err(Malformed);
        }
        let standard = id.replace('-', "/").replace('_', "+");
        let bytes = BASE64_STANDARD.decode(standard).map_err(|_| Malformed)?;
        let starts_well = bytes.starts_with(&HEADER) || bytes.starts_with(&IMMUTABLE_HEADER);
        if bytes.len() < ITEM_BYTES || !starts_well {
            return Err(Malformed);
        }
        Ok(self.item(&bytes))
    }

    fn item(&self, bytes: &[u8]) -> Option<Item> {
        let form = if bytes.starts_with(&IMMUTABLE_HEADER) { Form::Immutable } else { Form::Rest };
        let tail = bytes.get(88..)?;
        let number = u32::from_be_bytes(tail.get(5..9)?.try_into().ok()?) ^ self.mask();
        let key = number << 1 | u32::from(tail[2] & 0x20 != 0);
        let day = u16::from_be_bytes(tail.get(9..11)?.try_into().ok()?) ^ self.mask() as u16;
        let place = || u32::from(tail[25] ^ tail[9]);
        let item = match (bytes.len(), tail[2] & 7) {
            (ITEM_BYTES, 1) => Item::Folder(number),
            (ITEM_BYTES, EVENT) => Item::Event(key, day),
            (ITEM_BYTES, CALENDAR) => Item::Calendar(number),
            (ITEM_BYTES, _) => Item::Message(key),
            (ATTACHMENT_BYTES, EVENT) => Item::EventAttachment(key, place()),
            (ATTACHMENT_BYTES, _) => Item::Attachment(key, place()),
            _ => return None,
        };
        (self.bytes(item, form) == bytes).then_some(item)
    }

    fn bytes(&self, item: Item, form: Form) -> Vec<u8> {
        let header = if form == Form::Immutable { IMMUTABLE_HEADER } else { HEADER };
        let mut bytes = Vec::with_capacity(ATTACHMENT_BYTES);
        bytes.extend(header);
        bytes.extend(self.guid.bytes());
        bytes.extend([0x46, 0, 0, 0, 0, 0]);
        bytes.extend(self.store());
        bytes.extend([0x07, 0x00]);
        bytes.extend(self.noise(7, 0, 16));
        bytes.extend([0, 0, 0, 0, 0x01, 0x0c, 0, 0]);
        match item {
            Item::Folder(place) => bytes.extend(self.tail(11, place, 1)),
            Item::Message(key) => bytes.extend(self.message_tail(key)),
            Item::Calendar(place) => bytes.extend(self.tail(12, place, CALENDAR)),
            Item::Event(key, day) => bytes.extend(self.event_tail(key, day)),
            Item::Attachment(key, place) => {
                self.attach(&mut bytes, self.message_tail(key), key, place);
            }
            Item::EventAttachment(key, place) => {
                self.attach(&mut bytes, self.event_tail(key, 0), key, place);
            }
        }
        bytes
    }

    /// An attachment's id is its owner's, and 16 bytes more.
    fn attach(&self, bytes: &mut Vec<u8>, tail: [u8; 25], key: u32, place: u32) {
        bytes.extend(tail);
        bytes.push((place & 0xff) as u8 ^ tail[9]);
        bytes.extend(self.noise(8, key.wrapping_mul(31).wrapping_add(place), 15));
    }

    /// The mailbox's 16 bytes, whose base64 has a `+` and a `/`.
    fn store(&self) -> Vec<u8> {
        let mut bytes = self.noise(6, 0, 16);
        bytes[2] |= 0xf8;
        bytes[2] &= 0xfb;
        bytes[4] |= 0x3f;
        bytes
    }

    /// Twins share everything but bit 5 of the third byte, which turns an `A` into an `a`.
    fn message_tail(&self, key: u32) -> [u8; 25] {
        let letter = if key & 1 == 1 { 0b0110_1000 } else { 0 };
        self.tail(9, key >> 1, letter)
    }

    /// Events have twins as messages do; the occurrences of a series differ in more.
    fn event_tail(&self, key: u32, day: u16) -> [u8; 25] {
        let letter = if key & 1 == 1 { 0b0110_1000 } else { 0 };
        let mut tail = self.tail(13 + (u64::from(day) << 8), key >> 1, letter | EVENT);
        tail[9..11].copy_from_slice(&(day ^ self.mask() as u16).to_be_bytes());
        tail
    }

    fn tail(&self, purpose: u64, number: u32, third: u8) -> [u8; 25] {
        let mut tail = [0_u8; 25];
        tail.copy_from_slice(&self.noise(purpose, number, 25));
        tail[2] = third;
        tail[5..9].copy_from_slice(&(number ^ self.mask()).to_be_bytes());
        tail
    }

    fn mask(&self) -> u32 {
        (mix(self.seed ^ 10) >> 32) as u32
    }

    fn noise(&self, purpose: u64, number: u32, length: usize) -> Vec<u8> {
        let start = mix(self.seed ^ purpose << 40 ^ u64::from(number));
        let words = (0_u64..).flat_map(|turn| mix(start ^ turn).to_be_bytes());
        words.take(length).collect()
    }
}

/// Spells standard base64 as REST ids are spelled.
pub(crate) fn rest(standard: &str) -> String {
    standard.replace('/', "-").replace('+', "_")
}
