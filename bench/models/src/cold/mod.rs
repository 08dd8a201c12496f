//! `cold`: who will want a product that nobody had yet?
//!
//! One in ten products is hidden: nothing that anybody did with it is learned from, and shoppers are known by
//! what else they did, before or after. Only hidden products are ranked, for everybody who had one of them: is one that they had
//! among the first twenty of all hidden ones? Beside `content` with tastes and without stand what knows nobody:
//! traits that are popular, where there are any, and chance.

mod sets;

use std::num::NonZeroU32;

use clap::Args;
use domain::{ProductIdx, Timestamp};
use features::{Action, Histories, Interaction, ProductFacts, habits_of};
use rand::SeedableRng;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use recommend::content::Config;
use recommend::{CandidateGenerator, Content, Context, Eligible, Lesson};

use crate::report::{Output, Row};
use crate::stopwatch;

/// One in so many products is hidden.
const HIDDEN_ONE_IN: usize = 10;
/// The length of the lists.
const K: NonZeroU32 = NonZeroU32::new(20).expect("is not zero");
/// The knob of content that says what taste counts.
const TASTE: &str = "taste_weight";

/// Options of the benchmark `cold`.
#[derive(Args, Debug)]
pub struct ColdArgs {
    /// How many seeds, of which each hides other products
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// How the answer is printed
    #[command(flatten)]
    output: Output,
}

/// A shop whose products are described.
pub(crate) struct ColdSet {
    pub(crate) name: &'static str,
    pub(crate) histories: Histories,
    pub(crate) facts: ProductFacts,
}

/// Runs the benchmark; a data set that is absent is said to be skipped.
///
/// # Errors
///
/// When a file cannot be read, or nothing can be learned from it.
pub fn run(args: &ColdArgs) -> anyhow::Result<()> {
    let mut all = Vec::new();
    for set in [sets::online_retail()?, sets::beauty()?].into_iter().flatten() {
        for seed in 1..=args.seeds {
            all.extend(Hidden::of(&set, seed).rows()?);
        }
    }
    args.output.print(&all)
}

/// A set of which some products are hidden.
struct Hidden<'a> {
    set: &'a ColdSet,
    seed: u64,
    /// The hidden products, by number.
    products: Vec<u32>,
    words: Vec<u64>,
    /// What is left to learn from.
    known: Histories,
    until: Timestamp,
}

impl<'a> Hidden<'a> {
    fn of(set: &'a ColdSet, seed: u64) -> Hidden<'a> {
        let n_products = set.facts.n_products();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut products: Vec<u32> =
            (0..).take(n_products).filter(|it| !set.facts.is_silent(*it as usize)).collect();
        products.shuffle(&mut rng);
        products.truncate(n_products / HIDDEN_ONE_IN);
        products.sort_unstable();
        let mut words = vec![0_u64; n_products.div_ceil(64)];
        for &it in &products {
            words[it as usize / 64] |= 1 << (it % 64);
        }
        let is_hidden = |it: &Interaction| Eligible::Only(&words).contains(it.product());
        let mut known = Histories::new();
        for acts in set.histories.iter() {
            known.push_shopper(acts.iter().filter(|it| !is_hidden(it)).copied());
        }
        let last = known.iter().filter_map(|acts| acts.last()).map(|it| it.time()).max();
        let until = last.unwrap_or_default().plus(domain::Span::SECOND);
        Hidden { set, seed, products, words, known, until }
    }

    fn rows(&self) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (name, taste) in [("content with tastes", None), ("content alone", Some(0.0))] {
            let begun = stopwatch::now();
            let model = self.fit(taste)?;
            let secs = begun.elapsed().as_secs_f64();
            let hits = self.hit_rate(|shopper| self.nearest(&model, shopper));
            rows.push(self.row(name, hits).decimal("fit_s", secs, 1));
        }
        if self.set.facts.n_traits() > 0 {
            let popular = self.by_popular_traits();
            rows.push(self.row("popular traits", self.hit_rate(|_| popular.clone())));
        }
        rows.push(self.row("chance", self.hit_rate(|shopper| self.drawn(shopper))));
        Ok(rows)
    }

