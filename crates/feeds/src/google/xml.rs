//! Feeds in XML: RSS 2.0 with Google's namespace, and Atom. An element that is called `item` or `entry`
//! is an item, whatever its prefix is; so is each of its fields.

use std::io::{self, BufRead, BufReader, Read};

use api::RejectionCode;
use api::products::ROW_BYTES_MAX;
use api::segment::Rules;
use app::import::ImportRow;
use quick_xml::escape::escape;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::item::{DETAIL_SEPARATOR, Item};
use super::products;
use crate::grouped::Step;
use crate::product_json::refuse;
use crate::source::{Reader, RowLimit};
use crate::{Facts, FeedError, Rows, Source};

/// The parts of a detail, which is the one field with fields of its own.
const DETAIL: [&str; 3] = ["section_name", "attribute_name", "attribute_value"];

/// The encodings that are read, as a declaration names them: none is UTF-8 as well.
const ENCODINGS: [&str; 4] = ["", "utf-8", "utf8", "us-ascii"];

/// The products of a feed.
pub(crate) fn xml_rows(source: &Source, rules: &Rules, facts: &Facts) -> Result<Rows, FeedError> {
    products(source, || Items::open(source), rules, facts)
}

struct Items {
    source: Source,
    reader: quick_xml::Reader<Lines<BufReader<Reader>>>,
    limit: RowLimit,
    is_over: bool,
}

/// An item on its way.
#[derive(Default)]
struct Open {
    item: Item,
    /// The elements within the item that are open, outermost first.
    path: Vec<String>,
    text: String,
    detail: [String; DETAIL.len()],
    n_bytes: usize,
}

impl Items {
    fn open(source: &Source) -> Result<Items, FeedError> {
        let limit = RowLimit::default();
        let lines = Lines { inner: BufReader::new(source.limited(&limit)?), number: 1 };
        let mut reader = quick_xml::Reader::from_reader(lines);
        reader.config_mut().expand_empty_elements = true;
        Ok(Items { source: source.clone(), reader, limit, is_over: false })
    }

    fn not_xml(&self, err: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> FeedError {
        let line = self.reader.get_ref().number;
        let source = format!("near line {line}: {}", err.into()).into();
        FeedError::NotA { path: self.source.path().to_owned(), what: "XML", source }
    }

    fn read(&mut self) -> Result<Option<Step<Item>>, FeedError> {
        let mut open: Option<Open> = None;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            if open.is_none() {
                self.limit.begin_row();
            }
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(quick_xml::Error::Io(err)) => {
                    let err = io::Error::new(err.kind(), err.to_string());
                    return Err(self.source.unreadable(err));
                }
                Err(err) => return Err(self.not_xml(err)),
            };
            match event {
                Event::Eof => {
                    return match open {
                        None => Ok(None),
                        Some(_) => Err(self.not_xml("the file ends within an item")),
                    };
                }
                Event::Start(start) => {
                    let name = local(start.name().as_ref());
                    match &mut open {
                        Some(open) => open.start(name, &start),
                        None if name == "item" || name == "entry" => {
                            let line = self.reader.get_ref().number;
                            let item = Item { line, ..Item::default() };
                            open = Some(Open { item, ..Open::default() });
                        }
                        None => {}
                    }
                }
                Event::End(_) => {
                    if let Some(it) = &mut open
                        && it.end()
                    {
                        return Ok(open.map(Open::finish));
                    }
                }
                Event::Text(text) => {
                    if let Some(open) = &mut open {
                        open.say(&String::from_utf8_lossy(&text));
                    }
                }
                Event::CData(text) => {
                    if let Some(open) = &mut open {
                        open.say(&String::from_utf8_lossy(&text));
                    }
                }
                Event::GeneralRef(name) => {
                    if let Some(open) = &mut open {
                        let character = name.resolve_char_ref().ok().flatten();
                        match character {
                            Some(character) => open.say(character.encode_utf8(&mut [0; 4])),
                            None => open.say(entity(&String::from_utf8_lossy(&name))),
                        }
                    }
                }
                Event::Decl(declaration) => self.check_encoding(&declaration)?,
                _ => {}
            }
        }
    }

    fn check_encoding(&self, declaration: &BytesDecl<'_>) -> Result<(), FeedError> {
        let name = declaration.encoding().and_then(Result::ok).unwrap_or_default();
        if ENCODINGS.iter().any(|it| name.eq_ignore_ascii_case(it.as_bytes())) {
            return Ok(());
        }
        let name = String::from_utf8_lossy(&name);
        Err(self.not_xml(format!("it is written in {name}; convert it to UTF-8 first")))
    }
}

