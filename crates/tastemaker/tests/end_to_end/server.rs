//! A running server, and a client of it.
//!
//! Nothing waits for a while: a start is over when the server says where it listens, an event is seen
//! by the decision that asks for its position, and an end is over when the process is.

use std::fs::File;
use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::site::Site;

/// What the program prints before the address it listens on.
const LISTENING: &str = "listening on ";
/// The command that serves on any free port.
pub(crate) const SERVE: &str = "serve --listen 127.0.0.1:0";

/// A running server; killed when a test gives up on it.
pub(crate) struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
    client: Client,
    /// Where it listens.
    pub(crate) url: String,
    /// What it printed so far.
    pub(crate) said: String,
}

/// The two keys of a new shop.
pub(crate) struct Keys {
    pub(crate) secret: String,
    pub(crate) publishable: String,
}

impl Server {
    /// Serves what is in the folder.
    pub(crate) fn start(site: &Site) -> Server {
        Server::run(site, SERVE)
    }

    /// Serves a new shop and takes note of its keys.
    pub(crate) fn first(site: &Site) -> (Server, Keys) {
        let server = Server::start(site);
        let keys = Keys { secret: server.key("tms_"), publishable: server.key("tmp_") };
        (server, keys)
    }

    /// Runs a command that serves.
    pub(crate) fn run(site: &Site, line: &str) -> Server {
        Server::begin(&mut site.command(line), site.path("server.log")).listening()
    }

    /// Runs a command that will serve; what it logs goes into a file.
    pub(crate) fn begin(command: &mut Command, log: PathBuf) -> Server {
        command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let client = Client::builder().no_proxy().build().unwrap();
        Server { child, lines, log, client, url: String::new(), said: String::new() }
    }

    /// The same, when it says that it listens.
    pub(crate) fn listening(mut self) -> Server {
        let line = self.wait_for(LISTENING);
        self.url = line.replace(LISTENING, "");
        self
    }

    /// The next line that holds those words; the test fails when the server ends without it.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        for line in self.lines.by_ref().map_while(Result::ok) {
            self.said += &line;
            self.said.push('\n');
            if line.contains(words) {
                return line;
            }
        }
        panic!("the server ended without saying `{words}`: {}{}", self.said, self.logged());
    }

    /// The key it printed that begins like this.
    pub(crate) fn key(&self, prefix: &str) -> String {
        let found = self.said.split_whitespace().find(|it| it.starts_with(prefix));
        found.unwrap_or_else(|| panic!("no key {prefix} in {}", self.said)).to_owned()
    }

    /// What it logged so far.
    pub(crate) fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to end, and answers everything it printed and logged when it did so in order.
    pub(crate) fn stop(mut self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        let rest: Vec<String> = self.lines.by_ref().map_while(Result::ok).collect();
        let said = format!("{}{}{}", self.said, rest.join("\n"), self.logged());
        assert!(status.success(), "the server ended with {status}: {said}");
        said
    }

    /// A request such as `POST /v1/decisions`, to be added to.
    pub(crate) fn request(&self, call: &str) -> RequestBuilder {
        let (method, path) = call.split_once(' ').expect("a call is a method and a path");
        let method: Method = method.parse().unwrap();
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Sends JSON, or nothing for null, with a key.
    pub(crate) async fn call(&self, key: &str, call: &str, body: Value) -> Answer {
        let request = self.request(call).bearer_auth(key);
        send(if body.is_null() { request } else { request.json(&body) }).await
    }

    /// Sends events, all of which must be taken, and answers their position.
    pub(crate) async fn tell(&self, key: &str, events: Vec<Value>) -> String {
        let n_events = events.len();
        let answer = self.call(key, "POST /v1/batch", json!({"batch": events})).await;
        assert_eq!(answer.json["accepted"], n_events, "{}", answer.text);
        answer.json["position"].as_str().unwrap().to_owned()
    }

    /// Puts products into the catalogue: `A 19.99` is a product, its price and a stock of ten.
    pub(crate) async fn stock_up(&self, key: &str, products: &[&str]) {
        let product = |it: &&str| {
            let (id, price) = it.split_once(' ').expect("a product has an id and a price");
            json!({"id": id, "title": format!("The {id}"), "price": price, "stock": 10})
        };
        let rows: Vec<Value> = products.iter().map(product).collect();
        let answer = self.call(key, "POST /v1/products:import", json!(rows)).await;
        assert_eq!(answer.json["accepted"], products.len(), "{}", answer.text);
    }

    /// A decision for the home page that has all the time it may have.
    pub(crate) async fn decide(&self, key: &str, question: Value) -> Answer {
        let mut asked = json!({"placement": "home", "deadline_ms": 1000});
        let asked_fields = asked.as_object_mut().expect("it is written as an object");
        asked_fields.extend(question.as_object().cloned().unwrap_or_default());
        self.call(key, "POST /v1/decisions", asked).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill and its status is known.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Something that a visitor did to a product, or `page` without one.
pub(crate) fn did(visitor: &str, event: &str, product: &str) -> Value {
    json!({"type": "track", "event": event, "anonymousId": visitor,
           "properties": {"product_id": product, "order_id": format!("order of {visitor}"),
                          "products": [{"product_id": product, "price": 10, "quantity": 1}]}})
}

/// That a visitor looked at products, one after the other.
pub(crate) fn views(visitor: &str, products: &[&str]) -> Vec<Value> {
    products.iter().map(|it| did(visitor, "Product Viewed", it)).collect()
}

/// Sends a request and reads the answer to its end.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, json: serde_json::from_str(&text).unwrap_or_default(), text }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body; null when it is no JSON.
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The status, and the code of what was refused.
    pub(crate) fn summary(&self) -> String {
        let status = self.status.as_u16();
        let refused = self.json["code"].as_str().or(self.json["rejected"][0]["code"].as_str());
        refused.map_or(status.to_string(), |code| format!("{status} {code}"))
    }

    /// A header as text; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    /// The products of a decision.
    #[track_caller]
    pub(crate) fn shown(&self) -> Vec<&str> {
        let products = self.json["products"].as_array();
        let products = products.unwrap_or_else(|| panic!("no decision: {}", self.text));
        products.iter().map(|it| it["product_id"].as_str().unwrap()).collect()
    }

    /// Why a product of a decision is shown; empty when it is not shown.
    pub(crate) fn reason(&self, product: &str) -> &str {
        let products = self.json["products"].as_array().map_or(&[][..], Vec::as_slice);
        let shown = products.iter().find(|it| it["product_id"] == product);
        shown.and_then(|it| it["reason"]["text"].as_str()).unwrap_or_default()
    }
}
