//! What one request or event says of consent by itself.

use domain::{Purpose, Purposes};

use crate::Answer;

/// Global Privacy Control: the browser's own signal that its user's data may not be sold or shared.
///
/// # Source
///
/// W3C, "Global Privacy Control (GPC)", working draft of 17 December 2025.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GlobalPrivacyControl {
    /// The signal was not sent, which says nothing.
    #[default]
    NotSent,
    /// The signal was sent.
    Asserted,
}

impl GlobalPrivacyControl {
    /// Reads the value of the request header `Sec-GPC`.
    ///
    /// Only `1` is a signal; any other value, `0` included, counts as not sent.
    pub fn from_header(value: &[u8]) -> GlobalPrivacyControl {
        match value {
            b"1" => GlobalPrivacyControl::Asserted,
            _ => GlobalPrivacyControl::NotSent,
        }
    }
}

/// What one request or event says of consent by itself; the default says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// What the browser signals.
    pub privacy_control: GlobalPrivacyControl,
    /// What the shopper's consent manager says is allowed.
    pub given: Purposes,
    /// What the shopper's consent manager says is refused.
    pub denied: Purposes,
}

impl Signals {
    /// These signals with one more answer of the consent manager; a later one replaces an earlier one.
    #[must_use]
    pub fn with_answer(self, purpose: Purpose, answer: Answer) -> Signals {
        let (given, denied) = (self.given.without(purpose), self.denied.without(purpose));
        match answer {
            Answer::Given => Signals { given: given.with(purpose), denied, ..self },
            Answer::Denied => Signals { given, denied: denied.with(purpose), ..self },
            Answer::Unknown => Signals { given, denied, ..self },
        }
    }

    /// What the consent manager says of `purpose`; denied when it says both.
    pub fn answer(&self, purpose: Purpose) -> Answer {
        match (self.given.contains(purpose), self.denied.contains(purpose)) {
            (_, true) => Answer::Denied,
            (true, false) => Answer::Given,
            (false, false) => Answer::Unknown,
        }
    }
}
