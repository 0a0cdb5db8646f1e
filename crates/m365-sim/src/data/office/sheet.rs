//! Excel workbooks.

use super::{cells, xml, zip};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Makes a workbook; each form feed begins a new sheet, whose first line is its name.
pub(crate) fn sheet(text: &str) -> Vec<u8> {
    let sheets: Vec<_> = text.split('\u{c}').map(str::trim).collect();
    let parts: Vec<_> =
        (1..=sheets.len()).map(|number| format!("xl/worksheets/sheet{number}.xml")).collect();
    let mut types = vec![("xl/workbook.xml".to_owned(), "spreadsheetml.sheet.main")];
    types.extend(parts.iter().map(|part| (part.clone(), "spreadsheetml.worksheet")));
    let targets: Vec<_> =
        parts.iter().map(|part| ("worksheet", part.trim_start_matches("xl/").to_owned())).collect();
    let mut entries = vec![
        xml::content_types(&types),
        xml::relationships("_rels/.rels", &[("officeDocument", "xl/workbook.xml".to_owned())]),
        ("xl/workbook.xml".to_owned(), workbook(&sheets)),
        xml::relationships("xl/_rels/workbook.xml.rels", &targets),
    ];
    entries.extend(parts.into_iter().zip(sheets.iter().map(|sheet| worksheet(sheet))));
    zip::pack(&entries)
}

fn workbook(sheets: &[&str]) -> String {
    let name = |sheet: &str| xml::text(sheet.lines().next().unwrap_or("Sheet"));
    let all: String = (1..)
        .zip(sheets)
        .map(|(number, sheet)| {
            let name = name(sheet);
            format!(r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#)
        })
        .collect();
    format!(
        r#"{}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{all}</sheets></workbook>"#,
        xml::HEAD
    )
}

fn worksheet(text: &str) -> String {
    let lines = text.lines().skip(1).filter_map(cells);
    let rows: String =
        (1..).zip(lines).map(|(number, cells)| row(number, &cells)).collect::<String>();
    format!(r#"{}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#, xml::HEAD)
}

fn row(number: usize, cells: &[&str]) -> String {
    let all: String =
        ('A'..='Z').zip(cells).map(|(column, text)| cell(column, number, text)).collect();
    format!(r#"<row r="{number}">{all}</row>"#)
}

fn cell(column: char, row: usize, text: &str) -> String {
    if text.parse::<f64>().is_ok() {
        return format!(r#"<c r="{column}{row}"><v>{text}</v></c>"#);
    }
    let text = xml::text(text);
    format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}
