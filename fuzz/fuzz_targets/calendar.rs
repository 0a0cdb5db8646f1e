//! Calendar files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| m365_fuzz::read_after(
    b"BEGIN:VCALENDAR\r\n",
    "a.ics",
    data
));
