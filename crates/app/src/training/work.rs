//! The work for the processor: cut, fit, judge, fit again. Nothing here waits for anything.
//!
//! The live model is asked beside, without knowing what is held out: as it is, where everything that it
//! learned from lies before; otherwise as one fitted anew with its parameters on what the new one is fitted
//! on. When those are the parameters of the new one, both are the same and there is nothing to ask.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Position, ProductId, ProductIdx, Span, Timestamp};
use evaluate::{
    Bootstrap, Case, Group, Judgement, Measure, Method, Protocol, Reach, Reading, Seen,
};
use features::{Action, Histories, Interaction, habits_of};
use ports::Clock;
use recommend::popularity::{Popular, counts_of};
use recommend::{CandidateGenerator, Context, FitError, Judged, Lesson, TrainedKind};
use rustc_hash::FxHashMap;

use super::gate::{self, Found, Wanted};
use super::lineage::{
    AgainstLineage, DataLineage, HoldoutLineage, LINEAGE_FORMAT, Lineage, MethodLineage,
};
use super::{DataSet, values_of};
use crate::judging::{AskedActs, TunedParams, data_checksum, most_frequent};
use crate::models::TrainedModel;
use crate::models::artifact::{DataRange, NamedNumber};
use crate::models::loading::Checked;

/// How long the lists are that are judged.
const K: NonZeroUsize = NonZeroUsize::new(20).expect("is not zero");
/// How many cases are judged at the most, evenly spread over the shoppers.
const CASES_MAX: usize = 20_000;
/// How many answers are timed at the most.
const TIMED_MAX: usize = 1_000;
/// With fewer orders held out than this, everything that shoppers did is to be foretold.
const ORDER_CASES_MIN: usize = 100;
/// The held out days are at most one of so many of the whole history.
const HOLDOUT_SHARE: i64 = 4;

const CANDIDATE: &str = "candidate";
const POPULAR: &str = "popular";
const MOST_FREQUENT: &str = "most_frequent";
const LIVE: &str = "live";

/// What is to be done.
pub(super) struct Work {
    pub(super) kind: &'static TrainedKind,
    pub(super) values: Vec<f64>,
    pub(super) set: Arc<DataSet>,
    pub(super) rival: Option<Rival>,
    pub(super) params: Option<TunedParams>,
    pub(super) seed: u64,
    pub(super) limits: Limits,
    /// A stopwatch.
    pub(super) clock: Arc<dyn Clock>,
    /// Whether nobody waits for the outcome any more.
    pub(super) is_given_up: Arc<AtomicBool>,
}

/// What the operator allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) holdout_days: u16,
    pub(super) coverage_min: f64,
    pub(super) latency_max: Span,
    pub(super) memory_bytes_max: u64,
    /// How many products are asked for when answers are timed.
    pub(super) candidates: NonZeroU32,
}

impl Limits {
    const fn wanted(&self) -> Wanted {
        Wanted {
            coverage_min: self.coverage_min,
            latency_max: self.latency_max,
            memory_bytes_max: self.memory_bytes_max,
        }
    }
}

/// What came out.
pub(super) struct Outcome {
    pub(super) generator: &'static str,
    pub(super) parameters: BTreeMap<String, f64>,
    pub(super) payload: Vec<u8>,
    pub(super) products: Vec<ProductId>,
    pub(super) data: DataRange,
    pub(super) lineage: Lineage,
    /// The model that was judged, fitted on what lies before the cut.
    pub(super) judged: Option<TrainedModel>,
}

/// The live model.
pub(super) struct Rival {
    parameters: BTreeMap<String, f64>,
    parameters_from: String,
    /// The time of the last act that it learned from.
    last: Timestamp,
    products: Vec<ProductId>,
    payload: Vec<u8>,
}

impl Rival {
    pub(super) fn new(checked: Checked, lineage: &str) -> Rival {
        let Checked { header, payload } = checked;
        let named = |it: NamedNumber| (it.name, it.value);
        Rival {
            parameters: header.parameters.into_iter().map(named).collect(),
            parameters_from: Lineage::read(lineage)
                .map(|it| it.parameters_from)
                .unwrap_or_default(),
            last: header.data.last,
            products: header.products,
            payload,
        }
    }

    pub(super) const fn parameters(&self) -> &BTreeMap<String, f64> {
        &self.parameters
    }

