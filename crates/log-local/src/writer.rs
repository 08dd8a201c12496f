//! The one thread that writes: it takes what waits, makes it durable with one sync, and answers.
//!
//! There is no timer. While one group syncs the next one gathers, so a busy log shares each sync among
//! many and an idle one answers after a single sync.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::Position;
use ports::{PortError, Receipt};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};

use crate::error::{BACKEND, unavailable};
use crate::store::{Arrived, Store};
use crate::tail::{Kept, Tail};
use crate::{Options, disk};

/// What the writer and the readers share.
pub(crate) struct Shared {
    /// The store; none while it is being opened again.
    pub store: RwLock<Option<Store>>,
    /// The latest events, decoded.
    pub tail: Mutex<Tail>,
    /// The position of the last durable event.
    pub head: watch::Sender<Position>,
    /// The last event that is forgotten.
    pub forgotten: AtomicU64,
    /// Where the store is.
    pub folder: PathBuf,
    /// The limits.
    pub options: Options,
}

type Answer<T> = oneshot::Sender<Result<T, PortError>>;

/// What the writer is asked to do.
pub(crate) enum Command {
    /// Keep events.
    Append {
        /// The events.
        events: Vec<Arrived>,
        /// Given one receipt an event.
        answer: Answer<Vec<Receipt>>,
        /// The places in the queue that the events take until they are answered.
        places: OwnedSemaphorePermit,
    },
    /// Let go of events.
    Forget {
        /// The last of them.
        through: Position,
        /// Given when it is durable.
        answer: Answer<()>,
    },
}

/// Whether the store can be written.
enum Health {
    /// It can.
    Sound,
    /// It refuses after a failed write, but may be opened again when there is room.
    Reopen,
    /// A sync failed: what the system says is on disk may not be. Only a person can tell.
    Stopped,
}

/// The writing side of a log.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    health: Health,
}

impl Writer {
    /// A writer of the shared store.
    pub(crate) fn new(shared: Arc<Shared>) -> Writer {
        Writer { shared, health: Health::Sound }
    }

