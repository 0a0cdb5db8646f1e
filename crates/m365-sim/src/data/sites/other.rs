//! Sites of other departments.

use super::{maker::Maker, script};
use crate::{
    data::shared::SHAREPOINT,
    graph::sites::site::{Readers, Site},
};

/// Adds the sites of sales and of the board; the latter few may see.
pub(crate) fn add(maker: &mut Maker) {
    let sales = maker.described("Sales", SHAREPOINT, "/sites/Sales", "Customers and offers");
    let sales = maker.site(sales);
    let offers = script::files(include_str!("files/sales.txt"));
    let contracts = script::files(include_str!("files/sales-contracts.txt"));
    maker.library(sales, "Documents", "Shared Documents", offers);
    maker.library(sales, "Contracts", "Contracts", contracts);
    let readers = ["ingrid.haugen", "adele.vance", "tom.okafor"];
    let board = Site {
        readers: Readers::only(&readers),
        ..maker.described("Board", SHAREPOINT, "/sites/Board", "Papers of the board of directors")
    };
    let board = maker.site(board);
    let papers = script::files(include_str!("files/board.txt"));
    maker.library(board, "Documents", "Shared Documents", papers);
}
