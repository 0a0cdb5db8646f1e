//! The records of sheets in binary workbooks.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::xlsb(data));
