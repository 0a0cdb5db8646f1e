use url::Url;

use super::{ConfigError, file, paths, setting::Source};
use crate::audit::{AuditSink, OnLoss};

/// Where audit events go, and what happens when they cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuditConfig {
    pub(crate) sink: AuditSink,
    pub(crate) on_loss: OnLoss,
}

/// Where traces and metrics are pushed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TelemetryConfig {
    pub(crate) otlp_endpoint: Option<Url>,
    pub(crate) service_name: String,
}

/// Checks the table `[audit]`.
pub(super) fn audit(source: Source<'_>, file: &file::Audit) -> Result<AuditConfig, ConfigError> {
    let on_loss = file.on_loss.as_ref().map(|value| source.in_file("audit.on_loss", value));
    let choices = [("fail_closed", OnLoss::FailClosed), ("fail_open", OnLoss::FailOpen)];
    Ok(AuditConfig {
        sink: sink(source, file)?,
        on_loss: on_loss.map_or(Ok(OnLoss::FailClosed), |it| it.one_of(&choices))?,
    })
}

fn sink(source: Source<'_>, file: &file::Audit) -> Result<AuditSink, ConfigError> {
    let Some(sink) = &file.sink else { return Ok(AuditSink::Stdout) };
    let path = |table: &toml::Table| match table.get("file") {
        Some(toml::Value::String(path)) if table.len() == 1 => Some(paths::beside(source, path)),
        _ => None,
    };
    let read = match sink.get_ref() {
        toml::Value::String(text) if text == "stdout" => Some(AuditSink::Stdout),
        toml::Value::Table(table) => path(table).map(AuditSink::File),
        _ => None,
    };
    let expected = "\"stdout\" or { file = \"/var/log/m365-remote/audit.jsonl\" }";
    read.ok_or_else(|| source.in_file("audit.sink", sink).refuse(expected))
}

/// Checks the table `[telemetry]`.
pub(super) fn telemetry(
    source: Source<'_>,
    file: &file::Telemetry,
) -> Result<TelemetryConfig, ConfigError> {
    let endpoint = file.otlp_endpoint.as_ref();
    let endpoint =
        endpoint.map(|value| source.in_file("telemetry.otlp_endpoint", value).endpoint());
    let name = file.service_name.as_ref().map(|name| name.get_ref().trim());
    Ok(TelemetryConfig {
        otlp_endpoint: endpoint.transpose()?,
        service_name: name.filter(|name| !name.is_empty()).unwrap_or("m365-remote").to_owned(),
    })
}
