//! One message: who, when, under which consent; its properties go to [`track`](super::track).

use std::net::IpAddr;

use app::{Incoming, Rejection, UserClaim};
use domain::event::person::{Custom, Identified};
use domain::event::shopping::PageViewed;
use domain::{Event, ID_BYTES_MAX, KeyKind, OpenValue, Timestamp};

use super::private::Private;
use super::track::{Properties, read_track};
use super::withheld::is_withheld;
use super::{
    MESSAGE_ID_CHARS_MAX, MessageKind, OPEN_PROPERTY_BYTES_MAX, Rules, Sender, WITHHELD, signals_of,
};
use crate::RejectionCode;
use crate::json::{At, NESTING_MAX, Object, is_nested_too_deeply, refuse, shown, text_of};

/// What the items of a batch have in common.
#[derive(Debug, Default)]
pub(super) struct Shared<'a> {
    pub(super) context: Option<Object<'a>>,
    pub(super) sent_time: Option<Timestamp>,
}

/// Fields of a message that say nothing about shop or shopper, or are a secret.
const NOISE: [&str; 7] =
    ["integrations", "receivedAt", "version", "channel", "writeKey", "_metadata", "timestamp"];

/// Reads one message. `kind` is known where the path names it.
pub(super) fn read_message(
    json: &str,
    kind: Option<MessageKind>,
    shared: &Shared<'_>,
    rules: &Rules,
    sender: Sender,
) -> Result<Incoming, Rejection> {
    check_size(json, rules.event_bytes_max)?;
    let mut message = Object::parse(json, At::ROOT)?;
    let kind = kind_of(&mut message, kind)?;

    let mut context = message.object("context", At::field("context"))?;
    if let Some(shared) = &shared.context {
        context.get_or_insert(Object::empty(At::field("context"))).inherit(shared);
    }
    let mut context = context.unwrap_or(Object::empty(At::field("context")));

    let mut visitor = outside_id(&mut message, "anonymousId")?;
    let user = outside_id(&mut message, "userId")?;
    let signature = context.text("user_signature")?.map(std::borrow::Cow::into_owned);
    if kind == MessageKind::Alias {
        // The id so far is the visitor's; joined with the user's it is the same shopper from now on.
        let previous = outside_id(&mut message, "previousId")?;
        visitor = Some(previous.ok_or_else(|| message.missing("previousId"))?);
    }
    if visitor.is_none() && user.is_none() {
        let remedy = "is missing, and `userId` is too; send one of them";
        return Err(refuse(RejectionCode::NoUserAnonId, "anonymousId", "", remedy));
    }

    let original_time = message.time("originalTimestamp")?;
    let original_time = match original_time {
        Some(time) => Some(time),
        None => message.time("timestamp")?,
    };
    let sent_time = message.time("sentAt")?.or(shared.sent_time);
    let message_id = message_id(&mut message)?;
    let signals = signals_of(&mut context, sender.privacy_control)?;
    let market = context.id("market")?;
    let address = address_of(&context, sender);
    context.take("library");

    let properties = message.object("properties", At::field("properties"))?;
    let mut properties =
        Properties::new(properties.unwrap_or(Object::empty(At::field("properties"))));
    let event = event_of(kind, &mut message, &mut properties, rules)?;
    let open = open_properties(&mut properties.object, rules);

    for name in NOISE {
        message.take(name);
    }
    let mut private = Private::default();
    private.fields_of(&message);
    private.object("context", &context);
    private.properties(&properties);

    Ok(Incoming {
        message_id,
        visitor,
        user: user.map(|user| UserClaim { user, signature }),
        original_time,
        sent_time,
        event,
        signals,
        open,
        private: private.finish(),
        address,
        market,
    })
}

fn check_size(json: &str, n_bytes_max: usize) -> Result<(), Rejection> {
    if json.len() > n_bytes_max {
        let remedy = format!(
            "is an event of {} bytes; at most {n_bytes_max} are taken, so send less of it",
            json.len()
        );
        return Err(refuse(RejectionCode::EventTooLarge, "it", json, remedy));
    }
    if is_nested_too_deeply(json.as_bytes()) {
        let remedy = format!("has objects and lists more than {NESTING_MAX} deep; flatten it");
        return Err(refuse(RejectionCode::NestedTooDeeply, "it", json, remedy));
    }
    Ok(())
}

