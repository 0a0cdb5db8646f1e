//! The styles of cells.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::workbook_with("xl/styles.xml", data));
