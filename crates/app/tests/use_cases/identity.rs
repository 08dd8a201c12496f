//! Who is who: which shopper an event belongs to.

use std::cell::Cell;
use std::collections::BTreeMap;

use app::{DecideError, DecisionRequest, Incoming, UserClaim, WhoError};
use domain::{Purpose, Purposes, Recorded, ShopperKey};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use testkit::TestShop;
use testkit::shop::phrases::{consents, request, user, views};
use testkit::shop::{browser, server};

use crate::past::{grounds, shop_with_a_past};
use crate::runtime;

/// How the events of a test are sent.
#[derive(Clone, Copy, Debug)]
enum Sending {
    OneByOne,
    Together,
}

/// Sends an event a word, `visitor+user` with either left out, a `*` behind those who say yes to
/// personalization, and compares whose each is: shoppers
/// are A, B, … as they come. It must not matter whether the events come one by one or together.
async fn check(words: &str, expected: &str) {
    for sending in [Sending::OneByOne, Sending::Together] {
        let shop = TestShop::new().await;
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let found = whose(&shop, &words, sending).await;
        assert_eq!(found.join(" "), expected, "sent {sending:?}");
    }
}

/// Sends events and tells whose each is.
async fn whose(shop: &TestShop, words: &[String], sending: Sending) -> Vec<String> {
    let n_before = shop.log().await.len();
    let batches: Vec<&[String]> = match sending {
        Sending::OneByOne => words.chunks(1).collect(),
        Sending::Together => vec![words],
    };
    for batch in batches {
        let report = shop.ingest(batch.iter().map(|word| touch(word)).collect()).await;
        assert_eq!(report.rejected, []);
    }
    letters(&shop.log().await[n_before..])
}

fn touch(word: &str) -> Incoming {
    let (word, what) = match word.strip_suffix('*') {
        Some(word) => (word, consents("", &[Purpose::Personalization], &[])),
        None => (word, views("", "lamp")),
    };
    let (visitor, claimed) = word.split_once('+').unwrap_or((word, ""));
    let some = |it: &str| (!it.is_empty()).then(|| it.to_owned());
    Incoming { visitor: some(visitor), user: some(claimed).map(|it| user(&it)), ..what }
}

fn letters(events: &[Recorded]) -> Vec<String> {
    let mut names: BTreeMap<ShopperKey, char> = BTreeMap::new();
    let mut letter = |key: ShopperKey| {
        let next = ('A'..).nth(names.len()).expect("tests have few shoppers");
        names.entry(key).or_insert(next).to_string()
    };
    events.iter().map(|it| letter(it.envelope.shopper)).collect()
}

#[tokio::test]
async fn a_visitor_is_one_shopper_and_another_visitor_is_another() {
    check("phone phone laptop phone", "A A B A").await;
}

#[tokio::test]
async fn a_user_is_one_shopper_wherever_they_are() {
    check("+anna +anna +bert", "A A B").await;
}

#[tokio::test]
async fn a_visitor_who_turns_out_to_be_known_is_that_shopper_from_then_on() {
    check("+anna phone phone+anna phone", "A B A A").await;
}

#[tokio::test]
async fn what_a_visitor_did_before_the_first_login_stays_theirs() {
    check("phone phone+anna +anna laptop+anna laptop", "A A A A A").await;
}

#[tokio::test]
async fn two_people_on_one_device_are_never_merged() {
    check("phone phone+anna phone phone+bert phone +anna +bert", "A A A B B A B").await;
}

#[tokio::test]
async fn a_visitor_and_a_user_of_the_same_name_are_two_shoppers() {
    check("anna +anna", "A B").await;
}

#[tokio::test]
async fn who_is_who_is_still_known_after_a_restart() {
    let shop = TestShop::new().await;
    shop.ingest(["phone", "phone+anna", "laptop"].map(touch).to_vec()).await;
    let shop = shop.crash().await;
    shop.ingest(["laptop", "+anna", "phone"].map(touch).to_vec()).await;
    assert_eq!(letters(&shop.log().await).join(""), "AABBAA");
}

