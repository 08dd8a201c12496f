//! The live state: everything that decisions are made from, folded from the log.
//!
//! ```text
//!                   ┌▶ catalogue      products, their numbers, what may be shown
//!                   ├▶ answers        what shoppers allowed and refused; bounded, no refusal is lost
//! log ──▶ fold ─────┼▶ visits         what each is doing now            ─┐
//!                   ├▶ counts         what everybody likes               ├─▶ snapshot, digest
//!                   ├▶ models         visits like this, seen or bought together ─┘
//!                   └▶ writes         decisions and their outcomes, by id (projections)
//! ```
//!
//! # Where to start
//!
//! Read [`fold`]: one function an event comes through.
//!
//! # Invariants
//!
//! - The state is a function of the log alone: time is the events' time, and nothing is random. Folding
//!   the same events gives the same state to the bit, whether or not a snapshot lay between.
//! - Every event passes the gate of use: what a shopper has refused by now is not folded, whatever
//!   they allowed when the event came in.
//! - What one visitor or address range adds to anything shared goes through `features::Influence`.
//! - Where only some shares of the shoppers are followed, what is known of a shopper is a function of the
//!   events of their share, of the catalogue and of consent; and what is learned counts no event twice.

mod answers;
mod catalogue;
mod fold;
mod joining;
mod limits;
mod numbering;
mod outcomes;
mod people;
mod serials;
mod snapshot;

pub(crate) use answers::{AnswerBook, Silence};
pub(crate) use catalogue::Catalogue;
pub(crate) use joining::Joining;
pub(crate) use snapshot::SavedBy;
pub use snapshot::SnapshotDamage;

use std::num::NonZeroU32;

use consent::Answers;
use domain::{Currency, Position, ProductIdx, ShopperKey, Timestamp};
use features::{Counts, CountsConfig, Habit, Influence, Visitor, Window};
use people::{Crowd, People};
use recommend::popularity::{Popular, Trending};
use recommend::{
    BuyAgain, Candidate, CandidateGenerator, CoOccurrence, Context, SessionNeighbors, buy_again,
};
use serials::Serials;

use crate::shares::Shares;

/// The names of the generators that learn as it goes; placements can draw on them and on those that are
/// trained.
pub(crate) const GENERATORS: [&str; 6] =
    ["session_neighbors", "also_viewed", "bought_together", "trending", "popular", "buy_again"];

/// Everything that decisions are made from.
#[derive(Debug)]
pub(crate) struct Live {
    position: Position,
    /// The latest time of receipt: the log's own clock.
    log_time: Timestamp,
    catalogue: Catalogue,
    answers: AnswerBook,
    crowd: Crowd,
    learned: Learned,
    /// How many decisions the log knows of: the highest serial number of each journal.
    serials: Serials,
}

/// What was learned from the shoppers who are followed, about products.
#[derive(Debug)]
struct Learned {
    influence: Influence,
    /// What orders may teach has caps of its own, so that looking at a product uses nothing of them up.
    order_influence: Influence,
    counts: Counts,
    sessions: SessionNeighbors,
    also_viewed: CoOccurrence,
    bought_together: CoOccurrence,
}

impl Learned {
    fn new() -> Learned {
        Learned {
            influence: Influence::new(limits::of_everything()),
            order_influence: Influence::new(limits::of_orders()),
            counts: Counts::new(CountsConfig::default()),
            sessions: SessionNeighbors::new(recommend::session_neighbors::Config::default()),
            also_viewed: CoOccurrence::new(recommend::co_occurrence::Config::also_viewed()),
            bought_together: CoOccurrence::new(recommend::co_occurrence::Config::bought_together()),
        }
    }
}

/// How everybody likes a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Liking {
    /// Nobody did anything with it yet.
    None,
    /// No more than usually.
    Steady,
    /// More these days than usually.
    Rising,
}

impl Live {
    /// The state before the first event.
    pub(crate) fn new(currency: Currency, visitors_max: NonZeroU32) -> Live {
        Live {
            position: Position::START,
            log_time: Timestamp::default(),
            catalogue: Catalogue::new(currency),
            answers: AnswerBook::default(),
            crowd: Crowd::Whole(Box::new(People::new(visitors_max))),
            learned: Learned::new(),
            serials: Serials::default(),
        }
    }

