//! The sheets of workbooks.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    m365_fuzz::workbook_with("xl/worksheets/sheet1.xml", data)
});
