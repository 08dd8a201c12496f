//! Carrying over: what the new place lacks is written there, and what it has is compared.
//!
//! Every step may be taken again and passes over what is there, so whoever is cut short begins again and
//! goes on where they were.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Position, Recorded};
use ports::Snapshot;

use super::error::off_runtime;
use super::sums::{self, Events, RowSums};
use super::{CARRIED_FACT, MigrateError, Sum};
use crate::backup::{BackupProgress, Tell, append};
use crate::{Backends, History};

/// How many events the lake is given in one commit, and how many are compared at once.
const EVENTS_MAX: usize = 32_768;
/// How many events the log is given at once.
const APPEND_EVENTS: usize = 4_096;
/// How far behind the end of the history one may be to cut over.
const NEAR_EVENTS: u64 = 4_096;

/// A shop on its way.
pub(super) struct Carrying<'a> {
    pub(super) from: &'a Backends,
    pub(super) to: &'a Backends,
    history: History,
    tell: Tell<'a>,
    /// Up to where the lake and the log of the new place were compared.
    lake_compared: Position,
    log_compared: Position,
    /// The events that were compared, each once.
    events: Events,
    /// The models that were compared.
    models: BTreeSet<String>,
}

impl<'a> Carrying<'a> {
    pub(super) fn new(from: &'a Backends, to: &'a Backends, tell: Tell<'a>) -> Carrying<'a> {
        let history = History::new(Arc::clone(&from.lake), Arc::clone(&from.log));
        let log_compared = Position::new(to.log.tail().get().saturating_sub(1));
        let (events, models) = (Events::default(), BTreeSet::new());
        let lake_compared = Position::START;
        Carrying { from, to, history, tell, lake_compared, log_compared, events, models }
    }

    /// Carries history and models over, until next to nothing is left to be carried.
    ///
    /// As long as more happens than is carried this goes on.
    pub(super) async fn catch_up(&mut self) -> Result<(), MigrateError> {
        // First what is there: nothing is added to what is not of this shop.
        self.compare_lake().await?;
        self.compare_log(self.to.log.head()).await?;
        loop {
            let head = self.history.head();
            self.carry_lake(head).await?;
            self.carry_models().await?;
            self.carry_log(head).await?;
            self.compare_lake().await?;
            self.compare_log(head).await?;
            if self.history.head().get() <= head.get().saturating_add(NEAR_EVENTS) {
                break;
            }
        }
        let tending = MigrateError::while_doing("tending the lake of the new place");
        self.to.lake.tend(self.to.clock.now()).await.map_err(tending)?;
        Ok(())
    }

    async fn carry_lake(&self, through: Position) -> Result<(), MigrateError> {
        let lake = &self.to.lake;
        while lake.archived() < through {
            let before = lake.archived();
            let n_left = usize::try_from(through.get() - before.get()).unwrap_or(usize::MAX);
            let events = self.read(before, n_left.min(EVENTS_MAX)).await?;
            let archiving = MigrateError::while_doing("writing the lake");
            let archived = lake.archive(events).await.map_err(archiving)?;
            if archived == before {
                return Err(MigrateError::Overtaken { position: archived });
            }
            self.tell("lake", archived, through);
        }
        Ok(())
    }

    pub(super) async fn carry_log(&self, through: Position) -> Result<(), MigrateError> {
        let log = &self.to.log;
        while log.head() < through {
            let n_left = usize::try_from(through.get() - log.head().get()).unwrap_or(usize::MAX);
            let events = self.read(log.head(), n_left.min(APPEND_EVENTS)).await?;
            let writing = MigrateError::while_doing("writing the log");
            let misplaced = append(&**log, events).await.map_err(writing)?;
            if let Some(position) = misplaced {
                return Err(MigrateError::Misplaced { position });
            }
            self.tell("log", log.head(), through);
        }
        Ok(())
    }

    pub(super) async fn compare_log(&mut self, through: Position) -> Result<(), MigrateError> {
        while self.log_compared < through {
            let reading = MigrateError::while_doing("reading the log of the new place");
            let theirs = self.to.log.read(self.log_compared, EVENTS_MAX).await.map_err(reading)?;
            self.log_compared = self.compare(self.log_compared, theirs).await?;
            self.tell("comparing", self.log_compared, through);
        }
        Ok(())
    }

    async fn compare_lake(&mut self) -> Result<(), MigrateError> {
        let through = self.to.lake.archived();
        while self.lake_compared < through {
            let reading = MigrateError::while_doing("reading the lake of the new place");
            let theirs = self.to.lake.read(self.lake_compared, EVENTS_MAX).await;
            let theirs = theirs.map_err(reading)?;
            self.lake_compared = self.compare(self.lake_compared, theirs).await?;
            self.tell("comparing", self.lake_compared, through);
        }
        Ok(())
    }

    /// Compares what the new place has after `after` with what is here; answers the last of it.
    async fn compare(
        &mut self,
        after: Position,
        theirs: Vec<Recorded>,
    ) -> Result<Position, MigrateError> {
        let ours = self.read(after, theirs.len().max(1)).await?;
        let last = ours.last().map_or(after, |it| it.position);
        let events = std::mem::take(&mut self.events);
        let compared = off_runtime(move || (ours == theirs).then(|| events.with(&ours))).await?;
        self.events = compared
            .ok_or_else(|| MigrateError::Differs { what: format!("events behind {after}") })?;
        Ok(last)
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, MigrateError> {
        let reading = MigrateError::while_doing("reading the history");
        self.history.read(after, n_max).await.map_err(reading)
    }

    /// Writes the files of models that are not there, and reads each again.
    pub(super) async fn carry_models(&mut self) -> Result<(), MigrateError> {
        let reading = || MigrateError::while_doing("reading a model");
        let records = self.from.registry.models().await.map_err(reading())?;
        let n_all = records.len() as u64;
        for (n_done, model) in (1..).zip(records) {
            if self.models.contains(&model.artifact) {
                continue;
            }
            let ours = self.from.artifacts.get(&model.artifact).await.map_err(reading())?;
            // One whose file is gone was forgotten since, or never decides again.
            if let Some(bytes) = ours {
                let writing = MigrateError::while_doing("writing a model");
                let n_bytes = bytes.len();
                let checksum = blake3_of(bytes.clone()).await?;
                self.to.artifacts.put(&model.artifact, bytes).await.map_err(writing)?;
                let theirs = self.to.artifacts.get(&model.artifact).await.map_err(reading())?;
                let theirs = theirs.unwrap_or_default();
                if theirs.len() != n_bytes || blake3_of(theirs).await? != checksum {
                    return Err(MigrateError::Differs { what: format!("files of {}", model.id) });
                }
            }
            self.models.insert(model.artifact);
            (self.tell)(BackupProgress { step: "models", n_done, n_all });
        }
        Ok(())
    }

    /// Fills the new place's records anew from those that are here, and compares them.
    pub(super) async fn carry_records(&self) -> Result<RowSums, MigrateError> {
        let reading = || MigrateError::while_doing("reading records");
        let writing = || MigrateError::while_doing("writing records");
        // What an earlier attempt left may have changed since.
        self.to.records.clear(CARRIED_FACT).await.map_err(writing())?;
        let (mut ours, mut n_done) = (RowSums::default(), 0);
        let mut rows = self.from.records.dump().await.map_err(reading())?;
        while let Some(batch) = sums::next(&mut rows).await? {
            n_done += batch.len() as u64;
            ours = ours.with(batch.clone()).await?;
            self.to.records.load(batch).await.map_err(writing())?;
            (self.tell)(BackupProgress { step: "records", n_done, n_all: 0 });
        }
        let mut theirs = RowSums::default();
        let mut rows = self.to.records.dump().await.map_err(reading())?;
        while let Some(batch) = sums::next(&mut rows).await? {
            theirs = theirs.with(batch).await?;
        }
        match ours.difference(&theirs) {
            None => Ok(ours),
            Some(kind) => Err(MigrateError::Differs { what: format!("the {kind}") }),
        }
    }

    /// Gives the new place a live state to begin with, where it can begin with one.
    pub(super) async fn save_snapshot(&self, snapshot: Snapshot) -> Result<(), MigrateError> {
        let saving = MigrateError::while_doing("saving the live state in the new place");
        let saved = self.to.projections.save_snapshot(crate::follow::SNAPSHOT, snapshot).await;
        saved.map_err(saving)
    }

    /// The events that were compared.
    pub(super) fn sum(&self) -> Sum {
        self.events.sum()
    }

    fn tell(&self, step: &'static str, done: Position, all: Position) {
        (self.tell)(BackupProgress { step, n_done: done.get(), n_all: all.get() });
    }
}

async fn blake3_of(bytes: Vec<u8>) -> Result<blake3::Hash, MigrateError> {
    off_runtime(move || blake3::hash(&bytes)).await
}
