//! Reading an event again that was refused, with what came beside it then.

use app::{Circumstances, Incoming, QuarantinedEvent, Rejection};
use consent::GlobalPrivacyControl;
use domain::KeyKind;

use super::message::{Shared, read_message};
use super::{MessageKind, Rules, Sender, Submission};
use crate::RejectionCode;
use crate::json::{At, Object, refuse};

impl Submission<'_> {
    /// What came beside its events and has a say in how they are read.
    pub fn circumstances(&self, sender: Sender) -> Circumstances {
        Circumstances {
            kind: self.kind.map(|it| it.name().to_owned()),
            context: self.shared.context.as_ref().map(Object::to_json),
            sent_time: self.shared.sent_time,
            privacy_control: sender.privacy_control == GlobalPrivacyControl::Asserted,
            address: sender.address.map(|it| it.to_string()),
        }
    }
}

/// Reads a refused event as it would have been read when it came with a key of that kind.
///
/// # Errors
///
/// A [`Rejection`] that names the field at fault.
pub fn read_again(
    event: &QuarantinedEvent,
    kind: KeyKind,
    rules: &Rules,
) -> Result<Incoming, Rejection> {
    let Ok(json) = std::str::from_utf8(&event.body) else {
        let shown = String::from_utf8_lossy(&event.body);
        let remedy = "is not UTF-8 or cut short; mend it with the whole event";
        return Err(refuse(RejectionCode::BrokenRow, "it", &shown, remedy));
    };
    let beside = &event.circumstances;
    let at = At::field("context");
    let context = beside.context.as_deref().map(|it| Object::parse(it, at)).transpose()?;
    let shared = Shared { context, sent_time: beside.sent_time };
    let privacy_control = match beside.privacy_control {
        true => GlobalPrivacyControl::Asserted,
        false => GlobalPrivacyControl::NotSent,
    };
    let sender = Sender { kind, address: beside.address(), privacy_control };
    let by_path = beside.kind.as_deref().and_then(MessageKind::from_name);
    read_message(json, by_path, &shared, rules, sender)
}
