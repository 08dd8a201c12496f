//! Lineage: where a model came from and what was measured, as a JSON document in the registry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::LeftOut;

/// The newest format that is known.
pub const LINEAGE_FORMAT: u32 = 1;

/// Where a model came from and what was measured.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Lineage {
    /// The format of the document.
    pub format: u32,
    /// The version of the program that trained it.
    pub program: String,
    /// The values of the generator's knobs.
    pub parameters: BTreeMap<String, f64>,
    /// Where they come from: `defaults`, or `search` and the checksum of the search's file.
    pub parameters_from: String,
    /// Whether a search that found them saw this very data; none when no file was given.
    pub parameters_fit_data: Option<bool>,
    /// The seed of what was drawn while it was judged.
    pub seed: u64,
    /// What it learned from.
    pub data: DataLineage,
    /// What it was judged by.
    pub holdout: HoldoutLineage,
    /// How it and what it was compared with did.
    pub measured: Vec<MethodLineage>,
    /// How far it was above others, case by case.
    pub against: Vec<AgainstLineage>,
    /// What the gate found.
    pub gate: Vec<GateCheck>,
    /// Of 100 answers, 99 took at most this many microseconds.
    pub latency_p99_micros: u64,
    /// How much memory the model takes.
    pub memory_bytes: u64,
    /// How many bytes its file has.
    pub artifact_bytes: u64,
    /// How long its data set took to be read.
    pub data_secs: f64,
    /// How long it took to be fitted, the second time included.
    pub fit_secs: f64,
    /// How long it took to be judged.
    pub judge_secs: f64,
    /// Whether it was fitted again on everything after it had passed.
    pub refitted: bool,
}

/// What a model learned from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct DataLineage {
    /// Events up to this position were looked at.
    pub through: u64,
    /// The time of the first act.
    pub first: String,
    /// The time of the last act.
    pub last: String,
    /// How many shoppers did anything.
    pub shoppers: u64,
    /// How many things they did.
    pub acts: u64,
    /// How many products they did it with.
    pub products: u64,
    /// One of how many shoppers was looked at, for want of memory.
    pub one_shopper_of: u32,
    /// Acts left out because their shopper does not allow it.
    pub left_out_no_consent: u64,
    /// Orders left out because only a browser told of them.
    pub left_out_unverified: u64,
    /// Acts left out because their shopper did too much.
    pub left_out_capped: u64,
    /// Acts left out because their shopper was not drawn.
    pub left_out_sampled: u64,
    /// Acts left out for other reasons: returned lines, products that are not known or beyond number.
    pub left_out_other: u64,
}

impl DataLineage {
    pub(super) fn take(&mut self, left_out: &LeftOut) {
        self.left_out_no_consent = left_out.no_consent;
        self.left_out_unverified = left_out.unverified;
        self.left_out_capped = left_out.capped;
        self.left_out_sampled = left_out.sampled;
        self.left_out_other =
            left_out.returned + left_out.unknown_products + left_out.beyond_products;
    }
}

/// What a model was judged by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct HoldoutLineage {
    /// What was held out, in words.
    pub cut: String,
    /// Which acts were to be foretold: `orders` or `everything`.
    pub asked: String,
    /// How many cases that gave.
    pub cases: u64,
    /// How the live model stood in: `none`, `itself`, `fitted anew` or `the same`.
    pub live: String,
}

/// How one method did.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct MethodLineage {
    /// `candidate`, `popular`, `most_frequent` or `live`.
    pub method: String,
    /// Recall at 20, with the interval over shoppers.
    pub recall_at_20: [f64; 3],
    /// Normalized discounted cumulative gain at 20, with its interval.
    pub ndcg_at_20: [f64; 3],
    /// The share of cases with any hit among 20, with its interval.
    pub hit_rate_at_20: [f64; 3],
    /// The share of all products that its lists of 20 name.
    pub coverage: f64,
}

/// How far a model is above another, in recall at 20.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct AgainstLineage {
    /// Above whom.
    pub method: String,
    /// Mean, low and high end of the interval.
    pub recall_at_20: [f64; 3],
}

/// One thing that the gate looked at.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct GateCheck {
    /// What: `quality`, `quality_against_live`, `coverage`, `latency` or `memory`.
    pub check: String,
    /// Whether the model passed.
    pub passed: bool,
    /// What was found and what is wanted, in words.
    pub says: String,
}

impl Lineage {
    /// The document.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("the fields are plain values")
    }

    /// Reads a document; none for one that this program did not write.
    pub fn read(json: &str) -> Option<Lineage> {
        serde_json::from_str(json).ok().filter(|it: &Lineage| it.format <= LINEAGE_FORMAT)
    }

    /// What was measured, as single numbers.
    pub(super) fn measured_numbers(&self) -> BTreeMap<String, f64> {
        let of = |it: &MethodLineage| {
            [
                (format!("{}.recall_at_20", it.method), it.recall_at_20[0]),
                (format!("{}.ndcg_at_20", it.method), it.ndcg_at_20[0]),
            ]
        };
        self.measured.iter().flat_map(of).collect()
    }
}
