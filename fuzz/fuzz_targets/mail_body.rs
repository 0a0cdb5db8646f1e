//! Bodies of messages, and what is folded away of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::mail_body(data));
