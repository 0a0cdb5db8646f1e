//! Rich Text Format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::read_after(b"{\\rtf1 ", "a.rtf", data));
