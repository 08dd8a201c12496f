//! Imports: once only, also after they were cut short; whole catalogues; what is told on the way.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use app::import::{
    Absent, Collected, Import, ImportError, ImportItem, ImportMode, ImportReport, ImportRow,
    ImportWatch, RefusedRow, Shrink, Unreadable,
};
use app::{Caller, CatalogueChange, Incoming, Rejection};
use domain::event::shopping::ProductViewed;
use domain::{Attribute, AttributeText, Product};
use testkit::TestShop;
use testkit::shop::phrases::{event, product, product_id};

type Row = Result<ImportRow, Unreadable>;

fn viewed(n: u64) -> Incoming {
    let seen = ProductViewed { product: product_id("A"), variant: None, decision: None };
    event(&format!("visitor {}", n % 50), seen)
}

fn events(n_rows: u64) -> impl Iterator<Item = Row> + Send + 'static {
    (1..=n_rows).map(|line| Ok(ImportRow::event(line, Ok(viewed(line)))))
}

fn products(ids: &[&str]) -> impl Iterator<Item = Row> + Send + 'static {
    let products: Vec<Product> = ids.iter().map(|it| product(it)).collect();
    (1..).zip(products).map(|(line, it)| Ok(ImportRow::product(line, Ok(it))))
}

fn refused(line: u64, about: Option<&str>) -> Row {
    let why = Rejection::new("INVALID_PRICE", "VK", "cheap", "is no number");
    let row = ImportRow::new(line, Err(why)).with_raw("the row");
    Ok(ImportRow { about: about.map(product_id), ..row })
}

async fn import(
    shop: &TestShop,
    checksum: &str,
    mode: ImportMode,
    rows: impl Iterator<Item = Row> + Send + 'static,
) -> (Result<ImportReport, ImportError>, Collected) {
    let caller = Caller::command();
    let mut seen = Collected::default();
    let import = Import { checksum: checksum.to_owned(), mode, rows };
    let importing = shop.app.import(&caller, import, &mut seen);
    let report = shop.while_following(importing).await;
    (report, seen)
}

async fn add(
    shop: &TestShop,
    checksum: &str,
    rows: impl Iterator<Item = Row> + Send + 'static,
) -> ImportReport {
    import(shop, checksum, ImportMode::Add, rows).await.0.unwrap()
}

#[tokio::test]
async fn what_is_refused_or_mended_is_told_with_its_line_and_the_rest_is_taken() {
    let shop = TestShop::new().await;
    let mended = ImportRow::product(3, Ok(product("B")));
    let mended = Ok(ImportRow { mended: vec!["the price is rounded".to_owned()], ..mended });
    let late = Incoming { original_time: Some(domain::Timestamp::from_secs(0)), ..viewed(1) };
    let late = Ok(ImportRow::event(4, Ok(late)).with_raw("4;late"));
    let rows = [refused(1, None), products(&["A"]).next().unwrap(), mended, late];
    let rows: Vec<Row> = rows.into_iter().collect();
    let (report, seen) = import(&shop, "a", ImportMode::Add, rows.into_iter()).await;
    let report = report.unwrap();
    assert_eq!((report.n_rows, report.n_accepted, report.n_refused, report.n_mended), (4, 2, 2, 1));
    let lines: Vec<_> =
        seen.refused.iter().map(|it| (it.line, it.rejection.code, it.raw.as_str())).collect();
    assert_eq!(lines, [(1, "INVALID_PRICE", "the row"), (4, "EVENT_TIME_TOO_OLD", "4;late")]);
    assert_eq!(seen.mended, [(3, "the price is rounded".to_owned())]);
}

#[tokio::test]
async fn a_file_counts_once_however_often_and_late_it_comes() {
    let shop = TestShop::new().await;
    let first = add(&shop, "a", events(2_500)).await;
    assert_eq!((first.n_accepted, first.n_duplicate), (2_500, 0));
    shop.clock.advance(domain::Span::DAY.times(3));
    let again = add(&shop, "a", events(2_500)).await;
    assert_eq!((again.n_accepted, again.n_duplicate), (0, 2_500));
    let other = add(&shop, "b", events(2)).await;
    assert_eq!((other.n_accepted, other.n_duplicate), (2, 0), "another file tells other events");
}

