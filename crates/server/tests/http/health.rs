//! Readiness: which backends are missing, and for whom that matters.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::Span;
use ports::{Artifacts, PortError};
use serde_json::{Value, json};
use server::ServerLimits;
use testkit::TestShop;
use testkit::shop::phrases::views;
use tower::ServiceExt;

use crate::harness::{Answer, Shop, request, router};

/// A store whose answers depend on how it feels.
#[derive(Debug, Default)]
struct Moody(Mutex<Mood>);

#[derive(Clone, Copy, Debug, Default)]
enum Mood {
    #[default]
    Well,
    Fails,
    Silent,
}

#[async_trait]
impl Artifacts for Moody {
    async fn put(&self, _name: &str, _bytes: Vec<u8>) -> Result<(), PortError> {
        Ok(())
    }

    async fn get(&self, _name: &str) -> Result<Option<Vec<u8>>, PortError> {
        let mood = *self.0.lock().unwrap();
        match mood {
            Mood::Well => Ok(None),
            Mood::Fails => Err(PortError::Unavailable {
                backend: "the store of artifacts",
                what: "a file was asked for".to_owned(),
                source: Some("10.0.0.7 refuses".into()),
            }),
            Mood::Silent => std::future::pending().await,
        }
    }

    async fn list(&self, _prefix: &str) -> Result<Vec<String>, PortError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _name: &str) -> Result<(), PortError> {
        Ok(())
    }
}

async fn shop(store: &Arc<Moody>) -> Shop {
    let store: Arc<dyn Artifacts> = Arc::<Moody>::clone(store);
    let test = TestShop::with_backends(|_| {}, |backends| backends.artifacts = store).await;
    Shop::around(test, ServerLimits::default()).await
}

/// The same with a secret key.
async fn ready_to_operator(shop: &Shop, query: &str) -> Answer {
    shop.test.clock.advance(Span::SECOND.times(2));
    shop.call("GET", &format!("/readyz{query}"), Value::Null).await
}

/// Asks once what was told before is no longer good.
async fn ready(shop: &Shop, query: &str) -> Answer {
    shop.test.clock.advance(Span::SECOND.times(2));
    let mut request = request("GET", &format!("/readyz{query}"), "", "");
    request.headers_mut().remove("authorization");
    shop.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_backends_are_named_and_an_embedded_shop_has_them() {
    let answer = ready(&Shop::open().await, "?need=log,records,projections,lake,artifacts").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json["missing"], json!([]));
    let backends = answer.json["backends"].as_array().unwrap();
    let names: Vec<&Value> = backends.iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["log", "records", "projections", "lake", "artifacts"]);
    assert!(backends.iter().all(|it| it["ok"] == true), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_backend_is_named_and_matters_only_to_who_needs_it() {
    let store = Arc::new(Moody::default());
    let shop = shop(&store).await;
    *store.0.lock().unwrap() = Mood::Fails;

    let answer = ready(&shop, "").await;
    assert_eq!((answer.status.as_u16(), &answer.json["ready"]), (200, &json!(true)));
    assert_eq!(answer.json["missing"], json!(["artifacts"]));
    let nothing_named = json!({"name": "artifacts", "ok": false});
    assert_eq!(answer.json["backends"][4], nothing_named, "anybody may ask");
    let answer = ready_to_operator(&shop, "").await;
    let expected = json!({
        "name": "artifacts", "ok": false,
        "failure": "the store of artifacts is not available: a file was asked for",
    });
    assert_eq!(answer.json["backends"][4], expected, "what lies below is for the log");
    assert_eq!(ready(&shop, "?need=log,records").await.status, 200);
    assert_eq!(ready(&shop, "?need=log,artifacts").await.status, 503);
    assert_eq!(ready(&shop, "?need=disk").await.status, 400);

    *store.0.lock().unwrap() = Mood::Silent;
    let answer = ready_to_operator(&shop, "").await;
    assert_eq!(answer.json["backends"][4]["failure"], "no answer within 1 s");

    *store.0.lock().unwrap() = Mood::Well;
    let answer = ready(&shop, "?need=artifacts").await;
    assert_eq!((answer.status.as_u16(), &answer.json["missing"]), (200, &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_ask_backends_are_asked_now_and_then() {
    let store = Arc::new(Moody::default());
    let shop = shop(&store).await;
    assert_eq!(ready(&shop, "").await.json["missing"], json!([]));
    *store.0.lock().unwrap() = Mood::Fails;
    let soon = shop.call("GET", "/readyz", Value::Null).await;
    assert_eq!(soon.json["missing"], json!([]), "it was asked a moment ago");
    assert_eq!(ready(&shop, "").await.json["missing"], json!(["artifacts"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_ready_stays_so_unless_its_asker_wants_it_recent() {
    // Nobody follows the log here.
    let test = TestShop::new().await;
    let router = router(&test, ServerLimits::default());
    let ask = async |query: &str| {
        let request = request("GET", &format!("/readyz{query}"), "", "");
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(ask("?behind_max=0").await, 200);
    test.app.ingest(&testkit::shop::server(), vec![views("anna", "tent")]).await.unwrap();
    assert_eq!(ask("?behind_max=0").await, 503);
    assert_eq!(ask("").await, 200);
    test.settle().await;
    assert_eq!(ask("?behind_max=0").await, 200);
}
