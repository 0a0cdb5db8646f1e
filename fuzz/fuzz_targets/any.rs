//! Any file, whatever it says it is.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::read(None, data));
