//! What shoppers allow, and that nothing else is done.

use app::{DecisionRequest, Incoming};
use consent::{Answer, GlobalPrivacyControl, Signals};
use domain::Purpose::{self, Measurement, Personalization};
use domain::event::shopping::{CartViewed, OrderCompleted};
use domain::{CartId, Envelope, Event, OpenValue, Purposes, ShopperKey};
use testkit::TestShop;
use testkit::shop::phrases::{
    consents, event, orders, product, product_ids, request, sees, user, views, views_from,
};
use testkit::shop::{browser, server};

use crate::past::{grounds, shop_with_a_past, shown};

/// Signals that refuse some purposes.
fn refusing(purposes: &[Purpose]) -> Signals {
    let refuse = |it: Signals, purpose: &Purpose| it.with_answer(*purpose, Answer::Denied);
    purposes.iter().fold(Signals::default(), refuse)
}

/// An event that identifies its visitor in every way that one can.
fn identifying(visitor: &str, signals: Signals) -> Incoming {
    Incoming {
        private: b"{\"email\":\"anna@example.com\"}".to_vec(),
        address: Some([198, 51, 100, 7].into()),
        signals,
        ..views(visitor, "lamp")
    }
}

/// Asks for the home page and compares on what the answer rests.
async fn check(shop: &TestShop, visitor: &str, signals: Signals, expected: &str) {
    let asked = DecisionRequest { signals, ..request(visitor, "home") };
    assert_eq!(grounds(&shop.decide(asked).await), expected);
}

/// The last events of the log.
async fn last<const N: usize>(shop: &TestShop) -> [Envelope; N] {
    let mut log = shop.log().await;
    let last: Vec<Envelope> =
        log.split_off(log.len() - N).into_iter().map(|it| it.envelope).collect();
    last.try_into().expect("so many were split off")
}

#[tokio::test]
async fn an_event_that_may_serve_the_shops_operation_alone_is_nobodys() {
    let shop = shop_with_a_past().await;
    let refused = refusing(&[Measurement, Personalization]);
    let events = vec![
        identifying("phone", Signals::default()),
        identifying("phone", refused),
        identifying("phone", refused),
    ];
    shop.ingest_as(&browser(), events).await;

    let [linked, unlinked, unlinked_too] = last(&shop).await;
    assert!(!linked.sealed.is_empty() && linked.address_range.is_some());
    for it in [&unlinked, &unlinked_too] {
        assert!(it.sealed.is_empty() && it.address_range.is_none());
        assert_ne!(it.shopper, linked.shopper);
    }
    assert_ne!(unlinked.shopper, unlinked_too.shopper, "no two of them can be joined");
}

#[tokio::test]
async fn without_personalization_no_profile_is_kept() {
    let shop = shop_with_a_past().await;
    let refused = refusing(&[Personalization]);
    shop.ingest(vec![Incoming { signals: refused, ..views("phone", "lamp") }]).await;
    check(&shop, "phone", Signals::default(), "because of nothing").await;
}

#[tokio::test]
async fn without_personalization_a_decision_rests_on_the_request_alone() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    check(&shop, "phone", Signals::default(), "because lamp").await;

    let signals = refusing(&[Personalization]);
    let asked = DecisionRequest { signals, ..request("phone", "home") };
    let popular = shop.decide(asked.clone()).await;
    assert_eq!(grounds(&popular), "because of nothing no_consent");
    assert_eq!(shown(&popular).split(' ').next(), Some("rug"), "what is popular comes first");

    let recent = product_ids("mug");
    let in_request = shop.decide(DecisionRequest { recent, ..asked }).await;
    assert_eq!(grounds(&in_request), "because mug no_consent");
}

#[tokio::test]
async fn privacy_control_alone_refuses_personalization() {
    let shop = shop_with_a_past().await;
    let asserted =
        Signals { privacy_control: GlobalPrivacyControl::Asserted, ..Signals::default() };
    shop.ingest(vec![Incoming { signals: asserted, ..views("phone", "lamp") }]).await;
    let [kept] = last(&shop).await;
    assert_eq!(kept.purposes, Purposes::NONE.with(Purpose::Operation).with(Measurement));
    check(&shop, "phone", asserted, "because of nothing no_consent").await;
}

