//! The slate: what happens under the lock of the live state.
//!
//! ```text
//! rung 0  the placement's generators, in the order that was learned for them, or blended by weights
//! rung 1  what is popular                        (`too_few_candidates`)
//! last    whatever is for sale, by number
//! ```

use std::num::NonZeroU32;

use domain::{
    CategoryPath, Fallback, GeneratorShare, ListOrder, Position, ProductId, ProductIdx, Reason,
    ShopperKey, Shown, Span, Timestamp,
};
use rank::{Blended, Filter, Pick, Ranking, Scored};
use recommend::ranker::Ranked;
use recommend::{Candidate, Context, Eligible};

use super::context::Situation;
use super::{DecisionRequest, Knowledge};
use crate::App;
use crate::administration::ReadyPlacement;
use crate::live::{Liking, Live};
use crate::models::{InUse, RANKER, trained_name};

/// The generator of the rung below the placement's own.
const POPULAR: &str = "popular";
/// The name under which what is simply for sale is shown.
const FOR_SALE: &str = "for_sale";
/// The rung of the placement's own generators.
const OWN_RUNG: usize = 0;
/// The rung of what is popular.
const POPULAR_RUNG: usize = 1;
/// The version of the generators, which learn online: it changes with their arithmetic.
const VERSION: &str = "1";

/// A slate with everything that is told about it.
#[derive(Debug)]
pub(super) struct Slate {
    pub(super) shown: Vec<Shown>,
    pub(super) fallback: Option<Fallback>,
    pub(super) versions: Vec<String>,
    pub(super) seen: Position,
}

/// How long a decision may take, and since when it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    pub(super) begun: Timestamp,
    pub(super) deadline: Span,
}

impl Allowance {
    fn is_spent(self, now: Timestamp) -> bool {
        now.since(self.begun) > self.deadline
    }
}

/// What one generator proposed.
struct Proposal {
    generator: String,
    /// The version of what answered: that of the generator, or the id of its model.
    version: String,
    weight: f32,
    /// What it proposed, whatever it is.
    all: Vec<Candidate>,
    /// What of that may be blended.
    candidates: Vec<Scored>,
}

impl App {
    /// Fills a slate for a request, within the time that it is allowed.
    pub(super) fn slate(
        &self,
        request: &DecisionRequest,
        placement: &ReadyPlacement,
        filter: Option<&Filter>,
        knowledge: Knowledge,
        allowance: Allowance,
    ) -> Slate {
        let live = self.live();
        let situation = Situation::new(&live, request, knowledge, allowance.begun);
        let filters: Vec<&Filter> = placement.filter.iter().chain(filter).collect();
        let market = request.market.as_ref();
        let index = live.catalogue().index();
        let mut eligible = index.eligible(&filters, market, &situation.leave_out);
        if eligible.is_empty() {
            // What stands on the page is better than nothing.
            eligible = index.eligible(&filters, market, &situation.excluded);
        }

        let context = situation.context(&live, request, allowance.begun, eligible.words());
        let models = self.models.in_use();
        let answering = Answering { live: &live, models: &models, shopper: knowledge.shopper() };
        let (proposals, in_time) = self.propose(answering, placement, &context, allowance);
        let rankings: Vec<Ranking<'_>> = proposals
            .iter()
            .map(|it| Ranking { weight: it.weight, candidates: &it.candidates })
            .collect();

        let ranked = answering.ranked(placement, &proposals, &context).filter(|_| in_time);
        let (ranker, ordered) = match ranked {
            Some((version, ranked)) => (Some(version), ranked),
            None => (None, rank::blend(&rankings, n_proposed(&proposals))),
        };
        let mut slate = rank::Slate::new(eligible.clone(), request.count);
        slate.fill(in_category(&live, request, ordered));
        let n_missing = slate.n_missing();
        if n_missing > 0 {
            fill_with_popular(&live, &context, &mut slate);
            slate.fill_with_anything();
        }
        let picks = slate.into_picks();
        let fallback = match knowledge {
            _ if picks.is_empty() && request.count > 0 => Some(Fallback::NothingEligible),
            Knowledge::SwitchedOff => Some(Fallback::SwitchedOff),
            Knowledge::RequestOnly => Some(Fallback::NoConsent),
            Knowledge::ShopperUnavailable => Some(Fallback::ShopperUnavailable),
            Knowledge::Profile(_) if !in_time => Some(Fallback::DeadlinePassed),
            Knowledge::Profile(_) if n_missing > 0 => Some(Fallback::TooFewCandidates),
            Knowledge::Profile(_) => None,
        };
        let shown =
            picks.iter().filter_map(|it| shown(&live, it, &proposals, &situation, allowance.begun));
        Slate {
            shown: shown.collect(),
            fallback,
            versions: proposals.iter().map(|it| it.version.clone()).chain(ranker).collect(),
            seen: live.position(),
        }
    }

