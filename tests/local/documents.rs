//! Documents are read by the program itself, started anew for each.

use m365_extract::{
    Options, RefusalKind,
    isolation::{Extractor, File},
};

fn program() -> Extractor {
    Extractor::program(env!("CARGO_BIN_EXE_m365-local"))
}

#[tokio::test]
async fn a_child_of_the_program_reads_a_document_and_nothing_else() {
    let file = File::new("<h1>Plan</h1><p>Sell more.</p>").named("plan.html");

    let reading = program().read(file, &Options::default()).await;

    assert_eq!(reading.result.unwrap().markdown(), "# Plan\n\nSell more.");
    if cfg!(target_os = "linux") {
        assert!(reading.peak_memory.unwrap() < 100 << 20, "nothing else was started");
    }
}

#[tokio::test]
async fn a_child_of_the_program_refuses_what_it_cannot_read() {
    let file = File::new("\u{0}\u{1}\u{2}".repeat(100)).named("plan.bin");

    let refusal = program().extract(file, &Options::default()).await.unwrap_err();

    assert_eq!(refusal.kind(), RefusalKind::UnsupportedType);
}