#[tokio::test]
async fn a_yes_to_the_shop_stands_under_privacy_control() {
    let shop = shop_with_a_past().await;
    let asserted =
        Signals { privacy_control: GlobalPrivacyControl::Asserted, ..Signals::default() };
    shop.ingest(vec![consents("phone", &[Personalization], &[]), views("phone", "lamp")]).await;
    check(&shop, "phone", asserted, "because lamp").await;
}

#[tokio::test]
async fn a_refusal_forgets_the_visit_and_holds_until_it_is_taken_back() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    check(&shop, "phone", Signals::default(), "because lamp").await;

    shop.ingest(vec![consents("phone", &[], &[Personalization])]).await;
    check(&shop, "phone", Signals::default(), "because of nothing no_consent").await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    check(&shop, "phone", Signals::default(), "because of nothing no_consent").await;

    shop.ingest(vec![consents("phone", &[Personalization], &[])]).await;
    check(&shop, "phone", Signals::default(), "because of nothing").await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    check(&shop, "phone", Signals::default(), "because lamp").await;
}

#[tokio::test]
async fn a_refusal_holds_for_the_next_event_of_its_batch() {
    let shop = TestShop::new().await;
    shop.ingest(vec![
        views("phone", "lamp"),
        consents("phone", &[], &[Measurement, Personalization]),
        identifying("phone", Signals::default()),
        identifying("laptop", Signals::default()),
    ])
    .await;
    let [before, refusal, after, of_another] = last(&shop).await;
    assert_eq!(refusal.shopper, before.shopper, "a refusal is always its shopper's own");
    assert_ne!(after.shopper, before.shopper);
    assert!(after.sealed.is_empty() && after.address_range.is_none());
    assert!(!of_another.sealed.is_empty());
}

#[tokio::test]
async fn a_refusal_holds_for_whatever_is_sent_after_it_was_acknowledged() {
    let shop = TestShop::new().await;
    let refusal = consents("phone", &[], &[Measurement, Personalization]);
    let sender = browser();
    shop.while_following(async {
        for event in [refusal, identifying("phone", Signals::default())] {
            shop.app.ingest(&sender, vec![event]).await.unwrap();
        }
    })
    .await;
    let [refusal, after] = last(&shop).await;
    assert_ne!(after.shopper, refusal.shopper);
    assert!(after.sealed.is_empty() && after.address_range.is_none());
}

#[tokio::test]
async fn a_refusal_stops_the_uses_that_were_queued_behind_it() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "rug")]).await;
    let sender = browser();
    let send = |event| shop.app.ingest(&sender, vec![event]);
    // Both views are taken in while nothing of the refusal is folded: they may serve personalization.
    let (refused, _) = tokio::join!(send(consents("phone", &[], &[Personalization])), async {
        send(views("phone", "mug")).await.unwrap();
        send(views("phone", "lamp")).await.unwrap();
        shop.settle().await;
    });
    refused.unwrap();
    let [mug, lamp] = last(&shop).await;
    assert!([mug, lamp].iter().all(|it| it.purposes.contains(Personalization)));
    shop.ingest(vec![consents("phone", &[Personalization], &[])]).await;
    check(&shop, "phone", Signals::default(), "because of nothing").await;
}

#[tokio::test]
async fn without_measurement_nothing_is_counted_and_no_outcome_is_kept() {
    let shop = shop_with_a_past().await;
    let decision = shop.decide(request("phone", "home")).await;
    let refused = refusing(&[Measurement]);
    let mut events: Vec<Incoming> = vec![
        sees("phone", decision.id, ""),
        sees("phone", decision.id, "rug"),
        views_from("phone", "rug", decision.id),
    ];
    events.extend((0..100).map(|n| views(&format!("bed-{n}"), "bed")));
    events.iter_mut().for_each(|it| it.signals = refused);
    shop.ingest(events).await;

    let explained = shop.app.explain_decision(decision.id).await.unwrap().unwrap();
    assert_eq!(explained.outcomes, []);
    let popular = shop.decide(request("laptop", "home")).await;
    assert_eq!(shown(&popular).split(' ').next(), Some("rug"), "the bed was never counted");
}

