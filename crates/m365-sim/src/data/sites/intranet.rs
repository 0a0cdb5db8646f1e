//! The root site: pages and news for everyone.

use super::{
    maker::{Maker, PageSpec},
    spec::{File, pdf, text, word},
};
use crate::{
    data::shared::SHAREPOINT,
    graph::sites::site::{Part, Section},
};

/// Adds the site.
pub(crate) fn add(maker: &mut Maker) {
    let site = maker.described("Intranet", SHAREPOINT, "", "News and rules of Fjordlight Energy");
    let site = maker.site(site);
    maker.library(site, "Documents", "Shared Documents", documents());
    let wiki = File::new(
        "Canteen-wiki.aspx",
        "sofia",
        800,
        text("The canteen opens at eleven. Old wiki page.\n"),
    );
    maker.pages(site, PAGES, vec![wiki.titled("Canteen wiki")]);
}

fn documents() -> Vec<File> {
    vec![
        File::new(
            "Rules/Code of conduct.pdf",
            "claire",
            300,
            pdf(
                "# Code of conduct\nWe say what we know, and what we do not.\n\u{c}# Gifts\nNothing above 500 NOK.\n",
            ),
        ),
        File::new(
            "Rules/Holiday rules.docx",
            "sofia",
            130,
            word("# Holiday rules\nFive weeks, of which three in summer.\n"),
        ),
        File::new("Templates/Letter.docx", "sofia", 400, word("# Letter\nDear reader,\n")),
        File::new(
            "IT/VPN guide.html",
            "tom",
            85,
            text(
                "<!DOCTYPE html><html><body><h1>VPN guide</h1><p>Choose the Bergen gateway.</p></body></html>\n",
            ),
        ),
    ]
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
