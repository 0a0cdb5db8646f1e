//! Transcripts and subtitles.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::read_after(b"WEBVTT\n\n", "a.vtt", data));