#[tokio::test]
async fn rows_that_were_refused_are_taken_when_the_same_file_comes_again_and_is_read_otherwise() {
    let shop = TestShop::new().await;
    let event = |line: u64| Ok(ImportRow::event(line, Ok(viewed(line))));
    let counts = |it: ImportReport| (it.n_accepted, it.n_duplicate, it.n_refused);
    add(&shop, "before", events(3)).await;
    let imports: [([Row; 3], (u64, u64, u64)); 4] = [
        ([refused(1, None), event(2), refused(3, None)], (1, 0, 2)),
        ([event(1), event(2), refused(3, None)], (1, 1, 1)),
        ([event(1), event(2), event(3)], (1, 2, 0)),
        ([event(1), event(2), event(3)], (0, 3, 0)),
    ];
    for (rows, expected) in imports {
        assert_eq!(counts(add(&shop, "a", rows.into_iter()).await), expected);
        // The log forgets which messages it has seen after a day; the import must not.
        shop.clock.advance(domain::Span::DAY.times(3));
    }
    assert_eq!(shop.log().await.len(), 6);
}

#[tokio::test]
async fn rows_that_were_refused_before_an_import_was_cut_short_are_not_forgotten() {
    let shop = TestShop::new().await;
    let rest = |n_rows| events(n_rows).skip(1);
    let broken = std::iter::once(Err("the disk is gone".into()));
    let first = std::iter::once(refused(1, None)).chain(rest(1_500)).chain(broken);
    assert!(import(&shop, "a", ImportMode::Add, first).await.0.is_err());
    shop.clock.advance(domain::Span::DAY.times(3));
    // What reads the file now would take the first row, but goes on where it ended.
    let second = add(&shop, "a", events(2_000)).await;
    assert_eq!((second.n_accepted, second.n_duplicate), (500, 1_500));
    shop.clock.advance(domain::Span::DAY.times(3));
    let third = add(&shop, "a", events(2_000)).await;
    assert_eq!((third.n_accepted, third.n_duplicate), (1, 1_999));
}

/// Says when so many rows are done.
struct Until {
    n_rows: u64,
    reached: Option<tokio::sync::oneshot::Sender<()>>,
}

impl ImportWatch for Until {
    fn progress(&mut self, n_rows: u64) {
        if n_rows >= self.n_rows
            && let Some(reached) = self.reached.take()
        {
            // Nobody is left to be told when the test has gone on.
            reached.send(()).ok();
        }
    }

    fn refused(&mut self, _: RefusedRow) {}

