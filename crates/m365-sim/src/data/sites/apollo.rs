//! The sites of the Apollo programme.

use super::{
    bulk,
    maker::{ListSpec, Maker, PageSpec},
    spec::{File, pdf, sheet, slides, text, word},
};
use crate::{
    data::shared::{APOLLO_TEAM, SHAREPOINT},
    graph::{
        drives::item::Sharing,
        sites::site::{Column, Part, Section, Site},
    },
};

/// Adds the sites; returns the drive and the folder of the drawings.
pub(crate) fn add(maker: &mut Maker) -> (usize, usize) {
    let apollo = Site {
        group: Some(APOLLO_TEAM),
        followed: true,
        ..maker.described("Apollo", SHAREPOINT, "/sites/Apollo", "The Apollo wind farm")
    };
    let collection = apollo.collection;
    let apollo = maker.site(apollo);
    let documents = papers().into_iter().chain(bulk::reports()).chain(bulk::readings());
    let drive = maker.library(apollo, "Documents", "Shared Documents", documents.collect());
    maker.library(apollo, "Contracts", "Contracts", suppliers());
    maker.pages(apollo, PAGES, Vec::new());
    maker.list(apollo, &ISSUES);
    let path = "/sites/Apollo/Engineering";
    let engineering = Site {
        collection,
        parent: Some(apollo),
        ..maker.described("Engineering", SHAREPOINT, path, "Calculations of Apollo")
    };
    let engineering = maker.site(engineering);
    maker.library(engineering, "Documents", "Shared Documents", calculations());
    let path = "/sites/ApolloArchive";
    let archive = maker.described("Apollo Archive", SHAREPOINT, path, "What Apollo has finished");
    let archive = maker.site(archive);
    maker.library(archive, "Documents", "Shared Documents", finished());
    (drive, maker.folder(drive, &["Design", "Drawings"]))
}

fn papers() -> Vec<File> {
    vec![
        File::new(
            "Apollo charter.docx",
            "mira",
            510,
            word(
                "# Apollo charter\nA wind farm of 24 turbines off Bergen.\nSponsor: Ingrid Haugen\n",
            ),
        ),
        File::new(
            "Design/Foundation design.docx",
            "jonas",
            13,
            word(
                "# Foundation design\nMonopiles of 62 m with a diameter of 8.5 m.\n| Position | Load MN |\n| A4 | 41 |\n| A5 | 39 |\n\u{c}# Corrosion\nPaint in Ålesund blue above the splash zone.\n\u{c}# Installation\nFrom the harbour of Bergen in spring.\n",
            ),
        ),
        File::new(
            "Design/Turbine layout.pptx",
            "jonas",
            16,
            slides(
                "Turbine layout\n24 turbines\nSix rotor diameters between them\n\u{c}Wake losses\n7.1 % with the new layout\n",
            ),
        ),
        File::new(
            "Design/Drawings/A4 monopile.pdf",
            "jonas",
            18,
            pdf("# A4 monopile\nScale 1:200\n"),
        ),
        File::new(
            "Design/Drawings/A5 monopile.pdf",
            "jonas",
            18,
            pdf("# A5 monopile\nScale 1:200\n"),
        ),
        File::new(
            "Risk register.xlsx",
            "mira",
            4,
            sheet(
                "Risks\n| Risk | State |\n| Clay at A4 | green |\n| Cable delay | amber |\n\u{c}Closed\n| Risk | State |\n| Spawning ground | closed |\n",
            ),
        ),
        File::new(
            "Lessons/Stakeholder meeting.md",
            "claire",
            48,
            text("# Stakeholder meeting\n\nThe fishermen want the cable buried deeper.\n"),
        ),
        File::new(
            "Safety/Blade inspection.docx",
            "haruto",
            22,
            word(
                "# Blade inspection\nCheck the bolt torque of every blade root before the turbine starts.\n",
            ),
        ),
        File::new(
            "Safety/Evacuation plan.pdf",
            "bjorn",
            61,
            pdf("# Evacuation plan\nMuster at the crane pedestal.\n"),
        ),
        File::new(
            "Design/Old layout.pptx",
            "jonas",
            200,
            slides("Old turbine layout\n28 turbines\n"),
        )
        .gone(),
    ]
}

