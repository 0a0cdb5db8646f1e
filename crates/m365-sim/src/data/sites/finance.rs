//! The site of finance, with the papers of the budget review.

use super::{
    maker::{ListSpec, Maker, PageSpec},
    spec::{File, pdf, sheet, slides, text, word},
};
use crate::{
    data::shared::{FINANCE_SITE, FINANCE_TEAM, SHAREPOINT},
    graph::{
        drives::item::Sharing,
        sites::site::{Column, Part, Readers, Section, Site},
    },
};

/// Who works with finance.
const READERS: &[&str] =
    &["mira.solberg", "adele.vance", "lukas.brandt", "ingrid.haugen", "tom.okafor"];

/// Adds the site.
pub(crate) fn add(maker: &mut Maker) {
    let path = FINANCE_SITE.split_once(SHAREPOINT).map_or("", |(_, path)| path);
    let site = Site {
        readers: Readers::Only(READERS),
        group: Some(FINANCE_TEAM),
        followed: true,
        ..maker.described("Finance", SHAREPOINT, path, "Budgets, forecasts and contracts")
    };
    let site = maker.site(site);
    let documents = budget().into_iter().chain(others()).collect();
    maker.library(site, "Documents", "Shared Documents", documents);
    maker.library(site, "Contracts", "Contracts", contracts());
    maker.pages(site, PAGES, Vec::new());
    maker.list(site, &RISKS);
}

fn budget() -> Vec<File> {
    vec![
        File::new("Budget/Q3 budget deck.pptx", "adele", 6, slides(DECK))
            .edited_by("lukas")
            .titled("Q3 budget"),
        File::new("Budget/Q3 budget.csv", "adele", 10, text(SHEET)),
        File::new("Budget/Budget notes.md", "adele", 9, text(NOTES)).edited_by("mira"),
        File::new(
            "Budget/Archive/2024/Q4/Q4 budget deck.pptx",
            "adele",
            380,
            slides("Q4 budget\nLast year's figures\n\u{c}Result\nApproved: 66 900 kNOK\n"),
        ),
        File::new(
            "Budget/Archive/2024/Q4/Q4 budget.xlsx",
            "adele",
            381,
            sheet(
                "Q4\n| Programme | kNOK |\n| Apollo | 44100 |\n| Borealis | 13400 |\n| Operations | 9400 |\n",
            ),
        ),
        File::new(
            "Budget/Board version.docx",
            "ingrid",
            7,
            word("# Budget for the board\nOnly Ingrid and Adele see this.\n"),
        )
        .shared(Sharing::Only(&["ingrid.haugen", "adele.vance"])),
        File::new("Budget/Q2 budget deck.pptx", "adele", 100, slides("Q2 budget\nSuperseded\n"))
            .gone(),
    ]
}

fn others() -> Vec<File> {
    vec![
        File::new(
            "Forecast/Rolling forecast.xlsx",
            "adele",
            3,
            sheet(
                "Forecast\n| Month | kNOK |\n| October | 5900 |\n| November | 6100 |\n| December | 5200 |\n",
            ),
        ),
        File::new(
            "Forecast/How we forecast.docx",
            "adele",
            55,
            word(
                "# How we forecast\nEach month the programme managers send their commitments.\nFinance adds what is under way.\n\u{c}# Calendar\nCommitments are due on the third working day.\n",
            ),
        ),
        File::new(
            "Policies/Travel policy.pdf",
            "adele",
            150,
            pdf(
                "# Travel policy\nTrains before planes.\nReceipts within ten days.\n\u{c}# Rates\nA day abroad: 620 NOK\n",
            ),
        ),
        File::new(
            "Policies/Purchasing.docx",
            "lukas",
            160,
            word("# Purchasing\nAbove 500 kNOK two signatures are needed.\n"),
        ),
    ]
}

fn contracts() -> Vec<File> {
    vec![
        File::new(
            "Nordkabel/Cable supply agreement.docx",
            "lukas",
            12,
            word(
                "# Cable supply agreement\nBetween Fjordlight Energy and Nordkabel.\nPrice: 13.8 million NOK.\nPenalty for delay: 0.5 % a week.\n",
            ),
        ),
        File::new(
            "Nordkabel/Quotation 2291.pdf",
            "lukas",
            26,
            pdf("# Quotation 2291\nExport cable, 41 km\n13 800 000 NOK\n"),
        ),
        File::new(
            "Tallowmere/Crew boat charter.docx",
            "bjorn",
            21,
            word("# Crew boat charter\nFrom September, 640 kNOK a quarter.\n"),
        ),
        File::new(
            "Insurance/Policy 2026.pdf",
            "claire",
            75,
            pdf("# Insurance policy\nConstruction all risks.\n"),
        ),
    ]
}

const DECK: &str = "Q3 budget\nFinance review for the programmes\nAdele Vance\n\u{c}Approved by programme\nApollo: 48 200 kNOK\nBorealis: 12 150 kNOK\nOperations: 10 000 kNOK\nApproved total: 70 350 kNOK\n\u{c}What changed\n600 kNOK move from Borealis to Operations for the second crew boat\nNordkabel at 13.8 million, so 2 100 kNOK stay in cables\n\u{c}Next steps\nObjections until the last Friday of the month, 16:00 Bergen time\nBudget review every Tuesday, 15:00\n";
const SHEET: &str = "Programme,Line,Approved kNOK,Spent kNOK\nApollo,Turbines,31200,24100\nApollo,Cables,13800,6300\nApollo,Survey,3200,1550\nBorealis,Permits,7650,3010\nBorealis,Studies,4500,1300\nOperations,Crew boat,5800,5100\nOperations,Harbour,4200,4020\n";
const NOTES: &str = "# Budget notes\n\nFrom the budget review.\n\n- Approved total: **70 350 kNOK**\n- Deadline for objections: last Friday of the month, 16:00 Bergen time\n- 600 kNOK move from Borealis to Operations (second crew boat)\n\n| Programme | Approved kNOK |\n|---|---|\n| Apollo | 48 200 |\n| Borealis | 12 150 |\n| Operations | 10 000 |\n";

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
