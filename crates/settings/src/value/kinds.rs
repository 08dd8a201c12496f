//! Kinds of values that only settings know.

use std::fmt;
use std::net::IpAddr;
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

/// How the program is reached from outside, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<PublicUrl, NotOfKind> {
        let wanted = "an address beginning with http:// or https://";
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let fits = rest.is_some_and(|host| {
            !host.starts_with('/') && !host.is_empty() && !host.contains(char::is_whitespace)
        });
        fits.then(|| PublicUrl(text.trim_end_matches('/').to_owned())).ok_or(NotOfKind { wanted })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A range of addresses: those that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    address: IpAddr,
    n_bits: u8,
}

impl AddressRange {
    /// Whether `address` lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (width, ours, theirs) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                (32, u128::from(ours.to_bits()), u128::from(theirs.to_bits()))
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (128, ours.to_bits(), theirs.to_bits()),
            _ => return false,
        };
        let n_free_bits = width - u32::from(self.n_bits);
        (ours ^ theirs).checked_shr(n_free_bits).unwrap_or_default() == 0
    }
}

impl FromStr for AddressRange {
    type Err = NotOfKind;

    /// Reads `10.0.0.0/8`, or a single address.
    fn from_str(text: &str) -> Result<AddressRange, NotOfKind> {
        let refused = NotOfKind { wanted: "an address range such as 10.0.0.0/8" };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refused)?;
        let n_bits_max = if address.is_ipv4() { 32 } else { 128 };
        let n_bits = match bits {
            Some(bits) => bits.parse().map_err(|_| refused)?,
            None => n_bits_max,
        };
        if n_bits > n_bits_max { Err(refused) } else { Ok(AddressRange { address, n_bits }) }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.n_bits)
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

    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let range: AddressRange = range.parse().unwrap();
        assert!(inside.iter().all(|it| range.contains(it.parse().unwrap())), "{range}");
        assert!(!outside.iter().any(|it| range.contains(it.parse().unwrap())), "{range}");
    }

    #[test]
    fn a_range_holds_the_addresses_that_share_its_first_bits() {
        check("10.0.0.0/8", &["10.0.0.0", "10.255.1.2", "::ffff:10.1.1.1"], &["11.0.0.0", "::1"]);
        check("0.0.0.0/0", &["1.2.3.4", "255.255.255.255"], &["::1"]);
        check("192.168.1.7", &["192.168.1.7"], &["192.168.1.6"]);
        check("fd00::/8", &["fd12::1"], &["fe80::1", "10.0.0.1"]);
        check("::/0", &["::1", "ffff::"], &["10.0.0.1"]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(text.parse::<AddressRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_of_the_program_loses_its_last_slash() {
        let url: PublicUrl = "https://shop.example/taste/".parse().unwrap();
        assert_eq!(url.as_str(), "https://shop.example/taste");
        for text in ["shop.example", "ftp://shop.example", "https://", "http:///x"] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

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
            let _unused = text.parse::<AddressRange>();
            let _unused = text.parse::<PublicUrl>();
            let _unused = text.parse::<LanguageTag>();
        }

        #[test]
        fn a_written_range_is_read_back(address: IpAddr, n_bits in 0_u8..=32) {
            let range = AddressRange { address, n_bits };
            prop_assert_eq!(range.to_string().parse::<AddressRange>(), Ok(range));
            prop_assert!(range.contains(address.to_canonical()) || address != address.to_canonical());
        }
    }
}
