//! Rules, checked and made ready to be asked.

use std::cmp::Reverse;

use domain::{CategoryPath, MarketId, PlacementId, ProductId, Timestamp};
use rustc_hash::FxHashSet;

use super::{
    BOOST_MAX, Effect, IN_FORCE_MAX, POSITION_MAX, RULES_MAX, RefusedRule, Rule, RuleFault,
    TEXT_BYTES_MAX, VALUES_MAX, When,
};
use crate::Filter;
use crate::filter::{Term, category_key};

/// Rules that were understood, in the order in which they win.
#[derive(Clone, Debug, Default)]
pub struct RuleSet(Vec<Compiled>);

/// A rule made ready.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) id: String,
    pub(super) act: Act,
    when: When,
    /// The words of the query, in lower case.
    words: Vec<String>,
    category: Option<Term>,
}

/// What a rule does, ready to be done.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Exclude(Filter),
    Include(Filter),
    /// The place counts from 0.
    Pin(ProductId, usize),
    Weigh(Filter, f32),
}

/// What a list is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The moment.
    pub now: Timestamp,
    /// The placement.
    pub placement: &'a PlacementId,
    /// What was searched for.
    pub query: Option<&'a str>,
    /// The category of the page.
    pub category: Option<&'a CategoryPath>,
    /// The market the shopper is in.
    pub market: Option<&'a MarketId>,
    /// The region the shopper is in, as the shop names it.
    pub region: Option<&'a str>,
    /// The segments the shopper belongs to.
    pub segments: &'a [&'a str],
}

/// The rules that act on a list, in the order in which they win.
#[derive(Clone, Debug)]
pub struct InForce<'a>(pub(super) Vec<&'a Compiled>);

impl RuleSet {
    /// Makes rules ready; those that are refused do not keep others from acting.
    pub fn compile(rules: &[Rule]) -> (RuleSet, Vec<RefusedRule>) {
        let (mut compiled, mut refused, mut ids) = (Vec::new(), Vec::new(), FxHashSet::default());
        for rule in rules {
            let taken = if compiled.len() >= RULES_MAX {
                Err(RuleFault::TooMany)
            } else if ids.insert(rule.id.as_str()) {
                Ok(())
            } else {
                Err(RuleFault::IdTaken)
            };
            match taken.and_then(|()| compile(rule)) {
                Ok(it) => compiled.push((rule.priority, it)),
                Err(fault) => refused.push(RefusedRule { rule: rule.id.clone(), fault }),
            }
        }
        compiled.sort_by(|(priority_a, a), (priority_b, b)| {
            let key = |priority: &i32, it: &Compiled| (Reverse(*priority), it.act.turn());
            key(priority_a, a).cmp(&key(priority_b, b)).then_with(|| a.id.cmp(&b.id))
        });
        (RuleSet(compiled.into_iter().map(|it| it.1).collect()), refused)
    }

    /// The rules that are in force, at most [`IN_FORCE_MAX`] of them.
    pub fn in_force(&self, occasion: &Occasion<'_>) -> InForce<'_> {
        let words = occasion.query.map(words).unwrap_or_default();
        let on_page: Vec<Term> =
            occasion.category.iter().flat_map(|it| Term::of_category(it)).collect();
        let is_so = |it: &&Compiled| it.is_in_force(occasion, &words, &on_page);
        InForce(self.0.iter().filter(is_so).take(IN_FORCE_MAX).collect())
    }

    /// How many rules were understood.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Act {
    /// Which of equal priority wins: what excludes before what includes and pins.
    const fn turn(&self) -> u8 {
        match self {
            Act::Exclude(_) => 0,
            Act::Include(_) => 1,
            Act::Pin(..) => 2,
            Act::Weigh(..) => 3,
        }
    }
}

impl Compiled {
    fn is_in_force(&self, occasion: &Occasion<'_>, words: &[String], on_page: &[Term]) -> bool {
        let When { placements, markets, regions, segments, from, until, .. } = &self.when;
        let listed = |listed: &[String], it: &str| listed.iter().any(|listed| listed == it);
        from.is_none_or(|it| it <= occasion.now)
            && until.is_none_or(|it| occasion.now < it)
            && (placements.is_empty() || placements.contains(occasion.placement))
            && (markets.is_empty() || occasion.market.is_some_and(|it| markets.contains(it)))
            && (regions.is_empty() || occasion.region.is_some_and(|it| listed(regions, it)))
            && (segments.is_empty() || occasion.segments.iter().any(|it| listed(segments, it)))
            && self.words.iter().all(|it| words.contains(it))
            && self.category.as_ref().is_none_or(|it| on_page.contains(it))
    }
}

/// The words of a query, in lower case.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_lowercase).collect()
}

fn compile(rule: &Rule) -> Result<Compiled, RuleFault> {
    let When { placements, query, category, markets, regions, segments, from, until } = &rule.when;
    for (condition, n) in [
        ("placements", placements.len()),
        ("markets", markets.len()),
        ("regions", regions.len()),
        ("segments", segments.len()),
    ] {
        if n > VALUES_MAX {
            return Err(RuleFault::TooManyValues { condition, n });
        }
    }
    check_texts("the id", std::slice::from_ref(&rule.id))?;
    check_texts("query", query.as_slice())?;
    check_texts("category", category.as_slice())?;
    check_texts("regions", regions)?;
    check_texts("segments", segments)?;
    if from.zip(*until).is_some_and(|(from, until)| from >= until) {
        return Err(RuleFault::NeverInForce);
    }
    let words = query.as_deref().map(words).unwrap_or_default();
    if let Some(given) = query.as_ref().filter(|_| words.is_empty()) {
        return Err(RuleFault::NoWord { given: given.clone() });
    }
    let category = category.as_deref().map(|it| Term::Category(category_key(it)));
    let (id, when) = (rule.id.clone(), rule.when.clone());
    Ok(Compiled { id, act: act(&rule.effect)?, when, words, category })
}

fn check_texts(condition: &'static str, texts: &[String]) -> Result<(), RuleFault> {
    let wrong = texts.iter().map(String::len).find(|it| !(1..=TEXT_BYTES_MAX).contains(it));
    wrong.map_or(Ok(()), |n_bytes| Err(RuleFault::Text { condition, n_bytes }))
}

fn act(effect: &Effect) -> Result<Act, RuleFault> {
    let filter = |text: &String| Filter::parse(text).map_err(RuleFault::Filter);
    let factor = |given: f32| {
        let is_usable = 1.0 < given && given <= BOOST_MAX;
        is_usable.then_some(given).ok_or(RuleFault::Factor { given })
    };
    match effect {
        Effect::Pin { product, position } => {
            if !(1..=POSITION_MAX).contains(position) {
                return Err(RuleFault::Position { given: *position });
            }
            Ok(Act::Pin(product.clone(), position - 1))
        }
        Effect::Boost { products, by } => Ok(Act::Weigh(filter(products)?, factor(*by)?)),
        Effect::Bury { products, by } => Ok(Act::Weigh(filter(products)?, factor(*by)?.recip())),
        Effect::Include { products } => Ok(Act::Include(filter(products)?)),
        Effect::Exclude { products } => Ok(Act::Exclude(filter(products)?)),
    }
}
