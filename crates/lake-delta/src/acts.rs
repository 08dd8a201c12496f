//! Data sets: what shoppers did with products, each shopper's acts together and in order.
//!
//! Bucket after bucket is sorted by shopper, time and position, within the memory allowed and on the disk
//! beyond it, or by the executors of a scheduler. Buckets divide shoppers by their keys, so that the whole
//! comes in the order of the keys.

use std::sync::Arc;

use arrow::array::{
    Array, AsArray as _, BinaryArray, BooleanArray, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Int32Type};
use async_trait::async_trait;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::DataFrame;
use domain::{MarketId, Position, ProductId, ShopperKey, Timestamp, Verification};
use futures::StreamExt as _;
use ports::{Act, ActKind, Acts, ActsWanted, PortError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::columns::{BUCKET, DAY, POSITION};
use crate::data_file::position_of;
use crate::error::{from_plan, unavailable, unreadable};
use crate::rows::{column_position, day_of, purposes_of, shown_time};
use crate::session::{Session, Sessions};
use crate::table::{Table, TableState};

/// What messages call it.
const DATA_SET: &str = "a data set";
/// How many batches may wait for their reader.
const BATCHES_AHEAD: usize = 2;
/// The columns that acts are made of, in this order.
const COLUMNS: [&str; 8] =
    ["shopper", "event_time", POSITION, "kind", "purposes", "verified", "market", "products"];

/// Begins to read the acts that are `wanted`.
pub(crate) fn acts(sessions: &Sessions, table: &Arc<Table>, wanted: ActsWanted) -> Box<dyn Acts> {
    let session = sessions.session();
    let (table, state) = (Arc::clone(table), table.state());
    let (sender, batches) = mpsc::channel(BATCHES_AHEAD);
    let task = sessions.spawn(async move {
        let sent = send_all(&session, &table, &state, &wanted, &sender).await;
        let last = sent.map(|()| Message::End);
        // Whoever asked may be gone; then nobody wants to know.
        drop(sender.send(last).await);
    });
    Box::new(Running { batches, is_over: false, _task: task })
}

enum Message {
    Some(Vec<Act>),
    End,
}

struct Running {
    batches: mpsc::Receiver<Result<Message, PortError>>,
    /// Whether the end was seen; a silence before it is a failure.
    is_over: bool,
    /// Ends the plan when the reader goes.
    _task: JoinSet<()>,
}

#[async_trait]
impl Acts for Running {
    async fn next(&mut self) -> Result<Option<Vec<Act>>, PortError> {
        if self.is_over {
            return Ok(None);
        }
        match self.batches.recv().await {
            Some(Ok(Message::Some(acts))) => Ok(Some(acts)),
            Some(Ok(Message::End)) => {
                self.is_over = true;
                Ok(None)
            }
            Some(Err(err)) => Err(err),
            None => Err(unavailable("a plan ended unexpectedly; see the log".to_owned())),
        }
    }
}

async fn send_all(
    session: &Session,
    table: &Table,
    state: &Arc<TableState>,
    wanted: &ActsWanted,
    sender: &mpsc::Sender<Result<Message, PortError>>,
) -> Result<(), PortError> {
    let planning = |err| from_plan(DATA_SET, err);
    let provider = session.provider(table, state).await?;
    for bucket in 0..i32::from(table.n_buckets) {
        let rows = session.context.read_table(Arc::clone(&provider)).map_err(planning)?;
        let rows = select(rows, bucket, wanted).map_err(planning)?;
        let mut stream = session.stream(rows, DATA_SET).await?;
        while let Some(rows) = stream.next().await {
            let acts = acts_of(&rows?)?;
            if !acts.is_empty() && sender.send(Ok(Message::Some(acts))).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn select(
    rows: DataFrame,
    bucket: i32,
    wanted: &ActsWanted,
) -> datafusion::error::Result<DataFrame> {
    let moment = |it: Timestamp| {
        let micros = shown_time(it).as_micros();
        lit(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))
    };
    let day = |it: Timestamp| lit(ScalarValue::Date32(Some(day_of(it))));
    let kinds: Vec<Expr> = wanted.kinds.iter().map(|it| lit(kind_name(*it))).collect();
    let condition = [
        col(DAY).gt_eq(day(wanted.from)),
        col(DAY).lt_eq(day(wanted.until)),
        col("event_time").gt_eq(moment(wanted.from)),
        col("event_time").lt(moment(wanted.until)),
        col(POSITION).lt_eq(lit(column_position(wanted.through))),
        col("kind").in_list(kinds, false),
    ]
    .into_iter()
    .fold(col(BUCKET).eq(lit(bucket)), Expr::and);
    let order = ["shopper", "event_time", POSITION].map(|it| col(it).sort(true, true));
    rows.filter(condition)?.select(COLUMNS.map(col))?.sort(order.to_vec())
}

const fn kind_name(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Clicked => "product_clicked",
        ActKind::Viewed => "product_viewed",
        ActKind::Wished => "wishlisted",
        ActKind::Added => "product_added",
        ActKind::Removed => "product_removed",
        ActKind::Ordered => "order_completed",
    }
}

fn kind_of(name: &str) -> Option<ActKind> {
    ActKind::ALL.into_iter().find(|it| kind_name(*it) == name)
}

fn damaged(what: &str) -> PortError {
    unreadable(format!("{what}; restore the lake's folder from a backup"))
}

/// The column `name`, of the type that the table's schema gives it.
fn column<'b, A: Array + 'static>(rows: &'b RecordBatch, name: &str) -> Result<&'b A, PortError> {
    rows.column_by_name(name)
        .and_then(|it| it.as_any().downcast_ref())
        .ok_or_else(|| damaged(&format!("a column {name} of another type than it should have")))
}

/// The columns of a batch that acts are made of.
struct Rows<'b> {
    shopper: &'b BinaryArray,
    time: &'b TimestampMicrosecondArray,
    position: &'b Int64Array,
    kind: &'b StringArray,
    purposes: &'b Int32Array,
    verified: &'b BooleanArray,
    market: &'b StringArray,
    products: &'b ListArray,
}

fn acts_of(rows: &RecordBatch) -> Result<Vec<Act>, PortError> {
    let columns = Rows {
        shopper: column(rows, "shopper")?,
        time: column(rows, "event_time")?,
        position: column(rows, POSITION)?,
        kind: column(rows, "kind")?,
        purposes: column(rows, "purposes")?,
        verified: column(rows, "verified")?,
        market: column(rows, "market")?,
        products: column(rows, "products")?,
    };
    let mut acts = Vec::with_capacity(rows.num_rows());
    for row in 0..rows.num_rows() {
        columns.append(row, &mut acts)?;
    }
    Ok(acts)
}

impl Rows<'_> {
    /// Appends an act for each product of the event at `row`.
    fn append(&self, row: usize, acts: &mut Vec<Act>) -> Result<(), PortError> {
        if self.products.is_null(row) {
            return Ok(());
        }
        let kind = kind_of(self.kind.value(row)).ok_or_else(|| damaged("a kind of act"))?;
        let shopper: Option<[u8; 16]> = self.shopper.value(row).try_into().ok();
        let shopper = shopper.map(ShopperKey::from_bytes).ok_or_else(|| damaged("a shopper"))?;
        let verification = match self.verified.value(row) {
            true => Verification::Verified,
            false => Verification::Unverified,
        };
        let market = self.market.is_valid(row).then(|| MarketId::new(self.market.value(row)));
        let market = market.transpose().map_err(|_| damaged("a market"))?;
        let position: Position = position_of(self.position.value(row))?;
        let products = self.products.value(row);
        let (names, quantities) = pieces(products.as_struct())?;
        for (name, quantity) in names.iter().zip(quantities) {
            let Some(name) = name else { continue };
            // A wish that was taken back is none.
            if kind == ActKind::Wished && quantity.is_some_and(|it| it < 0) {
                continue;
            }
            acts.push(Act {
                shopper,
                product: ProductId::new(name).map_err(|_| damaged("a product"))?,
                kind,
                quantity: quantity.unwrap_or(1),
                time: Timestamp::from_micros(self.time.value(row)),
                position,
                purposes: purposes_of(self.purposes.value(row)),
                verification,
                market: market.clone(),
            });
        }
        Ok(())
    }
}

fn pieces(products: &StructArray) -> Result<(&StringArray, &Int32Array), PortError> {
    let column = |name: &str| {
        products.column_by_name(name).ok_or_else(|| damaged("products without their columns"))
    };
    let (names, quantities) = (column("product")?, column("quantity")?);
    if names.data_type() != &DataType::Utf8 || quantities.data_type() != &DataType::Int32 {
        return Err(damaged("products of another type than they should have"));
    }
    Ok((names.as_string(), quantities.as_primitive::<Int32Type>()))
}
