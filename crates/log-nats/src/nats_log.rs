//! The log as its callers see it.

use std::fmt;
use std::sync::Arc;

use async_nats::jetstream::stream::Stream;
use async_trait::async_trait;
use domain::{Envelope, Position, Recorded, ShopId};
use ports::{Log, PortError, Receipt};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;

use crate::connect::Connection;
use crate::error::unavailable_because;
use crate::messages::Messages;
use crate::seen::Seen;
use crate::stream::{self, Names};
use crate::{Access, Options, follow, forget, publish, read};

/// The log of a shop in a stream of NATS JetStream.
///
/// Any number of programs may have it open. It needs NATS 2.11 or later.
///
/// # Cost
///
/// An append costs one round trip to the server, whatever the number of events up to a thousand; the
/// server writes each event to its file before it acknowledges it. A read costs one round trip for every
/// [`Options::read_events`]. Following costs some 150 bytes of network an event.
///
/// To open it is to read the headers of the last day's events.
pub struct NatsLog {
    shared: Arc<Shared>,
    /// What runs in the background ends with the log.
    _tasks: JoinSet<()>,
}

/// What callers and the background share.
pub(crate) struct Shared {
    pub connection: Connection,
    pub names: Names,
    pub options: Options,
    pub seen: Seen,
    pub messages: Messages,
    /// Held by who asks for all how far the stream goes.
    pub completing: Mutex<()>,
    /// Places for events that wait for their acknowledgement.
    pub places: Semaphore,
}

impl Shared {
    /// The stream, asked over the present connection.
    pub(crate) async fn stream(&self) -> Result<Stream<()>, PortError> {
        let stream = self.connection.context().get_stream_no_info(&self.names.stream).await;
        stream.map_err(|err| unavailable_because("its stream has no name".to_owned(), err))
    }
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
        let connection = Connection::open(access, &options).await?;
        let names = Names::of(shop);
        let context = connection.context();
        let info = stream::open(&context, &names, &options).await?;
        let end = Position::new(info.state.last_sequence);
        // Should the stream have been put back to an earlier state, what comes next is not forgotten.
        stream::change_forgotten(&context, &names, |it| it.min(end)).await?;
        let noted = if info.state.messages == 0 { end } else { Position::START };
        let shared = Arc::new(Shared {
            connection,
            names,
            options,
            seen: Seen::new(&info.state),
            messages: Messages::new(noted, &options),
            completing: Mutex::new(()),
            places: Semaphore::new(options.queue_events as usize),
        });
        let mut tasks = JoinSet::new();
        let (renewing, access) = (Arc::clone(&shared), access.clone());
        tasks.spawn(async move { renewing.connection.renew(&access, &renewing.options).await });
        tasks.spawn(follow::follow_head(Arc::clone(&shared), info.state.clone()));
        follow::catch_up(&shared, &info).await?;
        follow::note(&shared, &follow::info(&shared).await?).await;
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
        forget::forget(&self.shared, through).await
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
