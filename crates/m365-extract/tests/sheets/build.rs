//! Workbooks made for a test.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// What sheets are made of, for tests that put it in any order.
pub(crate) const TOKENS: &[&str] = &[
    "<worksheet>",
    "<sheetData>",
    "</sheetData>",
    "<row r='3' hidden='1'>",
    "<row r='99999999999'>",
    "</row>",
    "<c r='B2' t='s' s='1'>",
    "<c t='inlineStr'>",
    "<c t='d' s='7'>",
    "<c/>",
    "</c>",
    "<v>",
    "1e309",
    "-1",
    "2024-02-30",
    "</v>",
    "<f>",
    "HYPERLINK(\"",
    "</f>",
    "<is><t>",
    "</t></is>",
    "<mergeCell ref='A1:XFD1048576'/>",
    "<mergeCell ref='C3:A1'/>",
    "<col min='0' max='4294967295' hidden='true'/>",
    "<dimension ref='A1:B9'/>",
    "<table:table table:name='T'>",
    "</table:table>",
    "<table:table-column table:number-columns-repeated='99999999' table:visibility='collapse'/>",
    "<table:table-row table:number-rows-repeated='4294967295'>",
    "</table:table-row>",
    "<table:table-cell table:number-columns-repeated='3' table:number-rows-spanned='4294967295'>",
    "<table:covered-table-cell/>",
    "</table:table-cell>",
    "<text:p>",
    "<text:s text:c='99999999999'/>",
    "</text:p>",
    "<office:annotation>",
    "</office:annotation>",
    "<draw:frame>",
    "</draw:frame>",
    "&amp;",
    "&#0;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<",
    "é",
];

/// A zip archive of these entries.
pub(crate) fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<(&str, &[u8])> =
        entries.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
    zip_of(&entries)
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let method = match *name {
            "mimetype" => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A sheet of these rows.
pub(crate) fn sheet(rows: &str) -> String {
    worksheet(rows, "")
}

/// A sheet of these rows, with what comes behind them.
pub(crate) fn worksheet(rows: &str, behind: &str) -> String {
    format!("<worksheet xmlns:r='r'><sheetData>{rows}</sheetData>{behind}</worksheet>")
}

/// A workbook of one sheet.
pub(crate) struct Book {
    sheet: String,
    strings: String,
    relationships: String,
}

impl Book {
    pub(crate) fn of(sheet: &str) -> Self {
        Self { sheet: sheet.to_owned(), strings: String::new(), relationships: String::new() }
    }

    /// Adds texts that cells share.
    pub(crate) fn strings(&mut self, texts: &[&str]) {
        for text in texts {
            self.strings.push_str(&format!("<si><t>{text}</t></si>"));
        }
    }

    /// Adds something that the sheet refers to.
    pub(crate) fn relate(&mut self, id: &str, kind: &str, target: &str, is_outside: bool) {
        self.relationships.push_str(&relationship(id, kind, target, is_outside));
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        self.build_with(&[])
    }

    /// The workbook with more parts.
    pub(crate) fn build_with(&self, more: &[(&str, &str)]) -> Vec<u8> {
        let related = |inner: &str| format!("<Relationships>{inner}</Relationships>");
        let of_book = [
            relationship("rId1", "worksheet", "worksheets/sheet1.xml", false),
            relationship("rId2", "sharedStrings", "sharedStrings.xml", false),
            relationship("rId3", "styles", "styles.xml", false),
        ];
        let of_package = related(&relationship("r", "officeDocument", "xl/workbook.xml", false));
        let of_book = related(&of_book.concat());
        let strings = format!("<sst>{}</sst>", self.strings);
        let of_sheet = related(&self.relationships);
        let parts = [
            ("_rels/.rels", of_package.as_str()),
            ("xl/_rels/workbook.xml.rels", &of_book),
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name='Data' id='rId1'/></sheets></workbook>",
            ),
            ("xl/sharedStrings.xml", &strings),
            ("xl/worksheets/_rels/sheet1.xml.rels", &of_sheet),
            ("xl/worksheets/sheet1.xml", &self.sheet),
        ];
        zip(&[&parts, more].concat())
    }
}

