//! How a ranker learns from requests whose outcome is known.

use std::num::NonZeroU16;

use domain::ProductIdx;
use rayon::prelude::*;
use trees::{Bins, Config, Dataset, Ended, FeatureKind, LambdaRank, Metric, Sampling, Training};

use super::declared::{self, Signals};
use super::linear::{self, Choice, Linear};
use super::model::{RANKED_DEFAULT, Ranker};
use super::pool::Pool;
use crate::{Candidate, CandidateGenerator, Context, FitError};

/// How many examples the blend is fitted to, at most, evenly spread.
const BLENDED_MAX: usize = 8_000;
/// How many examples say what the values of features are like.
const BINNED_MAX: usize = 400;
/// With fewer examples than this there are no trees: the blend is surer.
const TREES_MIN: usize = 1_000;
/// One in so many shoppers is not learned from, but says when to stop and whether trees are better.
const HELD_ONE_IN: usize = 5;
/// The length of list by which it is decided.
const K: NonZeroU16 = NonZeroU16::new(20).expect("is not zero");
/// How many examples' candidates are put together at a time.
const EXAMPLES_AT_ONCE: usize = 2_048;
/// How many trees in a row may be no better.
const PATIENCE: std::num::NonZeroUsize = std::num::NonZeroUsize::new(25).expect("is not zero");

/// Requests whose outcome is known.
pub trait Examples: Sync {
    /// How many there are.
    fn n(&self) -> usize;

    /// Whose request one is: those of one shopper are held out together.
    fn shopper(&self, at: usize) -> usize;

    /// Calls `work` with what was known at one, and which products were chosen then.
    fn with(&self, at: usize, work: &mut dyn FnMut(&Context<'_>, &[ProductIdx]));
}

/// What a ranker learns from.
#[derive(Clone, Copy)]
pub struct Schooling<'a> {
    /// The generators, in the order in which they will be given.
    pub generators: &'a [&'a dyn CandidateGenerator],
    /// How many candidates each is asked for.
    pub n_candidates: std::num::NonZeroU32,
    /// What is known of products.
    pub signals: &'a dyn Signals,
    /// The requests.
    pub examples: &'a dyn Examples,
    /// The seed of whatever is drawn.
    pub seed: u64,
    /// Asked between the parts of the work: whether to give up.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl std::fmt::Debug for Schooling<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schooling").field("n_examples", &self.examples.n()).finish_non_exhaustive()
    }
}

/// How well a ranker did on the requests that it was not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Schooled {
    /// Of how many requests one of the candidates was chosen.
    pub n_examples: usize,
    /// nDCG at 20 of plain reciprocal ranks, all generators weighing the same.
    pub untaught_ndcg: f64,
    /// nDCG at 20 of the blend.
    pub blend_ndcg: f64,
    /// nDCG at 20 of trees, where there were enough examples for them.
    pub trees_ndcg: Option<f64>,
    /// How many trees there are.
    pub n_trees: usize,
}

