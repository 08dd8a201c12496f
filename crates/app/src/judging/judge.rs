//! Judges methods on a material.
//!
//! Every product is ranked for every case, never a sample of them; the two baselines are always beside.
//! Intervals are bootstrap percentiles over shoppers, differences are paired by case: see `evaluate`.

use std::num::NonZeroUsize;

use evaluate::{
    Bootstrap, Case, Estimate, Group, HistoryLength, Judgement, Measure, Method, Protocol, Reach,
    Reading, Seen, judge,
};
use features::{Histories, Interaction};
use recommend::Judged;

use super::checksum::data_checksum;
use super::material::{JudgedData, Material, NoActs};
use super::methods::{self, Fitted, Learned, MOST_FREQUENT, POPULAR, Unfit};
use super::params::{ParamsError, TunedParams};
use super::report::{
    Comparison, DataFacts, EvaluationReport, Interval, MethodReport, REPORT_FORMAT, ResultReport,
    SplitFacts,
};

/// How acts of histories are read. Cases say themselves what is asked.
pub(super) const READING: Reading<Interaction> =
    Reading { product: |it| it.product(), time: |it| it.time(), is_asked: |_| true };
/// Methods that stand beside every other.
const BASELINES: [&str; 2] = [POPULAR, MOST_FREQUENT];
/// The longest list that is judged.
pub const K_MAX: usize = 1_000;
/// How many lengths are judged at most.
const N_KS_MAX: usize = 8;

/// How to judge.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluateOptions {
    /// The methods, by name; empty for all that can be judged. The baselines come in by themselves.
    pub generators: Vec<String>,
    /// How long the lists are, each 1 to [`K_MAX`].
    pub ks: Vec<usize>,
    /// Whether what a shopper had already is proposed again; none for what suits the data.
    pub seen: Option<Seen>,
    /// The seed of the resamples.
    pub seed: u64,
    /// Searched parameters of some of the generators.
    pub params: Vec<TunedParams>,
}

impl Default for EvaluateOptions {
    fn default() -> EvaluateOptions {
        EvaluateOptions {
            generators: Vec::new(),
            ks: vec![5, 10, 20],
            seen: None,
            seed: 1,
            params: Vec::new(),
        }
    }
}

/// Why nothing could be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// There is no such method.
    #[error(
        "there is no generator `{name}` that can be judged; choose from {}",
        methods::judged_names()
    )]
    UnknownGenerator {
        /// The name.
        name: String,
    },
    /// A list cannot be of such a length.
    #[error("lists of {k} cannot be judged; give lengths from 1 to {K_MAX}")]
    BadLength {
        /// The length.
        k: usize,
    },
    /// There are too many lengths, or none.
    #[error("{n} lengths of lists cannot be judged at once; give 1 to {N_KS_MAX}")]
    BadLengths {
        /// How many.
        n: usize,
    },
    /// There are no acts at all.
    #[error(transparent)]
    NoActs(#[from] NoActs),
    /// There is nothing to foretell.
    #[error(
        "there is nothing to foretell: {held_out} holds none of the {n_acts} acts that are asked about; hold out more, or ask about other acts"
    )]
    NoCases {
        /// What was held out.
        held_out: String,
        /// How many acts there are in all.
        n_acts: u64,
    },
    /// Searched parameters cannot be used.
    #[error(transparent)]
    Params(#[from] ParamsError),
}

