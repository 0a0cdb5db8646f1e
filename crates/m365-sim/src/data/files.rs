//! What the stories attach, by name.

use jiff::{SignedDuration, Timestamp};

use crate::{
    data::{
        bulk::{Source, whole_seconds},
        documents,
    },
    graph::mail::{
        attachment::{Attachment, Inner, Item},
        message::Contact,
    },
};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Returns the attachment of a name.
pub(crate) fn attachment(name: &str, source: &Source<'_>) -> Option<Attachment> {
    text(name).or_else(|| binary(name)).or_else(|| item(name, source))
}

fn text(name: &str) -> Option<Attachment> {
    let (kind, content) = match name {
        "abnahme.txt" => ("text/plain", ABNAHME),
        "delivery.html" => ("text/html", DELIVERY),
        "forwarded.eml" => ("message/rfc822", CUSTOMS),
        "itinerary.eml" => ("message/rfc822", ITINERARY),
        "manifest.json" | "wind-data.json" => ("application/json", WIND),
        "packing-list.csv" => ("text/csv", PACKING),
        "paint-quote.html" => ("text/html", PAINT),
        "q3-budget.csv" => ("text/csv", BUDGET),
        "q3-budget-v2.csv" => ("text/csv", BUDGET_2),
        "readme.txt" => ("text/plain", README),
        _ => return None,
    };
    Some(Attachment::file(name.to_owned(), kind, content.as_bytes()))
}

fn binary(name: &str) -> Option<Attachment> {
    let (kind, content): (_, &'static [u8]) = match name {
        "Board resolution.pdf" => ("application/pdf", documents::bytes(name)?),
        "Q3 budget memo.docx" => (DOCX, documents::bytes(name)?),
        "minutes.docx" => (DOCX, include_bytes!("files/minutes.docx")),
        "quotation-2291.pdf" => ("application/pdf", include_bytes!("files/quotation-2291.pdf")),
        "quotation-2291-rev-b.pdf" => {
            ("application/pdf", include_bytes!("files/quotation-2291-rev-b.pdf"))
        }
        "samples.xlsx" => (XLSX, include_bytes!("files/samples.xlsx")),
        "scan.bin" => ("application/octet-stream", &[0x00, 0x9f, 0x13, 0x37, 0xff, 0x00, 0xfe]),
        "stamp.png" => ("image/png", include_bytes!("files/stamp.png")),
        "vibration.png" => ("image/png", include_bytes!("files/vibration.png")),
        _ => return None,
    };
    let file = Attachment::file(name.to_owned(), kind, content);
    Some(if name == "vibration.png" { file.inside("vibration@fjordlight") } else { file })
}

fn item(name: &str, source: &Source<'_>) -> Option<Attachment> {
    let own = match name {
        "Colour chart.pptx" | "Shared workbook.xlsx" => {
            return Some(Attachment::reference(name.to_owned()));
        }
        "Earlier quote" => Item::Message(earlier_quote(source)),
        "Harbour inspection" => Item::Event {
            subject: name.to_owned(),
            start: days(source.now, 4),
            end: whole_seconds(days(source.now, 4) + SignedDuration::from_hours(2)),
            location: "Ågotnes, gate 3".to_owned(),
            body: "<p>Bring the manifest of Harbour Wren.</p>".to_owned(),
        },
        "Marta O'Neill" => Item::Contact {
            name: name.to_owned(),
            address: "marta.oneill@harbour-logistics.example".to_owned(),
            company: "Harbour Logistics".to_owned(),
            phone: "+44 20 5550 0142".to_owned(),
        },
        "Nested thread" => Item::Message(nested(source)),
        _ => return None,
    };
    Some(Attachment::item(name.to_owned(), own))
}

fn earlier_quote(source: &Source<'_>) -> Inner {
    let html =
        "<html><body><p>First quote: EUR 12 900 for two coats of antifouling.</p></body></html>";
    inner(source, "petra", "Earlier quote", 90, html, Vec::new())
}

