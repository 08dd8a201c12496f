//! The quarantine: refused events, kept so that they can be mended and taken in again.
//!
//! What was refused may hold anything, and what is said about it may repeat it, so both are sealed under
//! the installation's own key. Each key of the interface has room for a stated number of them; the oldest make way.
//!
//! An event is kept with its [`Circumstances`]: whatever came beside it and has a say in how it is read,
//! above all what was said of consent. Taken in again, it is no more trusted than it was when it came.

mod replay;

use std::net::IpAddr;

use domain::{Position, Timestamp};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use ports::{PortError, Quarantined};

use super::incoming::{Caller, Incoming, Rejection};
use crate::App;

pub use replay::{ReplayReport, ReplayWanted};

/// What came beside an event and has a say in how it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Circumstances {
    /// What the path said that it is, such as `track`; the event says so itself otherwise.
    #[n(0)]
    pub kind: Option<String>,
    /// The JSON of what the events of its batch had in common.
    #[n(1)]
    pub context: Option<String>,
    /// When its batch says it was sent.
    #[n(2)]
    pub sent_time: Option<Timestamp>,
    /// Whether the browser asked for privacy.
    #[n(3)]
    pub privacy_control: bool,
    /// The network address it came from.
    #[n(4)]
    pub address: Option<String>,
}

impl Circumstances {
    /// The network address it came from.
    pub fn address(&self) -> Option<IpAddr> {
        self.address.as_deref()?.parse().ok()
    }
}

/// An event that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedEvent {
    /// Why.
    pub rejection: Rejection,
    /// The event as it was sent.
    pub body: Vec<u8>,
    /// What came beside it.
    pub circumstances: Circumstances,
}

/// A refused event, opened for the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedEvent {
    /// A number that grows.
    pub id: i64,
    /// The id of the key it came with.
    pub key_id: String,
    /// When it was refused.
    pub time: Timestamp,
    /// The stable code of the reason.
    pub code: String,
    /// The field at fault.
    pub field: String,
    /// What is wrong and what to do.
    pub remedy: String,
    /// The event as it was sent, or as it was mended.
    pub body: Vec<u8>,
    /// What came beside it.
    pub circumstances: Circumstances,
    /// Where the history ended when it was refused: what its sender or a replay made of it came behind.
    replay_begun: Option<Position>,
}

/// Reads a refused event, of which `app` knows bytes only.
pub type ReadAgain<'a> =
    &'a (dyn Fn(&QuarantinedEvent, domain::KeyKind) -> Result<Incoming, Rejection> + Sync);

impl App {
    /// Keeps refused events with what they looked like. Never fails its caller: what cannot be kept
    /// is counted.
    pub async fn quarantine(&self, caller: &Caller, refused: Vec<RefusedEvent>) {
        if refused.is_empty() {
            return;
        }
        let (time, head) = (self.now(), self.backends.log.head());
        let n_refused = refused.len() as u64;
        let events = refused.into_iter().map(|it| {
            let event = QuarantinedEvent {
                id: 0,
                key_id: caller.key_id.clone(),
                time,
                code: it.rejection.code.to_owned(),
                field: it.rejection.field,
                remedy: it.rejection.remedy,
                body: it.body,
                circumstances: it.circumstances,
                replay_begun: Some(head),
            };
            self.close_up(event)
        });
        let n_max = self.settings.quarantine_per_key_max;
        match self.backends.records.quarantine(events.collect(), n_max).await {
            Ok(n_dropped) => metrics::counter!("quarantine_dropped_total").increment(n_dropped),
            Err(error) => {
                metrics::counter!("quarantine_failed_total").increment(n_refused);
                tracing::warn!(%error, n_refused, "refused events could not be quarantined");
            }
        }
        metrics::counter!("quarantined_total").increment(n_refused);
    }

    /// At most `n_max` refused events with ids above `after`, oldest first.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be read; so for every method below.
    pub async fn quarantined(
        &self,
        after: i64,
        n_max: u32,
    ) -> Result<Vec<QuarantinedEvent>, PortError> {
        let kept = self.backends.records.quarantined(after, n_max).await?;
        Ok(kept.into_iter().map(|it| self.open_up(it)).collect())
    }

    /// The refused event of that id.
    pub async fn quarantined_event(&self, id: i64) -> Result<Option<QuarantinedEvent>, PortError> {
        let kept = self.backends.records.quarantined_event(id).await?;
        Ok(kept.map(|it| self.open_up(it)))
    }

    /// Puts `body` in the place of what a refused event looks like, if it can be read now; answers why not
    /// otherwise, and `None` when there is no event of that id. It waits on, to be replayed.
    pub async fn mend_quarantined(
        &self,
        caller: &Caller,
        id: i64,
        body: Vec<u8>,
        read: ReadAgain<'_>,
    ) -> Result<Option<Result<QuarantinedEvent, Rejection>>, PortError> {
        let Some(event) = self.quarantined_event(id).await? else { return Ok(None) };
        // Mended, it is the shop's word on what the event must have been, and says so in full.
        let mended = QuarantinedEvent { body, ..event };
        let kind = self.kind_of_key(&mended.key_id).await?;
        if let Err(rejection) = read(&mended, kind) {
            return Ok(Some(Err(rejection)));
        }
        self.backends.records.replace_quarantined(vec![self.close_up(mended.clone())]).await?;
        self.audit(caller, "quarantine.mend", &id.to_string()).await?;
        Ok(Some(Ok(mended)))
    }

    fn close_up(&self, event: QuarantinedEvent) -> Quarantined {
        let QuarantinedEvent { id, key_id, time, code, field, remedy, body, .. } = event;
        // The field belongs to what is sealed: names of fields are the sender's words.
        let plain = (field, remedy, ByteVec::from(body), event.circumstances);
        let plain = minicbor::to_vec(plain).expect("writing to memory cannot fail");
        let wrapping = self.directory.root().wrapping();
        let sealed = wrapping.seal(&plain, key_id.as_bytes(), &*self.backends.entropy);
        Quarantined { id, key_id, time, code, sealed, replay_begun: event.replay_begun }
    }

    fn open_up(&self, kept: Quarantined) -> QuarantinedEvent {
        let wrapping = self.directory.root().wrapping();
        let plain = wrapping.open(&kept.sealed, kept.key_id.as_bytes()).unwrap_or_default();
        // What another root key sealed cannot be shown; that it was refused can.
        let Plain(field, remedy, body, circumstances) = plain_of(&plain).unwrap_or_default();
        QuarantinedEvent {
            id: kept.id,
            key_id: kept.key_id,
            time: kept.time,
            code: kept.code,
            field,
            remedy,
            body,
            circumstances,
            replay_begun: kept.replay_begun,
        }
    }
}

/// What is sealed of a refused event.
#[derive(Default)]
struct Plain(String, String, Vec<u8>, Circumstances);

fn plain_of(bytes: &[u8]) -> Option<Plain> {
    type Whole = (String, String, ByteVec, Circumstances);
    /// As it was before circumstances were kept.
    type First = (String, String, ByteVec);
    if let Ok((field, remedy, body, circumstances)) = minicbor::decode::<Whole>(bytes) {
        return Some(Plain(field, remedy, body.into(), circumstances));
    }
    let (field, remedy, body) = minicbor::decode::<First>(bytes).ok()?;
    Some(Plain(field, remedy, body.into(), Circumstances::default()))
}
