//! What people decide, on the wire: placements, keys, the switch of personalization; what was refused,
//! who did what, and the state that decisions are made from.

mod keys;
mod live_state;
mod models;
mod placements;
mod quarantine;
mod switch;
mod trail;

#[cfg(test)]
mod tests;

pub use keys::{KeyForm, KeyView, KeysView, NewKeyView, ScopeView};
pub use live_state::{LiveStateView, StatePartView};
pub use models::{
    ModelStageView, ModelView, ModelsView, PromotionForm, RollbackForm, TrainingForm,
};
pub use placements::{
    GeneratorShareView, ListOrderView, PlacementForm, PlacementView, PlacementsView, SteeringView,
};
pub use quarantine::{
    MendForm, QuarantineView, QuarantinedEventView, RefusedAgainView, ReplayForm, ReplayView,
    quarantine_id,
};
pub use switch::{PersonalizationView, SwitchForm, SwitchView};
pub use trail::{AuditEntryView, AuditTrailView};
