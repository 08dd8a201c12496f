//! What is written is read back as what it was.

use app::CatalogueChange;
use app::import::ImportItem;
use domain::event::shopping::{Line, OrderCompleted, ProductViewed};
use domain::{
    Attribute, AttributeText, CategoryName, CategoryPath, Currency, Envelope, Event, KeyKind,
    MessageKey, Money, OpenValue, Position, Purposes, ShopperKey, Source, Timestamp, Variant,
    Verification, Visibility,
};
use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::{Format, Meter, Request, open};

fn attribute(name: &str, values: &[&str]) -> Attribute {
    let values = values.iter().map(|it| AttributeText::new(it).unwrap()).collect();
    Attribute { name: AttributeText::new(name).unwrap(), values }
}

fn way(names: &[&str]) -> CategoryPath {
    CategoryPath::new(names.iter().map(|it| CategoryName::new(it).unwrap()).collect()).unwrap()
}

fn plain(id: &str) -> Product {
    Product {
        id: id.parse().unwrap(),
        title: format!("The {id}"),
        description: None,
        url: None,
        brand: None,
        categories: Vec::new(),
        attributes: Vec::new(),
        price: Some(Money::new(1_999, Currency::EUR)),
        cost: None,
        stock: None,
        images: Vec::new(),
        variants: Vec::new(),
        visibility: Visibility::Visible,
        markets: Vec::new(),
        create_time: None,
    }
}

/// A catalogue with all that a feed of Google can say.
fn feedable() -> Vec<Product> {
    let variant = |id: &str, size: &str, price: Option<i64>, stock: u32| Variant {
        id: id.parse().unwrap(),
        title: size.to_owned(),
        attributes: vec![attribute("size", &[size])],
        price: price.map(|it| Money::new(it, Currency::EUR)),
        stock: Some(stock),
    };
    vec![
        Product {
            description: Some("Dry & <light>, \"so\" they say".to_owned())
                .map(|it| it.replace('<', "‹").replace('>', "›")),
            url: Some("https://a/tent?x=1&y=2".to_owned()),
            brand: Some(AttributeText::new("Peak & Co").unwrap()),
            categories: vec![way(&["Outdoor", "Tents"]), way(&["Sale"])],
            attributes: vec![
                attribute("gtin", &["4006381333931"]),
                attribute("poles", &["2", "3"]),
            ],
            cost: Some(Money::new(900, Currency::EUR)),
            images: vec!["https://a/1.jpg".to_owned(), "https://a/2.jpg".to_owned()],
            variants: vec![variant("T-S", "S", None, 3), variant("T-L", "L", Some(2_999), 0)],
            ..plain("tent")
        },
        Product { stock: Some(4), attributes: vec![attribute("color", &["red"])], ..plain("rug") },
        plain("lamp"),
    ]
}

/// The same and what only our own formats can say.
fn everything() -> Vec<Product> {
    let mut products = feedable();
    products.push(Product {
        title: "Lamp, \"brass\"\nand [more]".to_owned(),
        categories: vec![way(&["Home > Garden", "A|B"])],
        attributes: vec![attribute("note", &["a|b", "c"]), attribute("list", &["[x]"])],
        price: Some(Money::new(1_200, Currency::JPY)),
        visibility: Visibility::Hidden,
        markets: vec!["de".parse().unwrap(), "at".parse().unwrap()],
        create_time: Some(Timestamp::from_secs(1_700_000_000)),
        ..plain("odd")
    });
    products
}

fn by_name(mut product: Product) -> Product {
    product.attributes.sort_by(|a, b| a.name.cmp(&b.name));
    product
}

/// Writes products and reads them back.
fn again(products: &[Product], format: ProductFormat, read: Format) -> Vec<Product> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write_products(format, || products.iter().cloned(), file.as_file_mut()).unwrap();
    let rules = crate::test_rules(Currency::EUR);
    let request = Request { path: file.path(), format: read, mapping: None, rules: &rules };
    let rows = open(request, &Meter::default()).unwrap().rows;
    rows.map(|row| match row.unwrap().item.unwrap() {
        ImportItem::Catalogue(CatalogueChange::Upsert(it)) => by_name(*it),
        other => panic!("an export of products tells {other:?}"),
    })
    .collect()
}

#[track_caller]
fn check(products: &[Product], format: ProductFormat, read: Format) {
    let expected: Vec<Product> = products.iter().cloned().map(by_name).collect();
    assert_eq!(again(products, format, read), expected, "{format:?}");
}

#[test]
fn products_that_are_exported_are_imported_as_what_they_were() {
    check(&everything(), ProductFormat::JsonLines, Format::Products);
    check(&everything(), ProductFormat::Csv, Format::ProductsCsv);
    check(&feedable(), ProductFormat::GoogleXml, Format::GoogleXml);
    // TSV has no quotes within a detail, but these need none.
    check(&feedable(), ProductFormat::GoogleTsv, Format::GoogleTsv);
}

