//! The envelope: an event with everything that must be known to use it rightly.
//!
//! ```text
//! map of numbered fields (CBOR, RFC 8949)
//!   0 schema version   1 message key   2 shop        3 shopper key   4 partition
//!   5 event time       6 received time 7 source kind 8 verification  9 purposes
//!  10 event kind      11 the event    12 open properties            13 sealed field
//!  14 address range   15 market
//! ```
//!
//! The position is not written inside: it is the key under which the log keeps the envelope.
//!
//! # Invariants
//!
//! - Fields with numbers this program does not know are kept, and written again with the others.
//! - Nothing in the open part identifies a person: outside ids, addresses and free text are in the
//!   sealed field, which only that shopper's own key opens.

use minicbor::data::Type;
use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use crate::{
    Event, MarketId, MessageKey, Partition, Position, Purposes, ShopId, ShopperKey, Timestamp,
};

/// The version of the envelope that this program writes, and the newest that it reads.
pub const SCHEMA_VERSION: u16 = 1;

/// What kind of key an event came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// A key that anybody can read in the shop's pages.
    Publishable,
    /// A key that only the shop's servers hold.
    Secret,
    /// No key: Tastemaker itself, or a command with access to the data folder.
    Own,
}

/// Whether an event may be taken for a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verification {
    /// The shop's server or a signature vouches for it.
    Verified,
    /// A browser says so: it is kept, but is no proof of revenue and teaches nothing.
    Unverified,
}

/// Where an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The kind of key it came with.
    pub key: KeyKind,
    /// Whether it may be taken for a fact.
    pub verification: Verification,
}

/// The value of an open property.
#[derive(Clone, Debug, PartialEq)]
pub enum OpenValue {
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A short text.
    Text(String),
}

/// An event with everything that must be known to use it rightly.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// The fingerprint of its message id.
    pub message: MessageKey,
    /// Whose history it belongs to.
    pub shop: ShopId,
    /// Who did it; [`ShopperKey::NOBODY`] when the shop itself did.
    pub shopper: ShopperKey,
    /// When it happened, corrected for the sender's clock.
    pub event_time: Timestamp,
    /// When it arrived.
    pub received_time: Timestamp,
    /// Where it came from.
    pub source: Source,
    /// What it may be used for.
    pub purposes: Purposes,
    /// What happened.
    pub event: Event,
    /// Properties that the shop declared open, sorted by name.
    pub open: Vec<(String, OpenValue)>,
    /// Direct identifiers and free text, sealed under the shopper's own key; empty when there are none.
    pub sealed: Vec<u8>,
    /// A pseudonym of the range of network addresses it came from.
    pub address_range: Option<u64>,
    /// The market it happened in.
    pub market: Option<MarketId>,
    /// Fields that this program does not know, with their encoded values, in ascending order.
    pub unknown: Vec<(u64, Vec<u8>)>,
}

/// An event at its place in the sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its place.
    pub position: Position,
    /// The event.
    pub envelope: Envelope,
}

/// Why bytes are no envelope.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// A newer program wrote it.
    #[error(
        "the event has schema version {found}, but this program reads up to {SCHEMA_VERSION}; \
         start a newer tastemaker on this data"
    )]
    Newer {
        /// The version found.
        found: u16,
    },
    /// The bytes are damaged.
    #[error("the event is damaged; restore the log from a backup")]
    Damaged(#[source] DecodeError),
    /// A field that every event has is missing.
    #[error("the event lacks its field {number}; restore the log from a backup")]
    Missing {
        /// The field's number.
        number: u64,
    },
}

impl Envelope {
    /// The partition it belongs to.
    pub const fn partition(&self) -> Partition {
        self.shopper.partition()
    }

    /// Writes it as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        self.write(&mut Encoder::new(&mut bytes)).expect("writing to memory cannot fail");
        for (number, value) in &self.unknown {
            Encoder::new(&mut bytes).u64(*number).expect("writing to memory cannot fail");
            bytes.extend_from_slice(value);
        }
        bytes
    }

    fn write(
        &self,
        e: &mut Encoder<&mut Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        let optional = [
            !self.open.is_empty(),
            !self.sealed.is_empty(),
            self.address_range.is_some(),
            self.market.is_some(),
        ];
        let n_optional = optional.iter().filter(|it| **it).count();
        e.map((12 + n_optional + self.unknown.len()) as u64)?;
        e.u8(0)?.u16(SCHEMA_VERSION)?;
        e.u8(1)?.encode(self.message)?;
        e.u8(2)?.encode(&self.shop)?;
        e.u8(3)?.encode(self.shopper)?;
        e.u8(4)?.u8(self.partition().get())?;
        e.u8(5)?.i64(self.event_time.as_micros())?;
        e.u8(6)?.i64(self.received_time.as_micros())?;
        e.u8(7)?.u8(self.source.key.number())?;
        e.u8(8)?.u8(self.source.verification.number())?;
        e.u8(9)?.encode(self.purposes)?;
        e.u8(10)?.u16(self.event.kind_number())?;
        e.u8(11)?.bytes(&self.event.encode_payload())?;
        if !self.open.is_empty() {
            e.u8(12)?.map(self.open.len() as u64)?;
            for (name, value) in &self.open {
                e.str(name)?;
                match value {
                    OpenValue::Bool(value) => e.bool(*value)?,
                    OpenValue::Number(value) => e.f64(*value)?,
                    OpenValue::Text(value) => e.str(value)?,
                };
            }
        }
        if !self.sealed.is_empty() {
            e.u8(13)?.bytes(&self.sealed)?;
        }
        if let Some(range) = self.address_range {
            e.u8(14)?.u64(range)?;
        }
        if let Some(market) = &self.market {
            e.u8(15)?.encode(market)?;
        }
        Ok(())
    }

    /// Reads it from bytes.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError`] when the bytes are damaged, incomplete or of a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
        let mut fields = Fields::default();
        fields.read(bytes)?;
        fields.into_envelope()
    }
}

