//! What reading documents costs: `cargo bench -p m365-extract [-- FOLDER]`.
//!
//! Reads each file of a folder, ours of the tests unless one is named, in this process and in a child, and
//! prints the medians by format: milliseconds here, in a child, and the child's most memory.

#![expect(clippy::print_stdout, reason = "the figures are the program's output")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to report")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use m365_extract::{
    Options,
    isolation::{Extractor, File},
};
use tokio::runtime::Runtime;

/// How often each file is read in each way.
const ROUNDS: usize = 5;

/// What reading one file took.
struct Figures {
    here: Duration,
    child: Duration,
    peak: u64,
}

fn main() {
    let child = Extractor::this_program().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut formats: BTreeMap<&str, Vec<Figures>> = BTreeMap::new();
    for path in files() {
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        if let Some((format, figures)) = measure(&runtime, &child, &File::new(bytes).named(name)) {
            formats.entry(format).or_default().push(figures);
        }
    }
    println!("format     files   here ms  child ms  largest peak MB");
    for (format, figures) in &formats {
        print(format, figures);
    }
    print("all", formats.values().flatten());
}

/// The files of the folder that is named, in order.
fn files() -> Vec<PathBuf> {
    let named = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let entries = fs::read_dir(named.map_or(own, PathBuf::from)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// Reads a file in both ways; nothing where its content does not tell what it is.
fn measure(runtime: &Runtime, child: &Extractor, file: &File) -> Option<(&'static str, Figures)> {
    let here = Extractor::in_process();
    let (_, here) = read(runtime, &here, file);
    let (reading, child) = read(runtime, child, file);
    let figures = Figures { here, child, peak: reading.peak_memory.unwrap_or_default() };
    Some((reading.format?.extension(), figures))
}

/// The last of several readings, and the median of their times.
fn read(
    runtime: &Runtime,
    extractor: &Extractor,
    file: &File,
) -> (m365_extract::isolation::Reading, Duration) {
    let once = || {
        let begun = Instant::now();
        let reading = runtime.block_on(extractor.read(file.clone(), &Options::default()));
        (begun.elapsed(), reading)
    };
    let mut all: Vec<_> = (0..ROUNDS).map(|_| once()).collect();
    let median = median(all.iter().map(|(took, _)| *took));
    (all.pop().unwrap().1, median)
}

fn print<'a>(format: &str, figures: impl IntoIterator<Item = &'a Figures> + Clone) {
    let all = || figures.clone().into_iter();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{format:9} {:>6} {:>9.2} {:>9.2} {:>16.1}",
        all().count(),
        milliseconds(median(all().map(|it| it.here))),
        milliseconds(median(all().map(|it| it.child))),
        all().map(|it| it.peak).max().unwrap_or_default() as f64 / 1e6,
    );
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
