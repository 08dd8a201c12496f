//! Data sets: what shoppers did, out of the lake, as far as it may be learned from.
//!
//! ```text
//! archive up to now ─▶ lake: acts, a shopper's together ─▶ consent ─▶ catalogue ─▶ proof ─▶ caps ─▶ room ─▶ DataSet
//! live catalogue ─▶ what is said of products, also of those that nobody touched ──────────────────────────────┘
//! ```
//!
//! # Invariants
//!
//! - The gate of use is asked for every act with what its shopper answers *today*: who refused after the
//!   fact teaches nothing.
//! - A product that the catalogue never knew is in no data set: anybody could name any number of others.
//! - An order that only a browser told of teaches nothing.
//! - One shopper adds to one product, and to all, at most so much for each day on which acts are said to have
//!   happened, by the limits of the live counts, and orders each product once a day; and no more acts in all
//!   than [`ACTS_A_SHOPPER_MAX`], the newest.
//! - No more than the given memory is held: beyond it whole shoppers are left out, drawn by a hash of their
//!   key, and the data set says what share of them it holds. What is said of products comes beside, and is never
//!   more than the catalogue itself holds.
//!
//! # What does not live here
//!
//! What is made of it: `training` fits, `judging` judges. Address ranges are not known to the lake's acts,
//! so caps by range hold for the live counts only. Nor is it known when acts were received: the live counts cap
//! what a browser tells by the day of receipt, a data set by the day that the browser names. Who names each of
//! the days that intake lets a browser go back adds as much as is allowed for each of them, at once.

use std::num::NonZeroU16;

use consent::Use;
use domain::{Position, ProductId, ProductIdx, ShopperKey, Timestamp, Verification};
use features::{Action, Histories, InfluenceLimits, Interaction, ProductFact, ProductFacts};
use ports::{Act, ActKind, ActsWanted, PortError};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{App, ArchiveError};

/// How many acts of one shopper are learned from at the most.
pub(crate) const ACTS_A_SHOPPER_MAX: usize = 20_000;
/// How many products a data set knows at the most; acts with others are left out.
const PRODUCTS_MAX: usize = features::counts::PRODUCTS_MAX;
/// How many products are looked at before others may use the catalogue.
const PRODUCTS_AT_ONCE: usize = 1_000;
/// A product's id and its places in the tables that number them, about.
const BYTES_A_PRODUCT: usize = 96;
/// A shopper's place and the hash by which they are drawn.
const BYTES_A_SHOPPER: usize = 16;
/// Vectors grow by doubling: what is held may take twice its room while it grows.
const GROWTH: usize = 2;

/// How many acts are not in a data set, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Their shopper does not allow it, or does not any more.
    pub no_consent: u64,
    /// They are orders that only a browser told of.
    pub unverified: u64,
    /// Their shopper had done too much that day, or in all.
    pub capped: u64,
    /// They are lines of orders of which nothing was kept.
    pub returned: u64,
    /// The catalogue never knew their product.
    pub unknown_products: u64,
    /// The shop has more products than can be numbered.
    pub beyond_products: u64,
    /// Their shopper was not drawn, for want of memory.
    pub sampled: u64,
}

/// What may be learned from.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// What shoppers did. A shopper stands in it who did anything that may be learned from.
    pub histories: Histories,
    /// The products by their numbers in `histories`, in the order of their ids.
    pub products: Vec<ProductId>,
    /// The products of the catalogue that are in no history, in the order of their ids; their numbers come after.
    pub untouched: Vec<ProductId>,
    /// What the catalogue says of all of them, by number; nothing of those that were deleted.
    pub facts: ProductFacts,
    /// How many acts are not in it.
    pub left_out: LeftOut,
    /// One of how many shoppers is in it: 1 for all, then 2, 4, 8 …
    pub one_shopper_of: u32,
    /// The time of the first act; that of the epoch when there is none.
    pub first: Timestamp,
    /// The time of the last act.
    pub last: Timestamp,
    /// Events up to this one were looked at.
    pub through: Position,
}