/// A message in a message in a message.
fn nested(source: &Source<'_>) -> Inner {
    let deepest = inner(
        source,
        "erik",
        "Cable drum numbers",
        120,
        "<html><body><p>Drums 17, 18 and 21 are yours.</p></body></html>",
        vec![Attachment::file(
            "drums.csv",
            "text/csv",
            &b"drum,length_m\n17,1200\n18,1180\n21,900\n"[..],
        )],
    );
    let middle = inner(
        source,
        "marta",
        "FW: Cable drum numbers",
        119,
        "<html><body><p>See below, from Erik.</p></body></html>",
        vec![Attachment::item("Cable drum numbers", Item::Message(deepest))],
    );
    inner(
        source,
        "lukas",
        "FW: FW: Cable drum numbers",
        118,
        "<html><body><p>For the archive.</p></body></html>",
        vec![Attachment::item("FW: Cable drum numbers", Item::Message(middle))],
    )
}

fn inner(
    source: &Source<'_>,
    from: &str,
    subject: &str,
    days_ago: i64,
    html: &str,
    attachments: Vec<Attachment>,
) -> Inner {
    let own = Contact::new(&source.owner.display_name, &source.owner.upn);
    Inner {
        subject: subject.to_owned(),
        from: source.people.get(from),
        to: vec![own],
        sent: days(source.now, -days_ago),
        html: html.to_owned(),
        attachments,
    }
}

fn days(now: Timestamp, days: i64) -> Timestamp {
    whole_seconds(now.checked_add(SignedDuration::from_hours(days * 24)).unwrap_or(now))
}

const BUDGET: &str = "Programme,Line,Approved kNOK,Spent kNOK\nApollo,Turbines,31200,24100\nApollo,Cables,13800,6300\nApollo,Survey,3200,1550\nBorealis,Permits,8250,3010\nBorealis,Studies,4500,1300\nOperations,Crew boat,5200,5100\nOperations,Harbour,4200,4020\n";
const BUDGET_2: &str = "Programme,Line,Approved kNOK,Spent kNOK\nApollo,Turbines,31200,24100\nApollo,Cables,13800,6300\nApollo,Survey,3200,1550\nBorealis,Permits,7650,3010\nBorealis,Studies,4500,1300\nOperations,Crew boat,5800,5100\nOperations,Harbour,4200,4020\n";
const PACKING: &str = "\u{feff}Position;Item;Pieces;Weight kg\n1;Flange bolts M72;240;2160\n2;Cable clamps;96;115\n3;\"Paint, \"\"Ålesund blue\"\"\";12;300\n";
const WIND: &str = "{\"mast\":\"A\",\"height_m\":119,\"unit\":\"m/s\",\"monthly_mean\":[9.4,9.1,10.2,11.8],\"sensor\":{\"type\":\"cup\",\"calibrated\":true}}\n";
const README: &str = "Papers for Harbour Wren\r\n=======================\r\n\r\n1. Hand the packing list to gate 3.\r\n2. The manifest is for customs only.\r\n";
const DELIVERY: &str = "<!doctype html><html><head><title>Delivery note 8812</title></head><body><h1>Delivery note 8812</h1><ul><li>240 bolts</li><li>96 clamps</li></ul><script>alert('never')</script></body></html>";
const PAINT: &str = "<html><body><h1>Revised quote</h1><table><tr><th>Coat</th><th>EUR</th></tr><tr><td>Primer</td><td>4 100</td></tr><tr><td>Antifouling</td><td>7 300</td></tr></table></body></html>";
const ABNAHME: &str = "Werksabnahme Gründungspfähle\nLänge: 62 m\nDurchmesser: 8,5 m\nGewicht: 910 t\nStückzahl: 24\n";
const CUSTOMS: &str = "From: Customs Bergen <customs@harbour-logistics.example>\r\nTo: Marta O'Neill <marta.oneill@harbour-logistics.example>\r\nSubject: =?utf-8?Q?Clearance_for_Harbour_Wren_=E2=9C=93?=\r\nDate: Mon, 2 Mar 2026 08:30:00 +0100\r\nMessage-ID: <clear-1@harbour-logistics.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nClearance no. 4711 is granted. L=C3=A5s porten n=C3=A5r dere er ferdige.\r\n";
const ITINERARY: &str = "From: Skyline Travel Desk <no-reply@skyline-travel.example>\r\nTo: Mira Solberg <mira.solberg@fjordlight.example>\r\nSubject: Itinerary K7W2QX\r\nDate: Tue, 3 Mar 2026 06:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nBGO 06:45 - CPH 08:05\r\nCPH 09:20 - HAM 10:15\r\n";
