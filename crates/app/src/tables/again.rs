//! Folding once more, for what a share lacks that is no longer pending.

use domain::Position;
use ports::{Batch, PortError, Share};

use crate::App;
use crate::follow::SNAPSHOT;
use crate::live::Live;

/// How many events are read, and written of, at once.
const READ_MAX: usize = 32_768;

impl App {
    /// Writes to `shares`, which contain everything up to `after`, what the events after it wrote, up to
    /// where something is pending.
    ///
    /// # Errors
    ///
    /// [`PortError`] when projections or the history fail; the shares are as far as they came.
    pub(super) async fn write_again(
        &self,
        shares: &[Share],
        after: Position,
    ) -> Result<(), PortError> {
        let wanted = self.tables.pending().begins_after();
        tracing::info!(%after, %wanted, ?shares, "a share of the tables is caught up with");
        let mut live = self.state_before(after).await?;
        let history = self.history();
        let mut position = after;
        while position < wanted {
            let events = history.read(live.position(), READ_MAX).await?;
            let Some(last) = events.last().map(|it| it.position) else { break };
            let (mut writes, mut of_event) = (Vec::new(), Vec::new());
            for event in &events {
                live.fold(event, &mut of_event);
                let is_wanted = after < event.position
                    && shares.contains(&Share::of(event.envelope.partition()));
                match is_wanted {
                    true => writes.append(&mut of_event),
                    false => of_event.clear(),
                }
            }
            if position < last {
                let shares = shares.to_vec();
                self.apply(Batch { shares, after: position, through: last, writes }).await?;
                position = last;
            }
        }
        Ok(())
    }

    /// The state at some event up to `position`: of the snapshot, or before the first one.
    async fn state_before(&self, position: Position) -> Result<Live, PortError> {
        let snapshot = self.backends.projections.load_snapshot(SNAPSHOT).await?;
        let empty = self.empty_live();
        let snapshot = snapshot.filter(|it| it.position <= position);
        let decoded = snapshot.and_then(|it| Live::decode(&it.bytes, self.shop().currency).ok());
        Ok(decoded.filter(|it| it.is_configured_as(&empty)).unwrap_or(empty))
    }
}
