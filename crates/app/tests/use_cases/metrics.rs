//! The metrics of one test, as they would be scraped.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

/// Records what this thread counts.
pub(crate) fn recorder() -> PrometheusRecorder {
    PrometheusBuilder::new().build_recorder()
}

/// The value of a counter without labels; 0 while it was never touched.
pub(crate) fn counter(recorder: &PrometheusRecorder, name: &str) -> u64 {
    let text = recorder.handle().render();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.map_or(0, |it| it.parse().expect("counters are whole numbers"))
}
