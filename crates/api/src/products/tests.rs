//! Catalogue rows: what is read, and how what is wrong is named.

use domain::{Currency, ProductId};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{ProductView, Rows, read_patch, read_product};

/// Reads one product and shows it as it would be answered, or why it is refused.
#[track_caller]
fn check(row: &str, expect: Expect) {
    let answer = match read_product(row, None, Currency::EUR) {
        Ok(product) => serde_json::to_string(&ProductView::from(product)).unwrap(),
        Err(rejection) => format!("{} {rejection}", rejection.code),
    };
    expect.assert_eq(&answer);
}

#[test]
fn a_product_is_read_in_full_and_answered_in_the_same_shape() {
    check(
        r#"{"id":"T","title":"Tent","brand":"North","categories":[["Outdoor","Tents"],"Sale > Tents"],
            "attributes":{"colour":["green","white"],"persons":2},"price":{"amount_minor":12900,"currency":"EUR"},
            "cost":"80.00","stock":12,"images":["/t.svg"],"visibility":"hidden","markets":["de"],
            "variants":[{"id":"T-M","title":"M","attributes":{"size":"M"},"price":99,"stock":3}],
            "create_time":"2026-01-01T00:00:00Z"}"#,
        expect![[
            r#"{"id":"T","title":"Tent","brand":"North","categories":[["Outdoor","Tents"],["Sale","Tents"]],"attributes":{"colour":["green","white"],"persons":["2"]},"price":{"amount_minor":12900,"currency":"EUR"},"cost":{"amount_minor":8000,"currency":"EUR"},"stock":12,"images":["/t.svg"],"variants":[{"id":"T-M","title":"M","attributes":{"size":["M"]},"price":{"amount_minor":9900,"currency":"EUR"},"stock":3}],"visibility":"hidden","markets":["de"],"create_time":"2026-01-01T00:00:00Z"}"#
        ]],
    );
    check(
        r#"{"id":"Y","title":"Yen","price":"1999","currency":"JPY"}"#,
        expect![[
            r#"{"id":"Y","title":"Yen","categories":[],"attributes":{},"price":{"amount_minor":1999,"currency":"JPY"},"images":[],"variants":[],"visibility":"visible","markets":[]}"#
        ]],
    );
}

#[test]
fn what_is_wrong_with_a_row_is_named() {
    check(r#"{"id":"A"}"#, expect!["MISSING_FIELD title `` is missing or empty; send it"]);
    check(r#"{"title":"A"}"#, expect!["MISSING_FIELD id `` is missing or empty; send it"]);
    check(
        r#"{"id":"A","title":"A","stok":1}"#,
        expect![
            "UNKNOWN_FIELD stok `1` is no field that is known here; mend its name or leave it out"
        ],
    );
    check(
        r#"{"id":"A","title":"A","price":"-3"}"#,
        expect!["INVALID_PRICE price `-3` is negative; send an amount of 0 or more"],
    );
    check(
        r#"{"id":"A","title":"A","price":{"amount_minor":1.5}}"#,
        expect![
            "OUT_OF_RANGE price.amount_minor `1.5` is no whole number from 0 to 9223372036854775807"
        ],
    );
    check(
        r#"{"id":"A","title":"A","stock":-1}"#,
        expect!["OUT_OF_RANGE stock `-1` is no whole number from 0 to 4294967295"],
    );
    check(
        r#"{"id":"A","title":"A","variants":[{"id":"B"},{"title":"C"}]}"#,
        expect!["MISSING_FIELD variants[1].id `` is missing or empty; send it"],
    );
    check(
        r#"{"id":"A","title":"A","visibility":"maybe"}"#,
        expect!["UNKNOWN_NAME visibility `maybe` is neither visible nor hidden; use one of them"],
    );
    check(
        r#"{"id":"A", "#,
        expect![[
            r#"BROKEN_ROW it `{"id":"A", ` is broken JSON: EOF while parsing a value at line 1 column 11"#
        ]],
    );
    check("[1]", expect!["NOT_AN_OBJECT it `[1]` is no JSON object; send an object"]);
}

#[test]
fn attributes_are_bounded_in_number_and_in_values() {
    let product = |attributes: serde_json::Value| {
        serde_json::json!({"id": "A", "title": "A", "attributes": attributes}).to_string()
    };
    let named = |n: usize| (0..n).map(|it| (format!("a{it}"), it.into())).collect();
    let read = |row: &str| read_product(row, None, Currency::EUR);
    let most = product(serde_json::Value::Object(named(128)));
    assert_eq!(read(&most).unwrap().attributes.len(), 128);
    check(
        &product(serde_json::Value::Object(named(129))),
        expect!["OUT_OF_RANGE attributes `` has 129 entries; 128 are allowed"],
    );
    let most = product(serde_json::json!({"size": (0..128).collect::<Vec<_>>()}));
    assert_eq!(read(&most).unwrap().attributes[0].values.len(), 128);
    check(
        &product(serde_json::json!({"size": (0..129).collect::<Vec<_>>()})),
        expect!["OUT_OF_RANGE attributes.size `` has 129 values; 128 are allowed"],
    );
}

#[test]
fn a_patch_changes_what_it_names_and_something() {
    let read = |row: &str| {
        let id: ProductId = "A".parse().unwrap();
        read_patch(row, Some(&id), Currency::EUR).map_err(|err| err.to_string())
    };
    let (id, patch) = read(r#"{"stock":0,"variants":[{"id":"M","stock":2}]}"#).unwrap();
    assert_eq!((id.as_str(), patch.stock, patch.price), ("A", Some(0), None));
    assert!(read("{}").unwrap_err().contains("changes nothing"));
    assert!(read(r#"{"id":"B","stock":0}"#).unwrap_err().contains("is not the `A` of the path"));
}

#[test]
fn rows_are_lines_or_a_list() {
    let lines = Rows::open("{\"a\":1}\n\n{\"b\":2}\r\n").unwrap();
    assert_eq!((lines.len(), lines.line(1)), (2, Some(3)));
    let list = Rows::open(" [{}, {}, 3]").unwrap();
    assert_eq!((list.len(), list.line(1)), (3, None));
    assert!(Rows::open("[{}").is_err());
    assert!(lines.row(0).is_ok());
    let long = "x".repeat(super::ROW_BYTES_MAX + 1);
    assert_eq!(Rows::open(&long).unwrap().row(0).unwrap_err().code, "ROW_TOO_LARGE");
}

proptest! {
    #[test]
    fn no_row_makes_reading_panic(row in "\\PC{0,120}") {
        let _unused: Result<_, _> = read_product(&row, None, Currency::EUR);
        let _unused: Result<_, _> = read_patch(&row, None, Currency::EUR);
        let _unused: Result<_, _> = Rows::open(&row);
    }
}
