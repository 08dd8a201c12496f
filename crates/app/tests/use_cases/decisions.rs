//! What is decided: for whom, on what grounds, how soon, and what is refused.

use app::{DecideError, DecisionRequest};
use domain::{Fallback, Personalization, Placement, Reason, Span};
use expect_test::{Expect, expect};
use testkit::TestShop;
use testkit::shop::phrases::{
    adds, category, orders, product, product_ids, product_in, removes, request, views,
};
use testkit::shop::{browser, server};

use crate::past::{because, grounds, shop_with_a_past, shown};

/// Decides and compares, a line a product, what is shown and why.
async fn check(shop: &TestShop, request: DecisionRequest, expect: Expect) {
    let decision = shop.decide(request).await;
    let mut told = String::new();
    for it in &decision.slate {
        let why = match &it.reason {
            Reason::VisitsLikeThis { because } => format!("visits like this, because {because}"),
            Reason::ViewedTogether { because } => format!("viewed together with {because}"),
            Reason::BoughtTogether { because } => format!("bought together with {because}"),
            Reason::Popular { category: None } => "popular".to_owned(),
            Reason::Popular { category: Some(category) } => format!("popular in {category}"),
            Reason::Trending { category: None } => "trending".to_owned(),
            Reason::Trending { category: Some(category) } => format!("trending in {category}"),
            Reason::ForSale => "for sale".to_owned(),
            Reason::GoesWithYours { because } => format!("goes with {because}"),
            Reason::BoughtBefore => "bought before".to_owned(),
            Reason::SeenBefore => "seen before".to_owned(),
        };
        told += &format!("{}: {why} ({})\n", it.product, it.generator);
    }
    if let Some(fallback) = decision.fallback {
        told += &format!("fallback {fallback}\n");
    }
    expect.assert_eq(&told);
}

