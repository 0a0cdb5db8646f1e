use super::*;
use crate::tools::read_resource::input::Format;

fn pages(count: usize, length: usize) -> Vec<String> {
    (1..=count).map(|page| format!("{page}").repeat(length)).collect()
}

fn call<'a>(uri: &'a str, selection: &'a Selection) -> Call<'a> {
    Call { uri, selection, format: Format::Markdown }
}

fn delivered(pages: &[String], selection: Selection, room: usize) -> Delivery {
    let call = call("mail:///messages/A", &selection);
    deliver(pages, &selection, None, room, &call).unwrap()
}

#[test]
fn the_footer_names_the_pages_and_the_call_for_more() {
    let found = delivered(&pages(9, 10), Selection::default(), 40);

    assert_eq!(
        found.footer,
        "[pages 1–3 of 9]\nMore: read_resource {\"uri\":\"mail:///messages/A\",\"startPage\":4}"
    );
    assert_eq!(found.next, Some(TextPlace::start_of(4)));
}

#[test]
fn the_call_for_more_asks_for_the_rest_of_what_was_asked() {
    let selection = Selection { end: Some(5), ..Selection::default() };
    let call = Call { uri: "u", selection: &selection, format: Format::Raw };

    assert_eq!(
        call.at(TextPlace::start_of(4)),
        r#"More: read_resource {"uri":"u","startPage":4,"endPage":5,"format":"raw"}"#
    );
    assert_eq!(
        call.at(TextPlace::start_of(6)),
        r#"More: read_resource {"uri":"u","startPage":6,"format":"raw"}"#
    );
}

#[test]
fn a_single_page_is_named_as_one_and_one_in_all_not_at_all() {
    let last = Selection { start: Some(3), ..Selection::default() };

    assert_eq!(delivered(&pages(3, 10), last, 100).footer, "[page 3 of 3]");
    assert_eq!(delivered(&pages(1, 10), Selection::default(), 100).footer, "");
}

#[test]
fn a_table_cut_by_an_answer_goes_on_with_its_head() {
    let table = "| No. | Lot |\n| --- | --- |\n| 1 | 4471 |\n| 2 | 4480 |\n| 3 | 4490 |";
    let pages = [table.to_owned()];

    let first = delivered(&pages, Selection::default(), 45);
    let all = Selection::default();
    let more = deliver(&pages, &all, first.next, 60, &call("u", &all)).unwrap();

    assert_eq!(first.text, "| No. | Lot |\n| --- | --- |\n| 1 | 4471 |");
    assert_eq!(more.text, "| No. | Lot |\n| --- | --- |\n| 2 | 4480 |\n| 3 | 4490 |");
}

#[test]
fn c04_a_cut_does_not_part_a_backslash_from_what_it_disarms() {
    let pages = [r"aaaa\<img src=x>".to_owned()];

    let first = delivered(&pages, Selection::default(), 5);

    assert_eq!(first.next, Some(TextPlace { offset: 4, ..TextPlace::start_of(1) }));
}

#[test]
fn a_sheet_ends_with_itself() {
    let sheet = Selection { start: Some(2), end: Some(2), sheet: Some("Lines".to_owned()) };

    let found = delivered(&pages(3, 4), sheet, 100);

    assert_eq!((found.next, found.footer.as_str()), (None, "[page 2 of 3]"));
    assert_eq!(found.text, "2222");
}

#[test]
fn a_page_beyond_the_end_is_refused() {
    let beyond = Selection { start: Some(4), ..Selection::default() };

    assert!(deliver(&pages(3, 1), &beyond, None, 100, &call("u", &beyond)).is_err());
}

#[test]
fn an_end_page_ends_the_answer_and_not_the_text() {
    let two = Selection { end: Some(2), ..Selection::default() };

    let found = delivered(&pages(5, 4), two, 1_000);

    assert_eq!(found.pages, Some(PageRange { from: 1, to: 2, total: 5 }));
    assert_eq!(found.next, Some(TextPlace::start_of(3)));
}

proptest::proptest! {
    #[test]
    fn nothing_is_lost_between_pages_and_answers(
        text in "(\\PC{0,40}\\n{0,2}){1,8}", room in 10usize..60,
    ) {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let pages = vec![text.clone(), "end".to_owned()];
        let (mut place, mut read) = (None, String::new());
        let all = Selection::default();

        loop {
            let found = deliver(&pages, &all, place, room, &call("u", &all)).unwrap();
            read.push_str(&found.text);
            place = found.next;
            if place.is_none() { break; }
        }

        proptest::prop_assert_eq!(squeezed(&read), squeezed(&(text + "end")));
    }

    #[test]
    fn pages_of_a_text_hold_all_of_it(text in "([a-z ]{1,3000}\\n{1,2}){1,12}") {
        let pages = split(&text);

        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        proptest::prop_assert!(pages.iter().all(|page| page.chars().count() <= PAGE_CHARS + 1));
        proptest::prop_assert_eq!(squeezed(&pages.join("\n")), squeezed(&text));
    }
}
