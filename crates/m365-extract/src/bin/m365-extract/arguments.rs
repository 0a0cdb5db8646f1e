use std::{ffi::OsString, ops::RangeInclusive, path::PathBuf};

use lexopt::{Arg, Error, Parser, ValueExt};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Prints documents as markdown.

Usage: m365-extract [--pages A-B | --sheet NAME] FILE...
       m365-extract --results DIR FILE...

Reads Word, Excel, PowerPoint, OpenDocument, PDF, web pages, mail, text and more; `-` is the standard input.
Each file is read in a process of its own, with limits on memory and time. A file that cannot be read is one
line on the standard error, and the exit code is 1.

Options:
  --pages A-B    Print these pages or slides only, counted from 1; also `A` and `A-`
  --sheet NAME   Print this sheet of a workbook only
  --results DIR  Write into DIR, for each file NAME: its text as NAME.md, or why there is none as NAME.err;
                 the size of a picture as NAME.image.json; the newest part of a message as NAME.trimmed.md;
                 and times and outcomes as _run.json
  -h, --help     Print this
  -V, --version  Print the version";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Results { folder: PathBuf, files: Vec<PathBuf> },
    Show { files: Vec<PathBuf>, selection: Selection },
    Version,
}

/// Which part of a document to print.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) pages: Option<RangeInclusive<usize>>,
    pub(crate) sheet: Option<String>,
}

impl Task {
    /// Understands the arguments of this process.
    pub(crate) fn of_process() -> Result<Self, Error> {
        Self::parse(Parser::from_env())
    }

    fn parse(mut parser: Parser) -> Result<Self, Error> {
        let (mut files, mut folder, mut selection) = (Vec::new(), None, Selection::default());
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("help") | Arg::Short('h') => return Ok(Self::Help),
                Arg::Long("version") | Arg::Short('V') => return Ok(Self::Version),
                Arg::Long("pages") => selection.pages = Some(parser.value()?.parse_with(pages)?),
                Arg::Long("sheet") => selection.sheet = Some(parser.value()?.string()?),
                Arg::Long("results") => folder = Some(parser.value()?.into()),
                Arg::Value(file) => files.push(file.into()),
                other => return Err(other.unexpected()),
            }
        }
        Self::of(files, folder, selection)
    }

    fn of(
        files: Vec<PathBuf>,
        folder: Option<PathBuf>,
        selection: Selection,
    ) -> Result<Self, Error> {
        match (files.is_empty(), folder) {
            (true, _) => Err("no file is named".into()),
            (_, None) => Ok(Self::Show { files, selection }),
            (_, Some(_)) if selection != Selection::default() => {
                Err("--results writes whole documents, without --pages and --sheet".into())
            }
            (_, Some(folder)) => {
                twice(&files).map_or(Ok(()), |name| {
                    Err(format!("two files are named {}", name.display()))
                })?;
                Ok(Self::Results { folder, files })
            }
        }
    }
}

/// A name that two of the files have, so that only one of them could have results.
fn twice(files: &[PathBuf]) -> Option<OsString> {
    let mut names: Vec<_> = files.iter().filter_map(|file| file.file_name()).collect();
    names.sort_unstable();
    let same = names.windows(2).find(|pair| pair.first() == pair.last())?;
    same.first().map(|name| (*name).to_owned())
}

/// `3`, `3-5` or `3-`.
fn pages(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let first = first.parse().ok().filter(|first| *first > 0);
    let last = if last.is_empty() { Some(usize::MAX) } else { last.parse().ok() };
    match (first, last) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err("pages are e.g. 3, 3-5 or 3-".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Task, Error> {
        Task::parse(Parser::from_args(arguments))
    }

    #[test]
    fn pages_are_one_or_a_range_that_may_be_open() {
        assert_eq!(pages("3"), Ok(3..=3));
        assert_eq!(pages("3-5"), Ok(3..=5));
        assert_eq!(pages("3-"), Ok(3..=usize::MAX));
        for wrong in ["", "0", "5-3", "-3", "a"] {
            assert!(pages(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn files_are_shown_and_a_hyphen_is_one_of_them() {
        let task = parse(&["--pages", "2-3", "a.pdf", "-"]).unwrap();

        let selection = Selection { pages: Some(2..=3), sheet: None };
        assert_eq!(task, Task::Show { files: vec!["a.pdf".into(), "-".into()], selection });
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        let wrong: [&[&str]; 5] = [
            &[],
            &["--wrong"],
            &["--results"],
            &["--results", "out", "--sheet", "A", "a.xlsx"],
            &["--results", "out", "one/a.pdf", "two/a.pdf"],
        ];
        for arguments in wrong {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
