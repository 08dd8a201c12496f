//! The panel beside the shop: what went in and what came out, for this visitor.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use crate::client::events::Consent;
use crate::storefront::StorefrontState;
use crate::storefront::identity::{PanelState, Who};
use crate::storefront::pages::render;
use crate::storefront::visitors::{DecisionRow, EventRow};

/// The panel, as templates see it.
#[derive(Debug)]
pub(super) struct Panel {
    /// Who it is about, shortened.
    pub(super) visitor: String,
    state: PanelState,
    consent: Consent,
    /// What went in, newest first.
    pub(super) events: Vec<EventRow>,
    /// What came out, newest first.
    pub(super) decisions: Vec<DecisionRow>,
}

/// How many decisions are shown.
const DECISIONS_SHOWN: usize = 14;
/// How much of a visitor's id is shown.
const ID_SHOWN: usize = 8;

impl Panel {
    /// The panel of a visitor, as of now.
    pub(super) fn of(state: &StorefrontState, who: &Who) -> Panel {
        let visitor = state.0.visitors.get(&who.id);
        Panel {
            visitor: who.id.as_str().chars().take(ID_SHOWN).collect(),
            state: who.panel,
            consent: visitor.consent,
            events: visitor.events.into(),
            decisions: visitor.decisions.into_iter().take(DECISIONS_SHOWN).collect(),
        }
    }

    /// Whether it is open.
    pub(super) fn is_open(&self) -> bool {
        self.state == PanelState::Open
    }

    /// Whether the shop may be personal.
    pub(super) fn is_personal(&self) -> bool {
        self.consent == Consent::Given
    }
}

#[derive(Template)]
#[template(path = "panel_rows.html")]
struct PanelRows {
    panel: Panel,
}

/// `GET /shop/panel`: the rows alone, for the script that keeps them fresh.
pub(super) async fn show(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
) -> Response {
    render(&PanelRows { panel: Panel::of(&state, &who) })
}
