//! The site of finance, with the papers of the budget review.

use super::{
    maker::{ListSpec, Maker, PageSpec},
    script,
};
use crate::{
    data::shared::{FINANCE_SITE, FINANCE_TEAM, SHAREPOINT},
    graph::sites::site::{Column, Part, Readers, Section, Site},
};

/// Who works with finance.
const READERS: &[&str] =
    &["mira.solberg", "adele.vance", "lukas.brandt", "ingrid.haugen", "tom.okafor"];

/// Adds the site.
pub(crate) fn add(maker: &mut Maker) {
    let path = FINANCE_SITE.split_once(SHAREPOINT).map_or("", |(_, path)| path);
    let site = Site {
        readers: Readers::only(READERS),
        group: Some(FINANCE_TEAM),
        followed: true,
        ..maker.described("Finance", SHAREPOINT, path, "Budgets, forecasts and contracts")
    };
    let site = maker.site(site);
    let documents = script::files(include_str!("files/finance.txt"));
    let contracts = script::files(include_str!("files/finance-contracts.txt"));
    maker.library(site, "Documents", "Shared Documents", documents);
    maker.library(site, "Contracts", "Contracts", contracts);
    maker.pages(site, PAGES, Vec::new());
    maker.list(site, &RISKS);
}

const PAGES: &[PageSpec] = &[PageSpec {
    name: "Budget-process.aspx",
    title: "Budget process",
    description: "How a budget comes about",
    layout: "article",
    news: false,
    author: "adele",
    days: 44,
    sections: &[
        Section {
            layout: "oneThirdRightColumn",
            columns: &[
                (
                    8,
                    &[Part::Text(
                        "<h2>Each quarter</h2><p>Programme managers propose, finance checks, the board approves.</p>",
                    )],
                ),
                (
                    4,
                    &[Part::Links(
                        "Papers",
                        &[
                            (
                                "Q3 budget deck",
                                "/sites/Finance/Shared Documents/Budget/Q3 budget deck.pptx",
                            ),
                            (
                                "Budget notes",
                                "/sites/Finance/Shared Documents/Budget/Budget notes.md",
                            ),
                        ],
                    )],
                ),
            ],
        },
        Section {
            layout: "oneColumn",
            columns: &[(
                12,
                &[Part::Text(
                    "<h2>Objections</h2><p>Until the last Friday of the month at <strong>16:00</strong> Bergen time.</p>",
                )],
            )],
        },
    ],
}];

const RISKS: ListSpec = ListSpec {
    name: "Risks",
    title: "Risks",
    description: "What may cost us money",
    columns: &[
        Column { name: "Title", indexed: true },
        Column { name: "Status", indexed: true },
        Column { name: "Probability", indexed: false },
        Column { name: "Responsible", indexed: false },
    ],
    rows: &[
        &["Steel price", "Open", "High", "Lukas Brandt"],
        &["Currency of the turbine contract", "Open", "Medium", "Adele Vance"],
        &["Late permit for Borealis", "Open", "High", "Claire Fontaine"],
        &["Crew boat charter", "Closed", "Low", "Bjørn Ås"],
    ],
    author: "adele",
};