/// A shop whose law asks for a yes before anything.
async fn shop_that_asks_first() -> TestShop {
    let shop = TestShop::with(|it| it.consent_default = Purposes::NONE.with(Purpose::Operation));
    let shop = shop.await;
    shop.stock([product("lamp")]).await;
    shop
}

#[tokio::test]
async fn a_yes_is_not_another_persons_on_the_same_device() {
    let shop = shop_that_asks_first().await;
    let by = |id: &str, it: Incoming| Incoming { user: Some(user(id)), ..it };
    shop.ingest(vec![
        by("anna", consents("phone", &[Personalization], &[])),
        by("anna", views("phone", "lamp")),
        by("bert", views("phone", "lamp")),
        by("bert", identifying("phone", Signals::default())),
    ])
    .await;
    let [yes, of_anna, of_bert, of_bert_too] = last(&shop).await;
    assert_eq!(of_anna.shopper, yes.shopper);
    for it in [of_bert, of_bert_too] {
        assert_ne!(it.shopper, yes.shopper);
        assert!(it.sealed.is_empty());
    }
}

#[tokio::test]
async fn a_visitors_yes_goes_on_when_they_log_in_for_the_first_time() {
    let shop = shop_that_asks_first().await;
    let visit = vec![consents("phone", &[Personalization], &[]), views("phone", "lamp")];
    shop.ingest(visit).await;
    shop.ingest(vec![Incoming { user: Some(user("anna")), ..views("phone", "lamp") }]).await;
    shop.ingest(vec![Incoming { user: Some(user("anna")), ..views("laptop", "lamp") }]).await;
    let [yes, before, after, elsewhere] = last(&shop).await;
    for it in [before, after, elsewhere] {
        assert_eq!(it.shopper, yes.shopper);
    }
}

#[tokio::test]
async fn who_allows_nothing_stays_unknown() {
    let shop = shop_that_asks_first().await;
    shop.ingest(vec![identifying("phone", Signals::default())]).await;
    shop.decide(request("phone", "home")).await;
    shop.settle().await;
    let [first, decided] = last(&shop).await;
    shop.ingest(vec![consents("phone", &[Personalization], &[])]).await;
    let [yes] = last(&shop).await;
    assert!(first.shopper != yes.shopper && decided.shopper == ShopperKey::NOBODY);
}

/// A shop with a user `anna` who is known, and a visitor `phone` who refused personalization.
async fn shop_with_a_refusal_at_the_door() -> TestShop {
    let shop = shop_with_a_past().await;
    let of_anna = Incoming { visitor: None, user: Some(user("anna")), ..views("", "lamp") };
    shop.ingest(vec![of_anna]).await;
    shop.ingest(vec![consents("phone", &[], &[Personalization])]).await;
    shop
}

/// Asks as `anna`, at the visitor's device, and compares on what the answer rests.
async fn check_anna(shop: &TestShop, visitor: Option<&str>, expected: &str) {
    let visitor = visitor.map(str::to_owned);
    let asked = DecisionRequest { visitor, user: Some(user("anna")), ..request("", "home") };
    assert_eq!(grounds(&shop.decide_as(&server(), asked).await), expected);
}

#[tokio::test]
async fn a_refusal_goes_with_a_visitor_who_turns_out_to_be_known() {
    let shop = shop_with_a_refusal_at_the_door().await;
    check_anna(&shop, None, "because lamp").await;
    shop.settle().await;
    let login = Incoming {
        message_id: Some("login".to_owned()),
        user: Some(user("anna")),
        ..views("phone", "mug")
    };
    let report = shop.ingest_as(&server(), vec![login.clone()]).await;
    assert_eq!((report.n_accepted, report.n_duplicate), (1, 0), "only what was sent is counted");

    let [refusal, viewed] = last(&shop).await;
    assert_eq!(refusal.shopper, viewed.shopper);
    assert!(!viewed.purposes.contains(Personalization));
    let shop = shop.crash().await;
    for visitor in [Some("phone"), Some("laptop"), None] {
        check_anna(&shop, visitor, "because of nothing no_consent").await;
    }

    shop.settle().await;
    let n_events = shop.log().await.len();
    let report = shop.ingest_as(&server(), vec![login]).await;
    assert_eq!((report.n_accepted, report.n_duplicate), (0, 1));
    assert_eq!(shop.log().await.len(), n_events, "what went with it goes once");
    let yes = consents("phone", &[Personalization], &[]);
    shop.ingest(vec![Incoming { user: Some(user("anna")), ..yes }]).await;
    check_anna(&shop, None, "because of nothing").await;
}

