//! Why was this shown: a decision with what became of it.

use domain::event::deciding::DecisionMade;
use domain::{DecisionId, Event, Outcome, Position, Timestamp};
use ports::{PortError, Table};

use crate::App;
use crate::follow::VISIBLE_WITHIN;

/// The most outcomes of one decision that are told.
const OUTCOMES_MAX: usize = 1_000;

/// A decision with everything that is known about it afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedDecision {
    /// When it was made.
    pub time: Timestamp,
    /// The event that was kept of it.
    pub made: DecisionMade,
    /// What became of it, oldest first.
    pub outcomes: Vec<Outcome>,
}

impl App {
    /// A decision and what became of it; `None` when the history has none of that id.
    ///
    /// # Errors
    ///
    /// [`PortError`] when projections or the history cannot be read.
    pub async fn explain_decision(
        &self,
        id: DecisionId,
    ) -> Result<Option<ExplainedDecision>, PortError> {
        let projections = &self.backends.projections;
        let mut position = projections.get(Table::Decisions, id.as_bytes()).await?;
        if position.is_none() && self.tables_seen(self.applied(), VISIBLE_WITHIN).await? {
            position = projections.get(Table::Decisions, id.as_bytes()).await?;
        }
        let Some(position) = position.and_then(|it| it.try_into().ok()) else { return Ok(None) };
        let before = Position::new(u64::from_be_bytes(position).saturating_sub(1));
        let recorded = self.history().read(before, 1).await?.pop();
        let Some(envelope) = recorded.map(|it| it.envelope) else { return Ok(None) };
        let Event::DecisionMade(made) = envelope.event else { return Ok(None) };
        let entries = projections.scan(Table::Outcomes, id.as_bytes(), OUTCOMES_MAX).await?;
        let outcomes =
            entries.iter().filter_map(|(_, value)| minicbor::decode::<Outcome>(value).ok());
        Ok(Some(ExplainedDecision {
            time: envelope.event_time,
            made,
            outcomes: outcomes.collect(),
        }))
    }
}
