//! Plain sessions: one a line, the products that somebody looked at, in order, with spaces between.
//!
//! Research publishes browsing like that, without saying who or when. So both are invented, the same way
//! each time: the visitor of line 12 is `session 12`; the first session begins on 2020-01-01 at midnight
//! UTC, each of the others a minute after the one before it, and ten seconds pass from product to product.
//! Products are made of their numbers: `Item 17`.

use api::RejectionCode;
use app::import::ImportRow;
use app::{Incoming, Rejection};
use domain::event::shopping::ProductViewed;
use domain::{ProductId, Span, Timestamp};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use crate::product_json::{product_row, refuse};
use crate::{Facts, FeedError, Rows, Source};

/// When the first session begins: 2020-01-01T00:00:00Z.
const FIRST_TIME: Timestamp = Timestamp::from_secs(1_577_836_800);
/// How long after a session the next one begins.
const BETWEEN_SESSIONS: Span = Span::MINUTE;
/// How long after a product the next one of a session is looked at.
const BETWEEN_PRODUCTS: Span = Span::from_micros(10_000_000);
/// The longest line.
const LINE_BYTES_MAX: usize = 1 << 20;

/// The products, then the sessions.
pub(crate) fn rows(source: &Source, facts: &Facts) -> Result<Rows, FeedError> {
    let mut known: FxHashSet<String> = FxHashSet::default();
    let mut products: Vec<(u64, String)> = Vec::new();
    let (mut n_sessions, mut n_views) = (0_u64, 0_u64);
    for line in source.lines(LINE_BYTES_MAX)? {
        let line = line?;
        let Ok(text) = line.text else { continue };
        n_sessions += 1;
        for item in text.split_whitespace() {
            n_views += 1;
            if !known.contains(item) {
                known.insert(item.to_owned());
                products.push((line.number, item.to_owned()));
            }
        }
    }
    facts.set("sessions", n_sessions);
    facts.set("views", n_views);
    facts.set("products", products.len());
    let products = products.into_iter().map(|(line, item)| Ok(product(line, &item)));
    let sessions = source.lines(LINE_BYTES_MAX)?.flat_map(|line| match line {
        Err(err) => vec![Err(err.into())],
        Ok(line) => match line.text {
            Err(why) => vec![Ok(ImportRow::new(line.number, Err(why)))],
            Ok(text) => session(line.number, &text).into_iter().map(Ok).collect(),
        },
    });
    Ok(Box::new(products.chain(sessions)))
}

fn product(line: u64, item: &str) -> ImportRow {
    let mut fields = Map::new();
    fields.insert("id".into(), Value::from(item));
    fields.insert("title".into(), Value::from(format!("Item {item}")));
    product_row(line, fields, domain::Currency::EUR)
}

fn session(line: u64, text: &str) -> Vec<ImportRow> {
    let begin = i64::try_from(line.saturating_sub(1)).unwrap_or(i64::MAX);
    let begin = FIRST_TIME.plus(BETWEEN_SESSIONS.times(begin));
    let row = |(part, item): (u32, &str)| {
        let time = begin.plus(BETWEEN_PRODUCTS.times(part.into()));
        let row = ImportRow::event(line, view(line, item, time)).with_raw(text);
        ImportRow { part, ..row }
    };
    (0..).zip(text.split_whitespace()).map(row).collect()
}

fn view(line: u64, item: &str, time: Timestamp) -> Result<Incoming, Rejection> {
    let product = ProductId::new(item)
        .map_err(|err| refuse(RejectionCode::InvalidId, "item", item, err.to_string()))?;
    Ok(Incoming {
        message_id: None,
        visitor: Some(format!("session {line}")),
        user: None,
        original_time: Some(time),
        sent_time: None,
        event: ProductViewed { product, variant: None, decision: None }.into(),
        signals: consent::Signals::default(),
        open: Vec::new(),
        private: Vec::new(),
        address: None,
        market: None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use app::import::ImportItem;
    use expect_test::expect;

    use super::*;
    use crate::Meter;

    #[test]
    fn who_and_when_are_invented_the_same_way_each_time() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"7 8 7\n\n9\n").unwrap();
        let source = Source::open(file.path(), &Meter::default()).unwrap();
        let facts = Facts::default();
        let mut shown = String::new();
        for row in rows(&source, &facts).unwrap() {
            let row = row.unwrap();
            shown += &match row.item.unwrap() {
                ImportItem::Catalogue(change) => {
                    format!("{} {:?}\n", row.line, change).chars().take(70).collect::<String>()
                        + "\n"
                }
                ImportItem::Event(it) => format!(
                    "{}.{} {} {} {:?}\n",
                    row.line,
                    row.part,
                    it.visitor.unwrap(),
                    it.original_time.unwrap(),
                    it.event
                ),
            };
        }
        expect![[r#"
            1 Upsert(Product { id: "7", title: "Item 7", description: None, url: N
            1 Upsert(Product { id: "8", title: "Item 8", description: None, url: N
            3 Upsert(Product { id: "9", title: "Item 9", description: None, url: N
            1.0 session 1 2020-01-01T00:00:00Z ProductViewed(ProductViewed { product: "7", variant: None, decision: None })
            1.1 session 1 2020-01-01T00:00:10Z ProductViewed(ProductViewed { product: "8", variant: None, decision: None })
            1.2 session 1 2020-01-01T00:00:20Z ProductViewed(ProductViewed { product: "7", variant: None, decision: None })
            3.0 session 3 2020-01-01T00:02:00Z ProductViewed(ProductViewed { product: "9", variant: None, decision: None })
        "#]]
        .assert_eq(&shown);
        assert_eq!(facts.get("views").as_deref(), Some("4"));
    }
}
