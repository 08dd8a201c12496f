//! The shop as a browser sees it, with a stand-in for Tastemaker behind it.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use expect_test::{Expect, expect};
use tower::ServiceExt;

use super::filters::FilterQuery;
use super::{StorefrontState, router};
use crate::catalogue::DemoShop;
use crate::fake_api::{FakeApi, client};

/// A browser with a cookie, before a shop.
struct Browser {
    router: axum::Router,
    shop: Arc<DemoShop>,
    cookie: Option<String>,
    extra: Option<(&'static str, &'static str)>,
}

/// What a browser got.
struct Got {
    status: StatusCode,
    location: String,
    set_cookie: String,
    body: String,
}

impl Browser {
    async fn with_api() -> (Browser, FakeApi) {
        let shop = Arc::new(DemoShop::generate(1));
        let api = FakeApi::start(&shop).await;
        (Browser::at(api.client(), shop), api)
    }

    fn at(client: crate::Client, shop: Arc<DemoShop>) -> Browser {
        let router = router(StorefrontState::new(client, Arc::clone(&shop)));
        Browser { router, shop, cookie: None, extra: None }
    }

    async fn get(&mut self, path: &str) -> Got {
        self.go(Request::get(path), Body::empty()).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Got {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.go(request, Body::from(form.to_owned())).await
    }

    async fn go(&mut self, mut request: axum::http::request::Builder, body: Body) -> Got {
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some((name, value)) = self.extra {
            request = request.header(name, value);
        }
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        let text = |name| {
            let value = head.headers.get(name);
            value.map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let (location, set_cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        if let Some((cookie, _)) = set_cookie.split_once(';') {
            self.cookie = Some(cookie.to_owned());
        }
        let body = to_bytes(body, 4_000_000).await.unwrap();
        Got {
            status: head.status,
            location,
            set_cookie,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// A product that can be bought in one size only.
    fn plain_product(&self) -> String {
        let plain = |it: &&crate::Product| it.stock > 0 && it.variants.is_empty();
        self.shop.products().iter().find(plain).unwrap().id().to_owned()
    }
}

/// Visits paths in turn and compares the events that went in and the placements that were asked.
async fn check(visits: &[&str], expect: Expect) {
    let (mut browser, api) = Browser::with_api().await;
    let id = browser.plain_product();
    for visit in visits {
        let (method, path) = visit.split_once(' ').unwrap();
        let (path, form) = path.split_once(' ').unwrap_or((path, ""));
        let (path, form) = (path.replace("ID", &id), form.replace("ID", &id));
        let got = match method {
            "GET" => browser.get(&path).await,
            _ => browser.post(&path, &form).await,
        };
        assert!(got.status.is_success() || got.status.is_redirection(), "{visit}: {}", got.status);
    }
    let told = api.event_names().join(", ");
    let asked = api
        .heard()
        .asks
        .iter()
        .map(|it| format!("{} after {}", it["placement"], it["after"]).replace('"', ""))
        .collect::<Vec<_>>();
    expect.assert_eq(&format!("told: {told}\nasked: {}\n", asked.join(", ")));
}

#[tokio::test]
async fn the_front_page_tells_first_and_asks_after_it() {
    check(
        &["GET /"],
        expect![[r#"
            told: Home
            asked: home after 1, trending after 1
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_recommended_product_that_is_opened_was_clicked_and_viewed() {
    check(
        &["GET /", "GET /shop/product/ID?from=decision-1&rank=3"],
        expect![[r#"
            told: Home, Product Clicked, Product Viewed
            asked: home after 1, trending after 1, bought_together after 3, similar after 3
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_made_up_decision_is_no_click() {
    check(
        &["GET /shop/product/ID?from=decision-1&rank=3"],
        expect![[r#"
            told: Product Viewed
            asked: bought_together after 1, similar after 1
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_purchase_is_told_step_by_step() {
    check(
        &[
            "GET /shop/product/ID",
            "POST /shop/cart/add product_id=ID&variant=&decision_id=decision-2",
            "GET /shop/cart",
            "POST /shop/checkout",
        ],
        expect![[r#"
            told: Product Viewed, Product Added, Cart Viewed, Checkout Started, Order Completed
            asked: bought_together after 1, similar after 1, cart after 3
        "#]],
    )
    .await;
}

#[tokio::test]
async fn taking_something_out_of_the_cart_is_told() {
    check(
        &[
            "POST /shop/cart/add product_id=ID",
            "POST /shop/cart/remove product_id=ID",
            "POST /shop/cart/remove product_id=ID",
        ],
        expect![[r#"
            told: Product Added, Product Removed
            asked: 
        "#]],
    )
    .await;
}

#[tokio::test]
async fn every_recommended_product_says_why() {
    let (mut browser, _api) = Browser::with_api().await;

    let got = browser.get("/").await;

    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.body.matches("class=\"why\"").count(), 16);
    assert!(got.body.contains("Because you looked at &#60;this&#62;"), "reasons are escaped");
    assert!(got.body.contains("session neighbors") && got.body.contains("0.750"));
    assert!(got.set_cookie.contains("HttpOnly") && got.set_cookie.contains("SameSite=Lax"));
}

#[tokio::test]
async fn without_an_answer_every_page_still_renders_and_says_so() {
    let shop = Arc::new(DemoShop::generate(1));
    // Nothing listens on the discard port of this machine.
    let mut browser = Browser::at(client("http://127.0.0.1:9"), shop);
    let product = format!("/shop/product/{}", browser.plain_product());
    for path in ["/", "/shop/category/outdoor/tents", &product, "/shop/cart"] {
        let got = browser.get(path).await;

        assert_eq!(got.status, StatusCode::OK, "{path}");
        assert!(got.body.contains("This shelf is empty for the moment"), "{path}");
    }
}

#[tokio::test]
async fn an_order_is_confirmed_to_the_browser_that_placed_it_and_to_no_other() {
    let (mut browser, _api) = Browser::with_api().await;
    let form = format!("product_id={}", browser.plain_product());
    browser.get("/").await;
    browser.post("/shop/cart/add", &form).await;
    let placed = browser.post("/shop/checkout", "").await;
    let again = browser.post("/shop/checkout", "").await;

    assert!(placed.location.starts_with("/shop/order/"));
    assert_eq!(again.location, "/shop/cart");
    assert!(browser.get(&placed.location).await.body.contains("Thank you."));
    browser.post("/shop/visitor/new", "").await;
    assert_eq!(browser.get(&placed.location).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn switching_personalization_off_is_told_and_shown() {
    let (mut browser, api) = Browser::with_api().await;
    browser.get("/").await;
    browser.post("/shop/visitor/personalization", "personalization=denied").await;

    let home = browser.get("/").await;

    let consent = &api.heard().events[1];
    assert_eq!(consent["event"], "Consent Changed");
    assert_eq!(consent["properties"]["purposes"]["personalization"], "denied");
    assert!(home.body.contains("Popular now") && home.body.contains("Personalization off"));
}

#[tokio::test]
async fn global_privacy_control_denies_before_anything_is_looked_at() {
    let (mut browser, api) = Browser::with_api().await;
    browser.extra = Some(("sec-gpc", "1"));
    browser.get("/").await;

    assert_eq!(api.event_names(), ["Consent Changed", "Home"]);
}

#[tokio::test]
async fn only_a_visitor_s_own_decisions_can_be_reported_as_seen() {
    let (mut browser, api) = Browser::with_api().await;
    let id = browser.shop.products()[0].id().to_owned();
    browser.get("/").await;
    let seen = |decision: &str| {
        let json = format!(r#"{{"decision_id":"{decision}","product_ids":["{id}"]}}"#);
        let request = Request::post("/shop/seen").header(header::CONTENT_TYPE, "application/json");
        (request, Body::from(json))
    };

    let (request, body) = seen("decision-1");
    assert_eq!(browser.go(request, body).await.status, StatusCode::NO_CONTENT);
    let (request, body) = seen("somebody-elses");
    assert_eq!(browser.go(request, body).await.status, StatusCode::NOT_FOUND);
    let exposed = api.heard().events.last().unwrap().clone();
    assert_eq!(exposed["event"], "Decision Exposed");
    assert_eq!(exposed["properties"]["products"][0]["position"], 1);
}

#[tokio::test]
async fn what_people_type_is_escaped() {
    let (mut browser, _api) = Browser::with_api().await;

    let got = browser.get("/shop/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;

    assert_eq!(got.status, StatusCode::OK);
    assert!(!got.body.contains("<script>alert"));
}

#[tokio::test]
async fn every_category_and_every_picture_opens() {
    let (mut browser, _api) = Browser::with_api().await;
    for department in crate::catalogue::departments::DEPARTMENTS {
        let path = super::pages::category_url(&[department.name]);
        let got = browser.get(&path).await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
    }
    let shop = Arc::clone(&browser.shop);
    for product in shop.products().iter().step_by(60) {
        assert_eq!(browser.get(&product.picture()).await.status, StatusCode::OK);
    }
    for missing in ["/shop/category/none", "/shop/product/none", "/pictures/none.svg"] {
        assert_eq!(browser.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[test]
fn filters_mean_the_same_in_the_list_and_in_the_filter_language() {
    let expression = |query: &str| {
        let uri = format!("/?{query}").parse().unwrap();
        let query = axum::extract::Query::<FilterQuery>::try_from_uri(&uri).unwrap();
        query.expression()
    };

    assert_eq!(expression(""), None);
    assert_eq!(expression("max=50&in_stock=yes").as_deref(), Some("price < 50 AND in_stock"));
    assert_eq!(expression("max=51&page=x"), None);
    let shop = DemoShop::generate(1);
    let uri = "/?max=50&in_stock=yes".parse().unwrap();
    let filters = axum::extract::Query::<FilterQuery>::try_from_uri(&uri).unwrap();
    for product in shop.products() {
        assert_eq!(filters.admits(product), product.price_minor() < 5_000 && product.stock > 0);
    }
}
