//! The server on a real socket: it answers, and ends in order.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::harness::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_answered_until_the_end_is_asked_for() {
    let shop = Shop::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, None, shop.router.clone(), async {
        let _ended: Result<(), _> = stopped.await;
    }));

    let body = json!({"anonymousId": "v"}).to_string();
    let head = format!(
        "POST /v1/page HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        shop.secret,
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4_096];
    let n_read = stream.read(&mut answer).await.unwrap();
    answer.truncate(n_read);
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("x-request-id"), "{answer}");

    stop.send(()).unwrap();
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
