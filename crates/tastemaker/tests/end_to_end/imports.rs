//! `import` and `export`: small files of every shape, and the real shops' files when they are there.

use serde_json::json;

use crate::server::{Server, views};
use crate::site::Site;

const PRODUCTS: &str = r#"{"id":"tent","title":"Dome tent","price":199,"stock":3}
{"id":"stove","title":"Gas stove","price":89,"stok":3}

{"id":"rug","title":"Wool rug","price":{"amount_minor":4900,"currency":"EUR"}}
"#;

const PRODUCTS_CSV: &str = "\
id,title,categories,price,currency,stock,image
lamp,\"Lamp, brass\",Home > Light|Sale,29.90,EUR,4,https://shop.example/lamp.jpg
vase,Vase,Home,cheap,EUR,4,
sold-out,Mirror,Home,49,EUR,0,
";

const EVENTS: &str = r#"{"type":"track","event":"Product Viewed","anonymousId":"ada","properties":{"product_id":"tent"},"timestamp":"2026-01-05T10:00:00Z"}
{"type":"track","event":"Product Viewed","anonymousId":"ada","properties":{}}
{"type":"track","event":"Order Completed","userId":"bo","properties":{"order_id":"o1","products":[{"product_id":"lamp","price":29.90,"quantity":1}]},"timestamp":"2026-01-06T10:00:00Z"}
no JSON at all
"#;

/// The number behind a name in an import's report.
#[track_caller]
fn fact<'a>(report: &'a str, name: &str) -> &'a str {
    let line = report.lines().find_map(|it| it.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no `{name}` in {report}")).trim()
}

/// Imports a file twice: what was taken in the first time is there already the second time.
#[track_caller]
fn check(site: &Site, import: &str, n_taken: usize, refused: &[&str]) -> String {
    let report = site.run(import);
    assert_eq!(fact(&report, "taken in"), n_taken.to_string(), "{report}");
    assert_eq!(fact(&report, "refused"), refused.len().to_string(), "{report}");
    for words in refused {
        assert!(report.contains(words), "no `{words}` in {report}");
    }
    let log = site.run("log size");
    let again = site.run(import);
    assert_eq!(fact(&again, "taken in"), "0", "{again}");
    assert_eq!(fact(&again, "there already"), n_taken.to_string(), "{again}");
    let event_count = |size: &str| size.split("\"events\":").nth(1).map(str::to_owned);
    assert_eq!(event_count(&site.run("log size")), event_count(&log));
    report
}

#[tokio::test]
async fn files_of_products_and_events_are_taken_in_once_and_bad_lines_are_named() {
    let site = Site::new();
    site.write("products.jsonl", PRODUCTS);
    site.write("products.csv", PRODUCTS_CSV);
    site.write("events.jsonl", EVENTS);
    check(&site, "import products products.jsonl", 2, &["line 2: stok"]);
    check(&site, "import products-csv products.csv", 2, &["line 3: price `cheap`"]);
    let refused = ["line 2: properties.product_id", "line 4: row `no JSON at all`"];
    check(&site, "import events events.jsonl", 2, &refused);

    let (server, keys) = Server::first(&site);
    let home = server.decide(&keys.publishable, json!({"visitor_id": "me"})).await;
    let mut shown = home.shown();
    shown.sort_unstable();
    assert_eq!(shown, ["lamp", "rug", "tent"]);
    let question = json!({"visitor_id": "me", "filter": "category = 'Home' AND price < 30"});
    let filtered = server.decide(&keys.publishable, question).await;
    assert_eq!(filtered.json["products"][0]["product_id"], "lamp", "{}", filtered.text);
}

#[tokio::test]
async fn nothing_is_imported_into_a_folder_that_is_served() {
    let site = Site::new();
    site.write("products.jsonl", PRODUCTS);
    let (server, keys) = Server::first(&site);
    let refusal = site.refusal("import products products.jsonl");
    assert!(refusal.contains("another program has the folder open; stop it first"), "{refusal}");
    let position = server.tell(&keys.secret, views("me", &["tent"])).await;
    assert_eq!(position, "1", "the server goes on as if nothing had been");
}

