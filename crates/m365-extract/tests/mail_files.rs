//! Message files as they travel.

use m365_extract::{Document, Input, Options, RefusalKind, extract};

use super::{read, refusal};

fn message(content: &str) -> Document {
    read("a.eml", content.as_bytes())
}

/// A message of one part.
fn part(fields: &str, body: &str) -> String {
    message(&format!("Subject: x\n{fields}\n\n{body}")).markdown()
}

/// A message of several parts.
fn parts(kind: &str, parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
    format!("Subject: x\nMIME-Version: 1.0\nContent-Type: {kind}; boundary=b\n\n{parts}--b--\n")
}

fn newest(content: &str) -> Option<String> {
    let options = Options::default().newest_part(true);
    extract(&Input::new(content.as_bytes()).named("a.eml"), &options).unwrap().newest_part
}

#[test]
fn fields_stand_in_the_order_of_outlook() {
    let text = part(
        "Cc: c@x.example\nTo: Bob <b@x.example>\nFrom: \"Ann\" <a@x.example>\nImportance: high\n\
         Bcc: d@x.example\nDate: Tue, 03 Mar 2026 09:14:00 +0100",
        "Hi",
    );

    assert_eq!(
        text,
        "**From:** Ann <a@x.example>\n**Sent:** 2026-03-03T09:14:00+01:00\n\
         **To:** Bob <b@x.example>\n**Cc:** c@x.example\n**Bcc:** d@x.example\n**Subject:** x\n\
         **Importance:** High\n\nHi",
    );
}

#[test]
fn text_without_charset_is_read_in_the_one_that_it_shows() {
    let quoted = part(
        "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable",
        "Gr=FC=DFe aus K=F6ln und M=FCnchen",
    );

    assert!(quoted.ends_with("Grüße aus Köln und München"), "{quoted}");
}

#[test]
fn asian_encodings_are_read_in_fields_and_text() {
    let mut message =
        b"Subject: =?gb2312?B?1tDOxA==?=\nContent-Type: text/plain; charset=gb2312\n\n".to_vec();
    message.extend(b"\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7");

    assert_eq!(read("a.eml", &message).markdown(), "**Subject:** 中文\n\n你好，世界");
}

#[test]
fn a_subject_that_is_not_encoded_is_read() {
    let text = read("a.eml", b"From: a@x.example\nSubject: Gr\xfc\xdfe aus K\xf6ln\n\nHi");

    assert_eq!(text.title.as_deref(), Some("Grüße aus Köln"));
}

#[test]
fn lines_that_a_program_broke_are_joined() {
    let text = part("Content-Type: text/plain; format=flowed", "One \nline.\nTwo.");

    assert!(text.ends_with("One line.\nTwo."), "{text}");
}

#[test]
fn a_page_is_shown_where_it_has_a_table() {
    let page = "Content-Type: text/html\n\n<table border=1><tr><th>a<th>b<tr><td>c<td>d</table>";
    let text = parts("multipart/alternative", &["\nSee the table, which is here.", page]);

    assert!(message(&text).markdown().contains("| c | d |"));
}

#[test]
fn files_are_listed_and_messages_shown() {
    let text = parts(
        "multipart/mixed",
        &[
            "\nSee below.",
            "Content-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nsecret",
            "Content-Type: application/ms-tnef; name=winmail.dat\n\nx",
            "Content-Type: message/rfc822\n\nSubject: inner\n\nInner text.",
        ],
    );

    assert_eq!(
        message(&text).markdown(),
        "**Subject:** x\n\nSee below.\n\nAttachments:\n\n- notes.txt (text/plain, 6 bytes)\n\
         - winmail.dat (application/ms-tnef, 1 bytes)\n\n---\n\n**Subject:** inner\n\nInner text.",
    );
}

#[test]
fn c11_messages_in_messages_are_shown_to_a_depth_and_named_below() {
    let nested = |level: usize| {
        format!("From: a@x.example\nSubject: level {level}\nContent-Type: message/rfc822\n\n")
    };
    let text: String = (0..60).map(nested).collect();

    let text = message(&format!("{text}Subject: last\n\nend")).markdown();

    assert!(text.contains("**Subject:** level 3") && text.contains("- level 4 (message/rfc822, "));
    assert!(!text.contains("level 5"), "{text}");
}

#[test]
fn c11_a_field_without_end_is_cut_and_named() {
    let long = format!("To: {}\nSubject: x\n\nbody", "a@x.example, ".repeat(20_000));

    let document = message(&long);

    assert!(document.markdown().len() < 20_000);
    assert!(document.markdown().ends_with(" more\n**Subject:** x\n\nbody"));
    assert_eq!(document.warnings, ["A field of the message is longer than what is read."]);
}

#[test]
fn an_invitation_shows_its_event() {
    let event = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n\
                 SUMMARY:Plan\nDTSTART:20260314T080000Z\nEND:VEVENT\nEND:VCALENDAR";
    let text = parts("multipart/alternative", &["\nYou are invited.", event]);

    assert!(
        message(&text)
            .markdown()
            .ends_with("You are invited.\n\n## Plan\n\n**When:** 2026-03-14 08:00 (UTC)")
    );
}

