//! What is promised of a ranker, through its published interface.

use std::num::NonZeroU32;

use domain::{ProductIdx, Timestamp};
use features::{Counts, CountsConfig};
use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{Examples, Ranked, Ranker, Rankers, Schooled, Schooling};
use crate::{Candidate, CandidateGenerator, Context, FitError, Touch};

const N_PRODUCTS: u32 = 40;

/// Proposes everything, scored by what it knows of what was touched last.
struct Scripted {
    name: &'static str,
    score: fn(visited: u32, product: u32) -> f32,
}

impl CandidateGenerator for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        let visited = context.visit.last().map_or(0, |it| it.product.get());
        let score = |product: u32| (self.score)(visited, product);
        let mut all: Vec<u32> = (0..N_PRODUCTS).collect();
        all.sort_by(|a, b| score(*b).total_cmp(&score(*a)).then(a.cmp(b)));
        out.extend(all.into_iter().take(limit.get() as usize).map(|it| Candidate {
            product: ProductIdx::new(it),
            score: score(it),
            evidence: None,
        }));
    }
}

/// A number without pattern for a pair.
fn noise(a: u32, b: u32) -> f32 {
    let mixed = (a * 7_919 + b * 104_729).wrapping_mul(2_654_435_769) >> 8;
    mixed as f32 / (1 << 24) as f32
}

fn distance(a: u32, b: u32) -> u32 {
    a.abs_diff(b).min(N_PRODUCTS - a.abs_diff(b))
}

/// Knows who is near.
const NEAR: Scripted = Scripted {
    name: "near",
    score: |visited, product| 1.0 / (1 + distance(visited, product)) as f32,
};
/// Knows nothing.
const NOISE: Scripted = Scripted { name: "noise", score: noise };

/// Visits of one product, after which another is chosen.
struct Visits {
    chosen: Vec<(u32, u32)>,
}

impl Examples for Visits {
    fn n(&self) -> usize {
        self.chosen.len()
    }

    fn shopper(&self, at: usize) -> usize {
        at
    }

    fn with(&self, at: usize, work: &mut dyn FnMut(&Context<'_>, &[ProductIdx])) {
        let (visited, chosen) = self.chosen[at];
        let visit = [touch(visited)];
        let context = Context { visit: &visit, ..Context::at(Timestamp::default()) };
        work(&context, &[ProductIdx::new(chosen)]);
    }
}

fn touch(product: u32) -> Touch {
    Touch { product: ProductIdx::new(product), time: Timestamp::default() }
}

/// Visits after which `next` says what is chosen.
fn visits(n: usize, next: impl Fn(u32, &mut ChaCha8Rng) -> u32) -> Visits {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let one = |_| {
        let visited = rng.random_range(0..N_PRODUCTS);
        (visited, next(visited, &mut rng) % N_PRODUCTS)
    };
    Visits { chosen: (0..n).map(one).collect() }
}

fn school(examples: &Visits) -> Result<(Ranker, Schooled), FitError> {
    let counts = Counts::new(CountsConfig::default());
    Ranker::fit(&Schooling {
        generators: &[&NOISE, &NEAR],
        n_candidates: NonZeroU32::new(30).unwrap(),
        signals: &counts,
        examples,
        seed: 1,
        is_stopped: &|| false,
    })
}

fn order(ranker: &Ranker, visited: u32) -> Vec<Ranked> {
    let visit = [touch(visited)];
    let context = Context { visit: &visit, ..Context::at(Timestamp::default()) };
    let list = |it: &Scripted| {
        let mut list = Vec::new();
        it.generate(&context, NonZeroU32::new(30).unwrap(), &mut list);
        list
    };
    let counts = Counts::new(CountsConfig::default());
    let mut out = Vec::new();
    ranker.rank(&[list(&NOISE), list(&NEAR)], &context, &counts, usize::MAX, &mut out);
    out
}

fn near_next(visited: u32, rng: &mut ChaCha8Rng) -> u32 {
    visited + rng.random_range(0..3)
}

#[test]
fn the_generator_that_foretells_decides() {
    let (ranker, schooled) = school(&visits(400, near_next)).unwrap();
    assert!(!ranker.has_trees() && schooled.trees_ndcg.is_none(), "{schooled:?}");
    let ranked = order(&ranker, 20);
    let first: Vec<u32> = ranked.iter().take(3).map(|it| it.product.get()).collect();
    assert!(first.iter().all(|it| distance(*it, 20) <= 3), "{first:?}");
    assert_eq!(ranked[0].generator, 1);
}

#[test]
fn trees_learn_what_a_blend_cannot() {
    // Six steps away is chosen, never nearer: no weight of nearness says that.
    let six_away = |visited: u32, rng: &mut ChaCha8Rng| match rng.random_range(0..2) {
        0 => visited + 6,
        _ => visited + N_PRODUCTS - 6,
    };
    let (ranker, schooled) = school(&visits(3_000, six_away)).unwrap();
    assert!(ranker.has_trees(), "{schooled:?}");
    assert!(schooled.trees_ndcg.unwrap() > schooled.blend_ndcg + 0.3, "{schooled:?}");
    let mut first: Vec<u32> =
        order(&ranker, 20).iter().take(2).map(|it| it.product.get()).collect();
    first.sort_unstable();
    assert_eq!(first, [14, 26]);
    assert_eq!(ranker.gains().len(), ranker.features().len());
}

#[test]
fn what_nobody_proposes_teaches_nothing() {
    let nowhere = Visits { chosen: vec![(3, N_PRODUCTS + 7); 50] };
    let refused = school(&nowhere);
    assert!(matches!(refused, Err(FitError::NothingToLearn { .. })), "{refused:?}");
}

#[test]
fn the_same_examples_teach_the_same() {
    let examples = visits(1_600, near_next);
    let on = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| order(&school(&examples).unwrap().0, 11))
    };
    assert_eq!(on(1), on(3));
}

