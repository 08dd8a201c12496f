//! How little one party can move what everybody is shown.

use std::net::{IpAddr, Ipv4Addr};

use app::Incoming;
use domain::{GeneratorShare, Personalization, Placement, Span};
use testkit::TestShop;
use testkit::shop::phrases::{orders, product, product_ids, request, views};
use testkit::shop::{browser, server};

use crate::past::shown;

/// How many visitors like the honest product.
const N_HONEST: u8 = 50;
/// How many events somebody sends to move theirs above it.
const N_SHILLING: usize = 3_000;

/// A shop with a placement for each generator alone.
async fn shop() -> TestShop {
    let shop = TestShop::new().await;
    shop.stock(["honest", "shilled", "lamp"].map(product)).await;
    for generator in ["popular", "trending", "also_viewed", "bought_together"] {
        let share = GeneratorShare { generator: generator.to_owned(), weight: 1.0 };
        let placement = Placement {
            id: format!("{generator}-alone").parse().unwrap(),
            title: generator.to_owned(),
            generators: vec![share],
            filter: None,
            personalization: Personalization::On,
            steering: domain::Steering::default(),
        };
        shop.app.put_placement(&server(), placement).await.unwrap();
    }
    shop
}

fn from(address: IpAddr, event: Incoming) -> Incoming {
    Incoming { address: Some(address), ..event }
}

/// Fifty visitors from everywhere look at the products, each once.
fn honest(products: &[&str]) -> Vec<Incoming> {
    let of_visitor = |n: u8| {
        let address = IpAddr::from(Ipv4Addr::new(10, n, 0, 1));
        products.iter().map(move |it| from(address, views(&format!("visitor-{n}"), it)))
    };
    (0..N_HONEST).flat_map(of_visitor).collect()
}

/// Sends both sides' events in either order, and compares what comes first of the two.
async fn check(generator: &str, honest: Vec<Incoming>, shilling: Vec<Incoming>) {
    for shilling_first in [false, true] {
        let shop = shop().await;
        let mut sides = vec![honest.clone(), shilling.clone()];
        if shilling_first {
            sides.reverse();
        }
        for side in sides {
            shop.ingest_as(&browser(), side).await;
        }
        let mut asked = request("judge", &format!("{generator}-alone"));
        asked.products = product_ids("lamp");
        let slate = shown(&shop.decide(asked).await);
        assert_eq!(slate, "honest shilled", "by {generator}, shilling first: {shilling_first}");
    }
}

#[tokio::test]
async fn one_visitor_cannot_outvote_fifty() {
    let shilling: Vec<_> = (0..N_SHILLING).map(|_| views("shill", "shilled")).collect();
    check("popular", honest(&["honest"]), shilling.clone()).await;
    check("trending", honest(&["honest"]), shilling).await;
}

#[tokio::test]
async fn one_visitor_cannot_vote_for_every_day_of_the_past() {
    let shop = shop().await;
    let days = (0..N_SHILLING as i64).map(|n| Span::MINUTE.times(3 * n));
    let shilling = days.map(|ago| Incoming {
        original_time: Some(shop.app.now().minus(ago)),
        ..views("shill", "shilled")
    });
    check("popular", honest(&["honest"]), shilling.collect()).await;
}

#[tokio::test]
async fn one_address_range_cannot_outvote_fifty_visitors_whoever_it_says_it_is() {
    let of_range = |n: usize| {
        #[expect(clippy::cast_possible_truncation, reason = "addresses of one range are reused")]
        let address = IpAddr::from(Ipv4Addr::new(203, 0, 113, n as u8));
        from(address, views(&format!("shill-{n}"), "shilled"))
    };
    let shilling: Vec<_> = (0..N_SHILLING).map(of_range).collect();
    check("popular", honest(&["honest"]), shilling.clone()).await;
    check("trending", honest(&["honest"]), shilling).await;
}

#[tokio::test]
async fn one_address_range_cannot_teach_what_belongs_together() {
    let address = IpAddr::from(Ipv4Addr::new(203, 0, 113, 9));
    let visit =
        |n: usize| ["lamp", "shilled"].map(|it| from(address, views(&format!("shill-{n}"), it)));
    let shilling = (0..N_SHILLING / 2).flat_map(visit).collect();
    check("also_viewed", honest(&["lamp", "honest"]), shilling).await;
}

#[tokio::test]
async fn orders_that_only_a_browser_tells_of_neither_count_nor_teach() {
    let shop = shop().await;
    let told = |n: usize| orders(&format!("visitor-{n}"), &format!("order-{n}"), "lamp shilled");
    let before = shop.app.state_digests();
    shop.ingest_as(&browser(), (0..100).map(told).collect()).await;
    let changed: Vec<&str> = (before.iter().zip(shop.app.state_digests()))
        .filter(|(before, after)| *before != after)
        .map(|(before, _)| before.name)
        .collect();
    assert_eq!(changed, ["log"], "they are kept, and nothing else");
    assert_eq!(shop.log().await.len(), 3 + 100);
}

#[tokio::test]
async fn one_shopper_cannot_teach_what_is_bought_together_by_ordering_all_day() {
    let shop = shop().await;
    shop.stock([product("rug")]).await;
    let order =
        |who: &str, n: usize, ids| orders(&format!("{who}-{n}"), &format!("{who}-{n}"), ids);
    let honest = (0..usize::from(N_HONEST)).map(|n| order("visitor", n, "lamp honest"));
    let others = (0..200).map(|n| order("other", n, "rug"));
    shop.ingest(honest.chain(others).collect()).await;
    let shilling = (0..N_SHILLING).map(|n| orders("shill", &format!("shill-{n}"), "lamp shilled"));
    shop.ingest(shilling.collect()).await;

    let mut asked = request("judge", "bought_together-alone");
    asked.products = product_ids("lamp");
    let slate = shop.decide(asked).await.slate;
    let first = slate.first().map(|it| (it.product.as_str(), it.generator.as_str()));
    assert_eq!(first, Some(("honest", "bought_together")));
}