#[test]
fn c15_a_message_that_a_policy_protects_is_refused() {
    for part in [
        "Content-Type: application/x-microsoft-rpmsg-message\n\nx",
        "Content-Disposition: attachment; filename=message.rpmsg\n\nx",
    ] {
        let text = parts("multipart/mixed", &["\nThis message is protected.", part]);

        assert_eq!(refusal("a.eml", text.as_bytes()), RefusalKind::Protected);
    }
}

#[test]
fn a_body_that_only_a_key_opens_is_named() {
    let text = parts(
        "multipart/encrypted",
        &["Content-Type: application/pgp-encrypted\n\nVersion: 1", "\n-----BEGIN PGP MESSAGE-----"],
    );

    let document = message(&text);

    assert!(!document.markdown().contains("BEGIN PGP"));
    assert_eq!(document.warnings, ["The body of the message is encrypted."]);
}

#[test]
fn a_message_signed_as_a_whole_is_read() {
    // A SignedData of RFC 5652 with "Content-Type: text/plain\n\nSigned.", and no signature.
    let signed = "MEcGCSqGSIb3DQEHAqA6MDgCAQExADAxBgkqhkiG9w0BBwGgJAQiQ29udGVudC1UeXBlOiB0ZXh0L3Bs\
                  YWluCgpTaWduZWQuCg==";
    let fields = "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\
                  Content-Transfer-Encoding: base64";

    let text = part(fields, signed);

    assert!(text.ends_with("Signed."), "{text}");
}

#[test]
fn the_newest_part_leaves_history_out() {
    let reply = "Subject: x\n\nAgreed.\n\nOn Mon, 2 Mar 2026 at 10:11, Ann wrote:\n> Shall we?";
    let page = "Subject: x\nContent-Type: text/html\n\n<p>Agreed.</p>\
                <blockquote class=gmail_quote>Shall we?</blockquote>";

    assert_eq!(newest(reply).as_deref(), Some("Agreed."));
    assert_eq!(newest(page).as_deref(), Some("Agreed."));
    assert_eq!(message(reply).newest_part, None);
}

#[test]
fn history_in_a_part_of_its_own_is_left_out_too() {
    let text =
        parts("multipart/mixed", &["\nAgreed.\n\nOn Mon, 2 Mar 2026, Ann wrote:", "\n> Shall we?"]);

    assert_eq!(newest(&text).as_deref(), Some("Agreed."));
}

#[test]
fn pages_and_texts_have_a_newest_part() {
    let options = Options::default().newest_part(true);
    let newest = |name: &str, content: &str| {
        extract(&Input::new(content.as_bytes()).named(name), &options).unwrap().newest_part
    };

    assert_eq!(newest("a.txt", "New.\n\nAnn wrote:\n> Old.").as_deref(), Some("New."));
    let page = "<p>New.</p><blockquote type=cite>Old.</blockquote>";
    assert_eq!(newest("a.html", page).as_deref(), Some("New."));
}

#[test]
fn a_wrong_charset_is_not_believed() {
    let wrong = b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe aus K\xf6ln und M\xfcnchen";
    let unknown = b"Subject: x\nContent-Type: text/html; charset=x-unknown\n\n\
                    <meta charset=windows-1251><p>\xcf\xf0\xe8\xe2\xe5\xf2";

    assert!(read("a.eml", wrong).markdown().ends_with("Grüße aus Köln und München"));
    assert!(read("a.eml", unknown).markdown().ends_with("Привет"));
}

#[test]
fn an_answer_goes_where_its_sender_wants_it() {
    let text = part("From: a@x.example\nReply-To: list@x.example", "Hi");
    let same = part("From: a@x.example\nReply-To: a@x.example", "Hi");

    assert!(text.contains("**From:** a@x.example\n**Reply to:** list@x.example"), "{text}");
    assert!(!same.contains("Reply to"), "{same}");
}

#[test]
fn a_text_that_only_a_key_opens_is_not_shown() {
    let document = message("Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA");

    assert_eq!(document.markdown(), "**Subject:** x");
    assert_eq!(document.warnings, ["The body of the message is encrypted."]);
}

#[test]
fn a_page_saved_as_one_file_is_shown_without_its_pictures() {
    let text = parts(
        "multipart/related",
        &[
            "Content-Type: text/html\nContent-Location: https://x.example/\n\n<h1>Plan</h1>",
            "Content-Type: image/png\nContent-Location: https://x.example/a.png\n\nx",
        ],
    );

    assert_eq!(message(&text).markdown(), "**Subject:** x\n\n# Plan");
}

#[test]
fn a_message_of_a_mailbox_file_is_read() {
    let text = "From - Tue Mar  3 09:14:00 2026\nX-Mozilla-Status: 0001\nSubject: x\n\nHi";

    assert_eq!(message(text).markdown(), "**Subject:** x\n\nHi");
}
