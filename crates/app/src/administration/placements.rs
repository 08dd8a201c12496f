//! Placements: where something is decided, and out of what.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use domain::{GeneratorShare, ListOrder, Personalization, Placement, PlacementId, Steering};
use ports::PortError;
use rank::{Filter, FilterError};
use rustc_hash::FxHashMap;

use crate::live::GENERATORS;
use crate::models::trained_generators;
use crate::{App, Caller, OpenError};

/// The most placements of one shop.
const PLACEMENTS_MAX: usize = 500;

/// The fact that says that a shop was given its first placements: deleted ones stay deleted.
const FIRST_PLACEMENTS_GIVEN: &str = "first_placements_given";

/// A placement, ready to be decided for.
#[derive(Clone, Debug)]
pub(crate) struct ReadyPlacement {
    pub(crate) placement: Placement,
    /// Its own filter, parsed.
    pub(crate) filter: Option<Filter>,
}

/// The placements in force.
#[derive(Debug, Default)]
pub(crate) struct Placements(RwLock<FxHashMap<PlacementId, Arc<ReadyPlacement>>>);

/// Why a placement was not saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlacementError {
    /// A generator of that name does not exist.
    #[error("`{given}` is no generator; there are {}", known_generators())]
    UnknownGenerator {
        /// The name given.
        given: String,
    },
    /// A weight is not positive, or none is given.
    #[error("the weight of `{generator}` is {weight}; give a positive number")]
    Weight {
        /// Whose weight.
        generator: String,
        /// The weight given.
        weight: f32,
    },
    /// There is no generator at all.
    #[error("names no generator; give at least one of {}", known_generators())]
    NoGenerator,
    /// The filter cannot be understood.
    #[error("its filter is not understood: {0}")]
    Filter(FilterError),
    /// The shop has too many placements.
    #[error("the shop has {PLACEMENTS_MAX} placements, which is the most; delete one first")]
    TooMany,
    /// Records could not be written.
    #[error("the placement was not saved")]
    Backend(#[from] PortError),
}

/// The names of the generators that a placement can draw on.
fn generators() -> impl Iterator<Item = &'static str> {
    GENERATORS.into_iter().chain(trained_generators())
}

/// All of them, for people.
fn known_generators() -> String {
    generators().collect::<Vec<_>>().join(", ")
}

impl Placements {
    pub(crate) fn get(&self, id: &PlacementId) -> Option<Arc<ReadyPlacement>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// All of them, by id.
    pub(crate) fn all(&self) -> Vec<Arc<ReadyPlacement>> {
        let placements = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = placements.values().cloned().collect();
        all.sort_by(|a, b| a.placement.id.cmp(&b.placement.id));
        all
    }

    /// Whether any of them draws on a generator.
    pub(crate) fn draw_on(&self, generator: &str) -> bool {
        let placements = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut shares = placements.values().flat_map(|it| &it.placement.generators);
        shares.any(|it| it.generator == generator)
    }

    /// The generators of each placement whose order is learned, and that draws on several, in its order.
    pub(crate) fn generator_sets(&self) -> BTreeSet<Vec<String>> {
        let placements = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let names = |it: &Arc<ReadyPlacement>| -> Vec<String> {
            it.placement.generators.iter().map(|it| it.generator.clone()).collect()
        };
        let is_ranked = |it: &&Arc<ReadyPlacement>| {
            it.placement.steering.order == ListOrder::Learned && it.placement.generators.len() > 1
        };
        placements.values().filter(is_ranked).map(names).collect()
    }

    /// Their ids, for people.
    pub(crate) fn names(&self) -> String {
        let ids: Vec<String> = self.all().iter().map(|it| it.placement.id.to_string()).collect();
        ids.join(", ")
    }

    /// These and no others.
    pub(super) fn replace(&self, ready: Vec<ReadyPlacement>) {
        let by_id = ready.into_iter().map(|it| (it.placement.id.clone(), Arc::new(it)));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = by_id.collect();
    }

    fn put(&self, ready: ReadyPlacement) {
        let mut placements = self.0.write().unwrap_or_else(PoisonError::into_inner);
        placements.insert(ready.placement.id.clone(), Arc::new(ready));
    }

