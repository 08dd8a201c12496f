//! The recipe for UCI's "Online Retail": a year of a gift wholesaler's invoices.
//!
//! Source: D. Chen, "Online Retail", UCI Machine Learning Repository, 2015. One CSV row is one line of
//! an invoice: `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country`.
//!
//! | in the file | here |
//! | --- | --- |
//! | an invoice | one order completed; its line in the file is the first of its rows |
//! | an invoice whose number begins with C | an order refunded, quantities negative |
//! | an invoice without customer | an order of a visitor named after it |
//! | a stock code | a product: its last description, its last price above zero |
//! | a stock code without a digit in front (`POST`, `BANK CHARGES`) | a hidden product |
//!
//! What a product is called is known at the end only, so the file is read for products first. Memory:
//! the products, a number for each invoice, and the rows of invoices that are open.
//!
//! A row whose amount cannot be counted in pence is refused, and so is an invoice whose rows add up to one.

mod products;

use api::RejectionCode;
use app::import::ImportRow;
use app::{Incoming, Rejection, UserClaim};
use domain::event::shopping::{Line, OrderCompleted, OrderRefunded};
use domain::{Currency, Money, OrderId, ProductId, Timestamp};
use rustc_hash::FxHashSet;

use crate::grouped::{Grouping, Step, grouped};
use crate::mapping::CsvForm;
use crate::product_json::refuse;
use crate::table::{self, Record, column};
use crate::{Facts, FeedError, Rows, Source};
use products::Products;

/// The columns, in the order of [`Row`]'s fields.
const COLUMNS: [&str; 7] =
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"];

/// A row of the file, as far as it can be read.
struct Row {
    line: u64,
    invoice: String,
    stock_code: String,
    description: String,
    quantity: i32,
    time: Timestamp,
    unit_price: Money,
    /// The price of all pieces.
    amount: Money,
    customer: Option<String>,
    mended: Option<String>,
    raw: String,
}

impl Grouping for Row {
    fn key(&self) -> Option<&str> {
        Some(self.invoice.as_str()).filter(|it| !it.is_empty())
    }

    fn line(&self) -> u64 {
        self.line
    }
}

/// The products, then the invoices.
pub(crate) fn rows(source: &Source, facts: &Facts) -> Result<Rows, FeedError> {
    let mut products = Products::default();
    let mut counts = Counts::default();
    for step in read(source)? {
        if let Step::Row(row) = step? {
            counts.note(&row);
            products.note(&row);
        }
    }
    let invoices = grouped(source.path(), || read(source))?;
    counts.tell(facts, invoices.n_groups(), products.len());
    let invoices = invoices.map(|step| {
        Ok(match step? {
            Step::Row(rows) => order(&rows),
            Step::Refused(row) => *row,
        })
    });
    Ok(Box::new(products.into_rows().map(Ok).chain(invoices)))
}

fn read(
    source: &Source,
) -> Result<impl Iterator<Item = Result<Step<Row>, FeedError>> + Send + use<>, FeedError> {
    let table = table::csv(source, CsvForm::default())?;
    let mut places = [0; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        *place = column(source, &table.columns, name)?;
    }
    Ok(table.records.map(move |step| {
        let record = match step? {
            Step::Refused(row) => return Ok(Step::Refused(row)),
            Step::Row(record) => record,
        };
        Ok(match read_row(&record, &places) {
            Ok(row) => Step::Row(row),
            Err(why) => {
                let row = ImportRow::new(record.line, Err(why)).with_raw(record.raw);
                Step::Refused(Box::new(row))
            }
        })
    }))
}

fn read_row(record: &Record, places: &[usize; COLUMNS.len()]) -> Result<Row, Rejection> {
    let [invoice, stock_code, description, quantity, time, unit_price, customer] =
        places.map(|it| record.text(it));
    let refused = |code, name, value, remedy: &str| refuse(code, name, value, remedy);
    let pieces: i32 = quantity.parse().map_err(|_| {
        let remedy = "is no whole number; mend it";
        refused(RejectionCode::OutOfRange, "Quantity", quantity, remedy)
    })?;
    let time = format!("{}Z", time.replace(' ', "T")).parse().map_err(|_| {
        let remedy = "is no time like 2010-12-01 08:26:00; mend it";
        refused(RejectionCode::InvalidTime, "InvoiceDate", time, remedy)
    })?;
    let customer = match customer {
        "" => None,
        // The file writes whole numbers as 17850.0.
        id => Some(id.strip_suffix(".0").unwrap_or(id).to_owned()),
    };
    let (unit_price, mended) = price(unit_price)?;
    let amount = unit_price.checked_mul(pieces.into()).ok_or_else(|| {
        let remedy = "times `UnitPrice` is too large to count in pence; mend one of them";
        refused(RejectionCode::OutOfRange, "Quantity", quantity, remedy)
    })?;
    Ok(Row {
        line: record.line,
        invoice: invoice.to_owned(),
        stock_code: stock_code.to_owned(),
        description: description.to_owned(),
        quantity: pieces,
        time,
        unit_price,
        amount,
        customer,
        mended,
        raw: record.raw.clone(),
    })
}