impl Ranker {
    /// Learns to order what generators propose.
    ///
    /// A blend is fitted first; trees then learn to order its best candidates, and are kept if they order
    /// those of requests that neither was shown better than the blend does.
    ///
    /// # Errors
    ///
    /// [`FitError`] when it is to stop, and where no candidate was ever chosen.
    pub fn fit(schooling: &Schooling<'_>) -> Result<(Ranker, Schooled), FitError> {
        let names = schooling.generators.iter().map(|it| it.name().to_owned()).collect();
        let mut ranker = Ranker { n_ranked: RANKED_DEFAULT, ..Ranker::untaught(names) };
        let learned = schooling.places(|it| it % HELD_ONE_IN != 0);
        let held = schooling.places(|it| it % HELD_ONE_IN == 0);
        let choices = schooling.choices(&spread(&learned, BLENDED_MAX));
        if choices.is_empty() {
            let reason = "no candidate of any generator was ever chosen";
            return Err(FitError::NothingToLearn { reason });
        }
        ranker.linear = Linear::fit(schooling.generators.len(), &choices, schooling.seed);
        drop(choices);
        schooling.go_on()?;
        let bins = schooling.bins(&ranker, &spread(&learned, BINNED_MAX))?;
        let untaught = Ranker::untaught(ranker.generators.clone());
        let untaught_ndcg = schooling.rows(&untaught, &bins, &held)?.ndcg();
        let held = schooling.rows(&ranker, &bins, &held)?;
        let blend_ndcg = held.ndcg();
        let mut schooled = Schooled { untaught_ndcg, blend_ndcg, ..Schooled::default() };
        let rows = schooling.rows(&ranker, &bins, &learned)?;
        schooled.n_examples = rows.groups.len() + held.groups.len();
        if rows.groups.len() < TREES_MIN || held.groups.is_empty() {
            return Ok((ranker, schooled));
        }
        let (rows, held) = (rows.into_dataset(&bins), held.into_dataset(&bins));
        let (model, ndcg) = grow(&bins, &rows, &held, schooling)?;
        schooled.trees_ndcg = Some(ndcg);
        if ndcg > schooled.blend_ndcg {
            schooled.n_trees = model.n_trees();
            ranker.trees = Some(model);
        }
        Ok((ranker, schooled))
    }
}

impl Schooling<'_> {
    fn go_on(&self) -> Result<(), FitError> {
        if (self.is_stopped)() { Err(FitError::Stopped) } else { Ok(()) }
    }

    /// The examples of the shoppers that are wanted.
    fn places(&self, is_wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.examples.n()).filter(|&it| is_wanted(self.examples.shopper(it))).collect()
    }

    /// Fills a pool with the candidates of an example, and hands it on with what was chosen.
    fn pooled<R>(
        &self,
        at: usize,
        scratch: &mut (Pool, Vec<Vec<Candidate>>),
        mut work: impl FnMut(&Pool, &[ProductIdx]) -> R,
    ) -> Option<R> {
        let (pool, lists) = scratch;
        lists.resize_with(self.generators.len(), Vec::new);
        let mut result = None;
        self.examples.with(at, &mut |context, chosen| {
            for (list, generator) in lists.iter_mut().zip(self.generators) {
                list.clear();
                generator.generate(context, self.n_candidates, list);
            }
            pool.fill(lists, context, self.signals);
            result = Some(work(pool, chosen));
        });
        result
    }

    /// What was chosen, as the blend sees it; examples of which nothing was proposed are left out.
    fn choices(&self, places: &[usize]) -> Vec<Choice> {
        let choice = |scratch: &mut (Pool, Vec<Vec<Candidate>>), &at: &usize| {
            self.pooled(at, scratch, |pool, chosen| {
                let mut choice = Choice::default();
                for (row, product) in (0..).zip(pool.products()) {
                    if chosen.contains(product) {
                        choice.chosen.push(row);
                    }
                }
                if !choice.chosen.is_empty() {
                    let n_generators = self.generators.len();
                    pool.rows().for_each(|it| {
                        linear::inputs(it, n_generators, &mut choice.inputs);
                    });
                }
                choice
            })
        };
        let choices = places.par_iter().map_init(Default::default, choice);
        choices.flatten_iter().filter(|it| !it.chosen.is_empty()).collect()
    }

    /// Where the values of features are cut.
    fn bins(&self, ranker: &Ranker, places: &[usize]) -> Result<Bins, FitError> {
        let sample = |scratch: &mut (Pool, Vec<Vec<Candidate>>), &at: &usize| {
            self.pooled(at, scratch, |pool, _| {
                let mut blended = Vec::new();
                ranker.blend(pool, &mut blended);
                let best = blended.iter().take(ranker.n_ranked.get());
                best.flat_map(|it| pool.row(it.1)).copied().collect::<Vec<f32>>()
            })
        };
        let samples: Vec<Vec<f32>> =
            places.par_iter().map_init(Default::default, sample).flatten_iter().collect();
        let kinds = vec![FeatureKind::Number; declared::width(self.generators.len())];
        let reason = "the candidates of all examples have nothing to tell them apart";
        Bins::of_sample(&kinds, &samples.concat()).map_err(|_| FitError::NothingToLearn { reason })
    }

    /// The best candidates of the blend of each example, as trees see them, in the blend's order.
    fn rows(&self, ranker: &Ranker, bins: &Bins, places: &[usize]) -> Result<Rows, FitError> {
        let one = |scratch: &mut (Pool, Vec<Vec<Candidate>>), &at: &usize| {
            self.pooled(at, scratch, |pool, chosen| {
                let (mut blended, mut rows) = (Vec::new(), Rows::default());
                ranker.blend(pool, &mut blended);
                blended.truncate(ranker.n_ranked.get());
                for &(_, row) in &blended {
                    bins.bin(pool.row(row), &mut rows.bytes);
                    let is_chosen = chosen.contains(&pool.products()[row]);
                    rows.gains.push(if is_chosen { 1.0 } else { 0.0 });
                }
                rows.groups.push(u32::try_from(blended.len()).expect("candidates are few"));
                rows
            })
        };
        let mut all = Rows::default();
        for some in places.chunks(EXAMPLES_AT_ONCE) {
            self.go_on()?;
            let found: Vec<Rows> =
                some.par_iter().map_init(Default::default, one).flatten_iter().collect();
            found.into_iter().filter(Rows::has_chosen).for_each(|it| all.append(it));
        }
        Ok(all)
    }
}

