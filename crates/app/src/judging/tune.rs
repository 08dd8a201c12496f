//! Searches a generator's parameters within what may be learned from.
//!
//! The test is dropped before anything else, so that no search can look at it. What is left is cut once
//! more in the same manner: fitted on the first part, values are worth what they reach on the second.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use evaluate::search::{self, to_digits};
use evaluate::{Case, Group, Knob, Measure, Protocol, judge};
use features::{Histories, Interaction};
use ports::Clock;

use super::budget::Budget;
use super::cases;
use super::checksum::data_checksum;
use super::judge::READING;
use super::material::{JudgedData, Material, NoActs};
use super::methods::{self, Learned, Unfit};
use super::params::{Found, ParamsError, TunedParams};

/// The length of the lists by which values are chosen.
const K: NonZeroUsize = NonZeroUsize::new(20).expect("is not zero");
/// To how many digits what values are worth is written down.
const N_DIGITS: usize = 6;

/// What to search, and for how long.
#[derive(Clone, Debug)]
pub struct TuneOptions {
    /// Whose parameters.
    pub generator: String,
    /// The seed of the search.
    pub seed: u64,
    /// What to begin with, in place of the defaults.
    pub beginning: Beginning,
    /// When to end.
    pub budget: Budget,
}

/// What a search begins with.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Beginning {
    /// The defaults.
    #[default]
    Defaults,
    /// What an earlier search found on the same data.
    Found(Box<TunedParams>),
    /// These values, and the defaults for all others.
    Values(BTreeMap<String, f64>),
}

/// How a search stands, when it has found something better.
#[derive(Clone, Debug, PartialEq)]
pub struct TuneProgress {
    /// In which round it was found; 0 for the beginning.
    pub round: u32,
    /// What is searched for.
    pub measure: &'static str,
    /// How much of it was reached.
    pub value: f64,
}

/// Why parameters could not be searched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TuneError {
    /// There is nothing to search.
    #[error("`{name}` has no parameters to search; choose from {}", searchable().join(", "))]
    NoKnobs {
        /// The generator.
        name: String,
    },
    /// There is no such parameter, or it cannot have that value.
    #[error("`{generator}` has no parameter `{name}` that can be {value}; it has {}", ranges(.generator))]
    BadValue {
        /// The generator.
        generator: String,
        /// The parameter.
        name: String,
        /// The value.
        value: f64,
    },
    /// There are no acts at all.
    #[error(transparent)]
    NoActs(#[from] NoActs),
    /// There is nothing to choose by.
    #[error(
        "the validation cut, {cut}, holds nothing to foretell; hold out fewer days, so that as many again remain before them"
    )]
    NoCases {
        /// The cut, in words.
        cut: String,
    },
    /// The generator cannot be fitted on this data.
    #[error("`{generator}` cannot be fitted: {reason}")]
    NothingToLearn {
        /// The generator.
        generator: String,
        /// Why.
        reason: &'static str,
    },
    /// What it was to begin with cannot be used.
    #[error(transparent)]
    Params(#[from] ParamsError),
}

/// Searches the parameters of a generator until the budget is used up.
///
/// Takes the data, drops the test, and reports whatever is better to `tell`. Same data, beginning, seed
/// and number of rounds, same values.
///
/// # Errors
///
/// [`TuneError`] when there is nothing to search or nothing to search by.
pub fn tune(
    data: JudgedData,
    options: &TuneOptions,
    clock: &dyn Clock,
    tell: &mut dyn FnMut(TuneProgress),
) -> Result<TunedParams, TuneError> {
    let knobs = methods::knobs(&options.generator);
    if knobs.is_empty() {
        return Err(TuneError::NoKnobs { name: options.generator.clone() });
    }
    data.ensure_acts()?;
    let material = data.material;
    let (checksum, n_shoppers, n_acts) = {
        let learned = material.learned();
        let checksum = data_checksum(&learned, material.products());
        let n_shoppers = learned.iter().filter(|it| !it.is_empty()).count() as u64;
        (checksum, n_shoppers, learned.n_interactions() as u64)
    };
    let start = start(knobs, options, &checksum)?;
    let validation = cases::validation(material);
    let learned = validation.learned();
    let cases = validation.cases();
    if cases.is_empty() {
        return Err(TuneError::NoCases { cut: validation.cut_in_words() });
    }
    let trial = Trial {
        generator: &options.generator,
        material: &validation,
        learned: &learned,
        cases,
        seed: options.seed,
    };
    let defaults: Vec<f64> = knobs.iter().map(|it| it.default).collect();
    let of_defaults = trial.worth(&defaults)?;
    let measure = trial.measure();
    let mut told = None;
    let found = search::search(
        knobs,
        &start,
        options.seed,
        // The first fit has shown that the generator can be fitted on this data.
        |values| trial.worth(values).unwrap_or(f64::NAN),
        |it| {
            if told.replace(it.found_in) != Some(it.found_in) {
                tell(TuneProgress { round: it.found_in, measure, value: it.worth });
            }
            options.budget.allows(it.n_rounds, clock)
        },
    );
    let names = knobs.iter().map(|it| it.name.to_owned());
    Ok(TunedParams::of(Found {
        generator: options.generator.clone(),
        data_checksum: checksum,
        n_shoppers,
        n_acts,
        validation_cut: validation.cut_in_words(),
        validation_cases: trial.cases.len() as u64,
        measure: measure.to_owned(),
        validation_of_defaults: to_digits(of_defaults, N_DIGITS),
        validation: to_digits(found.worth, N_DIGITS),
        seed: options.seed,
        rounds: found.n_rounds.into(),
        budget_secs: options.budget.secs(),
        begun_from: match &options.beginning {
            Beginning::Found(it) => Some(it.checksum()),
            Beginning::Defaults | Beginning::Values(_) => None,
        },
        values: names.zip(found.values).collect(),
    }))
}

