//! Moving: a shop is carried over to another place, cut short anywhere, and goes on there as the same shop.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use app::migrate::{Destination, MigrateError, Migrated, Reach};
use app::{App, AppSettings, ArchiveSettings, Caller};
use domain::{Position, Span};
use ports::KeyScope;
use testkit::TestShop;
use testkit::shop::elsewhere::Elsewhere;
use testkit::shop::phrases::{product, request, views};
use testkit::shop::server;

use crate::past::{shop_with_a_past, shown};

/// Longer than any test takes.
const LONG: Reach = Reach::CutOver(Duration::from_secs(600));

async fn place(shop: &TestShop, elsewhere: &Elsewhere) -> Destination {
    let first = shop.app.log_first().await.unwrap();
    Destination { backends: elsewhere.backends(first).await, name: "the new place".to_owned() }
}

async fn migrate(app: &App, to: &Destination, reach: Reach) -> Result<Migrated, MigrateError> {
    app.migrate(&Caller::command(), to, reach, &|_| {}).await
}

/// Polls a future so often at the most, and drops it then.
async fn give_up_after<T>(n_polls: u32, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut n_left) = (pin!(work), n_polls);
    poll_fn(|context| match n_left.checked_sub(1) {
        None => Poll::Ready(None),
        Some(rest) => {
            n_left = rest;
            work.as_mut().poll(context).map(Some)
        }
    })
    .await
}

/// Archives a few events at a time, and keeps next to nothing in the log.
fn busily(settings: &mut AppSettings) {
    settings.archive =
        ArchiveSettings { commit_events: 50, log_keep_events: 5, ..ArchiveSettings::default() };
}

#[tokio::test]
async fn a_shop_that_moved_is_the_same_and_the_old_place_takes_nothing_more() {
    let shop = shop_with_a_past().await;
    shop.app.create_key(&server(), KeyScope::Secret, Vec::new()).await.unwrap();
    let shown_before = shown(&shop.decide(request("light-1", "home")).await);
    shop.settle().await;
    let elsewhere = Elsewhere::of(&shop);
    let to = place(&shop, &elsewhere).await;
    let moved = migrate(&shop.app, &to, LONG).await.unwrap();
    assert!(moved.is_moved);
    assert_eq!(moved.position, shop.app.readiness().head);
    let counts: Vec<(&str, u64)> = moved.equal.iter().map(|it| (it.of, it.n)).collect();
    assert!(counts.contains(&("shoppers", 40)) && counts.contains(&("keys", 1)), "{counts:?}");

    let refused = shop.app.ingest(&server(), vec![views("bo", "mug")]).await.unwrap_err();
    assert!(format!("{refused:?}").contains("being carried over"), "{refused:?}");
    shop.app.create_key(&server(), KeyScope::Secret, Vec::new()).await.unwrap_err();
    assert_eq!(shown(&shop.decide(request("light-1", "home")).await), shown_before);
    let (state, log) = (shop.app.state_digests(), shop.log().await);
    let again = migrate(&shop.app, &to, LONG).await.unwrap();
    assert!(again.is_moved, "saying the last word again is harmless");
    let other = Destination { name: "a third place".to_owned(), ..to.clone() };
    let said = migrate(&shop.app, &other, LONG).await.unwrap_err().to_string();
    assert!(said.contains("was moved to the new place"), "{said}");

    drop((to, other));
    let new = elsewhere.open().await.unwrap();
    assert_eq!(new.app.state_digests(), state);
    assert_eq!(new.log().await, log);
    assert_eq!(new.app.keys().await.unwrap(), shop.app.keys().await.unwrap());
    assert_eq!(shown(&new.decide(request("light-1", "home")).await), shown_before);
    new.ingest(vec![views("light-1", "bed")]).await;
    let last = new.log().await.pop().unwrap();
    assert!(log.iter().any(|it| it.envelope.shopper == last.envelope.shopper), "who they were");
}

