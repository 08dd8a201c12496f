//! The table of all metrics, and its page.

use std::fmt::Write;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// Durations in seconds, counted in buckets.
    Seconds,
}

impl MetricKind {
    /// What it is called in the documents.
    pub const fn name(self) -> &'static str {
        match self {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Seconds => "histogram of seconds",
        }
    }
}

/// A metric: what is counted, by what it is divided, what it means.
#[derive(Debug)]
pub struct Metric {
    /// Its name on the page.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// Its labels, each with few values.
    pub labels: &'static [&'static str],
    /// What it means and when to worry.
    pub doc: &'static str,
}

/// Every metric there is, by the part that counts it.
pub static METRICS: &[Metric] = &[
    counter(
        "events_accepted_total",
        &["key_kind"],
        "Events taken in and kept, by the kind of key.",
    ),
    counter("events_duplicate_total", &[], "Events sent again that were there already."),
    counter("events_refused_total", &["code"], "Events refused, by the code of the reason."),
    gauge("log_head_events", &[], "Events that the log ever held."),
    gauge(
        "log_behind_events",
        &[],
        "Events that decisions do not see yet; worry when it grows for minutes.",
    ),
    gauge("log_first_event", &[], "The position of the first event that the log still has."),
    gauge(
        "archive_behind_events",
        &[],
        "Events that are not yet in the lake; worry when it grows beyond `lake.commit_events`.",
    ),
    counter("events_archived_total", &[], "Events moved into the lake."),
    counter("archive_commits_total", &[], "Times events were moved into the lake."),
    counter(
        "archive_failures_total",
        &[],
        "Times that moving events or tending the lake failed; tried again. The log has the cause.",
    ),
    seconds("archive_seconds", &[], "How long it took to move events into the lake, each time."),
    seconds("lake_tend_seconds", &[], "How long it took to tend the lake, each time."),
    counter("lake_files_merged_total", &[], "Small files of the lake that were merged."),
    counter(
        "lake_files_removed_total",
        &[],
        "Files of the lake that nobody needed any more and that were removed.",
    ),
    gauge(
        "disk_room_bytes",
        &[],
        "Free disk where the log is; intake stops below `limits.disk_watermark_bytes`.",
    ),
    gauge("live_visitors", &[], "Visitors whose recent behaviour is in memory."),
    gauge("catalogue_products", &[], "Products in the catalogue, for sale or not."),
    counter("events_folded_total", &[], "Events folded into live state."),
    counter(
        "follow_failures_total",
        &[],
        "Times live state could not be read or saved; tried again.",
    ),
    counter(
        "tables_failures_total",
        &[],
        "Times a replica could not keep its shares of the tables of decisions; tried again.",
    ),
    gauge(
        "table_shares",
        &[],
        "Shares of the tables of decisions that this replica keeps, of 16 in all.",
    ),
    gauge(
        "held_leases",
        &["work"],
        "Leases that this process holds, by the kind of work: `archive`, `training`, `tables` and others. Over all \
         replicas together one of each, but 16 of `tables` and one `replica` each.",
    ),
    counter(
        "leases_lost_total",
        &["work"],
        "Leases that somebody else had when they were to be renewed: this process was too slow.",
    ),
    gauge(
        "used_connections",
        &["pool"],
        "Connections to the database in use; worry when it stays at `most_connections`: then callers wait.",
    ),
    gauge(
        "most_connections",
        &["pool"],
        "Connections to the database that may be in use at a time.",
    ),
    gauge(
        "followed_shares",
        &[],
        "Shares of the shoppers whose visits are in memory, of 16 in all: fewer only among many replicas.",
    ),
    counter(
        "decisions_passed_on_total",
        &[],
        "Decisions that the replica which follows the shopper made for this one.",
    ),
    counter(
        "decisions_not_passed_on_total",
        &[],
        "Decisions that could not be passed on in time and were answered here, less personal.",
    ),
    gauge(
        "consent_refusing_visitors",
        &[],
        "Shoppers who refuse something. At 3,500,000 no more refusals can be kept.",
    ),
    counter(
        "consent_refusals_lost_total",
        &[],
        "Refusals that could not be kept. From the first one on, silence counts as a no for every shopper.",
    ),
    counter(
        "seal_failures_total",
        &[],
        "Events kept without their private part, which could not be sealed: the root key is another shop's.",
    ),
    counter("quarantined_total", &[], "Events refused and kept in quarantine."),
    counter(
        "quarantine_dropped_total",
        &[],
        "Refused events dropped from quarantine for newer ones.",
    ),
    counter("quarantine_failed_total", &[], "Refused events that could not be kept."),
    seconds("decision_seconds", &[], "How long decisions took, without the network."),
    counter(
        "decision_fallbacks_total",
        &["fallback"],
        "Decisions that fell back, by what was missing.",
    ),
    gauge("decisions_waiting", &[], "Decisions shown that are not yet written to the log."),
    counter("decisions_logged_total", &[], "Decisions written to the log."),
    counter(
        "decisions_dropped_total",
        &[],
        "Decisions shown and not written: the log was full or too slow.",
    ),
    counter("decisions_lost_total", &[], "Decisions lost in a crash before they were written."),
    counter("http_requests_total", &["method", "route", "status"], "Requests answered."),
    seconds(
        "http_request_seconds",
        &["route"],
        "How long requests took, from their head to their answer.",
    ),
    counter(
        "http_shed_total",
        &["class"],
        "Requests turned away because there was too much to do.",
    ),
    counter(
        "http_panics_total",
        &[],
        "Requests on which the program failed; the log has the cause. Report it.",
    ),
    counter("trace_spans_sent_total", &[], "Spans that the collector of traces took."),
    counter(
        "trace_spans_dropped_total",
        &[],
        "Spans that it did not take, or that found no room to wait for it. Requests do not suffer.",
    ),
    counter(
        "backend_check_failures_total",
        &["backend"],
        "Times that a backend did not answer when `/readyz` asked it; `/readyz` says what fails.",
    ),
    counter(
        "records_reports_total",
        &["backend"],
        "Reports that were read of records, by who answered: `standby`, or `primary` because the standby was \
         away or behind. Nothing is counted where `backends.records_reports_url` is empty.",
    ),
    gauge("process_resident_memory_bytes", &[], "Memory the process holds."),
    counter(
        "training_runs_total",
        &["result"],
        "Models trained, by what came of it: `passed`, `refused` by the gate, or `failed`.",
    ),
    seconds("training_seconds", &[], "How long training a model took, whatever came of it."),
    gauge(
        "model_age_seconds",
        &["generator"],
        "How long ago the model that decides was trained; worry when it is much more than \
         `training.every_hours`.",
    ),
    gauge("model_memory_bytes", &[], "Memory that the models in use take."),
    counter("models_swapped_total", &[], "Times that other models came into use."),
    counter(
        "models_refused_total",
        &[],
        "Times that a model could not be loaded; worry at any, `tastemaker models list` says why.",
    ),
];

const fn counter(name: &'static str, labels: &'static [&'static str], doc: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Counter, labels, doc }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], doc: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Gauge, labels, doc }
}

const fn seconds(name: &'static str, labels: &'static [&'static str], doc: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Seconds, labels, doc }
}

const PAGE_HEAD: &str = "\
# Metrics

Generated from the table in `crates/telemetry/src/table.rs`.

`GET /metrics` answers all of them in the text format of Prometheus. No label holds an identifier.

| metric | kind | labels | meaning |
| --- | --- | --- | --- |
";

/// The page about all metrics, in Markdown.
pub fn markdown() -> String {
    let mut page = PAGE_HEAD.to_owned();
    for Metric { name, kind, labels, doc } in METRICS {
        let labels = labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        writeln!(page, "| `{name}` | {} | {labels} | {doc} |", kind.name())
            .expect("writing to a string cannot fail");
    }
    page
}