fn relationship(id: &str, kind: &str, target: &str, is_outside: bool) -> String {
    let mode = if is_outside { "External" } else { "Internal" };
    let types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    format!("<Relationship Id='{id}' Type='{types}/{kind}' Target='{target}' TargetMode='{mode}'/>")
}

/// A spreadsheet of OpenDocument with these tables.
pub(crate) fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x' xmlns:draw='d' \
         xmlns:dc='c'><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>\
         </office:document-content>"
    );
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
    ])
}

/// The stream of an old workbook, record by record (MS-XLS 2.4).
pub(crate) struct Biff(Vec<u8>);

impl Biff {
    /// A stream that begins with what holds for all sheets.
    pub(crate) fn globals() -> Self {
        let mut stream = Self(Vec::new());
        stream.record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        stream
    }

    pub(crate) fn record(&mut self, id: u16, data: &[u8]) {
        self.0.extend(id.to_le_bytes());
        self.0.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        self.0.extend(data);
    }
}

/// An old workbook with this stream.
pub(crate) fn xls(stream: &Biff) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("Workbook").unwrap().write_all(&stream.0).unwrap();
    file.into_inner().into_inner()
}

/// A binary workbook with a text, a share of a half, and a truth, and with a link, a comment, a hidden
/// row and a hidden column.
pub(crate) fn xlsb() -> Vec<u8> {
    let relationships = format!(
        "<Relationships>{}{}</Relationships>",
        relationship("rId1", "worksheet", "worksheets/sheet1.bin", false),
        relationship("rId2", "styles", "styles.bin", false),
    );
    let named = [&[0; 4][..], &1_u32.to_le_bytes(), &wide("rId1"), &wide("Data")].concat();
    let workbook = record(156, &named);
    let xf = |format: u16| record(47, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
    let styles = [record(617, &2_u32.to_le_bytes()), xf(0), xf(9), record(618, &[])].concat();
    let of_sheet = format!(
        "<Relationships>{}{}</Relationships>",
        relationship("rId1", "hyperlink", "https://contoso.example/", true),
        relationship("rId2", "comments", "../comments1.bin", false),
    );
    let place = |row: u32, column: u32| {
        [row, row, column, column]
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect::<Vec<_>>()
    };
    let comments = [
        record(632, &wide("Ann")),
        record(635, &[&0_u32.to_le_bytes()[..], &place(0, 1), &[0; 16]].concat()),
        record(637, &[&[0][..], &wide("half of it")].concat()),
    ]
    .concat();
    let row = |number: u32, flags: u8| [&number.to_le_bytes()[..], &[0; 7], &[flags, 0]].concat();
    let column = |number: u32, flags: u8| {
        [&number.to_le_bytes()[..], &number.to_le_bytes(), &[0; 8], &[flags, 0]].concat()
    };
    let head = |column: u32, style: u32| [column.to_le_bytes(), style.to_le_bytes()].concat();
    let sheet = [
        record(60, &column(1, 1)),
        record(0, &row(0, 0)),
        record(6, &[head(0, 0), wide("text")].concat()),
        record(5, &[head(1, 1), 0.5_f64.to_le_bytes().to_vec()].concat()),
        record(0, &row(1, 0x10)),
        record(4, &[head(0, 0), vec![1]].concat()),
        record(494, &[place(0, 0), wide("rId1"), wide(""), wide(""), wide("")].concat()),
    ]
    .concat();
    zip_of(&[
        ("xl/_rels/workbook.bin.rels", relationships.as_bytes()),
        ("xl/workbook.bin", &workbook),
        ("xl/styles.bin", &styles),
        ("xl/worksheets/sheet1.bin", &sheet),
        ("xl/worksheets/_rels/sheet1.bin.rels", of_sheet.as_bytes()),
        ("xl/comments1.bin", &comments),
    ])
}

/// A record by MS-XLSB 2.1.4.
fn record(id: u16, data: &[u8]) -> Vec<u8> {
    let id = match id {
        0..128 => vec![id.to_le_bytes()[0]],
        _ => vec![(id & 0x7f | 0x80).to_le_bytes()[0], (id >> 7).to_le_bytes()[0]],
    };
    [&id[..], &[u8::try_from(data.len()).unwrap()], data].concat()
}

fn wide(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.encode_utf16().count()).unwrap();
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    length.to_le_bytes().into_iter().chain(units).collect()
}