/// The fields of an envelope as they are found, in any order.
#[derive(Default)]
struct Fields<'b> {
    version: Option<u16>,
    message: Option<MessageKey>,
    shop: Option<ShopId>,
    shopper: Option<ShopperKey>,
    event_time: Option<i64>,
    received_time: Option<i64>,
    key: Option<KeyKind>,
    verification: Option<Verification>,
    purposes: Option<Purposes>,
    kind: Option<u16>,
    payload: Option<&'b [u8]>,
    open: Vec<(String, OpenValue)>,
    sealed: Vec<u8>,
    address_range: Option<u64>,
    market: Option<MarketId>,
    unknown: Vec<(u64, Vec<u8>)>,
}

impl<'b> Fields<'b> {
    fn read(&mut self, bytes: &'b [u8]) -> Result<(), EnvelopeError> {
        let mut d = Decoder::new(bytes);
        let n_fields = d.map().map_err(EnvelopeError::Damaged)?.unwrap_or(0);
        for _ in 0..n_fields {
            self.read_field(bytes, &mut d).map_err(EnvelopeError::Damaged)?;
            if let Some(found) = self.version.filter(|it| *it > SCHEMA_VERSION) {
                return Err(EnvelopeError::Newer { found });
            }
        }
        Ok(())
    }

    fn read_field(&mut self, bytes: &'b [u8], d: &mut Decoder<'b>) -> Result<(), DecodeError> {
        match d.u64()? {
            0 => self.version = Some(d.u16()?),
            1 => self.message = Some(d.decode()?),
            2 => self.shop = Some(d.decode()?),
            3 => self.shopper = Some(d.decode()?),
            // The partition follows from the shopper; it is written for readers of the lake.
            4 => d.skip()?,
            5 => self.event_time = Some(d.i64()?),
            6 => self.received_time = Some(d.i64()?),
            7 => self.key = Some(KeyKind::from_number(d.u8()?)?),
            8 => self.verification = Some(Verification::from_number(d.u8()?)?),
            9 => self.purposes = Some(d.decode()?),
            10 => self.kind = Some(d.u16()?),
            11 => self.payload = Some(d.bytes()?),
            12 => self.open = read_open(d)?,
            13 => self.sealed = d.bytes()?.to_vec(),
            14 => self.address_range = Some(d.u64()?),
            15 => self.market = Some(d.decode()?),
            number => {
                let start = d.position();
                d.skip()?;
                let value = bytes.get(start..d.position()).unwrap_or_default();
                self.unknown.push((number, value.to_vec()));
            }
        }
        Ok(())
    }

    fn into_envelope(mut self) -> Result<Envelope, EnvelopeError> {
        fn have<T>(value: Option<T>, number: u64) -> Result<T, EnvelopeError> {
            value.ok_or(EnvelopeError::Missing { number })
        }
        have(self.version, 0)?;
        self.unknown.sort();
        Ok(Envelope {
            message: have(self.message, 1)?,
            shop: have(self.shop, 2)?,
            shopper: have(self.shopper, 3)?,
            event_time: Timestamp::from_micros(have(self.event_time, 5)?),
            received_time: Timestamp::from_micros(have(self.received_time, 6)?),
            source: Source { key: have(self.key, 7)?, verification: have(self.verification, 8)? },
            purposes: have(self.purposes, 9)?,
            event: Event::decode_payload(have(self.kind, 10)?, have(self.payload, 11)?)
                .map_err(EnvelopeError::Damaged)?,
            open: self.open,
            sealed: self.sealed,
            address_range: self.address_range,
            market: self.market,
            unknown: self.unknown,
        })
    }
}

fn read_open(d: &mut Decoder<'_>) -> Result<Vec<(String, OpenValue)>, DecodeError> {
    let n_properties = d.map()?.unwrap_or(0);
    let mut open = Vec::new();
    for _ in 0..n_properties {
        let name = d.str()?.to_owned();
        let value = match d.datatype()? {
            Type::Bool => OpenValue::Bool(d.bool()?),
            Type::String => OpenValue::Text(d.str()?.to_owned()),
            _ => OpenValue::Number(d.f64()?),
        };
        open.push((name, value));
    }
    Ok(open)
}

impl KeyKind {
    const fn number(self) -> u8 {
        match self {
            KeyKind::Publishable => 0,
            KeyKind::Secret => 1,
            KeyKind::Own => 2,
        }
    }

    fn from_number(number: u8) -> Result<KeyKind, DecodeError> {
        match number {
            0 => Ok(KeyKind::Publishable),
            1 => Ok(KeyKind::Secret),
            2 => Ok(KeyKind::Own),
            _ => Err(DecodeError::message("no such kind of key")),
        }
    }
}

impl Verification {
    const fn number(self) -> u8 {
        match self {
            Verification::Verified => 0,
            Verification::Unverified => 1,
        }
    }

    fn from_number(number: u8) -> Result<Verification, DecodeError> {
        match number {
            0 => Ok(Verification::Verified),
            1 => Ok(Verification::Unverified),
            _ => Err(DecodeError::message("no such verification")),
        }
    }
}

#[cfg(test)]
mod tests;