impl DataSet {
    /// How many acts it holds.
    pub fn n_acts(&self) -> u64 {
        self.histories.n_interactions() as u64
    }

    /// All products by their numbers, those that nobody touched after the others.
    pub fn numbered(&self) -> impl Iterator<Item = &ProductId> {
        self.products.iter().chain(&self.untouched)
    }

    /// Takes in those of the catalogue's products that are in no history.
    fn take_untouched(&mut self, mut ids: Vec<ProductId>) {
        ids.retain(|it| self.products.binary_search(it).is_err());
        ids.sort_unstable();
        self.untouched = ids;
    }

    /// The number of a product, if it is in it.
    pub fn number(&self, id: &ProductId) -> Option<ProductIdx> {
        let touched = self.products.binary_search(id).ok();
        let among_untouched = || self.untouched.binary_search(id).ok();
        let number = touched.or_else(|| among_untouched().map(|it| self.products.len() + it))?;
        u32::try_from(number).ok().map(ProductIdx::new)
    }
}

/// Why there is no data set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataSetError {
    /// What happened could not be archived.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The lake could not be read.
    #[error("the acts of the data set could not be read")]
    Lake(#[from] PortError),
}

impl App {
    /// Reads a data set of everything up to now, archiving what is not archived yet.
    ///
    /// # Errors
    ///
    /// [`DataSetError`] when the history could not be archived or read.
    pub async fn data_set(&self) -> Result<DataSet, DataSetError> {
        // Answers are those of the live state, so nothing later than what it has seen is asked.
        let through = self.applied();
        self.archive_through(through).await?;
        let wanted = ActsWanted {
            kinds: ActKind::ALL.to_vec(),
            from: Timestamp::from_micros(i64::MIN),
            until: Timestamp::from_micros(i64::MAX),
            through,
        };
        let mut acts = self.backends.lake.acts(wanted).await?;
        let mut gathering = Gathering::within(self.settings.training.memory_bytes, through);
        while let Some(batch) = acts.next().await? {
            let live = self.live();
            let is_known = |product: &ProductId| live.catalogue().number(product).is_some();
            gathering.take(batch, |shopper| live.answers(shopper), is_known);
        }
        let mut set = gathering.finish();
        self.tell_of_products(&mut set);
        Ok(set)
    }

    /// Adds what the catalogue says of products, and those that nobody touched.
    fn tell_of_products(&self, set: &mut DataSet) {
        let n_numbered = self.live().catalogue().n_numbered();
        let mut ids = Vec::new();
        for first in (0..n_numbered).step_by(PRODUCTS_AT_ONCE) {
            let live = self.live();
            ids.extend(live.catalogue().ids(first..first + PRODUCTS_AT_ONCE).cloned());
        }
        set.take_untouched(ids);
        let mut facts = ProductFacts::new();
        let all: Vec<&ProductId> = set.numbered().collect();
        for some in all.chunks(PRODUCTS_AT_ONCE) {
            let live = self.live();
            for id in some {
                let product = live.catalogue().get(id);
                facts.push(product.map(ProductFact::from).unwrap_or_default());
            }
        }
        set.facts = facts;
    }
}

/// A data set on its way.
struct Gathering {
    set: DataSet,
    numbers: FxHashMap<ProductId, u32>,
    /// The hash of each shopper in the set.
    hashes: Vec<u64>,
    memory_bytes: usize,
    shopper: Option<OneShopper>,
}

/// The shopper whose acts are being read, in the order of time.
struct OneShopper {
    key: ShopperKey,
    acts: Vec<Interaction>,
    today: Today,
}

/// What a shopper has added on one day.
#[derive(Default)]
struct Today {
    day: i64,
    all: f32,
    products: FxHashMap<u32, f32>,
    ordered: FxHashSet<u32>,
}

