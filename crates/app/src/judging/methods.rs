//! The methods that are judged: the product's own generators, fitted on histories.
//!
//! | name | learns from | what it is judged for |
//! | --- | --- | --- |
//! | `popular` | everything, fading | the baseline that knows nobody |
//! | `most_frequent` | nothing | the baseline that knows one: what the shopper did most often |
//! | `trending` | everything, fading fast | what is moving |
//! | `buy_again` | nothing | what the shopper did, with a sense of time |
//! | `bought_together` | orders | goes by what the shopper did last |
//! | `also_viewed` | visits | the same |
//! | `session_neighbors` | visits | the same, with the whole visit |
//! | those of [`TRAINED`] | everything | as their own pages say |
//!
//! # What does not live here
//!
//! Their arithmetic: `recommend`. Judging: `evaluate`.

use std::num::NonZeroU32;

use domain::{ProductIdx, Span, Timestamp};
use features::visits::VISIT_GAP;
use features::{Action, Counts, Histories, Interaction, ProductFacts};
use recommend::co_occurrence::Relation;
use recommend::popularity::{Popular, Trending, counts_of};
use recommend::{
    BuyAgain, Candidate, CandidateGenerator, CoOccurrence, Context, FitError, Judged, Knob, Lesson,
    SessionNeighbors, TRAINED, TrainedGenerator, TrainedKind, VisitFrom, buy_again, co_occurrence,
    session_neighbors,
};

use super::material::{AskedActs, Material};

/// The name of the baseline that knows nobody.
pub const POPULAR: &str = "popular";
/// The name of the baseline that knows only the shopper: their own most frequent products.
pub const MOST_FREQUENT: &str = "most_frequent";
/// What learns as it goes, the baselines first.
const LIVE: [&str; 7] = [
    POPULAR,
    MOST_FREQUENT,
    "trending",
    "buy_again",
    "bought_together",
    "also_viewed",
    "session_neighbors",
];

/// What can be judged, the baselines first.
pub fn judged() -> impl Iterator<Item = &'static str> {
    LIVE.into_iter().chain(TRAINED.iter().map(|it| it.name))
}

/// The names of what can be judged, for messages.
pub(super) fn judged_names() -> String {
    judged().collect::<Vec<_>>().join(", ")
}

/// How many of a shopper's last acts stand for a visit.
const LAST_ACTS: usize = 20;

/// A half-life in which nothing fades but what is equal otherwise.
const NEVER_FADING_DAYS: f32 = 1e6;

/// A method, ready to be asked.
#[derive(Debug)]
pub struct Fitted {
    pub(super) name: &'static str,
    model: Model,
}

#[derive(Debug)]
enum Model {
    Popular(Counts),
    Trending(Counts),
    BuyAgain(BuyAgain),
    Trained(Box<dyn TrainedGenerator>),
    CoOccurrence(CoOccurrence),
    SessionNeighbors(SessionNeighbors),
}

/// Why there is no such method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Nothing of that name is judged.
    Unknown,
    /// It has nothing to learn from, for this reason.
    NothingToLearn(&'static str),
}

impl From<FitError> for Unfit {
    fn from(error: FitError) -> Unfit {
        Unfit::NothingToLearn(match error {
            FitError::NothingToLearn { reason } => reason,
            FitError::TooLarge { .. } => "it does not fit into the memory allowed",
            _ => "it was given up",
        })
    }
}

impl Fitted {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Bytes of memory that it holds.
    pub fn heap_bytes(&self) -> usize {
        match &self.model {
            Model::Popular(counts) | Model::Trending(counts) => counts.memory_bytes(),
            Model::BuyAgain(_) => 0,
            Model::Trained(it) => it.heap_bytes(),
            Model::CoOccurrence(it) => it.heap_bytes(),
            Model::SessionNeighbors(it) => it.heap_bytes(),
        }
    }

    /// As a method that can be judged. What shoppers come back to is judged without a visit; generators
    /// that go by a visit get what was done last for one.
    pub(super) fn judged(&self, is_of_visits: bool) -> Judged<'_> {
        let visit = match self.model {
            _ if is_of_visits => VisitFrom::LastActs(usize::MAX),
            Model::CoOccurrence(_) | Model::SessionNeighbors(_) => VisitFrom::LastActs(LAST_ACTS),
            _ => VisitFrom::Now,
        };
        Judged::new(self).with_visit(visit)
    }
}

impl CandidateGenerator for Fitted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn generate(&self, context: &Context<'_>, limit: NonZeroU32, out: &mut Vec<Candidate>) {
        match &self.model {
            Model::Popular(counts) => Popular::new(counts).generate(context, limit, out),
            Model::Trending(counts) => Trending::new(counts).generate(context, limit, out),
            Model::BuyAgain(it) => it.generate(context, limit, out),
            Model::Trained(it) => it.generate(context, limit, out),
            Model::CoOccurrence(it) => it.generate(context, limit, out),
            Model::SessionNeighbors(it) => it.generate(context, limit, out),
        }
    }
}

/// The parameters that can be searched for a generator; none where there is nothing to turn.
pub(super) fn knobs(generator: &str) -> &'static [Knob] {
    match generator {
        "session_neighbors" => &session_neighbors::KNOBS,
        "buy_again" => &buy_again::KNOBS,
        _ => TrainedKind::of_name(generator).map_or(&[], |it| it.knobs),
    }
}

