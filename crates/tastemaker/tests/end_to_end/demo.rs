//! The demo, as its visitors see it.

use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::server::{Server, send};
use crate::site::Site;

/// A demo on a free port, in a folder that is kept.
const DEMO: &str = "demo --port 0 --data kept";

/// Lets a demo fill its shop and ends it before its past is invented: it is not invented later, so that
/// nothing else happens while somebody shops.
pub(crate) fn prepare(site: &Site) {
    let mut server = Server::run(site, DEMO);
    server.wait_for("products are in");
    server.stop();
}

/// Opens the shop that was prepared.
pub(crate) fn open(site: &Site) -> Server {
    let mut server = Server::run(site, DEMO);
    server.wait_for("shop at http");
    server
}

fn demo(site: &Site) -> Server {
    prepare(site);
    open(site)
}

/// A browser: it keeps its cookie.
struct Browser<'a> {
    server: &'a Server,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Somebody who comes to the shop for the first time.
    async fn new(server: &'a Server) -> (Browser<'a>, String) {
        let answer = send(server.request("GET /")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let cookie = answer.header(SET_COOKIE.as_str()).split(';').next().unwrap().to_owned();
        (Browser { server, cookie }, answer.text)
    }

    async fn go(&self, path: &str) -> String {
        let request = self.server.request(&format!("GET {path}"));
        let answer = send(request.header(COOKIE, &self.cookie)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }
}

/// The shelf under that heading.
#[track_caller]
fn shelf<'a>(page: &'a str, heading: &str) -> &'a str {
    let after_heading = page.split_once(&format!("<h2>{heading}</h2>"));
    let (_, rest) = after_heading.unwrap_or_else(|| panic!("no shelf `{heading}` in {page}"));
    rest.split_once("</section>").expect("a shelf ends").0
}

/// What stands between `before` and the next quotation mark, each time.
fn each<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    page.split(before).skip(1).filter_map(|it| it.split('"').next()).collect()
}

#[tokio::test]
async fn a_person_shops_and_sees_the_shelves_change() {
    let site = Site::new();
    let server = demo(&site);
    let (newcomer, home) = Browser::new(&server).await;
    assert!(home.contains("We have hardly met"), "{home}");

    let department = each(&home, "href=\"").into_iter().find(|it| it.contains("/category/"));
    let category = newcomer.go(department.expect("the home page leads to a category")).await;
    let picked = shelf(&category, "Picked for you here");
    let products = each(picked, "data-product=\"");
    let (first, second) = (products[0], products[1]);

    // Three others looked at one thing and went on to another.
    for _ in 0..3 {
        let (other, _) = Browser::new(&server).await;
        other.go(&format!("/shop/product/{first}")).await;
        other.go(&format!("/shop/product/{second}")).await;
    }
    let page = newcomer.go(each(picked, "href=\"")[0]).await;
    let similar = shelf(&page, "Similar");
    assert!(similar.contains("<details class=\"why\"><summary>"), "no reason in {similar}");

    let changed = newcomer.go("/").await;
    let (before, after) = (shelf(&home, "For you"), shelf(&changed, "For you"));
    assert_ne!(each(before, "data-product=\""), each(after, "data-product=\""));
    assert_eq!(each(after, "data-product=\"")[0], second, "{after}");
    assert!(after.contains("Because you looked at"), "no reason in {after}");
    server.stop();
}

#[tokio::test]
async fn the_demo_says_where_it_keeps_its_keys_and_serves_the_interface_too() {
    let site = Site::new();
    let server = demo(&site);
    assert!(server.said.contains("this demo keeps everything in kept, its root key too"));
    let question = json!({"visitor_id": "me", "count": 6});
    let decision = server.decide(&server.key("tmp_"), question).await;
    assert_eq!(decision.shown().len(), 6, "{}", decision.text);
    for path in ["/docs/", "/openapi.json", "/readyz", "/shop/cart"] {
        assert_eq!(send(server.request(&format!("GET {path}"))).await.status, 200, "{path}");
    }
    let refused = server.call(&server.key("tmp_"), "GET /v1/products", Value::Null).await;
    assert_eq!(refused.summary(), "403 SECRET_KEY_NEEDED");
}
