//! Looks at a data folder with the product's own commands, and compares it with what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::MessageKey;
use serde::Deserialize;

use super::load::Request;
use super::server::Site;
use super::{CrashError, Deed, Deeds};

/// What was acknowledged so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    acknowledged: Deeds,
    pub(super) n_sent_again: u64,
}

impl Books {
    pub(super) fn acknowledge(&mut self, request: &Request) {
        self.acknowledged.extend(request.deeds.iter().map(|(key, deed)| (*key, deed.clone())));
    }

    pub(super) fn n_acknowledged(&self) -> u64 {
        self.acknowledged.len() as u64
    }

    /// The same books with only those keys in them.
    pub(super) fn of(&self, keys: impl Iterator<Item = MessageKey>) -> Books {
        let deed = |key| (key, self.acknowledged.get(&key).cloned().unwrap_or_default());
        Books { acknowledged: keys.map(deed).collect(), n_sent_again: 0 }
    }

    /// Everybody who sent something that was acknowledged.
    pub(super) fn visitors(&self) -> BTreeSet<String> {
        self.acknowledged.values().filter_map(|it| it.who.clone()).collect()
    }
}

/// What a look at a data folder showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Findings {
    pub(super) n_lost: u64,
    pub(super) n_doubled: u64,
    pub(super) n_split: u64,
    /// Events that say something else than what was sent, or than they said at an earlier look.
    pub(super) n_changed: u64,
    pub(super) state_is_equal: bool,
}

/// What a look at the lake of a data folder showed, when everything was archived.
#[derive(Clone, Copy, Debug)]
pub(super) struct LakeFindings {
    /// Events that are not in both lake and history, or not the same in both.
    pub(super) n_unequal: u64,
    /// Whether the state is the same after everything that can be computed again was thrown away.
    pub(super) state_is_equal: bool,
}

/// The events that were seen so far, by their position: message and checksum. While they are young they
/// are read from the log, later from the lake.
pub(super) type Lines = BTreeMap<u64, (MessageKey, String)>;

/// A line of `tastemaker log export` and `tastemaker lake export`.
#[derive(Debug, Deserialize)]
struct Line {
    position: u64,
    message: String,
    kind: String,
    shopper: String,
    products: Vec<String>,
    checksum: String,
}

/// Opens `data`, as the next start would, and compares it with the books and with earlier looks.
pub(super) fn inspect(
    site: &Site,
    data: &Path,
    books: &Books,
    seen: &mut Lines,
) -> Result<Findings, CrashError> {
    // The state comes first: it is the one that a start after the kill would find.
    let restored = site.run(&["state", "digest"], data)?;
    let from_history = site.run(&["state", "digest", "--from-history"], data)?;
    let export = site.run(&["log", "export"], data)?;

    let mut times = BTreeMap::<MessageKey, u64>::new();
    let mut shoppers = BTreeMap::<&str, BTreeSet<String>>::new();
    let mut n_changed = 0;
    for (n, line) in (1..).zip(export.lines()) {
        let line: Line = serde_json::from_str(line)?;
        let key = line.message.parse().ok().filter(|_| line.position == n);
        let key = key.ok_or_else(|| CrashError::Command {
            command: "log export".to_owned(),
            said: format!("line {n} is {line:?}"),
        })?;
        *times.entry(key).or_default() += 1;
        let what = [line.kind].into_iter().chain(line.products).collect::<Vec<_>>().join(" ");
        if let Some(Deed { who, what: sent }) = books.acknowledged.get(&key) {
            n_changed += u64::from(sent.as_ref().is_some_and(|it| *it != what));
            if let Some(visitor) = who {
                shoppers.entry(visitor).or_default().insert(line.shopper);
            }
        }
        let found = (key, line.checksum);
        n_changed += u64::from(*seen.entry(n).or_insert_with(|| found.clone()) != found);
    }
    let count = |n: usize| n as u64;
    Ok(Findings {
        n_lost: count(books.acknowledged.keys().filter(|it| !times.contains_key(*it)).count()),
        n_doubled: count(times.values().filter(|it| 1 < **it).count()),
        n_split: count(shoppers.values().filter(|it| 1 < it.len()).count()),
        n_changed,
        state_is_equal: restored == from_history && !restored.is_empty(),
    })
}

/// Archives everything in `data`, compares the lake with the history, and the state before with the one
/// that is computed anew when all projections are gone.
pub(super) fn inspect_lake(site: &Site, data: &Path) -> Result<LakeFindings, CrashError> {
    let before = site.run(&["state", "digest"], data)?;
    // Read before the log may forget what it is about to archive.
    let history = site.run(&["log", "export"], data)?;
    site.run(&["lake", "archive"], data)?;
    let lake = site.run(&["lake", "export"], data)?;
    std::fs::remove_dir_all(data.join("projections"))
        .map_err(CrashError::io("removing the projections"))?;
    let after = site.run(&["state", "digest"], data)?;

    Ok(LakeFindings { n_unequal: n_unequal(&history, &lake), state_is_equal: before == after })
}

/// How many lines are not in both exports, or not the same in both.
pub(super) fn n_unequal(history: &str, lake: &str) -> u64 {
    let n_common = history.lines().zip(lake.lines()).filter(|(one, other)| one == other).count();
    let n_lines = history.lines().count().max(lake.lines().count());
    (n_lines - n_common) as u64
}
