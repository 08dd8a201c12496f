//! Counters for more parties than there are counters.

use crate::snapshot::{Reader, SnapshotError, Writer};

/// How many rows of counters: each party has one in each, and the least of them is nearest the truth.
const ROWS: usize = 2;

/// What parties, known by their hash, have been charged: exact or too much, never too little.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ledger {
    /// The rows, one after the other, each of a power of two.
    counters: Box<[u16]>,
}

impl Ledger {
    /// Nobody was charged.
    pub(super) fn new(row_log2: u8) -> Ledger {
        Ledger { counters: vec![0; ROWS << row_log2].into_boxed_slice() }
    }

    /// What the party was charged at most.
    pub(super) fn charged(&self, party: u64) -> u16 {
        self.places(party).map(|at| self.counters[at]).into_iter().min().unwrap_or(u16::MAX)
    }

    /// Charges the party, raising no counter more than that takes.
    pub(super) fn charge(&mut self, party: u64, amount: u16) {
        let charged = self.charged(party).saturating_add(amount);
        for at in self.places(party) {
            self.counters[at] = self.counters[at].max(charged);
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        size_of_val(&*self.counters)
    }

    /// Where the party's counters are: each row takes other bits of the hash.
    fn places(&self, party: u64) -> [usize; ROWS] {
        let row = self.counters.len() / ROWS;
        #[expect(clippy::cast_possible_truncation, reason = "what is cut off is masked anyway")]
        let place = |bits: u64| bits as usize & (row - 1);
        [place(party), row + place(party >> 32)]
    }

    /// Writes runs of zeros by their length, since most days are quiet.
    pub(super) fn encode(&self, to: &mut Writer<'_>) {
        let mut rest = &*self.counters;
        while !rest.is_empty() {
            let zeros = rest.iter().take_while(|&&it| it == 0).count();
            to.varint(zeros as u64);
            rest = &rest[zeros..];
            if let Some((&counter, others)) = rest.split_first() {
                to.varint(u64::from(counter));
                rest = others;
            }
        }
    }

    pub(super) fn decode(row_log2: u8, from: &mut Reader<'_>) -> Result<Ledger, SnapshotError> {
        let mut ledger = Ledger::new(row_log2);
        let mut at = 0;
        while at < ledger.counters.len() {
            let zeros = from.varint()?;
            at = from.require(usize::try_from(zeros).ok().and_then(|it| at.checked_add(it)))?;
            from.require((at <= ledger.counters.len()).then_some(()))?;
            if let Some(counter) = ledger.counters.get_mut(at) {
                let value = from.varint()?;
                let value = u16::try_from(value).ok().filter(|&it| it > 0);
                *counter = from.require(value)?;
                at += 1;
            }
        }
        Ok(ledger)
    }
}
