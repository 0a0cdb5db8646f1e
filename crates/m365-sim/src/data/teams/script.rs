//! What is written by hand, cut into blocks and messages.

use jiff::SignedDuration;

/// A chat, team or channel.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) kind: &'a str,
    pub(crate) key: &'a str,
    heads: Vec<(&'a str, &'a str)>,
    pub(crate) entries: Vec<Entry<'a>>,
}

/// A message.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) is_reply: bool,
    pub(crate) age: SignedDuration,
    pub(crate) sender: &'a str,
    pub(crate) label: Option<&'a str>,
    properties: Vec<(&'a str, &'a str)>,
    pub(crate) body: String,
}

impl<'a> Block<'a> {
    /// Reads all blocks of a file.
    pub(crate) fn all(text: &'a str) -> Vec<Self> {
        let mut blocks = Vec::new();
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("=== ") {
                let (kind, key) = split(title);
                blocks.push(Self { kind, key, heads: Vec::new(), entries: Vec::new() });
            } else if let Some(block) = blocks.last_mut() {
                block.line(line);
            }
        }
        blocks
    }

    fn line(&mut self, line: &'a str) {
        if let Some(entry) = Entry::start(line) {
            self.entries.push(entry);
        } else if let Some(entry) = self.entries.last_mut() {
            entry.line(line);
        } else if let Some((name, value)) = line.split_once(':') {
            self.heads.push((name, value.trim()));
        }
    }

    /// Returns a head's value.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.heads.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// Returns how long ago a head says something was.
    pub(crate) fn age(&self, name: &str, usual: &str) -> SignedDuration {
        age(self.get(name).unwrap_or(usual))
    }
}

impl<'a> Entry<'a> {
    fn start(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix('@')?;
        let (is_reply, rest) = match rest.strip_prefix('@') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let mut words = rest.split_whitespace();
        Some(Self {
            is_reply,
            age: age(words.next()?),
            sender: words.next()?,
            label: words.next().and_then(|label| label.strip_prefix('#')),
            properties: Vec::new(),
            body: String::new(),
        })
    }

    fn line(&mut self, line: &'a str) {
        match line.strip_prefix('+') {
            Some(property) if self.body.is_empty() => self.properties.push(split(property)),
            _ => {
                if !self.body.is_empty() {
                    self.body.push('\n');
                }
                self.body.push_str(line);
            }
        }
    }

    /// Returns the first property of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Returns all properties of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let found = self.properties.iter().filter(move |(own, _)| *own == name);
        found.map(|(_, value)| *value)
    }
}

/// Cuts off the first word.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    (first, rest.trim())
}

/// Reads a length of time such as `3d4h10m`.
pub(crate) fn age(text: &str) -> SignedDuration {
    let mut seconds = 0;
    let mut number = 0;
    for c in text.chars() {
        match c.to_digit(10) {
            Some(digit) => number = number * 10 + i64::from(digit),
            None => {
                seconds += number
                    * match c {
                        'd' => 86_400,
                        'h' => 3600,
                        'm' => 60,
                        _ => 1,
                    };
                number = 0;
            }
        }
    }
    SignedDuration::from_secs(seconds)
}
