//! The recipe on a few rows; the real file is read in the crate's own tests.

use std::io::Write;

use app::CatalogueChange;
use app::import::ImportItem;
use domain::Event;
use expect_test::{Expect, expect};

use super::*;
use crate::Meter;

const HEADER: &str =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

/// Reads a file of these rows and shows what came of it, line by line and counted.
#[track_caller]
fn check(csv_rows: &str, expect: Expect) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(format!("{HEADER}{csv_rows}").as_bytes()).unwrap();
    let facts = Facts::default();
    let source = Source::open(file.path(), &Meter::default()).unwrap();
    let mut shown = String::new();
    for row in rows(&source, &facts).unwrap() {
        let row = row.unwrap();
        for how in &row.mended {
            shown += &format!("line {} mended: {how}\n", row.line);
        }
        shown += &match &row.item {
            Err(rejection) => format!("line {}: {rejection}\n", row.line),
            Ok(ImportItem::Catalogue(CatalogueChange::Upsert(it))) => {
                format!("line {}: {} {} {:?}\n", row.line, it.id, it.title, it.visibility)
            }
            Ok(ImportItem::Event(it)) => format!("line {}: {}\n", row.line, order_shown(it)),
            Ok(other) => format!("line {}: {other:?}\n", row.line),
        };
    }
    for (name, value) in facts.all() {
        shown += &format!("{name}: {value}\n");
    }
    expect.assert_eq(&shown);
}

#[test]
fn rows_of_one_invoice_become_one_order_and_bad_rows_are_named_by_line() {
    check(
        "536365,85123A,WHITE LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n\
        536365,71053,RED LANTERN,six,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n\
        C536366,85123A,damaged,-1,2010-12-02 08:26:00,2.55,,United Kingdom\n\
        536365,71053,RED LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n\
        536367,PADS,PADS,1,2010-12-02 08:26:00,0.001,,United Kingdom\n",
        expect![[r#"
            line 5: 71053 RED LANTERN Visible
            line 2: 85123A WHITE LANTERN Visible
            line 6: PADS PADS Hidden
            line 3: Quantity `six` is no whole number; mend it
            line 4: refund C536366 of invoice C536366: GBP -2.55
            line 2: order 536365 of 17850: GBP 22.08
            line 6 mended: unit price 0.001 is rounded to 0.00
            line 6: order 536367 of invoice 536367: GBP 0.00
            rows: 4
            invoices: 3
            stock_codes: 3
            customers: 1
            rows_without_customer: 2
            net_total: GBP 19.53
        "#]],
    );
}

#[test]
fn amounts_that_cannot_be_counted_are_refused_and_the_rest_is_taken() {
    check(
        "1,85123A,WHITE LANTERN,6,2010-12-01 08:26:00,80000000000000000,17850.0,United Kingdom\n\
        2,85123A,WHITE LANTERN,1,2010-12-01 08:26:00,80000000000000000,17850.0,United Kingdom\n\
        2,85123A,WHITE LANTERN,1,2010-12-01 08:26:00,80000000000000000,17850.0,United Kingdom\n\
        3,85123A,WHITE LANTERN,1,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n",
        expect![[r#"
            line 3: 85123A WHITE LANTERN Visible
            line 2: Quantity `6` times `UnitPrice` is too large to count in pence; mend one of them
            line 3: InvoiceNo `2` adds up to more than can be counted in pence; mend its prices
            line 5: order 3 of 17850: GBP 2.55
            rows: 3
            invoices: 2
            stock_codes: 1
            customers: 1
            rows_without_customer: 0
            net_total: GBP 92233720368547758.07
        "#]],
    );
}

fn order_shown(incoming: &Incoming) -> String {
    let user = incoming.user.as_ref().map(|it| it.user.clone());
    let who = user.or(incoming.visitor.clone()).unwrap();
    match &incoming.event {
        Event::OrderCompleted(it) => format!("order {} of {who}: {}", it.order, it.total.unwrap()),
        Event::OrderRefunded(it) => format!("refund {} of {who}: {}", it.order, it.total.unwrap()),
        other => panic!("an invoice became {other:?}"),
    }
}
