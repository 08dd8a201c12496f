//! Traces as a collector gets them: a small HTTP server of our own, and a real export.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use tracing::{Dispatch, dispatcher};

use super::*;
use crate::log::{LogFormat, LogOptions, dispatch};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// An export: the path it was sent to and its body.
type Export = (String, Vec<u8>);

/// A collector on a free port, which answers every request and tells what was in it.
fn collector() -> (String, mpsc::Receiver<Export>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A connection without a request is how a client ends.
            if let Ok(export) = answer(stream.unwrap()) {
                tell.send(export).unwrap();
            }
        }
    });
    (url, told)
}

fn answer(mut stream: TcpStream) -> io::Result<Export> {
    let mut request = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    request.read_line(&mut line)?;
    let path = line.split(' ').nth(1).ok_or(io::ErrorKind::UnexpectedEof)?.to_owned();
    let mut n_bytes = 0;
    while line.trim() != "" {
        line.clear();
        request.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            n_bytes = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; n_bytes];
    request.read_exact(&mut body)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    Ok((path, body))
}

fn tracing_to(endpoint: &str, one_in_requests: u32) -> (Dispatch, Traces) {
    let logs = LogOptions { level: "info".to_owned(), format: LogFormat::Json };
    let endpoint = endpoint.to_owned();
    let options = TraceOptions { endpoint, one_in_requests, version: "1.2.3" };
    dispatch(&logs, Some(&options), io::sink).unwrap()
}

/// A request as the server traces it; answers the id of its trace.
fn request(traceparent: Option<&str>) -> Option<String> {
    let span = tracing::info_span!(
        target: "server::envelope", "request",
        id = "order-of-anna@example.org", method = "POST", route = "/v1/batch",
        status = tracing::field::Empty, trace = tracing::field::Empty,
    );
    let trace = adopt_parent(&span, traceparent);
    let _entered = span.enter();
    tracing::debug_span!(target: "app::ingest", "log append", n_events = 3, who = "anna").in_scope(
        || {
            tracing::warn!("anna's body");
        },
    );
    tracing::debug_span!(target: "sqlx::query", "select from shopper").in_scope(|| {});
    span.record("status", 503_u16);
    trace
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.as_bytes().chunks_exact(2);
    digits.map(|it| u8::from_str_radix(std::str::from_utf8(it).unwrap(), 16).unwrap()).collect()
}

fn contains(export: &[u8], part: impl AsRef<[u8]>) -> bool {
    let part = part.as_ref();
    export.windows(part.len()).any(|it| it == part)
}

#[test]
fn a_request_is_part_of_its_callers_trace_and_says_nothing_of_whom_it_is_about() {
    let (url, exports) = collector();
    let (dispatch, traces) = tracing_to(&url, 1_000_000);
    dispatcher::with_default(&dispatch, || {
        let trace = request(Some(&format!("00-{TRACE}-{CALLER}-01")));
        assert_eq!(trace.as_deref(), Some(TRACE));
    });
    traces.end();

    let (path, export) = exports.recv().unwrap();
    assert_eq!(path, "/v1/traces");
    assert!(contains(&export, bytes(TRACE)) && contains(&export, bytes(CALLER)));
    let said = ["tastemaker", "1.2.3", "POST /v1/batch", "http.response.status_code", "log append"];
    for said in said {
        assert!(contains(&export, said), "{said}");
    }
    for unsaid in ["anna", "select"] {
        assert!(!contains(&export, unsaid), "{unsaid}");
    }
}

#[test]
fn who_asks_decides_whether_a_request_is_traced_and_otherwise_one_in_so_many_is() {
    let (url, exports) = collector();
    let (dispatch, traces) = tracing_to(&url, 1);
    dispatcher::with_default(&dispatch, || {
        assert_eq!(request(Some(&format!("00-{TRACE}-{CALLER}-00"))), None);
        assert!(request(Some("no trace at all")).is_some());
        assert!(request(None).is_some());
    });
    traces.end();
    let (_, export) = exports.recv().unwrap();
    assert!(!contains(&export, bytes(TRACE)));

    let (dispatch, _traces) = tracing_to(&url, u32::MAX);
    dispatcher::with_default(&dispatch, || assert_eq!(request(None), None));
}

#[test]
fn a_collector_that_does_not_answer_holds_up_nobody() {
    // It takes connections and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (dispatch, traces) = tracing_to(&format!("http://{}", listener.local_addr().unwrap()), 1);
    let started = now();
    dispatcher::with_default(&dispatch, || {
        // Each is two spans, so that half of them find no room.
        for _ in 0..QUEUE_SPANS {
            assert!(request(None).is_some());
        }
    });
    assert!(started.elapsed() < ANSWER_WITHIN, "requests wait for the collector");
    let started = now();
    traces.end();
    assert!(started.elapsed() < END_WITHIN * 2, "the end waits for the collector");
}

#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

#[test]
fn a_span_that_finds_no_room_is_counted_as_dropped() {
    #[derive(Debug)]
    struct Deaf;
    impl SpanExporter for Deaf {
        async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
            Ok(())
        }
    }
    let n_waiting = Arc::new(AtomicUsize::new(QUEUE_SPANS));
    let batches = BatchSpanProcessor::builder(Deaf).build();
    let waiting = Waiting { batches, n_waiting: Arc::clone(&n_waiting) };
    let provider = SdkTracerProvider::builder().with_span_processor(waiting).build();
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let tracer = provider.tracer("test");
        drop(opentelemetry::trace::Tracer::start(&tracer, "request"));
    });
    let page = recorder.handle().render();
    assert!(page.contains("trace_spans_dropped_total 1"), "{page}");
    assert_eq!(n_waiting.load(Ordering::Relaxed), QUEUE_SPANS);
}

#[test]
fn a_collector_that_cannot_be_reached_this_way_is_refused_with_a_remedy() {
    let logs = LogOptions { level: "info".to_owned(), format: LogFormat::Json };
    let endpoint = "https://collector.example".to_owned();
    let options = TraceOptions { endpoint, one_in_requests: 1, version: "1.2.3" };
    let error = dispatch(&logs, Some(&options), io::sink).unwrap_err();
    let expected =
        "log.otlp_endpoint is `https://collector.example`; give a collector over plain HTTP";
    assert!(error.to_string().starts_with(expected), "{error}");
}
