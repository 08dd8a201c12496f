//! Baskets: rows of `transactions` that stand next to each other, one order each.

use api::RejectionCode;
use app::import::{ImportRow, Unreadable};
use domain::event::shopping::{LINES_MAX, Line, OrderCompleted};
use domain::{Money, OrderId, ProductId, Timestamp};
use rustc_hash::FxHashSet;

use super::columns::{Columns, time_in};
use super::{CURRENCY, TRANSACTIONS, event, event_row, line};
use crate::product_json::refuse;
use crate::table::ArrowBatches;
use crate::{Facts, FeedError, Source};

const COLUMNS: [&str; 6] =
    ["household_id", "basket_id", "product_id", "quantity", "sales_value", "transaction_timestamp"];

/// The most that a row may cost: ten trillion dollars, up to which binary numbers are exact to the cent.
const CENTS_MAX: f64 = 1e15;

/// A row of `transactions`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bought {
    pub(super) household: i64,
    pub(super) basket: i64,
    pub(super) product: i64,
    pub(super) quantity: i64,
    /// What was paid for all pieces, in minor units; `None` for what cannot be counted.
    pub(super) paid_minor: Option<i64>,
    pub(super) time: Timestamp,
}

/// The orders of the folder.
pub(super) fn rows(
    source: &Source,
    facts: &Facts,
) -> Result<impl Iterator<Item = Result<ImportRow, Unreadable>> + Send + use<>, FeedError> {
    let batches = ArrowBatches::open(source, Some(&COLUMNS))?;
    facts.set("rows", 0);
    let source = source.clone();
    let bought = batches.flat_map(move |batch| {
        let rows = batch.and_then(|batch| read(&Columns { source: &source, batch: &batch }));
        match rows {
            Ok(rows) => rows.into_iter().map(Ok).collect(),
            Err(err) => vec![Err(err)],
        }
    });
    Ok(Baskets {
        rows: bought,
        n_read: 0,
        basket: Vec::new(),
        seen: Seen::default(),
        facts: facts.clone(),
        is_over: false,
    })
}

fn read(columns: &Columns<'_>) -> Result<Vec<Bought>, FeedError> {
    let [household, basket, product, quantity, paid, time] = COLUMNS;
    let household = columns.whole(household)?;
    let basket = columns.whole(basket)?;
    let product = columns.whole(product)?;
    let quantity = columns.whole(quantity)?;
    let paid = columns.decimal(paid)?;
    let time = columns.time(time)?;
    let row = |row: usize| Bought {
        household: household.value(row),
        basket: basket.value(row),
        product: product.value(row),
        quantity: quantity.value(row),
        paid_minor: cents(paid.value(row)),
        time: time_in(&time, row),
    };
    Ok((0..columns.batch.num_rows()).map(row).collect())
}

/// Dollars, which the file has as binary numbers, as cents; `None` where they are none or too many.
fn cents(dollars: f64) -> Option<i64> {
    let cents = (dollars * 100.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers up to the limit fit")]
    let counted = (cents.abs() <= CENTS_MAX).then_some(cents as i64);
    counted
}

/// What has been met so far.
#[derive(Default)]
struct Seen {
    baskets: FxHashSet<i64>,
    households: FxHashSet<i64>,
    n_notes: u64,
    /// Stays at the end of what can be counted when it comes there.
    paid_minor: i64,
}

struct Baskets<I> {
    rows: I,
    n_read: u64,
    /// The basket under way, with the number of each record.
    basket: Vec<(u64, Bought)>,
    seen: Seen,
    facts: Facts,
    is_over: bool,
}

impl<I: Iterator<Item = Result<Bought, FeedError>>> Iterator for Baskets<I> {
    type Item = Result<ImportRow, Unreadable>;

    fn next(&mut self) -> Option<Result<ImportRow, Unreadable>> {
        while !self.is_over {
            match self.rows.next() {
                Some(Err(err)) => return Some(Err(err.into())),
                Some(Ok(bought)) => {
                    self.n_read += 1;
                    let is_next =
                        self.basket.first().is_some_and(|(_, it)| it.basket != bought.basket);
                    let whole = if is_next { std::mem::take(&mut self.basket) } else { Vec::new() };
                    self.basket.push((self.n_read, bought));
                    if !whole.is_empty() {
                        return Some(Ok(self.order(&whole)));
                    }
                }
                None => {
                    self.is_over = true;
                    let whole = std::mem::take(&mut self.basket);
                    let row = (!whole.is_empty()).then(|| Ok(self.order(&whole)));
                    self.tell();
                    return row;
                }
            }
        }
        None
    }
}

impl<I> Baskets<I> {
    fn tell(&self) {
        self.facts.set("rows", self.n_read);
        self.facts.set("baskets", self.seen.baskets.len());
        self.facts.set("households", self.seen.households.len());
        self.facts.set("rows_without_pieces", self.seen.n_notes);
        self.facts.set("total", Money::new(self.seen.paid_minor, CURRENCY));
    }

    fn order(&mut self, rows: &[(u64, Bought)]) -> ImportRow {
        let Some((n_record, first)) = rows.first() else {
            unreachable!("a basket begins with its first row")
        };
        let is_new = self.seen.baskets.insert(first.basket);
        self.seen.households.insert(first.household);
        let is_note = |it: &Bought| it.quantity == 0 && it.paid_minor == Some(0);
        self.seen.n_notes += rows.iter().filter(|(_, it)| is_note(it)).count() as u64;
        let total_minor =
            rows.iter().try_fold(0_i64, |sum, (_, it)| sum.checked_add(it.paid_minor?));
        self.seen.paid_minor = self.seen.paid_minor.saturating_add(total_minor.unwrap_or_default());
        let goods = rows.iter().map(|(_, it)| it).filter(|it| !is_note(it));
        let lines: Option<Vec<Line>> = goods.map(order_line).collect();
        let refused = |remedy: &str| {
            let basket = first.basket.to_string();
            let why = refuse(RejectionCode::OutOfRange, "basket_id", &basket, remedy);
            ImportRow::new(line(TRANSACTIONS, *n_record), Err(why))
        };
        if !is_new {
            return refused("stands in two places; sort the file by baskets");
        }
        let (Some(lines), Some(total_minor)) = (lines, total_minor) else {
            return refused("has a `quantity` or a `sales_value` that cannot be counted; mend it");
        };
        if lines.len() > LINES_MAX {
            return refused("has more lines than an order may have; it is no single basket");
        }
        let total = Some(Money::new(total_minor, CURRENCY));
        let order = OrderId::new(&first.basket.to_string()).expect("a number is a short text");
        let order = OrderCompleted { order, lines, total, revenue: total, cart: None };
        let incoming = event(first.household, first.time, order.into(), Vec::new());
        event_row(TRANSACTIONS, *n_record, incoming)
    }
}

/// The line of a row; `None` where its money or its pieces cannot be counted.
fn order_line(bought: &Bought) -> Option<Line> {
    let quantity = i32::try_from(bought.quantity.max(1)).ok()?;
    let pieces = i64::from(quantity);
    // Half a cent and more is rounded up, on every line alike. The limits are far from where it overflows.
    let unit_minor = (2 * bought.paid_minor? + pieces).div_euclid(2 * pieces);
    Some(Line {
        product: ProductId::new(&bought.product.to_string()).expect("a number is a short text"),
        variant: None,
        quantity,
        unit_price: Some(Money::new(unit_minor, CURRENCY)),
    })
}
