//! Products, one by one and page by page.

use std::sync::Arc;

use api::products::{ChangesView, ProductView, ProductsView, read_patch, read_product};
use api::{ErrorCode, PageQuery, page_size};
use app::{Caller, CatalogueChange};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::ProductId;

use super::catalogue::idempotency_key;
use crate::access::SecretKey;
use crate::body::text;
use crate::extract::{Params, PathId, TextBody};
use crate::failure::Failure;
use crate::state::Shared;

/// Lists the products, in the order in which the shop first named them.
#[utoipa::path(
    get, path = "/v1/products", tag = "catalogue", params(PageQuery),
    responses(
        (status = 200, body = ProductsView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn list_products(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    Params(query): Params<PageQuery>,
) -> Result<Json<ProductsView>, Failure> {
    let after: Option<ProductId> = match query.page_token.as_deref() {
        None | Some("") => None,
        Some(token) => {
            let id = token.parse().ok().filter(|it| shared.app.product(it).is_some());
            Some(id.ok_or_else(|| {
                let remedy = "is no longer a place in the list; begin again without it";
                Failure::field("page_token", token, remedy)
            })?)
        }
    };
    let n_page = page_size(&query) as usize;
    let mut products = shared.app.products(after.as_ref(), n_page + 1);
    let has_more = products.len() > n_page;
    products.truncate(n_page);
    let last = products.last().filter(|_| has_more).map(|it| it.id.to_string());
    let products = products.into_iter().map(ProductView::from).collect();
    Ok(Json(ProductsView { products, next_page_token: last }))
}

/// Answers a product.
#[utoipa::path(
    get, path = "/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses(
        (status = 200, body = ProductView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn get_product(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    PathId(id): PathId<ProductId>,
) -> Result<Json<ProductView>, Failure> {
    let product = shared.app.product(&id);
    let product = product.ok_or_else(|| {
        Failure::new(ErrorCode::UnknownProduct, format!("there is no product `{id}`"))
    })?;
    Ok(Json(product.into()))
}

/// Puts a product into the catalogue, or replaces it.
#[utoipa::path(
    put, path = "/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    request_body = ProductView,
    responses(
        (status = 200, body = ChangesView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn put_product(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    PathId(id): PathId<ProductId>,
    headers: HeaderMap,
    TextBody(body): TextBody,
) -> Result<Json<ChangesView>, Failure> {
    let product = read_product(checked(&body)?, Some(&id), shared.rules.currency)?;
    change(&shared, &caller, &headers, CatalogueChange::Upsert(Box::new(product))).await
}

/// Changes price, cost, stock, visibility or variants of a product.
#[utoipa::path(
    patch, path = "/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    request_body = Object,
    responses(
        (status = 200, body = ChangesView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn patch_product(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    PathId(id): PathId<ProductId>,
    headers: HeaderMap,
    TextBody(body): TextBody,
) -> Result<Json<ChangesView>, Failure> {
    let (id, patch) = read_patch(checked(&body)?, Some(&id), shared.rules.currency)?;
    change(&shared, &caller, &headers, CatalogueChange::Patch(id, patch)).await
}

/// Takes a product out of the catalogue. From the answer on it is never shown.
#[utoipa::path(
    delete, path = "/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses(
        (status = 200, body = ChangesView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn delete_product(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    PathId(id): PathId<ProductId>,
    headers: HeaderMap,
) -> Result<Json<ChangesView>, Failure> {
    change(&shared, &caller, &headers, CatalogueChange::Delete(id)).await
}

fn checked(body: &[u8]) -> Result<&str, Failure> {
    if api::is_nested_too_deeply(body) {
        let detail = format!("the product is nested more than {} deep", api::NESTING_MAX);
        return Err(Failure::new(ErrorCode::NestedTooDeeply, detail));
    }
    let json = text(body)?;
    Ok(json)
}

async fn change(
    shared: &Shared,
    caller: &Caller,
    headers: &HeaderMap,
    change: CatalogueChange,
) -> Result<Json<ChangesView>, Failure> {
    let key = idempotency_key(headers)?;
    let report = shared.app.change_catalogue(caller, key, vec![change]).await?;
    match report.rejected.first() {
        Some((_, rejection)) => Err(Failure::rejected(rejection)),
        None => Ok(Json(ChangesView::of(&report))),
    }
}
