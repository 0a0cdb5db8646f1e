//! The content of OpenDocument texts.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::open_document("text", data));
