//! The main user's own files.

use super::{
    maker::Maker,
    onedrive::personal,
    script,
    spec::{File, What},
};
use crate::{directory::MAIN_USER, graph::drives::body::Body};

/// Adds the main user's drive, with a shortcut to a folder of another one.
pub(crate) fn add(maker: &mut Maker, drawings: (usize, usize)) {
    let mut files = script::files(include_str!("files/home.txt"));
    files.extend(others());
    files.push(File::new("Drawings", "jonas", 30, What::Shortcut(drawings.0, drawings.1)));
    personal(maker, MAIN_USER, files);
}

/// Returns what cannot be written as text.
fn others() -> Vec<File> {
    let papers: &[_] = &[
        ("readme.txt", "Hand the packing list to gate 3.\n"),
        ("lists/packing.csv", "Position,Item\n1,Flange bolts M72\n"),
    ];
    let stamp = Body::Bytes(include_bytes!("../files/stamp.png"));
    let sketch = Body::Bytes(&[0x57, 0x42, 0x00, 0xff, 0x13]);
    let film = Body::Bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom");
    vec![
        File::new("Formats/stamp.png", "mira", 67, What::File(stamp)),
        File::new("Formats/papers.zip", "mira", 67, What::File(Body::Zip(papers))),
        File::new("Formats/Blade lift.mp4", "bjorn", 66, What::File(film)),
        File::new("Formats/Sketch.whiteboard", "mira", 66, What::File(sketch)),
        File::new("Formats/Raw wind speeds.csv", "noa", 66, What::File(Body::Lines(983_040))),
    ]
}
