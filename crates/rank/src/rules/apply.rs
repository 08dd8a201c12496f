//! Rules on a list, and what they did to it.

use std::collections::BTreeMap;

use domain::ProductIdx;
use rustc_hash::FxHashMap;

use super::compile::{Act, Compiled};
use super::{FACTOR_MAX, InForce};
use crate::{CatalogueIndex, ProductSet};

/// A candidate in the order before rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The product.
    pub product: ProductIdx,
    /// Its score.
    pub score: f32,
}

/// A product of the list after rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The product.
    pub product: ProductIdx,
    /// Its score, boosted or buried.
    pub score: f32,
    /// Its number among the candidates; `None` for one that a pin brought in.
    pub candidate: Option<usize>,
    /// Whether a pin put it where it stands.
    pub is_pinned: bool,
}

/// What a rule did to a product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// It did not show it.
    Excluded,
    /// It shows others, and no rule this one.
    NotIncluded,
    /// It showed it.
    Included,
    /// It put it in the place it names.
    Pinned,
    /// It put it in the place nearest to the one it names, which is taken or below the end.
    PinnedNear,
    /// It would have pinned it, but the product is not shown or another rule pinned it.
    Overruled,
    /// It would have pinned it, but the product cannot be shown at all.
    NotEligible,
    /// It multiplied its score; by less than 1 where it was buried.
    Weighed {
        /// The factor.
        factor: f32,
    },
}

/// A rule that touched a product, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// What it did.
    pub why: Why,
}

/// What rules made of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied<'a> {
    /// The list, first to last.
    pub list: Vec<Placed>,
    /// What decided who is shown, then the scores, then the places; each in the order in which rules win.
    touches: Vec<(ProductIdx, Touch<'a>)>,
    candidates: Vec<ProductIdx>,
}

/// What became of one product, and by which rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained<'a> {
    /// The product.
    pub product: ProductIdx,
    /// Its place before, from 0; `None` where it was not proposed.
    pub before: Option<usize>,
    /// Its place after; `None` where it is not shown.
    pub after: Option<usize>,
    /// The rules that touched it; none where it moved because others did, or was arranged.
    pub touches: Vec<Touch<'a>>,
}

impl InForce<'_> {
    /// How many rules are in force.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no rule is in force.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> InForce<'a> {
    /// Applies the rules to candidates, best first, each product once.
    ///
    /// `eligible` says what a pin may bring in; of candidates it is known. `arrange` is given what is shown and
    /// not pinned, by boosted scores, and returns its numbers in the order in which it shall stand, such as that
    /// of [`diversity`](crate::diversity); what it leaves out follows as it was.
    pub fn apply(
        &self,
        index: &CatalogueIndex,
        eligible: &ProductSet,
        candidates: &[Ranked],
        arrange: impl FnOnce(&[Ranked]) -> Vec<usize>,
    ) -> Applied<'a> {
        let mut work = Work::of(candidates);
        work.bring_in(&self.0, index, eligible);
        work.admit(&self.0, index);
        work.weigh(&self.0, index);
        let places = work.pin(&self.0, index);
        let list = work.list(places, arrange);
        let candidates = candidates.iter().map(|it| it.product).collect();
        Applied { list, touches: work.touches, candidates }
    }
}

impl<'a> Applied<'a> {
    /// What became of every product that was proposed or touched, by the place before; what a rule brought in,
    /// or would have, comes last.
    pub fn explain(&self) -> Vec<Explained<'a>> {
        let fresh = |product| Explained { product, before: None, after: None, touches: Vec::new() };
        let mut explained: BTreeMap<ProductIdx, Explained<'a>> = BTreeMap::new();
        for (place, product) in self.candidates.iter().enumerate() {
            explained.entry(*product).or_insert_with(|| fresh(*product)).before = Some(place);
        }
        for (place, placed) in self.list.iter().enumerate() {
            let product = placed.product;
            explained.entry(product).or_insert_with(|| fresh(product)).after = Some(place);
        }
        for (product, touch) in &self.touches {
            explained.entry(*product).or_insert_with(|| fresh(*product)).touches.push(*touch);
        }
        let mut explained: Vec<Explained<'a>> = explained.into_values().collect();
        explained.sort_by_key(|it| (it.before.is_none(), it.before, it.after));
        explained
    }
}

/// A list that rules are being applied to.
struct Work<'a> {
    products: Vec<ProductIdx>,
    placed: Vec<Placed>,
    is_shown: Vec<bool>,
    numbers: FxHashMap<ProductIdx, usize>,
    touches: Vec<(ProductIdx, Touch<'a>)>,
}

