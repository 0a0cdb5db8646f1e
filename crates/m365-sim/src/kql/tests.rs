//! Queries put to one letter.

use jiff::Timestamp;

use super::{Document, Field, Query, folded, joined};

const NOW: &str = "2026-03-18T10:00:00Z"; // a Wednesday

/// A letter from Adele to Jonas and Ingrid about the budget.
struct Letter;

impl Document for Letter {
    fn holds(&self, field: Field, words: &str) -> bool {
        let from = joined(["Adele Vance", "adele.vance@fjordlight.example"].into_iter());
        let to = joined(["Jonas Lindqvist", "Ingrid Haugen"].into_iter());
        let subject = folded("Q3 budget: Årsrapport");
        let body = folded("The café pays 14 120 000 for the crème brûlée. 安全靴をご持参ください");
        let texts = match field {
            Field::Any => vec![from, subject, body],
            Field::From => vec![from],
            Field::To => vec![to],
            Field::Participants => vec![from, to],
            Field::Subject => vec![subject],
            Field::Body => vec![body],
            Field::Importance => vec![folded("high")],
            _ => Vec::new(),
        };
        texts.iter().any(|text| text.contains(words))
    }

    fn time(&self, _: Field) -> Timestamp {
        "2026-03-12T07:41:00Z".parse().unwrap()
    }

    fn size(&self) -> u64 {
        20_000
    }

    fn is(&self, _: Field) -> bool {
        true
    }
}

fn matches(query: &str) -> bool {
    Query::parse(query, NOW.parse().unwrap()).unwrap().matches(&Letter)
}

fn assert_all(queries: &[&str], expected: bool) {
    for query in queries {
        assert_eq!(matches(query), expected, "{query}");
    }
}

#[test]
fn words_are_joined_by_and() {
    assert_all(&["budget", "budget adele", "budget AND adele", "adele Q3 cafe"], true);
    assert_all(&["budget apollo", "apollo AND budget", "jonas"], false);
}

#[test]
fn operators_are_capitals_and_parentheses_group() {
    assert_all(
        &["apollo OR budget", "(apollo OR budget) adele", "NOT apollo", "budget -apollo"],
        true,
    );
    assert_all(
        &["apollo or budget", "NOT budget", "budget -adele", "(apollo OR budget) lars"],
        false,
    );
}

#[test]
fn and_binds_closer_than_or() {
    assert_all(&["budget OR apollo AND lars", "apollo lars OR budget"], true);
    assert_all(&["(budget OR apollo) AND lars"], false);
}

#[test]
fn a_phrase_is_words_in_their_order() {
    assert_all(&["\"q3 budget\"", "\"adele vance\"", "subject:\"Q3 budget\""], true);
    assert_all(&["\"budget q3\"", "to:\"lindqvist ingrid\""], false);
}

#[test]
fn a_word_is_whole_unless_it_ends_in_a_star() {
    assert_all(&["budg*", "subject:bud*", "\"q3 bud\"*"], true);
    assert_all(&["budg", "subject:bud", "dget*"], false);
}

#[test]
fn case_and_diacritics_do_not_count() {
    assert_all(&["BUDGET", "café", "creme", "BRULEE", "arsrapport", "Årsrapport"], true);
}

#[test]
fn writing_without_blanks_is_found_in_parts() {
    assert_all(&["安全靴", "持参"], true);
    assert_all(&["靴全"], false);
}

#[test]
fn properties_restrict() {
    assert_all(
        &[
            "from:adele",
            "from=adele.vance@fjordlight.example",
            "FROM:Adele",
            "to:jonas",
            "participants:ingrid",
            "importance:high",
            "hasAttachment:true",
            "hasattachments:yes",
            "subject:(q3 budget)",
            "from<>lars",
        ],
        true,
    );
    assert_all(&["from:jonas", "to:adele", "hasAttachments:false", "from<>adele"], false);
}

#[test]
fn values_of_one_property_side_by_side_are_alternatives() {
    assert_all(&["from:lars from:adele", "from:adele from:lars budget"], true);
    assert_all(&["from:lars AND from:adele", "from:lars from:adele apollo"], false);
}

#[test]
fn a_blank_around_the_colon_makes_it_free_text() {
    assert_all(&["from: adele", "from :adele"], false);
    assert_all(&["subject: budget"], false);
}

#[test]
fn an_unknown_property_is_free_text() {
    assert_all(&["q3:budget"], true);
    assert_all(&["isread:false"], false);
}

#[test]
fn dates_are_whole_days_in_utc() {
    assert_all(
        &[
            "received:2026-03-12",
            "received=3/12/2026",
            "received>=2026-03-12",
            "received<=2026-03-12",
            "received>2026-03-11",
            "sent<2026-03-13",
            "received:2026-03-01..2026-03-12",
            "received>=2026-03-12T07:41:00Z",
            "received>=2026-03-12T07:41",
            "received:2026-03-12T07:00..2026-03-12T08:00:00Z",
            "received>=2026-03-12T08:41:00+01:00",
            "received>=2026-03-10 received<2026-03-13",
            "received:\"last week\"",
            "received:\"this month\"",
            "received<today",
        ],
        true,
    );
    assert_all(
        &[
            "received>2026-03-12",
            "received<2026-03-12",
            "received:2026-03-01..2026-03-11",
            "received:yesterday",
            "received:\"this week\"",
            "received:\"last month\"",
            "received>=2026-03-13 received<2026-03-14",
        ],
        false,
    );
}

#[test]
fn sizes_compare() {
    assert_all(&["size>10000", "size:20000", "size:1..20000", "size<=20000"], true);
    assert_all(&["size<20000", "size>20000", "size:1..19999"], false);
}

#[test]
fn a_restriction_has_2048_characters_at_most() {
    let now = NOW.parse().unwrap();
    let rest = "é".repeat(2048 - "subject:".len());

    for fits in [format!("subject:{rest}"), format!("a subject:{rest} {rest}"), "é".repeat(4000)] {
        assert!(Query::parse(&fits, now).is_ok(), "{} characters", fits.chars().count());
    }
    for too_long in [format!("subject:{rest}e"), format!("a OR subject:\"{rest}\"")] {
        assert!(Query::parse(&too_long, now).is_err(), "{} characters", too_long.chars().count());
    }
}

#[test]
fn what_does_not_parse_is_an_error() {
    let now = NOW.parse().unwrap();
    for query in [
        "",
        "  ",
        "(budget",
        "budget)",
        "\"budget",
        "AND budget",
        "budget OR",
        "NOT",
        "()",
        "*budget",
        "received:soon",
        "received>=2026-13-01",
        "size:big",
        "from>adele",
        "hasAttachments:maybe",
        "a XRANK(cb=1) b",
        "a NEAR b",
    ] {
        assert!(Query::parse(query, now).is_err(), "{query}");
    }
}

#[test]
fn a_query_has_an_upper_length() {
    let now = NOW.parse().unwrap();

    assert!(Query::parse(&"a ".repeat(2048), now).is_ok());
    assert!(Query::parse(&"a ".repeat(2049), now).is_err());
    assert!(Query::parse(&"(".repeat(3000), now).is_err());
}

#[test]
fn free_words_are_told_for_highlighting() {
    let query = Query::parse("from:adele \"Q3 Budget\" caf* NOT apollo", NOW.parse().unwrap());

    assert_eq!(query.unwrap().words(), [" q3 budget ", " caf"]);
}

#[test]
fn nothing_but_punctuation_matches_nothing() {
    assert_all(&["!!!", "\"\"", "from:\"\""], false);
}
