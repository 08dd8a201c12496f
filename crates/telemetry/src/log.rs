//! Log lines: how they look and how many there are. Where traces are wanted, spans go there too.

use std::error::Error;

use tracing::{Dispatch, Level, Metadata};
use tracing_subscriber::filter::{ParseError, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::traces::{TRACED_CRATES, TraceOptions, Traces};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Readable lines, for people.
    Text,
}

/// What to write and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// From which level on, by part if need be: `info`, or `info,server=debug`.
    pub level: String,
    /// How lines look.
    pub format: LogFormat,
}

/// Why the program cannot tell about itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TelemetryError {
    /// The level cannot be understood.
    #[error(
        "log.level is `{given}`; give error, warn, info, debug or trace, also by part, as in \
         info,server=debug"
    )]
    Level {
        /// What was given.
        given: String,
        /// Where it fails.
        #[source]
        source: ParseError,
    },
    /// It was begun before in this process.
    #[error("{what} were set up twice in one process")]
    Twice {
        /// Logs or metrics.
        what: &'static str,
    },
    /// The collector of traces is not reached this way.
    #[error(
        "log.otlp_endpoint is `{given}`; give a collector over plain HTTP such as \
         http://127.0.0.1:4318: one that runs beside this program and forwards what it gets"
    )]
    Endpoint {
        /// What was given.
        given: String,
    },
    /// Traces cannot be sent there.
    #[error("log.otlp_endpoint is `{given}`, to which no traces can be sent")]
    Traces {
        /// What was given.
        given: String,
        /// Why not.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The thread that looks after metrics cannot be started.
    #[error("the thread that looks after metrics cannot be started")]
    Thread(#[source] std::io::Error),
}

/// Writes log lines to standard error from now on, and sends traces if they are wanted; standard output
/// is for what commands answer. Call [`Traces::end`] at the end.
///
/// # Errors
///
/// [`TelemetryError`] when the level or the collector cannot be understood, or logs were set up before.
pub fn init_logs(
    options: &LogOptions,
    traces: Option<&TraceOptions>,
) -> Result<Traces, TelemetryError> {
    let (dispatch, traces) = dispatch(options, traces, std::io::stderr)?;
    dispatch.try_init().map_err(|_| TelemetryError::Twice { what: "logs" })?;
    Ok(traces)
}

pub(crate) fn dispatch(
    options: &LogOptions,
    traces: Option<&TraceOptions>,
    writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static,
) -> Result<(Dispatch, Traces), TelemetryError> {
    let level = &options.level;
    let filter = EnvFilter::builder()
        .parse(level)
        .map_err(|source| TelemetryError::Level { given: level.clone(), source })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match options.format {
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text => lines.with_ansi(false).boxed(),
    };
    let logging = Registry::default().with(lines.with_filter(filter));
    let Some(options) = traces else { return Ok((logging.into(), Traces::off())) };
    let (traces, tracer) = Traces::start(options)?;
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(is_traced));
    Ok((logging.with(spans).into(), traces))
}

/// Our own spans, finer ones than are logged too; no log lines, which may say more than may leave.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    let of = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span() && *metadata.level() <= Level::DEBUG && TRACED_CRATES.contains(&of)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what is written to it.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, level: &str) -> String {
        let lines = Lines::default();
        let options = LogOptions { level: level.to_owned(), format };
        let writer = lines.clone();
        let (dispatch, _) = dispatch(&options, None, move || writer.clone()).unwrap();
        tracing::dispatcher::with_default(&dispatch, || {
            tracing::info!(n_events = 3, "took a batch in");
            tracing::debug!("nobody wants to know");
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_lines_are_flat_objects_of_the_wanted_level() {
        let logged = logged(LogFormat::Json, "info");
        let (time, rest) = logged.split_once(",\"level\"").unwrap();
        assert!(time.starts_with("{\"timestamp\":\""), "{time}");
        let target = module_path!();
        let expected = format!(
            ":\"INFO\",\"message\":\"took a batch in\",\"n_events\":3,\"target\":\"{target}\"}}\n"
        );
        assert_eq!(rest, expected);
    }

    #[test]
    fn text_lines_are_readable_and_parts_have_their_own_level() {
        let logged = logged(LogFormat::Text, "error,telemetry=debug");
        assert_eq!(logged.lines().count(), 2, "{logged}");
        assert!(logged.contains("INFO telemetry::log::tests: took a batch in n_events=3"));
    }

    #[test]
    fn a_level_that_is_none_is_refused_with_its_remedy() {
        let options = LogOptions { level: "server=loud".to_owned(), format: LogFormat::Json };
        let message = init_logs(&options, None).unwrap_err().to_string();
        assert!(message.starts_with("log.level is `server=loud`; give error, warn"), "{message}");
    }
}
