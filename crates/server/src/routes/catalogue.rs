//! Many changes of the catalogue at once.

use std::sync::Arc;

use api::products::{ChangesView, PatchShape, ProductView, Rows, read_patch, read_product};
use app::{Caller, CatalogueChange, Rejection};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;

use crate::access::SecretKey;
use crate::body::{BodyLimits, read_all, text};
use crate::failure::Failure;
use crate::state::Shared;

/// How many rows are read before other work gets its turn.
const ROWS_A_TURN: usize = 32;
/// The longest idempotency key, in bytes.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 256;

/// Puts products into the catalogue: one a line, or a JSON list; those that are there are replaced.
///
/// A bad row is refused alone. When the answer comes, decisions see the change.
#[utoipa::path(
    post, path = "/v1/products:import", tag = "catalogue",
    request_body(content(
        (ProductView = "application/x-ndjson"),
        (Vec<ProductView> = "application/json"),
    )),
    params(("Idempotency-Key" = Option<String>, Header,
            description = "The same rows under the same key within a day take effect once.")),
    responses(
        (status = 200, body = ChangesView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn import_products(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    request: Request,
) -> Result<Json<ChangesView>, Failure> {
    let currency = shared.rules.currency;
    change_rows(&shared, &caller, request, |row| {
        let product = read_product(row, None, currency)?;
        Ok(CatalogueChange::Upsert(Box::new(product)))
    })
    .await
}

/// Changes price, cost, stock, visibility or variants of products: one change a line, such as
/// `{"id": "TENT-2", "stock": 3}`, or a JSON list.
#[utoipa::path(
    post, path = "/v1/products:patch", tag = "catalogue",
    request_body(content(
        (PatchShape = "application/x-ndjson"),
        (Vec<PatchShape> = "application/json"),
    )),
    params(("Idempotency-Key" = Option<String>, Header,
            description = "The same rows under the same key within a day take effect once.")),
    responses(
        (status = 200, body = ChangesView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn patch_products(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    request: Request,
) -> Result<Json<ChangesView>, Failure> {
    let currency = shared.rules.currency;
    change_rows(&shared, &caller, request, |row| {
        let (id, patch) = read_patch(row, None, currency)?;
        Ok(CatalogueChange::Patch(id, patch))
    })
    .await
}

async fn change_rows(
    shared: &Shared,
    caller: &Caller,
    request: Request,
    read: impl Fn(&str) -> Result<CatalogueChange, Rejection> + Send,
) -> Result<Json<ChangesView>, Failure> {
    let (parts, body) = request.into_parts();
    let key = idempotency_key(&parts.headers)?;
    let limits = BodyLimits {
        n_bytes_max: shared.limits.catalogue_bytes_max,
        timeout: shared.limits.body_timeout,
    };
    let bytes = read_all(&parts, body, limits).await?;
    let rows = Rows::open(text(&bytes)?).map_err(|(code, detail)| Failure::new(code, detail))?;

    let (mut changes, mut indexes, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..rows.len() {
        if index > 0 && index % ROWS_A_TURN == 0 {
            tokio::task::yield_now().await;
        }
        match rows.row(index).and_then(&read) {
            Ok(change) => {
                changes.push(change);
                indexes.push(index);
            }
            Err(rejection) => rejected.push((index, rejection)),
        }
    }
    let report = shared.app.change_catalogue(caller, key, changes).await?;
    let at = |position: usize| indexes.get(position).copied().unwrap_or(position);
    rejected.extend(report.rejected.iter().map(|(position, it)| (at(*position), it.clone())));
    Ok(Json(ChangesView::new(&report, rejected, &rows)))
}

/// The key under which a change takes effect once.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len()) => Ok(Some(key)),
        _ => {
            let remedy =
                format!("is no plain text of 1 to {IDEMPOTENCY_KEY_BYTES_MAX} bytes; send a UUID");
            let shown = String::from_utf8_lossy(value.as_bytes());
            Err(Failure::field("Idempotency-Key", &shown, remedy))
        }
    }
}
