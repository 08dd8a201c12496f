//! Ids seen lately, and whose they are: the directory's memory.
//!
//! # Invariant
//!
//! What is remembered was never moved since it was read: whoever looks an id up notes
//! [`KnownIds::moves`] first, and by [`KnownIds::remember`] adds what was found only if nothing moved
//! meanwhile. Who moves an id forgets it here afterwards.

use ports::{BlindId, ShopperRecord};
use rustc_hash::FxHashMap;

/// How many ids each of the two generations holds; an entry takes about 150 bytes.
const IDS_MAX: usize = 200_000;

/// How many ids were moved until something was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves(u64);

/// Ids in two generations: when the young one is full it becomes the old one.
#[derive(Default)]
pub(super) struct KnownIds {
    young: FxHashMap<BlindId, ShopperRecord>,
    old: FxHashMap<BlindId, ShopperRecord>,
    moves: Moves,
}

impl KnownIds {
    pub(super) fn get(&mut self, id: &BlindId) -> Option<ShopperRecord> {
        if let Some(shopper) = self.young.get(id) {
            return Some(shopper.clone());
        }
        let shopper = self.old.get(id)?.clone();
        self.put(*id, shopper.clone());
        Some(shopper)
    }

    /// To be noted before anything is read that will be remembered.
    pub(super) const fn moves(&self) -> Moves {
        self.moves
    }

    /// Remembers what was read after `moves` had been made, unless there were more since: it could be
    /// what an id was before it moved.
    pub(super) fn remember(&mut self, id: BlindId, shopper: &ShopperRecord, moves: Moves) {
        if moves == self.moves {
            self.put(id, shopper.clone());
        }
    }

    /// Forgets an id that was moved in records.
    pub(super) fn forget_moved(&mut self, id: &BlindId) {
        self.moves = Moves(self.moves.0 + 1);
        self.young.remove(id);
        self.old.remove(id);
    }

    /// Forgets all ids, since some of them were moved.
    pub(super) fn forget_all(&mut self) {
        *self = KnownIds { moves: Moves(self.moves.0 + 1), ..KnownIds::default() };
    }

    fn put(&mut self, id: BlindId, shopper: ShopperRecord) {
        if self.young.len() >= IDS_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, shopper);
    }
}

#[cfg(test)]
mod tests {
    use domain::ShopperKey;
    use ports::IdKind;

    use super::*;

    const PHONE: BlindId = BlindId { kind: IdKind::Visitor, fingerprint: [1; 16] };

    fn shopper(number: u8) -> ShopperRecord {
        let key = ShopperKey::from_bytes([number; 16]);
        ShopperRecord { key, wrapped_seal_key: Vec::new() }
    }

    #[test]
    fn what_was_read_is_remembered() {
        let mut ids = KnownIds::default();
        let moves = ids.moves();
        ids.remember(PHONE, &shopper(1), moves);
        assert_eq!(ids.get(&PHONE), Some(shopper(1)));
    }

    #[test]
    fn what_was_read_before_a_move_is_not_remembered_after_it() {
        let mut ids = KnownIds::default();
        let moves = ids.moves();
        ids.forget_moved(&PHONE);
        ids.remember(PHONE, &shopper(1), moves);
        assert_eq!(ids.get(&PHONE), None, "it is read anew");
    }

    #[test]
    fn what_was_read_before_all_was_forgotten_is_not_remembered() {
        let mut ids = KnownIds::default();
        let moves = ids.moves();
        ids.remember(PHONE, &shopper(1), moves);
        ids.forget_all();
        ids.remember(PHONE, &shopper(1), moves);
        assert_eq!(ids.get(&PHONE), None, "it is read anew");
    }

    #[test]
    fn a_moved_id_is_forgotten_in_both_generations() {
        let mut ids = KnownIds::default();
        let moves = ids.moves();
        ids.remember(PHONE, &shopper(1), moves);
        ids.old = std::mem::take(&mut ids.young);
        assert_eq!(ids.get(&PHONE), Some(shopper(1)), "now it is in both");
        ids.forget_moved(&PHONE);
        assert_eq!(ids.get(&PHONE), None);
    }
}
