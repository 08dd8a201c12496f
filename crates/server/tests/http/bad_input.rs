//! What is answered to bad input: a table that is a page of the documentation, and a test a row.

use std::fmt::Write as _;
use std::io::Write as _;

use domain::Span;
use expect_test::expect_file;
use flate2::Compression;
use flate2::write::GzEncoder;
use ports::KeyScope;
use serde_json::{Value, json};

use crate::harness::{Answer, Shop, key, request};

/// Each row: the test's name, what is sent, what is answered, and how it is sent.
macro_rules! rows {
    ($($name:ident: $sent:literal => $answer:literal, $send:expr;)*) => {
        const ROWS: &[(&str, &str)] = &[$(($sent, $answer),)*];

        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let shop = Shop::open().await;
            let answer = send(&shop, $send).await;
            assert_eq!(answer.summary(), $answer, "{}", answer.text);
            assert!(!answer.header("x-request-id").is_empty());
        })*
    };
}

async fn send(shop: &Shop, send: impl AsyncFnOnce(&Shop) -> Answer) -> Answer {
    send(shop).await
}

fn viewed(product: &str) -> Value {
    json!({"type": "track", "event": "Product Viewed", "anonymousId": "v",
           "properties": {"product_id": product}})
}

fn added(price: Value) -> Value {
    json!({"type": "track", "event": "Product Added", "anonymousId": "v",
           "properties": {"product_id": "A", "price": price}})
}

fn at(time: domain::Timestamp) -> Value {
    json!({"type": "page", "anonymousId": "v", "timestamp": time.to_string()})
}

