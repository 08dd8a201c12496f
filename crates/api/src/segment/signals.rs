//! What a request says of consent, in the forms in which it is said.
//!
//! Nothing is decided here: `consent` does that, from the [`Signals`] made here.

use std::collections::BTreeMap;

use app::Rejection;
use consent::{Answer, GlobalPrivacyControl, Signals};
use domain::Purpose;
use serde_json::value::RawValue;

use crate::RejectionCode;
use crate::json::{At, Object, refuse, shown, text_of};

/// The path of the purposes of a `Consent Changed` event.
pub(super) const PURPOSES: &str = "properties.purposes";

/// The path of Segment's consent preferences.
const PREFERENCES: &str = "context.consent.categoryPreferences";

/// What becomes of a name that is no purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It is passed over: shops name their categories as they like.
    PassedOver,
    /// It is refused: the event exists to say this.
    Refused,
}

/// Takes `consent` from the context of a message: `{"categoryPreferences": {"Analytics": true}}`.
pub(crate) fn signals_of(
    context: &mut Object<'_>,
    privacy_control: GlobalPrivacyControl,
) -> Result<Signals, Rejection> {
    let Some(mut consent) = context.object("consent", At::field("context.consent"))? else {
        return Ok(Signals { privacy_control, ..Signals::default() });
    };
    let said = match consent.object("categoryPreferences", At::field(PREFERENCES))? {
        Some(preferences) => answers(&preferences, Unknown::PassedOver)?,
        None => Signals::default(),
    };
    Ok(Signals { privacy_control, ..said })
}

/// The signals of a decision request: `{"personalization": "given"}`.
pub(crate) fn signals_of_answers(
    answers: &BTreeMap<String, String>,
    privacy_control: GlobalPrivacyControl,
) -> Result<Signals, Rejection> {
    let mut said = Signals { privacy_control, ..Signals::default() };
    for (name, answer) in answers {
        let field = format!("consent.{name}");
        let answer = word(answer).ok_or_else(|| not_an_answer(&field, answer))?;
        said = add(said, &field, name, answer, Unknown::Refused)?;
    }
    Ok(said)
}

/// Reads answers by purpose: `true` and `given`, or `false` and `denied`.
pub(super) fn answers(purposes: &Object<'_>, unknown: Unknown) -> Result<Signals, Rejection> {
    let mut said = Signals::default();
    for (name, raw) in purposes.fields() {
        // A name of the sender's own making is no part of the field: fields are kept in the open.
        let field = match purposes_named(name) {
            [] => purposes.at().own(),
            _ => purposes.at().name(name),
        };
        let answer = answer(raw).ok_or_else(|| not_an_answer(&field, &shown(raw)))?;
        said = add(said, &field, name, answer, unknown)?;
    }
    Ok(said)
}

fn answer(raw: &RawValue) -> Option<Answer> {
    match raw.get() {
        "true" => Some(Answer::Given),
        "false" => Some(Answer::Denied),
        _ => word(&text_of(raw)?),
    }
}

fn word(word: &str) -> Option<Answer> {
    match word {
        "given" => Some(Answer::Given),
        "denied" => Some(Answer::Denied),
        _ => None,
    }
}

fn not_an_answer(field: &str, given: &str) -> Rejection {
    refuse(RejectionCode::UnknownName, field, given, "is no answer; use given or denied")
}

fn add(
    said: Signals,
    field: &str,
    name: &str,
    answer: Answer,
    unknown: Unknown,
) -> Result<Signals, Rejection> {
    let purposes = purposes_named(name);
    if purposes.is_empty() && unknown == Unknown::Refused {
        let known: Vec<&str> = Purpose::ALL.into_iter().map(Purpose::name).collect();
        let remedy = format!("is no purpose; there are {}", known.join(", "));
        return Err(refuse(RejectionCode::UnknownName, field, name, remedy));
    }
    Ok(purposes.iter().fold(said, |said, purpose| said.with_answer(*purpose, answer)))
}

/// The purposes of a name: ours, or a category that consent banners commonly use.
fn purposes_named(name: &str) -> &'static [Purpose] {
    const CATEGORIES: [(&str, &[Purpose]); 10] = [
        ("operation", &[Purpose::Operation]),
        ("necessary", &[Purpose::Operation]),
        ("measurement", &[Purpose::Measurement]),
        ("analytics", &[Purpose::Measurement]),
        ("personalization", &[Purpose::Personalization]),
        ("functional", &[Purpose::Personalization]),
        ("preferences", &[Purpose::Personalization]),
        ("marketing", &[Purpose::Marketing]),
        ("advertising", &[Purpose::Marketing, Purpose::Sharing]),
        ("sharing", &[Purpose::Sharing]),
    ];
    let category = CATEGORIES.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
    category.map_or(&[], |(_, purposes)| purposes)
}
