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
async fn a_view_names_the_decision_that_led_to_it_unless_that_is_made_up() {
    let (mut browser, api) = Browser::with_api().await;
    let product = format!("/shop/product/{}", browser.plain_product());
    browser.get("/").await;
    browser.get(&format!("{product}?from=decision-1")).await;
    browser.get(&format!("{product}?from=somebody-elses")).await;

    assert_eq!(api.event_names(), ["Home", "Product Viewed", "Product Viewed"]);
    let led_by = |nth: usize| api.heard().events[nth]["properties"]["decision_id"].clone();
    assert_eq!((led_by(1), led_by(2)), ("decision-1".into(), serde_json::Value::Null));
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
async fn a_page_gives_its_script_what_the_client_needs_and_nobody_s_id_after_a_no() {
    let (mut browser, _api) = Browser::with_api().await;
    let before = browser.get("/").await.body;
    let id = browser.cookie.as_deref().unwrap().split_once('=').unwrap().1.to_owned();
    browser.post("/shop/visitor/personalization", "personalization=denied").await;
    let after = browser.get("/").await.body;

    let body = |visitor: &str, said: &str| {
        format!(
            r#"<body data-key="pk_test" data-visitor="{visitor}" data-personalization="{said}">"#
        )
    };
    assert!(before.contains(&body(&id, "given")), "{before}");
    assert!(after.contains(&body("", "denied")), "{after}");
    assert!(!after.contains(&id) && !after.contains("sk_test"));
    assert!(after.contains(r#"data-decision="decision-3""#) && after.contains(r#"data-rank="1""#));
}

#[tokio::test]
async fn the_client_is_served_as_modules_that_find_each_other() {
    let (mut browser, _api) = Browser::with_api().await;
    let mut waiting = vec!["shop.js".to_owned()];
    let mut served = std::collections::BTreeSet::new();
    while let Some(file) = waiting.pop() {
        let got = browser.get(&format!("/shop/assets/{file}")).await;
        assert_eq!(got.status, StatusCode::OK, "{file}");
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let imports = got.body.lines().filter(|it| it.starts_with("import ")).map(|line| {
            let name = line.split_once("from \"./").unwrap().1.trim_end_matches("\";");
            format!("{folder}/{name}").trim_start_matches('/').to_owned()
        });
        let imports: Vec<_> = imports.filter(|it| !served.contains(it)).collect();
        waiting.extend(imports);
        served.insert(file);
    }
    assert_eq!(served.len(), 10, "{served:?}");
    assert_eq!(browser.get("/shop/assets/tastemaker/none.js").await.status, StatusCode::NOT_FOUND);
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
