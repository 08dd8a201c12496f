//! An object as its fields, and the readers that take them.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use app::Rejection;
use domain::{Currency, InvalidId, Money, Timestamp};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::value::{refuse, shown, text_of};
use crate::RejectionCode;

/// The most fields of one object: looking one up is a walk over all.
const FIELDS_MAX: usize = 512;

/// Where an object lies, for the names of its fields in refusals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    path: &'static str,
    index: Option<usize>,
}

impl At {
    /// The outermost object.
    pub(crate) const ROOT: At = At { path: "", index: None };

    /// The object in the field of that path.
    pub(crate) const fn field(path: &'static str) -> At {
        At { path, index: None }
    }

    /// The object at `index` of the list of that path.
    pub(crate) const fn item(path: &'static str, index: usize) -> At {
        At { path, index: Some(index) }
    }

    /// The path of the field `name` of this object.
    pub(crate) fn name(self, name: &str) -> String {
        match (self.path, self.index) {
            ("", _) => name.to_owned(),
            (path, None) => format!("{path}.{name}"),
            (path, Some(index)) => format!("{path}[{index}].{name}"),
        }
    }

    /// The path of this object itself.
    pub(crate) fn own(self) -> String {
        match (self.path, self.index) {
            ("", _) => "it".to_owned(),
            (path, None) => path.to_owned(),
            (path, Some(index)) => format!("{path}[{index}]"),
        }
    }
}