/// Judges methods.
///
/// Fits and asks on all cores, for as long as that takes: call it where that does no harm.
///
/// # Errors
///
/// [`EvaluateError`] when the options do not fit the data.
pub fn evaluate(
    data: &JudgedData,
    options: &EvaluateOptions,
) -> Result<EvaluationReport, EvaluateError> {
    let names = names(&options.generators)?;
    let ks = lengths(&options.ks)?;
    data.ensure_acts()?;
    let material = &data.material;
    let learned = material.learned();
    let cases = material.cases();
    if cases.is_empty() {
        return Err(EvaluateError::NoCases {
            held_out: material.cut_in_words(),
            n_acts: material.histories().n_interactions() as u64,
        });
    }
    let seen = options.seen.unwrap_or(material.seen());
    let checksum = data_checksum(&learned, material.products());
    let fitted = fit_all(&names, &learned, material, &checksum, (&options.params, options.seed))?;
    let judging = Judging {
        judgement: judge_all(&fitted, &cases, material, seen, &ks),
        reach: Reach::of(learned.iter().map(|acts| acts.iter().map(|it| it.product()))),
        bootstrap: Bootstrap { seed: options.seed, ..Bootstrap::default() },
    };
    let method = |(name, fit): (&&str, &Result<Fitted, &'static str>)| {
        let params = options.params.iter().find(|it| it.generator == **name);
        MethodReport {
            name: (*name).to_owned(),
            params: params.map(TunedParams::checksum),
            not_judged: fit.as_ref().err().map(|it| (*it).to_owned()),
            results: judging.results(name),
        }
    };
    Ok(EvaluationReport {
        format: REPORT_FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: options.seed,
        data: data_facts(data, checksum),
        split: SplitFacts {
            held_out: material.cut_in_words(),
            asked_acts: material.asked_acts().name().to_owned(),
            seen: seen_name(seen).to_owned(),
            n_learned: learned.n_interactions() as u64,
            n_cases: judging.judgement.n_cases(Group::All) as u64,
            n_known: judging.judgement.n_cases(Group::Known) as u64,
        },
        methods: names.iter().zip(&fitted).map(method).collect(),
    })
}

const fn seen_name(seen: Seen) -> &'static str {
    match seen {
        Seen::Keep => "keep",
        Seen::Remove => "remove",
    }
}

/// The methods asked for, the baselines before them, each once.
fn names(asked: &[String]) -> Result<Vec<&'static str>, EvaluateError> {
    let find = |name: &String| {
        let known = methods::judged().find(|it| it == name);
        known.ok_or_else(|| EvaluateError::UnknownGenerator { name: name.clone() })
    };
    let asked: Vec<&'static str> = asked.iter().map(find).collect::<Result<_, _>>()?;
    let is_wanted = |it: &&str| asked.is_empty() || BASELINES.contains(it) || asked.contains(it);
    Ok(methods::judged().filter(is_wanted).collect())
}

/// The lengths, each once, the shortest first.
fn lengths(ks: &[usize]) -> Result<Vec<NonZeroUsize>, EvaluateError> {
    let length = |&k: &usize| {
        let k_in_range = NonZeroUsize::new(k).filter(|it| it.get() <= K_MAX);
        k_in_range.ok_or(EvaluateError::BadLength { k })
    };
    let mut ks: Vec<NonZeroUsize> = ks.iter().map(length).collect::<Result<_, _>>()?;
    ks.sort_unstable();
    ks.dedup();
    match ks.len() {
        1..=N_KS_MAX => Ok(ks),
        n => Err(EvaluateError::BadLengths { n }),
    }
}

/// Fits every method; one that has nothing to learn from says why.
fn fit_all(
    names: &[&'static str],
    learned: &Histories,
    material: &Material,
    checksum: &str,
    (params, seed): (&[TunedParams], u64),
) -> Result<Vec<Result<Fitted, &'static str>>, EvaluateError> {
    for it in params {
        if !names.contains(&it.generator.as_str()) {
            let wanted = names.join(", ");
            return Err(ParamsError::OtherGenerator { found: it.generator.clone(), wanted }.into());
        }
        it.ensure_data(checksum)?;
    }
    let mut fitted = Vec::new();
    for name in names {
        let params = params.iter().find(|it| it.generator == *name);
        let values = params.map(TunedParams::values_in_order).transpose()?;
        fitted.push(
            match methods::fit(name, &Learned::of(learned, material, seed), values.as_deref()) {
                Ok(fit) => Ok(fit),
                Err(Unfit::NothingToLearn(reason)) => Err(reason),
                Err(Unfit::Unknown) => {
                    return Err(EvaluateError::UnknownGenerator { name: (*name).to_owned() });
                }
            },
        );
    }
    Ok(fitted)
}