#[tokio::test]
async fn a_move_that_is_given_up_anywhere_leaves_the_shop_and_goes_on_where_it_was() {
    let shop = TestShop::with(busily).await;
    shop.stock(["lamp", "mug"].map(product)).await;
    let elsewhere = Elsewhere::of(&shop);
    let to = place(&shop, &elsewhere).await;
    let mut n_given_up = 0;
    let moved = loop {
        let visitor = format!("ada-{n_given_up}");
        let events = vec![views(&visitor, "lamp"), views(&visitor, "mug")];
        if shop.app.ingest(&server(), events).await.is_err() {
            // It was given up between its last words, both of which are said all the same.
            break migrate(&shop.app, &to, LONG).await.unwrap();
        }
        shop.settle().await;
        shop.app.create_key(&server(), KeyScope::Secret, Vec::new()).await.unwrap();
        shop.app.archive_through(shop.app.readiness().head).await.unwrap();
        let moving = migrate(&shop.app, &to, LONG);
        // Later each time, until it gets through.
        let n_polls = 1 << (n_given_up / 2);
        match give_up_after(n_polls + n_given_up % 2, moving).await {
            None => n_given_up += 1,
            Some(moved) => break moved.unwrap(),
        }
    };
    assert!(4 < n_given_up, "{n_given_up}");
    assert_eq!(moved.position, shop.app.readiness().head);
    let (state, log) = (shop.app.state_digests(), shop.log().await);
    let keys = shop.app.keys().await.unwrap();
    drop(to);
    let new = elsewhere.open().await.unwrap();
    assert_eq!(new.app.state_digests(), state);
    assert_eq!(new.log().await, log);
    assert_eq!(new.app.keys().await.unwrap(), keys);
}

#[tokio::test]
async fn what_takes_too_long_or_only_prepares_leaves_the_shop_where_it_is() {
    let shop = shop_with_a_past().await;
    let elsewhere = Elsewhere::of(&shop);
    let to = place(&shop, &elsewhere).await;
    let stays = migrate(&shop.app, &to, Reach::CarriedOver).await.unwrap();
    assert!(!stays.is_moved);
    let late = migrate(&shop.app, &to, Reach::CutOver(Duration::ZERO)).await.unwrap_err();
    assert!(late.to_string().contains("allow more time by `--within`"), "{late}");
    assert_eq!(shop.ingest(vec![views("bo", "mug")]).await.n_accepted, 1);
    drop(to);
    let said = elsewhere.open().await.unwrap_err().to_string();
    assert!(said.contains("is being carried over to here, and is served where it was"), "{said}");
}

#[tokio::test]
async fn a_place_with_something_else_in_it_is_left_alone() {
    let (shop, other) = (shop_with_a_past().await, TestShop::new().await);
    other.stock(["mug"].map(product)).await;
    other.ingest((0..100).map(|n| views(&format!("bo-{n}"), "mug")).collect()).await;
    let elsewhere = Elsewhere::of(&shop);
    let to = place(&shop, &elsewhere).await;
    migrate(&shop.app, &to, Reach::CarriedOver).await.unwrap();
    // The same root key and events enough, but others.
    let said = migrate(&other.app, &to, LONG).await.unwrap_err().to_string();
    assert!(said.contains("events behind 0 differ between the two places"), "{said}");
    migrate(&shop.app, &to, LONG).await.unwrap();
    let said = migrate(&other.app, &to, LONG).await.unwrap_err().to_string();
    assert!(said.contains("a shop was carried over to there before"), "{said}");

    let served = Elsewhere::of(&shop);
    let backends = served.backends(Position::new(1)).await;
    backends.records.set_fact("root_key_check", "some").await.unwrap();
    let to = Destination { backends, name: "served".to_owned() };
    let said = migrate(&other.app, &to, LONG).await.unwrap_err().to_string();
    assert!(said.contains("its records are of a shop that was served"), "{said}");
}

#[tokio::test]
async fn an_earlier_state_of_a_shop_is_not_carried_over_a_later_one() {
    let shop = TestShop::new().await;
    shop.stock(["lamp", "mug"].map(product)).await;
    let elsewhere = Elsewhere::of(&shop);
    let to = place(&shop, &elsewhere).await;
    migrate(&shop.app, &to, Reach::CarriedOver).await.unwrap();
    let earlier = TestShop::new().await;
    let said = migrate(&earlier.app, &to, LONG).await.unwrap_err().to_string();
    assert!(said.contains("has events up to 2, and this shop ends at 0"), "{said}");
}

#[tokio::test]
async fn what_is_sent_again_after_a_move_counts_once() {
    let shop = TestShop::new().await;
    shop.stock(["lamp"].map(product)).await;
    let sent = |n: u32| {
        let mut event = views("ada", "lamp");
        event.message_id = Some(format!("message {n}"));
        vec![event]
    };
    shop.ingest(sent(1)).await;
    shop.clock.advance(Span::DAY.times(2));
    shop.ingest(sent(2)).await;
    let elsewhere = Elsewhere::of(&shop);
    let to = place(&shop, &elsewhere).await;
    migrate(&shop.app, &to, LONG).await.unwrap();
    drop(to);
    let new = elsewhere.open().await.unwrap();
    assert_eq!(new.app.readiness().tail, Position::new(3), "the log has the last day");
    assert_eq!(new.ingest(sent(2)).await.n_duplicate, 1);
    assert_eq!(new.ingest(sent(3)).await.n_accepted, 1);
}