/// A JSON object, one level deep. Readers take fields out; what is left was not known.
///
/// A field that is `null` counts as absent, and so does an empty text.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    at: At,
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// An object without fields.
    pub(crate) const fn empty(at: At) -> Object<'a> {
        Object { at, fields: Vec::new() }
    }

    /// Reads the object that `json` is.
    pub(crate) fn parse(json: &'a str, at: At) -> Result<Object<'a>, Rejection> {
        if !json.trim_ascii_start().starts_with('{') {
            return Err(refuse(
                RejectionCode::NotAnObject,
                &at.own(),
                json,
                "is no JSON object; send an object",
            ));
        }
        let Fields(fields) = serde_json::from_str(json).map_err(|err| {
            if err.is_data() {
                let remedy = format!("has more than {FIELDS_MAX} fields; send fewer");
                refuse(RejectionCode::TooManyFields, &at.own(), "", remedy)
            } else {
                refuse(RejectionCode::BrokenRow, &at.own(), json, format!("is broken JSON: {err}"))
            }
        })?;
        Ok(Object { at, fields })
    }

    /// The object as JSON, with the fields that were not taken.
    pub(crate) fn to_json(&self) -> String {
        let field = |(name, value): &(Cow<'a, str>, &RawValue)| {
            format!("{}:{}", serde_json::Value::from(&**name), value.get())
        };
        let fields: Vec<String> = self.fields.iter().map(field).collect();
        format!("{{{}}}", fields.join(","))
    }

    /// Where it lies.
    pub(crate) const fn at(&self) -> At {
        self.at
    }

    /// What was not taken.
    pub(crate) fn fields(&self) -> &[(Cow<'a, str>, &'a RawValue)] {
        &self.fields
    }

    /// Adds the fields of `other` that this object does not have.
    pub(crate) fn inherit(&mut self, other: &Object<'a>) {
        let n_own = self.fields.len();
        for (name, value) in &other.fields {
            if !self.fields.iter().take(n_own).any(|(own, _)| own == name) {
                self.fields.push((name.clone(), value));
            }
        }
    }

    /// Takes a field out; the last one when it is repeated. `null` is taken for nothing.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        let mut found = None;
        self.fields.retain(|(it, value)| {
            let is_it = it == name;
            if is_it {
                found = Some(*value);
            }
            !is_it
        });
        found.filter(|value| value.get() != "null")
    }

    /// Looks at a field without taking it.
    pub(crate) fn peek(&self, name: &str) -> Option<&'a RawValue> {
        let field = self.fields.iter().rfind(|(it, _)| it == name);
        field.map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    /// Takes a text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<Cow<'a, str>>, Rejection> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let text = text_of(raw).ok_or_else(|| self.wrong_type(name, raw, "a text"))?;
        Ok(Some(text).filter(|it| !it.is_empty()))
    }

    /// Takes a text of at most `n_bytes_max` bytes.
    pub(crate) fn short_text(
        &mut self,
        name: &str,
        n_bytes_max: usize,
    ) -> Result<Option<String>, Rejection> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if text.len() > n_bytes_max {
            let remedy = format!("is {} bytes long; {n_bytes_max} are allowed", text.len());
            return Err(refuse(RejectionCode::OutOfRange, &self.at.name(name), &text, remedy));
        }
        Ok(Some(text.into_owned()))
    }

    /// Takes a text or a number, as the text that was sent: ids are often numbers.
    pub(crate) fn label(&mut self, name: &str) -> Result<Option<Cow<'a, str>>, Rejection> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let label = self.label_of(name, raw)?;
        Ok(Some(label).filter(|it| !it.is_empty()))
    }

    /// The text or number that stands in the field `name`, or in the list there.
    pub(crate) fn label_of(
        &self,
        name: &str,
        raw: &'a RawValue,
    ) -> Result<Cow<'a, str>, Rejection> {
        let is_number = raw.get().starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_number {
            return Ok(Cow::Borrowed(raw.get()));
        }
        text_of(raw).ok_or_else(|| self.wrong_type(name, raw, "a text"))
    }

    /// Takes an id.
    pub(crate) fn id<T: FromStr<Err = InvalidId>>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, Rejection> {
        let Some(label) = self.label(name)? else { return Ok(None) };
        label.parse().map(Some).map_err(|err| self.invalid_id(name, &label, &err))
    }

    /// Takes an id that must be there.
    pub(crate) fn needed_id<T: FromStr<Err = InvalidId>>(
        &mut self,
        name: &str,
    ) -> Result<T, Rejection> {
        self.id(name)?.ok_or_else(|| self.missing(name))
    }

    /// Takes an amount of money, never negative, written as decimal number or text.
    pub(crate) fn amount(
        &mut self,
        name: &str,
        currency: Currency,
    ) -> Result<Option<Money>, Rejection> {
        let Some(label) = self.label(name)? else { return Ok(None) };
        let money = Money::parse_decimal(&label, currency)
            .map_err(|err| self.refuse_echo(RejectionCode::InvalidPrice, name, &label, &err))?;
        if money.amount_minor() < 0 {
            let remedy = "is negative; send an amount of 0 or more";
            return Err(refuse(RejectionCode::InvalidPrice, &self.at.name(name), &label, remedy));
        }
        Ok(Some(money))
    }

    /// Takes a currency.
    pub(crate) fn currency(&mut self, name: &str) -> Result<Option<Currency>, Rejection> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let refused = |err| self.refuse_echo(RejectionCode::InvalidCurrency, name, &text, &err);
        text.parse().map(Some).map_err(refused)
    }

    /// Takes a moment.
    pub(crate) fn time(&mut self, name: &str) -> Result<Option<Timestamp>, Rejection> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let refused = |err| self.refuse_echo(RejectionCode::InvalidTime, name, &text, &err);
        text.parse().map(Some).map_err(refused)
    }

    /// Takes a whole number within `range`, written as number or text.
    pub(crate) fn whole<T>(
        &mut self,
        name: &str,
        range: RangeInclusive<T>,
    ) -> Result<Option<T>, Rejection>
    where
        T: FromStr + PartialOrd + fmt::Display,
    {
        let Some(label) = self.label(name)? else { return Ok(None) };
        // JavaScript knows one kind of number, so `3.0` is a whole one.
        let digits = label.split_once('.').map_or(&*label, |(whole, fraction)| {
            if fraction.bytes().all(|it| it == b'0') { whole } else { &*label }
        });
        let number = digits.parse().ok().filter(|it| range.contains(it));
        number.map(Some).ok_or_else(|| {
            let remedy = format!("is no whole number from {} to {}", range.start(), range.end());
            refuse(RejectionCode::OutOfRange, &self.at.name(name), &label, remedy)
        })
    }

    /// Takes an object.
    pub(crate) fn object(&mut self, name: &str, at: At) -> Result<Option<Object<'a>>, Rejection> {
        self.take(name).map(|raw| Object::parse(raw.get(), at)).transpose()
    }

    /// Takes a list of at most `n_max` values.
    pub(crate) fn list(
        &mut self,
        name: &str,
        n_max: usize,
    ) -> Result<Option<Vec<&'a RawValue>>, Rejection> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let values: Vec<&RawValue> =
            serde_json::from_str(raw.get()).map_err(|_| self.wrong_type(name, raw, "a list"))?;
        if values.len() > n_max {
            let remedy = format!("has {} entries; {n_max} are allowed", values.len());
            return Err(refuse(RejectionCode::OutOfRange, &self.at.name(name), "", remedy));
        }
        Ok(Some(values))
    }

    /// Refuses what is left: fields of no known name.
    pub(crate) fn nothing_left(&self) -> Result<(), Rejection> {
        match self.fields.first() {
            None => Ok(()),
            Some((name, value)) => Err(refuse(
                RejectionCode::UnknownField,
                &self.at.name(name),
                &shown(value),
                "is no field that is known here; mend its name or leave it out",
            )),
        }
    }

    /// The refusal of a field that is missing.
    pub(crate) fn missing(&self, name: &str) -> Rejection {
        let remedy = "is missing or empty; send it";
        refuse(RejectionCode::MissingField, &self.at.name(name), "", remedy)
    }

    /// The refusal of a value that is not `what`.
    pub(crate) fn wrong_type(&self, name: &str, raw: &RawValue, what: &str) -> Rejection {
        let remedy = format!("is not {what}; send {what}");
        refuse(RejectionCode::WrongType, &self.at.name(name), raw.get(), remedy)
    }

    /// The refusal of an id.
    pub(crate) fn invalid_id(&self, name: &str, given: &str, err: &InvalidId) -> Rejection {
        self.refuse_echo(RejectionCode::InvalidId, name, given, err)
    }

    /// A refusal in the words of a domain error, which repeats the value at its beginning.
    fn refuse_echo(
        &self,
        code: RejectionCode,
        name: &str,
        given: &str,
        err: &impl fmt::Display,
    ) -> Rejection {
        let words = err.to_string();
        let remedy = match words.strip_prefix('`').and_then(|rest| rest.split_once("` ")) {
            Some((_, remedy)) => remedy.to_owned(),
            None => words,
        };
        refuse(code, &self.at.name(name), given, remedy)
    }
}

/// A name of a field, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'de>, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::with_capacity(12);
        while let Some(Name(name)) = map.next_key()? {
            if fields.len() == FIELDS_MAX {
                return Err(A::Error::custom("too many fields"));
            }
            fields.push((name, map.next_value()?));
        }
        Ok(Fields(fields))
    }
}
