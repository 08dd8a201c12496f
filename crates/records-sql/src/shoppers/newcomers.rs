//! The ids given lately, as memory has them: what the table `newcomer` holds and the others do not yet.

use domain::ShopperKey;
use ports::{BlindId, ShopperRecord};
use rustc_hash::FxHashMap;

/// Differs from one transaction to the next when anybody else may have written in between: the number of a
/// connection, and what it has seen of others.
pub(super) type Version = (u64, i64);

/// Newcomers by id and by shopper; about 200 bytes each.
#[derive(Default)]
pub(super) struct Newcomers {
    /// The version of the database of which these are.
    pub(super) version: Option<Version>,
    owners: FxHashMap<BlindId, ShopperKey>,
    wrapped_seal_keys: FxHashMap<ShopperKey, Vec<u8>>,
}

impl Newcomers {
    pub(super) fn len(&self) -> usize {
        self.owners.len()
    }

    /// Adds one; whoever came first keeps their id and their seal key.
    pub(super) fn add(&mut self, id: BlindId, shopper: &ShopperRecord) {
        self.owners.entry(id).or_insert(shopper.key);
        let seal_key = self.wrapped_seal_keys.entry(shopper.key);
        seal_key.or_insert_with(|| shopper.wrapped_seal_key.clone());
    }

    /// Whose an id is.
    pub(super) fn owner(&self, id: &BlindId) -> Option<ShopperRecord> {
        self.shopper(*self.owners.get(id)?)
    }

    /// The shopper of that key.
    pub(super) fn shopper(&self, key: ShopperKey) -> Option<ShopperRecord> {
        let wrapped_seal_key = self.wrapped_seal_keys.get(&key)?.clone();
        Some(ShopperRecord { key, wrapped_seal_key })
    }

    /// The ids that are `id` or belong to one of `keys`, with their shoppers.
    pub(super) fn around(&self, id: BlindId, keys: &[ShopperKey]) -> Vec<(BlindId, ShopperRecord)> {
        let around = self.owners.iter().filter(|(it, owner)| **it == id || keys.contains(owner));
        around.filter_map(|(it, owner)| Some((*it, self.shopper(*owner)?))).collect()
    }

    /// Forgets ids that have been moved to their places.
    pub(super) fn remove(&mut self, moved: &[(BlindId, ShopperRecord)]) {
        for (id, _) in moved {
            self.owners.remove(id);
        }
    }

    /// Forgets everybody: all have been moved to their places.
    pub(super) fn clear(&mut self) {
        self.owners.clear();
        self.wrapped_seal_keys.clear();
    }
}
