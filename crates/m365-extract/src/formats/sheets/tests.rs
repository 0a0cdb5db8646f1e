use super::*;

/// A workbook of sheets with one column of numbered rows each.
struct Rows(Vec<u32>);

impl Book for Rows {
    fn tabs(&self) -> Vec<Tab> {
        let tab = |(number, _)| Tab { name: format!("S{number}"), ..Tab::default() };
        self.0.iter().enumerate().map(tab).collect()
    }

    fn sheet(&mut self, index: usize, budget: &mut Budget) -> Sheet {
        let mut sheet = Sheet::default();
        for row in 0..self.0[index] {
            sheet.push(row, 0, &format!("row {row}"), budget);
        }
        sheet
    }
}

#[test]
fn a_long_sheet_leaves_room_for_the_names_of_the_others() {
    let options = Options::default().max_output(2_000);

    let document = document(&mut Rows(vec![10_000, 2, 2]), &options);

    let size: usize = document.pages.iter().map(|page| page.markdown.len()).sum();
    assert!(size <= 2_000);
    assert!(document.pages[0].markdown.ends_with("of 10000 rows]"));
    assert!(document.pages[2].markdown.starts_with("## S2"));
    assert!(document.warnings[0].starts_with("Sheet 1 is longer than what is returned: "));
}

#[test]
fn a_later_sheet_can_be_asked_for_alone() {
    let options = Options::default().max_output(2_000).sheet("s2");

    let document = document(&mut Rows(vec![10_000, 2, 2]), &options);

    assert_eq!(document.pages[0].markdown, "## S0");
    assert_eq!(document.pages[2].markdown, "## S2\n\n| row 0 |\n| --- |\n| row 1 |");
    assert!(document.warnings.is_empty());
}

#[test]
fn an_empty_sheet_says_so() {
    let document = document(&mut Rows(vec![0]), &Options::default());

    assert_eq!(document.pages[0].markdown, "## S0\n\n*Empty sheet.*");
}

#[test]
fn rows_beyond_those_read_are_counted_once() {
    let mut sheet = Sheet::default();
    sheet.push(0, 0, "read", &mut Budget { cells: 1, bytes: 100 });

    for last_row in 1..=9 {
        sheet.goes_on_to(last_row);
    }

    assert_eq!(sheet.rows_beyond, 9);
}

#[test]
fn c08_hidden_ranges_and_targets_of_links_are_few_and_short() {
    let mut sheet = Sheet::default();
    let place = Area::between((0, 0), (0, 0));

    (0..150_000).for_each(|number| sheet.hide_columns(2 * number, 2 * number));
    (0..150_000).for_each(|number| sheet.hide_rows(number, number));
    sheet.add_link(place, "x".repeat(MAX_TARGET + 1));
    (0..150_000).for_each(|_| sheet.add_link(place, "https://contoso.example/"));

    assert_eq!(sheet.hidden_columns.len(), MAX_EXTRAS);
    assert_eq!(sheet.hidden_rows, [(0, 149_999)]);
    assert_eq!(sheet.links.len(), MAX_EXTRAS);
    assert_eq!(&*sheet.links[0].1, "https://contoso.example/");
}