    fn remove(&self, id: &PlacementId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl ReadyPlacement {
    /// Checks a placement and makes it ready.
    ///
    /// # Errors
    ///
    /// [`PlacementError`] naming what is wrong with it.
    pub(crate) fn new(placement: Placement) -> Result<ReadyPlacement, PlacementError> {
        if placement.generators.is_empty() {
            return Err(PlacementError::NoGenerator);
        }
        for GeneratorShare { generator, weight } in &placement.generators {
            if !generators().any(|it| it == generator) {
                return Err(PlacementError::UnknownGenerator { given: generator.clone() });
            }
            if !(weight.is_finite() && *weight > 0.0) {
                let generator = generator.clone();
                return Err(PlacementError::Weight { generator, weight: *weight });
            }
        }
        let filter = placement.filter.as_deref().map(Filter::parse).transpose();
        let filter = filter.map_err(PlacementError::Filter)?;
        Ok(ReadyPlacement { placement, filter })
    }
}

/// A first placement: its id, its title, its generators and their weights.
type First = (&'static str, &'static str, &'static [(&'static str, f32)]);

/// The placements that every shop begins with.
const FIRST: [First; 6] = [
    (
        "home",
        "Home: for you",
        &[
            ("session_neighbors", 1.0),
            ("also_viewed", 0.5),
            ("item_neighbors", 0.6),
            ("trending", 0.15),
            ("popular", 0.1),
        ],
    ),
    (
        "category",
        "Category: for you",
        &[("session_neighbors", 1.0), ("item_neighbors", 0.3), ("trending", 0.3), ("popular", 0.3)],
    ),
    (
        "similar",
        "Product: similar",
        &[("also_viewed", 1.0), ("session_neighbors", 0.5), ("popular", 0.05)],
    ),
    ("bought_together", "Product: bought together", &[("bought_together", 1.0)]),
    (
        "cart",
        "Cart: goes with it",
        &[
            ("bought_together", 1.0),
            ("session_neighbors", 0.4),
            ("item_neighbors", 0.3),
            ("popular", 0.05),
        ],
    ),
    (
        "order_confirmation",
        "Order: next time",
        &[
            ("bought_together", 0.6),
            ("session_neighbors", 0.6),
            ("item_neighbors", 0.4),
            ("trending", 0.1),
        ],
    ),
];

fn first_placements() -> impl Iterator<Item = Placement> {
    let share = |(generator, weight): &(&str, f32)| GeneratorShare {
        generator: (*generator).to_owned(),
        weight: *weight,
    };
    FIRST.into_iter().map(move |(id, title, generators)| Placement {
        id: id.parse().expect("the ids of the first placements are slugs"),
        title: title.to_owned(),
        generators: generators.iter().map(share).collect(),
        filter: None,
        personalization: Personalization::On,
        steering: Steering::default(),
    })
}

impl App {
    /// Reads the placements from records; a new shop is given the first ones.
    pub(crate) async fn load_placements(&self) -> Result<(), OpenError> {
        let records = &self.backends.records;
        if records.fact(FIRST_PLACEMENTS_GIVEN).await?.is_none() {
            for placement in first_placements() {
                records.put_placement(placement).await?;
            }
            records.set_fact(FIRST_PLACEMENTS_GIVEN, "yes").await?;
        }
        for placement in records.placements().await? {
            let id = placement.id.clone();
            let ready = ReadyPlacement::new(placement)
                .map_err(|source| OpenError::Placement { id, source })?;
            self.placements.put(ready);
        }
        Ok(())
    }

    /// Every placement, by id.
    pub fn placements(&self) -> Vec<Placement> {
        self.placements.all().iter().map(|it| it.placement.clone()).collect()
    }

    /// Adds a placement or replaces the one of that id.
    ///
    /// # Errors
    ///
    /// [`PlacementError`] naming what is wrong with it; nothing is changed then.
    pub async fn put_placement(
        &self,
        caller: &Caller,
        placement: Placement,
    ) -> Result<(), PlacementError> {
        let ready = ReadyPlacement::new(placement)?;
        let _alone = self.administering.lock().await;
        let id = ready.placement.id.clone();
        if self.placements.get(&id).is_none() && self.placements.all().len() >= PLACEMENTS_MAX {
            return Err(PlacementError::TooMany);
        }
        self.backends.records.put_placement(ready.placement.clone()).await?;
        self.placements.put(ready);
        self.audit(caller, "placement.put", id.as_str()).await?;
        Ok(())
    }

    /// Removes a placement; `false` when there is none of that id.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be written.
    pub async fn delete_placement(
        &self,
        caller: &Caller,
        id: &PlacementId,
    ) -> Result<bool, PortError> {
        let _alone = self.administering.lock().await;
        let deleted = self.backends.records.delete_placement(id).await?;
        if deleted {
            self.placements.remove(id);
            self.audit(caller, "placement.delete", id.as_str()).await?;
        }
        Ok(deleted)
    }
}
