//! Real files through the recipes: what is kept of them is what they hold, to the row and the penny.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use app::import::{ImportItem, ImportPlan, ImportReport, bestbuy, checksum, online_retail};
use app::{Caller, DecisionRequest};
use domain::{Event, Product, ProductId, Recorded, ShopperKey, Span};
use flate2::read::GzDecoder;
use testkit::TestShop;
use testkit::shop::phrases::request;

const ONLINE_RETAIL: &str = "shop/online-retail/transactions.csv.gz";
const BESTBUY: &str = "shop/bestbuy/products.json.gz";

/// A file of real data, unpacked.
fn read(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = GzDecoder::new(File::open(path).unwrap());
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Takes a plan in, and everything with it.
async fn import(shop: &TestShop, checksum: &str, plan: ImportPlan) -> ImportReport {
    let caller = Caller::command();
    let mut progress = |_| {};
    let importing = shop.app.import(&caller, checksum, plan.rows, &mut progress);
    shop.while_following(importing).await.unwrap()
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

/// Of a plan: the rows and the invoices that name no customer.
fn without_customer(plan: &ImportPlan) -> (usize, usize) {
    let (mut n_rows, mut n_invoices) = (0, 0);
    for row in &plan.rows {
        let Ok(ImportItem::Event(it)) = &row.item else { continue };
        if it.user.is_some() {
            continue;
        }
        n_invoices += 1;
        n_rows += match &it.event {
            Event::OrderCompleted(order) => order.lines.len(),
            Event::OrderRefunded(refund) => refund.lines.len(),
            other => panic!("no invoice is {other:?}"),
        };
    }
    (n_rows, n_invoices)
}

#[tokio::test]
async fn a_retailers_year_is_kept_to_the_row_and_the_penny_and_only_once() {
    let Some(path) = testkit::data::path(ONLINE_RETAIL) else { return };
    let bytes = read(&path);
    let plan = online_retail::plan(&bytes);
    for (fact, expected) in [
        ("rows", "541909"),
        ("invoices", "25900"),
        ("stock_codes", "4070"),
        ("customers", "4372"),
        ("rows_without_customer", "135080"),
        ("net_total", "GBP 9747747.93"),
    ] {
        let found = plan.facts.iter().find(|(name, _)| *name == fact).map(|(_, it)| it.as_str());
        assert_eq!(found, Some(expected), "{fact}");
    }
    let (n_rows_without_customer, n_nameless) = without_customer(&plan);
    assert_eq!(n_rows_without_customer, 135_080);

    let shop = TestShop::new().await;
    let n_items = plan.rows.len();
    let report = import(&shop, &checksum(&bytes), plan).await;
    assert_eq!((report.n_accepted, report.n_duplicate), (n_items, 0));
    assert_eq!(report.rejected, []);

    let year = Year::of(&shop.log().await);
    assert_eq!(year.n_rows, 541_909);
    assert_eq!(year.n_invoices, 25_900);
    assert_eq!(year.n_products, 4_070);
    assert_eq!(year.n_cancelled_rows, 9_288);
    assert_eq!(year.net_pence, 974_774_793);
    assert_eq!(year.shoppers.len(), 4_372 + n_nameless, "each nameless invoice is a visitor");

    let head = shop.app.readiness().head;
    for days_later in [0, 2] {
        shop.clock.advance(Span::DAY.times(days_later));
        let again = import(&shop, &checksum(&bytes), online_retail::plan(&bytes)).await;
        assert_eq!((again.n_accepted, again.n_duplicate), (0, n_items));
        assert_eq!(shop.app.readiness().head, head, "{days_later} days later");
    }
}

#[tokio::test]
async fn an_electronics_catalogue_is_kept_whole() {
    let Some(path) = testkit::data::path(BESTBUY) else { return };
    let bytes = read(&path);
    let shop = TestShop::with(|it| it.shop.currency = domain::Currency::USD).await;
    let plan = bestbuy::plan(&bytes);
    let mended: Vec<u64> = plan.mended.iter().map(|(line, _)| *line).collect();
    assert_eq!(mended, [684, 2_818], "their brands end in a control character");
    let report = import(&shop, &checksum(&bytes), plan).await;
    assert_eq!((report.n_accepted, report.rejected), (3_291, vec![]));
    let products = shop.app.products(None, usize::MAX);
    assert_eq!(products.len(), 3_291);
    assert!(products.iter().all(|it| it.price.is_some() && !it.title.is_empty()));

    let cheap = Some("price < 10 AND in_stock".to_owned());
    let decision = shop.decide(DecisionRequest { filter: cheap, ..request("phone", "home") }).await;
    assert_eq!(decision.slate.len(), 5);
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
    let bytes = read(&path);
    let shop = TestShop::with(|it| it.shop.currency = domain::Currency::GBP).await;
    import(&shop, &checksum(&bytes), online_retail::plan(&bytes)).await;
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
