//! Documents are read side by side only as far as the machine bears it.

use std::{fmt::Debug, future::Future, time::Duration};

use m365_extract::{
    Options,
    isolation::{File, Limits},
};
use m365_tools::{Admitted, ErrorCode, Extraction, ExtractionLimits, Extractor, ToolError};

const KIB: u64 = 1024;

/// As much as these tests wait for what must not happen.
const MOMENT: Duration = Duration::from_millis(50);

fn limits() -> ExtractionLimits {
    ExtractionLimits::default().with_bytes(100 * KIB).with_readers(2)
}

fn extraction(limits: &ExtractionLimits) -> Extraction {
    Extraction::with_limits(Extractor::in_process(), limits)
}

/// An extractor that takes `time` for each file, and then refuses it.
#[cfg(unix)]
fn slow(folder: &tempfile::TempDir, time: Duration) -> Extractor {
    use std::{fs, os::unix::fs::PermissionsExt};

    let program = folder.path().join("slow");
    fs::write(&program, "#!/bin/sh\nexec sleep 60\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Extractor::program(program).with_limits(Limits::default().wall(time))
}

async fn read(extraction: Extraction, text: &'static str) -> Result<bool, ToolError> {
    let admitted = extraction.admit(text.len() as u64).await?;
    Ok(admitted.extract(File::new(text), &Options::default()).await?.is_ok())
}

async fn is_kept_waiting<T: Debug>(work: impl Future<Output = T>) -> bool {
    tokio::time::timeout(MOMENT, work).await.is_err()
}

fn assert_busy(refused: Result<Admitted, ToolError>) {
    let error = refused.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Throttled);
    assert!(error.details().retry_after_seconds.is_some());
}

#[tokio::test]
async fn files_wait_until_there_is_room_for_their_bytes() {
    let extraction = extraction(&limits());
    let first = extraction.admit(70 * KIB).await.unwrap();
    assert!(is_kept_waiting(extraction.admit(40 * KIB)).await);

    let second = tokio::spawn({
        let extraction = extraction.clone();
        async move { extraction.admit(40 * KIB).await }
    });
    tokio::time::sleep(MOMENT).await;
    assert_eq!(extraction.metrics().waiting, 1);
    drop(first);

    assert!(second.await.unwrap().is_ok());
    assert_eq!((extraction.metrics().waiting, extraction.metrics().bytes_in_flight), (0, 0));
}

#[tokio::test]
async fn a_small_file_does_not_overtake_a_large_one() {
    let extraction = extraction(&limits());
    let first = extraction.admit(70 * KIB).await.unwrap();
    let large = tokio::spawn({
        let extraction = extraction.clone();
        async move { extraction.admit(90 * KIB).await }
    });
    tokio::time::sleep(MOMENT).await;

    assert!(is_kept_waiting(extraction.admit(KIB)).await);
    drop(first);

    let large = large.await.unwrap().unwrap();
    assert_eq!(extraction.metrics().bytes_in_flight, 90 * KIB);
    drop(large);
}

#[tokio::test]
async fn a_file_larger_than_all_room_is_read_alone() {
    let extraction = extraction(&limits());

    let admitted = extraction.admit(500 * KIB).await.unwrap();

    assert_eq!(extraction.metrics().bytes_in_flight, 100 * KIB);
    drop(admitted);
    assert_eq!(extraction.metrics().bytes_in_flight, 0);
}

#[tokio::test]
async fn who_waits_too_long_is_told_when_to_come_back() {
    let extraction = extraction(&limits().with_patience(MOMENT));
    let _first = extraction.admit(100 * KIB).await.unwrap();

    assert_busy(extraction.admit(KIB).await);
    assert_eq!(extraction.metrics().busy, 1);
}

#[tokio::test]
async fn who_comes_when_too_many_wait_is_told_so_at_once() {
    let extraction = extraction(&limits().with_waiting(1));
    let _first = extraction.admit(100 * KIB).await.unwrap();
    let waiting = tokio::spawn({
        let extraction = extraction.clone();
        async move { extraction.admit(KIB).await }
    });
    tokio::time::sleep(MOMENT).await;

    assert_busy(tokio::time::timeout(MOMENT, extraction.admit(KIB)).await.unwrap());
    waiting.abort();
    let _ = waiting.await;
    assert_eq!(extraction.metrics().waiting, 0);
}

#[cfg(unix)]
#[tokio::test]
async fn only_so_many_files_are_read_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let extraction = Extraction::with_limits(slow(&folder, MOMENT * 4), &limits());

    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..5 {
        calls.spawn(read(extraction.clone(), "text"));
    }
    tokio::time::sleep(MOMENT).await;

    let metrics = extraction.metrics();
    assert_eq!((metrics.readers, metrics.waiting), (2, 3));
    assert_eq!(calls.join_all().await.len(), 5);
    let metrics = extraction.metrics();
    assert_eq!((metrics.readers, metrics.waiting, metrics.bytes_in_flight), (0, 0, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_smaller_than_was_said_gives_room_back() {
    let folder = tempfile::tempdir().unwrap();
    let extraction = Extraction::with_limits(slow(&folder, MOMENT * 4), &limits());
    let admitted = extraction.admit(100 * KIB).await.unwrap();

    let options = Options::default();
    let (read, other) = tokio::join!(
        admitted.extract(File::new("text"), &options),
        tokio::time::timeout(MOMENT, extraction.admit(90 * KIB)),
    );

    assert!(other.unwrap().is_ok());
    assert!(read.unwrap().is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_cancelled_call_leaves_its_place_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let slow = slow(&folder, Duration::from_secs(60));
    let extraction = Extraction::with_limits(slow, &limits().with_readers(1));

    assert!(is_kept_waiting(read(extraction.clone(), "text")).await);

    let metrics = extraction.metrics();
    assert_eq!((metrics.readers, metrics.bytes_in_flight), (0, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_cancelled_call_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let extraction = Extraction::with_limits(slow(&folder, Duration::from_secs(60)), &limits());

    assert!(is_kept_waiting(read(extraction.clone(), "text")).await);

    let refused = extraction.metrics().refused;
    let refused: Vec<_> = refused.iter().map(|it| (it.format, it.reason, it.count)).collect();
    assert_eq!(refused, [("unknown", "cancelled", 1)]);
}

#[tokio::test]
async fn what_was_read_is_counted_by_format_and_reason() {
    let extraction = extraction(&limits());
    for text in ["<html><h1>Plan</h1></html>", "<html><h1>Report</h1></html>", "%PDF-1.7 broken"] {
        read(extraction.clone(), text).await.unwrap();
    }

    let metrics = extraction.metrics();

    let seconds: Vec<_> = metrics.seconds.iter().map(|it| (it.format, it.count)).collect();
    assert_eq!(seconds, [("html", 2), ("pdf", 1)]);
    let html = &metrics.seconds[0];
    assert!(html.sum > Duration::ZERO);
    assert_eq!(html.buckets.last(), Some(&2));
    assert!(html.buckets.is_sorted());
    let refused: Vec<_> = metrics.refused.iter().map(|it| (it.format, it.count)).collect();
    assert_eq!(refused, [("pdf", 1)]);
}
