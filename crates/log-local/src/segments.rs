//! The events themselves, in segments that are forgotten whole.

use std::collections::BTreeMap;
use std::ops::RangeFrom;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use domain::{Envelope, Position, Recorded};
use fjall::config::{BlockSizePolicy, CompressionPolicy, FilterPolicy};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions};
use ports::PortError;

use crate::Options;
use crate::error::{from_store, unreadable};

const NAME: &str = "events-";
/// Events are read in sequence, so large blocks cost nothing and compress well.
const BLOCK_BYTES: u32 = 32 << 10;

/// The segments, by the first position that each may hold.
pub(crate) struct Segments {
    by_first: RwLock<BTreeMap<Position, Keyspace>>,
}

impl Segments {
    /// Finds the segments.
    pub(crate) fn open(db: &Database, options: &Options) -> fjall::Result<Segments> {
        let mut by_first = BTreeMap::new();
        for name in db.list_keyspace_names() {
            if let Some(first) = name.strip_prefix(NAME).and_then(|it| it.parse().ok()) {
                by_first.insert(first, db.keyspace(&name, || keyspace_options(options))?);
            }
        }
        Ok(Segments { by_first: RwLock::new(by_first) })
    }

    fn read_lock(&self) -> RwLockReadGuard<'_, BTreeMap<Position, Keyspace>> {
        self.by_first.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The position of the last event, or the one before the first segment's.
    pub(crate) fn head(&self) -> Result<Position, PortError> {
        // The last segment is empty when the program stopped right after making it.
        for (first, segment) in self.read_lock().iter().rev() {
            if let Some(last) = segment.last_key_value() {
                return position(
                    &last.key().map_err(|err| from_store("finding the last event", err))?,
                );
            }
            if first.get() <= 1 {
                break;
            }
        }
        Ok(Position::START)
    }

    /// The segment that takes the event at `next`, if there is one with room.
    pub(crate) fn with_room(&self, next: Position, options: &Options) -> Option<Keyspace> {
        let segments = self.read_lock();
        let (first, segment) = segments.last_key_value()?;
        let n_events = next.get().saturating_sub(first.get());
        (n_events < options.segment_events).then(|| segment.clone())
    }

    /// Adds a segment that takes events from `first` on.
    pub(crate) fn add(
        &self,
        db: &Database,
        first: Position,
        options: &Options,
    ) -> fjall::Result<Keyspace> {
        // Twenty digits, so that names sort as numbers do.
        let name = format!("{NAME}{:020}", first.get());
        let segment = db.keyspace(&name, || keyspace_options(options))?;
        let mut segments = self.by_first.write().unwrap_or_else(PoisonError::into_inner);
        segments.insert(first, segment.clone());
        Ok(segment)
    }

    /// At most `n_max` events after `after`, decoded.
    pub(crate) fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let segments = self.read_lock();
        let first = segments.range(..=after.next()).next_back().map(|(first, _)| *first);
        let mut events = Vec::with_capacity(n_max.min(4_096));
        for (_, segment) in segments.range(from(first.unwrap_or(Position::START))) {
            if events.len() == n_max {
                break;
            }
            for entry in
                segment.range(from(after.next().get().to_be_bytes())).take(n_max - events.len())
            {
                let (key, value) =
                    entry.into_inner().map_err(|err| from_store("reading events", err))?;
                let position = position(&key)?;
                let envelope = Envelope::decode(&value).map_err(|err| PortError::Unreadable {
                    backend: crate::error::BACKEND,
                    what: format!("the event at position {position}"),
                    source: Some(err.into()),
                })?;
                events.push(Recorded { position, envelope });
            }
        }
        Ok(events)
    }

    /// Drops the segments that hold nothing after `through`; the last one stays to be appended to.
    pub(crate) fn drop_through(&self, db: &Database, through: Position) -> fjall::Result<()> {
        let mut segments = self.by_first.write().unwrap_or_else(PoisonError::into_inner);
        while segments.keys().nth(1).is_some_and(|second| *second <= through.next()) {
            let Some((_, segment)) = segments.pop_first() else { break };
            db.delete_keyspace(segment)?;
        }
        Ok(())
    }
}

fn from<T>(start: T) -> RangeFrom<T> {
    start..
}

fn position(key: &[u8]) -> Result<Position, PortError> {
    let bytes = key.try_into().map_err(|_| {
        unreadable(format!(
            "a key of {} bytes among its events; restore it from a backup",
            key.len()
        ))
    })?;
    Ok(Position::new(u64::from_be_bytes(bytes)))
}

fn keyspace_options(options: &Options) -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .max_memtable_size(options.memtable_bytes)
        .data_block_size_policy(BlockSizePolicy::all(BLOCK_BYTES))
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4))
        // Positions are found by their order; nobody asks for one that is not there.
        .filter_policy(FilterPolicy::disabled())
}
