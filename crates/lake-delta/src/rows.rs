//! From events to the rows of a table.
//!
//! The columns beside [`EVENT`](crate::columns::EVENT) repeat what readers elsewhere ask for; the truth
//! is the whole event, from which they can be computed again.

mod decisions;
mod facts;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Int32Builder, Int64Builder, ListBuilder, RecordBatch,
    StringBuilder, StructBuilder, TimestampMicrosecondBuilder,
};
use arrow::error::ArrowError;
use domain::{
    Event, KeyKind, Money, Position, Purpose, Purposes, Recorded, Span, Timestamp, Verification,
};

use crate::columns::{TableName, element, product_fields};
use facts::{Facts, Piece};

/// 0001-01-01 and the end of 9999-12-31: what every reader's calendar knows.
const TIME_MIN: Timestamp = Timestamp::from_secs(-62_135_596_800);
const TIME_MAX: Timestamp = Timestamp::from_secs(253_402_300_799);

/// The table that an event belongs to.
pub(crate) const fn table_of(event: &Event) -> TableName {
    match event {
        Event::DecisionMade(_) => TableName::Decisions,
        _ => TableName::Events,
    }
}

/// A moment that every reader's calendar knows: the event itself keeps what was sent.
pub(crate) fn shown_time(time: Timestamp) -> Timestamp {
    time.clamp(TIME_MIN, TIME_MAX)
}

/// The day of a moment, counted from 1970-01-01.
pub(crate) fn day_of(time: Timestamp) -> i32 {
    let days = shown_time(time).as_micros().div_euclid(Span::DAY.as_micros());
    i32::try_from(days).expect("the days of ten thousand years are few")
}

/// A position as tables keep it.
pub(crate) fn column_position(position: Position) -> i64 {
    i64::try_from(position.get()).unwrap_or(i64::MAX)
}

/// Purposes as tables keep them: a bit for each, in the order of [`Purpose::ALL`].
pub(crate) fn purpose_bits(purposes: Purposes) -> i32 {
    (0..).zip(Purpose::ALL).filter(|(_, it)| purposes.contains(*it)).map(|(n, _)| 1 << n).sum()
}

/// What [`purpose_bits`] wrote.
pub(crate) fn purposes_of(bits: i32) -> Purposes {
    (0..).zip(Purpose::ALL).filter(|(n, _)| bits & (1 << n) != 0).map(|(_, it)| it).collect()
}

/// The rows of `events`, all of one table, in their order.
pub(crate) fn batch(table: TableName, events: &[&Recorded]) -> Result<RecordBatch, ArrowError> {
    let mut columns = common(events);
    match table {
        TableName::Events => columns.extend(event_columns(events)),
        TableName::Decisions => columns.extend(decisions::columns(events)),
    }
    let mut whole = BinaryBuilder::new();
    for it in events {
        whole.append_value(it.envelope.encode());
    }
    columns.push(Arc::new(whole.finish()));
    RecordBatch::try_new(table.file_schema(), columns)
}

fn moments() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone("UTC")
}

fn common(events: &[&Recorded]) -> Vec<ArrayRef> {
    let mut position = Int64Builder::new();
    let mut kind = StringBuilder::new();
    let (mut event_time, mut received_time) = (moments(), moments());
    let mut shopper = BinaryBuilder::new();
    let mut verified = BooleanBuilder::new();
    let mut source_key = StringBuilder::new();
    let mut purposes = Int32Builder::new();
    let mut market = StringBuilder::new();
    let mut decision = BinaryBuilder::new();
    for Recorded { position: place, envelope } in events {
        position.append_value(column_position(*place));
        kind.append_value(envelope.event.kind_name());
        event_time.append_value(shown_time(envelope.event_time).as_micros());
        received_time.append_value(shown_time(envelope.received_time).as_micros());
        shopper.append_value(envelope.shopper.as_bytes());
        verified.append_value(envelope.source.verification == Verification::Verified);
        source_key.append_value(match envelope.source.key {
            KeyKind::Publishable => "publishable",
            KeyKind::Secret => "secret",
            KeyKind::Own => "own",
        });
        purposes.append_value(purpose_bits(envelope.purposes));
        market.append_option(envelope.market.as_ref().map(|it| it.as_str()));
        decision.append_option(facts::decision(&envelope.event).map(|it| *it.as_bytes()));
    }
    vec![
        Arc::new(position.finish()),
        Arc::new(kind.finish()),
        Arc::new(event_time.finish()),
        Arc::new(received_time.finish()),
        Arc::new(shopper.finish()),
        Arc::new(verified.finish()),
        Arc::new(source_key.finish()),
        Arc::new(purposes.finish()),
        Arc::new(market.finish()),
        Arc::new(decision.finish()),
    ]
}

fn event_columns(events: &[&Recorded]) -> Vec<ArrayRef> {
    let fields = product_fields();
    let products = StructBuilder::from_fields(fields.clone(), events.len());
    let mut products =
        ListBuilder::new(products).with_field(element(arrow::datatypes::DataType::Struct(fields)));
    let (mut order, mut cart) = (StringBuilder::new(), StringBuilder::new());
    let (mut total, mut revenue) = (Int64Builder::new(), Int64Builder::new());
    let (mut currency, mut name) = (StringBuilder::new(), StringBuilder::new());
    for it in events {
        let facts = Facts::of(&it.envelope.event);
        for piece in &facts.pieces {
            append_piece(products.values(), piece);
        }
        products.append(!facts.pieces.is_empty());
        order.append_option(facts.order);
        cart.append_option(facts.cart);
        total.append_option(facts.total.map(Money::amount_minor));
        revenue.append_option(facts.revenue.map(Money::amount_minor));
        let paid = facts.total.or(facts.revenue).map(Money::currency);
        currency.append_option(paid.as_ref().map(|it| it.code()));
        name.append_option(facts.name);
    }
    vec![
        Arc::new(products.finish()),
        Arc::new(order.finish()),
        Arc::new(cart.finish()),
        Arc::new(total.finish()),
        Arc::new(revenue.finish()),
        Arc::new(currency.finish()),
        Arc::new(name.finish()),
    ]
}

/// The text column `index` of a struct that [`crate::columns`] describes.
fn texts(of: &mut StructBuilder, index: usize) -> &mut StringBuilder {
    of.field_builder(index).expect("the schema says that this column is a text")
}

fn append_piece(products: &mut StructBuilder, piece: &Piece<'_>) {
    const QUANTITY: &str = "the schema says that a quantity is a small number";
    const PRICE: &str = "the schema says that a price is a number";
    texts(products, 0).append_value(piece.product);
    texts(products, 1).append_option(piece.variant);
    products.field_builder::<Int32Builder>(2).expect(QUANTITY).append_option(piece.quantity);
    let price = piece.unit_price;
    let minor = price.map(Money::amount_minor);
    products.field_builder::<Int64Builder>(3).expect(PRICE).append_option(minor);
    let currency = price.map(Money::currency);
    texts(products, 4).append_option(currency.as_ref().map(|it| it.code()));
    products.append(true);
}
