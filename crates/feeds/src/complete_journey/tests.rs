//! The recipe on folders of a few rows, written for the test; the real one is in the crate's own tests.

use std::fs::File;
use std::sync::Arc;

use app::import::ImportItem;
use arrow::array::TimestampNanosecondArray;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use domain::Event;
use expect_test::expect;
use parquet::arrow::ArrowWriter;

use super::*;

/// 2017-03-01T10:00:00Z.
const MORNING_NS: i64 = 1_488_362_400_000_000_000;

fn write(folder: &Path, name: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = File::create(folder.join(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn whole(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    let values = values.iter().map(|it| (!it.is_empty()).then_some(*it));
    Arc::new(StringArray::from_iter(values))
}

fn transactions(folder: &Path, baskets: &[i64]) {
    let n_rows = baskets.len();
    bought(folder, baskets, &[2, 0, 0, 3][..n_rows], &[1.01, 0.0, 0.5, 2.0][..n_rows]);
}

fn bought(folder: &Path, baskets: &[i64], quantities: &[i64], dollars: &[f64]) {
    let n_rows = baskets.len();
    write(
        folder,
        TRANSACTIONS,
        vec![
            ("household_id", whole(&vec![900; n_rows])),
            ("basket_id", whole(baskets)),
            ("product_id", whole(&(1..=baskets.len() as i64).collect::<Vec<_>>())),
            ("quantity", whole(quantities)),
            ("sales_value", Arc::new(Float64Array::from(dollars.to_vec()))),
            (
                "transaction_timestamp",
                Arc::new(TimestampNanosecondArray::from(vec![MORNING_NS; n_rows])),
            ),
        ],
    );
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        PRODUCTS,
        vec![
            ("product_id", whole(&[1, 2])),
            ("department", texts(&["PASTRY", "MISC"])),
            ("product_category", texts(&["BREAD", ""])),
            ("product_type", texts(&["RYE", ""])),
            ("brand", texts(&["Private", "National"])),
            ("package_size", texts(&["22 LB", ""])),
        ],
    );
    transactions(folder.path(), &[7, 7, 7, 8]);
    folder
}

fn shown(folder: &Path) -> String {
    let facts = Facts::default();
    let mut shown = String::new();
    for row in rows(folder, &facts, &Meter::default()).unwrap() {
        let row = row.unwrap();
        shown += &match row.item {
            Err(why) => format!("{} {why}\n", row.line),
            Ok(ImportItem::Catalogue(it)) => {
                let app::CatalogueChange::Upsert(it) = it else { panic!("{it:?}") };
                let ways: Vec<_> = it.categories.iter().map(ToString::to_string).collect();
                format!("{} {} `{}` {:?} {ways:?}\n", row.line, it.id, it.title, it.brand)
            }
            Ok(ImportItem::Event(it)) => {
                let user = it.user.unwrap().user;
                let Event::OrderCompleted(order) = it.event else { panic!("{:?}", it.event) };
                let lines = order.lines.iter().map(|it| {
                    format!("{}×{} at {}", it.quantity, it.product, it.unit_price.unwrap())
                });
                let lines = lines.collect::<Vec<_>>().join(", ");
                let (time, total) = (it.original_time.unwrap(), order.total.unwrap());
                format!("{} {user} {time} {}: {lines} = {total}\n", row.line, order.order)
            }
        };
    }
    for (name, value) in facts.all() {
        shown += &format!("{name}: {value}\n");
    }
    shown
}

#[test]
fn rows_of_a_basket_are_an_order_of_its_household() {
    expect![[r#"
        1 1 `RYE, 22 LB` Some("Private") ["PASTRY > BREAD > RYE"]
        2 2 `MISC` Some("National") ["MISC"]
        4000000001 900 2017-03-01T10:00:00Z 7: 2×1 at USD 0.51, 1×3 at USD 0.50 = USD 1.51
        4000000004 900 2017-03-01T10:00:00Z 8: 3×4 at USD 0.67 = USD 2.00
        products: 2
        rows: 4
        baskets: 2
        households: 1
        rows_without_pieces: 1
        total: USD 3.51
    "#]]
    .assert_eq(&shown(folder().path()));
}

#[test]
fn a_basket_in_two_places_is_refused_rather_than_ordered_twice() {
    let folder = folder();
    transactions(folder.path(), &[7, 8, 7]);
    let shown = shown(folder.path());
    let words = "4000000003 basket_id `7` stands in two places; sort the file by baskets";
    assert!(shown.contains(words), "{shown}");
}

#[test]
fn a_basket_that_cannot_be_counted_is_refused_alone() {
    let folder = folder();
    let (many, baskets) = (i64::from(i32::MAX) + 1, [1, 2, 3, 4]);
    bought(folder.path(), &baskets, &[1, 1, many, 3], &[1e300, f64::NAN, 1.0, 2.0]);
    let shown = shown(folder.path());
    let words = "has a `quantity` or a `sales_value` that cannot be counted; mend it";
    for basket in [1, 2, 3] {
        let refused = format!("400000000{basket} basket_id `{basket}` {words}");
        assert!(shown.contains(&refused), "no `{refused}` in {shown}");
    }
    assert!(shown.contains("4: 3×4 at USD 0.67 = USD 2.00"), "{shown}");
}

#[test]
fn sums_beyond_what_can_be_counted_break_nothing() {
    const N_ROWS: usize = 10_000;
    let folder = folder();
    let write = |baskets: &[i64]| bought(folder.path(), baskets, &[1; N_ROWS], &[1e13; N_ROWS]);
    write(&(0..N_ROWS as i64).collect::<Vec<_>>());
    let apart = shown(folder.path());
    assert!(apart.ends_with("total: USD 92233720368547758.07\n"), "the sum stays at its end");
    write(&[7; N_ROWS]);
    let together = shown(folder.path());
    assert!(together.contains("basket_id `7` has a `quantity` or a `sales_value`"), "{together}");
}

#[test]
fn a_folder_without_its_files_or_columns_is_refused_by_name() {
    let refusal = |folder: &Path| match rows(folder, &Facts::default(), &Meter::default()) {
        Err(err) => err.to_string().replace(&folder.display().to_string(), ""),
        Ok(_) => panic!("it is opened"),
    };
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(refusal(empty.path()), "reading /products.parquet");
    let folder = folder();
    write(folder.path(), TRANSACTIONS, vec![("basket_id", whole(&[1]))]);
    let words = "/transactions.parquet has no column `household_id`; it has basket_id";
    assert_eq!(refusal(folder.path()), words);
    std::fs::write(folder.path().join(PRODUCTS), "no Parquet").unwrap();
    assert_eq!(refusal(folder.path()), "/products.parquet is not readable as Parquet");
}
