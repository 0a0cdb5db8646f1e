//! The main user's own files.

use super::{
    maker::Maker,
    onedrive::personal,
    spec::{File, What, bytes, fluid, pdf, sheet, slides, text, word},
};
use crate::graph::drives::{body::Body, item::Lock};

/// Adds the main user's drive, with a shortcut to a folder of another one.
pub(crate) fn add(maker: &mut Maker, drawings: (usize, usize)) {
    let mut files = documents();
    files.extend(formats());
    files.extend(odd_names());
    files.push(File::new("Drawings", "jonas", 30, What::Shortcut(drawings.0, drawings.1)));
    personal(maker, "mira.solberg", files);
}

fn documents() -> Vec<File> {
    vec![
        File::new(
            "Notes/Weekly plan.md",
            "mira",
            1,
            text(
                "# Weekly plan\n\n- Monday: Apollo status with Jonas\n- Tuesday: budget review at 15:00\n- Thursday: safety walk\n",
            ),
        ),
        File::new(
            "Notes/Ideas.txt",
            "mira",
            14,
            text(
                "Ask Bjørn whether the second crew boat could be shared with Harbour Logistics.\n",
            ),
        ),
        File::new(
            "Notes/2024/Archive/Minutes/Kick-off.docx",
            "mira",
            420,
            word(
                "# Kick-off minutes\nPresent: Mira, Jonas, Lukas\nDecision: the foundation type is a monopile.\n",
            ),
        ),
        File::new(
            "Travel/Hamburg itinerary.pdf",
            "mira",
            40,
            pdf(
                "# Itinerary K7W2QX\nBGO 06:45 - CPH 08:05\nCPH 09:20 - HAM 10:15\nHotel near the fish market\n\u{c}# Receipts\nTaxi 34 EUR\nHotel 182 EUR\n",
            ),
        ),
        File::new(
            "Travel/Expenses.xlsx",
            "mira",
            38,
            sheet(
                "Hamburg\n| Item | EUR |\n| Taxi | 34 |\n| Hotel | 182 |\n\u{c}Oslo\n| Item | NOK |\n| Train | 399 |\n",
            ),
        ),
        File::new(
            "Presentations/Programme overview.pptx",
            "mira",
            20,
            slides(
                "Programme overview\nApollo, Borealis, Operations\n\u{c}Milestones\nDesign freeze at the end of the month\nFirst foundation in spring\n",
            ),
        ),
        File::new(
            "Salary talk.docx",
            "mira",
            11,
            word(
                "# Salary talk\nNotes for the talk with Ingrid. Nobody else needs to read this.\n",
            ),
        ),
        File::new("Notebook", "mira", 6, What::Package("oneNote")),
        File::new("Empty.txt", "mira", 5, text("")),
        File::new(
            "Old draft.docx",
            "mira",
            90,
            word("# Old draft\nThe harbour layout that was given up.\n"),
        )
        .gone(),
    ]
}

fn formats() -> Vec<File> {
    vec![
        File::new(
            "Formats/latin-1.txt",
            "mira",
            70,
            What::File(Body::Latin1("Smørbrød på Ålesund brygge, fünf Stück.\n")),
        ),
        File::new(
            "Formats/utf-16.txt",
            "mira",
            70,
            What::File(Body::Utf16("Værvarsel: kuling fra nordvest, bølgehøyde 3,5 m.\n")),
        ),
        File::new(
            "Formats/page.html",
            "mira",
            69,
            text(
                "<!DOCTYPE html><html><body><h1>Crew list</h1><ul><li>Bjørn Ås</li><li>Haruto Tanaka</li></ul></body></html>\n",
            ),
        ),
        File::new(
            "Formats/wind.json",
            "mira",
            69,
            text("{\"mast\":\"A\",\"unit\":\"m/s\",\"monthly_mean\":[9.4,9.1,10.2]}\n"),
        ),
        File::new(
            "Formats/cables.xml",
            "mira",
            69,
            text(
                "<?xml version=\"1.0\"?>\n<cables><cable id=\"C1\" length=\"4100\">export</cable></cables>\n",
            ),
        ),
        File::new(
            "Formats/Clearance.eml",
            "mira",
            68,
            text(
                "From: Customs Bergen <customs@harbour-logistics.example>\r\nTo: Mira Solberg <mira.solberg@fjordlight.example>\r\nSubject: Clearance for Harbour Wren\r\nDate: Mon, 2 Mar 2026 08:30:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nClearance no. 4711 is granted.\r\n",
            ),
        ),
        File::new(
            "Formats/Toolbox talk.vtt",
            "mira",
            68,
            text(
                "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Bjørn Ås>Hard hats on before you leave the boat.</v>\n\n00:00:05.000 --> 00:00:07.500\n<v Mira Solberg>Understood.</v>\n",
            ),
        ),
        File::new("Formats/stamp.png", "mira", 67, bytes(include_bytes!("../files/stamp.png"))),
        File::new(
            "Formats/papers.zip",
            "mira",
            67,
            What::File(Body::Zip(&[
                ("readme.txt", "Hand the packing list to gate 3.\n"),
                ("lists/packing.csv", "Position,Item\n1,Flange bolts M72\n"),
            ])),
        ),
        File::new(
            "Formats/Brainstorm.loop",
            "mira",
            4,
            fluid(
                "# Brainstorm\nCrew boat with Harbour Logistics\nDrone inspection of the blades\n",
            ),
        ),
        File::new(
            "Formats/Retro.wbtx",
            "mira",
            63,
            fluid("# Retro\nGood: the layout\nBad: the weather\n"),
        ),
        File::new("Formats/Sketch.whiteboard", "mira", 66, bytes(&[0x57, 0x42, 0x00, 0xff, 0x13])),
        File::new("Formats/Raw wind speeds.csv", "noa", 66, What::File(Body::Lines(983_040))),
        File::new("Formats/invoice.docm", "mira", 65, word("Pay at once.\n")).locked(Lock::Malware),
        File::new(
            "Formats/Board papers.docx",
            "ingrid",
            65,
            word("# Board papers\nUnder a label that keeps them from apps.\n"),
        )
        .locked(Lock::Protected),
    ]
}

fn odd_names() -> Vec<File> {
    vec![
        File::new(
            "Odd names/Plan #2 (50% done).docx",
            "mira",
            33,
            word("# Plan 2\nHalf of it is done.\n"),
        ),
        File::new("Odd names/Mira's list.txt", "mira", 33, text("Helmet, gloves, torch\n")),
        File::new(
            "Odd names/Gründungspfähle Übersicht.txt",
            "lukas",
            32,
            text("Länge 62 m, Durchmesser 8,5 m\n"),
        ),
        File::new(
            "Odd names/タービン点検 手順.docx",
            "haruto",
            31,
            word("# 点検手順\n安全靴をご持参ください。\n"),
        ),
        File::new(
            "Odd names/محطة العقبة.txt",
            "layla",
            30,
            text("عرض أسعار محطة الطاقة الشمسية في العقبة\n"),
        ),
        File::new(
            "Odd names/100%25 ready.txt",
            "mira",
            29,
            text("The name is written like this.\n"),
        ),
        File::new("Odd names/a+b & c.txt", "mira", 28, text("Plus and ampersand\n")),
    ]
}
