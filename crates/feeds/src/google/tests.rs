//! Feeds in their three forms, and feeds that are none.

use std::io::Write;

use app::CatalogueChange;
use app::import::{ImportItem, ImportRow};
use domain::Currency;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{Meter, Source};

/// Reads a feed: tab-separated unless it begins with `<`.
#[track_caller]
fn check(feed: &str, expect: Expect) {
    expect.assert_eq(&read(feed.as_bytes()));
}

fn read(feed: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(feed).unwrap();
    let (rules, facts) = (crate::test_rules(Currency::EUR), Facts::default());
    let source = Source::open(file.path(), &Meter::default()).unwrap();
    let rows = match feed.starts_with(b"<") {
        true => xml_rows(&source, &rules, &facts),
        false => tsv_rows(&source, &rules, &facts),
    };
    match rows {
        Ok(rows) => rows.map(|row| shown(row.unwrap()) + "\n").collect(),
        Err(err) => {
            let cause = std::error::Error::source(&err).map(ToString::to_string);
            let said = format!("{err}: {}\n", cause.unwrap_or_default());
            said.replace(&file.path().display().to_string(), "FILE")
        }
    }
}

fn shown(row: ImportRow) -> String {
    match row.item {
        Ok(ImportItem::Catalogue(CatalogueChange::Upsert(it))) => {
            let view = api::products::ProductView::from(*it);
            format!("{}: {}", row.line, serde_json::to_string(&view).unwrap())
        }
        other => format!("{}: {:?} from {}", row.line, other.map_err(|it| it.to_string()), row.raw),
    }
}

#[test]
fn items_of_a_feed_in_rss_are_products_and_those_of_a_group_its_variants() {
    check(
        r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>A shop</title>
<item>
<g:id>T-S</g:id><g:item_group_id>tent</g:item_group_id>
<title><![CDATA[Dome & tent]]></title>
<g:description>Dry &amp; &lt;b&gt;light&lt;/b&gt;&#33;</g:description>
<link>https://a/tent?x=1&amp;y=2</link>
<g:price>199.00 SEK</g:price><g:availability>in_stock</g:availability><g:quantity>3</g:quantity>
<g:product_type>Outdoor &gt; Tents</g:product_type><g:size>S</g:size>
<g:image_link>https://a/1.jpg</g:image_link>
<g:product_detail><g:section_name>General</g:section_name><g:attribute_name>poles</g:attribute_name><g:attribute_value>2</g:attribute_value></g:product_detail>
<g:shipping><g:country>DE</g:country><g:price>5 EUR</g:price></g:shipping>
</item>
<item><g:id>rug</g:id><title>Rug</title><g:price>cheap</g:price></item>
<item><g:id>T-L</g:id><g:item_group_id>tent</g:item_group_id><title>Dome tent</title><g:price>219 SEK</g:price><g:availability>out of stock</g:availability><g:size>L</g:size></item>
</channel></rss>"#,
        expect![[r#"
            15: Err("price `cheap` is no decimal number; write it like 19.99, without a currency sign or exponent") from <item><g:id>rug</g:id><g:title>Rug</g:title><g:price>cheap</g:price></item>
            4: {"id":"tent","title":"Dome & tent","description":"Dry & light!","url":"https://a/tent?x=1&y=2","categories":[["Outdoor","Tents"]],"attributes":{"poles":["2"]},"price":{"amount_minor":19900,"currency":"SEK"},"images":["https://a/1.jpg"],"variants":[{"id":"T-S","title":"S","attributes":{"size":["S"]},"stock":3},{"id":"T-L","title":"L","attributes":{"size":["L"]},"price":{"amount_minor":21900,"currency":"SEK"},"stock":0}],"visibility":"visible","markets":[]}
        "#]],
    );
}

#[test]
fn atom_has_entries_and_its_links_in_attributes() {
    check(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
<entry><g:id>rug</g:id><title>Wool rug</title><link rel="alternate" href="https://a/rug?a=1&amp;b=2"/>
<g:price>49.00</g:price><g:sale_price>39.00 EUR</g:sale_price><g:google_product_category>632</g:google_product_category><g:color>red</g:color></entry></feed>"#,
        expect![[r#"
            2: {"id":"rug","title":"Wool rug","url":"https://a/rug?a=1&b=2","categories":[],"attributes":{"color":["red"]},"price":{"amount_minor":3900,"currency":"EUR"},"images":[],"variants":[],"visibility":"visible","markets":[]}
        "#]],
    );
}

#[test]
fn a_feed_of_tabs_says_the_same() {
    check(
        "id\ttitle\tprice\timage link\tadditional_image_link\tproduct_type\tgtin\n\
         rug\tWool rug\t49.00 EUR\thttps://a/1.jpg\thttps://a/2.jpg,https://a/3.jpg\t\"Home > Rugs, Sale\"\t4006381333931\n",
        expect![[r#"
            2: {"id":"rug","title":"Wool rug","categories":[["Home","Rugs"],["Sale"]],"attributes":{"gtin":["4006381333931"]},"price":{"amount_minor":4900,"currency":"EUR"},"images":["https://a/1.jpg","https://a/2.jpg","https://a/3.jpg"],"variants":[],"visibility":"visible","markets":[]}
        "#]],
    );
}

#[test]
fn a_feed_in_another_encoding_than_utf8_is_refused_and_not_read_as_garbage() {
    let item = "<rss><item><id>1</id><title>Stehlampe</title></item></rss>";
    let declared = |encoding: &str| {
        read(format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n{item}").as_bytes())
    };
    assert_eq!(
        declared("ISO-8859-1"),
        "FILE is not readable as XML: near line 1: it is written in ISO-8859-1; convert it to UTF-8 first\n"
    );
    assert!(declared("UTF-8").contains("Stehlampe"), "{}", declared("UTF-8"));
    assert!(declared("us-ascii").contains("Stehlampe"));
}

#[test]
fn a_feed_that_is_cut_off_or_none_at_all_is_refused() {
    let cut = "<rss><channel>\n<item><g:id>1</g:id>";
    assert!(
        read(cut.as_bytes()).starts_with("FILE is not readable as XML: near line 2"),
        "{}",
        read(cut.as_bytes())
    );
    let crossed = "<rss><item><id>1</title></item></rss>";
    assert!(read(crossed.as_bytes()).starts_with("FILE is not readable as XML: near line 1"));
    check(
        "sku\tname\n1\tLamp\n",
        expect![[r#"
            FILE has no column `id`; it has sku, name: 
        "#]],
    );
}

proptest! {
    #[test]
    fn no_feed_makes_it_panic(inner in "[a-z<>/&;:\"= \n]{0,120}") {
        read(format!("<rss><item>{inner}</item></rss>").as_bytes());
    }
}
