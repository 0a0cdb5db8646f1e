//! Microsoft 365 for AI assistants over HTTP, on behalf of each caller.
//!
//! The remote connector comes with a later version; until then this binary only says so.

#[allow(dead_code, reason = "used by serve, which comes next")]
mod audit;
#[allow(dead_code, reason = "used by serve, which comes next")]
mod limits;
#[allow(dead_code, reason = "used by serve, which comes next")]
mod metrics;
#[allow(dead_code, reason = "used by serve, which comes next")]
mod process;
#[allow(dead_code, reason = "used by serve, which comes next")]
mod switches;
#[allow(dead_code, reason = "used by serve, which comes next")]
mod telemetry;

use std::process::ExitCode;

fn main() -> ExitCode {
    eprintln!(
        "m365-remote {}: the remote connector comes with a later version. \
         Use m365-local on the device meanwhile.",
        env!("CARGO_PKG_VERSION")
    );
    ExitCode::FAILURE
}
