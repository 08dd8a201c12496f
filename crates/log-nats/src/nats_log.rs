//! The log as its callers see it.

use std::fmt;
use std::sync::Arc;

use async_nats::jetstream::stream::Stream;
use async_trait::async_trait;
use domain::{Envelope, Position, Recorded, ShopId};
use ports::{Log, PortError, Receipt};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::connect::{Connection, connect, no_answer};
use crate::error::from_jetstream;
use crate::seen::Seen;
use crate::stream::{self, Names};
use crate::{Access, Options, follow, publish, read};

/// The log of a shop in a stream of NATS JetStream.
///
/// Any number of programs may have it open. It needs NATS 2.11 or later.
///
/// # Cost
///
/// An append costs one round trip to the server, whatever the number of events up to a thousand; the
/// server writes each event to its file before it acknowledges it. A read costs one round trip for every
/// [`Options::read_events`]. Following costs some 150 bytes of network an event.
pub struct NatsLog {
    shared: Arc<Shared>,
    /// What runs in the background ends with the log.
    _tasks: JoinSet<()>,
}

/// What callers and the background share.
pub(crate) struct Shared {
    pub connection: Connection,
    pub stream: Stream<()>,
    pub names: Names,
    pub options: Options,
    pub seen: Seen,
    /// Places for events that wait for their acknowledgement.
    pub places: Semaphore,
}

impl NatsLog {
    /// Opens the log of `shop`; its stream is made if there is none.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] when no server can be reached, [`PortError::Refused`] when the server
    /// does not accept the credentials, has no JetStream, or has a stream of that name with other
    /// settings, [`PortError::Unreadable`] when a newer program made the stream.
    pub async fn open(
        access: &Access,
        shop: &ShopId,
        options: Options,
    ) -> Result<Arc<NatsLog>, PortError> {
        let connection = connect(access, &options).await?;
        let names = Names::of(shop);
        let info = stream::open(&connection.context, &names, &options).await?;
        let stream = connection.context.get_stream_no_info(&names.stream).await;
        let stream = stream.map_err(|err| no_answer("opening its stream", err))?;
        let shared = Arc::new(Shared {
            connection,
            stream,
            names,
            options,
            seen: Seen::new(&info.state),
            places: Semaphore::new(options.queue_events as usize),
        });
        follow::note(&shared, &info.state).await;
        let mut tasks = JoinSet::new();
        tasks.spawn(follow::follow_head(Arc::clone(&shared)));
        tasks.spawn(follow::keep_state(Arc::clone(&shared)));
        Ok(Arc::new(NatsLog { shared, _tasks: tasks }))
    }
}

#[async_trait]
impl Log for NatsLog {
    async fn append(&self, events: Vec<Envelope>) -> Result<Vec<Receipt>, PortError> {
        publish::append(&self.shared, events).await
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        read::read(&self.shared, after, n_max).await
    }

    fn head(&self) -> Position {
        self.shared.seen.head()
    }

    async fn wait_past(&self, after: Position) -> Position {
        self.shared.seen.wait_past(after).await
    }

    async fn forget(&self, through: Position) -> Result<(), PortError> {
        self.shared.seen.check()?;
        // A stream told to forget what is not there yet would leave those positions out.
        let tail = through.min(self.head()).next();
        if tail <= self.tail() {
            return Ok(());
        }
        let purged = self.shared.stream.purge().sequence(tail.get()).await;
        purged.map_err(|err| match err.kind() {
            async_nats::jetstream::stream::PurgeErrorKind::JetStream(refusal) => {
                from_jetstream("forgetting events of its stream", refusal)
            }
            _ => no_answer("told to forget events", err),
        })?;
        self.shared.seen.let_go(tail);
        Ok(())
    }

    fn tail(&self) -> Position {
        self.shared.seen.tail()
    }

    fn room_bytes(&self) -> Option<u64> {
        self.shared.seen.room_bytes()
    }
}

impl fmt::Debug for NatsLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsLog")
            .field("stream", &self.shared.names.stream)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}
