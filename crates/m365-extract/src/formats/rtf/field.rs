//! Fields: a code, and the text that it resulted in.

use crate::links::Target;

/// The longest code that is read, in bytes.
const MAX_CODE: usize = 4_000;

/// A field that is being read.
#[derive(Debug, Default)]
pub(super) struct Field {
    code: String,
}

impl Field {
    /// Adds a part of the code.
    pub(super) fn push_code(&mut self, text: &str) {
        if self.code.len() < MAX_CODE {
            self.code.push_str(text);
        }
    }

    /// Where the field leads, if it is a link.
    pub(super) fn target(&self) -> Option<Target> {
        let rest = self.arguments("HYPERLINK")?;
        let target = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => rest.split_whitespace().next()?,
        };
        Target::parse(target, None)
    }

    /// Whether the field shows the number of a page, or how many there are.
    pub(super) fn is_page_number(&self) -> bool {
        ["PAGE", "NUMPAGES", "SECTIONPAGES"].iter().any(|name| self.arguments(name).is_some())
    }

    /// What follows the name of the field, when it is this one.
    fn arguments(&self, name: &str) -> Option<&str> {
        let code = self.code.trim_start();
        let (head, rest) = code.split_at_checked(name.len())?;
        let ends = rest.is_empty() || rest.starts_with([' ', '"', '\\']);
        (head.eq_ignore_ascii_case(name) && ends).then(|| rest.trim_start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::LinkStyle;

    fn target(code: &str) -> Option<String> {
        let mut field = Field::default();
        field.push_code(code);
        Some(field.target()?.write("x", LinkStyle::Target))
    }

    #[test]
    fn a_link_has_a_target_that_may_be_quoted() {
        let expected = Some("x (https://contoso.example/a)".to_owned());

        assert_eq!(target(r#" HYPERLINK "https://contoso.example/a" \o "tip""#), expected);
        assert_eq!(target("hyperlink https://contoso.example/a "), expected);
        assert_eq!(target(r#"HYPERLINK \l "_Toc1""#), None);
        assert_eq!(target(r#"HYPERLINK "file://server/share""#), None);
        assert_eq!(target("PAGE"), None);
    }
}
