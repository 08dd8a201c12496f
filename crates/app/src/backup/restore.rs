//! Filling an empty place from a backup.
//!
//! ```text
//! records: "begun" ─▶ shoppers ─▶ rows ─▶ models ─▶ lake: 1..=p ─▶ log: the last day up to p
//!                                                     └─▶ fold, compare with the manifest ─▶ "done"
//! ```
//!
//! Every step may be taken again: rows that are there stay, files are put once, the lake passes over what it
//! has, the log goes on behind its head. So a restore that was cut short is simply begun again.

use std::collections::BTreeSet;

use domain::{Position, Recorded, ShopperKey};
use ports::{Artifacts, Log, PortError, Receipt, Records, Row};

use super::error::off_runtime;
use super::open::{read, read_rows};
use super::state::Folded;
use super::{Backup, BackupError, BackupProgress, FileEntry, Forgotten, StatePart, Tell};
use crate::decide::LOST_COUNTED_THROUGH;
use crate::{Backends, Caller, ROOT_KEY_CHECK, RootKey, ShopProfile};

/// The fact that tells of a restore: `begun` or `done`, and of which backup.
pub const RESTORED_FACT: &str = "restored";
/// How many rows are taken in at once.
const LOAD_ROWS: usize = 4_096;
/// How many events the log is given at once.
const APPEND_EVENTS: usize = 4_096;
/// How many events are read at once to be folded.
const READ_MAX: usize = 32_768;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The last event.
    pub position: Position,
    /// How many shoppers were left out because they were forgotten.
    pub n_forgotten: u64,
    /// The parts of the state.
    pub state: Vec<StatePart>,
    /// Whether the state was compared: another version of the program may fold otherwise.
    pub is_compared: bool,
}

/// Whether records are of a restore that was not finished.
pub(crate) async fn is_under_way(records: &dyn Records) -> Result<bool, PortError> {
    Ok(records.fact(RESTORED_FACT).await?.is_some_and(|it| it.starts_with("begun")))
}

impl Backup {
    /// Fills a place from the backup; it can be opened then, and was never served before.
    ///
    /// `backends` are of the empty place, the log made to begin at [`Backup::log_first`]; or of a place into
    /// which this backup was begun to be restored.
    ///
    /// # Errors
    ///
    /// [`BackupError`] when backup, shop, root key and place do not belong together, and nothing is written
    /// then; or when a backend fails or the outcome differs: the place is not served then.
    pub async fn restore(
        &self,
        (shop, root_key): (&ShopProfile, &RootKey),
        backends: &Backends,
        forgotten: &Forgotten,
        tell: Tell<'_>,
    ) -> Result<Restored, BackupError> {
        self.check_belongs(shop, root_key)?;
        self.check_place(backends).await?;
        let noting = || BackupError::while_doing("noting the restore");
        let records = &*backends.records;
        let begun = format!("begun {}", self.id);
        records.set_fact(RESTORED_FACT, &begun).await.map_err(noting())?;
        let n_forgotten = self.restore_records(records, forgotten, tell).await?;
        self.restore_models(&*backends.artifacts, tell).await?;
        self.restore_lake(backends, tell).await?;
        self.restore_log(backends, tell).await?;
        let folded = self.fold(backends, tell).await?;
        let serial = folded.last_serial(backends.tally.journal());
        let state = off_runtime(move || folded.state()).await?.parts;
        let is_compared = self.manifest.program == env!("CARGO_PKG_VERSION");
        if is_compared {
            check_equal(&self.manifest.state.parts, &state)?;
        }
        // Decisions are numbered on from those that were made.
        let counted = records.fact(LOST_COUNTED_THROUGH).await.map_err(noting())?;
        let counted = counted.and_then(|it| it.parse().ok()).unwrap_or(0);
        backends.tally.raise(serial.max(counted));
        let done = format!("done {}", self.id);
        let entry = ports::AuditEntry {
            id: 0,
            time: backends.clock.now(),
            actor: Caller::command().key_id,
            action: "shop.restore".to_owned(),
            subject: format!("at {}", self.manifest.position),
        };
        records.audit(entry).await.map_err(noting())?;
        records.set_fact(RESTORED_FACT, &done).await.map_err(noting())?;
        let position = Position::new(self.manifest.position);
        Ok(Restored { position, n_forgotten, state, is_compared })
    }

