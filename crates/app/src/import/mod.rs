//! Imports: files of a shop's past and catalogue, taken in through the same intake as everything else.
//!
//! ```text
//! file ─▶ recipe ─▶ ImportRow ─▶ chunks ─▶ intake ─▶ ImportReport
//!         (on a thread of its own)   └▶ refused, mended ─▶ ImportWatch
//! ```
//!
//! # Where to start
//!
//! Read [`ImportRow`], then [`App::import`].
//!
//! # Invariants
//!
//! - An event's message id is the file's checksum and its line, unless the file gives it one, and how
//!   far a file was taken in is kept in records: importing it again, or going on after a crash, doubles
//!   nothing, however long ago that was. Rows that were refused are looked at anew each time.
//! - A product is taken in when the catalogue has it otherwise, so that an earlier file can be gone
//!   back to.
//! - A bad line is reported and passed over; all others are taken.
//! - Rows stream: a few chunks of them are in memory, however large the file is. What is refused is
//!   told at once and not gathered.
//!
//! # What does not live here
//!
//! Files and their formats: rows are whatever an iterator gives, and `feeds` makes them.

mod progress;
mod replace;
mod row;
mod watch;

use domain::{MessageKey, Position, Product, ProductId};
use rustc_hash::FxHashSet;
use tokio::sync::mpsc;

use crate::pseudonyms::{MessageNamespace, message_key};
use crate::{App, Caller, CatalogueChange, Incoming, IngestError};
use progress::Progress;
pub(crate) use progress::progress_as_of;
use replace::Feed;

pub use replace::{Absent, ImportMode, SHRINK_LIMIT_PERCENT, Shrink};
pub use row::{ImportItem, ImportRow};
pub use watch::{Collected, ImportWatch, RefusedRow};

/// How many rows are taken in together.
const CHUNK_ROWS: usize = 1_000;
/// How many chunks may wait for intake.
const CHUNKS_WAITING_MAX: usize = 2;

/// Why the rows of a file end before the file does.
pub type Unreadable = Box<dyn std::error::Error + Send + Sync>;

/// A file to be taken in.
#[derive(Debug)]
pub struct Import<R> {
    /// The name of the file by its content: what makes its import repeatable.
    pub checksum: String,
    /// What becomes of products that the file does not name.
    pub mode: ImportMode,
    /// Its rows, in its order, and the same ones each time.
    pub rows: R,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows that were read.
    pub n_rows: u64,
    /// Items that are kept and were not kept before.
    pub n_accepted: u64,
    /// Items that were there already.
    pub n_duplicate: u64,
    /// Rows that were refused.
    pub n_refused: u64,
    /// Rows that were mended rather than refused.
    pub n_mended: u64,
    /// What became of products that the file does not name.
    pub absent: Absent,
    /// The position of the last item.
    pub position: Position,
}

/// Why an import ended before its file did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A batch could not be kept.
    #[error(
        "taking rows in failed after {n_rows} of them; import the file again to go on from there"
    )]
    Intake {
        /// How many rows are done.
        n_rows: u64,
        /// Why.
        #[source]
        source: IngestError,
    },
    /// The file could not be read to its end.
    #[error(
        "reading failed after {n_rows} rows, which are taken in; mend the file and import it again"
    )]
    Unreadable {
        /// How many rows are done.
        n_rows: u64,
        /// Why.
        #[source]
        source: Unreadable,
    },
}

type Chunk = Vec<Result<ImportRow, Unreadable>>;

