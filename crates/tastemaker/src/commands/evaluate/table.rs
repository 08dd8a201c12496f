//! An evaluation as tables that a shop's people can read.

use app::judging::{Comparison, EvaluationReport, Interval, MethodReport, ResultReport};

/// What recall means, in words.
const RECALL: &str = "of what a shopper went on to, so much stood among the";

/// Renders a report: the facts, then recall for everybody and by history, then all measures.
pub(super) fn render(report: &EvaluationReport) -> String {
    let mut text = facts(report);
    let longest = report.methods.iter().flat_map(|it| &it.results).map(|it| it.k).max();
    let Some(k) = longest else { return text };
    text += &format!("\nRecall@{k}: {RECALL} {k} proposed.\n\n{}", overall(report, k));
    text += &format!("\nRecall@{k} by how often a shopper had come before.\n\n");
    text += &by_history(report, k);
    text += &format!("\nAll measures, everybody.\n\n{}", measures(report));
    for method in &report.methods {
        if let Some(reason) = &method.not_judged {
            text += &format!("\nNot judged: {}, for {reason}.\n", method.name);
        }
    }
    text
}

fn facts(report: &EvaluationReport) -> String {
    let EvaluationReport { data, split, .. } = report;
    let mut rows = vec![("data", data.source.clone())];
    if let (Some(first), Some(last)) = (&data.first_time, &data.last_time) {
        rows.push(("from, to", format!("{first}, {last}")));
    }
    rows.push((
        "holds",
        format!(
            "{} acts of {} shoppers with {} products, all of which are ranked",
            data.n_acts, data.n_shoppers, data.n_products
        ),
    ));
    for it in &data.left_out {
        rows.push(("left out", format!("{} acts: {}", it.n_acts, it.reason)));
    }
    rows.push(("held out", split.held_out.clone()));
    rows.push(("asked about", format!("{} acts; {}", split.asked_acts, seen(&split.seen))));
    rows.push((
        "cases",
        format!(
            "{}, {} of shoppers known before; {} acts learned from",
            split.n_cases, split.n_known, split.n_learned
        ),
    ));
    rows.push((
        "program",
        format!("{}, seed {}; intervals hold with 95 % confidence", report.version, report.seed),
    ));
    rows.iter().fold(String::new(), |text, (name, value)| text + &format!("{name:12} {value}\n"))
}

fn seen(name: &str) -> &'static str {
    match name {
        "remove" => "what a shopper had already is not proposed again",
        _ => "what a shopper had already is proposed again",
    }
}

fn judged(report: &EvaluationReport) -> impl Iterator<Item = &MethodReport> {
    report.methods.iter().filter(|it| it.not_judged.is_none())
}

fn result<'a>(method: &'a MethodReport, group: &str, k: usize) -> Option<&'a ResultReport> {
    method.results.iter().find(|it| it.group == group && it.k == k)
}

fn overall(report: &EvaluationReport, k: usize) -> String {
    let mut rows =
        vec![words(&["method", "everybody", "times popular", "over popular", "known", "over own"])];
    for method in judged(report) {
        let (all, known) = (result(method, "all", k), result(method, "known", k));
        let over_popular = all.and_then(|it| it.over_popular);
        let over_own = known.and_then(|it| it.over_most_frequent);
        let ratio = over_popular.and_then(|it| it.recall_ratio);
        rows.push(vec![
            method.name.clone(),
            all.map(|it| percent(it.recall)).unwrap_or_default(),
            ratio.map(|it| format!("{it:.2}")).unwrap_or_default(),
            difference(over_popular),
            known.map(|it| percent(it.recall)).unwrap_or_default(),
            difference(over_own),
        ]);
    }
    lay_out(&rows)
}

fn by_history(report: &EvaluationReport, k: usize) -> String {
    let groups: Vec<(&str, u64)> = judged(report)
        .next()
        .map(|method| {
            let of_lengths = method.results.iter().filter(|it| it.k == k);
            let of_lengths = of_lengths.filter(|it| !["all", "known"].contains(&it.group.as_str()));
            of_lengths.map(|it| (it.group.as_str(), it.n_cases)).collect()
        })
        .unwrap_or_default();
    let mut header = words(&["method"]);
    header.extend(groups.iter().map(|(group, n)| format!("{group} times ({n})")));
    let mut rows = vec![header];
    for method in judged(report) {
        let mut row = vec![method.name.clone()];
        row.extend(groups.iter().map(|(group, _)| {
            result(method, group, k).map(|it| percent(it.recall)).unwrap_or_default()
        }));
        rows.push(row);
    }
    lay_out(&rows)
}

fn measures(report: &EvaluationReport) -> String {
    let mut rows = vec![words(&[
        "method",
        "k",
        "hit rate",
        "recall",
        "precision",
        "MRR",
        "nDCG",
        "MAP",
        "coverage",
        "novelty",
    ])];
    for method in judged(report) {
        for it in method.results.iter().filter(|it| it.group == "all") {
            let means = [it.hit_rate, it.recall, it.precision, it.mrr, it.ndcg, it.map];
            let mut row = vec![method.name.clone(), it.k.to_string()];
            row.extend(means.iter().map(|it| format!("{:.4}", it.mean)));
            row.extend([format!("{:.3}", it.coverage), format!("{:.2}", it.novelty)]);
            rows.push(row);
        }
    }
    lay_out(&rows)
}

fn percent(it: Interval) -> String {
    let [mean, low, high] = [it.mean, it.low, it.high].map(|it| it * 100.0);
    format!("{mean:.2} % ({low:.2} to {high:.2})")
}

fn difference(it: Option<Comparison>) -> String {
    let Some(Comparison { recall, .. }) = it else { return String::new() };
    let [mean, low, high] = [recall.mean, recall.low, recall.high].map(|it| it * 100.0);
    format!("{mean:+.2} ({low:+.2} to {high:+.2})")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

/// A table in Markdown, the first row its header.
fn lay_out(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count()).max()
    };
    let widths: Vec<usize> = (0..).map_while(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("| {cell:width$} "));
        cells.collect::<String>() + "|\n"
    };
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        text += &line(row);
        if at == 0 {
            text += &line(&widths.iter().map(|it| "-".repeat(*it)).collect::<Vec<_>>());
        }
    }
    text
}
