//! A reader that does what a file tells it to: the worst.

use std::{
    env,
    fs::File,
    hint::black_box,
    net::{TcpListener, UdpSocket},
    process, thread,
    time::Duration,
};

use m365_extract::{Document, Input, Options, Refusal, extract};

/// Does what the title of the page says.
pub(crate) fn read(input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
    // What a file says of itself is seen through the only door there is: reading it.
    let document = extract(input, options)?;
    match document.title.as_deref().unwrap_or_default() {
        "abort" => process::abort(),
        "allocate at once" => drop(black_box(Vec::<u8>::with_capacity(1 << 40))),
        "allocate more and more" => grow(),
        "exit" => process::exit(7),
        "look around" => return Ok(titled(&seen())),
        "loop" => spin(),
        "loop on many threads" => {
            thread::spawn(spin);
            spin();
        }
        "nest" => return Ok(titled(&deep(20_000).to_string())),
        "overflow the stack" => drop(black_box(deep(u64::MAX))),
        "panic" => panic!("{}", document.markdown()),
        "panic in a thread that nobody waits for" => {
            let _ = thread::spawn(|| panic!("alone")).join();
        }
        "sleep" => thread::sleep(Duration::from_secs(600)),
        "talk" => return Ok(long()),
        "write garbage" => garbage(),
        _ => {}
    }
    Ok(document)
}

fn titled(title: &str) -> Document {
    let mut document = Document::default();
    document.title = Some(title.to_owned());
    document
}

fn spin() {
    while black_box(true) {}
}

fn grow() {
    let mut all: Vec<Vec<u8>> = Vec::new();
    while black_box(true) {
        all.push(vec![1; 1024 * 1024]);
    }
}

/// Takes about a kilobyte of the stack for each level.
fn deep(levels: u64) -> u64 {
    let room = black_box([1_u8; 1024]);
    match levels {
        0 => 0,
        _ => deep(levels - 1) + u64::from(room[usize::from(room[0])]),
    }
}

/// What of the machine can be reached.
fn seen() -> String {
    let variables = env::vars_os().filter(|(name, _)| name != "MALLOC_ARENA_MAX").count();
    let files = [File::open("/etc/passwd").is_ok(), File::create("/tmp/m365-extract").is_ok()];
    let sockets = [UdpSocket::bind("127.0.0.1:0").is_ok(), TcpListener::bind("[::]:0").is_ok()];
    // It starts, but its own libraries are files.
    let programs = process::Command::new("/bin/true").status().is_ok_and(|it| it.success());
    format!(
        "{variables} variables, {} files, {} sockets, {} programs, {} arguments",
        files.iter().filter(|seen| **seen).count(),
        sockets.iter().filter(|seen| **seen).count(),
        u8::from(programs),
        env::args_os().count(),
    )
}

/// More than an answer can be.
fn long() -> Document {
    titled(&"x".repeat(64 * 1024 * 1024))
}

fn garbage() {
    use std::io::Write;

    let mut out = std::io::stdout();
    while out.write_all(&[b'x'; 64 * 1024]).is_ok() {}
    spin();
}
