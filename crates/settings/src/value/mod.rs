//! The kinds of values a setting can have: read from TOML, written back as TOML.

mod kinds;
mod market;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use domain::{AddressRange, Currency, Purpose, Purposes, ShopId};
use toml::Value;

pub use kinds::{LanguageTag, LogFormat, S3Style, Secret};

/// A kind of value.
pub(crate) trait SettingValue: Sized {
    /// What to call it in the documents.
    const KIND: &'static str;

    /// Reads one; an error says what is wrong and what would be right, after the setting's name.
    fn from_toml(value: &Value) -> Result<Self, String>;

    /// Writes one as it would be given.
    fn to_toml(&self) -> Value;
}

/// Reads a value out of an environment variable: plain text, or TOML where plain text will not do.
pub(crate) fn from_text<T: SettingValue>(text: &str) -> Result<T, String> {
    let as_text = T::from_toml(&Value::String(text.to_owned()));
    match (as_text, Value::from_str(text)) {
        (Err(_), Ok(value)) => T::from_toml(&value),
        (as_text, _) => as_text,
    }
}

fn wrong(value: &Value, wanted: &str) -> String {
    format!("is {value}; give {wanted}")
}

/// Kinds that are written as a text and read by [`FromStr`].
macro_rules! text_values {
    ($($type:ty: $kind:literal;)*) => {$(
        impl SettingValue for $type {
            const KIND: &'static str = $kind;

            fn from_toml(value: &Value) -> Result<$type, String> {
                let text = value.as_str().ok_or_else(|| wrong(value, $kind))?;
                text.parse().map_err(|_| wrong(value, $kind))
            }

            fn to_toml(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    )*};
}

text_values! {
    String: "a text";
    SocketAddr: "an address and port such as 127.0.0.1:8080";
    AddressRange: "an address range such as 10.0.0.0/8";
    Currency: "a currency code such as EUR";
    ShopId: "a slug of a-z, 0-9, `_` and `-`";
    LanguageTag: "a language tag such as `en` or `de-AT`";
    LogFormat: "`json` or `text`";
    S3Style: "`path` or `virtual_host`";
}

macro_rules! number_values {
    ($($type:ty),*) => {$(
        impl SettingValue for $type {
            const KIND: &'static str = "a whole number";

            fn from_toml(value: &Value) -> Result<$type, String> {
                let number = value.as_integer().and_then(|it| <$type>::try_from(it).ok());
                number.ok_or_else(|| wrong(value, "a whole number"))
            }

            fn to_toml(&self) -> Value {
                Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )*};
}

number_values!(u32, u64);

impl SettingValue for PathBuf {
    const KIND: &'static str = "a path";

    fn from_toml(value: &Value) -> Result<PathBuf, String> {
        match value.as_str() {
            Some(text) if !text.is_empty() => Ok(PathBuf::from(text)),
            _ => Err(wrong(value, PathBuf::KIND)),
        }
    }

    fn to_toml(&self) -> Value {
        Value::String(self.to_string_lossy().into_owned())
    }
}

/// An empty text is nothing.
impl<T: SettingValue> SettingValue for Option<T> {
    const KIND: &'static str = T::KIND;

    fn from_toml(value: &Value) -> Result<Option<T>, String> {
        if value.as_str() == Some("") { Ok(None) } else { T::from_toml(value).map(Some) }
    }

    fn to_toml(&self) -> Value {
        self.as_ref().map_or_else(|| Value::String(String::new()), T::to_toml)
    }
}

/// A list; in plain text its parts are divided by commas.
impl<T: SettingValue> SettingValue for Vec<T> {
    const KIND: &'static str = "a list";

    fn from_toml(value: &Value) -> Result<Vec<T>, String> {
        match value {
            Value::Array(parts) => parts.iter().map(T::from_toml).collect(),
            Value::String(text) if !text.contains(['[', '{']) => text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| T::from_toml(&Value::String(part.to_owned())))
                .collect(),
            _ => Err(wrong(value, &format!("a list, each {}", T::KIND))),
        }
    }

    fn to_toml(&self) -> Value {
        Value::Array(self.iter().map(T::to_toml).collect())
    }
}

impl SettingValue for Purpose {
    const KIND: &'static str = "a purpose";

    fn from_toml(value: &Value) -> Result<Purpose, String> {
        let purpose = value.as_str().and_then(Purpose::from_name);
        let names = Purpose::ALL.map(Purpose::name).join(", ");
        purpose.ok_or_else(|| wrong(value, &format!("purposes out of {names}")))
    }

    fn to_toml(&self) -> Value {
        Value::String(self.name().to_owned())
    }
}

impl SettingValue for Purposes {
    const KIND: &'static str = "a list of purposes";

    fn from_toml(value: &Value) -> Result<Purposes, String> {
        Ok(Vec::<Purpose>::from_toml(value)?.into_iter().collect())
    }

    fn to_toml(&self) -> Value {
        self.iter().collect::<Vec<Purpose>>().to_toml()
    }
}
