//! JSON: products one a line or as one list, events one a line, as HTTP takes them.

use std::io::{BufRead, BufReader};

use api::RejectionCode;
use api::products::{ROW_BYTES_MAX, read_product};
use api::segment::{Rules, Sender, Submission};
use app::import::ImportRow;
use app::{Incoming, Rejection};
use domain::{KeyKind, ProductId};
use serde_json::Value;

use crate::source::Reader;
use crate::{Facts, FeedError, Rows, Source};

/// By how much an event may be too long and still be refused in the words that HTTP has for it, in bytes.
const SPARE_BYTES: usize = 2;

/// The products of a file: lines, or one list when it begins with `[`.
pub(crate) fn products(source: &Source, rules: &Rules, facts: &Facts) -> Result<Rows, FeedError> {
    let (currency, facts) = (rules.currency, facts.clone());
    let mut n_rows = 0_u64;
    let rows = texts(source, ROW_BYTES_MAX)?.map(move |text| {
        n_rows += 1;
        facts.set("rows", n_rows);
        let (line, text) = text?;
        Ok(match text {
            Err(why) => ImportRow::new(line, Err(why)),
            Ok(text) => {
                let row = ImportRow::product(
                    line,
                    read_nested(&text).and_then(|()| read_product(&text, None, currency)),
                );
                let about = if row.item.is_err() { id_in(&text) } else { None };
                ImportRow { about, ..row }.with_raw(text)
            }
        })
    });
    Ok(Box::new(rows))
}

fn read_nested(text: &str) -> Result<(), Rejection> {
    if api::is_nested_too_deeply(text.as_bytes()) {
        let remedy =
            format!("has objects and lists more than {} deep; flatten it", api::NESTING_MAX);
        return Err(Rejection::new(RejectionCode::NestedTooDeeply.name(), "it", text, remedy));
    }
    Ok(())
}

/// The product that a refused row is about.
fn id_in(text: &str) -> Option<ProductId> {
    let row: Value = serde_json::from_str(text).ok()?;
    match row.get("id")? {
        Value::String(id) => id.parse().ok(),
        Value::Number(id) => id.to_string().parse().ok(),
        _ => None,
    }
}

/// The events of a file, one message a line.
pub(crate) fn events(source: &Source, rules: &Rules, facts: &Facts) -> Result<Rows, FeedError> {
    let (rules, facts) = (rules.clone(), facts.clone());
    let mut n_rows = 0_u64;
    let rows = texts(source, rules.event_bytes_max + SPARE_BYTES)?.map(move |text| {
        n_rows += 1;
        facts.set("rows", n_rows);
        let (line, text) = text?;
        Ok(match text {
            Err(why) => ImportRow::new(line, Err(why)),
            Ok(text) => ImportRow::event(line, read_event(&text, &rules)).with_raw(text),
        })
    });
    Ok(Box::new(rows))
}

/// Reads a message as it would be read from a server with a secret key.
pub(crate) fn read_event(message: &str, rules: &Rules) -> Result<Incoming, Rejection> {
    let sender = Sender {
        kind: KeyKind::Own,
        address: None,
        privacy_control: consent::GlobalPrivacyControl::NotSent,
    };
    let batch = format!(r#"{{"batch":[{message}]}}"#);
    let submission = Submission::batch(&batch, rules).map_err(|err| {
        Rejection::new(RejectionCode::BrokenRow.name(), "row", message, err.to_string())
    })?;
    if submission.len() != 1 {
        let remedy = "is not one message; write one JSON object a line";
        return Err(Rejection::new(RejectionCode::BrokenRow.name(), "row", message, remedy));
    }
    submission.read(0, rules, sender)
}

type Text = Result<(u64, Result<String, Rejection>), FeedError>;

/// The rows of a file as texts with their lines; with their places where the file is one list.
fn texts(
    source: &Source,
    n_bytes_max: usize,
) -> Result<Box<dyn Iterator<Item = Text> + Send>, FeedError> {
    let mut reader = source.buffered()?;
    let first = first_byte(&mut reader).map_err(|err| source.unreadable(err))?;
    if first == Some(b'[') {
        return Ok(Box::new(elements(source, n_bytes_max)?));
    }
    let lines = source.lines(n_bytes_max)?;
    Ok(Box::new(lines.map(|line| line.map(|it| (it.number, it.text)))))
}

/// The first byte that says something.
fn first_byte(reader: &mut BufReader<Reader>) -> std::io::Result<Option<u8>> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let is_blank = |it: &u8| it.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(it);
        match buffer.iter().find(|it| !is_blank(it)) {
            Some(byte) => return Ok(Some(*byte)),
            None => {
                let n_bytes = buffer.len();
                reader.consume(n_bytes);
            }
        }
    }
}