impl<'a> Work<'a> {
    fn of(candidates: &[Ranked]) -> Work<'a> {
        let placed = candidates.iter().zip(0..).map(|(&Ranked { product, score }, candidate)| {
            Placed { product, score, candidate: Some(candidate), is_pinned: false }
        });
        let products: Vec<ProductIdx> = candidates.iter().map(|it| it.product).collect();
        let numbers = products.iter().copied().zip(0..).collect();
        Work {
            placed: placed.collect(),
            is_shown: Vec::new(),
            products,
            numbers,
            touches: Vec::new(),
        }
    }

    fn touch(&mut self, rule: &'a Compiled, product: ProductIdx, why: Why) {
        self.touches.push((product, Touch { rule: &rule.id, why }));
    }

    /// Adds what pins name and nobody proposed; without the pin it would stand last.
    fn bring_in(&mut self, rules: &[&'a Compiled], index: &CatalogueIndex, eligible: &ProductSet) {
        let least = self.placed.iter().map(|it| it.score).fold(0.0, f32::min);
        for (rule, product) in pinned(rules, index) {
            if self.numbers.contains_key(&product) {
                continue;
            }
            if !eligible.contains(product) {
                self.touch(rule, product, Why::NotEligible);
                continue;
            }
            self.numbers.insert(product, self.products.len());
            self.products.push(product);
            let score = least;
            self.placed.push(Placed { product, score, candidate: None, is_pinned: false });
        }
    }

    /// Decides what is shown: by the first rule that speaks of a product.
    fn admit(&mut self, rules: &[&'a Compiled], index: &CatalogueIndex) {
        let mut decided: Vec<Option<bool>> = vec![None; self.products.len()];
        let mut including = None;
        for &rule in rules {
            let (matching, is_shown) = match &rule.act {
                Act::Exclude(filter) => (index.matching_among(filter, &self.products), false),
                Act::Include(filter) => {
                    including.get_or_insert(rule);
                    (index.matching_among(filter, &self.products), true)
                }
                Act::Pin(id, _) => {
                    let number = index.idx(id).and_then(|it| self.numbers.get(&it));
                    if let Some(&number) = number {
                        decided[number].get_or_insert(true);
                    }
                    continue;
                }
                Act::Weigh(..) => continue,
            };
            for number in (0..matching.len()).filter(|it| matching[*it]) {
                if decided[number].is_none() {
                    decided[number] = Some(is_shown);
                    let why = if is_shown { Why::Included } else { Why::Excluded };
                    self.touch(rule, self.products[number], why);
                }
            }
        }
        if let Some(rule) = including {
            for number in (0..decided.len()).filter(|it| decided[*it].is_none()) {
                self.touch(rule, self.products[number], Why::NotIncluded);
            }
        }
        self.is_shown = decided.into_iter().map(|it| it.unwrap_or(including.is_none())).collect();
    }

    /// Multiplies scores.
    fn weigh(&mut self, rules: &[&'a Compiled], index: &CatalogueIndex) {
        let mut factors = vec![1.0_f32; self.products.len()];
        for &rule in rules {
            let Act::Weigh(filter, factor) = &rule.act else { continue };
            let matching = index.matching_among(filter, &self.products);
            for number in (0..matching.len()).filter(|it| matching[*it] && self.is_shown[*it]) {
                factors[number] *= factor;
                self.touches.push((
                    self.products[number],
                    Touch { rule: &rule.id, why: Why::Weighed { factor: *factor } },
                ));
            }
        }
        for (placed, factor) in self.placed.iter_mut().zip(factors) {
            let factor = factor.clamp(FACTOR_MAX.recip(), FACTOR_MAX);
            placed.score *= if placed.score < 0.0 { factor.recip() } else { factor };
        }
    }

    /// The places, with the numbers of what is pinned there.
    fn pin(&mut self, rules: &[&'a Compiled], index: &CatalogueIndex) -> Vec<Option<usize>> {
        let n_shown = self.is_shown.iter().filter(|it| **it).count();
        let mut places: Vec<Option<usize>> = vec![None; n_shown];
        for (rule, product) in pinned(rules, index) {
            let Some(&number) = self.numbers.get(&product) else { continue };
            let Act::Pin(_, wanted) = rule.act else { continue };
            if !self.is_shown[number] || self.placed[number].is_pinned {
                self.touch(rule, product, Why::Overruled);
                continue;
            }
            // There is a free place: no more are pinned than shown.
            let below = (wanted..n_shown).find(|place| places[*place].is_none());
            let above = || (0..n_shown.min(wanted)).rev().find(|place| places[*place].is_none());
            let Some(place) = below.or_else(above) else { continue };
            places[place] = Some(number);
            self.placed[number].is_pinned = true;
            let why = if place == wanted { Why::Pinned } else { Why::PinnedNear };
            self.touch(rule, product, why);
        }
        places
    }

    /// What is pinned in its places, and all others in the order that `arrange` gives them.
    fn list(
        &self,
        places: Vec<Option<usize>>,
        arrange: impl FnOnce(&[Ranked]) -> Vec<usize>,
    ) -> Vec<Placed> {
        let is_waiting = |it: &usize| self.is_shown[*it] && !self.placed[*it].is_pinned;
        let mut waiting: Vec<usize> = (0..self.placed.len()).filter(is_waiting).collect();
        waiting.sort_by(|a, b| self.placed[*b].score.total_cmp(&self.placed[*a].score));
        let ranked = waiting.iter().map(|it| &self.placed[*it]);
        let ranked: Vec<Ranked> =
            ranked.map(|it| Ranked { product: it.product, score: it.score }).collect();
        let arranged = arrange(&ranked).into_iter().chain(0..waiting.len());
        let mut is_placed = vec![false; waiting.len()];
        let mut next = arranged.filter(|it| {
            let is_placed = is_placed.get_mut(*it);
            is_placed.is_some_and(|it| !std::mem::replace(it, true))
        });
        let number = |pinned: Option<usize>| pinned.or_else(|| next.next().map(|it| waiting[it]));
        places.into_iter().filter_map(number).map(|it| self.placed[it]).collect()
    }
}

/// The products that rules pin, in the order in which rules win.
fn pinned<'a>(
    rules: &[&'a Compiled],
    index: &CatalogueIndex,
) -> impl Iterator<Item = (&'a Compiled, ProductIdx)> {
    rules.iter().filter_map(|&rule| match &rule.act {
        Act::Pin(id, _) => Some((rule, index.idx(id)?)),
        Act::Exclude(_) | Act::Include(_) | Act::Weigh(..) => None,
    })
}
