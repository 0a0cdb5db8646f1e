//! Files that are read in a child process, here by the program of this crate.

use std::{fs, future::Future, io::Cursor, path::Path, time::Duration};

use m365_extract::{
    Document, Format, Input, Options, Refusal, RefusalKind, extract,
    isolation::{Extractor, File, Limits},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_m365-extract");

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn read(extractor: &Extractor, name: &str, bytes: Vec<u8>) -> Result<Document, Refusal> {
    wait(extractor.extract(File::new(bytes).named(name), &Options::default()))
}

#[test]
fn a_child_reads_what_this_process_reads() {
    let (child, here) = (Extractor::program(PROGRAM), Extractor::in_process());
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");

    for entry in fs::read_dir(corpus).unwrap().map(Result::unwrap) {
        let (name, bytes) = (entry.file_name(), fs::read(entry.path()).unwrap());
        let name = name.to_string_lossy();
        let direct = extract(&Input::new(&bytes).named(&name), &Options::default());

        assert_eq!(read(&child, &name, bytes.clone()), direct, "{name}");
        assert_eq!(read(&here, &name, bytes), direct, "{name}");
    }
}

#[test]
fn a_child_knows_the_declared_type_and_the_options() {
    let file = File::new("a,b\n1,2").declared_as("text/csv");

    let options = Options::default().max_output(5);
    let document = wait(Extractor::program(PROGRAM).extract(file, &options)).unwrap();

    assert_eq!(document.format, Some(Format::Csv));
    assert!(document.markdown().len() <= 5);
}

#[test]
fn a_picture_comes_back_from_a_child_byte_by_byte() {
    let mut png = Cursor::new(Vec::new());
    image::RgbImage::new(64, 48).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let direct = extract(&Input::new(&png), &Options::default());

    assert_eq!(read(&Extractor::program(PROGRAM), "a.png", png), direct);
    assert!(direct.is_ok());
}

#[test]
fn what_reading_took_is_told() {
    let file = File::new("# Plan").named("plan.md");

    let reading = wait(Extractor::program(PROGRAM).read(file, &Options::default()));

    assert!(reading.result.is_ok());
    assert_eq!(reading.format, Some(Format::Markdown));
    assert!(reading.took > Duration::ZERO);
    if cfg!(target_os = "linux") {
        assert!((1 << 20..100 << 20).contains(&reading.peak_memory.unwrap()), "{reading:?}");
        assert!(reading.cpu.unwrap() < Duration::from_secs(1));
    }
}

#[test]
fn a_file_that_is_empty_or_too_large_starts_no_child() {
    let nobody = Extractor::program("/no/such/program");
    let kind = |bytes: Vec<u8>, options: &Options| {
        wait(nobody.extract(File::new(bytes), options)).unwrap_err().kind()
    };

    assert_eq!(kind(vec![], &Options::default()), RefusalKind::Empty);
    assert_eq!(kind(vec![b'x'; 9], &Options::default().max_input(8)), RefusalKind::TooLarge);
    assert_eq!(kind(vec![b'x'; 9], &Options::default()), RefusalKind::Crashed);
}

#[test]
fn a_refusal_says_what_the_file_is_even_when_its_child_died() {
    let mut html = b"<html><body>".to_vec();
    html.resize(40 << 20, b'x');
    let extractor = Extractor::program(PROGRAM).with_limits(Limits::default().memory(160 << 20));

    let refusal = read(&extractor, "page.html", html).unwrap_err();

    assert_eq!(refusal.kind(), RefusalKind::OutOfMemory);
    assert_eq!(refusal.format(), Some(Format::Html));
    assert_eq!(
        refusal.to_string(),
        "The web page could not be read safely: it takes too much memory.",
    );
}

#[test]
fn files_are_read_side_by_side() {
    let extractor = Extractor::program(PROGRAM);

    let titles = wait(async {
        let mut set = tokio::task::JoinSet::new();
        for number in 0..20 {
            let (extractor, file) = (extractor.clone(), File::new(format!("<h1>{number}</h1>")));
            set.spawn(async move { extractor.extract(file, &Options::default()).await });
        }
        set.join_all().await
    });

    assert!(titles.iter().all(Result::is_ok));
}
