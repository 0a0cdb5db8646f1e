//! PDF documents.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::read_after(b"%PDF-1.7\n", "a.pdf", data));
