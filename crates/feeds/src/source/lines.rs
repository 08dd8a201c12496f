//! Lines, of which no one takes more memory than it may.

use std::io::{self, BufRead, BufReader};

use api::RejectionCode;
use app::Rejection;

use super::{Reader, Source};
use crate::FeedError;

/// What may stand before the first line of a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line and its number, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: u64,
    /// The text without its end, or why it cannot be read.
    pub(crate) text: Result<String, Rejection>,
}

/// The lines of a file that hold anything.
pub(crate) struct BoundedLines {
    source: Source,
    reader: BufReader<Reader>,
    n_bytes_max: usize,
    number: u64,
}

impl BoundedLines {
    pub(super) fn new(
        source: Source,
        reader: BufReader<Reader>,
        n_bytes_max: usize,
    ) -> BoundedLines {
        BoundedLines { source, reader, n_bytes_max, number: 0 }
    }

    /// Reads a line, of which at most one byte more than allowed is kept; `None` at the end.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut n_read = 0_usize;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok((n_read > 0).then_some(line));
            }
            let end = buffer.iter().position(|it| *it == b'\n');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let n_room = (self.n_bytes_max + 1).saturating_sub(line.len());
            line.extend_from_slice(part.get(..n_room.min(part.len())).unwrap_or_default());
            let n_used = part.len() + usize::from(end.is_some());
            n_read += n_used;
            self.reader.consume(n_used);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }

    fn text(&self, mut line: Vec<u8>) -> Result<String, Rejection> {
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if self.number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        let refused = |code: RejectionCode, line: &[u8], remedy: String| {
            Err(Rejection::new(code.name(), "row", &String::from_utf8_lossy(line), remedy))
        };
        if line.len() > self.n_bytes_max {
            let remedy = format!("is longer than {} bytes; shorten it", self.n_bytes_max);
            return refused(RejectionCode::RowTooLarge, &line, remedy);
        }
        String::from_utf8(line).or_else(|err| {
            let remedy = "is not UTF-8; convert the file first".to_owned();
            refused(RejectionCode::BrokenRow, err.as_bytes(), remedy)
        })
    }
}

impl Iterator for BoundedLines {
    type Item = Result<Line, FeedError>;

    fn next(&mut self) -> Option<Result<Line, FeedError>> {
        loop {
            let line = match self.read() {
                Ok(line) => line?,
                Err(err) => return Some(Err(self.source.unreadable(err))),
            };
            self.number += 1;
            let text = self.text(line);
            if text.as_ref().is_ok_and(|it| it.trim().is_empty()) {
                continue;
            }
            return Some(Ok(Line { number: self.number, text }));
        }
    }
}
