//! The parameters of the session neighborhood for each data set, and the file that keeps them.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, ensure};
use recommend::session_neighbors::Config;
use serde::{Deserialize, Serialize};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/params/sessions.toml");
const HEADER: &str = "\
# The parameters of the benchmark `sessions`, written by `cargo xtask bench sessions --tune ROUNDS`:
# a search on the last training sessions of each data set, which never sees a test row.

";

/// The parameters by data set.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Params(BTreeMap<String, Tuned>);

/// What a search found, and how it can be repeated.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tuned {
    /// The seed of the last search; it began where the search before it ended.
    pub(super) seed: u64,
    /// How many changes it tried.
    pub(super) rounds: u32,
    /// How many of the last training sessions were held out.
    pub(super) validation_sessions: usize,
    /// How many prefixes of them were asked about.
    pub(super) validation_questions: usize,
    /// P@20 there, in percent.
    pub(super) validation_p20: f64,
    /// MRR@20 there, in percent.
    pub(super) validation_mrr20: f64,
    /// Every knob's value by name.
    pub(super) values: BTreeMap<String, f64>,
}

impl Params {
    pub(super) fn read() -> anyhow::Result<Params> {
        if !fs::exists(FILE)? {
            return Ok(Params::default());
        }
        let text = fs::read_to_string(FILE)?;
        toml::from_str(&text).with_context(|| format!("reading `{FILE}`"))
    }

    pub(super) fn write(&self) -> anyhow::Result<()> {
        let text = toml::to_string(self)?;
        fs::write(FILE, format!("{HEADER}{text}")).with_context(|| format!("writing `{FILE}`"))
    }

    pub(super) fn get(&self, dataset: &str) -> Option<&Tuned> {
        self.0.get(dataset)
    }

    pub(super) fn set(&mut self, dataset: &str, tuned: Tuned) {
        self.0.insert(dataset.to_owned(), tuned);
    }
}

impl Tuned {
    /// The configuration with every knob at its value.
    pub(super) fn config(&self) -> anyhow::Result<Config> {
        ensure!(self.values.len() == KNOBS.len(), "`{FILE}` has another number of values");
        let mut config = Config::default();
        for knob in &KNOBS {
            let value = self.values.get(knob.name);
            let value = value.with_context(|| format!("`{FILE}` lacks `{}`", knob.name))?;
            (knob.set)(&mut config, *value);
        }
        Ok(config)
    }
}

/// Every knob's value in `config`, by name.
pub(super) fn values(config: &Config) -> BTreeMap<String, f64> {
    // Single precision has seven digits; more would only show how it rounds.
    KNOBS.iter().map(|it| (it.name.to_owned(), to_digits((it.get)(config), 6))).collect()
}

/// `value` rounded to so many significant digits, so that the file can be read.
pub(super) fn to_digits(value: f64, n_digits: usize) -> f64 {
    let text = format!("{value:.*e}", n_digits - 1);
    text.parse().expect("a printed number is a number")
}

/// One parameter that is searched.
pub(super) struct Knob {
    pub(super) name: &'static str,
    pub(super) get: fn(&Config) -> f64,
    pub(super) set: fn(&mut Config, f64),
    pub(super) step: Step,
    pub(super) range: (f64, f64),
}

/// How a value is changed by chance.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Multiplied by up to so much, or divided.
    Factor(f64),
    /// Changed by up to so much.
    Plus(f64),
}

macro_rules! knob {
    ($group:ident . $field:ident : $kind:ty, $step:expr, $range:expr) => {
        Knob {
            name: stringify!($field),
            get: |config| f64::from(config.$group.$field),
            // A range of whole numbers holds only values that its type holds.
            set: |config, value| config.$group.$field = value as $kind,
            step: $step,
            range: $range,
        }
    };
}

/// All that is searched.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "every range lies within the type of its field"
)]
pub(super) const KNOBS: [Knob; 17] = [
    knob!(limits.sessions_per_product: u16, Step::Factor(2.0), (100.0, 10_000.0)),
    knob!(weights.neighbors: u32, Step::Factor(2.0), (50.0, 5_000.0)),
    knob!(weights.last_items: u16, Step::Factor(2.0), (1.0, 50.0)),
    knob!(weights.position_decay: f32, Step::Factor(2.0), (0.1, 50.0)),
    knob!(weights.idf_exponent: f32, Step::Plus(0.4), (0.0, 4.0)),
    knob!(weights.length_exponent: f32, Step::Plus(0.15), (-1.0, 1.0)),
    knob!(weights.age_decay: f32, Step::Factor(2.0), (0.01, 20.0)),
    knob!(weights.similarity_exponent: f32, Step::Factor(1.3), (0.2, 5.0)),
    knob!(weights.distance_forward: f32, Step::Factor(2.0), (0.1, 50.0)),
    knob!(weights.distance_back: f32, Step::Factor(2.0), (0.1, 50.0)),
    knob!(weights.back_weight: f32, Step::Factor(2.0), (0.01, 2.0)),
    knob!(weights.shared_weight: f32, Step::Factor(2.0), (0.01, 10.0)),
    knob!(weights.popularity_exponent: f32, Step::Plus(0.1), (-1.0, 1.0)),
    knob!(weights.own_share: f32, Step::Factor(3.0), (0.0001, 1.0)),
    knob!(weights.own_decay: f32, Step::Factor(3.0), (0.1, 100.0)),
    knob!(weights.earlier_factor: f32, Step::Factor(2.0), (0.01, 20.0)),
    knob!(weights.last_factor: f32, Step::Factor(2.0), (0.01, 20.0)),
];
