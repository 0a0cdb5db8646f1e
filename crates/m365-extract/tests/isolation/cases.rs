use std::{
    fs,
    future::Future,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use m365_extract::{
    Document, Options, Refusal, RefusalKind,
    isolation::{Extractor, File, Limits},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

type Case = fn(&Extractor);

/// All tests, by name.
pub(crate) const ALL: [(&str, Case); 16] = [
    ("a_child_has_neither_files_nor_sockets_nor_variables", nothing_is_seen),
    ("a_child_that_ends_early_is_a_refusal", early_ends),
    ("a_program_that_does_not_read_is_a_refusal", other_programs),
    ("c06_memory_that_grows_ends_at_the_limit", too_much_in_all),
    ("c06_memory_that_there_is_not_is_refused", too_much_at_once),
    ("c07_a_stack_overflow_ends_the_child_alone", stack_overflow),
    ("c07_nesting_has_room_for_what_our_limits_allow", nesting),
    ("c09_a_child_that_waits_ends_when_time_is_over", waiting),
    ("c09_a_loop_ends_when_its_computing_time_is_over", a_loop),
    ("c09_a_loop_on_many_threads_ends_as_soon", many_loops),
    ("c10_an_answer_that_is_too_long_is_not_taken", long_answer),
    ("c10_an_answer_without_end_is_not_taken", endless_answer),
    ("c13_a_panic_is_a_refusal_and_its_words_are_not_logged", a_panic),
    ("c13_a_panic_that_was_dealt_with_is_none", an_unheard_panic),
    ("many_bad_files_leave_no_children_and_no_memory", many),
    ("the_child_of_a_cancelled_call_is_gone", cancelled),
];

fn nothing_is_seen(extractor: &Extractor) {
    let document = run(extractor, "look around").unwrap();

    let seen = "0 variables, 0 files, 0 sockets, 0 programs, 2 arguments";
    assert_eq!(document.title.unwrap(), seen);
}

fn a_loop(extractor: &Extractor) {
    let limits = Limits::default().cpu(Duration::from_secs(1));

    ends(&extractor.clone().with_limits(limits), "loop", RefusalKind::TimedOut);
}

fn many_loops(extractor: &Extractor) {
    let limits = Limits::default().cpu(Duration::from_secs(1));

    ends(&extractor.clone().with_limits(limits), "loop on many threads", RefusalKind::TimedOut);
}

fn too_much_at_once(extractor: &Extractor) {
    ends(extractor, "allocate at once", RefusalKind::OutOfMemory);
}

fn too_much_in_all(extractor: &Extractor) {
    ends(extractor, "allocate more and more", RefusalKind::OutOfMemory);
}

fn nesting(extractor: &Extractor) {
    let document = run(extractor, "nest").unwrap();

    assert_eq!(document.title.unwrap(), "20000");
}

fn stack_overflow(extractor: &Extractor) {
    ends(extractor, "overflow the stack", RefusalKind::Crashed);
}

fn waiting(extractor: &Extractor) {
    let limits = Limits::default().wall(Duration::from_millis(300));

    ends(&extractor.clone().with_limits(limits), "sleep", RefusalKind::TimedOut);
}

fn long_answer(extractor: &Extractor) {
    ends(extractor, "talk", RefusalKind::TooLarge);
}

fn endless_answer(extractor: &Extractor) {
    ends(extractor, "write garbage", RefusalKind::TooLarge);
}

fn early_ends(extractor: &Extractor) {
    for end in ["abort", "exit"] {
        ends(extractor, end, RefusalKind::Crashed);
    }
}

/// None of them takes its input, which is more than a pipe holds.
fn other_programs(_: &Extractor) {
    for program in ["/bin/true", "/bin/false", "/bin/cat", "/no/such/program"] {
        let file = File::new(vec![b'x'; 4 * 1024 * 1024]);
        let refusal = wait(Extractor::program(program).extract(file, &Options::default()));

        assert_eq!(refusal.unwrap_err().kind(), RefusalKind::Crashed, "{program}");
    }
}

fn a_panic(extractor: &Extractor) {
    let log = Log::default();

    let refusal = tracing::subscriber::with_default(log.clone(), || run(extractor, "panic"));

    assert_eq!(refusal.unwrap_err().kind(), RefusalKind::Crashed);
    let log = log.0.lock().unwrap().join(" ");
    assert!(log.contains("hostile.rs"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}

fn an_unheard_panic(extractor: &Extractor) {
    assert!(run(extractor, "panic in a thread that nobody waits for").is_ok());
}

fn cancelled(extractor: &Extractor) {
    wait(async {
        let options = Options::default();
        let reading = extractor.extract(file("sleep"), &options);
        tokio::time::timeout(Duration::from_millis(200), reading).await.unwrap_err();
        assert_children_end().await;
    });
}

fn many(extractor: &Extractor) {
    let begun = Instant::now();
    let before = resident();
    let bad = ["exit", "panic", "overflow the stack", "allocate at once", "talk", "write garbage"];

    wait(async {
        for title in bad.iter().cycle().take(30) {
            extractor.extract(file(title), &Options::default()).await.unwrap_err();
        }
        assert_children_end().await;
    });

    let grown = resident().saturating_sub(before);
    assert!(grown < 64 * 1024 * 1024, "{grown} bytes more");
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert!(run(extractor, "harmless").is_ok());
}

/// A page that tells the reader what to do.
fn file(title: &str) -> File {
    File::new(format!("<h1>{title}</h1><p>a secret of the file</p>")).named("a secret.html")
}

fn run(extractor: &Extractor, title: &str) -> Result<Document, Refusal> {
    wait(extractor.extract(file(title), &Options::default()))
}

/// The file ends as it should within its limits, and the next one is read.
fn ends(extractor: &Extractor, title: &str, kind: RefusalKind) {
    let begun = Instant::now();

    let refusal = run(extractor, title).unwrap_err();

    assert_eq!(refusal.kind(), kind, "{title}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{title}: {:?}", begun.elapsed());
    assert_eq!(run(extractor, "harmless").unwrap().title.unwrap(), "harmless");
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// The memory of this process, in bytes.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    resident.unwrap_or(0_u64) * 4096
}

/// The processes that this one started and that are not gone yet.
fn children() -> usize {
    let own = format!(" {} ", std::process::id());
    let stats = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = stats.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter(|stat| parent(stat).is_some_and(|parent| parent == own)).count()
}

/// ` 123 `: the field behind the name and the state.
fn parent(stat: &str) -> Option<String> {
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(format!(" {} ", fields.split(' ').nth(1)?))
}

async fn assert_children_end() {
    let begun = Instant::now();
    while children() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "{} children", children());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Remembers what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().push(format!("{field}={value:?}"));
    }
}
