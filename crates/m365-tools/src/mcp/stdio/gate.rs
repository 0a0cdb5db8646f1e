use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

use super::{
    super::scan::{self, Opening, Unfit},
    MAX_LINE,
    line::{self, Line},
};

/// Passes the lines of `input` that can be messages on to `output`, until either ends.
///
/// rmcp drops the others in silence; here they are logged, without what they say.
pub(super) async fn run<R, W>(input: R, mut output: W)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut input = BufReader::new(input);
    let mut open = false;
    loop {
        let line = match line::next(&mut input, MAX_LINE).await {
            Ok(Some(line)) => line,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "the host's messages cannot be read");
                return;
            }
        };
        if let Some(message) = fit(line, &mut open)
            && write(&mut output, message).await.is_err()
        {
            return;
        }
    }
}

fn fit(line: Line, open: &mut bool) -> Option<Vec<u8>> {
    let Line::Whole(line) = line else {
        tracing::warn!(limit = MAX_LINE, "a message was dropped: it is too long");
        return None;
    };
    match scan::check(&line) {
        Ok(()) => may_come_now(&line, open).then_some(line),
        Err(Unfit::Empty) => None,
        Err(Unfit::NotJson) => {
            tracing::warn!(bytes = line.len(), "a line was dropped: it is not JSON");
            None
        }
        Err(Unfit::TooDeep) => {
            tracing::warn!(bytes = line.len(), "a message was dropped: it is nested too deep");
            None
        }
        Err(Unfit::TooMany) => {
            tracing::warn!(bytes = line.len(), "a message was dropped: it has too many values");
            None
        }
    }
}

fn may_come_now(line: &[u8], open: &mut bool) -> bool {
    if *open {
        return true;
    }
    match scan::opening(line) {
        Opening::Decides => *open = true,
        Opening::Probes => {}
        Opening::Idle => {
            tracing::warn!("a message was dropped: the connection has to begin with a request");
            return false;
        }
    }
    true
}

async fn write(output: &mut (impl AsyncWrite + Unpin), mut line: Vec<u8>) -> std::io::Result<()> {
    line.push(b'\n');
    output.write_all(&line).await
}
