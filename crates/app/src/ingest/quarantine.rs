//! The quarantine: refused events, kept so that they can be mended and sent again.
//!
//! What was refused may hold anything, and what is said about it may repeat it, so both are sealed under
//! the installation's own key. Each key of the interface has room for a stated number of them; the oldest make way.

use domain::Timestamp;
use minicbor::bytes::ByteVec;
use ports::{PortError, Quarantined};

use super::incoming::{Caller, Rejection};
use crate::App;

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
    /// The event as it was sent.
    pub body: Vec<u8>,
}

impl App {
    /// Keeps refused events with what they looked like. Never fails its caller: what cannot be kept
    /// is counted.
    pub async fn quarantine(&self, caller: &Caller, refused: Vec<(Rejection, Vec<u8>)>) {
        if refused.is_empty() {
            return;
        }
        let wrapping = self.directory.root().wrapping();
        let time = self.now();
        let n_refused = refused.len() as u64;
        let events = refused.into_iter().map(|(rejection, body)| Quarantined {
            id: 0,
            key_id: caller.key_id.clone(),
            time,
            code: rejection.code.to_owned(),
            sealed: {
                let plain = plain(rejection, body);
                wrapping.seal(&plain, caller.key_id.as_bytes(), &*self.backends.entropy)
            },
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
    /// [`PortError`] when records cannot be read.
    pub async fn quarantined(
        &self,
        after: i64,
        n_max: u32,
    ) -> Result<Vec<QuarantinedEvent>, PortError> {
        let wrapping = self.directory.root().wrapping();
        let kept = self.backends.records.quarantined(after, n_max).await?;
        let open = |it: Quarantined| {
            let plain = wrapping.open(&it.sealed, it.key_id.as_bytes()).unwrap_or_default();
            // What another root key sealed cannot be shown; that it was refused can.
            let (field, remedy, body) = minicbor::decode::<(String, String, ByteVec)>(&plain)
                .map_or_else(
                    |_| Default::default(),
                    |(field, remedy, body)| (field, remedy, body.into()),
                );
            QuarantinedEvent {
                id: it.id,
                key_id: it.key_id,
                time: it.time,
                code: it.code,
                field,
                remedy,
                body,
            }
        };
        Ok(kept.into_iter().map(open).collect())
    }
}

/// What is sealed of a refused event. The field belongs to it: names of fields are the sender's words.
fn plain(rejection: Rejection, body: Vec<u8>) -> Vec<u8> {
    let Rejection { field, remedy, .. } = rejection;
    minicbor::to_vec((field, remedy, ByteVec::from(body))).expect("writing to memory cannot fail")
}
