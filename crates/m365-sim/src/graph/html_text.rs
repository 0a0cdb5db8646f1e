//! HTML as text, in the manner of the service: links as `<https://…>`, lists as `*`.

/// Escapes what HTML would take for markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Renders HTML as text with CRLF line ends. Styles do not count: hidden text is text.
pub(crate) fn html_to_text(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while !rest.is_empty() {
        rest = match rest.strip_prefix('<') {
            Some(tag) => page.tag(tag),
            None => page.text(rest),
        };
    }
    page.finish()
}

#[derive(Default)]
struct Page {
    out: String,
    links: Vec<String>,
    blank: bool,
}

impl Page {
    fn text<'a>(&mut self, text: &'a str) -> &'a str {
        let (run, rest) = text.split_at(text.find('<').unwrap_or(text.len()));
        for word in unescaped(run).split_inclusive(char::is_whitespace) {
            self.word(word);
        }
        rest
    }

    fn word(&mut self, word: &str) {
        let trimmed = word.trim_matches(|c: char| c.is_ascii_whitespace());
        if !trimmed.is_empty() {
            if self.blank && !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push(' ');
            }
            self.out.push_str(trimmed);
            self.blank = false;
        }
        self.blank |= word.ends_with(|c: char| c.is_ascii_whitespace());
    }

    fn tag<'a>(&mut self, tag: &'a str) -> &'a str {
        if let Some(comment) = tag.strip_prefix("!--") {
            return comment.split_once("-->").map_or("", |(_, rest)| rest);
        }
        let (inside, rest) = tag.split_once('>').unwrap_or((tag, ""));
        let name =
            inside.split(|c: char| c.is_whitespace() || c == '/').find(|part| !part.is_empty());
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if matches!(name.as_str(), "style" | "script" | "head" | "title")
            && !inside.starts_with('/')
        {
            return skipped(rest, &name);
        }
        self.mark(&name, inside);
        rest
    }

    fn mark(&mut self, name: &str, inside: &str) {
        let closing = inside.starts_with('/');
        match (name, closing) {
            ("br", _) => self.break_line(1, true),
            ("p" | "h1" | "h2" | "h3" | "blockquote" | "table" | "ul" | "ol" | "hr", _) => {
                self.break_line(2, false);
            }
            ("div" | "tr", _) => self.break_line(1, false),
            ("li", false) => {
                self.break_line(1, false);
                self.out.push_str("  *   ");
            }
            ("td" | "th", true) => self.out.push('\t'),
            ("a", false) => self.links.push(href(inside)),
            ("a", true) => self.link(),
            _ => {}
        }
    }

    fn link(&mut self) {
        let link = self.links.pop().unwrap_or_default();
        if !link.is_empty() {
            self.out.push_str(&format!("<{link}>"));
        }
    }

    /// Ends the line; `always` also one that is empty.
    fn break_line(&mut self, lines: usize, always: bool) {
        self.blank = false;
        let present = self.out.bytes().rev().take_while(|byte| *byte == b'\n').count();
        let wanted = if always { present + 1 } else { lines };
        if self.out.is_empty() && !always {
            return;
        }
        self.out.extend(std::iter::repeat_n('\n', wanted.saturating_sub(present)));
    }

    fn finish(self) -> String {
        let text = self.out.trim_matches('\n');
        format!("{}\r\n", text.replace('\n', "\r\n"))
    }
}

fn skipped<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    let Some(start) = lower.find(&end) else { return "" };
    text[start..].split_once('>').map_or("", |(_, rest)| rest)
}

fn href(inside: &str) -> String {
    let quoted = inside.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"'));
    quoted.map(|(link, _)| unescaped(link)).unwrap_or_default()
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(';').and_then(|(name, rest)| Some((entity(name)?, rest))) {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "zwnj" => '\u{200c}',
        "shy" => '\u{ad}',
        _ => return numbered(name),
    })
}

fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::{escaped, html_to_text};

    #[test]
    fn paragraphs_lines_and_lists_become_lines() {
        let html = "<p>One\n two</p><div>three<br>four</div><ul><li>five</li></ul>";

        let text = html_to_text(html);

        assert_eq!(text, "One two\r\n\r\nthree\r\nfour\r\n\r\n  *   five\r\n");
    }

    #[test]
    fn links_show_where_they_lead() {
        let text = html_to_text("See <a href=\"https://a.example/?x=1&amp;y=2\">this</a>.");

        assert_eq!(text, "See this<https://a.example/?x=1&y=2>.\r\n");
    }

    #[test]
    fn heads_styles_and_comments_are_no_text_but_hidden_text_is() {
        let html = "<head><title>t</title></head><style>p{}</style><!-- c --><p style=\"display:none\">h</p>";

        assert_eq!(html_to_text(html), "h\r\n");
    }

    #[test]
    fn entities_are_characters_and_back() {
        assert_eq!(
            html_to_text("&lt;b&gt; &amp; &#8364;&#x20AC; &unknown;"),
            "<b> & €€ &unknown;\r\n"
        );
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }

    #[test]
    fn what_is_cut_off_does_not_hang_it() {
        for html in ["<", "<p", "<!--", "<style>", "a<b", "&", "<a href=\""] {
            assert!(html_to_text(html).ends_with("\r\n"), "{html}");
        }
    }
}