#[test]
fn a_file_that_is_not_there_or_not_text_is_refused_by_name() {
    let site = Site::new();
    let refusal = site.refusal("import products no-such-file.jsonl");
    assert!(refusal.contains("no-such-file.jsonl"), "{refusal}");
    site.write("plain.gz", "this is not packed");
    let refusal = site.refusal("import events plain.gz");
    assert!(refusal.contains("unpacking plain.gz"), "{refusal}");
    assert!(!site.path("data").exists(), "nothing is made for a file that cannot be read");
}

const MAPPING: &str = r#"
kind = "products"
separator = ";"
decimal = ","
[columns]
id = "Nummer"
title = "Name"
price = "VK"
"#;

#[test]
fn what_is_refused_is_reported_whole_so_that_it_can_be_mended_and_imported_again() {
    let site = Site::new();
    site.write("mapping.toml", MAPPING);
    site.write("products.csv", "Nummer;Name;VK\nlamp;Lampe;19,90\nvase;Vase;billig\nrug;;5\n");
    let import = "import csv products.csv --mapping mapping.toml --report refused.jsonl";
    let refused = ["line 3: VK `billig` is no number", "line 4: Name", "INVALID_PRICE          1"];
    let report = site.run(import);
    assert_eq!((fact(&report, "taken in"), fact(&report, "refused")), ("1", "2"), "{report}");
    for words in refused {
        assert!(report.contains(words), "no `{words}` in {report}");
    }
    let written = std::fs::read_to_string(site.path("refused.jsonl")).unwrap();
    let rows: Vec<serde_json::Value> =
        written.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let told: Vec<_> = rows.iter().map(|it| (&it["line"], &it["code"], &it["field"])).collect();
    let (price, title) = (json!("INVALID_PRICE"), json!("MISSING_FIELD"));
    let fields = (json!("VK"), json!("Name"));
    assert_eq!(told, [(&json!(3), &price, &fields.0), (&json!(4), &title, &fields.1)]);

    let row = rows[0]["row"].as_str().unwrap().replace("billig", "5,00");
    site.write("mended.csv", &format!("Nummer;Name;VK\n{row}\n"));
    let mended = site.run("import csv mended.csv --mapping mapping.toml");
    assert_eq!(fact(&mended, "taken in"), "1", "{mended}");
}

