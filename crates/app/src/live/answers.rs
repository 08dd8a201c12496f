//! What shoppers answered about consent, in bounded memory.
//!
//! A shopper who said nothing, or took it back to nothing, has no entry. Entries of 18 bytes take 22 to
//! 44 bytes each, as full as their table is:
//!
//! | who | how many are kept | memory | beyond that |
//! | --- | --- | --- | --- |
//! | who refused something | [`Bounds::refusals_max`], 3,500,000 | 80 MB, 160 MB after much taking back | see below |
//! | who only allowed | twice [`Bounds::generation_max`], 3,000,000 | as much | who was not seen for longest |
//!
//! Anybody who reads the publishable key can invent visitors, so either number can be reached. To
//! forget a yes is safe: the shopper falls to the shop's default and can be asked again. To forget a no
//! is not: should one ever not be kept, then from there on silence counts as a no for everybody
//! ([`Silence::Refuses`]). That is loud (`consent_refusals_lost_total`), and nobody is followed who
//! said no.
//!
//! # Invariant
//!
//! A function of the log, as all live state: which yes is forgotten depends on events alone.

use consent::Answers;
use domain::event::person::ConsentChanged;
use domain::{Purposes, ShopperKey};
use features::SnapshotError;
use features::snapshot::{Reader, Writer};
use rustc_hash::FxHashMap;

/// The format of the snapshot.
const VERSION: u8 = 2;
const WHAT: &str = "what shoppers answered";

type Book = FxHashMap<ShopperKey, Answers>;

/// How many answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Shoppers who refused something.
    refusals_max: usize,
    /// Shoppers who only allowed, in each of two generations.
    generation_max: usize,
}

impl Bounds {
    /// As many as the tables of 2^22 and 2^21 places hold without growing.
    const USUAL: Bounds = Bounds { refusals_max: 3_500_000, generation_max: 1_500_000 };
}

/// What it means that a shopper said nothing about a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// Nothing: the shop's default decides.
    SaysNothing,
    /// No: they may have said so, and it could not be kept.
    Refuses,
}

impl Silence {
    /// The answers of a shopper who said `said`.
    pub(crate) fn complete(self, said: Answers) -> Answers {
        match self {
            Silence::SaysNothing => said,
            Silence::Refuses => said.with_silence_refused(),
        }
    }

    const fn number(self) -> u8 {
        match self {
            Silence::SaysNothing => 0,
            Silence::Refuses => 1,
        }
    }

    const fn from_number(number: u8) -> Option<Silence> {
        match number {
            0 => Some(Silence::SaysNothing),
            1 => Some(Silence::Refuses),
            _ => None,
        }
    }
}

/// What shoppers answered so far.
#[derive(Debug)]
pub(crate) struct AnswerBook {
    /// Of those who refused something.
    refused: Book,
    /// Of those who only allowed, in two generations: when the young one is full it becomes the old one.
    young: Book,
    old: Book,
    silence: Silence,
    bounds: Bounds,
}

impl Default for AnswerBook {
    fn default() -> AnswerBook {
        AnswerBook::bounded(Bounds::USUAL)
    }
}

impl AnswerBook {
    fn bounded(bounds: Bounds) -> AnswerBook {
        AnswerBook {
            refused: Book::default(),
            young: Book::default(),
            old: Book::default(),
            silence: Silence::SaysNothing,
            bounds,
        }
    }

    /// What a shopper is known to have said.
    pub(crate) fn said(&self, shopper: &ShopperKey) -> Answers {
        let books = [&self.refused, &self.young, &self.old];
        books.into_iter().find_map(|it| it.get(shopper)).copied().unwrap_or_default()
    }

    /// What it means that a shopper said nothing.
    pub(crate) const fn silence(&self) -> Silence {
        self.silence
    }

    /// What holds for a shopper: what they said, and what their silence means.
    pub(crate) fn of(&self, shopper: &ShopperKey) -> Answers {
        self.silence.complete(self.said(shopper))
    }

    /// Those of the shoppers that are `wanted`.
    pub(super) fn part(&self, is_wanted: impl Fn(&ShopperKey) -> bool) -> AnswerBook {
        let part = |book: &Book| -> Book {
            let wanted = book.iter().filter(|(shopper, _)| is_wanted(shopper));
            wanted.map(|(shopper, answers)| (*shopper, *answers)).collect()
        };
        let (refused, young, old) = (part(&self.refused), part(&self.young), part(&self.old));
        AnswerBook { refused, young, old, ..*self }
    }

    /// Takes in a change.
    pub(super) fn apply(&mut self, shopper: ShopperKey, change: &ConsentChanged) {
        let mut answers = self.said(&shopper);
        answers.apply(change);
        for book in [&mut self.refused, &mut self.young, &mut self.old] {
            book.remove(&shopper);
        }
        if refuses(answers) {
            self.keep_refusal(shopper, answers);
        } else if answers != Answers::default() {
            self.keep_consent(shopper, answers);
        }
    }

    /// Takes note that a shopper did something: those who do are not forgotten.
    pub(super) fn see(&mut self, shopper: &ShopperKey) {
        if let Some(answers) = self.old.remove(shopper) {
            self.keep_consent(*shopper, answers);
        }
    }

    fn keep_refusal(&mut self, shopper: ShopperKey, answers: Answers) {
        if self.refused.len() < self.bounds.refusals_max {
            self.refused.insert(shopper, answers);
            return;
        }
        self.silence = Silence::Refuses;
        metrics::counter!("consent_refusals_lost_total").increment(1);
    }

    fn keep_consent(&mut self, shopper: ShopperKey, answers: Answers) {
        if self.young.len() >= self.bounds.generation_max {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(shopper, answers);
    }

    /// Tells how many shoppers refuse something.
    pub(super) fn report(&self) {
        metrics::gauge!("consent_refusing_visitors").set(self.refused.len() as f64);
    }

    /// Writes it as bytes, equal ones for equal answers.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::new(out, VERSION);
        writer.u8(self.silence.number());
        for book in [&self.refused, &self.young, &self.old] {
            let mut sorted: Vec<_> = book.iter().collect();
            sorted.sort_unstable_by_key(|(shopper, _)| **shopper);
            writer.count(sorted.len());
            for (shopper, answers) in sorted {
                writer.bytes(shopper.as_bytes());
                writer.varint(answers.to_bits().into());
            }
        }
    }

    /// Reads what [`encode`](AnswerBook::encode) wrote.
    pub(super) fn decode(bytes: &[u8]) -> Result<AnswerBook, SnapshotError> {
        let mut reader = Reader::new(WHAT, VERSION, bytes)?;
        let silence = reader.u8()?;
        let silence = reader.require(Silence::from_number(silence))?;
        let (refused, young) = (read_book(&mut reader)?, read_book(&mut reader)?);
        let old = read_book(&mut reader)?;
        reader.finish()?;
        Ok(AnswerBook { refused, young, old, silence, bounds: Bounds::USUAL })
    }
}

fn refuses(answers: Answers) -> bool {
    answers.refused() != Purposes::NONE
}

fn read_book(reader: &mut Reader<'_>) -> Result<Book, SnapshotError> {
    let n_answers = reader.count(size_of::<ShopperKey>())?;
    let mut book = Book::default();
    for _ in 0..n_answers {
        let shopper = ShopperKey::from_bytes(reader.array()?);
        let bits = u16::try_from(reader.varint()?).ok();
        let answers = reader.require(bits.and_then(Answers::from_bits))?;
        book.insert(shopper, answers);
    }
    Ok(book)
}

#[cfg(test)]
mod tests;
