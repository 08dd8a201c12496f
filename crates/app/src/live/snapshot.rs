//! The live state in bytes: a version, then each section with its length.
//!
//! Equal states have equal bytes, so that a digest of a section proves equality.

use domain::{Currency, Position, Timestamp};
use features::snapshot::{Reader, Writer};
use features::{Counts, Influence, SnapshotError};
use recommend::{CoOccurrence, SessionNeighbors};

use super::people::{Crowd, People};
use super::serials::Serials;
use super::{AnswerBook, Catalogue, Learned, Live};

/// The format of the whole; each section has a version of its own besides. It grows whenever a section is
/// added, changed or folded otherwise: what an earlier program saved is then computed anew.
const VERSION: u8 = 2;
const WHAT: &str = "the live state";

/// A part of the live state, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Which program saved a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SavedBy {
    /// One that had another state, before this one.
    Earlier,
    /// This one, or one with the same state.
    Ours,
    /// One that knows more.
    Newer,
}

impl SavedBy {
    /// Who saved these bytes.
    pub(crate) fn of(bytes: &[u8]) -> SavedBy {
        match bytes.first() {
            Some(1..VERSION) => SavedBy::Earlier,
            Some(found) if VERSION < *found => SavedBy::Newer,
            // What is damaged is said by whoever reads it.
            _ => SavedBy::Ours,
        }
    }
}

/// Why a snapshot cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotDamage {
    /// A part of it.
    #[error(transparent)]
    Part(#[from] SnapshotError),
    /// The catalogue.
    #[error("the catalogue in it is damaged")]
    Catalogue(#[from] minicbor::decode::Error),
}

impl Live {
    /// The parts of the state, in their order.
    pub(crate) fn sections(&self) -> Vec<Section> {
        let mut sections = self.sections_of_all();
        if let Some(shares) = self.shares() {
            let encode = |out: &mut Vec<u8>| {
                shares.iter().filter_map(|it| self.encode_share(it)).for_each(|it| out.extend(it));
            };
            sections.push(section("shares", encode));
        }
        sections
    }

    /// What [`encode`](Live::encode) writes.
    fn sections_of_all(&self) -> Vec<Section> {
        let (nobody, learned) = (People::new(self.crowd.visitors_max()), &self.learned);
        let people = match &self.crowd {
            Crowd::Whole(people) => people,
            Crowd::Parts { .. } => &nobody,
        };
        vec![
            section("log", |out| {
                let mut writer = Writer::new(out, VERSION);
                writer.varint(self.position.get());
                writer.i64(self.log_time.as_micros());
                self.serials.encode(&mut writer);
            }),
            section("catalogue", |out| self.catalogue.encode(out)),
            section("answers", |out| self.answers.encode(out)),
            section("visits", |out| people.visits.encode(out)),
            section("habits", |out| people.habits.encode(out)),
            section("influence", |out| learned.influence.encode(out)),
            section("order_influence", |out| learned.order_influence.encode(out)),
            section("counts", |out| learned.counts.encode(out)),
            section("sessions", |out| learned.sessions.encode(out)),
            section("also_viewed", |out| learned.also_viewed.encode(out)),
            section("bought_together", |out| learned.bought_together.encode(out)),
        ]
    }

    /// The whole state; where shares are followed each for itself, that of somebody who follows none.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, VERSION);
        for section in self.sections_of_all() {
            writer.count(section.bytes.len());
            writer.bytes(&section.bytes);
        }
        out
    }

    /// Reads what [`encode`](Live::encode) wrote.
    pub(crate) fn decode(bytes: &[u8], currency: Currency) -> Result<Live, SnapshotDamage> {
        let mut reader = Reader::new(WHAT, VERSION, bytes)?;
        let mut section = || -> Result<&[u8], SnapshotError> {
            let n_bytes = reader.count(1)?;
            reader.bytes(n_bytes)
        };
        let mut log = Reader::new("the position", VERSION, section()?)?;
        let live = Live {
            position: Position::new(log.varint()?),
            log_time: Timestamp::from_micros(log.i64()?),
            serials: Serials::decode(&mut log)?,
            catalogue: Catalogue::decode(section()?, currency)?,
            answers: AnswerBook::decode(section()?)?,
            crowd: Crowd::Whole(Box::new(People::decode(section()?, section()?)?)),
            learned: Learned {
                influence: Influence::decode(section()?)?,
                order_influence: Influence::decode(section()?)?,
                counts: Counts::decode(section()?)?,
                sessions: SessionNeighbors::decode(section()?)?,
                also_viewed: CoOccurrence::decode(section()?)?,
                bought_together: CoOccurrence::decode(section()?)?,
            },
        };
        log.finish()?;
        reader.finish()?;
        live.answers.report();
        Ok(live)
    }
}

fn section(name: &'static str, encode: impl FnOnce(&mut Vec<u8>)) -> Section {
    let mut bytes = Vec::new();
    encode(&mut bytes);
    Section { name, bytes }
}