/// What XML's own entities stand for; others say nothing.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => " ",
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

impl Open {
    fn start(&mut self, name: String, start: &BytesStart<'_>) {
        // Atom has an item's address in an attribute.
        if self.path.is_empty() && name == "link" {
            let address = start.attributes().flatten().find(|it| it.key.as_ref() == b"href");
            let address =
                address.map(|it| String::from_utf8_lossy(&it.value).replace("&amp;", "&"));
            self.item.fields.extend(address.map(|it| (name.clone(), it)));
        }
        self.text.clear();
        self.path.push(name);
    }

    fn say(&mut self, text: &str) {
        self.n_bytes += text.len();
        if self.n_bytes <= ROW_BYTES_MAX && !self.path.is_empty() {
            self.text.push_str(text);
        }
    }

    /// Ends an element; whether that was the item itself.
    fn end(&mut self) -> bool {
        let Some(name) = self.path.pop() else { return true };
        let text = std::mem::take(&mut self.text);
        match self.path.first().map(String::as_str) {
            None if name == "product_detail" => {
                let detail = std::mem::take(&mut self.detail);
                self.item.fields.push((name, detail.join(&DETAIL_SEPARATOR.to_string())));
            }
            None if !text.trim().is_empty() => {
                self.item.fields.push((name, text.trim().to_owned()));
            }
            Some("product_detail") => {
                let part = DETAIL.iter().position(|it| *it == name);
                if let Some(part) = part.and_then(|it| self.detail.get_mut(it)) {
                    text.trim().clone_into(part);
                }
            }
            _ => {}
        }
        false
    }

    fn finish(self) -> Step<Item> {
        let Item { line, fields, raw: _ } = self.item;
        if self.n_bytes > ROW_BYTES_MAX {
            let remedy = format!("is longer than {ROW_BYTES_MAX} bytes; shorten its description");
            let why = refuse(RejectionCode::RowTooLarge, "item", "", remedy);
            return Step::Refused(Box::new(ImportRow::new(line, Err(why))));
        }
        let mut raw = String::from("<item>");
        for (name, value) in &fields {
            raw += &format!("<g:{name}>{}</g:{name}>", escape(value.as_str()));
        }
        raw += "</item>";
        Step::Row(Item { line, fields, raw })
    }
}

impl Iterator for Items {
    type Item = Result<Step<Item>, FeedError>;

    fn next(&mut self) -> Option<Result<Step<Item>, FeedError>> {
        if self.is_over {
            return None;
        }
        let step = self.read().transpose();
        self.is_over = !matches!(step, Some(Ok(_)));
        step
    }
}

/// Counts the lines that were read.
struct Lines<R> {
    inner: R,
    number: u64,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n_bytes = available.len().min(out.len());
        let (Some(from), Some(to)) = (available.get(..n_bytes), out.get_mut(..n_bytes)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.consume(n_bytes);
        Ok(n_bytes)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n_bytes: usize) {
        // Already read, so it is there.
        if let Ok(read) = self.inner.fill_buf() {
            let read = read.get(..n_bytes).unwrap_or_default();
            self.number += read.iter().filter(|it| **it == b'\n').count() as u64;
        }
        self.inner.consume(n_bytes);
    }
}
