//! What a file holds, counted on the way.

use std::sync::{Arc, Mutex, PoisonError};

/// Named counts, in the order in which they were first named. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Facts(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Facts {
    /// Says what a count is.
    pub(crate) fn set(&self, name: &'static str, value: impl ToString) {
        let mut facts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match facts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value.to_string(),
            None => facts.push((name, value.to_string())),
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<(&'static str, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Option<String> {
        self.all().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}