impl Gathering {
    fn within(memory_bytes: u64, through: Position) -> Gathering {
        Gathering {
            set: DataSet {
                histories: Histories::new(),
                products: Vec::new(),
                untouched: Vec::new(),
                facts: ProductFacts::new(),
                left_out: LeftOut::default(),
                one_shopper_of: 1,
                first: Timestamp::default(),
                last: Timestamp::default(),
                through,
            },
            numbers: FxHashMap::default(),
            hashes: Vec::new(),
            memory_bytes: usize::try_from(memory_bytes).unwrap_or(usize::MAX),
            shopper: None,
        }
    }

    fn take(
        &mut self,
        batch: Vec<Act>,
        answers: impl Fn(&ShopperKey) -> consent::Answers,
        is_known: impl Fn(&ProductId) -> bool,
    ) {
        for act in batch {
            if self.shopper.as_ref().is_none_or(|it| it.key != act.shopper) {
                self.end_shopper();
                let today = Today::default();
                self.shopper = Some(OneShopper { key: act.shopper, acts: Vec::new(), today });
            }
            let allowed = consent::still_allowed(act.purposes, answers(&act.shopper));
            if !consent::at_use(Use::Teach, allowed).is_granted() {
                self.set.left_out.no_consent += 1;
                continue;
            }
            if !is_known(&act.product) {
                self.set.left_out.unknown_products += 1;
                continue;
            }
            self.take_allowed(&act);
        }
    }

    fn take_allowed(&mut self, act: &Act) {
        let left_out = &mut self.set.left_out;
        let is_order = act.kind == ActKind::Ordered;
        if is_order && act.verification == Verification::Unverified {
            left_out.unverified += 1;
            return;
        }
        if is_order && act.quantity <= 0 {
            left_out.returned += 1;
            return;
        }
        let Some(product) = number(&mut self.numbers, &mut self.set.products, &act.product) else {
            left_out.beyond_products += 1;
            return;
        };
        let Some(shopper) = &mut self.shopper else { return };
        let action = action(act.kind);
        if !shopper.today.admits(act.time, product, action) {
            left_out.capped += 1;
            return;
        }
        let quantity = u16::try_from(act.quantity.max(1)).unwrap_or(u16::MAX);
        let quantity = NonZeroU16::new(quantity).unwrap_or(NonZeroU16::MIN);
        let product = ProductIdx::new(product);
        shopper.acts.push(Interaction::new(product, action, act.time, quantity));
        // Twice the most, then the newest half: no shopper's acts fill the memory.
        if shopper.acts.len() >= 2 * ACTS_A_SHOPPER_MAX {
            left_out.capped += keep_newest(&mut shopper.acts);
        }
    }

    fn end_shopper(&mut self) {
        let Some(mut shopper) = self.shopper.take() else { return };
        self.set.left_out.capped += keep_newest(&mut shopper.acts);
        if shopper.acts.is_empty() {
            return;
        }
        let hash = hash_of(&shopper.key);
        if !is_drawn(hash, self.set.one_shopper_of) {
            self.set.left_out.sampled += shopper.acts.len() as u64;
            return;
        }
        self.set.histories.push_shopper(shopper.acts);
        self.hashes.push(hash);
        while self.held_bytes() > self.memory_bytes && self.hashes.len() > 1 {
            self.draw_half();
        }
    }

    /// What the set takes now, about.
    fn held_bytes(&self) -> usize {
        let acts = self.set.histories.n_interactions() * size_of::<Interaction>();
        let shoppers = self.hashes.len() * BYTES_A_SHOPPER;
        GROWTH * (acts + shoppers) + self.set.products.len() * BYTES_A_PRODUCT
    }

