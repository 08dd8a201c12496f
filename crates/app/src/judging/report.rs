//! What a judgement says: plain values, which become JSON as they stand.
//!
//! The names of fields are a promise to scripts; `format` grows when one changes its meaning.

use serde::{Deserialize, Serialize};

/// The format of [`EvaluationReport`] as JSON.
pub const REPORT_FORMAT: u32 = 1;

/// How well methods foretell what shoppers do.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct EvaluationReport {
    /// The format of this report.
    pub format: u32,
    /// The version of the program.
    pub version: String,
    /// The seed of the resamples behind the intervals.
    pub seed: u64,
    /// What was judged on.
    pub data: DataFacts,
    /// How it was cut.
    pub split: SplitFacts,
    /// The methods, in the order they were asked for; the two baselines first.
    pub methods: Vec<MethodReport>,
}

/// What was judged on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct DataFacts {
    /// Where it came from, in words.
    pub source: String,
    /// The first act, as a time; none for plain files, which tell no times.
    pub first_time: Option<String>,
    /// The last act.
    pub last_time: Option<String>,
    /// How many shoppers did anything.
    pub n_shoppers: u64,
    /// How many products anything was done with: all of them are ranked.
    pub n_products: u64,
    /// How many things they did.
    pub n_acts: u64,
    /// Acts that were left out, by the reason.
    pub left_out: Vec<LeftOutFact>,
    /// The checksum of what was learned from.
    pub learned_checksum: String,
}

/// Acts that were left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LeftOutFact {
    /// Why.
    pub reason: String,
    /// How many.
    pub n_acts: u64,
}

/// How the data was cut.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SplitFacts {
    /// What was held out, in words.
    pub held_out: String,
    /// Which acts were to be foretold: `ordered`, `viewed` or `all`.
    pub asked_acts: String,
    /// What was done with products that the shopper had already: `keep` or `remove`.
    pub seen: String,
    /// How many acts were learned from.
    pub n_learned: u64,
    /// How many cases there were.
    pub n_cases: u64,
    /// How many of them by shoppers who had done something before.
    pub n_known: u64,
}

/// How one method did.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct MethodReport {
    /// Its name.
    pub name: String,
    /// The checksum of the searched parameters that it was fitted with; none for the defaults.
    pub params: Option<String>,
    /// Why it was not judged; then it has no results.
    pub not_judged: Option<String>,
    /// Its results, by who was asked about and how long the list was.
    pub results: Vec<ResultReport>,
}

/// How a method did for some shoppers with lists of one length.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ResultReport {
    /// Who: `all`, `known`, or how often they had come before: `0`, `1`, `2-4`, `5-9`, `10-19`, `20+`.
    pub group: String,
    /// How many cases that is.
    pub n_cases: u64,
    /// How long the list was.
    pub k: usize,
    /// The share of cases with anything right.
    pub hit_rate: Interval,
    /// The share of what was to be foretold that was.
    pub recall: Interval,
    /// The share of the list that was right.
    pub precision: Interval,
    /// One over the place of the first that was right.
    pub mrr: Interval,
    /// The discounted gain over the best that was possible.
    pub ndcg: Interval,
    /// The mean of the precisions at each that was right.
    pub map: Interval,
    /// The share of all products that anybody was shown.
    pub coverage: f64,
    /// How surprising the products were: the mean of `-log2` of their share of what was learned.
    pub novelty: f64,
    /// Against `popular`, case by case.
    pub over_popular: Option<Comparison>,
    /// Against `most_frequent`, case by case.
    pub over_most_frequent: Option<Comparison>,
}

/// A mean and the interval in which it lies with a confidence of 95 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How much better a method is than a baseline, on the same cases.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct Comparison {
    /// Its recall less the baseline's.
    pub recall: Interval,
    /// Its recall over the baseline's; none where that is 0.
    pub recall_ratio: Option<f64>,
    /// Its nDCG less the baseline's.
    pub ndcg: Interval,
}

impl EvaluationReport {
    /// The result of a method for a group and a length, if it was judged.
    pub fn result(&self, method: &str, group: &str, k: usize) -> Option<&ResultReport> {
        let method = self.methods.iter().find(|it| it.name == method)?;
        method.results.iter().find(|it| it.group == group && it.k == k)
    }
}
