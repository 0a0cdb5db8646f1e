//! What is said of a name that nothing has, or that fits several things.

use m365_extract::excerpt;

use crate::{ErrorCode, ToolError, nearest};

/// How many of several things are listed.
const LISTED: usize = 10;

/// How much of a name is repeated, in characters.
const SHOWN: usize = 100;

/// Says that no `kind` of thing is called `wanted`, the value of the argument `field`, and which of the
/// `candidates` come nearest.
pub(crate) fn not_found<'a>(
    field: &str,
    kind: &str,
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> ToolError {
    let known = candidates.into_iter().filter(|name| !name.trim().is_empty());
    let near = match nearest::names(wanted, known).as_slice() {
        [] => String::new(),
        names => format!(" The nearest names are: {}.", names.join(", ")),
    };
    let message = format!("{field}: there is no {kind} {:?}.{near}", excerpt(wanted, SHOWN));
    ToolError::new(ErrorCode::NotFound, message)
}

/// Says that `wanted` fits several things of a `kind`; each of the `candidates` has what tells it apart
/// and can be passed on.
pub(crate) fn ambiguous(
    field: &str,
    kind: &str,
    wanted: &str,
    candidates: impl IntoIterator<Item = String>,
) -> ToolError {
    let mut candidates: Vec<String> = candidates.into_iter().collect();
    let count = candidates.len();
    if count > LISTED {
        candidates.truncate(LISTED);
        candidates.push(format!("and {} more", count - LISTED));
    }
    ToolError::validation(format!(
        "{field}: {:?} fits more than one {kind} ({count}); pass what tells one apart: {}.",
        excerpt(wanted, SHOWN),
        candidates.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_known_ones() {
        let error = not_found("team", "team", "Finanse", ["Apollo", "", "Finance"]);

        assert_eq!(error.code(), ErrorCode::NotFound);
        assert_eq!(
            error.message(),
            "team: there is no team \"Finanse\". The nearest names are: Finance, Apollo."
        );
        let error = not_found("team", "team", "Finanse", []);
        assert_eq!(error.message(), "team: there is no team \"Finanse\".");
    }

    #[test]
    fn the_things_that_a_name_fits_are_listed_up_to_ten() {
        let error = ambiguous("site", "site", "Fin", (1..=12).map(|at| format!("Fin {at}")));

        assert_eq!(error.code(), ErrorCode::ValidationError);
        let message = error.message();
        assert!(message.contains("more than one site (12)"), "{message}");
        assert!(message.ends_with("Fin 9; Fin 10; and 2 more."), "{message}");
    }
}