    /// Checks that it is a backup of that shop, made with that root key: before a place is opened for it.
    ///
    /// # Errors
    ///
    /// [`BackupError::ForeignShop`] and [`BackupError::ForeignRootKey`].
    pub fn check_belongs(&self, shop: &ShopProfile, root_key: &RootKey) -> Result<(), BackupError> {
        let (found, wanted) = (&self.manifest.shop, shop.id.to_string());
        if *found != wanted {
            return Err(BackupError::ForeignShop { found: found.clone(), wanted });
        }
        if self.manifest.root_key_check != root_key.check() {
            return Err(BackupError::ForeignRootKey);
        }
        Ok(())
    }

    /// Whether the place is empty, or this very restore was begun there.
    async fn check_place(&self, backends: &Backends) -> Result<(), BackupError> {
        let looking = || BackupError::while_doing("looking at the place to fill");
        let not_empty = |what: String| Err(BackupError::NotEmpty { what });
        let records = &*backends.records;
        match records.fact(RESTORED_FACT).await.map_err(looking())?.as_deref() {
            Some(fact) if fact == format!("begun {}", self.id) => return Ok(()),
            Some(fact) if fact.starts_with("begun") => return Err(BackupError::OtherRestore),
            Some(_) => return not_empty("a backup was restored here".to_owned()),
            None => {}
        }
        if records.fact(ROOT_KEY_CHECK).await.map_err(looking())?.is_some() {
            return not_empty("the records are of a shop that was served".to_owned());
        }
        let (tail, head) = (backends.log.tail(), backends.log.head());
        if (tail, head.next()) != (self.log_first(), self.log_first()) {
            return not_empty(format!("the log goes from {tail} to {head}"));
        }
        let archived = backends.lake.archived();
        if archived > Position::START {
            return not_empty(format!("the lake has events up to {archived}"));
        }
        if let Some(name) = backends.artifacts.list("").await.map_err(looking())?.first() {
            return not_empty(format!("the store of artifacts has `{name}`"));
        }
        Ok(())
    }

    /// Shoppers first, whom the other rows refer to; answers how many were left out.
    async fn restore_records(
        &self,
        records: &dyn Records,
        forgotten: &Forgotten,
        tell: Tell<'_>,
    ) -> Result<u64, BackupError> {
        let left_out = self.shoppers_of(forgotten).await?;
        let is_kept = |row: &Row| match row {
            Row::Shopper(shopper) => !left_out.contains(&shopper.key),
            Row::Id { shopper, .. } => !left_out.contains(shopper),
            _ => true,
        };
        let counts = &self.manifest.counts;
        let n_all = counts.shoppers + counts.ids + counts.other_rows;
        let (mut n_done, mut n_forgotten) = (0, 0);
        let of_shoppers = self.manifest.keys.iter().map(|it| (&self.places.keys, it));
        let others = self.manifest.records.iter().map(|it| (&self.places.data, it));
        for (place, file) in of_shoppers.chain(others) {
            let mut rows = read_rows(&**place, file).await?;
            while !rows.is_empty() {
                let rest = rows.split_off(rows.len().min(LOAD_ROWS));
                let mut batch = std::mem::replace(&mut rows, rest);
                n_done += batch.len() as u64;
                let n_shoppers = |rows: &[Row]| {
                    rows.iter().filter(|it| matches!(it, Row::Shopper(_))).count() as u64
                };
                let n_before = n_shoppers(&batch);
                batch.retain(is_kept);
                n_forgotten += n_before - n_shoppers(&batch);
                let loading = BackupError::while_doing("writing records");
                records.load(batch).await.map_err(loading)?;
                tell(BackupProgress { step: "records", n_done, n_all });
            }
        }
        Ok(n_forgotten)
    }

    /// The shoppers who are meant by keys, and by ids that the backup's map knows.
    async fn shoppers_of(
        &self,
        forgotten: &Forgotten,
    ) -> Result<BTreeSet<ShopperKey>, BackupError> {
        let mut shoppers = forgotten.shoppers.clone();
        if forgotten.ids.is_empty() {
            return Ok(shoppers);
        }
        for file in &self.manifest.records {
            let rows = read_rows(&*self.places.data, file).await?;
            shoppers.extend(rows.iter().filter_map(|it| match it {
                Row::Id { id, shopper } => forgotten.ids.contains(id).then_some(*shopper),
                _ => None,
            }));
        }
        Ok(shoppers)
    }