    /// The last event that the state contains.
    pub(crate) const fn position(&self) -> Position {
        self.position
    }

    pub(crate) const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What a shopper is doing now, if they are followed here.
    pub(crate) fn visitor(&self, shopper: &ShopperKey) -> Option<&Visitor> {
        self.crowd.of(shopper)?.visits.get(shopper)
    }

    /// A shopper's habits by ascending product; none for one who is not followed here.
    pub(crate) fn habits_of(&self, shopper: &ShopperKey) -> &[Habit] {
        self.crowd.of(shopper).map_or(&[], |it| it.habits.of(shopper))
    }

    /// How many visitors are in memory.
    pub(crate) fn n_visitors(&self) -> usize {
        self.crowd.n_visitors()
    }

    /// Whether what a shopper does is folded here.
    pub(crate) fn follows(&self, shopper: &ShopperKey) -> bool {
        self.crowd.of(shopper).is_some()
    }

    /// The shares that are followed, each for itself; `None` where everybody is followed.
    pub(crate) fn shares(&self) -> Option<Shares> {
        self.crowd.parts()
    }

    /// Follows, of those who are followed, only the shares in `wanted`: what was learned stays.
    pub(crate) fn keep_only(&mut self, wanted: Shares) {
        self.crowd.keep_only(wanted);
    }

    /// The serial number of the last decision that the log has of a journal.
    pub(crate) fn last_serial(&self, journal: Option<u64>) -> u64 {
        self.serials.last(journal)
    }

    /// What holds for a shopper of what they answered so far.
    pub(crate) fn answers(&self, shopper: &ShopperKey) -> Answers {
        self.answers.of(shopper)
    }

    /// What holds for somebody who is not known.
    pub(crate) fn answers_of_strangers(&self) -> Answers {
        self.answers.silence().complete(Answers::default())
    }

    pub(crate) const fn answer_book(&self) -> &AnswerBook {
        &self.answers
    }

    /// What is counted of products.
    pub(crate) const fn counts(&self) -> &Counts {
        &self.learned.counts
    }

    /// How everybody likes a product.
    pub(crate) fn liking(&self, product: ProductIdx, now: Timestamp) -> Liking {
        let counts = &self.learned.counts;
        let cell = counts.overall().cell(product);
        if cell.count(Window::Popularity).is_empty() {
            Liking::None
        } else if cell.lift(now, counts.config()) > 1.0 {
            Liking::Rising
        } else {
            Liking::Steady
        }
    }

    /// Whether it is bounded and weighed as `other` is: only then do they fold alike.
    pub(crate) fn is_configured_as(&self, other: &Live) -> bool {
        let (one, two) = (&self.learned, &other.learned);
        self.crowd.visitors_max() == other.crowd.visitors_max()
            && one.influence.limits() == two.influence.limits()
            && one.counts.config() == two.counts.config()
            && one.sessions.config() == two.sessions.config()
            && one.also_viewed.config() == two.also_viewed.config()
            && one.bought_together.config() == two.bought_together.config()
    }

    /// Asks the generator of that name, one of [`GENERATORS`]; others answer nothing.
    pub(crate) fn generate(
        &self,
        name: &str,
        context: &Context<'_>,
        limit: NonZeroU32,
    ) -> Vec<Candidate> {
        let (mut out, learned) = (Vec::new(), &self.learned);
        match name {
            "session_neighbors" => learned.sessions.generate(context, limit, &mut out),
            "also_viewed" => learned.also_viewed.generate(context, limit, &mut out),
            "bought_together" => learned.bought_together.generate(context, limit, &mut out),
            "trending" => Trending::new(&learned.counts).generate(context, limit, &mut out),
            "popular" => Popular::new(&learned.counts).generate(context, limit, &mut out),
            "buy_again" => {
                BuyAgain::new(buy_again::Config::default()).generate(context, limit, &mut out);
            }
            _ => {}
        }
        out
    }
}