/// The values to begin with.
fn start(knobs: &[Knob], options: &TuneOptions, checksum: &str) -> Result<Vec<f64>, TuneError> {
    match &options.beginning {
        Beginning::Defaults => Ok(knobs.iter().map(|it| it.default).collect()),
        Beginning::Found(params) => {
            params.ensure_generator(&options.generator)?;
            params.ensure_data(checksum)?;
            Ok(params.values_in_order()?)
        }
        Beginning::Values(values) => {
            for (name, &value) in values {
                let takes = |it: &Knob| (it.range.0..=it.range.1).contains(&value);
                if !knobs.iter().any(|it| it.name == name && takes(it)) {
                    let (generator, name) = (options.generator.clone(), name.clone());
                    return Err(TuneError::BadValue { generator, name, value });
                }
            }
            let value = |it: &Knob| values.get(it.name).copied().unwrap_or(it.default);
            Ok(knobs.iter().map(value).collect())
        }
    }
}

/// What values are tried on.
struct Trial<'a> {
    generator: &'a str,
    material: &'a Material,
    learned: &'a Histories,
    cases: Vec<Case<'a, Interaction>>,
    seed: u64,
}

impl Trial<'_> {
    /// What is searched for. Of a visit it is the one next product, and where it stands matters more than
    /// whether it is there: a point of MRR is harder won than one of the hit rate.
    fn measure(&self) -> &'static str {
        if self.material.is_of_visits() { "hit_rate@20 + 2 mrr@20" } else { "recall@20" }
    }

    fn worth(&self, values: &[f64]) -> Result<f64, TuneError> {
        let fitted = methods::fit(
            self.generator,
            &Learned::of(self.learned, self.material, self.seed),
            Some(values),
        );
        let fitted = fitted.map_err(|unfit| match unfit {
            Unfit::Unknown => TuneError::NoKnobs { name: self.generator.to_owned() },
            Unfit::NothingToLearn(reason) => {
                TuneError::NothingToLearn { generator: self.generator.to_owned(), reason }
            }
        })?;
        let protocol = Protocol { ks: vec![K], seen: self.material.seen(), reading: READING };
        let judgement =
            judge(&self.cases, &[&fitted.judged(self.material.is_of_visits())], &protocol);
        let mean = |measure| {
            let mean = judgement.mean(fitted.name, K, measure, Group::All);
            mean.expect("the method and the length were just judged")
        };
        Ok(match self.material.is_of_visits() {
            true => mean(Measure::HitRate) + 2.0 * mean(Measure::Mrr),
            false => mean(Measure::Recall),
        })
    }
}

/// The generators whose parameters can be searched.
fn searchable() -> Vec<&'static str> {
    methods::judged().filter(|it| !methods::knobs(it).is_empty()).collect()
}

/// The parameters of a generator and what each can be.
fn ranges(generator: &str) -> String {
    let knobs = methods::knobs(generator).iter();
    let range = |it: &Knob| format!("{} ({} to {})", it.name, it.range.0, it.range.1);
    knobs.map(range).collect::<Vec<_>>().join(", ")
}
