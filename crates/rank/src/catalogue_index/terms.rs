//! Which products have a term, and which terms a product has.

use std::sync::Arc;

use domain::ProductIdx;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::filter::Term;

/// Which products have a term, and which terms a product has.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    slots: Vec<Slot>,
    slot_of: FxHashMap<Arc<Term>, u32>,
    /// Slots of terms that no product has any more, to be used again.
    free: Vec<u32>,
    /// The slots of each product's terms, ascending.
    of_product: Vec<Box<[u32]>>,
}

#[derive(Clone, Debug)]
struct Slot {
    term: Arc<Term>,
    products: RoaringBitmap,
}

impl Terms {
    /// The products that have `term`; `None` when there are none.
    pub(super) fn products(&self, term: &Term) -> Option<&RoaringBitmap> {
        let slot = *self.slot_of.get(term)?;
        Some(&self.slots[slot as usize].products)
    }

    /// Makes `terms` all that `product` has.
    pub(super) fn set(&mut self, product: ProductIdx, terms: Vec<Term>) {
        let at = product.as_usize();
        if self.of_product.len() <= at {
            self.of_product.resize_with(at + 1, Box::default);
        }
        let mut slots: Vec<u32> = terms.into_iter().map(|it| self.slot(it)).collect();
        slots.sort_unstable();
        slots.dedup();
        for &slot in &slots {
            self.slots[slot as usize].products.insert(product.get());
        }
        let before = std::mem::replace(&mut self.of_product[at], slots.into());
        for slot in before {
            if self.of_product[at].binary_search(&slot).is_err() {
                self.leave(slot, product);
            }
        }
    }

    /// The slot of `term`, a new one when no product has it yet.
    fn slot(&mut self, term: Term) -> u32 {
        if let Some(slot) = self.slot_of.get(&term) {
            return *slot;
        }
        let term = Arc::new(term);
        let filled = Slot { term: Arc::clone(&term), products: RoaringBitmap::new() };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = filled;
                slot
            }
            None => {
                self.slots.push(filled);
                u32::try_from(self.slots.len() - 1).expect("memory ends before four billion terms")
            }
        };
        self.slot_of.insert(term, slot);
        slot
    }

    /// Takes `product` out of a slot, and the slot out of use when that was the last one.
    fn leave(&mut self, slot: u32, product: ProductIdx) {
        let left = &mut self.slots[slot as usize];
        left.products.remove(product.get());
        if left.products.is_empty() {
            self.slot_of.remove(&left.term);
            self.free.push(slot);
        }
    }

    /// How many terms some product has.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.slot_of.len()
    }
}
