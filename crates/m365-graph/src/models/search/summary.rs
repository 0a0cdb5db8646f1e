/// Takes the marks out of a hit's summary: `<c0>…</c0>` around what matched, `<ddd/>` for an
/// ellipsis; the rest is HTML text.
pub(crate) fn plain(summary: &str) -> String {
    let shown = summary.replace("<ddd/>", "…");
    let text = unescape(&without_tags(&shown));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As [`plain`], but what matched stands between `**`, which a reader knows.
pub(crate) fn marked(summary: &str) -> String {
    let shown = summary.replace(MARK, " ");
    let parts = shown.split('<').enumerate().map(|(at, part)| match part.split_once('>') {
        Some((tag, rest)) if at > 0 && is_match(tag) => format!("{MARK}{rest}"),
        _ if at > 0 => format!("<{part}"),
        _ => part.to_owned(),
    });
    plain(&parts.collect::<String>()).replace(MARK, "**")
}

/// Stands for a mark while tags are taken out; a private character, as in Graph's own highlights.
const MARK: char = '\u{e000}';

/// Tells whether a tag opens or closes what matched: `c0`, `/c0`.
fn is_match(tag: &str) -> bool {
    let number = tag.trim_start_matches('/').strip_prefix('c').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        rest = match tag.split_once('>') {
            Some((name, after)) if is_tag(name) => after,
            _ => {
                plain.push('<');
                tag
            }
        };
    }
    plain + rest
}

fn is_tag(name: &str) -> bool {
    let name = name.trim_matches('/');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    starts && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Decodes once, `&amp;` last, so that `&amp;lt;` becomes `&lt;`.
fn unescape(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'")];
    let decoded = named
        .iter()
        .fold(text.replace("&nbsp;", " "), |text, (entity, plain)| text.replace(entity, plain));
    decoded.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{marked, plain};

    #[test]
    fn marks_and_entities_of_a_summary_become_text() {
        let text = plain("…the <c0>keel</c0> &amp; <c0>hull</c0>\r\n a &lt; b<ddd/>");

        assert_eq!(text, "…the keel & hull a < b…");
    }

    #[test]
    fn a_less_than_sign_that_opens_no_tag_stays() {
        assert_eq!(plain("1 < 2 and <3"), "1 < 2 and <3");
    }

    #[test]
    fn marks_may_be_kept_as_bold() {
        let text = marked("the <c0>keel</c0> of <c1>hull</c1> 7 &lt;b&gt; <b>x</b> 1 < 2<ddd/>");

        assert_eq!(text, "the **keel** of **hull** 7 <b> x 1 < 2…");
    }
}
