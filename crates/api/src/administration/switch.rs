//! The switch of personalization.

use domain::Personalization;
use ports::Switch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether something may be personal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonalizationView {
    /// It may.
    #[default]
    On,
    /// It may not: everybody sees the same.
    Off,
}

impl From<Personalization> for PersonalizationView {
    fn from(personalization: Personalization) -> PersonalizationView {
        match personalization {
            Personalization::On => PersonalizationView::On,
            Personalization::Off => PersonalizationView::Off,
        }
    }
}

impl From<PersonalizationView> for Personalization {
    fn from(view: PersonalizationView) -> Personalization {
        match view {
            PersonalizationView::On => Personalization::On,
            PersonalizationView::Off => Personalization::Off,
        }
    }
}

/// How to set the switch of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchForm {
    /// On or off, from the next decision on.
    pub personalization: PersonalizationView,
}

/// How the switch of the shop stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SwitchView {
    /// On or off.
    pub personalization: PersonalizationView,
    /// Since when, as RFC 3339; missing while nobody ever touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_time: Option<String>,
}

impl From<Switch> for SwitchView {
    fn from(switch: Switch) -> SwitchView {
        let untouched = switch.change_time == domain::Timestamp::default();
        SwitchView {
            personalization: switch.personalization.into(),
            change_time: (!untouched).then(|| switch.change_time.to_string()),
        }
    }
}