impl App {
    /// Takes a file's rows in, in their order, telling `watch` after every chunk how far it has come.
    ///
    /// Rows are made on a thread of their own while earlier ones are taken in. Dropping the future ends
    /// both; importing the file again goes on from there.
    ///
    /// # Errors
    ///
    /// [`ImportError`] when rows could not be kept or read; what was taken in stays.
    pub async fn import<R>(
        &self,
        caller: &Caller,
        import: Import<R>,
        watch: &mut dyn ImportWatch,
    ) -> Result<ImportReport, ImportError>
    where
        R: Iterator<Item = Result<ImportRow, Unreadable>> + Send + 'static,
    {
        let Import { checksum, mode, rows } = import;
        let at_start = |source: IngestError| ImportError::Intake { n_rows: 0, source };
        let progress = Progress::begin(self, &checksum).await.map_err(|it| at_start(it.into()))?;
        let kept_since = progress.keys_kept_since(self).await.map_err(|it| at_start(it.into()))?;
        let mut under_way = UnderWay {
            app: self,
            caller,
            checksum,
            n_done_before: progress.n_done,
            progress,
            kept_since,
            feed: Feed::new(mode, self),
            report: ImportReport { position: self.applied(), ..ImportReport::default() },
        };
        let mut chunks = read_beside(rows);
        while let Some(chunk) = chunks.recv().await {
            under_way.take_in(chunk, watch).await?;
        }
        under_way.finish(watch).await
    }

    /// Whether the catalogue is already as a change would make it.
    fn is_made(&self, change: &CatalogueChange) -> bool {
        match change {
            CatalogueChange::Upsert(product) => {
                self.live().catalogue().get(&product.id).is_some_and(|it| is_same(it, product))
            }
            CatalogueChange::Patch(..) | CatalogueChange::Delete(_) => false,
        }
    }

    /// What an imported event is counted once by.
    fn event_key(&self, event: &Incoming) -> MessageKey {
        let id = event.message_id.as_deref().unwrap_or_default();
        message_key(self.shop_id(), MessageNamespace::Trusted, id)
    }
}

/// Whether two products are the same, in whatever order their attributes are told.
fn is_same(one: &Product, other: &Product) -> bool {
    if one == other {
        return true;
    }
    let in_order = |it: &Product| {
        let mut it = it.clone();
        it.attributes.sort_by(|a, b| a.name.cmp(&b.name));
        for variant in &mut it.variants {
            variant.attributes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        it
    };
    one.attributes.len() == other.attributes.len()
        && one.variants.len() == other.variants.len()
        && in_order(one) == in_order(other)
}

/// Makes rows on a thread for blocking work, which ends when nobody wants them any more.
fn read_beside<R>(rows: R) -> mpsc::Receiver<Chunk>
where
    R: Iterator<Item = Result<ImportRow, Unreadable>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let mut rows = rows.fuse();
        loop {
            let chunk: Chunk = rows.by_ref().take(CHUNK_ROWS).collect();
            if chunk.is_empty() || sender.blocking_send(chunk).is_err() {
                return;
            }
        }
    });
    receiver
}

/// An import on its way.
struct UnderWay<'a> {
    app: &'a App,
    caller: &'a Caller,
    checksum: String,
    /// How many rows earlier imports of the file have done.
    n_done_before: u64,
    progress: Progress,
    kept_since: FxHashSet<MessageKey>,
    feed: Feed,
    report: ImportReport,
}

