//! `evaluate` and `tune`: on a shop's own history, on plain files, and on a real shop's year.

use serde_json::{Value, json};

use crate::site::Site;

/// Orders of regulars who keep to their own products, every third day, as Segment's API takes them.
fn orders() -> String {
    let mut lines = String::new();
    for day in 1..=58_u32 {
        for shopper in (0..6_u32).filter(|it| (day + it) % 3 == 0) {
            let (month, of_month) = ((day - 1) / 30 + 1, (day - 1) % 30 + 1);
            let product = format!("p{shopper}-{}", (day / 3) % 2);
            lines += &format!(
                r#"{{"type":"track","event":"Order Completed","userId":"u{shopper}","properties":{{"order_id":"o{shopper}-{day}","products":[{{"product_id":"{product}","quantity":1}}]}},"timestamp":"2026-{month:02}-{of_month:02}T10:00:00Z"}}"#
            );
            lines.push('\n');
        }
    }
    lines
}

/// The products that are ordered.
fn products() -> String {
    let ids = (0..6).flat_map(|shopper| (0..2).map(move |at| format!("p{shopper}-{at}")));
    ids.map(|id| json!({"id": id, "title": id, "price": 20}).to_string() + "\n").collect()
}

fn site_with_orders() -> Site {
    let site = Site::new();
    site.write("products.jsonl", &products());
    site.write("orders.jsonl", &orders());
    site.run("import products products.jsonl");
    site.run("import events orders.jsonl");
    site
}

/// A method's result for a group, from the JSON of an evaluation.
#[track_caller]
fn result(report: &Value, method: &str, group: &str) -> Value {
    let methods = report["methods"].as_array().unwrap();
    let method = methods.iter().find(|it| it["name"] == method).unwrap();
    let results = method["results"].as_array().unwrap();
    results.iter().find(|it| it["group"] == group).unwrap().clone()
}

#[test]
fn a_shop_is_judged_tuned_and_judged_again_with_what_was_found() {
    let site = site_with_orders();
    let table = site.run("evaluate --split last-days:15 --generators buy_again --k 2");
    for words in [
        "held out     the last 15 days",
        "left out     0 acts: their shopper does not allow it",
        "Recall@2: of what a shopper went on to",
        "| most_frequent | 100.00 % (100.00 to 100.00)",
    ] {
        assert!(table.contains(words), "no `{words}` in {table}");
    }

    let tune =
        "tune --generator buy_again --split last-days:15 --budget 30s --rounds 3 --out found.toml";
    let said = site.run(tune);
    assert!(said.contains("rounds           3"), "{said}");
    let evaluate =
        "evaluate --split last-days:15 --generators buy_again --k 2 --json --params found.toml";
    let report: Value = serde_json::from_str(&site.run(evaluate)).unwrap();
    assert_eq!(report["format"], 1);
    assert_eq!(report["split"]["n_cases"], 6);
    assert!(report["methods"][2]["params"].is_string(), "{report}");
    assert_eq!(result(&report, "buy_again", "all")["recall"]["mean"], 1.0);

    let from = "tune --generator buy_again --split last-days:15 --rounds 1 --from found.toml --out more.toml";
    site.run(from);
    let more = std::fs::read_to_string(site.path("more.toml")).unwrap();
    assert!(more.contains("begun_from = "), "{more}");
}

#[test]
fn parameters_from_anywhere_else_are_refused() {
    let site = site_with_orders();
    site.run("tune --generator buy_again --split last-days:15 --rounds 1 --out found.toml");
    let other = site.refusal("evaluate --split last-days:10 --params found.toml");
    assert!(other.contains("searched on other data"), "{other}");

    let found = std::fs::read_to_string(site.path("found.toml")).unwrap();
    let seed = found.replace("seed = 1", "seed = 2");
    site.write("turned.toml", &seed);
    let turned = site.refusal("evaluate --split last-days:15 --params turned.toml");
    assert!(turned.contains("using turned.toml") && turned.contains("were changed"), "{turned}");

    site.write("made-up.toml", "half_life_days = 30\n");
    let made_up = site.refusal("evaluate --split last-days:15 --params made-up.toml");
    assert!(made_up.contains("only such files are taken"), "{made_up}");
}

#[test]
fn where_no_product_is_known_it_is_said_that_the_catalogue_comes_first() {
    let site = Site::new();
    site.write("orders.jsonl", &orders());
    site.run("import events orders.jsonl");
    for line in ["evaluate", "tune --generator buy_again --rounds 1 --out found.toml"] {
        let refusal = site.refusal(line);
        assert!(refusal.contains("116 acts are left out"), "{refusal}");
        assert!(refusal.contains("import the catalogue first"), "{refusal}");
        assert!(!refusal.contains("1969"), "{refusal}");
    }
}

#[test]
fn plain_files_are_judged_without_a_shop() {
    let site = Site::new();
    site.write("train.txt", "a 1 2 3\nb 1 2 3\nc 4 5\nd 1 2\n");
    site.write("test.txt", "d 3\nc 1\n");
    let fixed = site.run("evaluate --train train.txt --test test.txt --k 1,2 --json");
    let report: Value = serde_json::from_str(&fixed).unwrap();
    assert_eq!(report["data"]["source"], "train.txt, test.txt");
    assert_eq!(report["split"]["seen"], "remove");

    site.write("sessions.txt", "1 2 3\n1 2 3\n4 5\n");
    site.write("prefixes.tsv", "1\t2\n4\t5\n");
    let sessions =
        site.run("evaluate --sessions sessions.txt --test-sessions prefixes.tsv --k 1 --json");
    let report: Value = serde_json::from_str(&sessions).unwrap();
    assert_eq!(result(&report, "session_neighbors", "all")["n_cases"], 2);
    assert!(!site.path("data").exists(), "no shop is made for plain files");

    let left = site.run("evaluate --train train.txt --split leave-one-out --k 1");
    assert!(left.contains("what each shopper did last"), "{left}");
    let refusal = site.refusal("evaluate --split fixed");
    assert!(refusal.contains("give --train and --test"), "{refusal}");
    let refusal = site.refusal("evaluate --train train.txt --test test.txt --split leave-one-out");
    assert!(refusal.contains("these files cannot be cut so"), "{refusal}");
}

/// The smaller form of the benchmark `shops`, with its parameters: they fit the data as it is imported.
#[test]
fn what_a_real_shop_s_customers_order_next_is_foretold_better_than_by_fame_or_habit() {
    let Some(file) = testkit::data::path("shop/online-retail/transactions.csv.gz") else { return };
    let site = Site::new();
    site.run(&format!("import online-retail {}", file.display()));
    let params = "bench/params/shops-online-retail-item_neighbors.toml";
    let params = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(params);
    let evaluate = "evaluate --split last-days:30 --generators item_neighbors --k 20 --json";
    let evaluate = format!("{evaluate} --params {}", params.display());
    let report: Value = serde_json::from_str(&site.run(&evaluate)).unwrap();

    let everybody = &result(&report, "item_neighbors", "all")["over_popular"];
    assert!(everybody["recall_ratio"].as_f64().unwrap() >= 2.0, "{everybody}");
    let known = &result(&report, "item_neighbors", "known")["over_most_frequent"];
    assert!(known["recall"]["low"].as_f64().unwrap() > 0.0, "{known}");
}
