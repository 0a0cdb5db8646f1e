//! The slides of presentations.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::slide(data));
