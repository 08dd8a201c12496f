//! Which messages were counted already.
//!
//! Message keys are random, so a table of them that loses its old entries one by one would be written
//! anew all the time. They are kept in generations instead: a generation takes the keys of a day and a
//! bit, the one before it is only read, and the one before that is dropped whole. So a key is known for
//! one to two days; its received time says whether it is within the window.

use domain::{MessageKey, Position, Span, Timestamp};
use fjall::config::{
    BloomConstructionPolicy, CompressionPolicy, FilterPolicy, FilterPolicyEntry, PinningPolicy,
};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch};
use ports::{Counted, DUPLICATE_WINDOW};

use crate::Options;

/// How much later than another an event may be received and still be appended before it, without the
/// duplicate window shrinking. Requests overtake each other by milliseconds.
const OVERTAKING_MAX: Span = Span::HOUR;

/// How long one generation takes keys.
const GENERATION: Span =
    Span::from_micros(DUPLICATE_WINDOW.as_micros() + OVERTAKING_MAX.as_micros());

/// The entry of `meta` that tells the generation's number and start.
const GENERATION_ENTRY: &str = "generation";
const NAME: &str = "messages-";

fn encode(counted: Counted) -> [u8; 16] {
    let mut bytes = [0; 16];
    let (position, received) = bytes.split_at_mut(8);
    position.copy_from_slice(&counted.position.get().to_be_bytes());
    received.copy_from_slice(&counted.received.as_micros().to_be_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Option<Counted> {
    let (position, received) = bytes.split_at_checked(8)?;
    Some(Counted {
        position: Position::new(u64::from_be_bytes(position.try_into().ok()?)),
        received: Timestamp::from_micros(i64::from_be_bytes(received.try_into().ok()?)),
    })
}

/// The generations of message keys.
pub(crate) struct Messages {
    /// The number of `current`, and when it began; none before the first event.
    generation: Option<(u64, Timestamp)>,
    current: Option<Keyspace>,
    previous: Option<Keyspace>,
}

impl Messages {
    /// Finds the generations, and drops what a crash may have left of others.
    pub(crate) fn open(
        db: &Database,
        meta: &Keyspace,
        options: &Options,
    ) -> fjall::Result<Messages> {
        let generation = meta.get(GENERATION_ENTRY)?.and_then(|entry| {
            // A generation's entry is written as one of a key's is.
            decode(&entry).map(|it| (it.position.get(), it.received))
        });
        let number = generation.map(|(number, _)| number);
        let older = number.and_then(|it| it.checked_sub(1));
        let mut messages = Messages { generation, current: None, previous: None };
        for name in db.list_keyspace_names() {
            let Some(found) = name.strip_prefix(NAME) else { continue };
            let found = found.parse().ok();
            let keyspace = db.keyspace(&name, || keyspace_options(options))?;
            if found.is_some() && found == number {
                messages.current = Some(keyspace);
            } else if found.is_some() && found == older {
                messages.previous = Some(keyspace);
            } else {
                db.delete_keyspace(keyspace)?;
            }
        }
        Ok(messages)
    }

    /// Whether keys received at `now` belong to a new generation.
    pub(crate) fn are_due(&self, now: Timestamp) -> bool {
        self.current.is_none()
            || self.generation.is_none_or(|(_, start)| GENERATION <= now.since(start))
    }

    /// Begins the next generation, to be made lasting by `batch`; answers the one to be dropped when
    /// `batch` is durable.
    pub(crate) fn begin(
        &mut self,
        db: &Database,
        meta: &Keyspace,
        batch: &mut OwnedWriteBatch,
        now: Timestamp,
        options: &Options,
    ) -> fjall::Result<Option<Keyspace>> {
        let number = self.generation.map_or(0, |(number, _)| number + 1);
        let next = db.keyspace(&format!("{NAME}{number}"), || keyspace_options(options))?;
        let entry = Counted { position: Position::new(number), received: now };
        batch.insert(meta, GENERATION_ENTRY, encode(entry));
        self.generation = Some((number, now));
        let oldest = self.previous.take();
        self.previous = self.current.replace(next);
        Ok(oldest)
    }

    /// The event that counted for `key`, as far as remembered.
    pub(crate) fn find(&self, key: MessageKey) -> fjall::Result<Option<Counted>> {
        for generation in [&self.current, &self.previous].into_iter().flatten() {
            if let Some(value) = generation.get(key.as_bytes())? {
                return Ok(decode(&value));
            }
        }
        Ok(None)
    }

    /// Remembers the event that counted for `key`.
    pub(crate) fn insert(&self, batch: &mut OwnedWriteBatch, key: MessageKey, counted: Counted) {
        if let Some(current) = &self.current {
            batch.insert(current, *key.as_bytes(), encode(counted));
        }
    }
}

fn keyspace_options(options: &Options) -> KeyspaceCreateOptions {
    let filter = FilterPolicyEntry::Bloom(BloomConstructionPolicy::BitsPerKey(10.0));
    KeyspaceCreateOptions::default()
        .max_memtable_size(options.memtable_bytes / 2)
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::None))
        .filter_policy(FilterPolicy::all(filter))
        // Nearly every key is new, so every table's filter is asked for every event.
        .filter_block_pinning_policy(PinningPolicy::all(true))
        .index_block_pinning_policy(PinningPolicy::all(true))
        .filter_block_partitioning_policy(PinningPolicy::all(false))
        .index_block_partitioning_policy(PinningPolicy::all(false))
}
