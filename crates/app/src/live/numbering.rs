//! Dense numbers, given in the order of first mention.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Things and their dense numbers.
#[derive(Clone, Debug)]
pub(crate) struct Numbering<T> {
    numbers: FxHashMap<T, u32>,
    things: Vec<T>,
}

impl<T> Default for Numbering<T> {
    fn default() -> Numbering<T> {
        Numbering { numbers: FxHashMap::default(), things: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Numbering<T> {
    /// The number of `thing`, if it has one.
    pub(crate) fn get(&self, thing: &T) -> Option<u32> {
        self.numbers.get(thing).copied()
    }

    /// The number of `thing`, giving it the next one if it has none and fewer than `n_max` are given.
    pub(crate) fn number(&mut self, thing: &T, n_max: usize) -> Option<u32> {
        if let Some(number) = self.get(thing) {
            return Some(number);
        }
        let number = u32::try_from(self.things.len()).ok()?;
        if self.things.len() >= n_max {
            return None;
        }
        self.numbers.insert(thing.clone(), number);
        self.things.push(thing.clone());
        Some(number)
    }

    /// The thing of that number.
    pub(crate) fn thing(&self, number: u32) -> Option<&T> {
        self.things.get(number as usize)
    }

    /// The things, in the order of their numbers.
    pub(crate) fn things(&self) -> &[T] {
        &self.things
    }
}
