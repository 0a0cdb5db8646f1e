use std::collections::HashMap;

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator as _},
    trace::{SpanContext, TraceContextExt as _},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;

/// Returns the span that a request belongs to (W3C Trace Context); an invalid one where it says none.
pub(super) fn of(headers: &HeaderMap, meta: Option<&str>) -> SpanContext {
    let meta = meta.map(|parent| HashMap::from([("traceparent".to_owned(), parent.to_owned())]));
    meta.map(|meta| extracted(&meta))
        .filter(SpanContext::is_valid)
        .unwrap_or_else(|| extracted(&HeaderExtractor(headers)))
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
