use std::collections::HashMap;

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator as _},
    trace::{SpanContext, TraceContextExt as _},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;

/// Returns the span that a header names (W3C Trace Context); an invalid one where it names none.
pub(super) fn of(headers: &HeaderMap) -> SpanContext {
    extracted(&HeaderExtractor(headers))
}

/// Returns the span that a message names in its `_meta`.
pub(super) fn in_message(traceparent: &str) -> Option<SpanContext> {
    let fields = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    Some(extracted(&fields)).filter(SpanContext::is_valid)
}

/// Returns the value of `traceparent` that names `context`.
pub(super) fn text(context: &SpanContext) -> String {
    let (trace, span) = (context.trace_id(), context.span_id());
    format!("00-{trace}-{span}-{:02x}", context.trace_flags().to_u8() & 1)
}

fn extracted(from: &dyn Extractor) -> SpanContext {
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), from);
    context.span().span_context().clone()
}
