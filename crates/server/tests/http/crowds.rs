//! Crowds and slow senders: what one of them uses up is not what the others need.

use std::convert::Infallible;
use std::future::{Future, poll_fn, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use hyper::body::Frame;
use serde_json::json;
use tower::ServiceExt;

use crate::harness::{Answer, Shop, request};

/// A body that never comes.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// How many requests are worked on at once in these tests.
const CONCURRENCY_MAX: usize = 8;

async fn small_shop() -> Shop {
    Shop::with(|_| {}, |it| it.concurrency_max = CONCURRENCY_MAX).await
}

/// The status that a request is answered with, some time.
type Stuck = Pin<Box<dyn Future<Output = u16> + Send>>;

/// A request from `address` whose head is all that ever comes; it goes as far as it can.
async fn stuck(shop: &Shop, address: &str, path: &str, key: Option<&str>) -> Stuck {
    let mut head = request("POST", path, key.unwrap_or_default(), Body::new(Endless));
    if key.is_none() {
        head.headers_mut().remove("authorization");
    }
    let router = shop.router.clone();
    let head = from(address, head);
    let mut answer: Stuck =
        Box::pin(async move { router.oneshot(head).await.unwrap().status().as_u16() });
    match answered(&mut answer).await {
        Some(status) => Box::pin(ready(status)),
        None => answer,
    }
}

/// How it was answered; nothing while it waits.
async fn answered(stuck: &mut Stuck) -> Option<u16> {
    match poll_fn(|cx| Poll::Ready(stuck.as_mut().poll(cx))).await {
        Poll::Ready(status) => Some(status),
        Poll::Pending => None,
    }
}

fn from(address: &str, mut request: axum::http::Request<Body>) -> axum::http::Request<Body> {
    let peer: SocketAddr = format!("{address}:40000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

async fn decide(shop: &Shop, address: &str, key: &str) -> Answer {
    let body = json!({"visitor_id": "v", "placement": "home"}).to_string();
    shop.send(from(address, request("POST", "/v1/decisions", key, body))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_never_come_take_no_places() {
    let shop = small_shop().await;
    let mut waiting = Vec::new();
    for address in 0..4 * CONCURRENCY_MAX {
        let address = format!("198.51.{address}.1");
        let publishable = Some(shop.publishable.as_str());
        waiting.push(stuck(&shop, &address, "/v1/decisions", publishable).await);
        waiting.push(stuck(&shop, &address, "/v1/batch", publishable).await);
        waiting.push(stuck(&shop, &address, "/v1/batch", None).await);
    }
    assert_eq!(decide(&shop, "203.0.113.1", &shop.publishable).await.status, 200);
    assert_eq!(shop.batch(json!([])).await.status, 200);
    assert_eq!(shop.call("GET", "/v1/products", json!(null)).await.status, 200);

    // Who may wait is bounded too: the others were turned away.
    let mut n_turned_away = 0;
    for one in &mut waiting {
        if let Some(status) = answered(one).await {
            assert_eq!(status, 503);
            n_turned_away += 1;
        }
    }
    assert!(n_turned_away >= waiting.len() / 2, "{n_turned_away} of {}", waiting.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_range_cannot_fill_the_queue_of_slow_bodies() {
    let shop = small_shop().await;
    let key = Some(shop.publishable.as_str());
    let mut crowd = Vec::new();
    for host in 0..4 * CONCURRENCY_MAX {
        let address = format!("198.51.100.{host}");
        crowd.push(stuck(&shop, &address, "/v1/decisions", key).await);
        crowd.push(stuck(&shop, &address, "/v1/track", None).await);
    }
    for (path, key) in [("/v1/decisions", key), ("/v1/track", None)] {
        let mut elsewhere = stuck(&shop, "203.0.113.1", path, key).await;
        assert_eq!(answered(&mut elsewhere).await, None, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_in_the_head_is_refused_before_the_body() {
    let shop = small_shop().await;
    let mut request = stuck(&shop, "198.51.100.1", "/v1/batch", Some("tms_0000")).await;
    assert_eq!(answered(&mut request).await, Some(401));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_range_cannot_use_up_a_publishable_key() {
    let limits = |it: &mut server::ServerLimits| {
        it.requests_per_second_per_key = 10;
        it.burst_per_key = 400;
    };
    let shop = Shop::with(|_| {}, limits).await;
    let mut refused = None;
    for host in 0..400 {
        // Hosts of one range are one sender.
        let address = format!("198.51.100.{}", host % 256);
        let answer = decide(&shop, &address, &shop.publishable).await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a range may not send as much as the whole key");
    assert_eq!(refused.summary(), "429 `RATE_LIMITED`");
    assert_eq!(refused.header("retry-after"), "1");
    for address in ["198.51.101.1", "[2001:db8:1::1]"] {
        let answer = decide(&shop, address, &shop.publishable).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text);
    }
    // A secret key is the shop's own server, which speaks for everybody from one address.
    for _ in 0..100 {
        assert_eq!(decide(&shop, "198.51.100.1", &shop.secret).await.status, 200);
    }
}