fn kind_of(
    message: &mut Object<'_>,
    by_path: Option<MessageKind>,
) -> Result<MessageKind, Rejection> {
    if let Some(kind) = by_path {
        message.take("type");
        return Ok(kind);
    }
    let name = message.text("type")?.ok_or_else(|| message.missing("type"))?;
    MessageKind::from_name(&name).ok_or_else(|| {
        let remedy = "is none of track, identify, page, screen, group, alias; use one of them";
        refuse(RejectionCode::UnknownName, "type", &name, remedy)
    })
}

/// An id of the shop's making: any short text.
fn outside_id(message: &mut Object<'_>, name: &str) -> Result<Option<String>, Rejection> {
    let Some(id) = message.label(name)? else { return Ok(None) };
    if id.len() > ID_BYTES_MAX {
        let remedy = format!("is {} bytes long; an id has at most {ID_BYTES_MAX}", id.len());
        return Err(refuse(RejectionCode::InvalidId, name, &id, remedy));
    }
    Ok(Some(id.into_owned()))
}

fn message_id(message: &mut Object<'_>) -> Result<Option<String>, Rejection> {
    let Some(id) = message.label("messageId")? else { return Ok(None) };
    let n_chars = id.chars().count();
    if n_chars > MESSAGE_ID_CHARS_MAX {
        let remedy = format!(
            "has {n_chars} characters; at most {MESSAGE_ID_CHARS_MAX} are taken, such as a UUID"
        );
        return Err(refuse(RejectionCode::MessageIdTooLong, "messageId", &id, remedy));
    }
    Ok(Some(id.into_owned()))
}

/// Where the shopper is: a browser's own address, or what a server says of its shopper.
fn address_of(context: &Object<'_>, sender: Sender) -> Option<IpAddr> {
    match sender.kind {
        KeyKind::Publishable => sender.address,
        KeyKind::Secret | KeyKind::Own => text_of(context.peek("ip")?)?.parse().ok(),
    }
}

fn event_of(
    kind: MessageKind,
    message: &mut Object<'_>,
    properties: &mut Properties<'_>,
    rules: &Rules,
) -> Result<Event, Rejection> {
    match kind {
        MessageKind::Track => {
            if let Some(name) = message.peek("event").and_then(text_of)
                && name.len() <= ID_BYTES_MAX
                && is_withheld(&name)
            {
                // It is left in the message, and so is sealed.
                return Ok(Event::Custom(Custom { name: WITHHELD.to_owned() }));
            }
            let name = message.text("event")?.ok_or_else(|| message.missing("event"))?;
            read_track(&name, properties, rules)
        }
        MessageKind::Identify | MessageKind::Alias => Ok(Event::Identified(Identified {})),
        MessageKind::Page | MessageKind::Screen => {
            let category = open_text(message, "category");
            let category = category.or_else(|| open_text(&mut properties.object, "category"));
            Ok(Event::PageViewed(PageViewed { category }))
        }
        MessageKind::Group => {
            // The group's id is sealed; that there must be one is Segment's rule.
            match message.peek("groupId") {
                Some(_) => Ok(Event::Custom(Custom { name: "Group".to_owned() })),
                None => Err(message.missing("groupId")),
            }
        }
    }
}

/// Takes a text that may stay open; leaves any other to be sealed, and answers [`WITHHELD`] for it.
pub(super) fn open_text(object: &mut Object<'_>, name: &str) -> Option<String> {
    let text = text_of(object.peek(name)?)?;
    if text.is_empty() {
        return None;
    }
    if is_withheld(&text) {
        return Some(WITHHELD.to_owned());
    }
    object.take(name);
    Some(text.into_owned())
}

/// Takes the properties that the shop declared open, as far as they are short single values.
fn open_properties(properties: &mut Object<'_>, rules: &Rules) -> Vec<(String, OpenValue)> {
    let mut open = Vec::new();
    for name in &rules.open_properties {
        let Some(raw) = properties.peek(name) else { continue };
        let value = match raw.get() {
            "true" => Some(OpenValue::Bool(true)),
            "false" => Some(OpenValue::Bool(false)),
            json if json.starts_with('"') => Some(shown(raw))
                .filter(|text| text.len() <= OPEN_PROPERTY_BYTES_MAX)
                .map(|text| OpenValue::Text(text.into_owned())),
            json => json.parse().ok().filter(|it: &f64| it.is_finite()).map(OpenValue::Number),
        };
        if let Some(value) = value {
            properties.take(name);
            open.push((name.clone(), value));
        }
    }
    open
}
