use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// One without its newline.
    Whole(Vec<u8>),
    /// One that is longer than allowed; it was skipped.
    TooLong,
}

/// Reads the next line, keeping no more than `max` bytes of it; `None` at the end of the input.
///
/// What stands behind the last newline is not a line: its writer did not finish it.
pub(super) async fn next(
    input: &mut (impl AsyncBufRead + Unpin),
    max: usize,
) -> std::io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut length = 0;
    loop {
        let available = input.fill_buf().await?;
        if available.is_empty() {
            return Ok(None);
        }
        let newline = available.iter().position(|byte| *byte == b'\n');
        let part = available.get(..newline.unwrap_or(available.len())).unwrap_or_default();
        length += part.len();
        if length <= max {
            line.extend_from_slice(part);
        } else {
            line = Vec::new();
        }
        let used = part.len() + usize::from(newline.is_some());
        input.consume(used);
        if newline.is_some() {
            return Ok(Some(if length <= max { Line::Whole(line) } else { Line::TooLong }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(mut input: &[u8], max: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        while let Some(line) = next(&mut input, max).await.unwrap() {
            lines.push(line);
        }
        lines
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.into())
    }

    #[tokio::test]
    async fn a_line_of_the_allowed_length_is_whole() {
        assert_eq!(lines(b"abc\nde\n", 3).await, [whole("abc"), whole("de")]);
    }

    #[tokio::test]
    async fn a_longer_line_is_skipped_and_the_next_one_read() {
        assert_eq!(lines(b"abcd\nde\n", 3).await, [Line::TooLong, whole("de")]);
    }

    #[tokio::test]
    async fn what_has_no_newline_is_no_line() {
        assert_eq!(lines(b"a\nb", 3).await, [whole("a")]);
    }
}
