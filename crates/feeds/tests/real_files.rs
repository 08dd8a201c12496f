//! Real files through the recipes: what is kept of them is what they hold, to the row and the penny.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use app::import::{Collected, Import, ImportItem, ImportMode, ImportReport};
use app::{Caller, CatalogueChange, DecisionRequest};
use domain::{Currency, Event, Product, ProductId, Recorded, ShopperKey, Span};
use feeds::{Feed, Format, Meter, Request, Rules};
use testkit::TestShop;
use testkit::shop::phrases::request;

const ONLINE_RETAIL: &str = "shop/online-retail/transactions.csv.gz";
const BESTBUY: &str = "shop/bestbuy/products.json.gz";
const COMPLETE_JOURNEY: &str = "shop/complete-journey";
const DIGINETICA: &str = "sessions/diginetica/train_sessions.txt.gz";

fn rules(currency: Currency) -> Rules {
    Rules {
        currency,
        open_properties: BTreeSet::new(),
        event_bytes_max: api::segment::EVENT_BYTES_MAX,
        batch_events_max: api::segment::BATCH_EVENTS_MAX,
    }
}

fn open(path: &Path, format: Format, currency: Currency) -> Feed {
    let rules = rules(currency);
    feeds::open(Request { path, format, mapping: None, rules: &rules }, &Meter::default()).unwrap()
}

/// Takes a file in, and everything with it.
async fn import(shop: &TestShop, feed: Feed) -> (ImportReport, Collected) {
    let caller = Caller::command();
    let mut seen = Collected::default();
    let Feed { checksum, rows, facts: _ } = feed;
    let import = Import { checksum, mode: ImportMode::Add, rows };
    let importing = shop.app.import(&caller, import, &mut seen);
    let report = shop.while_following(importing).await.unwrap();
    (report, seen)
}

/// What the log says of a retailer's year, counted event by event.
#[derive(Debug, Default, PartialEq)]
struct Year {
    n_products: usize,
    n_invoices: usize,
    n_rows: usize,
    n_cancelled_rows: usize,
    net_pence: i64,
    shoppers: BTreeSet<ShopperKey>,
}

impl Year {
    fn of(log: &[Recorded]) -> Year {
        let mut year = Year::default();
        for it in log {
            let lines = match &it.envelope.event {
                Event::ProductUpserted(_) => {
                    year.n_products += 1;
                    continue;
                }
                Event::OrderCompleted(order) => &order.lines,
                Event::OrderRefunded(refund) => {
                    year.n_cancelled_rows += refund.lines.len();
                    &refund.lines
                }
                other => panic!("no retailer's year holds {other:?}"),
            };
            year.n_invoices += 1;
            year.n_rows += lines.len();
            let worth = |it: &domain::event::shopping::Line| {
                it.unit_price.map_or(0, |price| price.amount_minor() * i64::from(it.quantity))
            };
            year.net_pence += lines.iter().map(worth).sum::<i64>();
            year.shoppers.insert(it.envelope.shopper);
        }
        year
    }
}

/// The facts of a file are these, among others.
#[track_caller]
fn check_facts(feed_facts: &feeds::Facts, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(feed_facts.get(name).as_deref(), Some(*value), "{name}");
    }
}

#[tokio::test]
async fn a_retailers_year_is_kept_to_the_row_and_the_penny_and_only_once() {
    let Some(path) = testkit::data::path(ONLINE_RETAIL) else { return };
    let feed = open(&path, Format::OnlineRetail, Currency::GBP);
    check_facts(
        &feed.facts,
        &[
            ("rows", "541909"),
            ("invoices", "25900"),
            ("stock_codes", "4070"),
            ("customers", "4372"),
            ("rows_without_customer", "135080"),
            ("net_total", "GBP 9747747.93"),
        ],
    );
    let shop = TestShop::new().await;
    let (report, seen) = import(&shop, feed).await;
    let n_items = 25_900 + 4_070;
    assert_eq!((report.n_accepted, report.n_duplicate), (n_items, 0));
    assert_eq!((seen.refused.len(), seen.mended.len()), (0, 4), "{:?}", seen.mended);

    let year = Year::of(&shop.log().await);
    assert_eq!(year.n_rows, 541_909);
    assert_eq!(year.n_invoices, 25_900);
    assert_eq!(year.n_products, 4_070);
    assert_eq!(year.n_cancelled_rows, 9_288);
    assert_eq!(year.net_pence, 974_774_793);
    assert!(year.shoppers.len() > 4_372, "each nameless invoice is a visitor");

    let head = shop.app.readiness().head;
    for days_later in [0, 2] {
        shop.clock.advance(Span::DAY.times(days_later));
        let again = open(&path, Format::OnlineRetail, Currency::GBP);
        let (again, _) = import(&shop, again).await;
        assert_eq!((again.n_accepted, again.n_duplicate), (0, n_items));
        assert_eq!(shop.app.readiness().head, head, "{days_later} days later");
    }
}