/// What a method is fitted on.
#[derive(Clone, Copy)]
pub(crate) struct Learned<'a> {
    /// What shoppers did.
    pub(crate) histories: &'a Histories,
    /// What the catalogue says of products.
    pub(crate) products: &'a ProductFacts,
    /// The moment of which that is the past.
    pub(crate) until: Timestamp,
    /// Which acts are to be foretold.
    pub(crate) asked: AskedActs,
    /// The seed of whatever is drawn.
    pub(crate) seed: u64,
    /// Whether to give up.
    pub(crate) is_stopped: &'a dyn Fn() -> bool,
}

impl<'a> Learned<'a> {
    /// What may be learned from a material.
    pub(super) fn of(histories: &'a Histories, material: &'a Material, seed: u64) -> Learned<'a> {
        let (until, asked) = (material.learned_until(), material.asked_acts());
        let products = material.facts();
        Learned { histories, products, until, asked, seed, is_stopped: &|| false }
    }
}

/// Fits the method of that name, with the values of its knobs or, where there are none, as a shop begins.
pub(crate) fn fit(
    name: &str,
    learned: &Learned<'_>,
    values: Option<&[f64]>,
) -> Result<Fitted, Unfit> {
    let Learned { histories, products, until, asked, seed, is_stopped } = *learned;
    let name = judged().find(|it| *it == name).ok_or(Unfit::Unknown)?;
    let model = match name {
        POPULAR => Model::Popular(counts_of(histories)),
        "trending" => Model::Trending(counts_of(histories)),
        MOST_FREQUENT => Model::BuyAgain(most_frequent(asked)),
        "buy_again" => {
            Model::BuyAgain(BuyAgain::new(configured(values, buy_again::Config::from_values)))
        }
        "bought_together" => Model::CoOccurrence(together(histories, Relation::BoughtTogether)?),
        "also_viewed" => Model::CoOccurrence(together(histories, Relation::AlsoViewed)?),
        "session_neighbors" => {
            let config = configured(values, session_neighbors::Config::from_values);
            Model::SessionNeighbors(sessions(histories, config))
        }
        _ => {
            let kind = TrainedKind::of_name(name).ok_or(Unfit::Unknown)?;
            let lesson = Lesson { products, seed, is_stopped, ..Lesson::of(histories, until) };
            Model::Trained((kind.fit)(&lesson, values.unwrap_or_default())?)
        }
    };
    Ok(Fitted { name, model })
}

fn configured<C: Default>(values: Option<&[f64]>, from_values: impl Fn(&[f64]) -> C) -> C {
    values.map_or_else(C::default, from_values)
}

/// What a shopper ordered most often or, where anything else is to be foretold, did anything with.
pub(crate) fn most_frequent(asked: AskedActs) -> BuyAgain {
    match asked {
        AskedActs::Ordered => BuyAgain::most_frequent(),
        AskedActs::Viewed | AskedActs::All => BuyAgain::new(buy_again::Config {
            half_life_days: NEVER_FADING_DAYS,
            count_exponent: 1.0,
            touch_weight: 1.0,
        }),
    }
}

/// Learns what was viewed in one visit, or ordered at one moment, oldest first within each shopper.
fn together(learned: &Histories, relation: Relation) -> Result<CoOccurrence, Unfit> {
    let (config, action, gap, lack) = match relation {
        Relation::AlsoViewed => {
            let config = co_occurrence::Config::also_viewed();
            (config, Action::Viewed, VISIT_GAP, "nothing was viewed together with anything else")
        }
        Relation::BoughtTogether => {
            let config = co_occurrence::Config::bought_together();
            (config, Action::Ordered, Span::default(), "no order has two lines")
        }
    };
    let mut model = CoOccurrence::new(config);
    let mut n_pairs = 0_usize;
    for acts in learned.iter() {
        let acts: Vec<Interaction> =
            acts.iter().filter(|it| it.action() == action).copied().collect();
        for group in acts.chunk_by(|a, b| b.time().since(a.time()) <= gap) {
            let products: Vec<ProductIdx> = group.iter().map(|it| it.product()).collect();
            n_pairs += products.len() - 1;
            model.append_group(&products);
        }
    }
    if n_pairs == 0 { Err(Unfit::NothingToLearn(lack)) } else { Ok(model) }
}

/// Learns every visit, in the order in which they began.
fn sessions(learned: &Histories, config: session_neighbors::Config) -> SessionNeighbors {
    let visits = |shopper: usize| {
        let is_one_visit = |a: &Interaction, b: &Interaction| b.time().since(a.time()) <= VISIT_GAP;
        learned.of(shopper).chunk_by(is_one_visit)
    };
    let mut all: Vec<&[Interaction]> = (0..learned.n_shoppers()).flat_map(visits).collect();
    all.sort_by_key(|visit| visit.first().map(|it| it.time()));
    let mut model = SessionNeighbors::new(config);
    for visit in all {
        let mut session = None;
        for act in visit.iter().filter(|it| it.action() != Action::Removed) {
            session = Some(model.append(session, act.product()));
        }
    }
    model
}