fn encoded(rankers: &Rankers) -> Vec<u8> {
    let mut bytes = Vec::new();
    rankers.encode(&mut bytes);
    bytes
}

#[test]
fn what_is_restored_orders_the_same_and_is_found_by_its_generators() {
    let taught = school(&visits(1_600, near_next)).unwrap().0;
    assert!(taught.has_trees());
    let rankers = Rankers::of(vec![Ranker::untaught(vec!["near".to_owned()]), taught.clone()]);
    let restored = Rankers::decode(&encoded(&rankers)).unwrap();
    let found = restored.of_generators(["noise", "near"].into_iter()).unwrap();
    assert_eq!(order(found, 7), order(&taught, 7));
    assert!(restored.of_generators(["near", "noise"].into_iter()).is_none());
    assert_eq!(encoded(&restored), encoded(&rankers));
}

#[test]
fn damaged_bytes_are_refused_or_at_least_harmless() {
    let taught = school(&visits(1_600, near_next)).unwrap().0;
    let bytes = encoded(&Rankers::of(vec![taught]));
    for at in (0..bytes.len()).step_by(1 + bytes.len() / 400) {
        assert!(Rankers::decode(&bytes[..at]).is_err(), "cut at {at}");
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        if let Ok(read) = Rankers::decode(&changed) {
            read.all().iter().filter(|it| it.generators().len() == 2).for_each(|it| {
                order(it, 3);
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever the lists are, every product of them stands in the order once, and the best come first.
    #[test]
    fn the_order_is_of_all_that_is_proposed(
        lists in prop::collection::vec(prop::collection::btree_map(0_u32..50, -9.0_f32..9.0, 0..30), 1..4),
    ) {
        let lists: Vec<Vec<Candidate>> = lists
            .into_iter()
            .map(|list| {
                let one = |(product, score)| Candidate {
                    product: ProductIdx::new(product), score, evidence: None,
                };
                let mut list: Vec<Candidate> = list.into_iter().map(one).collect();
                list.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.product.cmp(&b.product)));
                list
            })
            .collect();
        let names = (0..lists.len()).map(|it| format!("g{it}")).collect();
        let counts = Counts::new(CountsConfig::default());
        let (ranker, context) = (Ranker::untaught(names), Context::at(Timestamp::default()));
        let mut ranked = Vec::new();
        ranker.rank(&lists, &context, &counts, usize::MAX, &mut ranked);

        let mut proposed: Vec<ProductIdx> = lists.iter().flatten().map(|it| it.product).collect();
        proposed.sort_unstable();
        proposed.dedup();
        let mut found: Vec<ProductIdx> = ranked.iter().map(|it| it.product).collect();
        found.sort_unstable();
        prop_assert_eq!(found, proposed);
        prop_assert!(ranked.is_sorted_by(|a, b| a.score >= b.score && a.score.is_finite()));
        for it in &ranked {
            prop_assert!(lists[it.generator].iter().any(|c| c.product == it.product));
        }
        let mut best = Vec::new();
        ranker.rank(&lists, &context, &counts, 3, &mut best);
        prop_assert_eq!(best.as_slice(), &ranked[..best.len()]);
    }
}