    /// Lets go of every second shopper.
    fn draw_half(&mut self) {
        let Some(one_of) = self.set.one_shopper_of.checked_mul(2) else { return };
        let hashes = std::mem::take(&mut self.hashes);
        let histories = &mut self.set.histories;
        let n_before = histories.n_interactions();
        histories.retain_shoppers(|shopper| is_drawn(hashes[shopper], one_of));
        self.set.left_out.sampled += (n_before - histories.n_interactions()) as u64;
        self.hashes = hashes.into_iter().filter(|it| is_drawn(*it, one_of)).collect();
        self.set.one_shopper_of = one_of;
    }

    fn finish(mut self) -> DataSet {
        self.end_shopper();
        let mut set = self.set;
        let times = |set: &DataSet| {
            let ends = set.histories.iter().filter_map(|it| it.first().zip(it.last()));
            ends.map(|(first, last)| (first.time(), last.time()))
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        if let Some((first, last)) = times(&set) {
            (set.first, set.last) = (first, last);
        }
        number_by_id(&mut set);
        set
    }
}

/// Numbers the products that are left anew, in the order of their ids: the same history gives the same
/// numbers, whatever the random keys of its shoppers.
fn number_by_id(set: &mut DataSet) {
    let mut is_used = vec![false; set.products.len()];
    for it in set.histories.iter().flatten() {
        is_used[it.product().as_usize()] = true;
    }
    let mut used: Vec<(ProductId, usize)> = std::mem::take(&mut set.products)
        .into_iter()
        .zip(0..)
        .filter(|(_, was)| is_used[*was])
        .collect();
    used.sort_unstable();
    let mut numbers = vec![ProductIdx::new(u32::MAX); is_used.len()];
    for (number, (_, was)) in (0..).zip(&used) {
        numbers[*was] = ProductIdx::new(number);
    }
    set.histories.renumber(&numbers);
    set.products = used.into_iter().map(|(id, _)| id).collect();
}

impl Today {
    /// Whether anything of the shopper's day is left for this, which is taken off it. Orders have a cap of
    /// their own, as in the live counts: each product once a day, however many there are.
    fn admits(&mut self, time: Timestamp, product: u32, action: Action) -> bool {
        let limits = InfluenceLimits::default();
        let day = time.as_micros().div_euclid(domain::Span::DAY.as_micros());
        if day != self.day {
            *self = Today { day, ..Today::default() };
        }
        if action == Action::Ordered {
            return self.ordered.insert(product);
        }
        let of_product = self.products.entry(product).or_default();
        if *of_product >= limits.shopper_product.get() || self.all >= limits.shopper.get() {
            return false;
        }
        *of_product += action.weight().get();
        self.all += action.weight().get();
        true
    }
}

/// Cuts a shopper's acts to the newest; how many went.
fn keep_newest(acts: &mut Vec<Interaction>) -> u64 {
    let n_over = acts.len().saturating_sub(ACTS_A_SHOPPER_MAX);
    acts.drain(..n_over);
    n_over as u64
}

fn number(
    numbers: &mut FxHashMap<ProductId, u32>,
    products: &mut Vec<ProductId>,
    id: &ProductId,
) -> Option<u32> {
    if let Some(number) = numbers.get(id) {
        return Some(*number);
    }
    let number = u32::try_from(products.len()).ok().filter(|_| products.len() < PRODUCTS_MAX)?;
    products.push(id.clone());
    numbers.insert(id.clone(), number);
    Some(number)
}

const fn action(kind: ActKind) -> Action {
    match kind {
        ActKind::Clicked => Action::Clicked,
        ActKind::Viewed => Action::Viewed,
        ActKind::Wished => Action::Wished,
        ActKind::Added => Action::Added,
        ActKind::Removed => Action::Removed,
        ActKind::Ordered => Action::Ordered,
    }
}

fn hash_of(shopper: &ShopperKey) -> u64 {
    let hash = blake3::hash(shopper.as_bytes());
    u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"))
}

const fn is_drawn(hash: u64, one_of: u32) -> bool {
    hash.is_multiple_of(one_of as u64)
}

#[cfg(test)]
mod tests;