/// The price of one piece. The file has four at a tenth of a penny, which are rounded and reported.
fn price(text: &str) -> Result<(Money, Option<String>), Rejection> {
    let exact = match Money::parse_decimal(text, Currency::GBP) {
        Ok(price) => return Ok((price, None)),
        Err(err) => err,
    };
    let refused = || refuse(RejectionCode::InvalidPrice, "UnitPrice", text, exact.to_string());
    let pounds: f64 = text.parse().map_err(|_| refused())?;
    if !(pounds.is_finite() && pounds.abs() < 1e9) {
        return Err(refused());
    }
    let pence = format!("{pounds:.2}");
    let price = Money::parse_decimal(&pence, Currency::GBP).map_err(|_| refused())?;
    Ok((price, Some(format!("unit price {text} is rounded to {pence}"))))
}

/// What the file holds.
#[derive(Default)]
struct Counts {
    n_rows: u64,
    n_without_customer: u64,
    customers: FxHashSet<String>,
    /// Stays at the end of what can be counted when it comes there.
    net_minor: i64,
}

impl Counts {
    fn note(&mut self, row: &Row) {
        self.n_rows += 1;
        self.net_minor = self.net_minor.saturating_add(row.amount.amount_minor());
        match &row.customer {
            None => self.n_without_customer += 1,
            Some(customer) => {
                if !self.customers.contains(customer) {
                    self.customers.insert(customer.clone());
                }
            }
        }
    }

    fn tell(&self, facts: &Facts, n_invoices: usize, n_stock_codes: usize) {
        facts.set("rows", self.n_rows);
        facts.set("invoices", n_invoices);
        facts.set("stock_codes", n_stock_codes);
        facts.set("customers", self.customers.len());
        facts.set("rows_without_customer", self.n_without_customer);
        facts.set("net_total", Money::new(self.net_minor, Currency::GBP));
    }
}

fn order(rows: &[Row]) -> ImportRow {
    let line = rows.first().map_or(0, |it| it.line);
    let raw = rows.iter().map(|it| it.raw.as_str()).collect::<Vec<_>>().join("\n");
    let mended = rows.iter().filter_map(|it| it.mended.clone()).collect();
    ImportRow { mended, ..ImportRow::event(line, read_order(rows)) }.with_raw(raw)
}

fn read_order(rows: &[Row]) -> Result<Incoming, Rejection> {
    let first = rows.first().ok_or_else(|| {
        refuse(RejectionCode::MissingField, "InvoiceNo", "", "is missing; send it")
    })?;
    let order = OrderId::new(&first.invoice).map_err(|err| {
        refuse(RejectionCode::InvalidId, "InvoiceNo", &first.invoice, err.to_string())
    })?;
    let lines = rows.iter().map(order_line).collect::<Result<Vec<Line>, Rejection>>()?;
    let nothing = Money::new(0, Currency::GBP);
    let total = rows.iter().try_fold(nothing, |sum, it| sum.checked_add(it.amount));
    let total = Some(total.ok_or_else(|| {
        let remedy = "adds up to more than can be counted in pence; mend its prices";
        refuse(RejectionCode::OutOfRange, "InvoiceNo", &first.invoice, remedy)
    })?);
    let event = if first.invoice.starts_with('C') {
        OrderRefunded { order, lines, total }.into()
    } else {
        OrderCompleted { order, lines, total, revenue: total, cart: None }.into()
    };
    let user = first.customer.clone().map(|user| UserClaim { user, signature: None });
    Ok(Incoming {
        message_id: None,
        visitor: user.is_none().then(|| format!("invoice {}", first.invoice)),
        user,
        original_time: Some(first.time),
        sent_time: None,
        event,
        signals: consent::Signals::default(),
        open: Vec::new(),
        private: Vec::new(),
        address: None,
        market: None,
    })
}

fn order_line(row: &Row) -> Result<Line, Rejection> {
    let product = ProductId::new(&row.stock_code).map_err(|err| {
        refuse(RejectionCode::InvalidId, "StockCode", &row.stock_code, err.to_string())
    })?;
    Ok(Line { product, variant: None, quantity: row.quantity, unit_price: Some(row.unit_price) })
}

#[cfg(test)]
mod tests;
