//! Looks at a data folder with the product's own commands, and compares it with what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::MessageKey;
use serde::Deserialize;

use super::load::Request;
use super::server::Site;
use super::{CrashError, Senders};

/// What was acknowledged so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    acknowledged: Senders,
    pub(super) n_sent_again: u64,
}

impl Books {
    pub(super) fn acknowledge(&mut self, request: &Request) {
        self.acknowledged.extend(request.keys.iter().map(|(key, who)| (*key, who.clone())));
    }

    pub(super) fn n_acknowledged(&self) -> u64 {
        self.acknowledged.len() as u64
    }

    /// The same books with only those keys in them.
    pub(super) fn of(&self, keys: impl Iterator<Item = MessageKey>) -> Books {
        let who = |key| (key, self.acknowledged.get(&key).cloned().flatten());
        Books { acknowledged: keys.map(who).collect(), n_sent_again: 0 }
    }

    /// Everybody who sent something that was acknowledged.
    pub(super) fn visitors(&self) -> BTreeSet<String> {
        self.acknowledged.values().flatten().cloned().collect()
    }
}

/// What a look at a data folder showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Findings {
    pub(super) n_lost: u64,
    pub(super) n_doubled: u64,
    pub(super) n_split: u64,
    pub(super) state_is_equal: bool,
}

/// A line of `tastemaker log export`.
#[derive(Debug, Deserialize)]
struct Line {
    position: u64,
    message: String,
    shopper: String,
}

/// Opens `data`, as the next start would, and compares it with the books.
pub(super) fn inspect(site: &Site, data: &Path, books: &Books) -> Result<Findings, CrashError> {
    // The state comes first: it is the one that a start after the kill would find.
    let restored = site.run(&["state", "digest"], data)?;
    let from_log = site.run(&["state", "digest", "--from-log"], data)?;
    let export = site.run(&["log", "export"], data)?;

    let mut times = BTreeMap::<MessageKey, u64>::new();
    let mut shoppers = BTreeMap::<&str, BTreeSet<String>>::new();
    for (n, line) in (1..).zip(export.lines()) {
        let line: Line = serde_json::from_str(line)?;
        let key = line.message.parse().ok().filter(|_| line.position == n);
        let key = key.ok_or_else(|| CrashError::Command {
            command: "log export".to_owned(),
            said: format!("line {n} is {line:?}"),
        })?;
        *times.entry(key).or_default() += 1;
        if let Some(Some(visitor)) = books.acknowledged.get(&key) {
            shoppers.entry(visitor).or_default().insert(line.shopper);
        }
    }
    let count = |n: usize| n as u64;
    Ok(Findings {
        n_lost: count(books.acknowledged.keys().filter(|it| !times.contains_key(*it)).count()),
        n_doubled: count(times.values().filter(|it| 1 < **it).count()),
        n_split: count(shoppers.values().filter(|it| 1 < it.len()).count()),
        state_is_equal: restored == from_log && !restored.is_empty(),
    })
}