    /// Asks the placement's generators, most telling first, until the time is over; whether all of
    /// them were asked.
    fn propose(
        &self,
        answering: Answering<'_>,
        placement: &ReadyPlacement,
        context: &Context<'_>,
        allowance: Allowance,
    ) -> (Vec<Proposal>, bool) {
        let mut proposals = Vec::new();
        for GeneratorShare { generator, weight } in &placement.placement.generators {
            if !proposals.is_empty() && allowance.is_spent(self.now()) {
                return (proposals, false);
            }
            let (version, candidates) = answering.ask(generator, context, self.settings.candidates);
            let may_repeat = proposes_again(generator);
            // To the others a product that the visit holds already does not speak for itself.
            let speaks = |it: &&Candidate| may_repeat || it.evidence != Some(it.product);
            let may_blend = candidates.iter().filter(speaks).map(scored).collect();
            proposals.push(Proposal {
                generator: generator.clone(),
                version,
                weight: *weight,
                all: candidates,
                candidates: may_blend,
            });
        }
        (proposals, true)
    }
}

/// All that answers: what learns as it goes, and the models that were trained.
#[derive(Clone, Copy)]
struct Answering<'a> {
    live: &'a Live,
    models: &'a InUse,
    /// By whom it is chosen which model answers.
    shopper: Option<ShopperKey>,
}

impl Answering<'_> {
    /// What a generator proposes, and the version of what answered. One that is trained and has no model
    /// yet proposes nothing.
    fn ask(
        self,
        generator: &str,
        context: &Context<'_>,
        limit: NonZeroU32,
    ) -> (String, Vec<Candidate>) {
        if trained_name(generator).is_none() {
            let version = format!("{generator}@{VERSION}");
            return (version, self.live.generate(generator, context, limit));
        }
        match self.models.model(generator, self.shopper.as_ref()) {
            Some(it) => (it.id.clone(), it.model.generate(context, limit)),
            None => (format!("{generator}@none"), Vec::new()),
        }
    }
}

impl Answering<'_> {
    /// What was proposed, in the order that was learned for these generators, and the version of what learned
    /// it; none where nothing was learned for them, or the placement goes by weights.
    fn ranked(
        self,
        placement: &ReadyPlacement,
        proposals: &[Proposal],
        context: &Context<'_>,
    ) -> Option<(String, Vec<Blended>)> {
        if placement.placement.steering.order != ListOrder::Learned {
            return None;
        }
        let loaded = self.models.model(RANKER, self.shopper.as_ref())?;
        let names = proposals.iter().map(|it| it.generator.as_str());
        let ranker = loaded.model.rankers()?.of_generators(names)?;
        let lists: Vec<&[Candidate]> = proposals.iter().map(|it| it.all.as_slice()).collect();
        let mut ranked = Vec::new();
        ranker.rank(&lists, context, self.live.counts(), usize::MAX, &mut ranked);
        let blended = |it: Ranked| {
            let own = lists[it.generator].iter().find(|own| own.product == it.product);
            let evidence = own.and_then(|own| own.evidence);
            Blended { product: it.product, score: it.score, ranking: it.generator, evidence }
        };
        Some((loaded.id.clone(), ranked.into_iter().map(blended).collect()))
    }
}

/// Whether a generator knows what shoppers come back to, so that a product may speak for itself.
fn proposes_again(generator: &str) -> bool {
    matches!(generator, "item_neighbors" | "buy_again")
}

impl Situation {
    /// What generators are told.
    fn context<'a>(
        &'a self,
        live: &Live,
        request: &DecisionRequest,
        now: Timestamp,
        eligible: &'a [u64],
    ) -> Context<'a> {
        let catalogue = live.catalogue();
        Context {
            now,
            visit: &self.visit,
            past: &self.past,
            anchors: &self.anchors,
            category: self.category.as_ref().and_then(|it| catalogue.category(it)),
            market: request.market.as_ref().and_then(|it| catalogue.market(it)),
            own_session: self.own_session,
            eligible: Eligible::Only(eligible),
        }
    }
}

