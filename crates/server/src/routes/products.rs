//! Products, one by one and page by page.

use std::sync::Arc;

use api::products::{ChangesView, PatchShape, ProductView, ProductsView, read_patch, read_product};
use api::{ErrorCode, List, Page, PageQuery};
use app::{Caller, CatalogueChange};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::{ProductId, ProductIdx};

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
    let page: Page<u32> = Page::of(List::Products, &query)?;
    let after = page.after().map(|number| ProductIdx::new(*number));
    let mut products = shared.app.products(after, page.n_wanted() as usize);
    let next_page_token = page.cut(&mut products, |it| {
        let number = shared.app.product_number(&it.id);
        number.expect("what is in the catalogue has a number").get()
    });
    let products = products.into_iter().map(ProductView::from).collect();
    Ok(Json(ProductsView { products, next_page_token }))
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
    request_body = PatchShape,
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
///
/// Unlike other deletions this one has a body: the change is an event, and its `position` can be sent as
/// `after` of a decision.
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
