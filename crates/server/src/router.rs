//! All routes, with what surrounds them.

use std::sync::Arc;
use std::time::Duration;

use api::ErrorCode;
use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, Method};
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::envelope::{REQUEST_ID, envelope, panicked};
use crate::failure::Failure;
use crate::openapi;
use crate::routes::{
    audit, catalogue, decisions, events, health, keys, live_state, models, personalization,
    placements, products, quarantine,
};
use crate::state::{ServerState, Shared};
use crate::traffic::{Class, shed};

/// For how long browsers may remember that they may call.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// Every route of the interface, ready to be served or merged with others.
pub fn router(state: ServerState) -> Router {
    let shared = Shared::new(state);
    let (routes, openapi) = documented(&shared).split_for_parts();
    let docs = SwaggerUi::new("/docs").url("/openapi.json", openapi);
    routes
        .merge(legacy(&shared))
        .with_state(Arc::clone(&shared))
        .merge(
            Router::from(docs)
                .layer(from_fn_with_state((Arc::clone(&shared), Class::Reading), shed)),
        )
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(cors())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(shared, envelope))
}

/// What the routes say of themselves.
pub(crate) fn documentation() -> OpenApi {
    documented_routes(|routes, _| routes).into_openapi()
}

fn documented(shared: &Arc<Shared>) -> Routes {
    documented_routes(|routes, class| {
        routes.layer(from_fn_with_state((Arc::clone(shared), class), shed))
    })
}

type Routes = OpenApiRouter<Arc<Shared>>;

/// The routes by class; `shedding` adds what only a running server has.
fn documented_routes(shedding: impl Fn(Routes, Class) -> Routes) -> Routes {
    let intake = OpenApiRouter::new()
        .routes(routes!(events::batch))
        .routes(routes!(events::track))
        .routes(routes!(events::identify))
        .routes(routes!(events::page))
        .routes(routes!(events::screen))
        .routes(routes!(events::group))
        .routes(routes!(events::alias));
    let catalogue = OpenApiRouter::new()
        .routes(routes!(catalogue::import_products))
        .routes(routes!(catalogue::patch_products));
    let deciding = OpenApiRouter::new().routes(routes!(decisions::decide));
    let reading = OpenApiRouter::new()
        .routes(routes!(
            products::get_product,
            products::put_product,
            products::patch_product,
            products::delete_product
        ))
        .routes(routes!(products::list_products))
        .routes(routes!(decisions::explain_decision))
        .routes(routes!(placements::list_placements))
        .routes(routes!(
            placements::get_placement,
            placements::put_placement,
            placements::delete_placement
        ))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::revoke_key))
        .routes(routes!(personalization::get_personalization, personalization::set_personalization))
        .routes(routes!(quarantine::list_quarantine))
        .routes(routes!(quarantine::get_quarantined))
        .routes(routes!(quarantine::mend_quarantined))
        .routes(routes!(quarantine::replay_quarantined))
        .routes(routes!(audit::list_audit_trail))
        .routes(routes!(live_state::get_state))
        .routes(routes!(models::list_models))
        .routes(routes!(models::get_model))
        .routes(routes!(models::promote_model))
        .routes(routes!(models::roll_back_models))
        .routes(routes!(models::train_model));
    let health = OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics));
    OpenApiRouter::with_openapi(openapi::head())
        .merge(shedding(intake, Class::Intake))
        .merge(shedding(catalogue, Class::Intake))
        .merge(shedding(deciding, Class::Decisions))
        .merge(shedding(reading, Class::Reading))
        .merge(health)
}

/// Paths of Segment's older libraries, which are not documented again.
fn legacy(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/t", post(events::track))
        .route("/v1/i", post(events::identify))
        .route("/v1/p", post(events::page))
        .route("/v1/s", post(events::screen))
        .route("/v1/g", post(events::group))
        .route("/v1/a", post(events::alias))
        .route("/v1/b", post(events::batch))
        .route("/v1/m", post(events::batch))
        .route("/v1/import", post(events::batch))
        .layer(from_fn_with_state((Arc::clone(shared), Class::Intake), shed))
}

/// Browsers may call from anywhere: which origins a key is good for is the key's to say.
fn cors() -> CorsLayer {
    let headers = [AUTHORIZATION, CONTENT_TYPE, CONTENT_ENCODING, REQUEST_ID];
    let exposed: [HeaderName; 2] = [REQUEST_ID, RETRY_AFTER];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers(headers)
        .expose_headers(exposed)
        .max_age(PREFLIGHT_MAX_AGE)
}

async fn no_such_route(uri: axum::http::Uri) -> Failure {
    Failure::new(ErrorCode::NoSuchRoute, format!("there is nothing at `{}`", uri.path()))
}

async fn method_not_allowed(method: Method) -> Failure {
    let detail = format!("this path does not take {method}");
    Failure::new(ErrorCode::MethodNotAllowed, detail)
}
