//! The root site: pages and news for everyone.

use super::{
    maker::{Maker, PageSpec},
    script,
};
use crate::{
    data::shared::SHAREPOINT,
    graph::sites::site::{Part, Section},
};

/// Adds the site.
pub(crate) fn add(maker: &mut Maker) {
    let site = maker.described("Intranet", SHAREPOINT, "", "News and rules of Fjordlight Energy");
    let site = maker.site(site);
    let documents = script::files(include_str!("files/intranet.txt"));
    maker.library(site, "Documents", "Shared Documents", documents);
    let wiki = script::files(include_str!("files/wiki.txt"));
    maker.pages(site, PAGES, wiki);
}

const PAGES: &[PageSpec] = &[
    PageSpec {
        name: "Crew-boat-arrives.aspx",
        title: "Second crew boat arrives",
        description: "A second crew boat from September on",
        layout: "article",
        news: true,
        author: "bjorn",
        days: 2,
        sections: &[
            Section {
                layout: "oneColumn",
                columns: &[(
                    12,
                    &[Part::Text(
                        "<p>From September on a <em>second crew boat</em> takes our people out to the turbines.</p>",
                    )],
                )],
            },
            Section {
                layout: "oneColumn",
                columns: &[(
                    12,
                    &[Part::Links(
                        "More",
                        &[(
                            "Crew boat charter",
                            "/sites/Finance/Contracts/Tallowmere/Crew boat charter.docx",
                        )],
                    )],
                )],
            },
        ],
    },
    PageSpec {
        name: "Welcome.aspx",
        title: "Welcome",
        description: "For those who are new",
        layout: "article",
        news: false,
        author: "sofia",
        days: 260,
        sections: &[Section {
            layout: "twoColumns",
            columns: &[
                (
                    6,
                    &[Part::Text(
                        "<h2>Your first day</h2><p>Fetch your badge at the reception.</p>",
                    )],
                ),
                (
                    6,
                    &[Part::Text(
                        "<h2>Your first week</h2><p>The safety course is on Wednesday.</p>",
                    )],
                ),
            ],
        }],
    },
];