#[tokio::test]
async fn an_electronics_catalogue_is_kept_whole() {
    let Some(path) = testkit::data::path(BESTBUY) else { return };
    let shop = TestShop::with(|it| it.shop.currency = Currency::USD).await;
    let (report, seen) = import(&shop, open(&path, Format::Bestbuy, Currency::USD)).await;
    let mended: Vec<u64> = seen.mended.iter().map(|(line, _)| *line).collect();
    assert_eq!(mended, [684, 2_818], "their brands end in a control character");
    assert_eq!((report.n_accepted, seen.refused), (3_291, vec![]));
    let products = shop.app.products(None, usize::MAX);
    assert_eq!(products.len(), 3_291);
    assert!(products.iter().all(|it| it.price.is_some() && !it.title.is_empty()));

    let cheap = Some("price < 10 AND in_stock".to_owned());
    let decision = shop.decide(DecisionRequest { filter: cheap, ..request("phone", "home") }).await;
    assert_eq!(decision.slate.len(), 5);
}

/// Reads a shop's export: how many rows and products it has, all of which can be taken.
#[track_caller]
fn check_shopify(name: &str, n_rows: &str, n_products: usize) {
    let Some(path) = testkit::data::path(&format!("shop/shopify/{name}.csv.gz")) else { return };
    let feed = open(&path, Format::Shopify, Currency::USD);
    let mut products: BTreeMap<ProductId, Product> = BTreeMap::new();
    for row in feed.rows {
        match row.unwrap().item {
            Ok(ImportItem::Catalogue(CatalogueChange::Upsert(it))) => {
                assert!(products.insert(it.id.clone(), *it).is_none(), "a product comes once");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(feed.facts.get("rows").as_deref(), Some(n_rows), "{name}");
    assert_eq!(products.len(), n_products, "{name}");
    for product in products.values() {
        let ids: BTreeSet<_> = product.variants.iter().map(|it| &it.id).collect();
        assert_eq!(ids.len(), product.variants.len(), "{name}: {} has a variant twice", product.id);
        assert!(product.price.is_some(), "{name}: {} has no price", product.id);
        assert!(
            product.description.as_ref().is_none_or(|it| !it.contains("<p>")),
            "{}",
            product.id
        );
    }
    assert!(products.values().any(|it| it.variants.len() > 1 && !it.images.is_empty()), "{name}");
}

#[test]
fn the_exports_of_real_shops_are_read_to_the_product() {
    check_shopify("fashion", "5024", 997);
    check_shopify("bicycles", "1399", 284);
    check_shopify("snowdevil", "636", 278);
    check_shopify("apparel", "104", 25);
    check_shopify("jewelry", "30", 19);
}

#[test]
fn a_grocers_year_is_read_to_the_basket() {
    let Some(path) = testkit::data::path(COMPLETE_JOURNEY) else { return };
    let feed = open(&path, Format::CompleteJourney, Currency::USD);
    let (mut n_products, mut n_orders, mut n_lines, mut total_minor) = (0, 0, 0, 0);
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for row in feed.rows {
        match row.unwrap().item.unwrap() {
            ImportItem::Catalogue(_) => n_products += 1,
            ImportItem::Event(it) => match it.event {
                Event::OrderCompleted(order) => {
                    n_orders += 1;
                    n_lines += order.lines.len();
                    total_minor += order.total.unwrap().amount_minor();
                }
                event => *others.entry(event.kind_name()).or_default() += 1,
            },
        }
    }
    check_facts(
        &feed.facts,
        &[
            ("rows", "1469307"),
            ("households", "2469"),
            ("products", "92331"),
            ("baskets", "155848"),
            ("coupons", "116204"),
            ("redemptions", "2102"),
            ("rows_without_pieces", "8840"),
        ],
    );
    assert_eq!((n_products, n_orders), (92_331, 155_848));
    assert_eq!(n_lines, 1_469_307 - 8_840);
    assert_eq!(total_minor, 459_603_958);
    assert_eq!(others, BTreeMap::from([("custom", 6_589 + 2_102), ("identified", 801)]));
}

#[test]
fn published_sessions_are_read_to_the_click() {
    let Some(path) = testkit::data::path(DIGINETICA) else { return };
    let feed = open(&path, Format::Sessions, Currency::EUR);
    check_facts(&feed.facts, &[("sessions", "186670")]);
    let n_views = feed.facts.get("views").unwrap().parse::<usize>().unwrap();
    let n_products = feed.facts.get("products").unwrap().parse::<usize>().unwrap();
    assert_eq!(
        feed.rows.filter(|it| it.as_ref().unwrap().item.is_ok()).count(),
        n_views + n_products
    );
}

/// Well-known products of the retailer and the words of which one stands in the name of every product
/// of the same family. Chosen by their names, before it was known what is bought with them.
const FAMILIES: [(&str, &[&str]); 20] = [
    ("GREEN REGENCY TEACUP AND SAUCER", &["REGENCY"]),
    ("PINK REGENCY TEACUP AND SAUCER", &["REGENCY"]),
    ("ROSES REGENCY TEACUP AND SAUCER", &["REGENCY"]),
    ("JUMBO BAG RED RETROSPOT", &["JUMBO"]),
    ("JUMBO BAG PINK POLKADOT", &["JUMBO"]),
    ("LUNCH BAG RED RETROSPOT", &["LUNCH BAG"]),
    ("LUNCH BAG  BLACK SKULL.", &["LUNCH BAG"]),
    ("ALARM CLOCK BAKELIKE RED", &["ALARM CLOCK BAKELIKE"]),
    ("ALARM CLOCK BAKELIKE GREEN", &["ALARM CLOCK BAKELIKE"]),
    ("WOODEN FRAME ANTIQUE WHITE", &["FRAME"]),
    ("PACK OF 72 RETROSPOT CAKE CASES", &["CAKE CASES"]),
    ("RED RETROSPOT CHARLOTTE BAG", &["CHARLOTTE BAG"]),
    ("HOT WATER BOTTLE KEEP CALM", &["HOT WATER BOTTLE"]),
    ("WOODEN STAR CHRISTMAS SCANDINAVIAN", &["CHRISTMAS SCANDINAVIAN"]),
    ("DOLLY GIRL LUNCH BOX", &["LUNCH BOX", "DOLLY GIRL"]),
    ("HERB MARKER THYME", &["HERB MARKER"]),
    ("POPPY'S PLAYHOUSE KITCHEN", &["POPPY'S PLAYHOUSE"]),
    ("SET/6 RED SPOTTY PAPER PLATES", &["RED SPOTTY"]),
    ("FELTCRAFT PRINCESS CHARLOTTE DOLL", &["FELTCRAFT"]),
    ("SET OF 3 CAKE TINS PANTRY DESIGN", &["PANTRY"]),
];

/// How many of the first five have to be of the family.
const FAMILY_MIN: usize = 3;
/// Of how many of the twenty products that has to be true.
const FAMILIES_MIN: usize = 15;

fn title(shop: &TestShop, id: &ProductId) -> String {
    shop.app.product(id).map(|it| it.title).unwrap_or_default()
}

#[tokio::test]
async fn most_products_are_bought_together_with_their_own_family() {
    let Some(path) = testkit::data::path(ONLINE_RETAIL) else { return };
    let shop = TestShop::with(|it| it.shop.currency = Currency::GBP).await;
    import(&shop, open(&path, Format::OnlineRetail, Currency::GBP)).await;
    let products: Vec<Product> = shop.app.products(None, usize::MAX);

    let mut told = String::new();
    let mut n_families = 0;
    for (name, words) in FAMILIES {
        let product = products.iter().find(|it| it.title == name).expect("it is in the catalogue");
        let on_its_page = DecisionRequest {
            products: vec![product.id.clone()],
            ..request("phone", "bought_together")
        };
        let decision = shop.decide(on_its_page).await;
        let titles: Vec<String> =
            decision.slate.iter().map(|it| title(&shop, &it.product)).collect();
        let n_family =
            titles.iter().filter(|it| words.iter().any(|word| it.contains(word))).count();
        n_families += usize::from(n_family >= FAMILY_MIN);
        told += &format!("{name}: {n_family} of {}\n", titles.join(", "));
    }
    assert!(n_families >= FAMILIES_MIN, "{n_families} families only:\n{told}");
}