#[test]
fn what_is_refused_is_reported_also_when_the_file_breaks_off() {
    let site = Site::new();
    let stove = r#"{"id":"stove","title":"Gas stove","stok":3}"#;
    let broken_off = format!(r#"[{{"id":"tent","title":"Dome tent"}},{stove},{{"id":"#);
    site.write("products.json", &broken_off);
    let import = "import products products.json --report refused.jsonl";
    let output = site.command(import).output().unwrap();
    let (said, why) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{why}");
    assert!(why.contains("reading failed after 2 rows") && why.contains("within row 3"), "{why}");
    assert_eq!(fact(&said, "refused"), "1", "{said}");
    assert!(said.contains("line 2: stok"), "{said}");
    let reported = std::fs::read_to_string(site.path("refused.jsonl")).unwrap();
    let reported: serde_json::Value = serde_json::from_str(&reported).unwrap();
    assert_eq!((&reported["line"], &reported["row"]), (&json!(2), &json!(stove)));
}

#[test]
fn help_names_every_format_and_a_mistyped_one_is_refused_with_the_nearest() {
    let site = Site::new();
    let help = site.run("import --help");
    for format in feeds::Format::ALL {
        let name = format!("- {}:", format.name());
        assert!(help.contains(&name), "no `{name}` in {help}");
    }
    assert!(help.contains("Products as Shopify exports them"), "{help}");
    let output = site.command("import shopfy products.csv").output().unwrap();
    let refusal = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{refusal}");
    assert!(refusal.contains("a similar value exists: 'shopify'"), "{refusal}");
}

#[test]
fn a_report_never_overwrites_what_is_read() {
    let site = Site::new();
    site.write("mapping.toml", MAPPING);
    site.write("products.csv", "Nummer;Name;VK\nvase;Vase;billig\n");
    for read in ["products.csv", "mapping.toml"] {
        let before = std::fs::read_to_string(site.path(read)).unwrap();
        let import = "import csv products.csv --mapping mapping.toml --report";
        let refusal = site.refusal(&format!("{import} ./{read}"));
        assert!(refusal.contains(&format!("the report would overwrite {read}")), "{refusal}");
        assert_eq!(std::fs::read_to_string(site.path(read)).unwrap(), before);
    }
}

#[test]
fn a_whole_catalogue_replaces_the_old_one_and_a_broken_one_does_not() {
    let site = Site::new();
    let lines = |ids: &[&str]| -> String {
        ids.iter().map(|id| format!("{{\"id\":\"{id}\",\"title\":\"The {id}\"}}\n")).collect()
    };
    site.write("old.jsonl", &lines(&["a", "b", "c", "d"]));
    site.run("import products old.jsonl");
    site.write("broken.jsonl", &lines(&["a"]));
    let refusal = site.refusal("import products broken.jsonl --replace");
    let words =
        "would delete 3 of 4 products (limit 50 %), so none are deleted; pass `--allow-shrink`";
    assert!(refusal.contains(words), "{refusal}");
    site.write("new.jsonl", &lines(&["a", "b", "e"]));
    let report = site.run("import products new.jsonl --replace");
    assert_eq!((fact(&report, "taken in"), fact(&report, "deleted")), ("1", "2"), "{report}");
    let report = site.run("import products broken.jsonl --replace --allow-shrink");
    assert_eq!(fact(&report, "deleted"), "2", "{report}");
}

#[test]
fn what_is_exported_changes_nothing_when_it_is_imported_again() {
    let site = Site::new();
    site.write("products.jsonl", PRODUCTS);
    site.write("products.csv", PRODUCTS_CSV);
    site.run("import products products.jsonl");
    site.run("import products-csv products.csv");
    for (format, import) in [
        ("jsonl", "products"),
        ("csv", "products-csv"),
        ("google-xml", "google-xml"),
        ("google-tsv", "google-tsv"),
    ] {
        site.run(&format!("export products --format {format} --out exported"));
        let report = site.run(&format!("import {import} exported"));
        assert_eq!(fact(&report, "taken in"), "0", "{format}: {report}");
        assert_eq!(fact(&report, "there already"), "4", "{format}: {report}");
        assert_eq!(fact(&report, "refused"), "0", "{format}: {report}");
    }
}

#[test]
fn events_leave_as_far_as_their_shoppers_allow_and_under_pseudonyms() {
    let site = Site::new();
    let viewed = |visitor: &str, sharing: bool| {
        let consent = json!({"categoryPreferences": {"sharing": sharing, "personalization": true}});
        json!({"type": "track", "event": "Product Viewed", "anonymousId": visitor,
               "properties": {"product_id": "tent"}, "context": {"consent": consent},
               "timestamp": "2026-01-05T10:00:00Z"})
    };
    site.write("events.jsonl", &format!("{}\n{}\n", viewed("ada", true), viewed("bo", false)));
    site.run("import events events.jsonl");
    for format in ["jsonl", "segment"] {
        let exported = site.run(&format!("export events --format {format}"));
        assert_eq!(exported.lines().count(), 1, "{exported}");
        assert!(exported.contains("tent") && !exported.contains("ada"), "{exported}");
    }
}

#[tokio::test]
async fn refused_events_are_listed_mended_and_taken_in_from_the_command_line() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    let bad = json!({"type": "track", "event": "Product Added", "anonymousId": "v",
                     "properties": {"product_id": "tent", "price": "cheap"}});
    server.call(&keys.secret, "POST /v1/batch", json!({"batch": [bad]})).await;
    server.stop();

    let listed = site.run("quarantine list");
    assert!(listed.contains("INVALID_PRICE: properties.price"), "{listed}");
    assert_eq!(site.run("quarantine list --code NO_SUCH"), "");
    let id = listed.split_whitespace().next().unwrap();
    let shown = site.run(&format!("quarantine show {id}"));
    assert!(shown.contains("cheap"), "{shown}");
    let again = site.run("quarantine replay --all");
    assert_eq!((fact(&again, "taken in"), fact(&again, "refused")), ("0", "1"), "{again}");

    site.write("mended.json", &shown);
    let refusal = site.refusal(&format!("quarantine mend {id} mended.json"));
    assert!(refusal.contains("it cannot be read either"), "{refusal}");
    site.write("mended.json", &bad_as("19.90").to_string());
    site.run(&format!("quarantine mend {id} mended.json"));
    let report = site.run(&format!("quarantine replay {id}"));
    assert_eq!(fact(&report, "taken in"), "1", "{report}");
    assert_eq!(site.run("quarantine list"), "");
    let gone = site.refusal(&format!("quarantine replay {id}"));
    assert!(gone.contains("no refused event") && gone.contains("quarantine list"), "{gone}");
    assert_eq!(site.log().iter().filter(|it| it["kind"] == "product_added").count(), 1);
}

