//! Imports: files of a shop's past and catalogue, taken in through the same intake as everything else.
//!
//! ```text
//! file ─▶ Recipe ─▶ ImportItem, with its line ─▶ batches ─▶ intake ─▶ ImportReport
//!                └▶ Rejection, with its line ──────────────────────────┘
//! ```
//!
//! # Where to start
//!
//! Read [`online_retail`], then [`App::import`].
//!
//! # Invariants
//!
//! - An event's message id is the file's checksum and its line, unless the file gives it one, and how
//!   far a file was taken in is kept in records: importing it again, or going on after a crash, doubles
//!   nothing, however long ago that was.
//! - A product is taken in when the catalogue has it otherwise, so that an earlier file can be gone
//!   back to.
//! - A bad line is reported and passed over; all others are taken.
//!
//! # What does not live here
//!
//! Files: a recipe reads bytes that the caller brought. Our own JSONL and CSV are `api`'s shapes.

pub mod bestbuy;
pub mod online_retail;
mod progress;

use domain::{MessageKey, Position, ProductId};
use rustc_hash::FxHashSet;

use crate::pseudonyms::{MessageNamespace, message_key};
use crate::{App, Caller, CatalogueChange, Incoming, IngestError, Rejection};
use progress::Progress;

/// How many items are taken in together.
const BATCH_ITEMS: usize = 1_000;

/// One thing that a file tells.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportItem {
    /// A change of the catalogue.
    Catalogue(CatalogueChange),
    /// Something that happened. Its message id is given by the import.
    Event(Box<Incoming>),
}

/// An item or what was wrong with it, and the line of the file it stands in, counted from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// The line.
    pub line: u64,
    /// The item, or why there is none.
    pub item: Result<ImportItem, Rejection>,
}

/// What a recipe makes of a file.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// The rows, catalogue first.
    pub rows: Vec<ImportRow>,
    /// What the file holds, counted by the recipe, for the report: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Lines that were mended rather than refused, and how.
    pub mended: Vec<(u64, String)>,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Items that are kept and were not kept before.
    pub n_accepted: usize,
    /// Items that were there already.
    pub n_duplicate: usize,
    /// Lines that were refused, and why.
    pub rejected: Vec<(u64, Rejection)>,
    /// The position of the last item.
    pub position: Position,
}

/// The name of a file by its content: what makes its import repeatable.
pub fn checksum(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().chars().take(32).collect()
}

impl App {
    /// Takes a file's rows in, in their order, telling `progress` after every batch how many of them
    /// are done.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when a batch could not be kept; importing again goes on from there.
    pub async fn import(
        &self,
        caller: &Caller,
        file_checksum: &str,
        rows: Vec<ImportRow>,
        progress: &mut (dyn FnMut(usize) + Send),
    ) -> Result<ImportReport, IngestError> {
        let mut progress_made = Progress::begin(self, file_checksum).await?;
        let kept_since = progress_made.keys_kept_since(self, rows.len()).await?;
        let mut report = ImportReport { position: self.applied(), ..ImportReport::default() };
        let mut batch = Batch::default();
        let n_rows = rows.len();
        for (n_done, ImportRow { line, item }) in rows.into_iter().enumerate() {
            let item = match item.map(|it| it.with_message_id(file_checksum, line)) {
                Ok(item) => item,
                Err(rejection) => {
                    report.rejected.push((line, rejection));
                    continue;
                }
            };
            let is_there = match &item {
                ImportItem::Catalogue(change) => !batch.changes(change) && self.is_made(change),
                ImportItem::Event(event) => {
                    n_done < progress_made.n_done || kept_since.contains(&self.event_key(event))
                }
            };
            if is_there {
                report.n_duplicate += 1;
                continue;
            }
            if !batch.takes(&item) {
                self.import_batch(caller, &mut batch, &mut report).await?;
                progress_made.note(self, file_checksum, n_done).await?;
                progress(n_done);
            }
            batch.push(line, item);
        }
        self.import_batch(caller, &mut batch, &mut report).await?;
        progress_made.note(self, file_checksum, n_rows).await?;
        progress(n_rows);
        report.rejected.sort_by_key(|(line, _)| *line);
        Ok(report)
    }

    /// Whether the catalogue is already as a change would make it.
    fn is_made(&self, change: &CatalogueChange) -> bool {
        match change {
            CatalogueChange::Upsert(product) => {
                self.product(&product.id).is_some_and(|it| it == **product)
            }
            CatalogueChange::Patch(..) | CatalogueChange::Delete(_) => false,
        }
    }

    /// What an imported event is counted once by.
    fn event_key(&self, event: &Incoming) -> MessageKey {
        let id = event.message_id.as_deref().unwrap_or_default();
        message_key(self.shop_id(), MessageNamespace::Trusted, id)
    }

    async fn import_batch(
        &self,
        caller: &Caller,
        batch: &mut Batch,
        report: &mut ImportReport,
    ) -> Result<(), IngestError> {
        let Batch { lines, changes, events, changed: _ } = std::mem::take(batch);
        if !changes.is_empty() {
            let answer = self.change_catalogue(caller, None, changes).await?;
            report.n_accepted += answer.n_accepted;
            report.n_duplicate += answer.n_duplicate;
            report.reject(&lines, answer.rejected);
            report.position = report.position.max(answer.position);
        } else if !events.is_empty() {
            let answer = self.ingest(caller, events).await?;
            report.n_accepted += answer.n_accepted;
            report.n_duplicate += answer.n_duplicate;
            report.reject(&lines, answer.rejected);
            report.position = report.position.max(answer.position);
        }
        Ok(())
    }
}

impl ImportReport {
    fn reject(&mut self, lines: &[u64], rejected: Vec<(usize, Rejection)>) {
        let line_of = |index: usize| lines.get(index).copied().unwrap_or_default();
        self.rejected.extend(rejected.into_iter().map(|(index, why)| (line_of(index), why)));
    }
}

impl ImportItem {
    /// The item, an event with the id by which it is counted once: its own, or its file and line.
    fn with_message_id(self, file_checksum: &str, line: u64) -> ImportItem {
        match self {
            ImportItem::Event(mut event) => {
                let own_id = || format!("import:{file_checksum}:{line}");
                event.message_id.get_or_insert_with(own_id);
                ImportItem::Event(event)
            }
            change => change,
        }
    }
}

/// Items on their way: either changes of the catalogue or events, never both.
#[derive(Default)]
struct Batch {
    lines: Vec<u64>,
    changes: Vec<CatalogueChange>,
    /// The products that `changes` are about.
    changed: FxHashSet<ProductId>,
    events: Vec<Incoming>,
}

impl Batch {
    /// Whether it is about the same product as `change`.
    fn changes(&self, change: &CatalogueChange) -> bool {
        self.changed.contains(change.product())
    }

    fn takes(&self, item: &ImportItem) -> bool {
        let of_other_kind = match item {
            ImportItem::Catalogue(_) => !self.events.is_empty(),
            ImportItem::Event(_) => !self.changes.is_empty(),
        };
        self.lines.len() < BATCH_ITEMS && !of_other_kind
    }

    fn push(&mut self, line: u64, item: ImportItem) {
        self.lines.push(line);
        match item {
            ImportItem::Catalogue(change) => {
                self.changed.insert(change.product().clone());
                self.changes.push(change);
            }
            ImportItem::Event(event) => self.events.push(*event),
        }
    }
}
