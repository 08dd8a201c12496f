//! As much of HTTP as one question needs: version 1.0, where the answer ends with the connection.
//!
//! A client library would be built before every other thing that this program does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context;

/// How long the demo may think about one request.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// A status and a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Asks for `path` at `address`, which is a host and a port.
pub(super) fn get(address: &str, path: &str) -> anyhow::Result<Answer> {
    send(address, &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n"))
}

/// Sends a JSON `body` to `path`, with `key` as the bearer's.
pub(super) fn post(address: &str, path: &str, key: &str, body: &str) -> anyhow::Result<Answer> {
    let length = body.len();
    send(
        address,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
    )
}

fn send(address: &str, request: &str) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect(address).context("the demo refuses connections")?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).context("the demo's answer breaks off")?;
    parse(&answer).with_context(|| format!("this is no answer of HTTP: {answer}"))
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_status_and_what_follows_the_empty_line() {
        let answer = parse("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        assert_eq!(answer, Some(Answer { status: 200, body: "{}".to_owned() }));
        assert_eq!(parse("SSH-2.0-OpenSSH"), None);
    }
}