/// What trees learn from, on its way.
#[derive(Debug, Default)]
struct Rows {
    bytes: Vec<u8>,
    gains: Vec<f32>,
    /// How many candidates each example has.
    groups: Vec<u32>,
}

impl Rows {
    fn has_chosen(&self) -> bool {
        self.gains.iter().any(|it| *it > 0.0)
    }

    fn append(&mut self, other: Rows) {
        self.bytes.extend(other.bytes);
        self.gains.extend(other.gains);
        self.groups.extend(other.groups);
    }

    /// nDCG at [`K`] of the order in which the rows stand, as [`Metric`] counts it.
    fn ndcg(&self) -> f64 {
        let (mut start, mut sum) = (0, 0.0);
        let discount = |rank: usize| 1.0 / ((rank + 2) as f64).log2();
        for &n in &self.groups {
            let gains = &self.gains[start..start + n as usize];
            start += n as usize;
            let top = gains.iter().take(K.get().into()).enumerate();
            let got: f64 = top.map(|(rank, gain)| f64::from(*gain) * discount(rank)).sum();
            let n_good = gains.iter().filter(|it| **it > 0.0).count().min(K.get().into());
            sum += got / (0..n_good).map(discount).sum::<f64>();
        }
        sum / self.groups.len().max(1) as f64
    }

    fn into_dataset(self, bins: &Bins) -> Dataset {
        let data = Dataset::new(bins, self.bytes, self.gains).expect("a row for each gain");
        data.with_groups(&self.groups).expect("groups cover the rows")
    }
}

/// Grows trees until they no longer order the held requests better; also how well they do.
fn grow(
    bins: &Bins,
    rows: &Dataset,
    held: &Dataset,
    schooling: &Schooling<'_>,
) -> Result<(trees::Model, f64), FitError> {
    let config = Config {
        sampling: Sampling { seed: schooling.seed, ..Sampling::default() },
        ..Config::default()
    };
    let mut objective = LambdaRank::new(K, 1.0);
    let training = Training::new(bins, rows, &config)
        .validated_by(held, Metric::Ndcg(K), PATIENCE)
        .unless(schooling.is_stopped);
    let trained = training.run(&mut objective).map_err(|_| FitError::NothingToLearn {
        reason: "trees cannot be grown from these examples",
    })?;
    if matches!(trained.ended, Ended::Stopped) {
        return Err(FitError::Stopped);
    }
    let best = trained.progress.iter().copied().fold(0.0, f64::max);
    Ok((trained.model, best))
}

/// At most `n_max` of `places`, evenly spread.
fn spread(places: &[usize], n_max: usize) -> Vec<usize> {
    places.iter().copied().step_by(places.len().div_ceil(n_max).max(1)).collect()
}