fn suppliers() -> Vec<File> {
    let few = Sharing::Only(&["mira.solberg", "jonas.lindqvist", "lukas.brandt"]);
    vec![
        File::new(
            "Turbine supply agreement.docx",
            "lukas",
            240,
            word("# Turbine supply agreement\nWith Hokuto Turbine, 24 units.\n"),
        ),
        File::new(
            "Nordkabel price list.xlsx",
            "lukas",
            27,
            sheet("Prices\n| Cable | NOK per m |\n| export | 336 |\n| array | 148 |\n"),
        )
        .shared(few),
    ]
}

fn calculations() -> Vec<File> {
    vec![
        File::new(
            "Loads/Wave loads.xlsx",
            "jonas",
            19,
            sheet("Waves\n| Height m | Load MN |\n| 3.5 | 12 |\n| 9 | 41 |\n"),
        ),
        File::new(
            "Soil/Soil survey.pdf",
            "jonas",
            120,
            pdf("# Soil survey\nClay down to eleven metres at A4 and A5.\n"),
        ),
    ]
}

fn finished() -> Vec<File> {
    vec![
        File::new(
            "Tender/Tender 2023.docx",
            "lukas",
            900,
            word("# Tender 2023\nSix bidders, three qualified.\n"),
        ),
        File::new(
            "Tender/Scores.csv",
            "lukas",
            905,
            text("Bidder,Score\nHokuto,88\nWindwerk,81\n"),
        ),
    ]
}

const PAGES: &[PageSpec] = &[
    PageSpec {
        name: "Home.aspx",
        title: "Apollo",
        description: "Start here",
        layout: "home",
        news: false,
        author: "mira",
        days: 90,
        sections: &[Section {
            layout: "oneColumn",
            columns: &[(12, &[Part::Text("<p>Welcome to Apollo, 24 turbines off Bergen.</p>")])],
        }],
    },
    PageSpec {
        name: "Torque-rules.aspx",
        title: "Torque rules",
        description: "How we record bolt torque",
        layout: "article",
        news: false,
        author: "haruto",
        days: 35,
        sections: &[
            Section {
                layout: "twoColumns",
                columns: &[
                    (
                        6,
                        &[Part::Text(
                            "<h2>Before you start</h2><p>Zero the wrench and note its serial number.</p>",
                        )],
                    ),
                    (
                        6,
                        &[Part::Links(
                            "Quick links",
                            &[(
                                "Blade inspection",
                                "/sites/Apollo/Shared Documents/Safety/Blade inspection.docx",
                            )],
                        )],
                    ),
                ],
            },
            Section {
                layout: "oneColumn",
                columns: &[(
                    12,
                    &[Part::Text(
                        "<h2>Afterwards</h2><ul><li>Record the value</li><li>Sign</li></ul>",
                    )],
                )],
            },
        ],
    },
];

const ISSUES: ListSpec = ListSpec {
    name: "Issues",
    title: "Issues",
    description: "What has to be solved on Apollo",
    columns: &[
        Column { name: "Title", indexed: true },
        Column { name: "Status", indexed: true },
        Column { name: "Priority", indexed: false },
        Column { name: "Position", indexed: false },
    ],
    rows: &[
        &["Hairline crack in flange", "Open", "High", "A4"],
        &["Paint peels above splash zone", "Open", "Low", "A5"],
        &["Cable marker missing", "Closed", "Medium", "C1"],
        &["Wrong bolt class delivered", "Open", "High", "A7"],
        &["Crane certificate expired", "Closed", "High", "Harbour"],
        &["Gangway too short at low tide", "Open", "Medium", "Harbour"],
    ],
    author: "jonas",
};
