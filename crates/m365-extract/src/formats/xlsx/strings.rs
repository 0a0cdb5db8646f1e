use quick_xml::events::Event;

use super::super::sheets::scan;

/// The texts that cells share, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
    is_cut: bool,
}

impl Strings {
    /// Reads the part of shared texts. Hints of pronunciation are left out.
    pub(super) fn of(part: &[u8], is_whole: bool) -> Self {
        let mut reader = scan::reader(part);
        let mut strings = Self { is_cut: !is_whole, ..Self::default() };
        let (mut in_text, mut in_hint) = (false, false);
        loop {
            match scan::next(&mut reader, &mut strings.is_cut) {
                Event::Start(element) => match element.local_name().as_ref() {
                    "t" => in_text = !in_hint,
                    "rPh" => in_hint = true,
                    _ => {}
                },
                Event::Empty(element) if element.local_name().as_ref() == "si" => strings.end(),
                Event::End(element) => match element.local_name().as_ref() {
                    "si" => strings.end(),
                    "t" => in_text = false,
                    "rPh" => in_hint = false,
                    _ => {}
                },
                Event::Eof => return strings,
                event if in_text => scan::push_text(&mut strings.text, &event),
                _ => {}
            }
        }
    }

    fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        self.text.get(start.unwrap_or_default()..end)
    }

    pub(super) fn is_whole(&self) -> bool {
        !self.is_cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_hints_of_pronunciation_left_out() {
        let part = "<sst><si><t>a &amp; b</t></si><si/><si><r><rPr/><t>東</t></r><r><t> 京</t></r>\
                    <rPh sb=\"0\" eb=\"1\"><t>トウ</t></rPh></si></sst>";

        let strings = Strings::of(part.as_bytes(), true);

        assert_eq!(strings.get(0), Some("a & b"));
        assert_eq!(strings.get(1), Some(""));
        assert_eq!(strings.get(2), Some("東 京"));
        assert_eq!(strings.get(3), None);
    }
}
