//! What the interface says of itself, and the committed files that repeat it.

use expect_test::expect_file;
use serde_json::Value;

use crate::harness::{Shop, request};

#[test]
fn the_committed_openapi_document_is_current() {
    expect_file!["../../../../openapi/tastemaker.json"].assert_eq(&server::openapi_json());
}

#[test]
fn the_page_of_error_codes_is_current() {
    expect_file!["../../../../docs/errors.md"].assert_eq(&api::errors_markdown());
}

#[test]
fn every_path_is_documented_with_its_key_and_its_problems() {
    let document: Value = serde_json::from_str(&server::openapi_json()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            if path.starts_with("/v1/") {
                assert!(operation["security"].is_array(), "{method} {path}");
                assert!(operation["responses"]["default"].is_object(), "{method} {path}");
            }
        }
    }
}

#[test]
fn bodies_are_documented_in_every_form_that_is_taken() {
    let document: Value = serde_json::from_str(&server::openapi_json()).unwrap();
    let types = |path: &str, method: &str| {
        let content = &document["paths"][path][method]["requestBody"]["content"];
        let types: Vec<_> = content.as_object().unwrap().keys().cloned().collect();
        types.join(" ")
    };
    for path in ["/v1/track", "/v1/batch"] {
        assert_eq!(types(path, "post"), "application/json text/plain");
    }
    for path in ["/v1/products:import", "/v1/products:patch"] {
        assert_eq!(types(path, "post"), "application/json application/x-ndjson");
    }
    assert_eq!(types("/v1/products/{id}", "patch"), "application/json");
    let patch = &document["components"]["schemas"]["PatchShape"]["properties"];
    assert!(patch["stock"].is_object() && patch["variants"].is_object(), "{patch}");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_and_health_need_no_key() {
    let shop = Shop::open().await;
    let get = async |path: &str| {
        let mut request = request("GET", path, "", "");
        request.headers_mut().remove("authorization");
        shop.send(request).await
    };
    assert_eq!(get("/healthz").await.text, "ok\n");
    assert_eq!(get("/metrics").await.text, "up 1\n");
    let ready = get("/readyz").await;
    assert_eq!((ready.status.as_u16(), &ready.json["intake"]), (200, &Value::from("open")));
    let document = get("/openapi.json").await;
    assert_eq!(document.json["info"]["title"], "Tastemaker");
    let page = get("/docs/").await;
    assert!(page.text.contains("swagger-ui"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sane_request_id_is_taken_over_and_others_are_replaced() {
    let shop = Shop::open().await;
    let send = async |id: &str| {
        let mut request = request("GET", "/v1/nothing", &shop.secret, "");
        request.headers_mut().insert("x-request-id", id.parse().unwrap());
        shop.send(request).await
    };
    let answer = send("abc-1").await;
    assert_eq!(
        (answer.header("x-request-id"), &answer.json["request_id"]),
        ("abc-1", &Value::from("abc-1"))
    );
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let answer = send("an id <b>").await;
    assert!(!answer.header("x-request-id").contains('<'));
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_may_ask_before_they_call() {
    let shop = Shop::open().await;
    let mut preflight = request("OPTIONS", "/v1/decisions", "", "");
    let headers = preflight.headers_mut();
    headers.remove("authorization");
    headers.insert("origin", "https://shop.example".parse().unwrap());
    headers.insert("access-control-request-method", "POST".parse().unwrap());
    headers.insert("access-control-request-headers", "authorization".parse().unwrap());
    let answer = shop.send(preflight).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
}
