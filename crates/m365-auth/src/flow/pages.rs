use crate::{Account, Error, ErrorKind, Result, help_url};

const TEMPLATE: &str = include_str!("pages/page.html");

/// The page for the end of a sign-in.
pub(crate) fn outcome(result: &Result<Account>, notice: Option<&str>) -> String {
    match result {
        Ok(account) => signed_in(account, notice),
        Err(error) => failure(error),
    }
}

/// The page for a browser that comes back when nobody waits for it any more, because of `error`.
pub(crate) fn ended(error: &Error) -> String {
    let page = match error.kind() {
        ErrorKind::TimedOut => Page::new(Tone::Bad, "The sign-in took too long")
            .with("Your application had stopped waiting when you came back. Nothing was kept."),
        _ => Page::new(Tone::Bad, "This sign-in has ended").with(said(error)),
    };
    page.with("Go back to your application, and start the sign-in again.")
        .helped(error.help_url())
        .html()
}

/// The page for a redirect that does not belong to the sign-in that is waited for.
pub(crate) fn stray() -> String {
    Page::new(Tone::Bad, "This sign-in is not expected")
        .with("The address does not belong to the sign-in that is in progress. Nothing was kept.")
        .with("Close this window, and start the sign-in again from your application.")
        .helped(help_url("sign-in-not-expected"))
        .html()
}

/// The page for every other address.
pub(crate) fn not_found() -> String {
    Page::new(Tone::Bad, "Not found")
        .with("There is nothing at this address. You can close this window.")
        .html()
}

fn signed_in(account: &Account, notice: Option<&str>) -> String {
    let page = Page::new(Tone::Good, "Signed in")
        .with(format!("You are signed in as {account}."))
        .with("You can close this window and return to your application.");
    match notice {
        Some(notice) => page.with(notice).html(),
        None => page.html(),
    }
}

fn failure(error: &Error) -> String {
    let heading = match error.kind() {
        ErrorKind::Cancelled => "The sign-in was cancelled",
        _ => "The sign-in did not work",
    };
    Page::new(Tone::Bad, heading)
        .with(said(error))
        .with(advice(error.kind()))
        .helped(error.help_url())
        .named("Error", error.aadsts().map(|code| format!("AADSTS{code}")))
        .named("Correlation ID", error.correlation_id().map(str::to_owned))
        .html()
}

fn said(error: &Error) -> String {
    let sentence = error.message().map_or_else(|| error.to_string(), str::to_owned);
    if sentence.ends_with('.') { sentence } else { sentence + "." }
}

const fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Configuration | ErrorKind::ConsentRequired | ErrorKind::Denied => {
            "Until that is done, a new sign-in ends here again. You can close this window."
        }
        ErrorKind::Throttled | ErrorKind::Unavailable => {
            "Close this window, and try again from your application in a few minutes."
        }
        _ => "Close this window, and try again from your application.",
    }
}

/// How a page looks, and how urgently it is read out.
#[derive(Clone, Copy)]
enum Tone {
    Good,
    Bad,
}

impl Tone {
    /// Returns the class, the role and the mark.
    const fn parts(self) -> [&'static str; 3] {
        match self {
            Self::Good => ["good", "status", "M7 12.5l3.5 3.5L17 9"],
            Self::Bad => ["bad", "alert", "M12 6.5v7M12 17.25v.25"],
        }
    }
}

/// A page in the making; what is added is escaped at once.
struct Page {
    tone: Tone,
    heading: &'static str,
    paragraphs: String,
    help: String,
    ids: String,
}

impl Page {
    const fn new(tone: Tone, heading: &'static str) -> Self {
        Self { tone, heading, paragraphs: String::new(), help: String::new(), ids: String::new() }
    }

    /// Adds a paragraph.
    fn with(mut self, text: impl AsRef<str>) -> Self {
        self.paragraphs += &format!("<p>{}</p>\n", escaped(text.as_ref()));
        self
    }

    /// Links to the row that explains it.
    fn helped(mut self, url: impl AsRef<str>) -> Self {
        let url = escaped(url.as_ref());
        self.help = format!(
            "<p><a href=\"{url}\" rel=\"noreferrer\">What this means, and what to do</a></p>"
        );
        self
    }

    /// Adds what support asks for, in a form that one click selects.
    fn named(mut self, name: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            let value = escaped(&value);
            self.ids += &format!("<dt>{name}</dt>\n<dd><code>{value}</code></dd>\n");
        }
        self
    }

    fn html(&self) -> String {
        let [tone, role, mark] = self.tone.parts();
        let ids =
            if self.ids.is_empty() { String::new() } else { format!("<dl>\n{}</dl>", self.ids) };
        fill(&[
            ("tone", tone),
            ("role", role),
            ("mark", mark),
            ("heading", self.heading),
            ("paragraphs", &self.paragraphs),
            ("help", &self.help),
            ("ids", &ids),
        ])
    }
}

/// Puts `values` into the template; what looks like a place in a value stays as it is.
fn fill(values: &[(&str, &str)]) -> String {
    let filled = TEMPLATE.split("{{").map(|piece| match piece.split_once("}}") {
        Some((name, rest)) => {
            let value = values.iter().find(|(present, _)| *present == name);
            format!("{}{rest}", value.map(|(_, value)| *value).unwrap_or_default())
        }
        None => piece.to_owned(),
    });
    filled.collect()
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars().filter(|character| !character.is_control()) {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<String> {
        let denied = Error::new(ErrorKind::Denied).with_message("No").with_aadsts(50_105);
        vec![
            ended(&Error::new(ErrorKind::TimedOut)),
            ended(&Error::new(ErrorKind::Cancelled)),
            outcome(&Err(denied.with_ids(Some("id-1".to_owned()), None)), None),
            not_found(),
            stray(),
        ]
    }

    #[test]
    fn what_entra_id_says_is_escaped() {
        let error = Error::new(ErrorKind::Denied)
            .with_message("<script>alert('x')</script> & {{advice}}")
            .with_ids(Some("<id-1>".to_owned()), None);

        let page = outcome(&Err(error), None);

        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; {{advice}}"));
        assert!(page.contains("<code>&lt;id-1&gt;</code>"));
        assert!(!page.contains("<script"));
    }

    #[test]
    fn every_place_of_the_template_is_filled_and_nothing_is_loaded() {
        for page in pages() {
            assert!(!page.contains("{{") && !page.contains("}}"), "{page}");
            for loading in ["src=", "url(", "<link", "<script", "@import"] {
                assert!(!page.contains(loading), "{loading}");
            }
        }
    }

    #[test]
    fn each_page_says_its_language_its_heading_and_how_urgent_it_is() {
        for page in pages() {
            assert!(page.contains("<html lang=\"en\">") && page.contains("role=\"alert\""));
            assert_eq!(page.matches("<h1>").count(), 1, "{page}");
        }
    }

    #[test]
    fn a_failure_leads_to_its_row_and_has_the_ids_to_copy() {
        let page = &pages()[2];

        assert!(page.contains("/docs/troubleshooting.md#aadsts50105\" rel=\"noreferrer\""));
        assert!(page.contains("<code>AADSTS50105</code>") && page.contains("<code>id-1</code>"));
    }
}
