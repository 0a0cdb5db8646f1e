//! The sites of the Apollo programme.

use super::{
    bulk,
    maker::{ListSpec, Maker, PageSpec},
    script,
};
use crate::{
    data::shared::{APOLLO_TEAM, SHAREPOINT},
    graph::sites::site::{Column, Part, Section, Site},
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
    let papers = script::files(include_str!("files/apollo.txt"));
    let documents = papers.into_iter().chain(bulk::reports()).chain(bulk::readings());
    let drive = maker.library(apollo, "Documents", "Shared Documents", documents.collect());
    let contracts = script::files(include_str!("files/apollo-contracts.txt"));
    maker.library(apollo, "Contracts", "Contracts", contracts);
    maker.pages(apollo, PAGES, Vec::new());
    maker.list(apollo, &ISSUES);
    let path = "/sites/Apollo/Engineering";
    let engineering = Site {
        collection,
        parent: Some(apollo),
        ..maker.described("Engineering", SHAREPOINT, path, "Calculations of Apollo")
    };
    let engineering = maker.site(engineering);
    let calculations = script::files(include_str!("files/engineering.txt"));
    maker.library(engineering, "Documents", "Shared Documents", calculations);
    let path = "/sites/ApolloArchive";
    let archive = maker.described("Apollo Archive", SHAREPOINT, path, "What Apollo has finished");
    let archive = maker.site(archive);
    let finished = script::files(include_str!("files/archive.txt"));
    maker.library(archive, "Documents", "Shared Documents", finished);
    (drive, maker.folder(drive, &["Design", "Drawings"]))
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
        &["Paint and primer peel above splash zone", "Open", "Low", "A5"],
        &["Cable marker missing", "Closed", "Medium", "C1"],
        &["Wrong bolt class delivered", "Open", "High", "A7"],
        &["Crane certificate expired", "Closed", "High", "Harbour"],
        &["Gangway too short at low tide", "Open", "Medium", "Harbour"],
    ],
    author: "jonas",
};
