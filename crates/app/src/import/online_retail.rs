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

use std::collections::BTreeMap;

use domain::event::shopping::{Line, OrderCompleted, OrderRefunded};
use domain::{Currency, Money, OrderId, Product, ProductId, Timestamp, Visibility};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{ImportItem, ImportPlan, ImportRow};
use crate::{CatalogueChange, Incoming, Rejection, UserClaim};

/// The rows of a file, as far as they can be read.
struct Row {
    line: u64,
    invoice: String,
    stock_code: String,
    description: String,
    quantity: i32,
    time: Timestamp,
    unit_price: Money,
    customer: Option<String>,
}

/// What is being found out about a stock code.
#[derive(Default)]
struct Stocked {
    first_line: u64,
    description: String,
    price: Option<Money>,
    first_sold: Timestamp,
}

/// Makes a plan of the file's bytes.
pub fn plan(csv_bytes: &[u8]) -> ImportPlan {
    let mut plan = ImportPlan::default();
    let mut products: BTreeMap<String, Stocked> = BTreeMap::new();
    let mut invoices: Vec<Vec<Row>> = Vec::new();
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut customers: FxHashSet<String> = FxHashSet::default();
    let mut net_minor: i64 = 0;
    let mut n_rows: u64 = 0;
    let mut n_without_customer: u64 = 0;

    let mut reader = csv::Reader::from_reader(csv_bytes);
    for (index, record) in reader.records().enumerate() {
        // Line 1 is the header.
        let line = index as u64 + 2;
        let row = record
            .map_err(|err| Rejection::new("CSV_UNREADABLE", "row", "", err.to_string()))
            .and_then(|record| read_row(line, &record, &mut plan.mended));
        let row = match row {
            Ok(row) => row,
            Err(rejection) => {
                plan.rows.push(ImportRow { line, item: Err(rejection) });
                continue;
            }
        };
        n_rows += 1;
        net_minor += row.unit_price.amount_minor() * i64::from(row.quantity);
        n_without_customer += u64::from(row.customer.is_none());
        customers.extend(row.customer.clone());
        stock(&mut products, &row);
        // One invoice of the file stands in two places.
        let next = invoices.len();
        let invoice = *numbers.entry(row.invoice.clone()).or_insert(next);
        match invoices.get_mut(invoice) {
            Some(rows) => rows.push(row),
            None => invoices.push(vec![row]),
        }
    }

    plan.facts = vec![
        ("rows", n_rows.to_string()),
        ("invoices", invoices.len().to_string()),
        ("stock_codes", products.len().to_string()),
        ("customers", customers.len().to_string()),
        ("rows_without_customer", n_without_customer.to_string()),
        ("net_total", Money::new(net_minor, Currency::GBP).to_string()),
    ];
    plan.rows.extend(products.into_iter().map(product));
    plan.rows.extend(invoices.into_iter().map(order));
    plan
}

fn read_row(
    line: u64,
    record: &csv::StringRecord,
    mended: &mut Vec<(u64, String)>,
) -> Result<Row, Rejection> {
    let field = |index: usize| record.get(index).unwrap_or_default().trim();
    let refuse = |name: &str, index: usize, remedy: &str| {
        Rejection::new("IMPORT_FIELD_INVALID", name, field(index), remedy)
    };
    let quantity = field(3).parse();
    let quantity = quantity.map_err(|_| refuse("Quantity", 3, "is no whole number; mend it"))?;
    let time = format!("{}Z", field(4).replace(' ', "T")).parse();
    let time = time.map_err(|_| refuse("InvoiceDate", 4, "is no time like 2010-12-01 08:26:00"))?;
    let customer = match field(6) {
        "" => None,
        // The file writes whole numbers as 17850.0.
        id => Some(id.strip_suffix(".0").unwrap_or(id).to_owned()),
    };
    Ok(Row {
        line,
        invoice: field(0).to_owned(),
        stock_code: field(1).to_owned(),
        description: field(2).to_owned(),
        quantity,
        time,
        unit_price: unit_price(line, field(5), mended)?,
        customer,
    })
}

