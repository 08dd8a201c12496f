//! The switch for personalization.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use crate::client::events::{Consent, consent_changed};
use crate::storefront::StorefrontState;
use crate::storefront::conversation::Conversation;
use crate::storefront::identity::Who;

/// What the switch says.
#[derive(Debug, Deserialize)]
pub(in crate::storefront) struct ConsentForm {
    personalization: String,
}

/// `POST /shop/visitor/personalization`; anything but `given` means no.
pub(in crate::storefront) async fn change(
    State(state): State<StorefrontState>,
    Extension(who): Extension<Who>,
    Form(form): Form<ConsentForm>,
) -> Response {
    let consent = match form.personalization.as_str() {
        "given" => Consent::Given,
        _ => Consent::Denied,
    };
    state.0.visitors.with(&who.id, |it| it.consent = consent);
    Conversation::new(&state, &who.id).tell(vec![consent_changed(consent)]).await;
    Redirect::to("/").into_response()
}
