//! The content of OpenDocument presentations.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::open_document("presentation", data));
