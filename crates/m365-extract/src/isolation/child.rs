//! What a child does: reads one file from its input, answers on its output, and exits.

use std::{
    env,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    panic, process,
    sync::{Mutex, PoisonError},
    thread,
};

use super::{
    File, ReadFile, limits,
    meter::{self, Meter},
    protocol::{ARGUMENT, Answer, Request, refused},
};
use crate::{
    document::{self, Document, Input, Options},
    format::Format,
    refusal::{Refusal, RefusalKind},
    sniff,
};

/// Enough for what nests as deep as we allow.
const STACK: usize = 64 * 1024 * 1024;

/// The longest request, without the file's bytes.
const MAX_REQUEST: u64 = 1024 * 1024;

/// Where the first panic was.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Whether this process was started to read one file.
pub(super) fn is_wanted() -> bool {
    let mut arguments = env::args_os().skip(1);
    arguments.next().is_some_and(|first| first == ARGUMENT) && arguments.next().is_none()
}

/// Reads one file and exits; a parent that does not speak our language gets no answer.
pub(super) fn run(read: Option<ReadFile>) -> ! {
    process::exit(if serve(read.unwrap_or(read_file)).is_ok() { 0 } else { 1 })
}

fn serve(read: ReadFile) -> io::Result<()> {
    let mut meter = Meter::start();
    let mut input = BufReader::new(io::stdin().lock());
    let request = request(&mut input)?;
    limits::impose(&request.limits)?;
    remember_panics();
    let bytes = bytes(&mut input, request.bytes)?;
    let (file, options) = request.file(bytes);
    let mut answer = answer(file, options, read)?;
    answer.cpu = meter::cpu();
    answer.peak_memory = meter.peak_memory();
    write(&answer)
}

fn request(input: &mut impl BufRead) -> io::Result<Request> {
    let mut line = Vec::new();
    input.take(MAX_REQUEST).read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line)?)
}

fn bytes(input: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(io::Error::other)?;
    input.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Notes where a panic was. What it says is not told: it may quote the file.
fn remember_panics() {
    panic::set_hook(Box::new(|info| {
        let mut place = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            *place = info.location().map(ToString::to_string);
        }
    }));
}

/// Reads the file on a stack of its own; a panic there is an answer, too.
fn answer(file: File, options: Options, read: ReadFile) -> io::Result<Answer> {
    let work = move || read(&file.input(), &options);
    let done = thread::Builder::new().stack_size(STACK).spawn(work)?.join();
    Ok(done.map_or_else(|_| panicked(), Answer::from))
}

fn panicked() -> Answer {
    let panic = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    Answer { panic, ..refused(RefusalKind::Crashed, None) }
}

fn read_file(input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
    document::check_size(input.bytes.len(), options)?;
    let sniffed = sniff::sniff(input)?;
    // A parent that is gone hears nothing, and the answer will meet the same error.
    let _ = announce(sniffed.format);
    document::read_as(sniffed, input, options)
}

/// Tells the format at once, for a parent that may hear nothing more.
fn announce(format: Format) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, &format)?;
    output.write_all(b"\n")
}

fn write(answer: &Answer) -> io::Result<()> {
    let mut output = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, answer)?;
    output.write_all(b"\n")?;
    output.flush()
}
