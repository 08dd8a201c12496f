//! What people decide, on the wire: placements, keys, the switch of personalization; what was refused
//! and who did what.

mod keys;
mod placements;
mod switch;
mod trail;

#[cfg(test)]
mod tests;

pub use keys::{KeyForm, KeyView, KeysView, NewKeyView, ScopeView};
pub use placements::{GeneratorShareView, PlacementForm, PlacementView, PlacementsView};
pub use switch::{PersonalizationView, SwitchForm, SwitchView};
pub use trail::{AuditEntryView, AuditTrailView, QuarantineView, QuarantinedEventView};
