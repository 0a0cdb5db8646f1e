//! Web pages, as markdown and as safe HTML.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::page(data));
