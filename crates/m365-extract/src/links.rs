//! Where a link really leads, and how it is written.

use url::{Position, Url};

use crate::{document::LinkStyle, escape};

/// Redirectors are unwrapped at most this often.
const MAX_WRAPPED: usize = 4;
/// The longest target that is written.
const MAX_TARGET: usize = 2_000;
/// The hosts of Safe Links, of the world and of US government.
const GATEWAYS: [&str; 2] =
    [".safelinks.protection.outlook.com", ".safelinks.protection.office365.us"];

/// A target that may be written: `http`, `https` or `mailto`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    url: Url,
    /// Whether its author went on right after the host, as in `https://contoso.example?q=1`.
    is_bare: bool,
}

impl Target {
    /// Reads the target of a link. `original` is what a mail gateway noted before it rewrote the
    /// link (`originalsrc`). Anyone can write that note, so it counts only where the link leads to a
    /// gateway that does not say itself where it goes on to.
    pub(crate) fn parse(href: &str, original: Option<&str>) -> Option<Self> {
        let mut url = web(href)?;
        if is_gateway(&url) && wrapped(&url).is_none() {
            url = original.and_then(web).unwrap_or(url);
        }
        for _ in 0..MAX_WRAPPED {
            match wrapped(&url) {
                Some(inner) => url = inner,
                None => break,
            }
        }
        drop_tracking(&mut url);
        let is_bare = url.path() == "/" && goes_on_after_host(href);
        (url.as_str().len() <= MAX_TARGET).then_some(Self { url, is_bare })
    }

    /// The link with its text, as `style` wants it.
    pub(crate) fn write(&self, text: &str, style: LinkStyle) -> String {
        let text = text.trim();
        if self.is_said_by(text) {
            return self.plain();
        }
        match style {
            LinkStyle::Text if text.is_empty() => self.host(),
            LinkStyle::Text => text.to_owned(),
            _ if text.is_empty() => self.plain(),
            LinkStyle::Host => format!("{text} ({})", self.host()),
            LinkStyle::Markdown => format!("[{text}]({})", self.encoded(&['(', ')'])),
            LinkStyle::Target => format!("{text} ({})", self.plain()),
        }
    }

    /// Whether the text is the target already, give or take its scheme and a slash.
    fn is_said_by(&self, text: &str) -> bool {
        let short = |text: &str| {
            let text = text.replace("\\", "");
            let text = text.trim().trim_end_matches('/');
            let bare = ["https://", "http://", "mailto:"].iter().find_map(|p| text.strip_prefix(p));
            bare.unwrap_or(text).to_ascii_lowercase()
        };
        short(text) == short(&self.plain())
    }

    /// The target as a reader writes it: an address without `mailto:`.
    fn plain(&self) -> String {
        match self.url.scheme() {
            "mailto" => self.url.path().to_owned(),
            _ => self.encoded(&['[', ']']),
        }
    }

    /// The target as the value of an `href`: a message is addressed, not written in advance.
    pub(crate) fn href(&self) -> String {
        match self.url.scheme() {
            "mailto" => format!("mailto:{}", self.url.path()),
            _ => self.url.as_str().to_owned(),
        }
    }

    fn host(&self) -> String {
        self.url.host_str().map_or_else(|| self.plain(), str::to_owned)
    }

    /// The URL with these characters percent-encoded, but for those of an IPv6 host.
    fn encoded(&self, marks: &[char]) -> String {
        let encode = |part: &str| {
            let escaped = |mark: &char| format!("%{:02X}", u32::from(*mark));
            marks.iter().fold(part.to_owned(), |part, mark| part.replace(*mark, &escaped(mark)))
        };
        let host = &self.url[Position::BeforeHost..Position::AfterHost];
        let (before, after) = (&self.url[..Position::BeforeHost], &self.url[Position::AfterHost..]);
        let after = if self.is_bare { after.replacen('/', "", 1) } else { after.to_owned() };
        format!("{}{host}{}", encode(before), encode(&after))
    }
}

/// Whether what follows the host of a link is its query or the place in it.
fn goes_on_after_host(href: &str) -> bool {
    let after = href
        .split_once("://")
        .and_then(|(_, rest)| rest.find(['/', '?', '#']).map(|at| &rest[at..]));
    after.is_some_and(|after| !after.starts_with('/'))
}