fn deep() -> String {
    format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn send_packed(shop: &Shop, body: Vec<u8>) -> Answer {
    let mut request = request("POST", "/v1/batch", &shop.secret, body);
    request.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    shop.send(request).await
}

async fn send_from(shop: &Shop, key: &str, origin: &str) -> Answer {
    let body = json!({"batch": [viewed("A")]}).to_string();
    let mut request = request("POST", "/v1/batch", key, body);
    request.headers_mut().insert("origin", origin.parse().unwrap());
    shop.send(request).await
}

async fn decide(shop: &Shop, body: Value) -> Answer {
    shop.call_with(&shop.publishable, "POST", "/v1/decisions", body).await
}

rows! {
    an_oversized_body: "A batch of more than 500 KB" => "413 `BODY_TOO_LARGE`",
        async |shop: &Shop| shop.batch(json!("x".repeat(600_000))).await;
    an_oversized_catalogue: "Products of more than 8 MiB at once" => "413 `BODY_TOO_LARGE`",
        async |shop: &Shop| {
            shop.call("POST", "/v1/products:import", json!("x".repeat(9 << 20))).await
        };
    too_many_events: "A batch of more than 2,500 events" => "413 `TOO_MANY_ITEMS`",
        async |shop: &Shop| shop.batch(json!(vec![0; 2_501])).await;
    an_oversized_event: "An event of more than 32 KB in a batch" =>
        "200, refused alone: `EVENT_TOO_LARGE`",
        async |shop: &Shop| shop.batch(json!([viewed(&"x".repeat(40_000)), viewed("A")])).await;
    broken_json: "A body that is not JSON" => "400 `INVALID_JSON`",
        async |shop: &Shop| {
            shop.send(request("POST", "/v1/batch", &shop.secret, r#"{"batch":[{]"#)).await
        };
    not_utf8: "A body that is not UTF-8" => "400 `INVALID_JSON`",
        async |shop: &Shop| {
            shop.send(request("POST", "/v1/track", &shop.secret, vec![b'{', 0xff])).await
        };
    a_broken_row: "A line of a catalogue that is not JSON" => "200, refused alone: `BROKEN_ROW`",
        async |shop: &Shop| {
            let rows = "{\"id\":\"A\",\"title\":\"A\"}\n{\"id\":\"B\", \n";
            let answer =
                shop.send(request("POST", "/v1/products:import", &shop.secret, rows)).await;
            assert_eq!((&answer.json["accepted"], &answer.json["rejected"][0]["line"]), (&json!(1), &json!(2)));
            answer
        };
    a_misspelt_field: "A product with a misspelt field" =>
        "200, refused alone: `UNKNOWN_FIELD`",
        async |shop: &Shop| {
            let rows = json!([{"id": "A", "title": "A", "stok": 5}]);
            shop.call("POST", "/v1/products:import", rows).await
        };
    an_unknown_placement: "A decision for a placement that does not exist" =>
        "404 `UNKNOWN_PLACEMENT`",
        async |shop: &Shop| decide(shop, json!({"visitor_id": "v", "placement": "hme"})).await;
    a_bad_filter: "A decision with a filter that cannot be understood" => "400 `INVALID_FILTER`",
        async |shop: &Shop| {
            decide(shop, json!({"visitor_id": "v", "placement": "home", "filter": "price <"})).await
        };
    an_unsigned_shopper: "A decision from a browser for a shopper whom nobody vouches for" =>
        "400 `NO_VISITOR`",
        async |shop: &Shop| decide(shop, json!({"user_id": "anna", "placement": "home"})).await;
    nobody: "A decision for nobody: everybody may be shown it" => "200",
        async |shop: &Shop| decide(shop, json!({"placement": "home"})).await;
    no_key: "No key" => "401 `MISSING_KEY`",
        async |shop: &Shop| {
            let mut request = request("POST", "/v1/track", "", viewed("A").to_string());
            request.headers_mut().remove("authorization");
            shop.send(request).await
        };
    a_wrong_key: "A key that does not exist" => "401 `UNKNOWN_KEY`",
        async |shop: &Shop| {
            shop.call_with("tms_0000", "POST", "/v1/track", viewed("A")).await
        };
    a_foreign_key: "A key of another shop" => "401 `UNKNOWN_KEY`",
        async |shop: &Shop| {
            let other = testkit::TestShop::with(|it| it.shop.id = "other".parse().unwrap()).await;
            // Both shops' keys are drawn from one seeded source: take one that this shop never drew.
            for _ in 0..8 {
                key(&other, KeyScope::Secret, &[]).await;
            }
            let foreign = key(&other, KeyScope::Secret, &[]).await;
            shop.call_with(&foreign, "POST", "/v1/track", viewed("A")).await
        };
    a_revoked_key: "A key that was revoked a moment ago" => "401 `UNKNOWN_KEY`",
        async |shop: &Shop| {
            let new = shop.call("POST", "/v1/keys", json!({"scope": "publishable"})).await;
            let path = format!("/v1/keys/{}", new.json["key"]["id"].as_str().unwrap());
            assert_eq!(shop.call("DELETE", &path, Value::Null).await.status, 204);
            let text = new.json["text"].as_str().unwrap();
            shop.call_with(text, "POST", "/v1/track", viewed("A")).await
        };
    a_publishable_key_for_administration: "A publishable key where a secret one is needed" =>
        "403 `SECRET_KEY_NEEDED`",
        async |shop: &Shop| {
            shop.call_with(&shop.publishable, "GET", "/v1/products", Value::Null).await
        };
    a_secret_key_in_a_page: "A secret key from a web page of another site" =>
        "403 `SECRET_KEY_IN_BROWSER`",
        async |shop: &Shop| send_from(shop, &shop.secret, "https://shop.example").await;
    a_foreign_page: "A publishable key from a site that it does not allow" =>
        "403 `ORIGIN_NOT_ALLOWED`",
        async |shop: &Shop| send_from(shop, &shop.publishable, "https://evil.example").await;
    a_forged_shopper: "An event with a shopper's id and a signature that is not its own" =>
        "200, refused alone: `FORGED_SHOPPER_ID`",
        async |shop: &Shop| {
            let signature = shop.test.app.sign_user("somebody else");
            let event = json!({"type": "page", "userId": "anna", "anonymousId": "v",
                               "context": {"user_signature": signature}});
            shop.batch_from_page(json!([event])).await
        };
    a_forged_shopper_in_a_decision: "A decision for a shopper whose signature is not their own" =>
        "403 `FORGED_SHOPPER_ID`",
        async |shop: &Shop| {
            decide(shop, json!({"user_id": "anna", "user_signature": "00", "placement": "home"})).await
        };
    a_negative_price: "A negative price" => "200, refused alone: `INVALID_PRICE`",
        async |shop: &Shop| shop.batch(json!([added(json!(-1))])).await;
    a_price_that_is_no_number: "A price that is no number" =>
        "200, refused alone: `INVALID_PRICE`",
        async |shop: &Shop| shop.batch(json!([added(json!("abc"))])).await;
    a_price_that_is_too_fine: "A price finer than its currency, such as 19.999" =>
        "200, refused alone: `INVALID_PRICE`",
        async |shop: &Shop| shop.batch(json!([added(json!(19.999))])).await;
    a_future_time: "A time more than a day ahead" =>
        "200, refused alone: `EVENT_TIME_IN_FUTURE`",
        async |shop: &Shop| {
            shop.batch(json!([at(shop.test.app.now().plus(Span::DAY.times(2)))])).await
        };
    a_past_time: "A time more than a week ago, from a browser" =>
        "200, refused alone: `EVENT_TIME_TOO_OLD`",
        async |shop: &Shop| {
            shop.batch_from_page(json!([at(shop.test.app.now().minus(Span::DAY.times(8)))])).await
        };
    a_past_time_of_the_shop: "The same with a secret key: the shop may send its history" => "200",
        async |shop: &Shop| {
            shop.batch(json!([at(shop.test.app.now().minus(Span::DAY.times(800)))])).await
        };
    a_time_that_is_none: "A time that is no RFC 3339" => "200, refused alone: `INVALID_TIME`",
        async |shop: &Shop| {
            shop.batch(json!([{"type": "page", "anonymousId": "v", "timestamp": "noon"}])).await
        };
    a_long_id: "An id of 10,000 characters in an event" => "200, refused alone: `INVALID_ID`",
        async |shop: &Shop| shop.batch(json!([viewed(&"x".repeat(10_000))])).await;
    a_long_visitor: "A visitor's id of 10,000 characters" => "400 `INVALID_FIELD`",
        async |shop: &Shop| {
            decide(shop, json!({"visitor_id": "x".repeat(10_000), "placement": "home"})).await
        };
    a_long_path: "A product's id of 10,000 characters in the path" => "400 `INVALID_FIELD`",
        async |shop: &Shop| {
            let path = format!("/v1/products/{}", "x".repeat(10_000));
            shop.call("GET", &path, Value::Null).await
        };
    a_path_that_is_not_utf8: "An id in the path that is not UTF-8, such as `%FF`" =>
        "400 `INVALID_FIELD`",
        async |shop: &Shop| {
            let mut answer = shop.call("DELETE", "/v1/keys/%FF", Value::Null).await;
            for list in ["products", "placements", "decisions", "models", "quarantine"] {
                assert_eq!(answer.summary(), "400 `INVALID_FIELD`", "{}", answer.text);
                assert_eq!(answer.header("content-type"), "application/problem+json");
                answer = shop.call("GET", &format!("/v1/{list}/%FF"), Value::Null).await;
            }
            answer
        };
    a_foreign_page_token: "A page token that was never given, in any list" =>
        "400 `INVALID_FIELD`",
        async |shop: &Shop| {
            shop.stock_up(&["A", "B"]).await;
            let first = shop.call("GET", "/v1/products?page_size=1", Value::Null).await;
            let of_products = first.json["next_page_token"].as_str().unwrap();
            let mut answer = first.clone();
            for list in ["placements", "keys", "quarantine", "audit"] {
                let path = format!("/v1/{list}?page_token={of_products}");
                answer = shop.call("GET", &path, Value::Null).await;
                assert_eq!(answer.summary(), "400 `INVALID_FIELD`", "{list}: {}", answer.text);
            }
            answer
        };
    an_unknown_refused_event: "An id of a refused event that does not wait, or is none" =>
        "400 `INVALID_FIELD`",
        async |shop: &Shop| {
            let gone = json!({"id": "7", "event": viewed("A")});
            let gone = shop.call("POST", "/v1/quarantine:mend", gone).await;
            assert_eq!(gone.summary(), "404 `UNKNOWN_REFUSED_EVENT`", "{}", gone.text);
            let gone = shop.call("GET", "/v1/quarantine/7", Value::Null).await;
            assert_eq!(gone.summary(), "404 `UNKNOWN_REFUSED_EVENT`", "{}", gone.text);
            shop.call("GET", "/v1/quarantine/seven", Value::Null).await
        };
    a_replay_of_nothing: "A replay that does not say of what" => "400 `INVALID_FIELD`",
        async |shop: &Shop| {
            let both = json!({"all": true, "code": "INVALID_PRICE"});
            let both = shop.call("POST", "/v1/quarantine:replay", both).await;
            assert_eq!(both.summary(), "400 `INVALID_FIELD`", "{}", both.text);
            shop.call("POST", "/v1/quarantine:replay", json!({})).await
        };
    a_long_message_id: "A message id of more than 100 characters" =>
        "200, refused alone: `MESSAGE_ID_TOO_LONG`",
        async |shop: &Shop| {
            let event = json!({"type": "page", "anonymousId": "v", "messageId": "x".repeat(101)});
            shop.batch(json!([event])).await
        };
    deep_nesting: "An event nested more than 32 deep" =>
        "200, refused alone: `NESTED_TOO_DEEPLY`",
        async |shop: &Shop| {
            let body = format!(
                r#"{{"batch":[{{"type":"page","anonymousId":"v","properties":{{"a":{}}}}}]}}"#,
                deep()
            );
            shop.send(request("POST", "/v1/batch", &shop.secret, body)).await
        };
    a_deep_question: "A decision request nested more than 32 deep" => "400 `NESTED_TOO_DEEPLY`",
        async |shop: &Shop| {
            shop.send(request("POST", "/v1/decisions", &shop.secret, deep())).await
        };
    a_bomb: "A small gzip body that unpacks to 100 MB" => "413 `BODY_TOO_LARGE`",
        async |shop: &Shop| send_packed(shop, packed(&vec![b' '; 100_000_000])).await;
    a_broken_gzip: "A body that is marked as gzip but is not" => "400 `BAD_COMPRESSION`",
        async |shop: &Shop| send_packed(shop, b"{}".to_vec()).await;
    a_duplicate: "An event sent twice with one message id" => "200, counted once",
        async |shop: &Shop| {
            let event = json!([{"type": "page", "anonymousId": "v", "messageId": "m1"}]);
            assert_eq!(shop.batch(event.clone()).await.json["accepted"], 1);
            shop.batch(event).await
        };
    a_full_disk: "Events while the disk is nearly full" => "503 `STORAGE_FULL`",
        async |_: &Shop| {
            let shop = Shop::with(|it| it.disk_watermark_bytes = u64::MAX, |_| {}).await;
            let answer = shop.batch(json!([viewed("A")])).await;
            assert_eq!(answer.header("retry-after"), "30");
            answer
        };
    decisions_on_a_full_disk: "Decisions while the disk is nearly full" => "200",
        async |_: &Shop| {
            let shop = Shop::with(|it| it.disk_watermark_bytes = u64::MAX, |_| {}).await;
            decide(&shop, json!({"visitor_id": "v", "placement": "home"})).await
        };
    too_many_requests: "More requests than a key may send" => "429 `RATE_LIMITED`",
        async |_: &Shop| {
            let shop = Shop::with(|_| {}, |it| {
                it.requests_per_second_per_key = 1;
                it.burst_per_key = 2;
            })
            .await;
            for _ in 0..2 {
                assert_eq!(shop.batch(json!([])).await.status, 200);
            }
            let answer = shop.batch(json!([])).await;
            assert_eq!(answer.header("retry-after"), "1");
            answer
        };
    an_unknown_path: "A path that does not exist" => "404 `NO_SUCH_ROUTE`",
        async |shop: &Shop| shop.call("POST", "/v1/tracks", json!({})).await;
    a_wrong_method: "A method that the path does not take" => "405 `METHOD_NOT_ALLOWED`",
        async |shop: &Shop| shop.call("GET", "/v1/batch", Value::Null).await;
}

#[test]
fn the_page_of_the_documentation_is_this_table() {
    let mut page = String::from(
        "# What is answered to bad input\n\n\
         <!-- Generated from crates/server/tests/http/bad_input.rs, where each row is a test; \
         `UPDATE_EXPECT=1 cargo test -p server` rewrites it. -->\n\n\
         The codes are explained in [errors.md](errors.md). What is *refused alone* leaves the rest of \
         its request untouched.\n\n\
         | what is sent | what is answered |\n| --- | --- |\n",
    );
    for (sent, answer) in ROWS {
        writeln!(page, "| {sent} | {answer} |").unwrap();
    }
    expect_file!["../../../../docs/bad-input.md"].assert_eq(&page);
}
