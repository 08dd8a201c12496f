//! Handing events to somebody else's systems: what may leave, as the shoppers answered until today.

use consent::Exit;
use domain::{Position, Recorded};
use ports::PortError;

use crate::App;

/// A stretch of history, as far as it may leave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HandedOut {
    /// The events that may leave, in order. What is sealed in them stays sealed.
    pub events: Vec<Recorded>,
    /// How many may not.
    pub n_withheld: u64,
    /// Where to go on; `None` at the end of history.
    pub next: Option<Position>,
}

impl App {
    /// Looks at `n_max` events after `after`, and answers those that may be handed out.
    ///
    /// # Errors
    ///
    /// [`PortError`] when history cannot be read.
    pub async fn hand_out(&self, after: Position, n_max: usize) -> Result<HandedOut, PortError> {
        let events = self.events(after, n_max).await?;
        let n_events = events.len();
        let next = events.last().map(|it| it.position);
        let live = self.live();
        let may_leave = |it: &Recorded| {
            let stored = live.answer_book().of(&it.envelope.shopper);
            let permission = consent::at_exit(Exit::HandOut, it.envelope.purposes, stored);
            permission == consent::Permission::Granted
        };
        let events: Vec<Recorded> = events.into_iter().filter(may_leave).collect();
        Ok(HandedOut { n_withheld: (n_events - events.len()) as u64, events, next })
    }
}