fn judge_all(
    fitted: &[Result<Fitted, &'static str>],
    cases: &[Case<'_, Interaction>],
    material: &Material,
    seen: Seen,
    ks: &[NonZeroUsize],
) -> Judgement {
    let is_of_visits = material.is_of_visits();
    let judged: Vec<Judged<'_>> =
        fitted.iter().flatten().map(|it| it.judged(is_of_visits)).collect();
    let methods: Vec<&dyn Method<Interaction>> =
        judged.iter().map(|it| it as &dyn Method<Interaction>).collect();
    judge(cases, &methods, &Protocol { ks: ks.to_vec(), seen, reading: READING })
}

/// What came of asking, and what figures are made of it with.
struct Judging {
    judgement: Judgement,
    reach: Reach,
    bootstrap: Bootstrap,
}

impl Judging {
    /// The results of a method, group by group, empty groups left out; none if it was not judged.
    fn results(&self, method: &str) -> Vec<ResultReport> {
        let lengths = HistoryLength::ALL.map(Group::Length);
        let groups = [Group::All, Group::Known].into_iter().chain(lengths);
        groups
            .filter(|it| self.judgement.n_cases(*it) > 0)
            .flat_map(|group| self.judgement.ks().iter().map(move |&k| (group, k)))
            .filter_map(|(group, k)| self.result(method, group, k))
            .collect()
    }

    fn result(&self, method: &str, group: Group, k: NonZeroUsize) -> Option<ResultReport> {
        let summary = self.judgement.summary((method, k), group, &self.reach, self.bootstrap)?;
        let interval = |measure| interval(summary.get(measure));
        Some(ResultReport {
            group: group.name().to_owned(),
            n_cases: summary.n_cases as u64,
            k: k.get(),
            hit_rate: interval(Measure::HitRate),
            recall: interval(Measure::Recall),
            precision: interval(Measure::Precision),
            mrr: interval(Measure::Mrr),
            ndcg: interval(Measure::Ndcg),
            map: interval(Measure::Map),
            coverage: round(summary.spread.coverage),
            novelty: round(summary.spread.novelty),
            over_popular: self.comparison(method, POPULAR, group, k),
            over_most_frequent: self.comparison(method, MOST_FREQUENT, group, k),
        })
    }

    /// Against a baseline; none against itself.
    fn comparison(
        &self,
        method: &str,
        baseline: &str,
        group: Group,
        k: NonZeroUsize,
    ) -> Option<Comparison> {
        if method == baseline {
            return None;
        }
        let all = self.judgement.differences((method, baseline), k, group, self.bootstrap)?;
        let recall = |it| self.judgement.mean(it, k, Measure::Recall, group);
        let ratio = recall(method)? / recall(baseline)?;
        Some(Comparison {
            recall: interval(all[Measure::Recall as usize]),
            recall_ratio: ratio.is_finite().then(|| round(ratio)),
            ndcg: interval(all[Measure::Ndcg as usize]),
        })
    }
}

fn interval(it: Estimate) -> Interval {
    Interval { mean: round(it.mean), low: round(it.low), high: round(it.high) }
}

/// To millionths: no figure here is surer, and JSON keeps that exactly.
fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn data_facts(data: &JudgedData, learned_checksum: String) -> DataFacts {
    let histories = data.material.histories();
    let acts = || histories.iter().flatten().map(|it| it.time());
    let times = if data.material.tells_times() { acts().min().zip(acts().max()) } else { None };
    DataFacts {
        source: data.source.clone(),
        first_time: times.map(|it| it.0.to_string()),
        last_time: times.map(|it| it.1.to_string()),
        n_shoppers: histories.iter().filter(|it| !it.is_empty()).count() as u64,
        n_products: data.material.products().len() as u64,
        n_acts: histories.n_interactions() as u64,
        left_out: data.left_out.clone(),
        learned_checksum,
    }
}
