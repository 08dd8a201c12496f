//! Shops with a past, and what their decisions are made of.

use std::collections::BTreeSet;

use app::Decision;
use domain::{Fallback, Reason, Span};
use testkit::TestShop;
use testkit::shop::phrases::{product, views};

/// How many visitors went each of the ways that everybody goes.
const N_VISITORS: usize = 10;

/// A shop in which ten visitors went from the lamp to the vase, ten from the mug to the cup, and
/// twenty looked at the rug and at nothing else. There are a bed and a sofa, too. All of them left
/// an hour ago.
pub(crate) async fn shop_with_a_past() -> TestShop {
    let shop = TestShop::new().await;
    shop.stock(["lamp", "vase", "mug", "cup", "rug", "bed", "sofa"].map(product)).await;
    let mut events = Vec::new();
    for n in 0..N_VISITORS {
        for (way, products) in [("light", ["lamp", "vase"]), ("drink", ["mug", "cup"])] {
            events.extend(products.map(|it| views(&format!("{way}-{n}"), it)));
        }
        events.push(views(&format!("rug-{n}"), "rug"));
        events.push(views(&format!("also-rug-{n}"), "rug"));
    }
    let report = shop.ingest(events).await;
    assert_eq!(report.rejected, []);
    shop.clock.advance(Span::HOUR);
    shop
}

/// The ids of what a decision shows, between spaces.
pub(crate) fn shown(decision: &Decision) -> String {
    let ids: Vec<&str> = decision.slate.iter().map(|it| it.product.as_str()).collect();
    ids.join(" ")
}

/// The products on which a decision says that it rests, between spaces.
pub(crate) fn because(decision: &Decision) -> String {
    let named: BTreeSet<&str> = decision
        .slate
        .iter()
        .filter_map(|it| match &it.reason {
            Reason::VisitsLikeThis { because }
            | Reason::ViewedTogether { because }
            | Reason::BoughtTogether { because }
            | Reason::GoesWithYours { because } => Some(because.as_str()),
            Reason::BoughtBefore | Reason::SeenBefore => Some(it.product.as_str()),
            Reason::Popular { .. } | Reason::Trending { .. } | Reason::ForSale => None,
        })
        .collect();
    Vec::from_iter(named).join(" ")
}

/// On which products a decision rests, and what it fell back to: `because lamp`, `no_consent`.
pub(crate) fn grounds(decision: &Decision) -> String {
    let because = match because(decision) {
        nothing if nothing.is_empty() => "because of nothing".to_owned(),
        named => format!("because {named}"),
    };
    let fallback = decision.fallback.map_or("", Fallback::name);
    format!("{because} {fallback}").trim_end().to_owned()
}
