//! What shoppers' data may be used for.
//!
//! Only the words are here. Which use needs which purpose is decided by `consent`.

use std::fmt;

use minicbor::{Decode, Encode};

/// One thing that data may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Running the shop: orders, stock, security. Needs no permission.
    Operation,
    /// Counting what happens, without following a person.
    Measurement,
    /// Following a visitor to make the shop personal.
    Personalization,
    /// Writing to a shopper.
    Marketing,
    /// Handing data to others.
    Sharing,
}

impl Purpose {
    /// Every purpose, in order.
    pub const ALL: [Purpose; 5] = [
        Purpose::Operation,
        Purpose::Measurement,
        Purpose::Personalization,
        Purpose::Marketing,
        Purpose::Sharing,
    ];

    /// The purpose's name in the interface and in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Operation => "operation",
            Purpose::Measurement => "measurement",
            Purpose::Personalization => "personalization",
            Purpose::Marketing => "marketing",
            Purpose::Sharing => "sharing",
        }
    }

    /// The purpose of that name.
    pub fn from_name(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|it| it.name() == name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of purposes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Purposes(#[n(0)] u8);

impl Purposes {
    /// No purpose at all.
    pub const NONE: Purposes = Purposes(0);
    /// Every purpose.
    pub const ALL: Purposes = Purposes(0b1_1111);

    /// This set and `purpose`.
    #[must_use]
    pub const fn with(self, purpose: Purpose) -> Purposes {
        Purposes(self.0 | purpose.bit())
    }

    /// This set without `purpose`.
    #[must_use]
    pub const fn without(self, purpose: Purpose) -> Purposes {
        Purposes(self.0 & !purpose.bit())
    }

    /// Whether `purpose` is in the set.
    pub const fn contains(self, purpose: Purpose) -> bool {
        self.0 & purpose.bit() != 0
    }

    /// The purposes of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.into_iter().filter(move |it| self.contains(*it))
    }
}

impl FromIterator<Purpose> for Purposes {
    fn from_iter<I: IntoIterator<Item = Purpose>>(purposes: I) -> Purposes {
        purposes.into_iter().fold(Purposes::NONE, Purposes::with)
    }
}

impl fmt::Debug for Purposes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Purpose::name)).finish()
    }
}
