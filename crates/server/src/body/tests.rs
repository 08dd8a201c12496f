//! Bodies that are too large, packed badly, or never end.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;

use axum::http::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Frame;

use super::*;
use crate::traffic::{Class, Shedder};

const LIMITS: BodyLimits = BodyLimits { n_bytes_max: 1_000, timeout: Duration::from_secs(1) };

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A body that never comes.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

/// Reads a body that is marked as `encoding`, and compares its length or the code of the refusal.
async fn check(encoding: &'static str, body: Body, expected: Result<usize, &str>) {
    let request = Request::builder().header(CONTENT_ENCODING, encoding);
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let shedder = Arc::new(Shedder::new(1));
    parts.extensions.insert(Work::begin(&shedder, Class::Intake, None).unwrap());
    let answer = read_all(&parts, body, LIMITS).await;
    let answer = answer.map(|it| it.len()).map_err(|failure| failure.problem.code);
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_body_is_bounded_before_and_after_it_is_unpacked() {
    check("identity", Body::from(vec![b'x'; 1_000]), Ok(1_000)).await;
    check("identity", Body::from(vec![b'x'; 1_001]), Err("BODY_TOO_LARGE")).await;
    check("gzip", Body::from(packed(&[b'x'; 1_000])), Ok(1_000)).await;
    let bomb = packed(&vec![0; 700_000]);
    assert!(bomb.len() < 1_000);
    check("gzip", Body::from(bomb), Err("BODY_TOO_LARGE")).await;
}

#[tokio::test]
async fn what_is_no_gzip_is_refused() {
    check("gzip", Body::from("{}"), Err("BAD_COMPRESSION")).await;
    let mut cut = packed(b"{}");
    cut.truncate(cut.len() - 6);
    check("gzip", Body::from(cut), Err("BAD_COMPRESSION")).await;
    check("br", Body::from("{}"), Err("UNSUPPORTED_ENCODING")).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    check("identity", Body::new(Endless), Err("BODY_TIMEOUT")).await;
}
