//! Reading a mapping file, with its faults named.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fields::{Field, known};
use super::value::Values;
use super::{CsvForm, Encoding, Form, Kind, Mapping, Origin};

/// A mapping as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: Kind,
    separator: Option<String>,
    quoted: Option<bool>,
    encoding: Option<String>,
    decimal: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    time_formats: Vec<String>,
    list_separator: Option<String>,
    category_separator: Option<String>,
    group_by: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    constants: BTreeMap<String, toml::Value>,
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads a mapping, or says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Mapping, String> {
    let written: Written = toml::from_str(text).map_err(|err| err.to_string())?;
    let kind = written.kind;
    let form = CsvForm {
        separator: separator(written.separator.as_deref())?,
        quoted: written.quoted.unwrap_or(true),
        encoding: encoding(written.encoding.as_deref())?,
    };
    let values = Values::new(
        written.decimal.as_deref(),
        written.time_zone.as_deref(),
        written.time_formats,
        written.list_separator,
        written.category_separator,
    )?;
    let mut fields = Vec::new();
    for (name, column) in written.columns {
        fields.push((field(kind, &name)?, Origin::Column(column)));
    }
    for (name, value) in written.constants {
        let value = match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        if fields.iter().any(|(known, _): &(Field, _)| known.name == name) {
            return Err(format!("`{name}` is a column and a constant; leave one of them out"));
        }
        fields.push((field(kind, &name)?, Origin::Constant(value)));
    }
    if fields.is_empty() {
        return Err("it maps no column; say under `[columns]` which field is which".to_owned());
    }
    for name in written.words.keys() {
        field(kind, name)?;
    }
    let group_by = written.group_by.unwrap_or_else(|| match kind {
        Kind::Products => "id".to_owned(),
        Kind::Events => "properties.order_id".to_owned(),
    });
    let has_parts = fields.iter().any(|(it, _)| it.is_of_part);
    let is_mapped =
        |it: &&(Field, Origin)| it.0.name == group_by && matches!(it.1, Origin::Column(_));
    if has_parts && fields.iter().find(is_mapped).is_none() {
        return Err(format!(
            "it maps parts (`variants.` or `lines.`), but not `{group_by}`, which tells what they are \
             parts of; map that to a column, or name another field as `group_by`"
        ));
    }
    let words = written.words;
    Ok(Mapping { kind, form: Form::Csv(form), values, fields, words, group_by })
}

fn field(kind: Kind, name: &str) -> Result<Field, String> {
    Field::of(kind, name)
        .ok_or_else(|| format!("there is no field `{name}`; there are {}", known(kind)))
}

fn separator(given: Option<&str>) -> Result<u8, String> {
    match given {
        None => Ok(b','),
        Some("tab") => Ok(b'\t'),
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => {
                Ok(*byte)
            }
            _ => Err(format!(
                "the separator `{text}` is not one sign; use \",\", \";\", \"|\" or \"tab\""
            )),
        },
    }
}

fn encoding(given: Option<&str>) -> Result<Encoding, String> {
    match given.map(str::to_ascii_lowercase).as_deref() {
        None | Some("utf-8" | "utf8") => Ok(Encoding::Utf8),
        Some("windows-1252" | "iso-8859-1" | "latin1") => Ok(Encoding::Windows1252),
        Some(other) => Err(format!(
            "the encoding `{other}` is not known; use utf-8 or windows-1252, or convert the file"
        )),
    }
}

/// What windows-1252 has where Unicode has control characters: 0x80 to 0x9f.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The text of bytes.
    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Windows1252 => bytes
                .iter()
                .map(|byte| match byte {
                    0x80..=0x9f => WINDOWS.get(usize::from(*byte) - 0x80).copied().unwrap_or(' '),
                    _ => char::from(*byte),
                })
                .collect(),
        }
    }
}
