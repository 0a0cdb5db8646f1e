//! Sites of other departments.

use super::{
    maker::Maker,
    spec::{File, sheet, slides, text, word},
};
use crate::{
    data::shared::SHAREPOINT,
    graph::sites::site::{Readers, Site},
};

/// Adds the sites of sales and of the board; the latter few may see.
pub(crate) fn add(maker: &mut Maker) {
    let sales = maker.described("Sales", SHAREPOINT, "/sites/Sales", "Customers and offers");
    let sales = maker.site(sales);
    maker.library(sales, "Documents", "Shared Documents", offers());
    maker.library(
        sales,
        "Contracts",
        "Contracts",
        vec![File::new(
            "Aqaba/Letter of intent.docx",
            "layla",
            70,
            word("# Letter of intent\nA solar plant at Aqaba.\n"),
        )],
    );
    let board = Site {
        readers: Readers::Only(&["ingrid.haugen", "adele.vance", "tom.okafor"]),
        ..maker.described("Board", SHAREPOINT, "/sites/Board", "Papers of the board of directors")
    };
    let board = maker.site(board);
    maker.library(board, "Documents", "Shared Documents", papers());
}

fn offers() -> Vec<File> {
    vec![
        File::new(
            "Offers/Aqaba solar offer.docx",
            "layla",
            15,
            word("# Offer for Aqaba\nA plant of 40 MW, 1 100 000 JOD a year.\n"),
        ),
        File::new(
            "Offers/عرض العقبة.docx",
            "layla",
            15,
            word("# عرض العقبة\nمحطة شمسية بقدرة 40 ميغاواط\n"),
        ),
        File::new(
            "Offers/Kochi offer.pptx",
            "priya",
            24,
            slides("Kochi\nOffer for a floating array\n"),
        ),
        File::new(
            "Customers.xlsx",
            "priya",
            12,
            sheet(
                "Customers\n| Name | Country |\n| Desertgrid | Jordan |\n| Keralapower | India |\n",
            ),
        ),
        File::new("Pricing/נתוני מחיר.txt", "noa", 50, text("נתוני המחיר לרבעון הבא\n")),
    ]
}

fn papers() -> Vec<File> {
    vec![
        File::new(
            "Minutes/Board minutes.docx",
            "ingrid",
            20,
            word(
                "# Board minutes\nThe board discussed the takeover of Windwerk. The budget was approved.\n",
            ),
        ),
        File::new(
            "Takeover plan.pptx",
            "ingrid",
            18,
            slides("Takeover plan\nWindwerk, in spring\n"),
        ),
    ]
}
