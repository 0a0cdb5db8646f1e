//! The codes that numbers are shown by.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::number_format(data));