impl UnderWay<'_> {
    async fn take_in(
        &mut self,
        chunk: Chunk,
        watch: &mut dyn ImportWatch,
    ) -> Result<(), ImportError> {
        let mut batch = Batch::default();
        let mut unreadable = None;
        for row in chunk {
            let mut row = match row {
                Ok(row) => row,
                Err(source) => {
                    unreadable = Some(source);
                    break;
                }
            };
            self.report.n_rows += 1;
            self.report.n_mended += u64::from(!row.mended.is_empty());
            for how in row.mended.drain(..) {
                watch.mended(row.line, &how);
            }
            self.feed.note(&row);
            let item = match row.item {
                Ok(item) => item.with_message_id(&self.checksum, row.line, row.part),
                Err(rejection) => {
                    self.report.n_refused += 1;
                    watch.refused(RefusedRow { line: row.line, rejection, raw: row.raw });
                    continue;
                }
            };
            if self.is_there(&batch, &item) {
                self.report.n_duplicate += 1;
                continue;
            }
            if !batch.takes(&item) {
                self.keep(&mut batch, watch).await?;
            }
            batch.push(Place { line: row.line, raw: row.raw }, item);
        }
        self.keep(&mut batch, watch).await?;
        self.note().await?;
        watch.progress(self.report.n_rows);
        match unreadable {
            Some(source) => Err(ImportError::Unreadable { n_rows: self.report.n_rows, source }),
            None => Ok(()),
        }
    }

    fn is_there(&self, batch: &Batch, item: &ImportItem) -> bool {
        match item {
            ImportItem::Catalogue(change) => !batch.changes(change) && self.app.is_made(change),
            ImportItem::Event(event) => {
                self.report.n_rows <= self.n_done_before
                    || self.kept_since.contains(&self.app.event_key(event))
            }
        }
    }

    async fn keep(
        &mut self,
        batch: &mut Batch,
        watch: &mut dyn ImportWatch,
    ) -> Result<(), ImportError> {
        let Batch { places, changes, events, changed: _ } = std::mem::take(batch);
        let n_rows = self.report.n_rows;
        let intake = move |source| ImportError::Intake { n_rows, source };
        let (n_accepted, n_duplicate, rejected, position) = if !changes.is_empty() {
            let answer = self.app.change_catalogue(self.caller, None, changes).await;
            let answer = answer.map_err(intake)?;
            (answer.n_accepted, answer.n_duplicate, answer.rejected, answer.position)
        } else if !events.is_empty() {
            let answer = self.app.ingest(self.caller, events).await.map_err(intake)?;
            (answer.n_accepted, answer.n_duplicate, answer.rejected, answer.position)
        } else {
            return Ok(());
        };
        self.report.n_accepted += n_accepted as u64;
        self.report.n_duplicate += n_duplicate as u64;
        self.report.n_refused += rejected.len() as u64;
        self.report.position = self.report.position.max(position);
        for (index, rejection) in rejected {
            let place = places.get(index).cloned().unwrap_or_default();
            watch.refused(RefusedRow { line: place.line, rejection, raw: place.raw });
        }
        Ok(())
    }

    /// Notes how far the file is taken in. A second import that is not as far yet leaves it as it is.
    async fn note(&mut self) -> Result<(), ImportError> {
        let n_rows = self.report.n_rows;
        if n_rows < self.n_done_before {
            return Ok(());
        }
        let has_refused = self.report.n_refused > 0;
        let noted = self.progress.note(self.app, &self.checksum, n_rows, has_refused).await;
        noted.map_err(|it| ImportError::Intake { n_rows, source: it.into() })
    }

    async fn finish(mut self, watch: &mut dyn ImportWatch) -> Result<ImportReport, ImportError> {
        let n_rows = self.report.n_rows;
        let (absent, changes) = self.feed.absent(self.app);
        self.report.absent = absent;
        for chunk in changes.chunks(CHUNK_ROWS) {
            let answer = self.app.change_catalogue(self.caller, None, chunk.to_vec()).await;
            let answer = answer.map_err(|source| ImportError::Intake { n_rows, source })?;
            self.report.position = self.report.position.max(answer.position);
        }
        let has_refused = self.report.n_refused > 0;
        let noted = self.progress.finish(self.app, &self.checksum, n_rows, has_refused).await;
        noted.map_err(|it| ImportError::Intake { n_rows, source: it.into() })?;
        watch.progress(n_rows);
        Ok(self.report)
    }
}

/// Where an item stands in the file.
#[derive(Clone, Default)]
struct Place {
    line: u64,
    raw: String,
}

/// Items on their way: either changes of the catalogue or events, never both.
#[derive(Default)]
struct Batch {
    places: Vec<Place>,
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
        match item {
            ImportItem::Catalogue(_) => self.events.is_empty(),
            ImportItem::Event(_) => self.changes.is_empty(),
        }
    }

    fn push(&mut self, place: Place, item: ImportItem) {
        self.places.push(place);
        match item {
            ImportItem::Catalogue(change) => {
                self.changed.insert(change.product().clone());
                self.changes.push(change);
            }
            ImportItem::Event(event) => self.events.push(*event),
        }
    }
}
