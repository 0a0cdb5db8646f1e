//! What a file is taken for, and why it is refused.

use m365_extract::{Format, Input, Options, RefusalKind, extract};

use super::{read, refusal};

/// A stored zip archive that holds empty files of these names.
fn zip(names: &[&str]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let offset = u32::try_from(files.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        files.extend_from_slice(b"PK\x03\x04");
        files.extend_from_slice(&[0; 22]);
        files.extend_from_slice(&[length[0], length[1], 0, 0]);
        files.extend_from_slice(name.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&[0; 24]);
        directory.extend_from_slice(&[length[0], length[1]]);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let start = u32::try_from(files.len()).unwrap().to_le_bytes();
    let mut archive = [files, directory, b"PK\x05\x06".to_vec(), vec![0; 12]].concat();
    archive.extend_from_slice(&start);
    archive.extend_from_slice(&[0; 2]);
    archive
}

/// A compound file with one stream of this name.
fn compound(stream: &str) -> Vec<u8> {
    let mut entry = vec![0; 128];
    for (at, byte) in stream.bytes().enumerate() {
        entry[at * 2] = byte;
    }
    entry[64] = u8::try_from(stream.len() * 2 + 2).unwrap();
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(1024, 0);
    file.extend_from_slice(&entry);
    file
}

fn refused(name: &str, bytes: &[u8]) -> (RefusalKind, Option<Format>) {
    let refusal = extract(&Input::new(bytes).named(name), &Options::default()).unwrap_err();
    (refusal.kind(), refusal.format())
}

#[test]
fn c04_a_sender_that_is_a_tag_does_not_act() {
    let message = b"From: x <img src=https://evil.example/?d=1>\nTo: Ann <ann@contoso.example>\n\
                    Subject: s\n\nbody";

    let text = read("a.eml", message).markdown();

    assert!(!text.contains("<img"), "{text}");
    assert!(text.contains("**To:** Ann <ann@contoso.example>"), "{text}");
}

#[test]
fn packages_and_compound_files_are_known_by_their_parts() {
    let format = |bytes: &[u8]| refused("a", bytes).1;

    let parts = ["[Content_Types].xml", "word/document2.xml"];
    assert_eq!(format(&zip(&parts)), Some(Format::Docx));
    assert_eq!(format(&zip(&["docProps/app.xml", "word/document.xml"])), Some(Format::Docx));
    assert_eq!(format(&zip(&["xl/workbook.xml"])), Some(Format::Xlsx));
    assert_eq!(format(&zip(&["xl/workbook.bin"])), Some(Format::Xlsb));
    assert_eq!(format(&zip(&["ppt/presentation.xml"])), Some(Format::Pptx));
    assert_eq!(format(&zip(&["_rels/.rels", "visio/document.xml"])), Some(Format::Visio));
    assert_eq!(format(&compound("WordDocument")), Some(Format::Doc));
    assert_eq!(format(&compound("VisioDocument")), Some(Format::Visio));
    assert_eq!(format(b"junk %PDF-1.7\n1 0 obj"), Some(Format::Pdf));
}

#[test]
fn a_folder_of_an_archive_does_not_make_it_a_document() {
    let document = read("a.zip", &zip(&["word/notes.txt", "xl/list.csv"]));

    assert_eq!(document.format, Some(Format::Zip));
}

#[test]
fn an_archive_that_ends_early_is_damaged() {
    let whole = zip(&["word/document.xml"]);

    let found = refused("a.docx", &whole[..40]);

    assert_eq!(found, (RefusalKind::Damaged, Some(Format::Docx)));
}

#[test]
fn an_encrypted_document_is_said_to_be_encrypted() {
    let found = refused("a.docx", &compound("EncryptedPackage"));

    assert_eq!(found, (RefusalKind::Encrypted, Some(Format::EncryptedOffice)));
}

#[test]
fn a_refusal_says_why_in_a_sentence() {
    let bytes = zip(&["_rels/.rels", "visio/document.xml"]);

    let refusal = extract(&Input::new(&bytes), &Options::default()).unwrap_err();

    assert_eq!(refusal.to_string(), "Visio drawings (vsdx) are not read.");
}

#[test]
fn empty_large_and_unknown_files_are_refused() {
    let small = Options::default().max_input(3);
    let large = extract(&Input::new(b"four"), &small).unwrap_err();

    assert_eq!(large.kind(), RefusalKind::TooLarge);
    assert_eq!(refusal("a.txt", b""), RefusalKind::Empty);
    assert_eq!(refusal("a.html", b"<p> </p>"), RefusalKind::Empty);
    assert_eq!(
        refusal("a.txt", &[0, 1, 2, 3, 250, 0, 7, 8, 9, 1].repeat(50)),
        RefusalKind::UnsupportedType
    );
}

#[test]
fn c12_content_decides_and_a_disagreement_is_a_warning() {
    let document = read("report.xls", b"<html><table border=1><tr><td>a<td>b</table>");

    assert_eq!(document.format, Some(Format::Html));
    assert_eq!(
        document.warnings,
        ["The file says it is xls, Excel workbook, but its content is html, web page."],
    );
}

#[test]
fn c12_the_name_is_used_where_content_does_not_tell() {
    assert_eq!(read("main.rs", b"fn main() {}").markdown(), "```rust\nfn main() {}\n```");
    assert_eq!(read("a.csv", b"a,b\n1,2").format, Some(Format::Csv));
    assert_eq!(read("a.txt", b"a,b\n1,2").format, Some(Format::Text));
    assert!(read("a.txt", b"plain").warnings.is_empty());
}

#[test]
fn the_declared_type_is_used_last() {
    let input = Input::new(b"a;b\n1;2").declared_as("text/csv; charset=utf-8");

    let document = extract(&input, &Options::default()).unwrap();

    assert_eq!(document.markdown(), "| a | b |\n| --- | --- |\n| 1 | 2 |");
}

#[test]
fn a_long_text_is_paged_without_loss() {
    let text = "A line of words.\n".repeat(400);
    let options = Options::default().page_chars(1000);

    let document = extract(&Input::new(text.as_bytes()).named("a.txt"), &options).unwrap();

    assert!(document.pages.len() > 5);
    let words: usize =
        document.pages.iter().map(|page| page.markdown.matches("words").count()).sum();
    assert_eq!(words, 400);
}

#[test]
fn text_beyond_the_limit_is_left_out_with_a_warning() {
    let text = "word ".repeat(1000);
    let options = Options::default().max_output(100);

    let document = extract(&Input::new(text.as_bytes()).named("a.txt"), &options).unwrap();

    assert!(document.markdown().len() <= 100);
    assert_eq!(document.warnings.len(), 1);
}

#[test]
fn the_content_of_a_message_that_is_encrypted_is_not_shown() {
    let message = b"From: a@contoso.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: \
        multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: \
        text/plain\n\nhQEMA\n--b--\n";

    let document = read("a.eml", message);

    assert!(!document.markdown().contains("hQEMA"));
    assert_eq!(document.warnings, ["The body of the message is encrypted."]);
}

#[test]
fn a_transcript_says_who_spoke_from_when_on() {
    let transcript =
        b"WEBVTT\n\nid-0/1\n00:00:03.749 --> 00:00:07.541\n<v Ann Lee>One &amp; two.</v>\n\n\
        00:00:08.071 --> 00:00:12.944\n<v Ann Lee>Three.</v>\n\n00:01:00.000 --> 00:01:02.000\n\
        <v.loud Bob>Four.</v>\n";

    let text = read("meeting.vtt", transcript).markdown();

    assert_eq!(text, "**Ann Lee** (00:00:03): One & two. Three.\n\n**Bob** (00:01:00): Four.");
}

#[test]
fn two_voices_in_a_cue_are_two_turns() {
    let transcript = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi</v> <v Bob>Hello</v>";

    let text = read("meeting.vtt", transcript).markdown();

    assert_eq!(text, "**Ann** (00:01): Hi\n\n**Bob** (00:01): Hello");
}

#[test]
fn names_before_the_words_are_speakers_when_they_come_back() {
    let transcript = b"WEBVTT\n\n1\n00:01.000 --> 00:02.000\nAnn Lee: One.\n\n2\n00:02.000 --> \
        00:03.000\nAnn Lee: Two.\n\n3\n00:04.000 --> 00:05.000\nNote: three at 4: 30";

    let text = read("meeting.vtt", transcript).markdown();

    assert_eq!(text, "**Ann Lee** (00:01): One. Two.\n\n(00:04) Note: three at 4: 30");
}

#[test]
fn subtitles_keep_their_times() {
    let text =
        read("film.srt", b"1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}<i>Hello</i>\r\nthere\r\n");

    assert_eq!(text.markdown(), "(00:00:01) Hello there");
}

#[test]
fn an_arrow_without_a_time_before_it_begins_no_cue() {
    let transcript =
        b"WEBVTT\n\nNOTE a --> b\nleft out\n\nintro --> 1\n00:05.250 --> 00:06.000\nOne.\n\n\
        12345678901234567 --> 2\nleft out\n\nid 0:06.000-->0:07.000\nTwo --> three.\n";

    let text = read("meeting.vtt", transcript).markdown();

    assert_eq!(text, "(00:05) One.\n\n(0:06) Two --> three.");
}

#[test]
fn less_than_in_a_transcript_is_text() {
    let transcript = b"WEBVTT\n\n00:01.000 --> 00:02.000\n5 < 6 apples, <i>2 < 3</i> and 7 > 4\n\n\
                       00:03.000 --> 00:04.000\n<00:03.500>so <c.loud>a <b";

    let text = read("meeting.vtt", transcript).markdown();

    assert_eq!(text, "(00:01) 5 < 6 apples, 2 < 3 and 7 > 4\n\n(00:03) so a \\<b");
}

#[test]
fn rewritten_links_in_a_message_file_are_unwrapped() {
    let message =
        b"From: a@contoso.example\nSubject: s\nContent-Type: text/plain\n\nSee <https://eur02.\
        safelinks.protection.outlook.com/?url=https%3A%2F%2Fcontoso.example%2Fplan&data=05>.\n";

    let text = read("a.eml", message).markdown();

    assert!(text.ends_with("See <https://contoso.example/plan>."), "{text}");
}

#[test]
fn c09_the_newest_part_of_a_text_is_as_long_as_is_asked_for() {
    let text = "word ".repeat(1_000);
    let options = Options::default().newest_part(true).max_output(100);

    let document = extract(&Input::new(text.as_bytes()), &options).unwrap();

    assert_eq!(document.newest_part.map(|newest| newest.len()), Some(100));
}
