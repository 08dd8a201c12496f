//! How the rankers are trained: from what shoppers went on to after the cut, and what generators would have
//! proposed then.
//!
//! ```text
//!  fitted on this │ asked about this
//! ────────────────┼──────────────────────────▶ time
//!    generators   │ who comes back, and every visit as it went on ──▶ a ranker for each set of generators
//! ```
//!
//! # Invariants
//!
//! - No generator has seen what a ranker learns from: those that are trained are the ones that were judged,
//!   and those that learn as they go are fitted anew on what lies before the cut.
//! - A ranker is for exactly the generators of some placement, in their order.
//! - It is kept if, for shoppers whom it was not shown, it orders no worse than plain ranks do.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{ProductIdx, Timestamp};
use evaluate::Case;
use features::visits::VISIT_GAP;
use features::{Histories, Interaction};
use ports::Clock;
use recommend::popularity::counts_of;
use recommend::ranker::{Examples, Rankers, Schooled, Schooling};
use recommend::{CandidateGenerator, Context, Eligible, FitError, Ranker, VisitFrom, with_context};

use super::lineage::{HoldoutLineage, LINEAGE_FORMAT, Lineage};
use super::work::{self, Limits, Outcome};
use super::{DataSet, GateCheck};
use crate::judging::{AskedActs, Fitted, Learned, fit_method};
use crate::models::{RANKER, TrainedModel};

/// How many moments of visits are learned from at the most, evenly spread.
const MOMENTS_MAX: usize = 40_000;
/// How many moments of one visit.
const MOMENTS_A_VISIT_MAX: usize = 3;

/// What is to be done.
pub(super) struct RankWork {
    pub(super) set: Arc<DataSet>,
    pub(super) before: Before,
    pub(super) sets: BTreeSet<Vec<String>>,
    pub(super) limits: Limits,
    pub(super) seed: u64,
    /// A stopwatch.
    pub(super) clock: Arc<dyn Clock>,
    /// Whether nobody waits for the outcome any more.
    pub(super) is_given_up: Arc<AtomicBool>,
}

/// Trains the rankers, and says what came out as for any other model.
pub(super) fn work(work: &RankWork) -> Result<Outcome, FitError> {
    let RankWork { set, before, sets, limits, seed, clock, is_given_up } = work;
    let begun = clock.now();
    let cut = work::cut(set, limits.holdout_days);
    let school = School {
        histories: &set.histories,
        learned: &cut.learned,
        products: &set.facts,
        until: cut.until,
        asked: cut.asked,
        back: &cut.cases,
        sets,
        candidates: limits.candidates,
        seed: *seed,
        is_stopped: &|| is_given_up.load(Ordering::Relaxed),
    };
    let (rankers, reports) = school.rankers(before)?;
    let model = TrainedModel::Rankers(rankers);
    let lineage = Lineage {
        format: LINEAGE_FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        parameters: BTreeMap::new(),
        parameters_from: String::new(),
        parameters_fit_data: None,
        seed: *seed,
        data: work::data_lineage(set),
        holdout: HoldoutLineage {
            asked: cut.asked_in_words().to_owned(),
            cases: reports.iter().map(|it| it.1.n_examples as u64).max().unwrap_or(0),
            live: "none".to_owned(),
            cut: cut.words,
        },
        measured: Vec::new(),
        against: Vec::new(),
        gate: gate(&reports),
        latency_p99_micros: 0,
        memory_bytes: model.memory_bytes() as u64,
        artifact_bytes: 0,
        data_secs: 0.0,
        fit_secs: clock.now().since(begun).as_secs_f64(),
        judge_secs: 0.0,
        refitted: false,
    };
    Ok(Outcome {
        generator: RANKER,
        parameters: BTreeMap::new(),
        payload: model.encode(),
        products: Vec::new(),
        data: work::data_range(set),
        lineage,
        judged: None,
    })
}

/// Generators that were fitted on what lies before the cut, by name.
pub(super) type Before = BTreeMap<&'static str, TrainedModel>;

