//! The records of old workbooks.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::xls(data));