/// The price of one piece. The file has four at a tenth of a penny, which are rounded and reported.
fn unit_price(line: u64, text: &str, mended: &mut Vec<(u64, String)>) -> Result<Money, Rejection> {
    Money::parse_decimal(text, Currency::GBP).or_else(|err| {
        let refused = || Rejection::new("IMPORT_FIELD_INVALID", "UnitPrice", text, err.to_string());
        let pounds: f64 = text.parse().map_err(|_| refused())?;
        if !(pounds.is_finite() && pounds.abs() < 1e9) {
            return Err(refused());
        }
        let pence = format!("{pounds:.2}");
        mended.push((line, format!("unit price {text} is rounded to {pence}")));
        Money::parse_decimal(&pence, Currency::GBP).map_err(|_| refused())
    })
}

fn stock(products: &mut BTreeMap<String, Stocked>, row: &Row) {
    let entry = products.entry(row.stock_code.clone()).or_insert_with(|| Stocked {
        first_line: row.line,
        first_sold: row.time,
        ..Stocked::default()
    });
    // Notes on faults ("damaged", "lost?") stand in lower case; descriptions of goods do not.
    let describes_goods = row.description.chars().any(char::is_uppercase)
        && !row.description.chars().any(char::is_lowercase);
    if describes_goods || entry.description.is_empty() {
        entry.description.clone_from(&row.description);
    }
    if row.unit_price.amount_minor() > 0 {
        entry.price = Some(row.unit_price);
    }
}

fn product((code, stocked): (String, Stocked)) -> ImportRow {
    let is_goods = code.starts_with(|c: char| c.is_ascii_digit());
    let title = if stocked.description.is_empty() { code.clone() } else { stocked.description };
    let item = ProductId::new(&code)
        .map(|id| {
            ImportItem::Catalogue(CatalogueChange::Upsert(Box::new(Product {
                id,
                title,
                description: None,
                url: None,
                brand: None,
                categories: Vec::new(),
                attributes: Vec::new(),
                price: stocked.price,
                cost: None,
                stock: None,
                images: Vec::new(),
                variants: Vec::new(),
                visibility: if is_goods { Visibility::Visible } else { Visibility::Hidden },
                markets: Vec::new(),
                create_time: Some(stocked.first_sold),
            })))
        })
        .map_err(|err| Rejection::new("INVALID_ID", "StockCode", &code, err.to_string()));
    ImportRow { line: stocked.first_line, item }
}

fn order(rows: Vec<Row>) -> ImportRow {
    let first = &rows[0];
    let line = first.line;
    let order = OrderId::new(&first.invoice)
        .map_err(|err| Rejection::new("INVALID_ID", "InvoiceNo", &first.invoice, err.to_string()));
    let lines: Result<Vec<Line>, Rejection> = rows.iter().map(order_line).collect();
    let item = order.and_then(|order| {
        let lines = lines?;
        let total_minor =
            rows.iter().map(|it| it.unit_price.amount_minor() * i64::from(it.quantity)).sum();
        let total = Some(Money::new(total_minor, Currency::GBP));
        let event = if first.invoice.starts_with('C') {
            OrderRefunded { order, lines, total }.into()
        } else {
            OrderCompleted { order, lines, total, revenue: total, cart: None }.into()
        };
        let user = first.customer.clone().map(|user| UserClaim { user, signature: None });
        Ok(ImportItem::Event(Box::new(Incoming {
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
        })))
    });
    ImportRow { line, item }
}

fn order_line(row: &Row) -> Result<Line, Rejection> {
    let product = ProductId::new(&row.stock_code).map_err(|err| {
        Rejection::new("INVALID_ID", "StockCode", &row.stock_code, err.to_string())
    })?;
    Ok(Line { product, variant: None, quantity: row.quantity, unit_price: Some(row.unit_price) })
}

#[cfg(test)]
mod tests;