    fn mended(&mut self, _: u64, _: &str) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_cut_short_goes_on_where_it_ended_also_days_later() {
    let mut shop = TestShop::new().await;
    let n_rows = 10_500;
    for n_before_end in [1_000, 4_000, 6_000] {
        let (sender, reached) = tokio::sync::oneshot::channel();
        let mut watch = Until { n_rows: n_before_end, reached: Some(sender) };
        let caller = Caller::command();
        let rows = events(n_rows);
        let import = Import { checksum: "a".to_owned(), mode: ImportMode::Add, rows };
        {
            let importing = shop.app.import(&caller, import, &mut watch);
            tokio::select! {
                done = importing => assert!(done.is_ok(), "it may be quicker than its end"),
                reached = reached => assert!(reached.is_ok()),
            }
        }
        // The log forgets which messages it has seen after a day; the import must not.
        shop.clock.advance(domain::Span::DAY.times(2));
        shop = shop.crash().await;
        shop.settle().await;
    }
    let report = add(&shop, "a", events(n_rows)).await;
    assert_eq!(report.n_accepted + report.n_duplicate, n_rows);
    let kept: Vec<_> = shop.log().await.into_iter().map(|it| it.envelope.message).collect();
    let distinct: std::collections::BTreeSet<_> = kept.iter().copied().collect();
    assert_eq!((kept.len() as u64, distinct.len() as u64), (n_rows, n_rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_made_as_they_are_taken_in_and_not_all_at_once() {
    let shop = TestShop::new().await;
    let n_made = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&n_made);
    let rows = events(20_000).inspect(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    /// How far making was ahead of taking in, at most.
    struct Ahead(Arc<AtomicU64>, Arc<Mutex<u64>>);
    impl ImportWatch for Ahead {
        fn progress(&mut self, n_rows: u64) {
            let ahead = self.0.load(Ordering::SeqCst).saturating_sub(n_rows);
            let mut most = self.1.lock().unwrap();
            *most = (*most).max(ahead);
        }

        fn refused(&mut self, _: RefusedRow) {}

        fn mended(&mut self, _: u64, _: &str) {}
    }
    let most = Arc::new(Mutex::new(0));
    let mut watch = Ahead(n_made, Arc::clone(&most));
    let caller = Caller::command();
    let import = Import { checksum: "a".to_owned(), mode: ImportMode::Add, rows };
    let importing = shop.app.import(&caller, import, &mut watch);
    shop.while_following(importing).await.unwrap();
    let most = *most.lock().unwrap();
    assert!(most <= 5_000, "{most} rows were waiting in memory");
}

#[tokio::test]
async fn a_file_that_breaks_off_keeps_what_came_before() {
    let shop = TestShop::new().await;
    let broken = Err("the disk is gone".into());
    let rows = events(1_500).chain(std::iter::once(broken));
    let (report, _) = import(&shop, "a", ImportMode::Add, rows).await;
    let err = report.unwrap_err();
    assert_eq!(
        err.to_string(),
        "reading failed after 1500 rows, which are taken in; mend the file and import it again"
    );
    assert_eq!(shop.log().await.len(), 1_500);
    let report = add(&shop, "a", events(1_500)).await;
    assert_eq!((report.n_accepted, report.n_duplicate), (0, 1_500));
}

/// Imports a whole catalogue over the products A, B, C and D, and tells what is left.
async fn replaced(
    shrink: Shrink,
    rows: impl Iterator<Item = Row> + Send + 'static,
) -> (Absent, String) {
    let shop = TestShop::new().await;
    shop.stock(["A", "B", "C", "D"].map(product)).await;
    let (report, _) = import(&shop, "a", ImportMode::Replace(shrink), rows).await;
    shop.settle().await;
    let left = shop.app.products(None, usize::MAX).into_iter().map(|it| it.id.to_string());
    (report.unwrap().absent, left.collect())
}

#[tokio::test]
async fn a_whole_catalogue_deletes_what_it_does_not_name() {
    let named = replaced(Shrink::Limited, products(&["A", "C", "E"])).await;
    assert_eq!(named, (Absent::Deleted { n_products: 2 }, "ACE".to_owned()));
}

#[tokio::test]
async fn a_whole_catalogue_that_would_delete_most_of_the_old_one_deletes_nothing_unless_meant() {
    let shrunk = replaced(Shrink::Limited, products(&["A"])).await;
    assert_eq!(shrunk, (Absent::TooMany { n_products: 3, n_before: 4 }, "ABCD".to_owned()));
    let meant = replaced(Shrink::Allowed, products(&["A"])).await;
    assert_eq!(meant, (Absent::Deleted { n_products: 3 }, "A".to_owned()));
    let of_events = replaced(Shrink::Allowed, events(3)).await;
    assert_eq!(of_events, (Absent::NoneNamed, "ABCD".to_owned()), "it is no catalogue");
}

#[tokio::test]
async fn a_product_whose_row_is_refused_is_not_deleted() {
    let named = products(&["A", "C"]).chain(std::iter::once(refused(3, Some("B"))));
    let left = replaced(Shrink::Limited, named).await;
    assert_eq!(left, (Absent::Deleted { n_products: 1 }, "ABC".to_owned()));
    let nameless = products(&["A", "C"]).chain(std::iter::once(refused(3, None)));
    let left = replaced(Shrink::Limited, nameless).await;
    assert_eq!(left, (Absent::Uncertain { n_rows: 1 }, "ABCD".to_owned()));
}

#[tokio::test]
async fn a_product_that_only_orders_its_attributes_otherwise_is_no_change() {
    let shop = TestShop::new().await;
    let attribute = |name: &str| Attribute {
        name: AttributeText::new(name).unwrap(),
        values: vec![AttributeText::new("x").unwrap()],
    };
    let ordered = |names: [&str; 2]| {
        let product = Product { attributes: names.map(attribute).to_vec(), ..product("A") };
        let item = ImportItem::Catalogue(CatalogueChange::Upsert(Box::new(product)));
        std::iter::once(Ok(ImportRow::new(1, Ok(item))))
    };
    assert_eq!(add(&shop, "a", ordered(["size", "colour"])).await.n_accepted, 1);
    assert_eq!(add(&shop, "b", ordered(["colour", "size"])).await.n_duplicate, 1);
}