#[test]
fn a_feed_for_google_leaves_hidden_products_out() {
    let mut out = Vec::new();
    let n_products =
        write_products(ProductFormat::GoogleXml, || everything().into_iter(), &mut out).unwrap();
    assert_eq!(n_products, 3);
    assert!(!String::from_utf8(out).unwrap().contains("<g:id>odd</g:id>"));
}

fn recorded(event: impl Into<Event>) -> Recorded {
    Recorded {
        position: Position::new(7),
        envelope: Envelope {
            message: MessageKey::from_bytes([1; 16]),
            shop: "shop".parse().unwrap(),
            shopper: ShopperKey::from_bytes([2; 16]),
            event_time: Timestamp::from_secs(1_700_000_000),
            received_time: Timestamp::from_secs(1_700_000_060),
            source: Source { key: KeyKind::Secret, verification: Verification::Verified },
            purposes: Purposes::ALL,
            event: event.into(),
            open: vec![("campaign".to_owned(), OpenValue::Text("spring".to_owned()))],
            sealed: b"nobody may see this".to_vec(),
            address_range: Some(99),
            market: Some("de".parse().unwrap()),
            unknown: Vec::new(),
        },
    }
}

fn sek() -> Currency {
    "SEK".parse().unwrap()
}

fn order() -> OrderCompleted {
    let line = Line {
        product: "tent".parse().unwrap(),
        variant: Some("T-S".parse().unwrap()),
        quantity: 2,
        unit_price: Some(Money::new(1_999, sek())),
    };
    let total = Some(Money::new(3_998, sek()));
    OrderCompleted {
        order: "o1".parse().unwrap(),
        lines: vec![line],
        total,
        revenue: None,
        cart: None,
    }
}

#[test]
fn an_event_says_in_both_forms_what_is_open_and_nothing_else() {
    let view = ProductViewed { product: "tent".parse().unwrap(), variant: None, decision: None };
    let events = [recorded(order()), recorded(view)];
    let written = |format| {
        let mut out = Vec::new();
        write_events(format, &events, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    expect![[r#"
        {"event_time":"2023-11-14T22:13:20Z","kind":"order_completed","market":"de","message":"01010101010101010101010101010101","position":"7","properties":{"campaign":"spring","currency":"SEK","order_id":"o1","products":[{"price":"19.99","product_id":"tent","quantity":2,"variant_id":"T-S"}],"total":"39.98"},"purposes":["operation","measurement","personalization","marketing","sharing"],"received_time":"2023-11-14T22:14:20Z","shopper":"02020202020202020202020202020202","verification":"verified"}
        {"event_time":"2023-11-14T22:13:20Z","kind":"product_viewed","market":"de","message":"01010101010101010101010101010101","position":"7","properties":{"campaign":"spring","product_id":"tent"},"purposes":["operation","measurement","personalization","marketing","sharing"],"received_time":"2023-11-14T22:14:20Z","shopper":"02020202020202020202020202020202","verification":"verified"}
    "#]]
    .assert_eq(&written(EventFormat::JsonLines));
    expect![[r#"
        {"anonymousId":"02020202020202020202020202020202","context":{"market":"de"},"event":"Order Completed","messageId":"01010101010101010101010101010101","properties":{"campaign":"spring","currency":"SEK","order_id":"o1","products":[{"price":"19.99","product_id":"tent","quantity":2,"variant_id":"T-S"}],"total":"39.98"},"timestamp":"2023-11-14T22:13:20Z","type":"track"}
        {"anonymousId":"02020202020202020202020202020202","context":{"market":"de"},"event":"Product Viewed","messageId":"01010101010101010101010101010101","properties":{"campaign":"spring","product_id":"tent"},"timestamp":"2023-11-14T22:13:20Z","type":"track"}
    "#]]
    .assert_eq(&written(EventFormat::Segment));
}

#[test]
fn a_message_that_is_exported_is_read_as_the_event_it_was() {
    let mut out = Vec::new();
    write_events(EventFormat::Segment, &[recorded(order())], &mut out).unwrap();
    let line = String::from_utf8(out).unwrap();
    let rules = crate::test_rules(Currency::EUR);
    let incoming = crate::json_rows::read_event(line.trim(), &rules).unwrap();
    assert_eq!(incoming.event, Event::from(order()));
}

proptest! {
    #[test]
    fn texts_of_any_kind_survive_csv(title in "[^\\s\\pC][^\\pC\r]{0,20}[^\\s\\pC]", value in "[^\\s\\pC][^\\pC]{0,10}") {
        let product = Product {
            title,
            attributes: vec![attribute("note", &[value.as_str(), "b"])],
            categories: vec![way(&[value.as_str()])],
            ..plain("odd")
        };
        prop_assert_eq!(again(std::slice::from_ref(&product), ProductFormat::Csv, Format::ProductsCsv), [product]);
    }
}
