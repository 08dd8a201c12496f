//! Folding once more, for what a share lacks that is no longer pending.

use domain::{Currency, Position, Recorded};
use ports::{Batch, PortError, Projections, Share, Write};

use crate::App;
use crate::follow::{SNAPSHOT, given_up};
use crate::live::Live;

/// How many events are read, and written of, at once.
const READ_MAX: usize = 8_192;

impl App {
    /// Writes to `shares`, which contain everything up to `after`, what the events after it wrote, up to
    /// where something is pending, unless following ends; answers how far it came.
    ///
    /// # Errors
    ///
    /// [`PortError`] when projections or the history fail; the shares are as far as they came.
    pub(super) async fn write_again(
        &self,
        shares: &[Share],
        after: Position,
    ) -> Result<Position, PortError> {
        let wanted = self.tables.backlog().begins_after();
        tracing::info!(%after, %wanted, ?shares, "a share of the tables is caught up with");
        let (projections, currency) = (&*self.backends.projections, self.shop().currency);
        let mut live = state_before(after, projections, self.empty_live(), currency).await?;
        let history = self.history();
        let mut position = after;
        while position < wanted && !*self.stopping.borrow() {
            let events = history.read(live.position(), READ_MAX).await?;
            let Some(last) = events.last().map(|it| it.position) else { break };
            let ours = shares.to_vec();
            let folded = tokio::task::spawn_blocking(move || {
                let writes = writes_of(&mut live, &events, &ours, after);
                (live, writes)
            });
            let writes;
            (live, writes) = folded.await.map_err(given_up)?;
            if position < last {
                let shares = shares.to_vec();
                let batch = Batch { shares, after: position, through: last, writes };
                if !self.apply(batch).await? {
                    break;
                }
                position = last;
            }
        }
        Ok(position)
    }
}

/// The state of everybody at some event up to `position`: of the snapshot, or `empty`, before the first one.
///
/// # Errors
///
/// [`PortError`] when the snapshot cannot be loaded; one that is damaged or configured otherwise is passed over.
pub(crate) async fn state_before(
    position: Position,
    projections: &dyn Projections,
    empty: Live,
    currency: Currency,
) -> Result<Live, PortError> {
    let snapshot = projections.load_snapshot(SNAPSHOT).await?;
    let snapshot = snapshot.filter(|it| it.position <= position);
    let decoded = snapshot.and_then(|it| Live::decode(&it.bytes, currency).ok());
    Ok(decoded.filter(|it| it.is_configured_as(&empty)).unwrap_or(empty))
}

/// Folds events and answers what those after `after` wrote to `shares`.
fn writes_of(
    live: &mut Live,
    events: &[Recorded],
    shares: &[Share],
    after: Position,
) -> Vec<Write> {
    let (mut writes, mut of_event) = (Vec::new(), Vec::new());
    for event in events {
        live.fold(event, &mut of_event);
        let share = Share::of(event.envelope.partition());
        if after < event.position && shares.contains(&share) {
            writes.append(&mut of_event);
        }
        of_event.clear();
    }
    writes
}
