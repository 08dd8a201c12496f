//! Tables with a mapping: what they tell, and how their faults are named.

use std::io::Write;

use app::CatalogueChange;
use app::import::{ImportItem, ImportRow};
use domain::Currency;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::Meter;

/// Reads a table with a mapping and shows its rows, one a line.
#[track_caller]
fn check(mapping: &str, table: &str, expect: Expect) {
    expect.assert_eq(&read(mapping, table.as_bytes()));
}

fn read(mapping: &str, table: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(table).unwrap();
    let mapping = match file::parse(mapping) {
        Ok(mapping) => mapping,
        Err(what) => return format!("the mapping: {what}\n"),
    };
    let source = Source::open(file.path(), &Meter::default()).unwrap();
    match rows(&source, mapping, &crate::test_rules(Currency::EUR), &Facts::default()) {
        Err(err) => format!("{err}\n").replace(&file.path().display().to_string(), "FILE"),
        Ok(rows) => rows.map(|row| shown(row.unwrap()) + "\n").collect(),
    }
}

fn shown(row: ImportRow) -> String {
    let what = match row.item {
        Err(why) => {
            let about = row.about.map(|it| format!(" (about {it})")).unwrap_or_default();
            format!("{} {why}{about}", why.code)
        }
        Ok(ImportItem::Catalogue(CatalogueChange::Upsert(it))) => {
            serde_json::to_string(&api::products::ProductView::from(*it)).unwrap()
        }
        Ok(ImportItem::Catalogue(other)) => format!("{other:?}"),
        Ok(ImportItem::Event(it)) => {
            let user = it.user.map(|it| it.user);
            let time = it.original_time.map(|it| it.to_string());
            format!("{user:?} {:?} {time:?} {:?}", it.visitor, it.event)
        }
    };
    format!("{}: {what}", row.line)
}

const GERMAN: &str = r#"
kind = "products"
separator = ";"
encoding = "windows-1252"
decimal = ","
category_separator = "/"

[columns]
id = "Nummer"
title = "Name"
price = "VK"
stock = "Bestand"
categories = "Gruppe"
visibility = "Status"
"attributes.colour" = "Farbe"

[constants]
brand = "Eigen"

[words.visibility]
aktiv = "visible"
inaktiv = "hidden"
"#;

