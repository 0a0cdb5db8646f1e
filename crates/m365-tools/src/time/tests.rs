use super::*;

fn oslo(text: &str) -> Zoned {
    format!("{text}[Europe/Oslo]").parse().unwrap()
}

/// Start and last second of what `text` means on Saturday 21 November 2026, 14:30 in Oslo.
fn meaning(text: &str) -> (String, String) {
    meaning_at(text, &oslo("2026-11-21T14:30:00"))
}

fn meaning_at(text: &str, now: &Zoned) -> (String, String) {
    let span = parse(text, now).unwrap_or_else(|| panic!("{text} is no date"));
    let last = Interval { start: None, end: Some(span.end) }.last_second().unwrap();
    (format(span.start, now.time_zone()), format(last, now.time_zone()))
}

fn day(first: &str, last: &str) -> (String, String) {
    (format!("{first}T00:00:00+01:00"), format!("{last}T23:59:59+01:00"))
}

#[track_caller]
fn assert_days(text: &str, first: &str, last: &str) {
    assert_eq!(meaning(text), day(first, last), "{text}");
}

#[track_caller]
fn assert_moment(text: &str, moment: &str) {
    assert_eq!(meaning(text), (moment.to_owned(), moment.to_owned()), "{text}");
}

#[test]
fn a_date_stands_for_its_whole_day() {
    assert_days("2026-11-21", "2026-11-21", "2026-11-21");
    assert_days(" today ", "2026-11-21", "2026-11-21");
    assert_days("Yesterday", "2026-11-20", "2026-11-20");
    assert_days("tomorrow", "2026-11-22", "2026-11-22");
    assert_days("the day before yesterday", "2026-11-19", "2026-11-19");
    assert_days("3 days ago", "2026-11-18", "2026-11-18");
    assert_days("a week ago", "2026-11-14", "2026-11-14");
    assert_days("in two days", "2026-11-23", "2026-11-23");
    assert_days("10 days from now", "2026-12-01", "2026-12-01");
}

#[test]
fn a_week_starts_on_monday() {
    assert_days("this week", "2026-11-16", "2026-11-22");
    assert_days("last week", "2026-11-09", "2026-11-15");
    assert_days("next week", "2026-11-23", "2026-11-29");
    assert_days("2026-W47", "2026-11-16", "2026-11-22");
    assert_days("end of this week", "2026-11-22", "2026-11-22");
}

#[test]
fn months_quarters_and_years_are_whole() {
    assert_days("this month", "2026-11-01", "2026-11-30");
    assert_days("next month", "2026-12-01", "2026-12-31");
    assert_days("february 2026", "2026-02-01", "2026-02-28");
    assert_days("2026-02", "2026-02-01", "2026-02-28");
    assert_days("start of next year", "2027-01-01", "2027-01-01");
    assert_eq!(
        meaning("last month"),
        ("2026-10-01T00:00:00+02:00".into(), "2026-10-31T23:59:59+01:00".into())
    );
    assert_eq!(
        meaning("Q3 2026"),
        ("2026-07-01T00:00:00+02:00".into(), "2026-09-30T23:59:59+02:00".into())
    );
}

#[test]
fn last_monday_is_the_latest_before_today_and_next_friday_the_first_after_it() {
    let monday = oslo("2026-11-16T08:00:00");

    assert_days("last monday", "2026-11-16", "2026-11-16");
    assert_days("next friday", "2026-11-27", "2026-11-27");
    assert_days("last saturday", "2026-11-14", "2026-11-14");
    assert_days("next sat", "2026-11-28", "2026-11-28");
    assert_eq!(meaning_at("last monday", &monday), day("2026-11-09", "2026-11-09"));
    assert_eq!(meaning_at("next friday", &monday), day("2026-11-20", "2026-11-20"));
}

#[test]
fn a_time_of_day_makes_a_moment() {
    assert_moment("next friday 14:00", "2026-11-27T14:00:00+01:00");
    assert_moment("yesterday at 2:30 pm", "2026-11-20T14:30:00+01:00");
    assert_moment("today 9am", "2026-11-21T09:00:00+01:00");
    assert_moment("tomorrow noon", "2026-11-22T12:00:00+01:00");
    assert_moment("2026-11-21T09:00", "2026-11-21T09:00:00+01:00");
    assert_moment("2026-11-21 09:00", "2026-11-21T09:00:00+01:00");
    assert_moment("2026-11-21T09:00:00Z", "2026-11-21T10:00:00+01:00");
    assert_moment("2026-11-21T09:00-05:00", "2026-11-21T15:00:00+01:00");
    assert_moment("2026-11-21T09:00:00.75+01:00", "2026-11-21T09:00:00+01:00");
}

