//! What methods learn from and what they are asked: histories, cut in two.
//!
//! ```text
//! time ─────────────────────────────────────────────────────────▶
//! │ learned from in a search │ validation │ asked in the test │
//! └─ Material::learned: all a search gets ┘
//! ```
//!
//! # Invariants
//!
//! - What is asked is never in what is learned from.
//! - Products stand in the order of their ids and shoppers in that of what they did, so that no random
//!   key decides a tie or a resample: a shop that is imported anew is judged the same.
//!
//! # What does not live here
//!
//! Which acts of a shop may be used: the data set is made behind the gate of consent.

use std::borrow::Cow;
use std::sync::Arc;

use domain::{ProductId, ProductIdx, Span, Timestamp};
use evaluate::{Case, Seen};
use features::{Action, Histories, Interaction, ProductFacts};

use super::report::LeftOutFact;
use super::{cases, checksum};

/// Histories, and which part of them is asked about.
#[derive(Clone, Debug)]
pub struct Material {
    products: Vec<ProductId>,
    histories: Histories,
    /// By the products' numbers; a material is cut several times, and they stay the same.
    facts: Arc<ProductFacts>,
    questions: Questions,
    asked_acts: AskedActs,
    seen: Seen,
    tells_times: bool,
}

/// A material, where it comes from, and what is missing from it.
#[derive(Clone, Debug)]
pub struct JudgedData {
    /// The histories, cut.
    pub material: Material,
    /// Where they come from, in words.
    pub source: String,
    /// What was left out of them.
    pub left_out: Vec<LeftOutFact>,
}

/// There is not a single act, so that no cut makes sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is nothing to foretell: {origin} holds no acts that may be used; {}", why(.left_out))]
pub struct NoActs {
    /// Where the data come from, in words.
    pub origin: String,
    /// What was left out of them.
    pub left_out: Vec<LeftOutFact>,
}

/// Why there are no acts, or what to do where there never were any.
fn why(left_out: &[LeftOutFact]) -> String {
    let facts = left_out.iter().filter(|it| it.n_acts > 0);
    let words: Vec<String> =
        facts.map(|it| format!("{} acts are left out: {}", it.n_acts, it.reason)).collect();
    if words.is_empty() { "take in some history first".to_owned() } else { words.join("; ") }
}

impl JudgedData {
    /// Refuses data without acts.
    pub(super) fn ensure_acts(&self) -> Result<(), NoActs> {
        if self.material.histories.n_interactions() > 0 {
            return Ok(());
        }
        Err(NoActs { origin: self.source.clone(), left_out: self.left_out.clone() })
    }
}

/// Which acts are to be foretold; all are learned from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AskedActs {
    /// Orders.
    Ordered,
    /// Views of product pages.
    Viewed,
    /// Everything but taking something out of the cart.
    #[default]
    All,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Questions {
    /// Everything that was done from `cut` on and before `until`.
    Window { cut: Timestamp, until: Timestamp },
    /// What each shopper did last, the lines of one order together.
    LastMoment,
    /// For some shoppers, what they went on to; `held_out` says in words where that is from.
    Given { asked: Vec<Asked>, now: Timestamp, held_out: String },
    /// For visits of people who are not among those learned from, what came next in each.
    Visits { visits: Histories, asked: Vec<Asked>, now: Timestamp, held_out: String },
}

/// What somebody went on to.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Where the acts before are.
    pub(super) history: usize,
    /// Whose it is: what is asked of one shopper, or in one session, is resampled together.
    pub(super) shopper: usize,
    pub(super) truth: Vec<ProductIdx>,
}

/// How histories are cut in what is learned from and what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Everything done in the last so many days, as the last act tells the time, is asked.
    LastDays(u16),
    /// What each shopper did last is asked, the lines of one order together.
    LeaveOneOut,
}

impl AskedActs {
    /// Whether such an act is to be foretold.
    pub(super) fn contains(self, action: Action) -> bool {
        match self {
            AskedActs::Ordered => action == Action::Ordered,
            AskedActs::Viewed => action == Action::Viewed,
            AskedActs::All => action != Action::Removed,
        }
    }

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            AskedActs::Ordered => "ordered",
            AskedActs::Viewed => "viewed",
            AskedActs::All => "all",
        }
    }
}

impl Material {
    pub(super) fn new(
        products: Vec<ProductId>,
        histories: Histories,
        questions: Questions,
        seen: Seen,
    ) -> Material {
        Material {
            products,
            histories,
            facts: Arc::default(),
            questions,
            seen,
            asked_acts: AskedActs::All,
            tells_times: false,
        }
    }

    /// Cuts what shoppers did. `products` are numbered as in `histories`, in any order.
    pub fn cut(
        histories: &Histories,
        products: Vec<ProductId>,
        split: Split,
        asked_acts: AskedActs,
    ) -> Material {
        let (histories, products) = in_order(histories, products);
        let questions = match split {
            Split::LastDays(days) => {
                // The last act lies within.
                let until = last_time(&histories).plus(Span::SECOND);
                Questions::Window { cut: until.minus(Span::DAY.times(days.into())), until }
            }
            Split::LeaveOneOut => Questions::LastMoment,
        };
        // People buy again what they liked, so a shop wants it proposed again.
        Material {
            asked_acts,
            tells_times: true,
            ..Material::new(products, histories, questions, Seen::Keep)
        }
    }