#[test]
fn a_table_says_what_its_mapping_says_that_it_says() {
    expect![[r#"
        2: {"id":"1","title":"Lampe, groß","brand":"Eigen","categories":[["Wohnen","Licht"],["Neu"]],"attributes":{"colour":["rot","blau"]},"price":{"amount_minor":129950,"currency":"EUR"},"stock":4,"images":[],"variants":[],"visibility":"hidden","markets":[]}
        3: INVALID_PRICE VK `billig` is no number like 1234,56; mend it, or say `decimal = "."` in the mapping (about 2)
        4: UNKNOWN_NAME Status `weg` is neither visible nor hidden; use one of them (about 3)
        5: BROKEN_ROW row `4;Vase` has 2 columns where the first row names 7; quote what holds the separator
        6: MISSING_FIELD Name `` is missing or empty; send it (about 5)
    "#]]
    .assert_eq(&read(
        GERMAN,
        b"Nummer;Name;VK;Bestand;Gruppe;Status;Farbe\n\
          1;Lampe, gro\xdf;1.299,50;4;Wohnen/Licht|Neu;inaktiv;rot|blau\n\
          2;Vase;billig;1;;aktiv;\n\
          3;Vase;1;1;;weg;\n\
          4;Vase\n\
          5;;1;1;;;\n",
    ));
}

const ORDERS: &str = r#"
kind = "events"
time_zone = "Europe/Berlin"
time_formats = ["%d.%m.%Y %H:%M"]

[columns]
userId = "customer"
timestamp = "date"
"properties.order_id" = "order"
"properties.total" = "total"
"lines.product_id" = "sku"
"lines.quantity" = "pieces"
"lines.price" = "each"

[constants]
event = "Order Completed"
"properties.currency" = "SEK"
"#;

#[test]
fn rows_of_one_order_are_its_lines_wherever_they_stand() {
    check(
        ORDERS,
        "customer,date,order,total,sku,pieces,each\n\
         ada,01.07.2026 10:00,o1,30,lamp,2,10\n\
         bo,01.07.2026 11:00,o2,5,vase,1,5\n\
         ada,01.07.2026 10:00,o1,30,vase,1,10\n\
         cy,01.07.2026 12:00,o3,5,vase,1,5\n\
         cy,01.07.2026 12:00,o3,5,,1,5\n\
         cy,someday,o4,5,vase,1,5\n",
        expect![[r#"
            3: Some("bo") None Some("2026-07-01T09:00:00Z") OrderCompleted(OrderCompleted { order: "o2", lines: [Line { product: "vase", variant: None, quantity: 1, unit_price: Some(Money { amount_minor: 500, currency: SEK }) }], total: Some(Money { amount_minor: 500, currency: SEK }), revenue: None, cart: None })
            2: Some("ada") None Some("2026-07-01T08:00:00Z") OrderCompleted(OrderCompleted { order: "o1", lines: [Line { product: "lamp", variant: None, quantity: 2, unit_price: Some(Money { amount_minor: 1000, currency: SEK }) }, Line { product: "vase", variant: None, quantity: 1, unit_price: Some(Money { amount_minor: 1000, currency: SEK }) }], total: Some(Money { amount_minor: 3000, currency: SEK }), revenue: None, cart: None })
            6: MISSING_FIELD sku `` is missing or empty; send it
            7: INVALID_TIME date `someday` is no time in a form that is known; say in the mapping how it is written, such as `time_formats = ["%d.%m.%Y %H:%M"]`
        "#]],
    );
}

#[test]
fn rows_of_one_product_are_its_variants() {
    check(
        "kind = \"products\"\n[columns]\nid = \"id\"\ntitle = \"title\"\n\"variants.id\" = \"sku\"\n\"variants.price\" = \"price\"\n\"variants.attributes.size\" = \"size\"\n",
        "id,title,sku,price,size\ntent,Dome tent,T-S,19.90,S\ntent,,T-L,,L\nrug,Rug,,,\n",
        expect![[r#"
            2: {"id":"tent","title":"Dome tent","categories":[],"attributes":{},"images":[],"variants":[{"id":"T-S","title":"","attributes":{"size":["S"]},"price":{"amount_minor":1990,"currency":"EUR"}},{"id":"T-L","title":"","attributes":{"size":["L"]}}],"visibility":"visible","markets":[]}
            4: {"id":"rug","title":"Rug","categories":[],"attributes":{},"images":[],"variants":[],"visibility":"visible","markets":[]}
        "#]],
    );
}

#[test]
fn a_mapping_that_makes_no_sense_is_refused_in_words() {
    let table = "id,title\n1,Lamp\n";
    check(
        "kind = \"products\"\n[columns]\nid = \"nummer\"\n",
        table,
        expect![[r#"
            FILE has no column `nummer`; it has id, title
        "#]],
    );
    check(
        "kind = \"products\"\n[columns]\nprise = \"title\"\n",
        table,
        expect![[r#"
            the mapping: there is no field `prise`; there are id, title, description, url, brand, categories, price, cost, currency, stock, images, visibility, markets, create_time, attributes.NAME, and of variants variants.{id, title, price, stock, attributes.NAME}
        "#]],
    );
    check(
        "kind = \"events\"\ntime_zone = \"Mars\"\n[columns]\nevent = \"title\"\n",
        table,
        expect![[r#"
            the mapping: there is no time zone `Mars`; use a name such as Europe/Berlin, or UTC
        "#]],
    );
    check(
        "kind = \"events\"\nseparator = \"::\"\n[columns]\nevent = \"title\"\n",
        table,
        expect![[r#"
            the mapping: the separator `::` is not one sign; use ",", ";", "|" or "tab"
        "#]],
    );
    check(
        "kind = \"events\"\n[columns]\n\"lines.product_id\" = \"id\"\n",
        table,
        expect![[r#"
            the mapping: it maps parts (`variants.` or `lines.`), but not `properties.order_id`, which tells what they are parts of; map that to a column, or name another field as `group_by`
        "#]],
    );
    check(
        "kind = \"products\"\n[columns]\nid = \"id\"\n[constants]\nid = \"7\"\n",
        table,
        expect![[r#"
            the mapping: `id` is a column and a constant; leave one of them out
        "#]],
    );
}

proptest! {
    #[test]
    fn no_table_makes_it_panic(table in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(GERMAN, &[b"Nummer;Name;VK;Bestand;Gruppe;Status;Farbe\n", table.as_slice()].concat());
        read(ORDERS, &[b"customer,date,order,total,sku,pieces,each\n", table.as_slice()].concat());
    }
}