/// Unwraps the links that a mail gateway rewrote in plain text, so that they show where they lead.
///
/// ```
/// use m365_extract::unwrap_links;
///
/// let text = "Plan: https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb&data=05";
///
/// assert_eq!(unwrap_links(text), "Plan: https://a.example/b");
/// ```
#[must_use]
pub fn unwrap_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(mark) = GATEWAYS.iter().filter_map(|gateway| rest.find(gateway)).min() {
        let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"');
        let start = mark - rest[..mark].rsplit(is_end).next().map_or(0, str::len);
        let start = rest[start..mark].find("http").map_or(mark, |at| start + at);
        let end = rest[mark..].find(is_end).map_or(rest.len(), |at| mark + at);
        out.push_str(&rest[..start]);
        // A rewritten link ends in a parameter of its gateway's, never in one of these.
        let link = rest[start..end].trim_end_matches([')', ']', '.', ',', ';', '!', '?', '*', '…']);
        let end = start + link.len();
        let target = Target::parse(link, None).map(|target| target.plain());
        out.push_str(target.as_deref().unwrap_or(link));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// A URL that leads somewhere: relative ones, scripts, data and parts of the mail do not.
fn web(href: &str) -> Option<Url> {
    let url = Url::parse(href.trim()).ok()?;
    let is_kept = match url.scheme() {
        "mailto" => escape::is_address(url.path()),
        scheme => matches!(scheme, "http" | "https"),
    };
    is_kept.then_some(url)
}

/// Whether a link was rewritten by Safe Links.
fn is_gateway(url: &Url) -> bool {
    url.host_str().is_some_and(|host| GATEWAYS.iter().any(|gateway| host.ends_with(gateway)))
}

/// The target inside a link that a mail gateway rewrote.
fn wrapped(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let parameter = match () {
        () if is_gateway(url) => "url",
        () if host == "www.google.com" && url.path() == "/url" => "q",
        () => return None,
    };
    let (_, inner) = url.query_pairs().find(|(name, _)| name == parameter)?;
    web(&inner)
}

/// Removes the parameters that only say where the reader came from.
fn drop_tracking(url: &mut Url) {
    let is_tracking = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("utm_"))
    };
    let Some(query) = url.query().filter(|query| query.split('&').any(is_tracking)) else {
        return;
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_no_slash_that_its_author_did_not_write() {
        let written = |href: &str| Target::parse(href, None).map(|target| target.plain());

        for href in ["https://a.example?q=1#b", "https://a.example:81?q", "https://a.example/?q=1"]
        {
            assert_eq!(written(href).as_deref(), Some(href));
        }
    }

    fn target(href: &str) -> String {
        Target::parse(href, None).unwrap().plain()
    }

    #[test]
    fn a_safe_link_is_unwrapped() {
        let href = "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcontoso.example\
                    %2Fplan%3Fid%3D1%26utm_source%3Dx&data=05%7C02&reserved=0";

        assert_eq!(target(href), "https://contoso.example/plan?id=1");
    }

    #[test]
    fn a_safe_link_in_a_text_is_unwrapped_and_what_stands_behind_it_stays() {
        let link = |domain: &str| {
            let to = "https%3A%2F%2Fcontoso.example%2Fplan_(b)";
            format!("https://eur02.safelinks.protection.{domain}/?url={to}&data=05%7C02&reserved=0")
        };

        for domain in ["outlook.com", "office365.us"] {
            let link = link(domain);
            assert_eq!(
                unwrap_links(&format!("[the plan]({link}), <{link}> or {link}.")),
                "[the plan](https://contoso.example/plan_(b)), <https://contoso.example/plan_(b)> or \
                 https://contoso.example/plan_(b).",
            );
        }
    }

    #[test]
    fn a_text_without_a_link_to_a_gateway_stays_as_it_is() {
        for text in
            ["", "see x.safelinks.protection.outlook.com", "https://a.example/?utm_source=x"]
        {
            assert_eq!(unwrap_links(text), text);
        }
    }

    #[test]
    fn the_note_of_a_gateway_counts_where_its_link_does_not_say_more() {
        let original = Some("https://contoso.example/plan");
        let link = |href: &str| Target::parse(href, original).unwrap().plain();

        for domain in ["outlook.com", "office365.us"] {
            let href = format!("https://a.safelinks.protection.{domain}/");
            assert_eq!(link(&href), "https://contoso.example/plan");
            assert_eq!(link(&format!("{href}?url=https://evil.example/")), "https://evil.example/");
        }
    }

    #[test]
    fn c04_a_sender_cannot_note_another_target_than_the_real_one() {
        for href in
            ["https://evil.example/", "https://safelinks.protection.outlook.com.evil.example/"]
        {
            let link = Target::parse(href, Some("https://contoso.example/plan"));
            assert_eq!(link.unwrap().plain(), href);
        }
        assert_eq!(Target::parse("javascript:x()", Some("https://contoso.example")), None);
    }

    #[test]
    fn c04_a_target_that_acts_or_carries_data_is_no_link() {
        for href in
            ["javascript:alert(1)", "data:text/html,x", "cid:1", "file:///etc", "x", "//h/x"]
        {
            assert_eq!(Target::parse(href, None), None, "{href}");
        }
    }

    #[test]
    fn c04_a_target_that_acts_as_markdown_or_html_is_written_so_that_it_does_not() {
        let url = "https://x.example/![a](https://evil.example/?d=1)";

        assert_eq!(target(url), "https://x.example/!%5Ba%5D(https://evil.example/?d=1)");
        assert_eq!(target("http://[::1]/?a[]=1"), "http://[::1]/?a%5B%5D=1");
        assert_eq!(Target::parse("mailto:<img src=https://evil.example/@>", None), None);
        assert_eq!(Target::parse("mailto:![a@b](https://evil.example)", None), None);
    }

    #[test]
    fn a_text_that_names_another_place_shows_both() {
        let link = Target::parse("https://evil.example/a", None).unwrap();

        assert_eq!(
            link.write("https://contoso.example", LinkStyle::Target),
            "https://contoso.example (https://evil.example/a)",
        );
    }

    #[test]
    fn a_text_that_is_the_target_is_written_once() {
        let link = Target::parse("https://contoso.example/", None).unwrap();

        assert_eq!(link.write("contoso.example", LinkStyle::Target), "https://contoso.example/");
    }

    #[test]
    fn each_style_writes_what_it_says() {
        let link = Target::parse("https://contoso.example/a(b)", None).unwrap();

        assert_eq!(link.write("plan", LinkStyle::Host), "plan (contoso.example)");
        assert_eq!(link.write("plan", LinkStyle::Text), "plan");
        assert_eq!(link.write("plan", LinkStyle::Target), "plan (https://contoso.example/a(b))");
        assert_eq!(
            link.write("plan", LinkStyle::Markdown),
            "[plan](https://contoso.example/a%28b%29)",
        );
    }
}
