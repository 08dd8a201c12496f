//! Exports of both generations on a few rows; real ones are in the crate's own tests.

use std::io::Write;

use app::CatalogueChange;
use app::import::ImportItem;
use expect_test::{Expect, expect};

use super::*;
use crate::Meter;

/// Reads an export and shows its products, one a paragraph.
#[track_caller]
fn check(csv: &str, expect: Expect) {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(csv.as_bytes()).unwrap();
    let rules = crate::test_rules(Currency::EUR);
    let shown = match Source::open(file.path(), &Meter::default())
        .and_then(|source| rows(&source, &rules, &Facts::default()))
    {
        Err(err) => format!("{err}\n").replace(&file.path().display().to_string(), "FILE"),
        Ok(rows) => rows.map(|row| shown(row.unwrap())).collect(),
    };
    expect.assert_eq(&shown);
}

fn shown(row: ImportRow) -> String {
    match row.item {
        Err(why) => format!("line {}: {} {why}\n", row.line, why.code),
        Ok(ImportItem::Catalogue(CatalogueChange::Upsert(it))) => {
            let view = api::products::ProductView::from(*it);
            let json = serde_json::to_string(&view.variants).unwrap();
            let price = view.price.map_or(0, |it| it.amount_minor);
            format!(
                "{} `{}` of {:?} in {:?}, {price}, cost {:?}, stock {:?}, {:?}, {:?}, {:?}\n  {:?}\n  {json}\n",
                view.id,
                view.title,
                view.brand,
                view.categories,
                view.cost.map(|it| it.amount_minor),
                view.stock,
                view.visibility,
                view.attributes,
                view.images,
                view.description,
            )
        }
        Ok(other) => panic!("an export of products tells {other:?}"),
    }
}

#[test]
fn rows_of_one_handle_are_one_product_in_the_old_export() {
    check(
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src\n\
         tent,Dome tent,<p>Dry &amp; light</p>,Peak,Tents,\"new, dry\",true,Size,S,Colour,Green,T-S,shopify,3,deny,199.00,https://a/1.jpg\n\
         tent,,,,,,,,L,,Green,T-L,shopify,-2,deny,219.00,https://a/2.jpg\n\
         tent,,,,,,,,,,,,,,,,https://a/3.jpg\n\
         rug,Rug,,Loom,,,false,Title,Default Title,,,R-1,,,deny,49.90,\n\
         mug,Mug,,Clay,,,true,Size,S,,,M,shopify,1,continue,cheap,\n",
        expect![[r#"
            tent `Dome tent` of Some("Peak") in [["Tents"]], 19900, cost None, stock None, Visible, {"Colour": ["Green"], "Size": ["S", "L"], "tags": ["dry", "new"]}, ["https://a/1.jpg", "https://a/2.jpg", "https://a/3.jpg"]
              Some("Dry & light")
              [{"id":"T-S","title":"S / Green","attributes":{"Colour":["Green"],"Size":["S"]},"stock":3},{"id":"T-L","title":"L / Green","attributes":{"Colour":["Green"],"Size":["L"]},"price":{"amount_minor":21900,"currency":"EUR"},"stock":0}]
            rug `Rug` of Some("Loom") in [], 4990, cost None, stock None, Hidden, {}, []
              None
              []
            line 6: INVALID_PRICE Variant Price `cheap` is no decimal number; write it like 19.99, without a currency sign or exponent
        "#]],
    );
}

#[test]
fn the_new_export_names_its_columns_otherwise() {
    check(
        "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Option1 name,Option1 value,Price,Cost per item,Inventory tracker,Inventory quantity,Continue selling when out of stock,Product image URL,Image position,Variant image URL\n\
         Dome tent,tent,Dry,Peak,Sporting Goods > Outdoor > Tents,Tents,,TRUE,active,T-1,Size,S,199,120.5,shopify,4,DENY,https://a/2.jpg,2,https://a/s.jpg\n\
         ,tent,,,,,,,,T-1,,M,199,,shopify,1,CONTINUE,https://a/1.jpg,1,\n\
         Old rug,rug,,,,,,TRUE,archived,,,,10,,,,,,,\n",
        expect![[r#"
            tent `Dome tent` of Some("Peak") in [["Sporting Goods", "Outdoor", "Tents"], ["Tents"]], 19900, cost Some(12050), stock None, Visible, {"Size": ["S", "M"]}, ["https://a/1.jpg", "https://a/2.jpg", "https://a/s.jpg"]
              Some("Dry")
              [{"id":"tent/S","title":"S","attributes":{"Size":["S"]},"stock":4},{"id":"tent/M","title":"M","attributes":{"Size":["M"]}}]
            rug `Old rug` of None in [], 1000, cost None, stock None, Hidden, {}, []
              None
              []
        "#]],
    );
}

#[test]
fn a_file_without_the_columns_that_are_needed_is_refused() {
    check(
        "Handle,Title\na,b\n",
        expect![[r#"
            FILE has no column `Variant Price` or `Price`; it has Handle, Title
        "#]],
    );
}
