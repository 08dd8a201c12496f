//! The serial numbers of decisions, for each journal that takes them.

use std::collections::BTreeMap;

use domain::Position;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};

/// How many journals of replicas are known at the most; beyond it the one that is silent for longest goes.
const JOURNALS_MAX: usize = 1_000;

/// The last decision of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Last {
    serial: u64,
    position: Position,
}

/// The highest serial number of each journal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Serials {
    /// Of the one process that decides for the shop.
    alone: u64,
    replicas: BTreeMap<u64, Last>,
}

impl Serials {
    /// The highest serial number of a journal, 0 where there is none.
    pub(super) fn last(&self, journal: Option<u64>) -> u64 {
        match journal {
            None => self.alone,
            Some(journal) => self.replicas.get(&journal).map_or(0, |it| it.serial),
        }
    }

    pub(super) fn note(&mut self, journal: Option<u64>, serial: u64, position: Position) {
        let Some(journal) = journal else {
            self.alone = self.alone.max(serial);
            return;
        };
        let last = self.replicas.entry(journal).or_insert(Last { serial, position });
        *last = Last { serial: serial.max(last.serial), position };
        if JOURNALS_MAX < self.replicas.len() {
            let silent = self.replicas.iter().min_by_key(|(_, it)| it.position);
            let silent = silent.map(|(journal, _)| *journal);
            silent.and_then(|it| self.replicas.remove(&it));
        }
    }

    pub(super) fn encode(&self, writer: &mut Writer<'_>) {
        writer.varint(self.alone);
        if self.replicas.is_empty() {
            // As before there were any.
            return;
        }
        writer.count(self.replicas.len());
        for (journal, last) in &self.replicas {
            writer.varint(*journal);
            writer.varint(last.serial);
            writer.varint(last.position.get());
        }
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Serials, SnapshotError> {
        let alone = reader.varint()?;
        let mut replicas = BTreeMap::new();
        let n_replicas = if reader.is_at_end() { 0 } else { reader.count(3)? };
        for _ in 0..n_replicas {
            let (journal, serial) = (reader.varint()?, reader.varint()?);
            let position = Position::new(reader.varint()?);
            replicas.insert(journal, Last { serial, position });
        }
        Ok(Serials { alone, replicas })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_journal_counts_for_itself() {
        let mut serials = Serials::default();
        let noted = [(None, 7), (Some(1), 3), (Some(2), 90), (Some(1), 2), (None, 8)];
        for (position, (journal, serial)) in (1..).zip(noted) {
            serials.note(journal, serial, Position::new(position));
        }
        let lasts = [None, Some(1), Some(2), Some(3)].map(|it| serials.last(it));
        assert_eq!(lasts, [8, 3, 90, 0]);
    }

    #[test]
    fn what_is_written_is_read_with_replicas_and_without() {
        for replicas in [&[][..], &[5, 900]] {
            let mut serials = Serials::default();
            serials.note(None, 77, Position::new(1));
            for journal in replicas {
                serials.note(Some(*journal), 3, Position::new(*journal));
            }
            let mut bytes = Vec::new();
            serials.encode(&mut Writer::new(&mut bytes, 1));
            let mut reader = Reader::new("serials", 1, &bytes).unwrap();
            assert_eq!(Serials::decode(&mut reader).unwrap(), serials);
            reader.finish().unwrap();
        }
    }

    #[test]
    fn the_journal_that_is_silent_for_longest_is_let_go_of() {
        let mut serials = Serials::default();
        let n_journals = JOURNALS_MAX as u64 + 1;
        for journal in 1..n_journals {
            serials.note(Some(journal), 5, Position::new(journal));
        }
        serials.note(Some(1), 6, Position::new(n_journals));
        serials.note(Some(n_journals), 1, Position::new(n_journals + 1));
        assert_eq!([1, 2, 3].map(|it| serials.last(Some(it))), [6, 0, 5]);
    }
}
