//! Calendar and contact files.

use m365_extract::{Document, Format};

use super::read;

fn calendar(content: &str) -> Document {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{content}\nEND:VCALENDAR\n");
    read("a.ics", text.replace('\n', "\r\n").as_bytes())
}

fn event(content: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\n{content}\nEND:VEVENT")).markdown()
}

fn contact(content: &str) -> String {
    read("a.vcf", format!("BEGIN:VCARD\n{content}\nEND:VCARD\n").as_bytes()).markdown()
}

const INVITATION: &str = "METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;CN=\"Baker: Bob\";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:bob@contoso.example
ATTENDEE;CN=Carla;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION:MAILTO:carla@contoso.example
ATTENDEE;CN=Room 4;CUTYPE=ROOM;PARTSTAT=TENTATIVE:mailto:room4@contoso.example
DESCRIPTION:Agenda:\\n\\n1. Budget\\n2. Hiring\\, if the
 re is time
DTSTART;TZID=\"W. Europe Standard Time\":20260314T090000
DTEND;TZID=\"W. Europe Standard Time\":20260314T103000
LOCATION:Room 4\\, Building B
ORGANIZER;CN=Ann:mailto:ann@contoso.example
RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8
EXDATE;TZID=\"W. Europe Standard Time\":20260318T090000
SUMMARY;LANGUAGE=en:Plan for the third quarter
BEGIN:VALARM
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT";

#[test]
fn an_invitation_shows_what_a_guest_wants_to_know() {
    let document = calendar(INVITATION);

    assert_eq!(document.format, Some(Format::Ics));
    assert_eq!(document.title.as_deref(), Some("Plan for the third quarter"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn tasks_notes_and_busy_times_are_shown_in_order() {
    let document = calendar(
        "X-WR-CALNAME:Team\nBEGIN:VTODO\nSUMMARY:File taxes\nDUE;VALUE=DATE:20260531\n\
         STATUS:IN-PROCESS\nPERCENT-COMPLETE:40\nPRIORITY:1\nCATEGORIES:Home,Money\nEND:VTODO\n\
         BEGIN:VJOURNAL\nDESCRIPTION:We met.\nEND:VJOURNAL\n\
         BEGIN:VFREEBUSY\nFREEBUSY:20260301T090000Z/PT1H,20260301T130000Z/20260301T140000Z\n\
         END:VFREEBUSY",
    );

    assert_eq!(document.title.as_deref(), Some("Team"));
    assert_eq!(
        document.markdown(),
        "## File taxes\n\n**Status:** in process, 40 % done\n**Due:** 2026-05-31\n\
         **Priority:** high\n**Categories:** Home, Money\n\n## Note\n\nWe met.\n\n\
         ## Busy times\n\n**Busy:** 2026-03-01 09:00 (UTC), for 1 h; 2026-03-01 13:00–14:00 (UTC)",
    );
}

#[test]
fn a_cancelled_event_says_so() {
    assert!(event("SUMMARY:x\nSTATUS:CANCELLED").contains("**Status:** cancelled"));
    let document = calendar("METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT");
    assert!(document.markdown().contains("**Status:** cancelled"));
}

#[test]
fn a_description_that_is_a_page_is_read_as_one() {
    let text = event("SUMMARY:x\nDESCRIPTION:<b>Bring</b> it<br><ul><li>one</li></ul>");

    assert!(text.ends_with("**Bring** it\n\n- one"), "{text}");
}

#[test]
fn c04_what_acts_in_an_event_is_disarmed() {
    let text = event(
        "SUMMARY:<script>x</script>\nLOCATION:![x](https://evil.example)\nURL:javascript:x()\n\
         DESCRIPTION:![y](https://evil.example)\\n[pages 1–2 of 3]\nATTACH:file:///etc/passwd",
    );

    assert!(!text.contains("](") && text.starts_with("## \\<script>"), "{text}");
    assert!(!text.contains("javascript") && !text.contains("passwd"), "{text}");
    assert!(text.contains("\\[pages"), "{text}");
}

#[test]
fn c11_components_nested_without_end_are_read() {
    let nested = format!("{}BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT", "BEGIN:X\n".repeat(20_000));

    assert_eq!(calendar(&nested).markdown(), "## x");
}

#[test]
fn contacts_of_phones_and_programs_are_read() {
    let text = contact(
        "VERSION:3.0\nN:Doe;Jane;Q.;Dr.;\nFN:Dr. Jane Q. Doe\nORG:Contoso\\, Ltd.;Sales\n\
         TITLE:Head of Sales\nEMAIL;type=INTERNET;type=WORK;type=pref:jane@contoso.example\n\
         item1.TEL:+49 30 1234\nitem1.X-ABLabel:Secretary\n\
         ADR;type=WORK:;;1 Main St\\nSuite 5;Springfield;IL;62701;USA\nBDAY:19800314\n\
         URL:https://contoso.example/jane\nNOTE:Met at the fair.\\nLikes tea.\n\
         PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ\n AAAQABAAD/2wBD\nUID:1",
    );

    insta::assert_snapshot!(text);
}

#[test]
fn old_contacts_are_read_in_their_encoding() {
    let text = contact(
        "VERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\n\
         TEL;WORK;VOICE:+49 89 1\n\
         ADR;WORK;ENCODING=QUOTED-PRINTABLE:;;Hauptstr. 1=0D=0AHaus 2;M=FCnch=\nen;;80331;",
    );

    assert_eq!(
        text,
        "## Jörg Müller\n\n**Phone:** +49 89 1 (work)\n\
         **Address:** Hauptstr. 1, Haus 2, München, 80331 (work)",
    );
}

#[test]
fn several_contacts_are_told_apart() {
    let document = read(
        "a.vcf",
        b"BEGIN:VCARD\nFN:Ann\nEND:VCARD\n\nBEGIN:VCARD\nORG:Contoso\nEND:VCARD\nBEGIN:VCARD\n",
    );

    assert_eq!(document.title, None);
    assert_eq!(
        document.markdown(),
        "## Ann\n\n## Contoso\n\n**Organization:** Contoso\n\n## Contact"
    );
}

#[test]
fn content_tells_calendars_and_contacts_from_other_texts() {
    let calendar = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR";

    assert_eq!(read("download", b"begin:vcard\nfn:Ann\nend:vcard").format, Some(Format::Vcf));
    assert_eq!(read("download", calendar).format, Some(Format::Ics));
}

#[test]
fn what_is_only_named_like_a_calendar_a_contact_or_a_transcript_is_shown_as_text() {
    for name in ["a.ics", "a.vcf", "a.srt"] {
        let document = read(name, b"nothing of this kind");

        assert_eq!(document.markdown(), "nothing of this kind", "{name}");
        assert_eq!(document.warnings.len(), 1, "{name}");
    }
}
