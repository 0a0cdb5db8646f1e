//! Trace context, from the host over our own span to Graph, and the spans that reach a collector.

use std::{collections::BTreeSet, time::Duration};

use m365_sim::Fault;
use serde_json::json;

use crate::{
    collector::Collector,
    harness::{Bench, Era, answer},
};

const OF_HEADER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OF_MESSAGE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A server that pushes its spans, which are all there once it has ended.
async fn traced() -> (Bench, Collector) {
    let (collector, address) = Collector::start().await;
    let endpoint = format!("{address:?}");
    let bench = Bench::start_with(|it| it.in_table("telemetry", "otlp_endpoint", endpoint)).await;
    (bench, collector)
}

async fn end(bench: &mut Bench) {
    bench.server().signal("TERM");
    assert_eq!(bench.server().ended().await, Some(0));
}

/// Returns the different values of `traceparent` that Graph was sent.
fn seen(bench: &Bench) -> BTreeSet<String> {
    let log = bench.sim.graph().log();
    assert!(!log.is_empty());
    log.iter().map(|it| it.header("traceparent").unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn the_traceparent_of_the_message_is_the_parent_of_our_span_which_is_that_of_graphs() {
    for era in Era::BOTH {
        let (mut bench, collector) = traced().await;
        let host = bench.host().await;
        let meta = json!({ "traceparent": OF_MESSAGE });
        let call = json!({ "name": "get_me", "arguments": {}, "_meta": meta });
        // A proxy on the way has begun a trace of its own.
        let request = host.message(era, "tools/call", call).header("traceparent", OF_HEADER);
        assert_eq!(answer(request).await.status, 200);
        end(&mut bench).await;

        let span = collector.span("tools/call get_me");
        assert_eq!(format!("00-{}-{}-01", span.trace, span.parent), OF_MESSAGE, "{era:?}");
        assert_eq!(seen(&bench), [format!("00-{}-{}-01", span.trace, span.id)].into(), "{era:?}");
        for (key, value) in [
            ("mcp.method.name", "tools/call"),
            ("gen_ai.tool.name", "get_me"),
            ("gen_ai.operation.name", "execute_tool"),
            ("network.transport", "tcp"),
            ("http.response.status_code", "200"),
        ] {
            assert_eq!(span.attributes.get(key).map(String::as_str), Some(value), "{span:?}");
        }
        let user = bench.sim.users()[0].clone();
        let shown = format!("{span:?}");
        for private in [bench.sim.tenant_id(), user.upn.as_str(), host.token()] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
    }
}

#[tokio::test]
async fn a_header_is_the_parent_where_the_message_names_none_and_refusals_are_spans_too() {
    let (mut bench, collector) = traced().await;
    let host = bench.host().await;
    let call = json!({ "name": "get_me", "arguments": {}, "_meta": { "traceparent": "00-x" } });
    let request = host.message(Era::Modern, "tools/call", call).header("traceparent", OF_HEADER);
    assert_eq!(answer(request).await.status, 200);
    let stranger = bench.stranger(None).message(Era::Modern, "tools/list", json!({}));
    assert_eq!(answer(stranger.header("traceparent", OF_HEADER)).await.status, 401);
    end(&mut bench).await;

    let (span, refusal) = (collector.span("tools/call get_me"), collector.span("mcp"));
    for span in [&span, &refusal] {
        assert_eq!(format!("00-{}-{}-01", span.trace, span.parent), OF_HEADER, "{span:?}");
    }
    assert_eq!(refusal.attributes["error.type"], "401", "{refusal:?}");
    assert_eq!(seen(&bench), [format!("00-{}-{}-01", span.trace, span.id)].into());
}

#[tokio::test]
async fn without_a_collector_the_hosts_trace_goes_on_to_graph_as_it_is() {
    for (meta, expected) in [
        (json!({ "traceparent": OF_MESSAGE }), OF_MESSAGE),
        (json!({ "traceparent": "00-x" }), OF_HEADER),
        (json!({}), OF_HEADER),
    ] {
        let bench = Bench::start().await;
        let host = bench.host().await;
        let call = json!({ "name": "get_me", "arguments": {}, "_meta": meta });
        let request =
            host.message(Era::Handshake, "tools/call", call).header("traceparent", OF_HEADER);
        assert_eq!(answer(request).await.status, 200);

        assert_eq!(seen(&bench), [expected.to_owned()].into(), "{meta}");
    }
}

/// A search that reports progress, so that it is answered with a stream.
fn streamed() -> serde_json::Value {
    let arguments = json!({ "query": "budget", "order": "relevance" });
    json!({
        "name": "outlook_email_search", "arguments": arguments, "_meta": { "progressToken": "p" },
    })
}

#[tokio::test]
async fn the_span_of_a_stream_ends_with_the_stream_and_knows_how_the_call_ended() {
    let (mut bench, collector) = traced().await;
    let host = bench.host().await;
    let slow = Duration::from_millis(700);
    bench.sim.graph().next_on("/v1.0/search", Fault::delay(slow));
    let sound = host.post(Era::Modern, "tools/call", streamed()).await;
    assert_eq!((sound.status, sound.header("content-type")), (200, "text/event-stream"));
    end(&mut bench).await;

    let span = collector.span("tools/call outlook_email_search");
    assert!(span.end - span.begin >= u64::try_from(slow.as_nanos()).unwrap(), "{span:?}");
    assert_eq!(span.attributes.get("error.type"), None, "{span:?}");

    let (mut bench, collector) = traced().await;
    let host = bench.host().await;
    bench.sim.graph().on("/v1.0/search", Fault::status(403));
    let failed = host.post(Era::Modern, "tools/call", streamed()).await;
    assert_eq!((failed.status, failed.header("content-type")), (200, "text/event-stream"));
    end(&mut bench).await;

    let span = collector.span("tools/call outlook_email_search");
    assert_eq!(span.attributes["error.type"], "forbidden", "{span:?}");
    assert_eq!(span.attributes["http.response.status_code"], "200", "{span:?}");
}

#[tokio::test]
async fn the_span_of_a_stream_that_nobody_reads_to_its_end_is_cancelled() {
    let (mut bench, collector) = traced().await;
    let host = bench.host().await;
    bench.sim.graph().on("/v1.0/search", Fault::hang());
    let request = host.message(Era::Modern, "tools/call", streamed());
    let mut stream = request.send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some(), "the first progress");

    drop(stream);

    let events = bench.audited("tool.call", 1).await;
    assert_eq!(events[0]["outcome"], "cancelled", "{events:?}");
    end(&mut bench).await;
    let span = collector.span("tools/call outlook_email_search");
    assert_eq!(span.attributes["error.type"], "cancelled", "{span:?}");
}
