//! What the browser reports as seen.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;

use crate::client::events::exposed;
use crate::storefront::StorefrontState;
use crate::storefront::conversation::Conversation;
use crate::storefront::identity::Who;

/// Products of a decision that were half visible for a second.
#[derive(Debug, Deserialize)]
pub(in crate::storefront) struct Seen {
    decision_id: String,
    product_ids: Vec<String>,
}

/// `POST /shop/seen`: passes on what was seen of decisions made for this very visitor.
pub(in crate::storefront) async fn note(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Json(seen): Json<Seen>,
) -> StatusCode {
    let visitor = state.0.visitors.get(&who.id);
    let Some(decision) = visitor.decision(&seen.decision_id) else {
        return StatusCode::NOT_FOUND;
    };
    let ranked = (1..).zip(decision.product_ids.iter().map(String::as_str));
    let visible: Vec<(usize, &str)> =
        ranked.filter(|(_, id)| seen.product_ids.iter().any(|it| it == id)).collect();
    if !visible.is_empty() {
        let happening = exposed(&decision.id, visible.into_iter());
        Conversation::new(&state, &who.id).tell(vec![happening]).await;
    }
    StatusCode::NO_CONTENT
}