    async fn restore_models(
        &self,
        artifacts: &dyn Artifacts,
        tell: Tell<'_>,
    ) -> Result<(), BackupError> {
        let n_all = self.manifest.artifacts.len() as u64;
        for (n_done, file) in (1..).zip(&self.manifest.artifacts) {
            let bytes = read(&*self.places.data, file).await?;
            let name = artifact_name(file)?;
            let writing = BackupError::while_doing("writing a model");
            artifacts.put(name, bytes).await.map_err(writing)?;
            tell(BackupProgress { step: "models", n_done, n_all });
        }
        Ok(())
    }

    async fn restore_lake(&self, backends: &Backends, tell: Tell<'_>) -> Result<(), BackupError> {
        let archiving = || BackupError::while_doing("archiving the history");
        let n_all = self.manifest.position;
        for entry in &self.manifest.history {
            // An answer to a commit that was lost on the way is found out by trying again.
            while backends.lake.archived().get() < entry.last {
                let before = backends.lake.archived();
                let mut events = self.events(entry).await?;
                events.retain(|it| before < it.position);
                let archived = backends.lake.archive(events).await.map_err(archiving())?;
                if archived == before {
                    return Err(BackupError::Overtaken { position: archived });
                }
                tell(BackupProgress { step: "history", n_done: archived.get(), n_all });
            }
        }
        backends.lake.tend(backends.clock.now()).await.map_err(archiving())?;
        Ok(())
    }

    /// The last events are in the log too, so that it knows their messages again.
    async fn restore_log(&self, backends: &Backends, tell: Tell<'_>) -> Result<(), BackupError> {
        let (log, n_all) = (&backends.log, self.manifest.position);
        for entry in &self.manifest.history {
            if entry.last <= log.head().get() {
                continue;
            }
            let mut events = self.events(entry).await?;
            events.retain(|it| log.head() < it.position);
            while !events.is_empty() {
                let rest = events.split_off(events.len().min(APPEND_EVENTS));
                let next = std::mem::replace(&mut events, rest);
                let appended = append(&**log, next).await;
                let misplaced = appended.map_err(BackupError::while_doing("writing the log"))?;
                if let Some(position) = misplaced {
                    return Err(BackupError::Misplaced { position });
                }
                tell(BackupProgress { step: "log", n_done: log.head().get(), n_all });
            }
        }
        Ok(())
    }

    /// What the place gives now when its history is folded.
    async fn fold(&self, backends: &Backends, tell: Tell<'_>) -> Result<Folded, BackupError> {
        let n_all = self.manifest.position;
        let mut folded = Folded::like(&self.manifest.state)?;
        loop {
            let events = backends.lake.read(folded.position(), READ_MAX).await;
            let events = events.map_err(BackupError::while_doing("reading the history"))?;
            if events.is_empty() {
                return Ok(folded);
            }
            folded = off_runtime(move || {
                folded.fold(&events);
                folded
            })
            .await?;
            tell(BackupProgress { step: "comparing", n_done: folded.position().get(), n_all });
        }
    }
}

/// Appends events that must get the positions that they have; answers the first of which that is not so.
pub(crate) async fn append(
    log: &dyn Log,
    events: Vec<Recorded>,
) -> Result<Option<Position>, PortError> {
    let (positions, envelopes): (Vec<Position>, Vec<_>) =
        events.into_iter().map(|it| (it.position, it.envelope)).unzip();
    let receipts = log.append(envelopes).await?;
    let mut both = positions.into_iter().zip(receipts);
    Ok(both.find_map(|(position, it)| (it != Receipt::Appended(position)).then_some(position)))
}

fn artifact_name(file: &FileEntry) -> Result<&str, BackupError> {
    let name = file.name.strip_prefix("artifacts/");
    name.ok_or_else(|| BackupError::damaged(&file.name, "is in the manifest's list of models"))
}

fn check_equal(expected: &[StatePart], found: &[StatePart]) -> Result<(), BackupError> {
    let differs = |it: &&StatePart| !found.contains(it);
    let parts: Vec<String> = expected.iter().filter(differs).map(|it| it.part.clone()).collect();
    if parts.is_empty() { Ok(()) } else { Err(BackupError::Unequal { parts }) }
}
