//! The OpenAPI document: committed as `openapi/tastemaker.json`, served as `/openapi.json`.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

use crate::router::documentation;

/// The document as JSON, indented.
pub fn openapi_json() -> String {
    let mut json =
        documentation().to_pretty_json().expect("the document is made of texts and numbers");
    json.push('\n');
    json
}

/// What the document says before its paths.
pub(crate) fn head() -> OpenApi {
    let tag =
        |name: &str, about: &str| TagBuilder::new().name(name).description(Some(about)).build();
    let bearer = |about: &str| {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some(about.to_owned());
        SecurityScheme::Http(scheme)
    };
    let mut basic = Http::new(HttpAuthScheme::Basic);
    basic.description = Some("A key as the user name, as Segment's libraries send it.".to_owned());
    let components = ComponentsBuilder::new()
        .security_scheme("any_key", bearer("A publishable or a secret key."))
        .security_scheme("secret_key", bearer("A secret key, from a server."))
        .security_scheme("basic", SecurityScheme::Http(basic));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Tastemaker")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .license(Some(
                    LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build(),
                ))
                .build(),
        )
        .components(Some(components.build()))
        .tags(Some([
            tag("events", "What shoppers do, as Segment's HTTP API has it."),
            tag("catalogue", "What the shop sells."),
            tag("decisions", "What to show, and why it was shown."),
            tag("administration", "Placements, keys, the switch, what was refused, who did what."),
            tag("health", "For machines that watch over this one. No key is needed."),
        ]))
        .build()
}

const ABOUT: &str = "\
A self-hosted personalization engine for shops: events in, a personal shelf out.

Every answer carries `x-request-id`. Refusals are `application/problem+json` with a stable `code`; all \
codes are in docs/errors.md. Positions are texts that grow: the `position` of an answer, sent as `after` \
of a decision, makes sure that the decision has seen what was sent.";