    /// Serves commands until nobody can send any more.
    pub(crate) fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        while let Some(command) = commands.blocking_recv() {
            let mut next = Some(command);
            while let Some(command) = next.take() {
                match command {
                    Command::Forget { through, answer } => {
                        // Whoever asked may have gone; what was asked is done all the same.
                        drop(answer.send(self.forget(through)));
                    }
                    Command::Append { events, answer, places } => {
                        let mut group = Group::default();
                        group.add(events, answer, places);
                        while group.n_events < self.shared.options.group_events {
                            match commands.try_recv() {
                                Ok(Command::Append { events, answer, places }) => {
                                    group.add(events, answer, places);
                                }
                                Ok(forget) => {
                                    next = Some(forget);
                                    break;
                                }
                                Err(_) => break,
                            }
                        }
                        self.serve(group);
                    }
                }
            }
        }
    }

    fn serve(&mut self, group: Group) {
        match self.append(&group) {
            Ok(receipts) => self.publish(group, receipts),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "events were not kept");
                for call in group.calls {
                    drop(call.answer.send(Err(copy(&error))));
                }
            }
        }
    }

    fn append(&mut self, group: &Group) -> Result<Vec<Receipt>, PortError> {
        self.ensure_room(group.n_bytes)?;
        self.ensure_sound()?;
        let events: Vec<&Arrived> = group.calls.iter().flat_map(|it| &it.events).collect();
        let head = *self.shared.head.borrow();
        self.with_store(|store| store.append(head, &events))
    }

    fn forget(&mut self, through: Position) -> Result<(), PortError> {
        self.ensure_sound()?;
        let through = through.min(*self.shared.head.borrow());
        if through.get() <= self.shared.forgotten.load(Ordering::Acquire) {
            return Ok(());
        }
        self.shared.forgotten.store(through.get(), Ordering::Release);
        self.with_store(|store| store.forget(through))
    }

    fn with_store<T>(
        &mut self,
        write: impl FnOnce(&Store) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let slot = self.shared.store.read().unwrap_or_else(PoisonError::into_inner);
        let store = slot.as_ref().ok_or_else(|| unavailable("the store is closed"))?;
        let written = write(store);
        self.health = match &written {
            Ok(_) => Health::Sound,
            Err(PortError::Unavailable { source: Some(_), .. }) => Health::Stopped,
            Err(_) => Health::Reopen,
        };
        written
    }

    /// Refuses before the disk is full, because a store without room cannot even tidy up.
    fn ensure_room(&self, n_bytes: usize) -> Result<(), PortError> {
        let free = disk::free_bytes(&self.shared.folder)?;
        let reserve = self.shared.options.reserve_bytes;
        // An event is written to the journal and then, some time later, to a table.
        let needed = reserve.saturating_add(2 * n_bytes as u64);
        if needed <= free {
            return Ok(());
        }
        Err(PortError::Full {
            backend: BACKEND,
            what: format!("{free} bytes are free on its disk, and {reserve} must stay free"),
            source: None,
        })
    }

    fn ensure_sound(&mut self) -> Result<(), PortError> {
        match self.health {
            Health::Sound => Ok(()),
            Health::Stopped => Err(unavailable(
                "writing to its disk failed; check the disk, then start tastemaker again",
            )),
            Health::Reopen => self.reopen(),
        }
    }

    fn reopen(&mut self) -> Result<(), PortError> {
        let shared = &*self.shared;
        let mut slot = shared.store.write().unwrap_or_else(PoisonError::into_inner);
        // The old store must be gone before a new one may lock the folder.
        *slot = None;
        let store = Store::open(&shared.folder, shared.options)?;
        let head = store.segments.head()?.max(store.forgotten()?);
        *slot = Some(store);
        drop(slot);
        *shared.tail.lock().unwrap_or_else(PoisonError::into_inner) =
            Tail::new(head, &shared.options);
        // What was answered with an error may have been kept.
        shared.head.send_replace(head);
        self.health = Health::Sound;
        tracing::info!(%head, "the log is open again");
        Ok(())
    }

    /// Shows durable events to followers, then answers those who sent them.
    fn publish(&self, group: Group, receipts: Vec<Receipt>) {
        let mut receipts = receipts.into_iter();
        let mut head = *self.shared.head.borrow();
        let mut answers = Vec::with_capacity(group.calls.len());
        {
            let mut tail = self.shared.tail.lock().unwrap_or_else(PoisonError::into_inner);
            for Call { events, answer, places } in group.calls {
                let receipts: Vec<Receipt> = receipts.by_ref().take(events.len()).collect();
                for (event, receipt) in events.into_iter().zip(&receipts) {
                    if let Receipt::Appended(position) = receipt {
                        head = *position;
                        let n_bytes = event.bytes.len();
                        tail.push(Kept { envelope: Arc::new(event.envelope), n_bytes });
                    }
                }
                answers.push((answer, receipts, places));
            }
        }
        self.shared.head.send_replace(head);
        for (answer, receipts, places) in answers {
            // Whoever asked may have gone; the events are kept all the same.
            drop(answer.send(Ok(receipts)));
            drop(places);
        }
    }
}

/// One call of `append`, waiting for its answer.
struct Call {
    events: Vec<Arrived>,
    answer: Answer<Vec<Receipt>>,
    places: OwnedSemaphorePermit,
}

/// The calls that share one sync.
#[derive(Default)]
struct Group {
    calls: Vec<Call>,
    n_events: usize,
    n_bytes: usize,
}

impl Group {
    fn add(
        &mut self,
        events: Vec<Arrived>,
        answer: Answer<Vec<Receipt>>,
        places: OwnedSemaphorePermit,
    ) {
        self.n_events += events.len();
        self.n_bytes += events.iter().map(|it| it.bytes.len()).sum::<usize>();
        self.calls.push(Call { events, answer, places });
    }
}

/// The same error for another waiter; its cause becomes a text.
fn copy(error: &PortError) -> PortError {
    let text = |source: &Option<Box<dyn std::error::Error + Send + Sync>>| {
        source.as_ref().map(|it| it.to_string().into())
    };
    match error {
        PortError::Full { backend, what, source } => {
            PortError::Full { backend, what: what.clone(), source: text(source) }
        }
        PortError::Unreadable { backend, what, source } => {
            PortError::Unreadable { backend, what: what.clone(), source: text(source) }
        }
        PortError::Unavailable { backend, what, source } => {
            PortError::Unavailable { backend, what: what.clone(), source: text(source) }
        }
        other => PortError::Unavailable { backend: BACKEND, what: other.to_string(), source: None },
    }
}
