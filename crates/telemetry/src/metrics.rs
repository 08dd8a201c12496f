//! Metrics in memory, and their page for Prometheus.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::TelemetryError;
use crate::table::{METRICS, MetricKind};

/// Upper bounds of the buckets of durations, in seconds: fine around the ten milliseconds that matter.
const SECONDS_BUCKETS: [f64; 14] =
    [0.000_5, 0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Recorded durations wait in memory until somebody asks or this time is over.
const UPKEEP: Duration = Duration::from_secs(5);

/// All metrics of the process.
pub struct Metrics {
    handle: PrometheusHandle,
    /// Held only to be dropped: the upkeep ends then.
    _upkeep: Sender<()>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Counts from now on whatever any crate counts; once in a process.
    ///
    /// # Errors
    ///
    /// [`TelemetryError`] when it was done before.
    pub fn install() -> Result<Metrics, TelemetryError> {
        let recorder = builder().build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder)
            .map_err(|_| TelemetryError::Twice { what: "metrics" })?;
        for metric in METRICS {
            match metric.kind {
                MetricKind::Counter => metrics::describe_counter!(metric.name, metric.doc),
                MetricKind::Gauge => metrics::describe_gauge!(metric.name, metric.doc),
                MetricKind::Seconds => metrics::describe_histogram!(metric.name, metric.doc),
            }
        }
        let (upkeep, end) = mpsc::channel();
        let kept = handle.clone();
        thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || {
                while end.recv_timeout(UPKEEP) == Err(RecvTimeoutError::Timeout) {
                    kept.run_upkeep();
                }
            })
            .map_err(TelemetryError::Thread)?;
        Ok(Metrics { handle, _upkeep: upkeep })
    }

    /// All metrics, in the text format of Prometheus.
    pub fn render(&self) -> String {
        if let Some(n_bytes) = resident_bytes() {
            metrics::gauge!("process_resident_memory_bytes").set(n_bytes as f64);
        }
        self.handle.render()
    }
}

fn builder() -> PrometheusBuilder {
    let buckets = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS_BUCKETS);
    buckets.expect("there are buckets")
}

/// How much memory the process holds, where the system tells.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_descriptions_buckets_and_the_memory_in_use() {
        let metrics = Metrics::install().unwrap();
        metrics::histogram!("decision_seconds").record(0.004);
        metrics::counter!("events_folded_total").increment(2);
        let page = metrics.render();
        assert!(page.contains("# TYPE decision_seconds histogram"), "{page}");
        assert!(page.contains("decision_seconds_bucket{le=\"0.005\"} 1"), "{page}");
        assert!(page.contains("# HELP events_folded_total "), "{page}");
        assert!(page.contains("\nevents_folded_total 2"), "{page}");
        assert!(page.contains("\nprocess_resident_memory_bytes "), "{page}");
        assert!(matches!(Metrics::install(), Err(TelemetryError::Twice { what: "metrics" })));
    }
}