#[tokio::test]
async fn each_product_is_shown_with_a_reason_that_is_true() {
    let shop = shop_with_a_past().await;
    let order = |n, ids| orders(&format!("buyer-{n}"), &format!("order-{n}"), ids);
    let others = (10..40).map(|n| order(n, "rug"));
    shop.ingest((0..10).map(|n| order(n, "bed sofa")).chain(others).collect()).await;
    shop.ingest(vec![views("phone", "lamp")]).await;

    check(
        &shop,
        request("phone", "home"),
        expect![[r#"
            vase: visits like this, because lamp (session_neighbors)
            rug: trending (trending)
            bed: trending (trending)
            sofa: trending (trending)
            lamp: trending (trending)
        "#]],
    )
    .await;
    let on_bed =
        DecisionRequest { products: product_ids("bed"), ..request("laptop", "bought_together") };
    check(
        &shop,
        on_bed,
        expect![[r#"
            sofa: bought together with bed (bought_together)
            rug: popular (popular)
            lamp: popular (popular)
            vase: popular (popular)
            mug: popular (popular)
            fallback too_few_candidates
        "#]],
    )
    .await;
    let on_mug = DecisionRequest { products: product_ids("mug"), ..request("laptop", "similar") };
    check(
        &shop,
        on_mug,
        expect![[r#"
            cup: viewed together with mug (also_viewed)
            rug: popular (popular)
            bed: popular (popular)
            sofa: popular (popular)
            lamp: popular (popular)
        "#]],
    )
    .await;
}

#[tokio::test]
async fn on_a_page_about_a_category_its_products_stand_before_what_is_liked_elsewhere() {
    let shop = TestShop::new().await;
    let lamps = ["lamp", "shade", "bulb"].map(|it| product_in("Home > Light", it));
    let pots = ["pot", "pan"].map(|it| product_in("Kitchen", it));
    shop.stock(lamps.into_iter().chain(pots)).await;
    for visitor in ["a", "b", "c"] {
        shop.ingest(vec![views(visitor, "lamp"), views(visitor, "shade")]).await;
        shop.ingest(vec![views(visitor, "bulb")]).await;
    }
    shop.ingest(vec![views("phone", "lamp")]).await;

    let kitchen =
        DecisionRequest { category: Some(category("Kitchen")), ..request("phone", "category") };
    let decision = shop.decide(kitchen).await;

    let shown: Vec<&str> = decision.slate.iter().map(|it| it.product.as_str()).collect();
    let (first, rest) = shown.split_at(2);
    assert!(first.contains(&"pot") && first.contains(&"pan"), "{shown:?}");
    assert!(rest.contains(&"shade"), "what is liked elsewhere fills the rest: {shown:?}");
}

#[tokio::test]
async fn a_category_is_named_only_for_products_that_are_in_it() {
    let shop = TestShop::new().await;
    shop.stock([product_in("Home > Lamps", "lamp"), product_in("Home", "vase"), product("mug")])
        .await;
    let mut events: Vec<_> = (0..3).map(|n| views(&format!("one-{n}"), "mug")).collect();
    events.push(views("two", "lamp"));
    shop.ingest(events).await;
    let in_home =
        DecisionRequest { category: Some(category("Home")), ..request("phone", "category") };
    check(
        &shop,
        in_home,
        expect![[r#"
            lamp: trending in Home (trending)
            vase: for sale (trending)
            mug: trending (trending)
            fallback too_few_candidates
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_new_shop_shows_what_is_for_sale() {
    let shop = TestShop::new().await;
    shop.stock(["lamp", "vase"].map(product)).await;
    check(
        &shop,
        request("phone", "home"),
        expect![[r#"
            lamp: for sale (trending)
            vase: for sale (trending)
            fallback too_few_candidates
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_visitor_is_known_from_the_first_click_and_better_after_each_further_one() {
    let shop = shop_with_a_past().await;
    let mut slates = vec![shown(&shop.decide(request("phone", "home")).await)];
    for (clicked, next) in [("lamp", "vase"), ("mug", "cup")] {
        shop.ingest(vec![views("phone", clicked)]).await;
        let slate = shown(&shop.decide(request("phone", "home")).await);
        assert_eq!(slate.split(' ').next(), Some(next), "after {clicked}");
        assert!(!slates.contains(&slate), "the slate after {clicked} is a new one");
        slates.push(slate);
    }
}

#[tokio::test]
async fn what_was_just_ordered_or_taken_out_of_the_cart_or_lies_in_it_is_not_shown() {
    let shop = shop_with_a_past().await;
    let events = vec![adds("phone", "rug"), adds("phone", "mug"), removes("phone", "mug")];
    shop.ingest(events).await;
    shop.ingest(vec![orders("phone", "order-1", "lamp")]).await;
    let slate = shop.decide(DecisionRequest { count: 10, ..request("phone", "home") }).await;
    let mut ids: Vec<&str> = slate.slate.iter().map(|it| it.product.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["bed", "cup", "sofa", "vase"]);
}

#[tokio::test]
async fn what_the_request_excludes_is_not_shown_even_if_nothing_else_is_left() {
    let shop = TestShop::new().await;
    shop.stock(["lamp", "vase"].map(product)).await;
    let on_lamp = DecisionRequest { products: product_ids("lamp"), ..request("phone", "home") };
    let without = |ids| DecisionRequest { exclude: product_ids(ids), ..on_lamp.clone() };

    assert_eq!(shown(&shop.decide(without("vase")).await), "lamp", "better than nothing");
    let nothing = shop.decide(without("vase lamp")).await;
    assert_eq!((shown(&nothing).as_str(), nothing.fallback), ("", Some(Fallback::NothingEligible)));
}

#[tokio::test]
async fn the_switch_of_the_shop_ends_personalization_with_the_next_decision() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    for (switched, expected) in [
        (Personalization::Off, "because of nothing switched_off"),
        (Personalization::On, "because lamp"),
        (Personalization::Off, "because of nothing switched_off"),
    ] {
        shop.app.set_personalization(&server(), switched).await.unwrap();
        assert_eq!(grounds(&shop.decide(request("phone", "home")).await), expected);
    }
    let shop = shop.restart().await;
    let still_off = shop.decide(request("phone", "home")).await;
    assert_eq!(grounds(&still_off), "because of nothing switched_off");
}

#[tokio::test]
async fn the_switch_of_a_placement_ends_personalization_there_and_nowhere_else() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    let mut placements = shop.app.placements().into_iter();
    let home = placements.find(|it| it.id.as_str() == "home").unwrap();
    let switched = Placement { personalization: Personalization::Off, ..home };
    shop.app.put_placement(&server(), switched).await.unwrap();

    let home = shop.decide(request("phone", "home")).await;
    assert_eq!(grounds(&home), "because of nothing switched_off");
    let category = shop.decide(request("phone", "category")).await;
    assert_eq!(because(&category), "lamp");
}

#[tokio::test]
async fn a_decision_sees_what_it_is_asked_to_have_seen() {
    let shop = shop_with_a_past().await;
    let sender = browser();
    let decision = shop
        .while_following(async {
            let report = shop.app.ingest(&sender, vec![views("phone", "lamp")]).await.unwrap();
            let after = Some(report.position);
            let deadline = Some(Span::MINUTE);
            shop.decide(DecisionRequest { after, deadline, ..request("phone", "home") }).await
        })
        .await;
    assert_eq!((grounds(&decision).as_str(), decision.behind), ("because lamp", 0));
}

#[tokio::test]
async fn a_decision_that_cannot_have_seen_it_in_time_says_how_far_it_is_behind() {
    let shop = shop_with_a_past().await;
    let unseen = vec![views("phone", "lamp"), views("phone", "vase")];
    let report = shop.app.ingest(&browser(), unseen).await.unwrap();
    let after = Some(report.position);
    let decision = shop.decide(DecisionRequest { after, ..request("phone", "home") }).await;
    assert_eq!((grounds(&decision).as_str(), decision.behind), ("because of nothing", 2));
    assert_eq!(decision.seen.get() + 2, report.position.get());
}

#[tokio::test]
async fn a_decision_whose_time_is_over_shows_what_it_has_and_says_so() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    shop.clock.tick(Span::MILLISECOND.times(10));
    let deadline = Some(Span::MILLISECOND.times(5));
    let decision = shop.decide(DecisionRequest { deadline, ..request("phone", "home") }).await;
    assert_eq!(grounds(&decision), "because lamp deadline_passed");
    assert_eq!(decision.slate.len(), 5, "what is popular fills the rest");
    assert_eq!(decision.versions, ["session_neighbors@1"], "the others were not asked");
}

#[tokio::test]
async fn a_request_that_cannot_be_understood_is_refused_with_a_remedy() {
    let shop = shop_with_a_past().await;
    let refused = async |request| {
        let refused: DecideError = shop.app.decide(&browser(), request).await.unwrap_err();
        refused.to_string()
    };
    let nowhere = refused(request("phone", "basement")).await;
    expect![[r#"
        there is no placement `basement`; the shop has bought_together, cart, category, home, order_confirmation, similar"#]]
    .assert_eq(&nowhere);
    let filter = Some("prize < 20".to_owned());
    let not_a_field = refused(DecisionRequest { filter, ..request("phone", "home") }).await;
    expect![[r#"
        the filter is not understood: column 1: `prize` is no field; there are price, stock, in_stock, category, brand, id and attributes.NAME"#]]
    .assert_eq(&not_a_field);
}
