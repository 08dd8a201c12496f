//! What is kept of shoppers, in slots: found by key, and listed in the order in which they were seen
//! last.

use std::num::NonZeroU32;

use domain::ShopperKey;
use rustc_hash::FxHashMap;

/// No slot: the end of a list.
const NONE: u32 = u32::MAX;

/// Something that is kept of a shopper.
pub(crate) trait Kept: Default {
    /// The bytes of memory beyond the value itself.
    fn heap_bytes(&self) -> usize;
}

/// What is kept of all shoppers.
///
/// The list runs through the slots by their numbers. Slots of forgotten shoppers are used again, the
/// last freed first; which slot a shopper has is seen by nobody.
#[derive(Clone, Debug)]
pub(crate) struct Slots<T> {
    by_key: FxHashMap<ShopperKey, u32>,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    /// The slot seen last.
    newest: u32,
    /// The slot seen longest ago.
    oldest: u32,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    key: ShopperKey,
    newer: u32,
    older: u32,
    kept: T,
}

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots {
            by_key: FxHashMap::default(),
            slots: Vec::new(),
            free: Vec::new(),
            newest: NONE,
            oldest: NONE,
        }
    }
}

impl<T: Kept> Slots<T> {
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(crate) fn get(&self, key: &ShopperKey) -> Option<&T> {
        self.by_key.get(key).map(|&at| &self.slots[at as usize].kept)
    }

    pub(crate) fn get_mut(&mut self, key: &ShopperKey) -> Option<&mut T> {
        self.by_key.get(key).map(|&at| &mut self.slots[at as usize].kept)
    }

    /// What is kept of that shopper, who is now the one seen last, made if there is nothing; among more
    /// than `n_max`, the one seen longest ago is forgotten.
    pub(crate) fn get_or_insert(&mut self, key: ShopperKey, n_max: NonZeroU32) -> &mut T {
        let at = match self.by_key.get(&key) {
            Some(&at) => {
                if at != self.newest {
                    self.unlink(at);
                    self.link_newest(at);
                }
                at
            }
            None => {
                while self.len() >= n_max.get() as usize {
                    let oldest = self.slots[self.oldest as usize].key;
                    self.remove(&oldest);
                }
                self.insert_newest(key, T::default())
            }
        };
        &mut self.slots[at as usize].kept
    }

    /// Puts in a shopper who is not there yet, as the one seen last.
    pub(crate) fn insert_newest(&mut self, key: ShopperKey, kept: T) -> u32 {
        let slot = Slot { key, newer: NONE, older: NONE, kept };
        let at = if let Some(at) = self.free.pop() {
            self.slots[at as usize] = slot;
            at
        } else {
            self.slots.push(slot);
            u32::try_from(self.slots.len() - 1).expect("shoppers are limited by a u32")
        };
        self.by_key.insert(key, at);
        self.link_newest(at);
        at
    }

    /// Forgets a shopper, and answers what was kept.
    pub(crate) fn remove(&mut self, key: &ShopperKey) -> Option<T> {
        let at = self.by_key.remove(key)?;
        self.unlink(at);
        self.free.push(at);
        Some(std::mem::take(&mut self.slots[at as usize].kept))
    }

    /// All shoppers, from the one seen longest ago to the one seen last.
    pub(crate) fn iter_oldest_first(&self) -> impl Iterator<Item = (&ShopperKey, &T)> {
        let slot = |at: u32| self.slots.get(at as usize);
        std::iter::successors(slot(self.oldest), move |it| slot(it.newer))
            .map(|it| (&it.key, &it.kept))
    }

    /// The shoppers that are `wanted`, in the same order; of more than `n_max` those seen last.
    pub(crate) fn part(
        &self,
        n_max: NonZeroU32,
        is_wanted: impl Fn(&ShopperKey) -> bool,
    ) -> Slots<T>
    where
        T: Clone,
    {
        let mut part = Slots::default();
        for (key, kept) in self.iter_oldest_first().filter(|(key, _)| is_wanted(key)) {
            *part.get_or_insert(*key, n_max) = kept.clone();
        }
        part
    }

    /// Changes what is kept of everybody, in no order.
    pub(crate) fn change_all(&mut self, change: impl FnMut(&mut T)) {
        self.slots.iter_mut().map(|it| &mut it.kept).for_each(change);
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        // The map keeps one byte of control beside each place.
        let of_map = self.by_key.capacity() * 8 / 7 * (size_of::<(ShopperKey, u32)>() + 1);
        let of_slots =
            self.slots.capacity() * size_of::<Slot<T>>() + self.free.capacity() * size_of::<u32>();
        let of_kept: usize = self.slots.iter().map(|it| it.kept.heap_bytes()).sum();
        of_map + of_slots + of_kept
    }

    fn unlink(&mut self, at: u32) {
        let Slot { newer, older, .. } = self.slots[at as usize];
        match self.slots.get_mut(newer as usize) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
        match self.slots.get_mut(older as usize) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
    }

    fn link_newest(&mut self, at: u32) {
        let older = self.newest;
        self.slots[at as usize].newer = NONE;
        self.slots[at as usize].older = older;
        match self.slots.get_mut(older as usize) {
            Some(slot) => slot.newer = at,
            None => self.oldest = at,
        }
        self.newest = at;
    }
}