fn n_proposed(proposals: &[Proposal]) -> usize {
    proposals.iter().map(|it| it.candidates.len()).sum()
}

/// On a page about a category, what is in it stands before all else: whoever went there wants that now,
/// whatever they like elsewhere.
fn in_category(live: &Live, request: &DecisionRequest, mut ordered: Vec<Blended>) -> Vec<Blended> {
    let catalogue = live.catalogue();
    if let Some(category) = request.category.as_ref().and_then(|it| catalogue.category(it)) {
        ordered.sort_by_key(|it| !catalogue.categories_of(it.product).contains(&category));
    }
    ordered
}

fn fill_with_popular(live: &Live, context: &Context<'_>, slate: &mut rank::Slate) {
    let Some(limit) = u32::try_from(slate.n_missing()).ok().and_then(NonZeroU32::new) else {
        return;
    };
    let remaining = slate.remaining().clone();
    let context = Context { eligible: Eligible::Only(remaining.words()), ..*context };
    let popular = live.generate(POPULAR, &context, limit);
    slate.fill(popular.iter().map(|it| Blended {
        product: it.product,
        score: it.score,
        ranking: 0,
        evidence: it.evidence,
    }));
}

fn scored(candidate: &Candidate) -> Scored {
    Scored { product: candidate.product, score: candidate.score, evidence: candidate.evidence }
}

/// A picked product as it is shown, with its reason.
fn shown(
    live: &Live,
    pick: &Pick,
    proposals: &[Proposal],
    situation: &Situation,
    now: Timestamp,
) -> Option<Shown> {
    let Blended { product, score, ranking, evidence } = pick.blended;
    let generator = match pick.rung {
        OWN_RUNG => proposals.get(ranking).map_or(FOR_SALE, |it| it.generator.as_str()),
        POPULAR_RUNG => POPULAR,
        _ => FOR_SALE,
    };
    let because_of_itself = (evidence == Some(product)).then(|| situation.own_reason(product));
    Some(Shown {
        product: live.catalogue().id(product)?.clone(),
        score,
        generator: generator.to_owned(),
        reason: match because_of_itself {
            Some(reason) => reason,
            None => reason_of_others(live, generator, (product, evidence), situation, now),
        },
    })
}

/// Why a product is shown for which something else speaks.
fn reason_of_others(
    live: &Live,
    generator: &str,
    (product, evidence): (ProductIdx, Option<ProductIdx>),
    situation: &Situation,
    now: Timestamp,
) -> Reason {
    match evidence.and_then(|it| live.catalogue().id(it)).cloned() {
        Some(because) => reason_because(generator, because),
        None => reason_of_crowd(live, generator, product, situation, now),
    }
}

/// Why a product is shown for which another one speaks.
fn reason_because(generator: &str, because: ProductId) -> Reason {
    match generator {
        "session_neighbors" | "transitions" | "sequence_network" => {
            Reason::VisitsLikeThis { because }
        }
        "also_viewed" => Reason::ViewedTogether { because },
        "bought_together" => Reason::BoughtTogether { because },
        _ if trained_name(generator).is_some() => Reason::GoesWithYours { because },
        _ => Reason::ForSale,
    }
}

/// Why a product is shown for which only others' liking can speak: as far as it is true. Generators of
/// what everybody likes fill up with what is liked elsewhere, and then with what nobody touched yet.
fn reason_of_crowd(
    live: &Live,
    generator: &str,
    product: ProductIdx,
    situation: &Situation,
    now: Timestamp,
) -> Reason {
    let catalogue = live.catalogue();
    let is_in = |it: &&CategoryPath| {
        catalogue.category(it).is_some_and(|it| catalogue.categories_of(product).contains(&it))
    };
    let category = situation.category.as_ref().filter(is_in).map(ToString::to_string);
    match (generator, live.liking(product, now)) {
        ("trending", Liking::Rising) => Reason::Trending { category },
        ("trending" | POPULAR | "item_neighbors", Liking::Rising | Liking::Steady) => {
            Reason::Popular { category }
        }
        _ => Reason::ForSale,
    }
}
