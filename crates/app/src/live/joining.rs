//! A share of the shoppers on its way into the live state.
//!
//! ```text
//! snapshot of the share ──▶ Joining ──fold, up to where the live state is──▶ Live::join
//! ```
//!
//! It is caught up with beside the live state, which goes on meanwhile. What is known of a shopper comes out
//! as if the share had been followed all the time: products that were not in the catalogue yet are passed
//! over, and what a shopper allowed is that of the time. What products have in common is not touched, so
//! that no event is counted twice, whoever followed the share before.

use std::num::NonZeroU32;

use domain::{Event, Position, Recorded};
use features::SnapshotError;
use features::snapshot::{Reader, Writer};
use ports::{Share, Write};

use super::fold::{Fold, heed};
use super::people::{People, places_of_share};
use super::{AnswerBook, Live};

/// The format of a share's snapshot; each of its parts has a version of its own besides.
const VERSION: u8 = 1;
const WHAT: &str = "a share of the shoppers";

/// A share that is being caught up with.
#[derive(Debug)]
pub(crate) struct Joining {
    share: Share,
    position: Position,
    /// How many products there were at that position.
    n_products: u32,
    /// What the share's shoppers had answered by then.
    answers: AnswerBook,
    people: People,
}

impl Joining {
    /// The share as it is in a state that follows everybody.
    pub(crate) fn of(share: Share, live: &Live) -> Joining {
        let mut people = live.crowd.of_share(share);
        people.visits.unlink_sessions();
        Joining {
            share,
            position: live.position,
            n_products: live.n_products(),
            answers: live.answers_of(share),
            people,
        }
    }

    /// The share as it was saved; `None` where it had another number of places.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] when the bytes are damaged or of a newer format.
    pub(crate) fn decode(
        share: Share,
        bytes: &[u8],
        places: NonZeroU32,
    ) -> Result<Option<Joining>, SnapshotError> {
        let mut reader = Reader::new(WHAT, VERSION, bytes)?;
        let position = Position::new(reader.varint()?);
        let n_products = reader.u32()?;
        let mut section = || -> Result<&[u8], SnapshotError> {
            let n_bytes = reader.count(1)?;
            reader.bytes(n_bytes)
        };
        let answers = AnswerBook::decode(section()?)?;
        let mut people = People::decode(section()?, section()?)?;
        reader.finish()?;
        // They are numbers in the index of whoever saved them.
        people.visits.unlink_sessions();
        let is_alike = people.has_places(places);
        let joining = Joining { share, position, n_products, answers, people };
        Ok(is_alike.then_some(joining))
    }

    pub(crate) const fn share(&self) -> Share {
        self.share
    }

    /// The last event that it contains.
    pub(crate) const fn position(&self) -> Position {
        self.position
    }

    /// Takes in an event that `live` contains already. Events come in the order of the log; one that is
    /// contained is passed over.
    pub(crate) fn fold(&mut self, recorded: &Recorded, live: &Live, writes: &mut Vec<Write>) {
        if recorded.position <= self.position {
            return;
        }
        self.position = recorded.position;
        let (envelope, catalogue) = (&recorded.envelope, &live.catalogue);
        if let Event::ProductUpserted(it) = &envelope.event {
            let number = catalogue.number(&it.product.id).map_or(0, |it| it.get() + 1);
            self.n_products = self.n_products.max(number);
        }
        if Share::of(envelope.partition()) != self.share {
            return;
        }
        self.answers.see(&envelope.shopper);
        let Joining { answers, people, .. } = self;
        match &envelope.event {
            Event::ConsentChanged(it) => {
                answers.apply(envelope.shopper, it);
                heed(it, &envelope.shopper, people);
            }
            Event::ProductUpserted(_) | Event::ProductPatched(_) | Event::ProductDeleted(_) => {}
            event => {
                let n_products = Some(self.n_products);
                Fold { catalogue, n_products, answers, people, learned: None }
                    .event(recorded, event, writes);
            }
        }
    }
}

impl Live {
    /// How many shoppers a share keeps.
    pub(crate) fn places_of_share(&self) -> NonZeroU32 {
        places_of_share(self.crowd.visitors_max())
    }

    /// Follows one share more, which is as far as this state is.
    pub(crate) fn join(&mut self, joining: Joining) {
        debug_assert_eq!(joining.position, self.position, "its events between would be lost");
        self.crowd.join(joining.share, joining.people);
    }

    fn n_products(&self) -> u32 {
        u32::try_from(self.catalogue.n_numbered()).unwrap_or(u32::MAX)
    }

    fn answers_of(&self, share: Share) -> AnswerBook {
        self.answers.part(|it| Share::of(it.partition()) == share)
    }

    /// A followed share in bytes; `None` for one that is not followed for itself.
    pub(crate) fn encode_share(&self, share: Share) -> Option<Vec<u8>> {
        let people = self.crowd.part(share)?;
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, VERSION);
        writer.varint(self.position.get());
        writer.u32(self.n_products());
        let answers = self.answers_of(share);
        let mut part = |encode: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = Vec::new();
            encode(&mut bytes);
            writer.count(bytes.len());
            writer.bytes(&bytes);
        };
        part(&|out| answers.encode(out));
        part(&|out| people.visits.encode(out));
        part(&|out| people.habits.encode(out));
        Some(out)
    }
}

#[cfg(test)]
mod tests;