fn bad_as(price: &str) -> serde_json::Value {
    json!({"type": "track", "event": "Product Added", "anonymousId": "v",
           "properties": {"product_id": "tent", "price": price}})
}

#[tokio::test]
async fn best_buys_catalogue_is_imported_and_served() {
    let Some(file) = testkit::data::path("shop/bestbuy/products.json.gz") else { return };
    let site = Site::with("[shop]\ncurrency = \"USD\"\n");
    let import = format!("import bestbuy {}", file.display());
    let report = site.run(&import);
    assert_eq!(fact(&report, "products"), "3291");
    let n_taken: usize = fact(&report, "taken in").parse().unwrap();
    let n_refused: usize = fact(&report, "refused").parse().unwrap();
    assert_eq!(n_taken + n_refused, 3_291);
    assert!(n_refused <= 2, "two brands hold a control character: {report}");
    assert_eq!(fact(&site.run(&import), "taken in"), "0");

    let (server, keys) = Server::first(&site);
    let question = json!({"visitor_id": "me", "filter": "price < 20", "count": 5});
    let home = server.decide(&keys.publishable, question).await;
    assert_eq!(home.shown().len(), 5, "{}", home.text);
}

/// The way of the README: import a year of invoices, serve, ask what is bought together.
#[tokio::test]
async fn a_year_of_a_real_shops_invoices_is_imported_and_served() {
    let Some(file) = testkit::data::path("shop/online-retail/transactions.csv.gz") else { return };
    let site = Site::new();
    let import = format!("import online-retail {}", file.display());
    let report = site.run(&import);
    for (name, value) in [
        ("rows ", "541909"),
        ("invoices", "25900"),
        ("stock_codes", "4070"),
        ("customers", "4372"),
        ("rows_without_customer", "135080"),
        ("net_total", "GBP 9747747.93"),
        ("taken in", "29970"),
        ("refused", "0"),
    ] {
        assert_eq!(fact(&report, name), value, "{name}");
    }
    let again = site.run(&import);
    assert_eq!((fact(&again, "taken in"), fact(&again, "there already")), ("0", "29970"));

    let (server, keys) = Server::first(&site);
    let question = json!({"visitor_id": "me", "placement": "bought_together", "count": 5,
                          "context": {"product_ids": ["22697"]}});
    let together = server.decide(&keys.publishable, question).await;
    assert_eq!(together.shown().len(), 5, "{}", together.text);
    let reason = "Often bought with GREEN REGENCY TEACUP AND SAUCER";
    assert!(together.text.contains(reason), "{}", together.text);
    // The other two colours of the same cup come first.
    let mut first = together.shown()[..2].to_vec();
    first.sort_unstable();
    assert_eq!(first, ["22698", "22699"], "{}", together.text);
}