#[test]
fn it_never_matters_whether_events_come_one_by_one_or_together() {
    let visitors = prop::sample::select(vec!["", "phone", "laptop"]);
    let users = prop::sample::select(vec!["", "anna", "bert", "carl"]);
    let events = (visitors, users, prop::sample::select(vec!["", "", "*"]));
    let somebody = events.prop_filter("somebody is named", |it| (it.0, it.1) != ("", ""));
    let batches = prop::collection::vec(somebody, 1..8);

    // Two shops serve all cases, one of which asks before it follows anybody; everybody's ids are
    // new in each case.
    let runtime = runtime();
    let asking_first = Purposes::NONE.with(Purpose::Operation);
    let shops = [
        runtime.block_on(TestShop::new()),
        runtime.block_on(TestShop::with(|it| it.consent_default = asking_first)),
    ];
    let n_case = Cell::new(0);
    let send = |shop: &TestShop, batch: &[(&str, &str, &str)], sending| {
        n_case.set(n_case.get() + 1);
        let new = |id: &str| match id {
            "" => String::new(),
            id => format!("{id}-{}", n_case.get()),
        };
        let word = |(visitor, user, yes): &(&str, &str, &str)| {
            format!("{}+{}{yes}", new(visitor), new(user))
        };
        let words: Vec<String> = batch.iter().map(word).collect();
        runtime.block_on(whose(shop, &words, sending))
    };
    let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
    let holds = runner.run(&batches, |batch| {
        for shop in &shops {
            let one_by_one = send(shop, &batch, Sending::OneByOne);
            prop_assert_eq!(one_by_one, send(shop, &batch, Sending::Together));
        }
        Ok(())
    });
    holds.unwrap();
}

#[tokio::test]
async fn a_browser_says_who_somebody_is_only_with_the_shops_signature() {
    let shop = TestShop::new().await;
    let signed = UserClaim { signature: Some(shop.app.sign_user("anna")), ..user("anna") };
    let of_anna = Incoming { user: Some(signed), ..touch("phone") };
    shop.ingest(vec![touch("+anna")]).await;
    shop.ingest_as(&browser(), vec![touch("laptop+anna"), of_anna]).await;
    assert_eq!(letters(&shop.log().await).join(""), "ABA", "the unsigned id is passed over");
}

#[tokio::test]
async fn a_forged_shopper_is_refused_and_the_batchs_others_are_kept() {
    let shop = TestShop::new().await;
    let forged = UserClaim { signature: Some(shop.app.sign_user("bert")), ..user("anna") };
    let of_forger = Incoming { user: Some(forged), ..touch("phone") };
    let nobody = touch("+anna");
    let batch = vec![touch("laptop"), of_forger, nobody, touch("phone")];
    let report = shop.ingest_as(&browser(), batch).await;

    let codes: Vec<_> = report.rejected.iter().map(|(index, it)| (*index, it.code)).collect();
    assert_eq!(codes, [(1, "FORGED_SHOPPER_ID"), (2, "NO_USER_ANON_ID")]);
    assert_eq!(report.n_accepted, 2);
    assert_eq!(letters(&shop.log().await).join(""), "AB");
}

#[tokio::test]
async fn no_decision_is_made_for_a_forged_shopper() {
    let shop = TestShop::new().await;
    let forged = UserClaim { signature: Some("00".repeat(32)), ..user("anna") };
    let request = DecisionRequest { user: Some(forged), ..request("phone", "home") };
    let refused = shop.app.decide(&browser(), request).await;
    assert!(matches!(refused, Err(DecideError::Who(WhoError::Forged))), "{refused:?}");
}

#[tokio::test]
async fn a_second_person_on_the_same_device_is_shown_nothing_of_the_first_ones_visit() {
    let shop = shop_with_a_past().await;
    let anna = Incoming { user: Some(user("anna")), ..views("tablet", "lamp") };
    shop.ingest(vec![anna]).await;
    let asked_by = |id: &str| DecisionRequest { user: Some(user(id)), ..request("tablet", "home") };

    let for_anna = shop.decide_as(&server(), asked_by("anna")).await;
    assert_eq!(grounds(&for_anna), "because lamp");
    let for_bert = shop.decide_as(&server(), asked_by("bert")).await;
    assert_eq!(grounds(&for_bert), "because of nothing");
}

#[tokio::test]
async fn a_visit_goes_on_when_its_visitor_logs_in_for_the_first_time() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("tablet", "lamp")]).await;
    let asked = DecisionRequest { user: Some(user("anna")), ..request("tablet", "home") };
    assert_eq!(grounds(&shop.decide_as(&server(), asked).await), "because lamp");
}
