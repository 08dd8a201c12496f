//! Who is looking: the cookie, and the wish not to be known.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::client::events::{Consent, consent_changed};
use crate::storefront::StorefrontState;
use crate::storefront::conversation::Conversation;
use crate::storefront::visitors::VisitorId;

/// The cookie with the visitor's id.
const COOKIE: &str = "shop_visitor";
/// The cookie that remembers whether the panel is shut.
const PANEL_COOKIE: &str = "shop_panel";
/// How long a browser is known: thirty days.
const COOKIE_SECONDS: u32 = 30 * 24 * 3600;
/// Nothing but this shop's own files, no inline styles or scripts, and no framing.
const CONTENT_POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; \
     script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Whether the panel is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PanelState {
    /// It is.
    Open,
    /// The visitor shut it.
    Shut,
}

/// Who asks for a page.
#[derive(Clone, Debug)]
pub(super) struct Who {
    /// The visitor.
    pub(super) id: VisitorId,
    /// Whether they want to see the panel.
    pub(super) panel: PanelState,
}

/// Finds out who asks, gives newcomers a cookie, and protects every page.
pub(super) async fn recognise(
    State(state): State<StorefrontState>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = cookie(request.headers(), COOKIE).and_then(VisitorId::parse);
    let panel = match cookie(request.headers(), PANEL_COOKIE) {
        Some("shut") => PanelState::Shut,
        _ => PanelState::Open,
    };
    let newcomer = known.is_none();
    let id = known.unwrap_or_else(VisitorId::draw);
    if newcomer && request.headers().get("sec-gpc").is_some_and(|it| it == "1") {
        // Global Privacy Control speaks before anything is looked at.
        Conversation::new(&state, &id).tell(vec![consent_changed(Consent::Denied)]).await;
        state.0.visitors.with(&id, |it| it.consent = Consent::Denied);
    }
    request.extensions_mut().insert(Who { id: id.clone(), panel });
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if newcomer && !headers.contains_key(header::SET_COOKIE) {
        headers.insert(header::SET_COOKIE, set_cookie(&id));
    }
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `POST /shop/visitor/new`: forget the cookie and begin as somebody new.
pub(super) async fn start_over() -> Response {
    let mut response = Redirect::to("/").into_response();
    response.headers_mut().insert(header::SET_COOKIE, set_cookie(&VisitorId::draw()));
    response
}

fn set_cookie(id: &VisitorId) -> HeaderValue {
    let text = format!(
        "{COOKIE}={}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax",
        id.as_str()
    );
    text.parse().expect("hexadecimal digits are valid in a header")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='))
}
