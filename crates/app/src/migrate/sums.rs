//! Counts and checksums by which two places are found to be the same.
//!
//! The checksum of rows is the sum of the checksums of each: two databases may order them differently.

use domain::{Position, Recorded};
use ports::{Row, Rows};

use super::MigrateError;
use super::error::off_runtime;
use crate::backup::{PackedRow, is_of_place};

/// How much there is of something, and what it is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Of what.
    pub of: &'static str,
    /// How many.
    pub n: u64,
    /// Their checksum, in hexadecimal.
    pub checksum: String,
}

/// The events of a history from its beginning, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    hasher: blake3::Hasher,
    last: Position,
}

impl Events {
    /// The same, with those of these events that follow.
    pub(super) fn with(mut self, events: &[Recorded]) -> Events {
        let last = self.last;
        for Recorded { position, envelope } in events.iter().filter(|it| last < it.position) {
            self.hasher.update(&envelope.encode());
            self.last = *position;
        }
        self
    }

    pub(super) fn sum(&self) -> Sum {
        let checksum = self.hasher.finalize().to_hex().to_string();
        Sum { of: "events", n: self.last.get(), checksum }
    }
}

/// What records hold, kind by kind.
const KINDS: [&str; 10] = [
    "shoppers",
    "ids",
    "keys",
    "placements",
    "switch",
    "audit entries",
    "refused events",
    "facts",
    "models",
    "last ids",
];

const fn kind(row: &Row) -> usize {
    match row {
        Row::Shopper(_) => 0,
        Row::Id { .. } => 1,
        Row::Key(_) => 2,
        Row::Placement(_) => 3,
        Row::Switch(_) => 4,
        Row::Audit(_) => 5,
        Row::Quarantined(_) => 6,
        Row::Fact { .. } => 7,
        Row::Model(_) => 8,
        Row::LastIds { .. } => 9,
    }
}

/// The rows of records, in whatever order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowSums([(u64, u128); KINDS.len()]);

impl RowSums {
    fn add(&mut self, row: Row) {
        let (n, sum) = &mut self.0[kind(&row)];
        let bytes = minicbor::to_vec(PackedRow::from(row)).expect("writing to memory cannot fail");
        let mut half = [0; 16];
        blake3::Hasher::new().update(&bytes).finalize_xof().fill(&mut half);
        *n += 1;
        *sum = sum.wrapping_add(u128::from_be_bytes(half));
    }

    /// The same, with these rows.
    pub(super) async fn with(mut self, rows: Vec<Row>) -> Result<RowSums, MigrateError> {
        off_runtime(move || {
            rows.into_iter().for_each(|it| self.add(it));
            self
        })
        .await
    }

    pub(super) fn sums(&self) -> impl Iterator<Item = Sum> {
        let sum = |(of, (n, sum)): (&&'static str, &(u64, u128))| {
            let checksum = format!("{sum:032x}");
            Sum { of, n: *n, checksum }
        };
        KINDS.iter().zip(&self.0).map(sum)
    }

    /// The first kind of rows that is not the same.
    pub(super) fn difference(&self, other: &RowSums) -> Option<&'static str> {
        let mut both = self.0.iter().zip(&other.0).zip(KINDS);
        both.find_map(|((ours, theirs), of)| (ours != theirs).then_some(of))
    }
}

/// The next rows of a dump that move with a shop: all but what is said of its place.
pub(super) async fn next(rows: &mut Box<dyn Rows>) -> Result<Option<Vec<Row>>, MigrateError> {
    let reading = MigrateError::while_doing("reading records");
    let Some(mut batch) = rows.next().await.map_err(reading)? else { return Ok(None) };
    batch.retain(|it| !matches!(it, Row::Fact { name, .. } if is_of_place(name)));
    Ok(Some(batch))
}
