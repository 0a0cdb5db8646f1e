//! The lists of Word documents.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::word_with("word/numbering.xml", data));