#[test]
fn hours_count_from_now() {
    assert_moment("in 2 hours", "2026-11-21T16:30:00+01:00");
    assert_moment("90 minutes ago", "2026-11-21T13:00:00+01:00");
    assert_moment("now", "2026-11-21T14:30:00+01:00");
}

#[test]
fn the_last_days_end_now() {
    assert_eq!(
        meaning("last 7 days"),
        ("2026-11-14T00:00:00+01:00".into(), "2026-11-21T14:30:00+01:00".into())
    );
    assert_eq!(
        meaning("past 24 hours"),
        ("2026-11-20T14:30:00+01:00".into(), "2026-11-21T14:30:00+01:00".into())
    );
}

#[test]
fn dates_in_words_are_read() {
    assert_days("21 November 2026", "2026-11-21", "2026-11-21");
    assert_days("Nov 3rd, 2026", "2026-11-03", "2026-11-03");
    assert_days("december 24", "2026-12-24", "2026-12-24");
}

#[test]
fn days_on_which_clocks_change_keep_their_bounds() {
    let spring = oslo("2026-03-29T12:00:00");
    let autumn = oslo("2026-10-25T12:00:00");

    assert_eq!(
        meaning_at("today", &spring),
        ("2026-03-29T00:00:00+01:00".into(), "2026-03-29T23:59:59+02:00".into())
    );
    assert_eq!(
        meaning_at("today", &autumn),
        ("2026-10-25T00:00:00+02:00".into(), "2026-10-25T23:59:59+01:00".into())
    );
    assert_eq!(meaning_at("in 24 hours", &spring).0, "2026-03-30T12:00:00+02:00");
    assert_eq!(meaning_at("2026-03-29T02:30", &spring).0, "2026-03-29T03:30:00+02:00");
    assert_eq!(meaning_at("12 hours ago", &autumn).0, "2026-10-25T01:00:00+02:00");
}

#[test]
fn a_day_whose_midnight_does_not_exist_starts_at_its_first_moment() {
    let now: Zoned = "2026-09-06T12:00:00[America/Santiago]".parse().unwrap();

    assert_eq!(meaning_at("today", &now).0, "2026-09-06T01:00:00-03:00");
}

#[test]
fn other_texts_are_no_dates() {
    let now = oslo("2026-11-21T14:30:00");
    let wrong = [
        "",
        "soon",
        "2026-13-01",
        "2026-02-30",
        "03/04/2026",
        "99 foos ago",
        "last",
        "in",
        "99999999999999 days ago",
        "next week 14:00",
        "25:00",
        "yesterday 13pm",
        "q5 2026",
        "32 november 2026",
        "2026-W60",
        "-5 days ago",
    ];

    for text in wrong {
        assert_eq!(parse(text, &now), None, "{text}");
    }
}

#[test]
fn the_ends_of_time_are_cut_to_what_is_known() {
    let now = oslo("2026-11-21T14:30:00");

    for last in ["9999-12-31", "9999-12", "9999", "9999-12-31T23:59", "9999-12-31T23:59:59Z"] {
        assert_eq!(parse(last, &now).map(|span| span.end), Some(Timestamp::MAX), "{last}");
    }
    for first in ["0001-01-01", "0001-01", "0001", "0001-01-01T00:00:00Z"] {
        let start = parse(first, &now).unwrap().start;
        assert_eq!(format(start, now.time_zone()), "0001-01-01T00:00:00+00:00", "{first}");
    }
    assert_eq!(parse("9999-13-31", &now), None);
}

#[test]
fn an_interval_that_ends_before_it_starts_is_refused() {
    let now = oslo("2026-11-21T14:30:00");

    let reversed = Interval::parse(Some("today"), Some("yesterday"), &now);
    let same_day = Interval::parse(Some("today"), Some("today"), &now).unwrap();
    let unread = Interval::parse(None, Some("soonish"), &now);

    assert_eq!(reversed, Err(BadInterval::Reversed));
    assert!(same_day.contains(now.timestamp()));
    assert_eq!(unread, Err(BadInterval::Before));
}

#[test]
fn only_a_date_with_an_offset_is_independent_of_the_zone() {
    assert!(!needs_zone("2026-11-21T09:00:00Z"));
    assert!(!needs_zone("2026-11-21T09:00+02:00"));
    assert!(needs_zone("2026-11-21T09:00"));
    assert!(needs_zone("today"));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,40}") {
        let _ = parse(&text, &oslo("2026-11-21T14:30:00"));
    }

    #[test]
    fn what_is_read_never_ends_before_it_starts(
        number in 0u32..100_000, unit in "(minute|hour|day|week|month|year)s?",
    ) {
        let now = oslo("2026-11-21T14:30:00");

        for text in [format!("{number} {unit} ago"), format!("in {number} {unit}")] {
            proptest::prop_assert!(parse(&text, &now).is_none_or(|span| span.start < span.end));
        }
    }
}