    pub(super) fn parameters_from(&self) -> &str {
        &self.parameters_from
    }
}

/// The history, cut in two.
pub(super) struct Cut<'a> {
    pub(super) learned: Histories,
    pub(super) until: Timestamp,
    pub(super) cases: Vec<Case<'a, Interaction>>,
    /// What was held out, in words.
    pub(super) words: String,
    pub(super) asked: AskedActs,
}

impl Cut<'_> {
    /// What is to be foretold, in words.
    pub(super) const fn asked_in_words(&self) -> &'static str {
        match self.asked {
            AskedActs::Ordered => "orders",
            AskedActs::Viewed | AskedActs::All => "everything",
        }
    }
}

/// Does work with half of the cores, at least one: the others answer shoppers.
pub(super) fn on_half_the_cores<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let n_cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads((n_cores / 2).max(1)).build();
    match pool {
        Ok(pool) => pool.install(work),
        // Without threads of its own it takes longer, which is better than not at all.
        Err(_) => work(),
    }
}

/// Fits, judges, and fits again on everything where the gate lets the model pass.
///
/// [`FitError::Stopped`] when it was given up meanwhile.
pub(super) fn work(work: Work) -> Result<Outcome, FitError> {
    let Work { kind, values, set, rival, params, seed, limits, clock, is_given_up } = work;
    let is_stopped = || is_given_up.load(Ordering::Relaxed);
    let now = || clock.now();
    let begun = now();
    let cut = cut(&set, limits.holdout_days);
    let fit = |histories: &Histories, until, values: &[f64]| {
        let products = &set.facts;
        let lesson =
            Lesson { products, seed, is_stopped: &is_stopped, ..Lesson::of(histories, until) };
        TrainedModel::fit(kind, &lesson, values)
    };
    let model = fit(&cut.learned, cut.until, &values)?;
    let fitted = now();
    let (live, live_words) = live_model(rival, &cut, &values, (kind, &set), &fit);
    if is_stopped() {
        return Err(FitError::Stopped);
    }
    let judged = judge(&model, live.as_ref(), &cut, seed);
    drop(live);
    let latency = latency(&model, &cut.cases, limits.candidates, &*clock);
    let found = judged.found(latency, model.memory_bytes() as u64);
    let checks = gate::look(&found, &limits.wanted());
    let judge_took = now().since(fitted);
    let passed = checks.iter().all(|it| it.passed);
    let params_fit =
        params.map(|it| it.data_checksum == data_checksum(&cut.learned, &set.products));
    let holdout = HoldoutLineage {
        asked: cut.asked_in_words().to_owned(),
        cut: cut.words,
        cases: cut.cases.len() as u64,
        live: live_words.to_owned(),
    };
    let n_before_cut = cut.learned.n_products();
    drop((cut.learned, cut.cases));
    let refit = now();
    let again = match passed {
        true => Some(fit(&set.histories, set.last.plus(Span::SECOND), &values)?),
        false => None,
    };
    let kept = again.as_ref().unwrap_or(&model);
    let n_touched = if passed { set.histories.n_products() } else { n_before_cut };
    let fit_took = fitted.since(begun).as_secs_f64() + now().since(refit).as_secs_f64();
    let names = kind.knobs.iter().map(|it| it.name.to_owned());
    let parameters: BTreeMap<String, f64> = names.zip(values).collect();
    let lineage = Lineage {
        format: LINEAGE_FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        parameters: parameters.clone(),
        parameters_from: String::new(),
        parameters_fit_data: params_fit,
        seed,
        data: data_lineage(&set),
        holdout,
        measured: judged.methods,
        against: judged.against,
        gate: checks,
        latency_p99_micros: u64::try_from(latency.as_micros()).unwrap_or(0),
        memory_bytes: kept.memory_bytes() as u64,
        artifact_bytes: 0,
        data_secs: 0.0,
        fit_secs: fit_took,
        judge_secs: judge_took.as_secs_f64(),
        refitted: passed,
    };
    let data = data_range(&set);
    let payload = kept.encode();
    // As many as the model numbers: what came after the cut is not in one that was not fitted again.
    let n_products = if kept.speaks_of_untouched() { usize::MAX } else { n_touched };
    let products = set.numbered().take(n_products).cloned().collect();
    let judged = Some(model);
    Ok(Outcome { generator: kind.name, parameters, payload, products, data, lineage, judged })
}