/// What the rankers learn from.
pub(super) struct School<'a> {
    /// Everything that shoppers did.
    pub(super) histories: &'a Histories,
    /// What they did before the cut.
    pub(super) learned: &'a Histories,
    /// What the catalogue says of products.
    pub(super) products: &'a features::ProductFacts,
    /// The cut.
    pub(super) until: Timestamp,
    /// Which acts are to be foretold.
    pub(super) asked: AskedActs,
    /// Who came back after the cut, and what they went on to.
    pub(super) back: &'a [Case<'a, Interaction>],
    /// The generators of each placement.
    pub(super) sets: &'a BTreeSet<Vec<String>>,
    /// How many candidates each generator is asked for.
    pub(super) candidates: NonZeroU32,
    pub(super) seed: u64,
    pub(super) is_stopped: &'a (dyn Fn() -> bool + Sync),
}

/// A set of generators, and how well their ranker did.
pub(super) type Report = (Vec<String>, Schooled);

impl School<'_> {
    /// Trains a ranker for each set of generators of which all can be asked; how well each did beside.
    pub(super) fn rankers(&self, before: &Before) -> Result<(Rankers, Vec<Report>), FitError> {
        let mut cases = self.back.to_vec();
        cases.extend(moments(self.histories, self.until));
        let examples = Moments { cases };
        let counts = counts_of(self.learned);
        let live = self.live_generators(before)?;
        let (mut rankers, mut reports) = (Vec::new(), Vec::new());
        for set in self.sets {
            let find = |name: &String| -> Option<&dyn CandidateGenerator> {
                let trained = before.get(name.as_str()).and_then(TrainedModel::generator);
                trained.or_else(|| live.get(name.as_str()).map(|it| it as _))
            };
            let Some(generators) = set.iter().map(find).collect::<Option<Vec<_>>>() else {
                continue;
            };
            let schooling = Schooling {
                generators: &generators,
                n_candidates: self.candidates,
                signals: &counts,
                examples: &examples,
                seed: self.seed,
                is_stopped: self.is_stopped,
            };
            match Ranker::fit(&schooling) {
                Ok((ranker, schooled)) => {
                    rankers.push(ranker);
                    reports.push((set.clone(), schooled));
                }
                // Nothing of what they propose was ever wanted: plain ranks go on.
                Err(FitError::NothingToLearn { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((Rankers::of(rankers), reports))
    }

    /// The generators that learn as they go, as they stood at the cut; those that have nothing to learn from
    /// are missing.
    fn live_generators(&self, before: &Before) -> Result<BTreeMap<&str, Fitted>, FitError> {
        let learned = Learned {
            histories: self.learned,
            products: self.products,
            until: self.until,
            asked: self.asked,
            seed: self.seed,
            is_stopped: self.is_stopped,
        };
        let mut live = BTreeMap::new();
        for name in self.sets.iter().flatten() {
            if (self.is_stopped)() {
                return Err(FitError::Stopped);
            }
            let is_had = before.contains_key(name.as_str()) || live.contains_key(name.as_str());
            if !is_had && let Ok(fitted) = fit_method(name, &learned, None) {
                live.insert(name.as_str(), fitted);
            }
        }
        Ok(live)
    }
}

/// What the gate says of rankers: each must order no worse than plain ranks.
pub(super) fn gate(reports: &[Report]) -> Vec<GateCheck> {
    let says = |(set, it): &Report| {
        let ranked = it.trees_ndcg.unwrap_or(0.0).max(it.blend_ndcg);
        let says = format!(
            "ndcg@20 is {ranked:.4} ({} trees; the blend alone {:.4}) and that of plain ranks {:.4}, over {} \
             requests, for {}; it must not be below",
            it.n_trees,
            it.blend_ndcg,
            it.untaught_ndcg,
            it.n_examples,
            set.join(" + "),
        );
        GateCheck { check: "quality".to_owned(), passed: ranked >= it.untaught_ndcg, says }
    };
    if reports.is_empty() {
        let says = "nothing that any placement's generators propose was ever wanted after the cut";
        return vec![GateCheck {
            check: "quality".to_owned(),
            passed: false,
            says: says.to_owned(),
        }];
    }
    reports.iter().map(says).collect()
}

/// Moments in the visits after the cut, and what each visit went on to.
fn moments(histories: &Histories, until: Timestamp) -> Vec<Case<'_, Interaction>> {
    let mut all = Vec::new();
    for (shopper, acts) in histories.iter().enumerate() {
        let mut begin = acts.partition_point(|it| it.time() < until);
        let is_one_visit = |a: &Interaction, b: &Interaction| b.time().since(a.time()) <= VISIT_GAP;
        for visit in acts[begin..].chunk_by(is_one_visit) {
            // What was done at one time was done at once: nobody was asked in between.
            let pauses: Vec<usize> =
                (1..visit.len()).filter(|&it| visit[it - 1].time() < visit[it].time()).collect();
            let step = pauses.len().div_ceil(MOMENTS_A_VISIT_MAX).max(1);
            for &n in pauses.iter().step_by(step) {
                let past = &acts[..begin + n];
                let mut truth: Vec<ProductIdx> = visit[n..].iter().map(|it| it.product()).collect();
                truth.sort_unstable();
                truth.dedup();
                let now = visit[n - 1].time();
                all.push(Case { shopper, now, past, n_days: 0, truth });
            }
            begin += visit.len();
        }
    }
    let step = all.len().div_ceil(MOMENTS_MAX).max(1);
    all.into_iter().step_by(step).collect()
}

/// Cases as requests to learn from; everything is eligible.
struct Moments<'a> {
    cases: Vec<Case<'a, Interaction>>,
}

impl Examples for Moments<'_> {
    fn n(&self) -> usize {
        self.cases.len()
    }

    fn shopper(&self, at: usize) -> usize {
        self.cases[at].shopper
    }

    fn with(&self, at: usize, work: &mut dyn FnMut(&Context<'_>, &[ProductIdx])) {
        let case = &self.cases[at];
        with_context(case, (VisitFrom::Now, Eligible::Everything), |context| {
            work(context, &case.truth);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use domain::Span;
    use features::Action;

    use super::*;

    fn viewed(product: u32, minute: i64) -> Interaction {
        let time = Timestamp::default().plus(Span::MINUTE.times(minute));
        Interaction::new(ProductIdx::new(product), Action::Viewed, time, NonZeroU16::MIN)
    }

    #[test]
    fn moments_lie_in_visits_after_the_cut_between_acts_that_were_not_at_once() {
        let mut histories = Histories::new();
        histories.push_shopper([
            viewed(1, 0),
            // After the cut: a visit of three acts, the last two at once, and one of a single act.
            viewed(2, 100),
            viewed(3, 101),
            viewed(4, 101),
            viewed(5, 500),
        ]);
        let cut = Timestamp::default().plus(Span::MINUTE.times(50));
        let found = moments(&histories, cut);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].past.len(), found[0].now), (2, viewed(2, 100).time()));
        let truth: Vec<u32> = found[0].truth.iter().map(|it| it.get()).collect();
        assert_eq!(truth, [3, 4]);
    }

    /// Shoppers who always go on to the next product of a row.
    fn walkers(n: u32) -> Histories {
        let mut histories = Histories::new();
        for shopper in 0..n {
            histories.push_shopper((0..40).map(|day| {
                let product = (shopper + u32::try_from(day).unwrap()) % 30;
                viewed(product, day * 24 * 60 + i64::from(shopper % 7))
            }));
        }
        histories
    }

    #[test]
    fn a_ranker_is_trained_for_each_set_of_which_all_can_be_asked() {
        let histories = walkers(300);
        let until = Timestamp::default().plus(Span::DAY.times(30));
        let learned = histories.before(until);
        let is_asked = evaluate::Reading {
            product: |it: &Interaction| it.product(),
            time: |it: &Interaction| it.time(),
            is_asked: |_| true,
        };
        let end = until.plus(Span::DAY);
        let back = evaluate::split::at_time(histories.iter(), is_asked, until, end);
        let sets = BTreeSet::from([
            vec!["transitions".to_owned(), "popular".to_owned()],
            // Nothing was ordered.
            vec!["bought_together".to_owned()],
        ]);
        let school = School {
            histories: &histories,
            learned: &learned,
            products: &features::ProductFacts::new(),
            until,
            asked: AskedActs::All,
            back: &back,
            sets: &sets,
            candidates: NonZeroU32::new(20).unwrap(),
            seed: 1,
            is_stopped: &|| false,
        };
        let lesson = recommend::Lesson::of(&learned, until);
        let kind = recommend::TrainedKind::of_name("transitions").unwrap();
        let before =
            Before::from([("transitions", TrainedModel::fit(kind, &lesson, &[]).unwrap())]);
        let (rankers, reports) = school.rankers(&before).unwrap();
        assert_eq!(rankers.all().len(), 1);
        let schooled = reports[0].1;
        assert!(schooled.blend_ndcg > schooled.untaught_ndcg + 0.1, "{schooled:?}");
        assert!(gate(&reports).iter().all(|it| it.passed));
        assert!(!gate(&[])[0].passed);
    }
}
