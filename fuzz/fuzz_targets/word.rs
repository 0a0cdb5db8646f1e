//! The text of Word documents.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::word(data));
