//! The suite that every candidate generator passes: each line of the trait's contract, over seeded
//! random contexts.
//!
//! It asks through the trait alone, so it holds for generators of other crates too; those enable the
//! feature `conformance` in their tests.

use std::num::{NonZeroU16, NonZeroU32};

use domain::{ProductIdx, Span, Timestamp};
use features::{Action, CategoryIdx, Habit, Interaction, MarketIdx, habits_of};

use crate::{Candidate, CandidateGenerator, Context, Eligible, SessionIdx, Touch};

/// How many contexts are tried.
const N_CONTEXTS: u64 = 200;
/// More than any model under test has to propose.
const UNLIMITED: NonZeroU32 = NonZeroU32::MAX;

/// Checks that `generator` keeps the contract of [`CandidateGenerator`].
///
/// `generator` should have learned something about the products below `n_products`; contexts name
/// these and a few beyond them. `now` is the moment of the requests.
///
/// # Panics
///
/// With the broken line of the contract and the context that broke it.
pub fn check_candidate_generator(
    generator: &dyn CandidateGenerator,
    n_products: u32,
    now: Timestamp,
) {
    let name = generator.name();
    assert!(
        !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_lowercase()),
        "the name `{name}` is not in snake_case"
    );
    let mut n_candidates = 0;
    for seed in 0..N_CONTEXTS {
        let owned = OwnedContext::random(Dice::new(seed), n_products, now);
        n_candidates += check_context(generator, &owned.borrow(), owned.limit);
    }
    assert!(n_candidates > 0, "`{name}` proposes nothing in any context; teach it something first");
    check_context(generator, &Context::at(now), NonZeroU32::MIN);
}

/// Checks one context, and returns how many candidates it gets.
fn check_context(
    generator: &dyn CandidateGenerator,
    context: &Context<'_>,
    limit: NonZeroU32,
) -> usize {
    let answer = ask(generator, context, limit);
    check_form(&answer, context, limit);

    let again = std::thread::scope(|scope| {
        scope.spawn(|| ask(generator, context, limit)).join().expect("a generator does not panic")
    });
    assert_eq!(answer, again, "another thread is answered differently\n{context:?}");

    let all = ask(generator, context, UNLIMITED);
    check_form(&all, context, UNLIMITED);
    assert_eq!(
        answer.as_slice(),
        &all[..all.len().min(limit.get() as usize)],
        "a smaller limit is no beginning of the whole answer\n{context:?}"
    );

    let everything = Context { eligible: Eligible::Everything, ..*context };
    let n_eligible = ask(generator, &everything, UNLIMITED)
        .iter()
        .filter(|it| context.eligible.contains(it.product))
        .count();
    assert!(
        n_eligible <= all.len(),
        "{n_eligible} eligible products are known, but only {} proposed\n{context:?}",
        all.len()
    );
    answer.len()
}

/// Checks what can be seen from one answer alone.
fn check_form(answer: &[Candidate], context: &Context<'_>, limit: NonZeroU32) {
    assert!(answer.len() <= limit.get() as usize, "more than {limit} candidates\n{context:?}");
    for pair in answer.windows(2) {
        let in_order = match pair[0].score.total_cmp(&pair[1].score) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => pair[0].product < pair[1].product,
            std::cmp::Ordering::Less => false,
        };
        assert!(in_order, "{pair:?} are out of order\n{context:?}");
    }
    let mut products: Vec<ProductIdx> = answer.iter().map(|it| it.product).collect();
    products.sort_unstable();
    products.dedup();
    assert_eq!(products.len(), answer.len(), "a product is proposed twice\n{context:?}");
    for candidate in answer {
        assert!(candidate.score.is_finite(), "{candidate:?} has no finite score\n{context:?}");
        assert!(
            context.eligible.contains(candidate.product),
            "{candidate:?} is not eligible\n{context:?}"
        );
        if let Some(evidence) = candidate.evidence {
            let is_named = context.anchors.contains(&evidence)
                || context.visit.iter().any(|it| it.product == evidence)
                || context.past.iter().any(|it| it.product() == evidence);
            assert!(is_named, "{candidate:?} rests on what nobody named\n{context:?}");
        }
    }
}

/// Asks with something in `out` already, which must stay.
fn ask(
    generator: &dyn CandidateGenerator,
    context: &Context<'_>,
    limit: NonZeroU32,
) -> Vec<Candidate> {
    let held = Candidate { product: ProductIdx::new(0), score: 1.0, evidence: None };
    let mut out = vec![held];
    generator.generate(context, limit, &mut out);
    assert_eq!(out.first(), Some(&held), "what `out` held is gone\n{context:?}");
    out.split_off(1)
}

struct OwnedContext {
    now: Timestamp,
    visit: Vec<Touch>,
    past: Vec<Habit>,
    anchors: Vec<ProductIdx>,
    category: Option<CategoryIdx>,
    market: Option<MarketIdx>,
    own_session: Option<SessionIdx>,
    eligible: Option<Vec<u64>>,
    limit: NonZeroU32,
}

impl OwnedContext {
    fn random(mut dice: Dice, n_products: u32, now: Timestamp) -> OwnedContext {
        // One in eleven is a product that no model has heard of.
        let n_named = n_products + n_products / 10 + 1;
        let products = |dice: &mut Dice, n_max: u32| -> Vec<ProductIdx> {
            (0..dice.below(n_max)).map(|_| ProductIdx::new(dice.below(n_named))).collect()
        };
        let visit = products(&mut dice, 12)
            .into_iter()
            .enumerate()
            .map(|(i, product)| Touch {
                product,
                time: now.minus(Span::MINUTE.times(12 - i as i64)),
            })
            .collect();
        let anchors = products(&mut dice, 4);
        let history: Vec<Interaction> = products(&mut dice, 30)
            .into_iter()
            .enumerate()
            .map(|(i, product)| {
                let action = Action::ALL[dice.below(6) as usize];
                let time = now.minus(Span::DAY.times(60 - i as i64));
                Interaction::new(product, action, time, NonZeroU16::MIN)
            })
            .collect();
        let words = (0..n_products.div_ceil(64)).map(|_| dice.next() | dice.next()).collect();
        OwnedContext {
            now,
            visit,
            past: habits_of(&history),
            anchors,
            category: (dice.below(3) == 0).then(|| CategoryIdx::new(dice.below(5))),
            market: (dice.below(3) == 0).then(|| MarketIdx::new(dice.below(3))),
            own_session: (dice.below(2) == 0).then(|| SessionIdx::new(dice.below(40))),
            eligible: (dice.below(3) > 0).then_some(words),
            limit: NonZeroU32::MIN.saturating_add(dice.below(30)),
        }
    }

    fn borrow(&self) -> Context<'_> {
        Context {
            now: self.now,
            visit: &self.visit,
            past: &self.past,
            anchors: &self.anchors,
            category: self.category,
            market: self.market,
            own_session: self.own_session,
            eligible: self.eligible.as_deref().map_or(Eligible::Everything, Eligible::Only),
        }
    }
}

/// SplitMix64: a suite that other crates use should not choose their random numbers' crate.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is at least 1; the bias is beneath notice.
    fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n)).expect("a remainder is below its divisor")
    }
}
