//! Tokens that callers send.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::bearer_token::validate(data));
