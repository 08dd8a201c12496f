//! What shoppers did, as sequences to learn from, and what of it is held back to judge by.

use std::ops::Range;

use features::{Action, Histories, Interaction};

use super::config::ACTS_MAX;

/// The share of questions held back: the last ones, whosever they are.
const HELD_SHARE: f64 = 0.07;
/// How many are held back at most: enough to tell a good network from a better one, and few beside all.
const HELD_MAX: usize = 4_096;

/// Sequences of acts, whose products are numbered anew without gaps.
#[derive(Clone, Debug)]
pub(super) struct Sequences {
    /// The histories' numbers of the products, ascending.
    pub(super) products: Vec<u32>,
    /// How many acts are with each product.
    pub(super) counts: Vec<u32>,
    acts: Vec<u32>,
    pub(super) windows: Vec<Window>,
}

/// A sequence that is learned from as a whole: each act but the last is asked what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    acts: Range<usize>,
    /// How many of its questions are learned from; those after are held back.
    pub(super) n_taught: usize,
}

impl Window {
    /// How many of its acts are followed by another.
    pub(super) fn n_questions(&self) -> usize {
        self.acts.len() - 1
    }
}

impl Sequences {
    /// Everything in `histories` that counts as interest, in sequences of at most [`ACTS_MAX`] questions.
    pub(super) fn of(histories: &Histories) -> Sequences {
        let products = products_of(histories);
        let mut numbers = vec![u32::MAX; histories.n_products()];
        for (number, &product) in (0_u32..).zip(&products) {
            numbers[product as usize] = number;
        }
        let mut counts = vec![0; products.len()];
        let (mut acts, mut windows, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for history in histories.iter() {
            let start = acts.len();
            for act in interests(history) {
                let number = numbers[act.product().as_usize()];
                counts[number as usize] += 1;
                acts.push(number);
                times.push(act.time());
            }
            // From the end, so that the latest questions have the longest past.
            let mut end = acts.len();
            while end > start + 1 {
                let from = end.saturating_sub(ACTS_MAX + 1).max(start);
                windows.push(Window { acts: from..end, n_taught: end - from - 1 });
                end = from + 1;
            }
        }
        let mut sequences = Sequences { products, counts, acts, windows };
        sequences.hold_back(&times);
        sequences
    }

    /// Holds back the questions answered last.
    fn hold_back<T: Ord + Copy>(&mut self, times: &[T]) {
        let answers = |it: &Window| it.acts.start + 1..it.acts.end;
        let mut asked: Vec<(T, usize)> =
            self.windows.iter().flat_map(answers).map(|it| (times[it], it)).collect();
        let n_held = n_held(asked.len());
        if n_held == 0 {
            return;
        }
        let at = asked.len() - n_held;
        let (_, &mut first, _) = asked.select_nth_unstable(at);
        for window in &mut self.windows {
            let is_taught = |it: &usize| (times[*it], *it) < first;
            window.n_taught = answers(window).take_while(is_taught).count();
        }
    }

    /// The acts of a window: what its questions know, and the answer to the last.
    pub(super) fn acts(&self, window: &Window) -> &[u32] {
        &self.acts[window.acts.clone()]
    }

    pub(super) fn n_taught(&self) -> usize {
        self.windows.iter().map(|it| it.n_taught).sum()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count is a count"
)]
fn n_held(n_questions: usize) -> usize {
    ((n_questions as f64 * HELD_SHARE) as usize).min(HELD_MAX)
}

/// The acts that show interest; the same product once where one act leads to another.
fn interests(history: &[Interaction]) -> impl Iterator<Item = Interaction> {
    let mut before: Option<Interaction> = None;
    let shown = history.iter().copied().filter(|it| it.action() > Action::Removed);
    shown.filter(move |it| {
        let follows =
            |last: Interaction| last.product() == it.product() && last.action() != it.action();
        let is_new = !before.is_some_and(follows);
        before = if is_new { Some(*it) } else { before };
        is_new
    })
}

fn products_of(histories: &Histories) -> Vec<u32> {
    let mut is_acted_on = vec![false; histories.n_products()];
    histories.iter().flat_map(interests).for_each(|it| is_acted_on[it.product().as_usize()] = true);
    (0_u32..).zip(is_acted_on).filter(|it| it.1).map(|it| it.0).collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use domain::{ProductIdx, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn act(product: u32, action: Action, secs: i64) -> Interaction {
        let (product, time) = (ProductIdx::new(product), Timestamp::from_secs(secs));
        Interaction::new(product, action, time, NonZeroU16::MIN)
    }

    #[test]
    fn one_act_that_leads_to_another_with_the_same_product_counts_once() {
        let mut histories = Histories::new();
        histories.push_shopper([
            act(7, Action::Viewed, 1),
            act(7, Action::Added, 2),
            act(9, Action::Viewed, 3),
            act(9, Action::Viewed, 4),
            act(5, Action::Removed, 5),
            act(7, Action::Ordered, 6),
        ]);
        let sequences = Sequences::of(&histories);
        assert_eq!(
            (sequences.products.as_slice(), sequences.counts.as_slice()),
            (&[7, 9][..], &[2, 2][..])
        );
        assert_eq!(sequences.acts(&sequences.windows[0]), [0, 1, 1, 0]);
    }

    proptest! {
        #[test]
        fn every_act_but_a_first_is_asked_for_once_and_the_last_are_held_back(
            lengths in prop::collection::vec(0_usize..180, 1..30)
        ) {
            let mut histories = Histories::new();
            for (shopper, &length) in lengths.iter().enumerate() {
                let secs = |it: usize| (it * 31 + shopper * 17) as i64;
                histories.push_shopper((0..length).map(|it| act(1, Action::Viewed, secs(it))));
            }
            let sequences = Sequences::of(&histories);
            let n_questions: usize = lengths.iter().map(|it| it.saturating_sub(1)).sum();
            let asked: usize = sequences.windows.iter().map(Window::n_questions).sum();
            prop_assert_eq!(asked, n_questions);
            prop_assert_eq!(asked - sequences.n_taught(), n_held(n_questions));
            prop_assert!(sequences.windows.iter().all(|it| (1..=ACTS_MAX).contains(&it.n_questions())));
        }
    }
}
