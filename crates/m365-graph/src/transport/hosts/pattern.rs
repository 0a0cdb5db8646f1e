/// The longest name and the longest label of one (RFC 1035 §2.3.4).
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// A host's name, or `*.` and a domain for every name below that domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostPattern {
    /// In lower case.
    domain: String,
    below: bool,
}

impl HostPattern {
    /// Reads a pattern; `None` for anything else, e.g. a URL, a port or another place for `*`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (domain, below) = match text.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (text, false),
        };
        is_name(domain).then(|| Self { domain: domain.to_ascii_lowercase(), below })
    }

    /// Tells whether `host` is meant, in whatever case it is written.
    pub(super) fn matches(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        match host.strip_suffix(&self.domain) {
            Some("") => !self.below,
            Some(rest) => self.below && rest.len() > 1 && rest.ends_with('.'),
            None => false,
        }
    }
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = |label: &str| (1..=MAX_LABEL).contains(&label.len()) && label.bytes().all(plain);
    text.len() <= MAX_NAME && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, host: &str) -> bool {
        HostPattern::parse(pattern).unwrap().matches(host)
    }

    #[test]
    fn a_name_is_that_host_only() {
        assert!(matches("Files.Example", "files.example"));
        assert!(matches("files.example", "FILES.example"));
        for other in ["x.files.example", "xfiles.example", "files.example.evil.example", ""] {
            assert!(!matches("files.example", other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_whole_labels() {
        for host in ["x.files.example", "x.y.files.example", "X.Files.Example"] {
            assert!(matches("*.Files.Example", host), "{host}");
        }
        for other in ["files.example", ".files.example", "xfiles.example", "x.files.example.evil"] {
            assert!(!matches("*.files.example", other), "{other}");
        }
    }

    #[test]
    fn labels_and_names_have_a_longest_length() {
        let label = "x".repeat(MAX_LABEL);

        assert!(HostPattern::parse(&format!("{label}.example")).is_some());
        assert!(HostPattern::parse(&format!("{label}x.example")).is_none());
        assert!(HostPattern::parse(&[label.as_str(); 4].join(".")).is_none());
    }
}
