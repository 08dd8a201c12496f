//! Placements on the wire.

use app::Rejection;
use domain::{GeneratorShare, ListOrder, Placement, PlacementId, Steering};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PersonalizationView;
use crate::RejectionCode;
use crate::json::refuse;

const TITLE_BYTES_MAX: usize = 256;
const GENERATORS_MAX: usize = 16;
const FILTER_BYTES_MAX: usize = 4_096;

/// A generator that a placement draws on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneratorShareView {
    /// Its name.
    #[schema(example = "session_neighbors")]
    pub generator: String,
    /// How much its ranking counts for; positive.
    pub weight: f32,
}

/// How what generators propose becomes the list of a placement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SteeringView {
    /// By what products are put in order.
    pub order: ListOrderView,
}

/// By what products are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListOrderView {
    /// By what shoppers went on to, as soon as that was learned; by weights until then.
    #[default]
    Learned,
    /// By the weights of the generators.
    Weights,
}

impl From<Steering> for SteeringView {
    fn from(steering: Steering) -> SteeringView {
        let order = match steering.order {
            ListOrder::Learned => ListOrderView::Learned,
            ListOrder::Weights => ListOrderView::Weights,
        };
        SteeringView { order }
    }
}

impl From<SteeringView> for Steering {
    fn from(view: SteeringView) -> Steering {
        let order = match view.order {
            ListOrderView::Learned => ListOrder::Learned,
            ListOrderView::Weights => ListOrder::Weights,
        };
        Steering { order }
    }
}

/// A placement, as it is written.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementForm {
    /// What it is called in the console.
    #[schema(example = "Home: for you")]
    pub title: String,
    /// What it draws on, most telling first.
    pub generators: Vec<GeneratorShareView>,
    /// What may be shown there at all, in the filter language.
    #[serde(default)]
    pub filter: Option<String>,
    /// Whether it may be personal; on when not given.
    #[serde(default)]
    pub personalization: PersonalizationView,
    /// How what it draws on becomes a list; what is not given is at its default.
    #[serde(default)]
    pub steering: SteeringView,
}

impl PlacementForm {
    /// The placement of that id.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] of a field that is too long; whether generators and filter make sense is for
    /// `app` to say.
    pub fn read(self, id: PlacementId) -> Result<Placement, Rejection> {
        let too_long = |field, text: &str, n_max| {
            let remedy = format!("is longer than {n_max} bytes; shorten it");
            refuse(RejectionCode::OutOfRange, field, text, remedy)
        };
        if self.title.len() > TITLE_BYTES_MAX {
            return Err(too_long("title", &self.title, TITLE_BYTES_MAX));
        }
        if let Some(filter) = self.filter.as_deref().filter(|it| it.len() > FILTER_BYTES_MAX) {
            return Err(too_long("filter", filter, FILTER_BYTES_MAX));
        }
        if self.generators.len() > GENERATORS_MAX {
            let remedy =
                format!("has {} entries; {GENERATORS_MAX} are allowed", self.generators.len());
            return Err(refuse(RejectionCode::OutOfRange, "generators", "", remedy));
        }
        let share =
            |it: GeneratorShareView| GeneratorShare { generator: it.generator, weight: it.weight };
        Ok(Placement {
            id,
            title: self.title,
            generators: self.generators.into_iter().map(share).collect(),
            filter: self.filter.filter(|it| !it.trim().is_empty()),
            personalization: self.personalization.into(),
            steering: self.steering.into(),
        })
    }
}

/// A placement.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlacementView {
    /// Its id.
    #[schema(example = "home")]
    pub id: String,
    /// What it is called in the console.
    pub title: String,
    /// What it draws on, most telling first.
    pub generators: Vec<GeneratorShareView>,
    /// What may be shown there at all; `null` for whatever can be sold.
    pub filter: Option<String>,
    /// Whether it may be personal.
    pub personalization: PersonalizationView,
    /// How what it draws on becomes a list.
    pub steering: SteeringView,
}

impl From<Placement> for PlacementView {
    fn from(placement: Placement) -> PlacementView {
        let share =
            |it: GeneratorShare| GeneratorShareView { generator: it.generator, weight: it.weight };
        PlacementView {
            id: placement.id.to_string(),
            title: placement.title,
            generators: placement.generators.into_iter().map(share).collect(),
            filter: placement.filter,
            personalization: placement.personalization.into(),
            steering: placement.steering.into(),
        }
    }
}

/// A page of placements.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlacementsView {
    /// The placements, by id.
    pub placements: Vec<PlacementView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}