#[tokio::test]
async fn a_refusal_of_the_same_batch_goes_with_the_visitor_who_logs_in() {
    let shop = shop_with_a_past().await;
    let by_anna = |it: Incoming| Incoming { user: Some(user("anna")), ..it };
    shop.ingest(vec![
        by_anna(Incoming { visitor: None, ..views("", "lamp") }),
        consents("phone", &[], &[Personalization]),
        by_anna(views("phone", "mug")),
    ])
    .await;
    check_anna(&shop, None, "because of nothing no_consent").await;
}

#[tokio::test]
async fn a_decision_respects_what_its_visitor_refused_before_the_login_is_told() {
    let shop = shop_with_a_refusal_at_the_door().await;
    check_anna(&shop, Some("phone"), "because of nothing no_consent").await;
    shop.settle().await;
    check_anna(&shop, None, "because of nothing no_consent").await;
}

#[tokio::test]
async fn a_refusal_holds_for_whoever_is_met_at_its_device_by_a_decision_first() {
    let shop = shop_with_a_refusal_at_the_door().await;
    let by = |id: &str| Incoming { user: Some(user(id)), ..views("phone", "mug") };
    shop.ingest(vec![by("carl")]).await;
    let asked = DecisionRequest { user: Some(user("bert")), ..request("phone", "home") };
    let for_bert = shop.decide_as(&server(), asked.clone()).await;
    assert_eq!(grounds(&for_bert), "because of nothing no_consent");
    shop.ingest(vec![by("bert")]).await;
    let elsewhere = DecisionRequest { visitor: None, ..asked };
    let for_bert = shop.decide_as(&server(), elsewhere).await;
    assert_eq!(grounds(&for_bert), "because of nothing no_consent");
}

#[tokio::test]
async fn a_refusal_at_a_device_holds_there_where_nobody_is_followed_without_a_yes() {
    let shop = shop_that_asks_first().await;
    let yes = Incoming { visitor: None, ..consents("", &[Personalization], &[]) };
    shop.ingest(vec![Incoming { user: Some(user("anna")), ..yes }]).await;
    shop.ingest(vec![consents("phone", &[], &[Personalization])]).await;
    let [yes, _] = last(&shop).await;
    shop.ingest(vec![Incoming { user: Some(user("anna")), ..views("phone", "lamp") }]).await;
    let [viewed] = last(&shop).await;
    assert_ne!(viewed.shopper, yes.shopper, "anna allowed it, but not here");
}

#[tokio::test]
async fn events_that_are_nobodys_cannot_be_joined_by_what_is_in_them() {
    let shop = TestShop::new().await;
    let cart: Option<CartId> = Some("cart-7".parse().unwrap());
    let lines = || match orders("", "order-7", "lamp vase").event {
        Event::OrderCompleted(it) => it.lines,
        _ => Vec::new(),
    };
    let ordered = OrderCompleted {
        order: "order-7".parse().unwrap(),
        lines: lines(),
        total: None,
        revenue: None,
        cart: cart.clone(),
    };
    let of_phone = |what: Event| Incoming {
        signals: refusing(&[Measurement, Personalization]),
        open: vec![("campaign".to_owned(), OpenValue::Text("for-phone".to_owned()))],
        ..event("phone", what)
    };
    let viewed = CartViewed { cart, lines: lines() };
    shop.ingest(vec![of_phone(viewed.into()), of_phone(ordered.into())]).await;

    let [viewed, ordered] = last(&shop).await;
    for it in [&viewed, &ordered] {
        assert!(!format!("{it:?}").contains("cart-7") && it.open.is_empty());
    }
    assert!(matches!(ordered.event, Event::OrderCompleted(it) if it.order.as_str() == "order-7"));
}
