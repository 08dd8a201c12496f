//! The catalogue: in bulk, one by one, page by page.

use serde_json::{Value, json};

use crate::harness::{Shop, request};

#[tokio::test(flavor = "multi_thread")]
async fn a_product_comes_changes_and_goes() {
    let shop = Shop::open().await;
    let tent = json!({"title": "Tent", "price": "129.00", "stock": 3, "categories": [["Outdoor", "Tents"]]});
    let answer = shop.call("PUT", "/v1/products/T%2F1", tent).await;
    assert_eq!((answer.status.as_u16(), &answer.json["accepted"]), (200, &json!(1)));

    let patched = shop.call("PATCH", "/v1/products/T%2F1", json!({"stock": 2, "price": 99})).await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    let product = shop.call("GET", "/v1/products/T%2F1", Value::Null).await.json;
    assert_eq!((&product["id"], &product["stock"]), (&json!("T/1"), &json!(2)));
    assert_eq!(product["price"], json!({"amount_minor": 9900, "currency": "EUR"}));

    assert_eq!(shop.call("DELETE", "/v1/products/T%2F1", Value::Null).await.status, 200);
    for method in ["GET", "DELETE"] {
        let gone = shop.call(method, "/v1/products/T%2F1", Value::Null).await;
        assert_eq!(gone.summary(), "404 `UNKNOWN_PRODUCT`");
    }
    let unknown = shop.call("PATCH", "/v1/products/T%2F1", json!({"stock": 2})).await;
    assert_eq!(unknown.summary(), "404 `UNKNOWN_PRODUCT`");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_patched_in_bulk_and_bad_ones_are_named_by_line() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B"]).await;
    let rows = "{\"id\":\"A\",\"stock\":0}\n\n{\"id\":\"C\",\"stock\":1}\n{\"id\":\"B\",\"price\":\"-1\"}\n";
    let answer = shop.send(request("POST", "/v1/products:patch", &shop.secret, rows)).await;
    assert_eq!(answer.json["accepted"], 1);
    let refused: Vec<_> = answer.json["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["line"], it["code"], it["field"]))
        .collect();
    assert_eq!(refused, [r#"3 "UNKNOWN_PRODUCT" "id""#, r#"4 "INVALID_PRICE" "price""#]);
    let product = shop.call("GET", "/v1/products/A", Value::Null).await.json;
    assert_eq!(product["stock"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_product_once() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B", "C", "D", "E"]).await;
    let (mut ids, mut token) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/products?page_size=2&page_token={token}");
        let page = shop.call("GET", &path, Value::Null).await.json;
        ids.extend(page["products"].as_array().unwrap().iter().map(|it| it["id"].clone()));
        match page["next_page_token"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(json!(ids), json!(["A", "B", "C", "D", "E"]));
    let unknown = shop.call("GET", "/v1/products?pagesize=2", Value::Null).await;
    assert_eq!(unknown.summary(), "400 `INVALID_FIELD`");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_page_is_there_although_the_last_product_of_this_one_was_deleted() {
    let shop = Shop::open().await;
    shop.stock_up(&["A", "B", "C"]).await;
    let first = shop.call("GET", "/v1/products?page_size=2", Value::Null).await.json;
    assert_eq!(shop.call("DELETE", "/v1/products/B", Value::Null).await.status, 200);
    let token = first["next_page_token"].as_str().unwrap();
    let path = format!("/v1/products?page_token={token}");
    let second = shop.call("GET", &path, Value::Null).await;
    assert_eq!(second.json["products"][0]["id"], "C", "{}", second.text);
    assert_eq!(second.json["next_page_token"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_under_one_idempotency_key_take_effect_once() {
    let shop = Shop::open().await;
    let import = async || {
        let rows = json!([{"id": "A", "title": "A"}, {"id": "B", "title": "B"}]).to_string();
        let mut request = request("POST", "/v1/products:import", &shop.secret, rows);
        request.headers_mut().insert("idempotency-key", "feed-1".parse().unwrap());
        shop.send(request).await.json
    };
    assert_eq!(import().await["accepted"], 2);
    let again = import().await;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(2)));
}
