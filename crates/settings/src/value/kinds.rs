//! Kinds of values that only settings know.

use std::fmt;
use std::str::FromStr;

use toml::Value;

use super::SettingValue;

/// Why a text is not of the kind that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not {wanted}")]
pub struct NotOfKind {
    wanted: &'static str,
}

/// A language, as a tag of BCP 47 such as `de-AT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LanguageTag {
    type Err = NotOfKind;

    /// Checks the form only: two or three letters, then subtags of one to eight letters and digits.
    fn from_str(text: &str) -> Result<LanguageTag, NotOfKind> {
        let mut parts = text.split('-');
        let language = parts.next().unwrap_or_default();
        let language_fits =
            matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_alphabetic());
        let rest_fits = parts.all(|part| {
            matches!(part.len(), 1..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
        let wanted = "a language tag such as `en` or `de-AT`";
        let fits = language_fits && rest_fits;
        fits.then(|| LanguageTag(text.to_owned())).ok_or(NotOfKind { wanted })
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Readable lines.
    Text,
}

impl FromStr for LogFormat {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<LogFormat, NotOfKind> {
        match text {
            "json" => Ok(LogFormat::Json),
            "text" => Ok(LogFormat::Text),
            _ => Err(NotOfKind { wanted: "`json` or `text`" }),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LogFormat::Json => "json",
            LogFormat::Text => "text",
        })
    }
}

/// How a bucket is named in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum S3Style {
    /// In its path: what stores of one's own understand.
    Path,
    /// As part of the host.
    VirtualHost,
}

impl FromStr for S3Style {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<S3Style, NotOfKind> {
        match text {
            "path" => Ok(S3Style::Path),
            "virtual_host" => Ok(S3Style::VirtualHost),
            _ => Err(NotOfKind { wanted: "`path` or `virtual_host`" }),
        }
    }
}

impl fmt::Display for S3Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            S3Style::Path => "path",
            S3Style::VirtualHost => "virtual_host",
        })
    }
}

/// Something nobody may read over somebody's shoulder.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl SettingValue for Secret {
    const KIND: &'static str = "a secret";

    fn from_toml(value: &Value) -> Result<Secret, String> {
        let text = value.as_str().ok_or("is no text")?;
        Ok(Secret(text.to_owned()))
    }

    fn to_toml(&self) -> Value {
        Value::String("(secret)".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn language_tags_are_checked_for_their_form() {
        for text in ["en", "de-AT", "zh-Hans-CN", "gsw"] {
            assert!(text.parse::<LanguageTag>().is_ok(), "{text}");
        }
        for text in ["", "e", "english", "de_AT", "de-", "1a"] {
            assert!(text.parse::<LanguageTag>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,24}") {
            let _unused = text.parse::<LanguageTag>();
        }
    }
}