    fn row(&self, method: &str, (hit_rate, n_cases): (f64, usize)) -> Row {
        Row::new()
            .text("dataset", self.set.name)
            .whole("seed", self.seed)
            .text("method", method)
            .whole("hidden", self.products.len() as u64)
            .whole("shoppers", n_cases as u64)
            .decimal("hr20", hit_rate, 4)
    }

    fn fit(&self, taste: Option<f64>) -> anyhow::Result<Content> {
        let mut values = Config::default().values();
        if let Some(taste) = taste {
            let knobs = recommend::content::KNOBS.iter();
            let at = knobs.zip(&mut values).find(|(knob, _)| knob.name == TASTE);
            at.into_iter().for_each(|(_, value)| *value = taste);
        }
        let products = &self.set.facts;
        let lesson = Lesson { products, seed: self.seed, ..Lesson::of(&self.known, self.until) };
        Ok(Content::fit(&lesson, &Config::from_values(&values))?)
    }

    /// The share of those who had a hidden product for whom one is in their list, and how many there are.
    fn hit_rate(&self, list: impl Fn(usize) -> Vec<u32> + Sync) -> (f64, usize) {
        let hits: Vec<bool> = (0..self.known.n_shoppers())
            .into_par_iter()
            .filter_map(|shopper| {
                let is_hidden = |it: u32| self.products.binary_search(&it).is_ok();
                let had = self.set.histories.of(shopper).iter();
                let had =
                    had.filter(|it| it.action() > Action::Removed).map(|it| it.product().get());
                let had: Vec<u32> = had.filter(|it| is_hidden(*it)).collect();
                let is_asked = !had.is_empty() && !self.known.of(shopper).is_empty();
                is_asked.then(|| list(shopper).iter().any(|it| had.contains(it)))
            })
            .collect();
        let n_hits = hits.iter().filter(|it| **it).count();
        (n_hits as f64 / hits.len().max(1) as f64, hits.len())
    }

    fn nearest(&self, model: &Content, shopper: usize) -> Vec<u32> {
        let past = habits_of(self.known.of(shopper));
        let eligible = Eligible::Only(&self.words);
        let context = Context { past: &past, eligible, ..Context::at(self.until) };
        let mut out = Vec::new();
        model.generate(&context, K, &mut out);
        out.iter().map(|it| it.product.get()).collect()
    }

    /// The hidden products whose traits are the most popular, by the mean of how many have one of the trait.
    fn by_popular_traits(&self) -> Vec<u32> {
        let facts = &self.set.facts;
        let mut acts = vec![0.0_f64; facts.n_traits()];
        let mut n_products = vec![0.0_f64; facts.n_traits()];
        (0..facts.n_products())
            .flat_map(|it| facts.traits(it))
            .for_each(|it| n_products[*it as usize] += 1.0);
        for act in self.known.iter().flatten() {
            facts.traits(act.product().as_usize()).iter().for_each(|it| acts[*it as usize] += 1.0);
        }
        let popular = |product: u32| {
            let traits = facts.traits(ProductIdx::new(product).as_usize());
            let sum: f64 =
                traits.iter().map(|it| acts[*it as usize] / n_products[*it as usize]).sum();
            sum / traits.len().max(1) as f64
        };
        let mut order = self.products.clone();
        order.sort_by(|a, b| popular(*b).total_cmp(&popular(*a)).then(a.cmp(b)));
        order.truncate(K.get() as usize);
        order
    }

    fn drawn(&self, shopper: usize) -> Vec<u32> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ ((shopper as u64) << 20));
        let mut products = self.products.clone();
        products.partial_shuffle(&mut rng, K.get() as usize).0.to_vec()
    }
}
