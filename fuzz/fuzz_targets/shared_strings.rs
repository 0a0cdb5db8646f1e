//! The texts that the cells of a workbook share.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::workbook_with("xl/sharedStrings.xml", data));
