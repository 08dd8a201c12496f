//! The table of metrics against what the crates really count.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;

use crate::traces::TRACED_CRATES;
use crate::{METRICS, MetricKind};

/// By what metrics may be divided: none of these names anybody or anything of a shop's.
const LABELS: [&str; 12] = [
    "backend",
    "fallback",
    "route",
    "status",
    "method",
    "class",
    "key_kind",
    "code",
    "result",
    "generator",
    "work",
    "pool",
];

/// What is called on a metric, which ends its name and labels.
const METHODS: [&str; 5] = [").increment(", ").decrement(", ").absolute(", ").set(", ").record("];

/// A place in the sources where something is counted.
#[derive(Debug)]
struct Use {
    kind: MetricKind,
    name: String,
    labels: Vec<String>,
}

/// Every `counter!`, `gauge!` and `histogram!` in the crates.
fn uses() -> Vec<Use> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let texts = sources(crates).into_iter().map(|file| fs::read_to_string(file).unwrap());
    texts.flat_map(|text| uses_in(&text)).collect()
}

fn uses_in(text: &str) -> Vec<Use> {
    let text: String = text.split_whitespace().collect();
    let kinds = [
        ("counter", MetricKind::Counter),
        ("gauge", MetricKind::Gauge),
        ("histogram", MetricKind::Seconds),
    ];
    let mut uses = Vec::new();
    for (macro_name, kind) in kinds {
        let call = format!("{macro_name}!(");
        let calls = text.split(&call).skip(1);
        for call in calls.filter(|call| call.starts_with('"')) {
            let ends = METHODS.iter().filter_map(|method| call.find(method));
            let arguments = call.split_at(ends.min().unwrap_or(call.len())).0;
            let name = arguments.split('"').nth(1).unwrap().to_owned();
            let before_arrows = arguments.rsplit("=>").skip(1);
            let mut labels: Vec<String> = before_arrows
                .map(|before| before.trim_end_matches('"'))
                .map(|before| before.rsplit('"').next().unwrap().to_owned())
                .collect();
            labels.reverse();
            uses.push(Use { kind, name, labels });
        }
    }
    uses
}

#[test]
fn uses_are_found_with_their_labels() {
    let text = format!(
        "{}!(\n  \"a_total\", \"x\" => f(1).g(), \"y\" => \"z\"\n\n    ).increment(1);",
        "counter"
    );
    let found = format!("{:?}", uses_in(&text));
    assert_eq!(found, r#"[Use { kind: Counter, name: "a_total", labels: ["x", "y"] }]"#);
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn whatever_is_counted_anywhere_is_in_the_table() {
    for found in uses() {
        let metric = METRICS.iter().find(|it| it.name == found.name && it.kind == found.kind);
        let metric = metric.unwrap_or_else(|| panic!("not in the table: {found:?}"));
        assert_eq!(found.labels, metric.labels, "{found:?}");
    }
}

#[test]
fn whatever_is_in_the_table_is_counted_somewhere() {
    let uses: BTreeSet<String> = uses().into_iter().map(|found| found.name).collect();
    for metric in METRICS {
        assert!(uses.contains(metric.name), "nobody counts {}", metric.name);
    }
}

#[test]
fn names_say_what_they_count_in_and_labels_name_nobody() {
    for metric in METRICS {
        let endings: &[&str] = match metric.kind {
            MetricKind::Counter => &["_total"],
            MetricKind::Seconds => &["_seconds"],
            MetricKind::Gauge => &[
                "_bytes",
                "_events",
                "_event",
                "_visitors",
                "_products",
                "_waiting",
                "_requests",
                "_seconds",
                "_shares",
                "_leases",
                "_connections",
            ],
        };
        assert!(endings.iter().any(|ending| metric.name.ends_with(ending)), "{}", metric.name);
        assert!(metric.labels.iter().all(|label| LABELS.contains(label)), "{:?}", metric.labels);
    }
    let names: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(names.len(), METRICS.len(), "each metric is there once");
}

#[test]
fn the_crates_that_make_spans_are_those_that_are_traced() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut with_spans = BTreeSet::new();
    for folder in fs::read_dir(crates).unwrap().map(|it| it.unwrap().path()) {
        let mut texts =
            sources(&folder.join("src")).into_iter().map(|it| fs::read_to_string(it).unwrap());
        if texts.any(|text| text.contains(concat!("_span", "!("))) {
            with_spans.insert(folder.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    with_spans.remove("telemetry");
    assert_eq!(with_spans.into_iter().collect::<Vec<_>>(), TRACED_CRATES);
}

#[test]
fn the_document_is_current() {
    expect_file!["../../../docs/metrics.md"].assert_eq(&crate::markdown());
}