    /// The same with what a catalogue says of its products, numbered as in [`products`](Material::products).
    pub fn with_facts(self, facts: ProductFacts) -> Material {
        Material { facts: Arc::new(facts), ..self }
    }

    /// What is said of the products.
    pub(super) fn facts(&self) -> &ProductFacts {
        &self.facts
    }

    /// The same kind of material with other histories and questions.
    pub(super) fn with(self, histories: Histories, questions: Questions) -> Material {
        Material { histories, questions, ..self }
    }

    /// The products, by their numbers.
    pub fn products(&self) -> &[ProductId] {
        &self.products
    }

    /// Everything, what is asked included.
    pub(super) fn histories(&self) -> &Histories {
        &self.histories
    }

    pub(super) fn questions(&self) -> &Questions {
        &self.questions
    }

    pub(super) fn asked_acts(&self) -> AskedActs {
        self.asked_acts
    }

    /// What may be learned from.
    pub fn learned(&self) -> Cow<'_, Histories> {
        match &self.questions {
            Questions::Window { cut, .. } => Cow::Owned(self.histories.before(*cut)),
            Questions::LastMoment => Cow::Owned(cases::without_last(self)),
            Questions::Given { .. } | Questions::Visits { .. } => Cow::Borrowed(&self.histories),
        }
    }

    /// The moment up to which is learned.
    pub fn learned_until(&self) -> Timestamp {
        match &self.questions {
            Questions::Window { cut, .. } => *cut,
            Questions::LastMoment => last_time(&self.histories).plus(Span::SECOND),
            Questions::Given { now, .. } | Questions::Visits { now, .. } => *now,
        }
    }

    /// The cases, which borrow what was done before from the histories.
    pub fn cases(&self) -> Vec<Case<'_, Interaction>> {
        cases::of(self)
    }

    /// What is done with products that a shopper had already, unless somebody says otherwise.
    pub(super) fn seen(&self) -> Seen {
        self.seen
    }

    /// Whether it is about visits rather than shoppers.
    pub(super) fn is_of_visits(&self) -> bool {
        matches!(self.questions, Questions::Visits { .. })
    }

    /// Whether its times are those at which things happened: plain files tell none.
    pub(super) fn tells_times(&self) -> bool {
        self.tells_times
    }

    /// A checksum of what may be learned from, by which searched parameters know their data.
    pub fn checksum(&self) -> String {
        checksum::data_checksum(&self.learned(), &self.products)
    }

    /// How it is cut, in words.
    pub fn cut_in_words(&self) -> String {
        match &self.questions {
            Questions::Window { cut, until } => {
                let days = until.since(*cut).as_days_f64();
                format!("the last {days:.0} days, from {cut} on")
            }
            Questions::LastMoment => "what each shopper did last".to_owned(),
            Questions::Given { asked, held_out, .. } => {
                format!("{held_out}: what {} shoppers went on to", asked.len())
            }
            Questions::Visits { asked, held_out, .. } => {
                format!("{held_out}: the next item of {} visits", asked.len())
            }
        }
    }
}

/// The last moment at which anything was done.
fn last_time(histories: &Histories) -> Timestamp {
    let last = histories.iter().filter_map(|acts| acts.last()).map(|it| it.time()).max();
    last.unwrap_or_default()
}

/// The same histories with the products in the order of their ids and the shoppers in that of what they
/// did. Holds both for a moment, and a checksum for each shopper.
fn in_order(histories: &Histories, products: Vec<ProductId>) -> (Histories, Vec<ProductId>) {
    let mut order: Vec<usize> = (0..products.len()).collect();
    order.sort_by(|a, b| products[*a].cmp(&products[*b]));
    let mut numbers = vec![ProductIdx::new(0); products.len()];
    for (at, &was) in order.iter().enumerate() {
        numbers[was] = ProductIdx::new(u32::try_from(at).unwrap_or(u32::MAX));
    }
    let mut shoppers: Vec<(Option<Timestamp>, [u8; 32], usize)> = (histories.iter().enumerate())
        .map(|(shopper, acts)| {
            let digest = checksum::digest(acts, &products);
            (acts.first().map(|it| it.time()), *digest.as_bytes(), shopper)
        })
        .collect();
    shoppers.sort_unstable();
    let mut sorted = Histories::new();
    for (_, _, shopper) in shoppers {
        sorted.push_shopper(histories.of(shopper).iter().map(|act| {
            let product = numbers[act.product().as_usize()];
            Interaction::new(product, act.action(), act.time(), act.quantity())
        }));
    }
    let products = order.into_iter().map(|it| products[it].clone()).collect();
    (sorted, products)
}
