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
//! - An item's message id is the file's checksum and its line, unless the file gives it one, and how
//!   far a file was taken in is kept in records: importing it again, or going on after a crash,
//!   changes nothing that is there already, however long ago that was.
//! - A bad line is reported and passed over; all others are taken.
//!
//! # What does not live here
//!
//! Files: a recipe reads bytes that the caller brought. Our own JSONL and CSV are `api`'s shapes.

pub mod bestbuy;
pub mod online_retail;

use domain::Position;

use crate::{App, Caller, CatalogueChange, Incoming, IngestError, Rejection};

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
        let fact = format!("import:{file_checksum}");
        let n_before = self.backends.records.fact(&fact).await?;
        let n_before: usize = n_before.and_then(|it| it.parse().ok()).unwrap_or(0);
        let n_rows = rows.len();
        let mut report = ImportReport { position: self.applied(), ..ImportReport::default() };
        let mut batch = Batch::default();
        for (n_done, ImportRow { line, item }) in rows.into_iter().enumerate() {
            match item {
                Err(rejection) => report.rejected.push((line, rejection)),
                Ok(_) if n_done < n_before => report.n_duplicate += 1,
                Ok(item) => {
                    if !batch.takes(&item) {
                        self.import_batch(caller, file_checksum, &mut batch, &mut report).await?;
                        self.backends.records.set_fact(&fact, &n_done.to_string()).await?;
                        progress(n_done);
                    }
                    batch.push(line, item, file_checksum);
                }
            }
        }
        self.import_batch(caller, file_checksum, &mut batch, &mut report).await?;
        self.backends.records.set_fact(&fact, &n_rows.to_string()).await?;
        progress(n_rows);
        report.rejected.sort_by_key(|(line, _)| *line);
        Ok(report)
    }

    async fn import_batch(
        &self,
        caller: &Caller,
        file_checksum: &str,
        batch: &mut Batch,
        report: &mut ImportReport,
    ) -> Result<(), IngestError> {
        let Batch { lines, changes, events } = std::mem::take(batch);
        if !changes.is_empty() {
            let first_line = lines.first().copied().unwrap_or_default();
            let key = format!("import:{file_checksum}:{first_line}");
            let answer = self.change_catalogue(caller, Some(&key), changes).await?;
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

/// Items on their way: either changes of the catalogue or events, never both.
#[derive(Default)]
struct Batch {
    lines: Vec<u64>,
    changes: Vec<CatalogueChange>,
    events: Vec<Incoming>,
}

impl Batch {
    fn takes(&self, item: &ImportItem) -> bool {
        let of_other_kind = match item {
            ImportItem::Catalogue(_) => !self.events.is_empty(),
            ImportItem::Event(_) => !self.changes.is_empty(),
        };
        self.lines.len() < BATCH_ITEMS && !of_other_kind
    }

    fn push(&mut self, line: u64, item: ImportItem, file_checksum: &str) {
        self.lines.push(line);
        match item {
            ImportItem::Catalogue(change) => self.changes.push(change),
            ImportItem::Event(incoming) => {
                let own_id = || format!("import:{file_checksum}:{line}");
                let message_id = incoming.message_id.clone().unwrap_or_else(own_id);
                self.events.push(Incoming { message_id: Some(message_id), ..*incoming });
            }
        }
    }
}
