//! The three gates: where data enters, where it is used, where it leaves.

use domain::{Purpose, Purposes};

use crate::{Answer, Answers, Exit, GlobalPrivacyControl, Signals, Use};

/// What a gate answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Permission {
    /// Go on.
    Granted,
    /// Stop: this purpose is not allowed.
    Refused(Purpose),
}

impl Permission {
    /// Whether to go on.
    pub const fn is_granted(self) -> bool {
        matches!(self, Permission::Granted)
    }
}

/// Whether an event may be kept under its shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Under the shopper's own key, with what identifies them sealed.
    Linked,
    /// Under a key drawn for this event alone, without anything that identifies anybody: it can be
    /// joined to no other event, ever.
    Unlinked,
}

/// The gate where data enters: the purposes that an event, or the answer to a request, may serve.
///
/// For each purpose, the first line that applies decides:
///
/// 1. Operation is always allowed.
/// 2. Under Global Privacy Control, sharing is denied whatever else was said: that is what the signal
///    is for, and a shop may not overrule it.
/// 3. A no denies, be it the event's own or one the shopper gave before. The consent manager of one
///    device cannot overrule a no given on another; a consent-changed event takes it back.
/// 4. A yes allows, be it the event's own or one given before. It stands under Global Privacy Control
///    too, for it was given to this shop and for this purpose, and the signal to everybody.
/// 5. Under Global Privacy Control, personalization and marketing are denied: nobody who sends it is
///    taken to agree by silence.
/// 6. Otherwise `default` decides, which the shop declares for those who said nothing.
pub fn at_intake(signals: &Signals, stored: Answers, default: Purposes) -> Purposes {
    let asserted = signals.privacy_control == GlobalPrivacyControl::Asserted;
    let is_allowed = |purpose: &Purpose| {
        let said = [signals.answer(*purpose), stored.answer(*purpose)];
        match purpose {
            Purpose::Operation => true,
            Purpose::Sharing if asserted => false,
            _ if said.contains(&Answer::Denied) => false,
            _ if said.contains(&Answer::Given) => true,
            Purpose::Personalization | Purpose::Marketing if asserted => false,
            _ => default.contains(*purpose),
        }
    };
    Purpose::ALL.into_iter().filter(is_allowed).collect()
}

/// The purposes that an event taken in for `purposes` may still serve, now that its shopper answered
/// `stored`: a no that came after the event holds for it too.
pub fn still_allowed(purposes: Purposes, stored: Answers) -> Purposes {
    let is_denied = |it: &Purpose| stored.answer(*it) == Answer::Denied;
    purposes.iter().filter(|it| *it == Purpose::Operation || !is_denied(it)).collect()
}

/// How an event that may serve `purposes` is kept: one that serves nothing beyond operation is
/// [`Unlinked`](Keeping::Unlinked).
pub fn keeping(purposes: Purposes) -> Keeping {
    if purposes.without(Purpose::Operation) == Purposes::NONE {
        Keeping::Unlinked
    } else {
        Keeping::Linked
    }
}

/// The gate where data is used: whether data that may serve `purposes` may be put to this use.
pub fn at_use(wanted: Use, purposes: Purposes) -> Permission {
    permit(wanted.needs(), purposes)
}

/// The gate where data leaves: whether data that may serve `purposes` may take this exit.
///
/// Data leaves long after it entered, so the shopper's answers of today count as well: what was
/// allowed then and is denied now does not leave.
pub fn at_exit(wanted: Exit, purposes: Purposes, stored: Answers) -> Permission {
    permit(wanted.needs(), still_allowed(purposes, stored))
}

fn permit(needs: Purpose, purposes: Purposes) -> Permission {
    if needs == Purpose::Operation || purposes.contains(needs) {
        Permission::Granted
    } else {
        Permission::Refused(needs)
    }
}

#[cfg(test)]
mod tests;
