//! The log as its callers see it.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use async_trait::async_trait;
use domain::{Envelope, Position, Recorded};
use ports::{Log, PortError, Receipt};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task;

use crate::error::{BACKEND, from_io, unavailable};
use crate::store::{Arrived, Store};
use crate::tail::Tail;
use crate::writer::{Command, Shared, Writer};
use crate::{Options, disk, tail};

/// How many events are encoded before other tasks of the thread have their turn.
const ENCODED_AT_ONCE: usize = 256;

/// The log in a folder of its own.
///
/// One process may have a folder open; a second one is refused. Dropping the log waits until what is
/// queued is durable and the folder is free again.
///
/// Not good for several machines: that is what a stream server is for.
///
/// # Cost
///
/// An append costs one sync, shared with whatever waits at the same time. Memory is bounded by
/// [`Options`]: two memtables of events and of message keys each in the worst usual case, the cache, the
/// decoded tail and the queue. Ten bits a message key of the last two days come on top.
pub struct LocalLog {
    shared: Arc<Shared>,
    /// Places in the queue, one an event.
    places: Arc<Semaphore>,
    commands: Option<mpsc::UnboundedSender<Command>>,
    writer: Option<JoinHandle<()>>,
}

impl LocalLog {
    /// Opens the log in `folder`, which is made if there is none.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] when another process has it open, [`PortError::Unreadable`] when it is
    /// damaged or of a newer program, [`PortError::Full`] when there is no room to open it.
    pub fn open(folder: &Path, options: Options) -> Result<Arc<LocalLog>, PortError> {
        let store = Store::open(folder, options)?;
        let forgotten = store.forgotten()?;
        let head = store.segments.head()?.max(forgotten);
        let shared = Arc::new(Shared {
            store: RwLock::new(Some(store)),
            tail: Mutex::new(Tail::new(head, &options)),
            head: watch::Sender::new(head),
            forgotten: AtomicU64::new(forgotten.get()),
            folder: folder.to_owned(),
            options,
        });
        let (commands, receiver) = mpsc::unbounded_channel();
        let writer = Writer::new(Arc::clone(&shared));
        let writer = thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || writer.run(receiver))
            .map_err(|err| from_io("starting its writer", err))?;
        Ok(Arc::new(LocalLog {
            shared,
            places: Arc::new(Semaphore::new(options.queue_events as usize)),
            commands: Some(commands),
            writer: Some(writer),
        }))
    }

    /// Bytes that the log occupies on disk, journals included.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] when the folder cannot be read.
    pub fn disk_bytes(&self) -> Result<u64, PortError> {
        disk::taken_bytes(&self.shared.folder).map_err(|err| from_io("measuring its folder", err))
    }

    fn send(&self, command: Command) -> Result<(), PortError> {
        let commands = self.commands.as_ref().ok_or_else(stopped)?;
        commands.send(command).map_err(|_| stopped())
    }
}

#[async_trait]
impl Log for LocalLog {
    async fn append(&self, events: Vec<Envelope>) -> Result<Vec<Receipt>, PortError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let n_places = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let n_places = n_places.min(self.shared.options.queue_events);
        let places = Arc::clone(&self.places).acquire_many_owned(n_places);
        let places = places.await.map_err(|_| stopped())?;

        let events = encode(events).await;
        let (answer, receipts) = oneshot::channel();
        self.send(Command::Append { events, answer, places })?;
        receipts.await.map_err(|_| stopped())?
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let head = self.head();
        let after = after.max(Position::new(self.shared.forgotten.load(Ordering::Acquire)));
        let n_left = head.get().saturating_sub(after.get());
        let n_max = n_max.min(usize::try_from(n_left).unwrap_or(usize::MAX));
        if n_max == 0 {
            return Ok(Vec::new());
        }
        let latest = {
            let tail = self.shared.tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.read(after, n_max)
        };
        if let Some(latest) = latest {
            return Ok(latest.into_iter().map(tail::Latest::recorded).collect());
        }
        let shared = Arc::clone(&self.shared);
        let read = task::spawn_blocking(move || {
            let slot = shared.store.read().unwrap_or_else(PoisonError::into_inner);
            let store = slot.as_ref().ok_or_else(|| unavailable("the store is closed"))?;
            store.segments.read(after, n_max)
        });
        read.await.map_err(|err| PortError::Unavailable {
            backend: BACKEND,
            what: "reading events was given up".to_owned(),
            source: Some(err.into()),
        })?
    }

    fn head(&self) -> Position {
        *self.shared.head.borrow()
    }

    async fn wait_past(&self, after: Position) -> Position {
        let mut head = self.shared.head.subscribe();
        match head.wait_for(|head| after < *head).await {
            Ok(head) => *head,
            // The sender lives as long as `self`.
            Err(_) => self.head(),
        }
    }

    async fn forget(&self, through: Position) -> Result<(), PortError> {
        let (answer, forgotten) = oneshot::channel();
        self.send(Command::Forget { through, answer })?;
        forgotten.await.map_err(|_| stopped())?
    }

    fn tail(&self) -> Position {
        Position::new(self.shared.forgotten.load(Ordering::Acquire)).next()
    }

    fn room_bytes(&self) -> Option<u64> {
        let free = disk::free_bytes(&self.shared.folder).ok()?;
        Some(free.saturating_sub(self.shared.options.reserve_bytes))
    }
}

impl Drop for LocalLog {
    fn drop(&mut self) {
        // Without a sender the writer stops, after serving what is queued.
        self.commands = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the log's writer had panicked");
        }
    }
}

impl fmt::Debug for LocalLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLog")
            .field("folder", &self.shared.folder)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

fn stopped() -> PortError {
    unavailable("its writer has stopped; see the error before, then start tastemaker again")
}

async fn encode(events: Vec<Envelope>) -> Vec<Arrived> {
    let mut arrived = Vec::with_capacity(events.len());
    for envelope in events {
        let bytes = envelope.encode();
        arrived.push(Arrived { envelope, bytes });
        if arrived.len() % ENCODED_AT_ONCE == 0 {
            task::yield_now().await;
        }
    }
    arrived
}
