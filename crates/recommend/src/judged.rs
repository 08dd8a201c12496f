//! A generator as a method that can be judged: what it would have been told is made from a case's past.

use std::cell::RefCell;
use std::num::NonZeroU32;

use domain::ProductIdx;
use evaluate::{Case, Method};
use features::visits::VISIT_GAP;
use features::{Action, Interaction, habits_of};

use crate::{Candidate, CandidateGenerator, Context, Eligible, Touch};

/// What of a case's past stands for the current visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitFrom {
    /// What was done within a visit's gap before the question: usually nothing, as on coming back.
    Now,
    /// The last so many acts, whenever they were: for generators that know visits only.
    LastActs(usize),
}

/// A generator under judgement: everything is eligible, and it is told what it would have been told then.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    generator: &'a dyn CandidateGenerator,
    visit: VisitFrom,
}

impl<'a> Judged<'a> {
    /// Judges `generator` on shoppers who come back.
    pub const fn new(generator: &'a dyn CandidateGenerator) -> Judged<'a> {
        Judged { generator, visit: VisitFrom::Now }
    }

    /// Judges it with another idea of what the current visit is.
    pub const fn with_visit(self, visit: VisitFrom) -> Judged<'a> {
        Judged { visit, ..self }
    }
}

impl VisitFrom {
    fn touches(self, case: &Case<'_, Interaction>) -> Vec<Touch> {
        let n_acts = match self {
            VisitFrom::LastActs(n) => n,
            VisitFrom::Now => {
                let is_now = |it: &&Interaction| case.now.since(it.time()) <= VISIT_GAP;
                case.past.iter().rev().take_while(is_now).count()
            }
        };
        let acts = &case.past[case.past.len().saturating_sub(n_acts)..];
        let done = acts.iter().filter(|it| it.action() > Action::Removed);
        done.map(|it| Touch { product: it.product(), time: it.time() }).collect()
    }
}

/// Calls `work` with what would have been known at a case, and eligible as told.
pub fn with_context<R>(
    case: &Case<'_, Interaction>,
    (visit, eligible): (VisitFrom, Eligible<'_>),
    work: impl FnOnce(&Context<'_>) -> R,
) -> R {
    let (visit, past) = (visit.touches(case), habits_of(case.past));
    work(&Context { visit: &visit, past: &past, eligible, ..Context::at(case.now) })
}

impl std::fmt::Debug for Judged<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judged").field("generator", &self.generator.name()).finish_non_exhaustive()
    }
}

thread_local! {
    /// Reused from case to case.
    static CANDIDATES: RefCell<Vec<Candidate>> = RefCell::default();
}

impl Method<Interaction> for Judged<'_> {
    fn name(&self) -> &str {
        self.generator.name()
    }

    fn rank(&self, case: &Case<'_, Interaction>, n: usize, out: &mut Vec<ProductIdx>) {
        let Some(limit) = NonZeroU32::new(u32::try_from(n).unwrap_or(u32::MAX)) else { return };
        with_context(case, (self.visit, Eligible::Everything), |context| {
            CANDIDATES.with_borrow_mut(|candidates| {
                candidates.clear();
                self.generator.generate(context, limit, candidates);
                out.extend(candidates.iter().map(|it| it.product));
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use domain::{Span, Timestamp};

    use super::*;
    use crate::BuyAgain;

    fn act(product: u32, minutes: i64) -> Interaction {
        let time = Timestamp::default().plus(Span::MINUTE.times(minutes));
        Interaction::new(ProductIdx::new(product), Action::Ordered, time, NonZeroU16::MIN)
    }

    #[test]
    fn the_visit_is_what_was_just_done_or_the_last_acts() {
        let past = [act(1, 0), act(2, 100), act(3, 110)];
        let now = Timestamp::default().plus(Span::MINUTE.times(120));
        let case = Case { shopper: 0, now, past: &past, n_days: 1, truth: Vec::new() };
        let n_touches = |visit: VisitFrom| visit.touches(&case).len();
        assert_eq!(n_touches(VisitFrom::Now), 2);
        assert_eq!(n_touches(VisitFrom::LastActs(1)), 1);
        assert_eq!(n_touches(VisitFrom::LastActs(9)), 3);
    }

    #[test]
    fn a_generator_is_asked_with_the_habits_of_the_past() {
        let past = [act(1, 0), act(2, 10), act(1, 20)];
        let now = Timestamp::default().plus(Span::DAY);
        let case = Case { shopper: 0, now, past: &past, n_days: 1, truth: Vec::new() };
        let generator = BuyAgain::most_frequent();
        let mut out = Vec::new();
        Judged::new(&generator).rank(&case, 5, &mut out);
        assert_eq!(out.iter().map(|it| it.get()).collect::<Vec<u32>>(), [1, 2]);
    }
}
