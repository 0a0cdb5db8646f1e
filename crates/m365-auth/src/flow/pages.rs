use crate::{Account, Error, ErrorKind, Result};

const TEMPLATE: &str = include_str!("pages/page.html");

/// The page for the end of a sign-in.
pub(crate) fn outcome(result: &Result<Account>, notice: Option<&str>) -> String {
    match result {
        Ok(account) => {
            let advice =
                notice.unwrap_or("You can close this window and return to your application.");
            let text = format!("You are signed in as {}.", account.username);
            page("Signed in", &text, advice, "")
        }
        Err(error) => failure(error),
    }
}

/// The page for a redirect that does not belong to the sign-in that is waited for.
pub(crate) fn stray() -> String {
    page(
        "This sign-in is not expected",
        "The address does not belong to the sign-in that is in progress.",
        "Close this window, and start the sign-in again from your application.",
        "",
    )
}

/// The page for every other address.
pub(crate) fn not_found() -> String {
    page("Not found", "There is nothing at this address.", "You can close this window.", "")
}

fn failure(error: &Error) -> String {
    let heading = match error.kind() {
        ErrorKind::Cancelled => "The sign-in was cancelled",
        _ => "The sign-in did not work",
    };
    let text = error.message().map_or_else(|| error.to_string(), str::to_owned);
    let ids = error.correlation_id().map(|id| format!("Correlation ID: {id}")).unwrap_or_default();
    page(heading, &text, "Close this window, and try again from your application.", &ids)
}

fn page(heading: &str, text: &str, advice: &str, detail: &str) -> String {
    let filled =
        TEMPLATE.split("{{").enumerate().map(|(part, piece)| match piece.split_once("}}") {
            Some((name, rest)) if part > 0 => {
                let value = match name {
                    "heading" => heading,
                    "text" => text,
                    "advice" => advice,
                    _ => detail,
                };
                format!("{}{rest}", escaped(value))
            }
            _ => piece.to_owned(),
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

    #[test]
    fn what_entra_id_says_is_escaped() {
        let error = Error::new(ErrorKind::Denied)
            .with_message("<script>alert('x')</script> & {{advice}}")
            .with_ids(Some("id-1".to_owned()), None);

        let page = outcome(&Err(error), None);

        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; {{advice}}"));
        assert!(page.contains("Correlation ID: id-1"));
        assert!(!page.contains("<script"));
    }

    #[test]
    fn every_placeholder_of_the_template_is_filled_and_nothing_is_loaded() {
        let page = stray();

        assert!(!page.contains("{{") && !page.contains("}}"), "{page}");
        assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("url("));
        assert!(page.contains("lang=\"en\"") && page.contains("color-scheme"));
    }
}
