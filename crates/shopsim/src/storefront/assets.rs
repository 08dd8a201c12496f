//! Pictures, the style sheet and the script.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::pictures::picture_by_id;
use crate::storefront::StorefrontState;

/// Pictures never change for a product of one seed, but another seed may use its id: an hour is enough.
const KEEP_AN_HOUR: &str = "public, max-age=3600";
/// The style sheet and the script change with the binary.
const KEEP_A_MINUTE: &str = "public, max-age=60";

/// `GET /pictures/{product}.svg`
pub(super) async fn picture(
    State(state): State<StorefrontState>,
    Path(file): Path<String>,
) -> Response {
    match file.strip_suffix(".svg").and_then(|id| picture_by_id(state.shop(), id)) {
        Some(svg) => file_answer("image/svg+xml", KEEP_AN_HOUR, svg),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /shop/assets/{file}`
pub(super) async fn asset(Path(file): Path<String>) -> Response {
    match file.as_str() {
        "shop.css" => file_answer("text/css", KEEP_A_MINUTE, include_str!("../../assets/shop.css")),
        "shop.js" => {
            file_answer("text/javascript", KEEP_A_MINUTE, include_str!("../../assets/shop.js"))
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file_answer(kind: &'static str, keep: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body).into_response()
}
