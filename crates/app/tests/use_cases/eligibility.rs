//! What is never shown, and that something always is: for every history, against a plain model of the
//! catalogue that looks at each product alone.

use std::collections::{BTreeMap, BTreeSet};

use app::{CatalogueChange, DecisionRequest};
use domain::{Fallback, Product, ProductId, Reason};
use proptest::prelude::*;
use proptest::test_runner::Config;
use testkit::TestShop;
use testkit::shop::phrases::{category, product_id};

use crate::runtime;
use crate::steps::{Step, any_history, any_request, happen};

/// A filter in the shop's words, and what it means for one product.
#[derive(Clone, Copy)]
struct Meaning {
    words: &'static str,
    passes: fn(&Product) -> bool,
}

impl std::fmt::Debug for Meaning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.words)
    }
}

fn price(product: &Product) -> i64 {
    product.price.map_or(0, |it| it.amount_minor())
}

const FILTERS: [Meaning; 5] = [
    Meaning { words: "price >= 0", passes: |_| true },
    Meaning { words: "price < 15", passes: |it| price(it) < 1_500 },
    Meaning {
        words: "category = \"Home > Light\"",
        passes: |it| it.categories.contains(&category("Home > Light")),
    },
    Meaning {
        words: "NOT category = \"Light\" AND (price > 20 OR id = \"lamp\")",
        passes: |it| {
            let is_lamp = it.id.as_str() == "lamp";
            !it.categories.contains(&category("Home > Light")) && (price(it) > 2_000 || is_lamp)
        },
    },
    Meaning { words: "stock >= 3", passes: |it| it.stock.is_none_or(|it| it >= 3) },
];

/// What a plain reading of the history says.
#[derive(Debug, Default)]
struct Model {
    catalogue: BTreeMap<ProductId, Product>,
    /// Which visitor touched what, ever.
    touched: BTreeSet<(String, ProductId)>,
}

impl Model {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Catalogue(CatalogueChange::Upsert(it)) => {
                self.catalogue.insert(it.id.clone(), (**it).clone());
            }
            Step::Catalogue(CatalogueChange::Patch(id, patch)) => {
                if let Some(product) = self.catalogue.get_mut(id) {
                    patch.apply_to(product);
                }
            }
            Step::Catalogue(CatalogueChange::Delete(id)) => drop(self.catalogue.remove(id)),
            Step::Viewed(visitor, id) | Step::Added(visitor, id) | Step::Removed(visitor, id) => {
                self.touch(visitor, id);
            }
            Step::Ordered(visitor, ids, _) => ids.iter().for_each(|id| self.touch(visitor, id)),
            Step::Consented(..) | Step::Decided(_) | Step::Waited(_) => {}
        }
    }

    fn touch(&mut self, visitor: &str, id: &str) {
        self.touched.insert((visitor.to_owned(), product_id(id)));
    }

    /// What may be shown for a request.
    fn eligible(&self, asked: &DecisionRequest, filter: Meaning) -> BTreeSet<ProductId> {
        let all = self.catalogue.values();
        let sellable = all.filter(|it| it.is_sellable() && (filter.passes)(it));
        let eligible = sellable.map(|it| it.id.clone());
        eligible.filter(|it| !asked.exclude.contains(it)).collect()
    }

    /// Whether a product is of the visitor's own doing or stands in the request.
    fn is_evidence(&self, asked: &DecisionRequest, id: &ProductId) -> bool {
        let visitor = asked.visitor.clone().unwrap_or_default();
        let mut in_request = asked.products.iter().chain(&asked.cart).chain(&asked.recent);
        in_request.any(|it| it == id) || self.touched.contains(&(visitor, id.clone()))
    }
}

/// Decides and holds the slate against the model.
async fn check(
    shop: &TestShop,
    model: &Model,
    asked: DecisionRequest,
    filter: Meaning,
) -> Result<(), TestCaseError> {
    let eligible = model.eligible(&asked, filter);
    let words = Some(filter.words.to_owned());
    let decision = shop.decide(DecisionRequest { filter: words, ..asked.clone() }).await;
    let shown: BTreeSet<ProductId> = decision.slate.iter().map(|it| it.product.clone()).collect();

    prop_assert!(shown.is_subset(&eligible), "{shown:?} of {eligible:?}");
    prop_assert_eq!(shown.len(), decision.slate.len(), "a product is shown twice");
    prop_assert!(shown.len() <= asked.count);
    prop_assert_eq!(shown.is_empty(), eligible.is_empty(), "of {:?}", eligible);
    let is_empty = decision.fallback == Some(Fallback::NothingEligible);
    prop_assert_eq!(is_empty, shown.is_empty());
    for it in &decision.slate {
        let fits = match (it.generator.as_str(), &it.reason) {
            ("session_neighbors", Reason::VisitsLikeThis { because })
            | ("also_viewed", Reason::ViewedTogether { because })
            | ("bought_together", Reason::BoughtTogether { because }) => {
                model.is_evidence(&asked, because) && *because != it.product
            }
            ("item_neighbors", Reason::GoesWithYours { because }) => {
                model.is_evidence(&asked, because) && *because != it.product
            }
            ("item_neighbors" | "buy_again", Reason::BoughtBefore | Reason::SeenBefore) => {
                model.is_evidence(&asked, &it.product)
            }
            ("item_neighbors", Reason::Popular { .. } | Reason::ForSale) => true,
            ("trending", Reason::Trending { .. } | Reason::Popular { .. } | Reason::ForSale)
            | ("popular", Reason::Popular { .. } | Reason::ForSale)
            | ("for_sale", Reason::ForSale) => true,
            _ => false,
        };
        prop_assert!(fits, "{it:?} for {asked:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config {
        cases: 32,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn only_what_may_be_shown_is_shown_and_something_always_is(
        history in any_history(10..30),
        asked in prop::collection::vec((any_request(), prop::sample::select(FILTERS.to_vec())), 40),
    ) {
        let runtime = runtime();
        runtime.block_on(async {
            let shop = TestShop::new().await;
            let mut model = Model::default();
            for (step, (asked, filter)) in history.iter().zip(asked) {
                happen(&shop, step).await;
                model.take(step);
                check(&shop, &model, asked, filter).await?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
