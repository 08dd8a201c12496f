//! Pictures, the style sheet, the script, and the JavaScript client that the script uses.
//!
//! The client is the one that shops get, from `sdk/js`, file by file as it stands there.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::pictures::picture_by_id;
use crate::storefront::StorefrontState;

/// A file of the client with its name.
macro_rules! client_file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../sdk/js/src/", $name)))
    };
}

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

/// The files of the JavaScript client, by name.
const CLIENT: [(&str, &str); 9] = [
    client_file!("ambient.js"),
    client_file!("consent.js"),
    client_file!("deciding.js"),
    client_file!("dwell.js"),
    client_file!("failure.js"),
    client_file!("index.js"),
    client_file!("memory.js"),
    client_file!("outbox.js"),
    client_file!("watch.js"),
];

/// `GET /shop/assets/{file}`
pub(super) async fn asset(Path(file): Path<String>) -> Response {
    match file.as_str() {
        "shop.css" => file_answer("text/css", KEEP_A_MINUTE, include_str!("../../assets/shop.css")),
        "shop.js" => script(include_str!("../../assets/shop.js")),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /shop/assets/tastemaker/{file}`
pub(super) async fn client_asset(Path(file): Path<String>) -> Response {
    match CLIENT.iter().find(|(name, _)| *name == file) {
        Some((_, text)) => script(text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn script(text: &'static str) -> Response {
    file_answer("text/javascript", KEEP_A_MINUTE, text)
}

fn file_answer(kind: &'static str, keep: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body).into_response()
}