pub(super) fn data_range(set: &DataSet) -> DataRange {
    DataRange {
        through: set.through,
        first: set.first,
        last: set.last,
        n_shoppers: set.histories.n_shoppers() as u64,
        n_acts: set.n_acts(),
    }
}

pub(super) fn data_lineage(set: &DataSet) -> DataLineage {
    let mut lineage = DataLineage {
        through: Position::get(set.through),
        first: set.first.to_string(),
        last: set.last.to_string(),
        shoppers: set.histories.n_shoppers() as u64,
        acts: set.n_acts(),
        products: set.products.len() as u64,
        one_shopper_of: set.one_shopper_of,
        left_out_no_consent: 0,
        left_out_unverified: 0,
        left_out_capped: 0,
        left_out_sampled: 0,
        left_out_other: 0,
    };
    lineage.take(&set.left_out);
    lineage
}

/// Cuts off the last days; of a history of few days, what each shopper did last.
pub(super) fn cut(set: &DataSet, holdout_days: u16) -> Cut<'_> {
    let end = set.last.plus(Span::SECOND);
    let history_days = end.since(set.first).as_micros() / Span::DAY.as_micros();
    let days = i64::from(holdout_days).min(history_days / HOLDOUT_SHARE);
    let asking = |is_asked| {
        let all = set.histories.iter();
        match days {
            0 => evaluate::split::leave_one_out(all, reading(is_asked)),
            days => {
                let cut = end.minus(Span::DAY.times(days));
                evaluate::split::at_time(all, reading(is_asked), cut, end)
            }
        }
    };
    let orders = asking(|it| it.action() == Action::Ordered);
    let (cases, asked) = match orders.len() < ORDER_CASES_MIN {
        true => (asking(|it| it.action() != Action::Removed), AskedActs::All),
        false => (orders, AskedActs::Ordered),
    };
    let (learned, until, words) = match days {
        0 => {
            let pasts: FxHashMap<usize, usize> =
                cases.iter().map(|it| (it.shopper, it.past.len())).collect();
            let learned = set
                .histories
                .truncated(|shopper| pasts.get(&shopper).copied().unwrap_or(usize::MAX));
            (learned, end, "what each shopper did last, for want of days".to_owned())
        }
        days => {
            let cut = end.minus(Span::DAY.times(days));
            (set.histories.before(cut), cut, format!("the last {days} days, from {cut} on"))
        }
    };
    Cut { learned, until, cases: spread(cases), words, asked }
}

fn reading(is_asked: fn(&Interaction) -> bool) -> Reading<Interaction> {
    Reading { product: |it| it.product(), time: |it| it.time(), is_asked }
}

/// At most [`CASES_MAX`] of them, evenly spread.
fn spread<T>(cases: Vec<T>) -> Vec<T> {
    let step = cases.len().div_ceil(CASES_MAX).max(1);
    cases.into_iter().step_by(step).collect()
}

/// Fits a model on histories up to a moment, with the values of its knobs.
type Fitting<'a> = dyn Fn(&Histories, Timestamp, &[f64]) -> Result<TrainedModel, FitError> + 'a;

/// What stands for the live model, and how that is told.
fn live_model(
    rival: Option<Rival>,
    cut: &Cut<'_>,
    values: &[f64],
    (kind, set): (&TrainedKind, &DataSet),
    fit: &Fitting<'_>,
) -> (Option<TrainedModel>, &'static str) {
    let Some(rival) = rival else { return (None, "none") };
    if rival.last < cut.until {
        let numbers: Vec<Option<ProductIdx>> =
            rival.products.iter().map(|id| set.number(id)).collect();
        if let Some(Ok(model)) = TrainedModel::decode(kind.name, &rival.payload, &numbers) {
            return (Some(model), "itself");
        }
    }
    let own = values_of(kind.knobs, &rival.parameters);
    if own == values {
        return (None, "the same");
    }
    (fit(&cut.learned, cut.until, &own).ok(), "fitted anew")
}

/// What was measured.
struct Judged20 {
    methods: Vec<MethodLineage>,
    against: Vec<AgainstLineage>,
    against_popular: evaluate::Estimate,
    against_live: Option<evaluate::Estimate>,
    coverage: f64,
    n_cases: usize,
}

