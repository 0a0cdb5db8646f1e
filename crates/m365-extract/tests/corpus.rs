//! The files in `tests/corpus`: what a good reading of each shows, and what it does not.

use m365_extract::mail::{BodyKind, MailBody, body};

use super::read;

pub(super) fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/corpus/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn mail(name: &str) -> MailBody {
    let kind = if name.ends_with(".txt") { BodyKind::Text } else { BodyKind::Html };
    body(&String::from_utf8(file(name)).unwrap(), kind)
}

fn assert_folds(name: &str, new: &[&str], folded: &[&str]) {
    let body = mail(name);

    assert!(body.quoted);
    for text in new {
        assert!(body.markdown.contains(text), "{name}: {text}\n{}", body.markdown);
    }
    for text in folded {
        assert!(!body.markdown.contains(text), "{name}: {text}\n{}", body.markdown);
        assert!(body.full_markdown.contains(text), "{name}: {text}\n{}", body.full_markdown);
    }
}

#[test]
fn a_reply_of_outlook_is_folded_to_its_newest_part() {
    let body = mail("own_mail_outlook_reply.html");

    insta::assert_snapshot!(body.markdown);
}

#[test]
fn a_reply_of_outlook_is_kept_whole_too() {
    let body = mail("own_mail_outlook_reply.html");

    insta::assert_snapshot!(body.full_markdown);
}

#[test]
fn a_newsletter_becomes_plain_blocks() {
    let body = mail("own_mail_newsletter.html");

    insta::assert_snapshot!(body.markdown);
}

#[test]
fn a_message_of_teams_keeps_its_list_code_and_quote() {
    let body = mail("own_teams_message.html");

    insta::assert_snapshot!(body.markdown);
}

#[test]
fn a_reply_of_gmail_is_folded() {
    assert_folds("own_mail_gmail_reply.html", &["SDX-992", "Thanks!"], &["KWG-403", "wrote:"]);
    assert_folds("talon__gmail.html", &["Hi. I am fine."], &["Hello! How are you?"]);
}

#[test]
fn a_reply_of_thunderbird_is_folded() {
    assert_folds("talon__thunderbird.html", &["Hi. I am fine."], &["wrote:", "Hello!"]);
}

#[test]
fn a_reply_of_an_older_outlook_is_folded_at_its_header_block() {
    assert_folds("talon__ms_outlook_2010.html", &["Hi. I am fine."], &["From:", "Hello!"]);
}

#[test]
fn a_plain_reply_is_folded_with_its_signature() {
    let folded = ["Regional lead", "wrote:", "KWG-403", "MZD-769"];

    assert_folds("own_mail_plain_reply.txt", &["NQJ-738", "PMS-151"], &folded);
}

#[test]
fn a_plain_reply_in_french_is_folded() {
    assert_folds("own_mail_plain_french.txt", &["SDX-992"], &["KRV-559", "Envoyé"]);
}

#[test]
fn answers_between_quotes_keep_what_they_answer() {
    let body = mail("own_mail_inline_answers.txt");

    assert!(!body.quoted);
    assert!(body.markdown.contains("> Brisk lemon ember"));
}

#[test]
fn a_message_file_shows_fields_body_and_attachments() {
    let document = read("own_mixed.eml", &file("own_mixed.eml"));

    assert_eq!(document.title.as_deref(), Some("Žluťoučký retention – CVJ-479"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn texts_are_read_in_the_encoding_they_are_written_in() {
    let expected = [
        ("own_cp1252.txt", "Überraschung im Café"),
        ("own_sjis.txt", "会議の議事録"),
        ("own_koi8.txt", "Привет, коллеги"),
        ("own_utf16le_bom.txt", "Отчёт за квартал"),
    ];

    for (name, text) in expected {
        assert!(read(name, &file(name)).markdown().contains(text), "{name}");
    }
}

#[test]
fn a_table_with_semicolons_and_quotes_keeps_its_cells() {
    let text = read("own_semicolon.csv", &file("own_semicolon.csv")).markdown();

    insta::assert_snapshot!(text);
}

#[test]
fn json_is_laid_out_in_its_own_order() {
    let text = read("own_data.json", &file("own_data.json")).markdown();

    assert!(text.starts_with("```json\n{\n  \"title\": \"JFD-294\",\n  \"items\": ["));
}

#[test]
fn markdown_stays_markdown() {
    let document = read("own_notes.md", &file("own_notes.md"));

    assert_eq!(document.title.as_deref(), Some("Notes NNR-194"));
    assert!(document.markdown().contains("- first *point*"));
}

#[test]
fn a_cell_that_claims_a_billion_columns_is_one_cell() {
    let text = read("h_colspan.html", &file("h_colspan.html")).markdown();

    assert!(text.contains("ZXEJ2663") && text.contains("LUFA7742") && text.len() < 500);
}

#[test]
fn c13_nul_characters_are_dropped_from_text() {
    let text = read("h_nul.txt", &file("h_nul.txt")).markdown();

    assert!(text.contains("middle") && !text.contains('\0'));
}