/// The elements of a file that is one JSON list.
pub(crate) fn elements(source: &Source, n_bytes_max: usize) -> Result<Elements, FeedError> {
    let (reader, source) = (source.buffered()?, source.clone());
    Ok(Elements { source, reader, n_bytes_max, n_read: 0, place: Place::Before })
}

/// The elements of a JSON list, a text each, of which only one is in memory.
pub(crate) struct Elements {
    source: Source,
    reader: BufReader<Reader>,
    n_bytes_max: usize,
    n_read: u64,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    After,
}

/// How far an element is scanned.
#[derive(Default)]
struct Scan {
    text: Vec<u8>,
    depth: u32,
    in_string: bool,
    escaped: bool,
    is_over: bool,
    ends_list: bool,
}

impl Scan {
    fn step(&mut self, byte: u8, n_bytes_max: usize) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b']' if self.depth == 0 => (self.is_over, self.ends_list) = (true, true),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b',' if self.depth == 0 => self.is_over = true,
                _ => {}
            }
        }
        if !self.is_over && self.text.len() <= n_bytes_max {
            self.text.push(byte);
        }
    }
}

impl Iterator for Elements {
    type Item = Text;

    fn next(&mut self) -> Option<Text> {
        match self.read() {
            Ok(text) => Some(Ok((self.n_read, self.checked(text?)))),
            Err(err) => {
                self.place = Place::After;
                Some(Err(err))
            }
        }
    }
}

impl Elements {
    fn read(&mut self) -> Result<Option<Vec<u8>>, FeedError> {
        loop {
            let mut scan = Scan::default();
            while !scan.is_over {
                if self.place == Place::After {
                    return Ok(None);
                }
                let buffer = self.reader.fill_buf().map_err(|err| self.source.unreadable(err))?;
                if buffer.is_empty() {
                    return Err(self.cut_off());
                }
                let mut n_used = 0;
                for byte in buffer {
                    n_used += 1;
                    if self.place == Place::Before {
                        if *byte == b'[' {
                            self.place = Place::Within;
                        }
                        continue;
                    }
                    scan.step(*byte, self.n_bytes_max);
                    if scan.is_over {
                        break;
                    }
                }
                self.reader.consume(n_used);
            }
            if scan.ends_list {
                self.place = Place::After;
            }
            if !scan.text.trim_ascii().is_empty() {
                self.n_read += 1;
                return Ok(Some(scan.text.trim_ascii().to_vec()));
            }
        }
    }

    fn cut_off(&self) -> FeedError {
        FeedError::NotA {
            path: self.source.path().to_owned(),
            what: "a JSON list",
            source: format!("it ends within row {}", self.n_read + 1).into(),
        }
    }

    fn checked(&self, text: Vec<u8>) -> Result<String, Rejection> {
        let refused = |code: RejectionCode, text: &[u8], remedy: String| {
            Err(Rejection::new(code.name(), "row", &String::from_utf8_lossy(text), remedy))
        };
        if text.len() > self.n_bytes_max {
            let remedy = format!("is longer than {} bytes; shorten it", self.n_bytes_max);
            return refused(RejectionCode::RowTooLarge, &text, remedy);
        }
        String::from_utf8(text).or_else(|err| {
            let remedy = "is not UTF-8; convert the file first".to_owned();
            refused(RejectionCode::BrokenRow, err.as_bytes(), remedy)
        })
    }
}

#[cfg(test)]
mod tests;
