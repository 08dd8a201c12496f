//! Bodies, bounded: in size before and after they are unpacked, and in the time they may take.
//!
//! While a body is on its way its request holds no place among those in work: see
//! [`Work::aside`](crate::traffic::Work::aside).

use std::future::poll_fn;
use std::io::Read;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use api::ErrorCode;
use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::request::Parts;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::failure::Failure;
use crate::traffic::Work;

/// How much may come and how long that may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    pub(crate) n_bytes_max: usize,
    pub(crate) timeout: Duration,
}

/// Reads a whole body, and unpacks it when it is gzip.
pub(crate) async fn read_all(
    parts: &Parts,
    body: Body,
    limits: BodyLimits,
) -> Result<Bytes, Failure> {
    let (headers, n_bytes_max) = (&parts.headers, limits.n_bytes_max);
    let declared = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
    if declared.is_some_and(|it: u64| it > n_bytes_max as u64) {
        return Err(too_large(n_bytes_max));
    }
    let encoding = headers.get(CONTENT_ENCODING).map_or(&b""[..], |it| it.as_bytes());
    let is_gzip = match encoding {
        b"" | b"identity" => false,
        b"gzip" | b"x-gzip" => true,
        other => {
            let detail = format!("`{}` is not understood", String::from_utf8_lossy(other));
            return Err(Failure::new(ErrorCode::UnsupportedEncoding, detail));
        }
    };
    let bytes = arrived(parts, body, limits).await?;
    if !is_gzip {
        return Ok(bytes);
    }
    let unpacked = tokio::task::spawn_blocking(move || unpack(&bytes, n_bytes_max)).await;
    unpacked.unwrap_or_else(|_| {
        Err(Failure::new(ErrorCode::BadCompression, "the body could not be unpacked"))
    })
}

/// Waits for a body, unless it came with its head.
async fn arrived(parts: &Parts, body: Body, limits: BodyLimits) -> Result<Bytes, Failure> {
    let mut body = pin!(Limited::new(body, limits.n_bytes_max).collect());
    let collected = match poll_fn(|cx| Poll::Ready(body.as_mut().poll(cx))).await {
        Poll::Ready(collected) => collected,
        Poll::Pending => {
            let arrival = tokio::time::timeout(limits.timeout, body);
            let in_time = Work::of(&parts.extensions).aside(arrival).await?;
            in_time.map_err(|_| {
                let detail = format!("the body took longer than {:?}", limits.timeout);
                Failure::new(ErrorCode::BodyTimeout, detail)
            })?
        }
    };
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limits.n_bytes_max)),
        Err(_) => {
            let detail = "the body broke off before its end";
            Err(Failure::new(ErrorCode::InvalidJson, detail))
        }
    }
}

/// Unpacks gzip, but never more than `n_bytes_max` bytes of it.
fn unpack(bytes: &[u8], n_bytes_max: usize) -> Result<Bytes, Failure> {
    let mut unpacked = Vec::with_capacity(bytes.len().saturating_mul(4).min(n_bytes_max));
    let mut bounded = MultiGzDecoder::new(bytes).take(n_bytes_max as u64 + 1);
    bounded.read_to_end(&mut unpacked).map_err(|err| {
        Failure::new(ErrorCode::BadCompression, format!("the body is no whole gzip: {err}"))
    })?;
    if unpacked.len() > n_bytes_max {
        return Err(too_large(n_bytes_max));
    }
    Ok(unpacked.into())
}

fn too_large(n_bytes_max: usize) -> Failure {
    let detail = format!("the body has more than {n_bytes_max} bytes");
    Failure::new(ErrorCode::BodyTooLarge, detail)
}

/// The body as text.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes)
        .map_err(|err| Failure::new(ErrorCode::InvalidJson, format!("the body is {err}")))
}

#[cfg(test)]
mod tests;