impl Judged20 {
    fn found(&self, latency: Span, memory_bytes: u64) -> Found {
        Found {
            n_cases: self.n_cases,
            against_popular: self.against_popular,
            against_live: self.against_live,
            coverage: self.coverage,
            latency,
            memory_bytes,
        }
    }
}

/// A method under a name of its own, so that two models of one generator can be told apart.
struct Named<'a>(&'static str, Judged<'a>);

impl Method<Interaction> for Named<'_> {
    fn name(&self) -> &str {
        self.0
    }

    fn rank(&self, case: &Case<'_, Interaction>, n: usize, out: &mut Vec<ProductIdx>) {
        self.1.rank(case, n, out);
    }
}

fn generator(model: &TrainedModel) -> &dyn CandidateGenerator {
    model.generator().expect("what is fitted here is a generator's")
}

fn judge(model: &TrainedModel, live: Option<&TrainedModel>, cut: &Cut<'_>, seed: u64) -> Judged20 {
    let counts = counts_of(&cut.learned);
    let popular = Popular::new(&counts);
    let most_frequent = most_frequent(cut.asked);
    let mut named = vec![
        Named(CANDIDATE, Judged::new(generator(model))),
        Named(POPULAR, Judged::new(&popular)),
        Named(MOST_FREQUENT, Judged::new(&most_frequent)),
    ];
    named.extend(live.map(|it| Named(LIVE, Judged::new(generator(it)))));
    let methods: Vec<&dyn Method<Interaction>> = named.iter().map(|it| it as _).collect();
    // People buy again what they liked, so it may be proposed again.
    let seen = Seen::Keep;
    let protocol = Protocol { ks: vec![K], seen, reading: reading(|_| true) };
    let judgement = evaluate::judge(&cut.cases, &methods, &protocol);
    let bootstrap = Bootstrap { seed, ..Bootstrap::default() };
    let reach = Reach::of(cut.learned.iter().map(|it| it.iter().map(|it| it.product())));
    let methods = named.iter().filter_map(|it| measured(&judgement, it.0, &reach, bootstrap));
    let methods: Vec<MethodLineage> = methods.collect();
    let against = |other: &str| {
        let differences = judgement.differences((CANDIDATE, other), K, Group::All, bootstrap);
        differences.map(|it| it[Measure::Recall as usize])
    };
    let others = [POPULAR, MOST_FREQUENT, LIVE];
    let told = others.iter().filter_map(|other| {
        let recall_at_20 = triple(against(other)?);
        Some(AgainstLineage { method: (*other).to_owned(), recall_at_20 })
    });
    Judged20 {
        against: told.collect(),
        against_popular: against(POPULAR).unwrap_or_default(),
        against_live: against(LIVE),
        coverage: methods.first().map_or(0.0, |it| it.coverage),
        n_cases: judgement.n_cases(Group::All),
        methods,
    }
}

fn measured(
    judgement: &Judgement,
    method: &str,
    reach: &Reach,
    bootstrap: Bootstrap,
) -> Option<MethodLineage> {
    let summary = judgement.summary((method, K), Group::All, reach, bootstrap)?;
    Some(MethodLineage {
        method: method.to_owned(),
        recall_at_20: triple(summary.get(Measure::Recall)),
        ndcg_at_20: triple(summary.get(Measure::Ndcg)),
        hit_rate_at_20: triple(summary.get(Measure::HitRate)),
        coverage: summary.spread.coverage,
    })
}

const fn triple(it: evaluate::Estimate) -> [f64; 3] {
    [it.mean, it.low, it.high]
}

/// What 99 of 100 answers take at most, one after the other on one thread.
fn latency(
    model: &TrainedModel,
    cases: &[Case<'_, Interaction>],
    candidates: NonZeroU32,
    clock: &dyn Clock,
) -> Span {
    let step = cases.len().div_ceil(TIMED_MAX).max(1);
    let mut took: Vec<Span> = cases
        .iter()
        .step_by(step)
        .map(|case| {
            let past = habits_of(case.past);
            let context = Context { past: &past, ..Context::at(case.now) };
            let begun = clock.now();
            let answer = model.generate(&context, candidates);
            let took = clock.now().since(begun);
            drop(answer);
            took
        })
        .collect();
    took.sort_unstable();
    took.get(took.len() * 99 / 100).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
