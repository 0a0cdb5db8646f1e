//! Pictures.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::read(Some("a.png"), data));
