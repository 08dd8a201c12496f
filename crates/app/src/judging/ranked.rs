//! Judges several generators and the ranker over them, as the product puts them together.
//!
//! ```text
//! what may be learned from │ test
//! ─────────────────────────┼───────
//! generators │ validation  │          a ranker learns to order what the first ones propose
//! generators               │ asked    and orders what those propose that know everything
//! ```
//!
//! So nothing of the test is seen by a generator, by the search of its parameters, nor by the ranker.
//! Whoever calls fits the generators, one after the other, and may measure what each takes.

use std::num::{NonZeroU32, NonZeroUsize};

use domain::ProductIdx;
use evaluate::{Case, Group, Judgement, Measure, Method, Protocol, Seen, judge};
use features::{Counts, Interaction};
use recommend::popularity::counts_of;
use recommend::ranker::{Examples, Ranked, Schooled, Schooling};
use recommend::{
    Candidate, CandidateGenerator, Context, Eligible, FitError, Ranker, VisitFrom, with_context,
};

use super::cases;
use super::judge::READING;
use super::material::Material;
use super::methods::{self, Fitted, Learned, Unfit};
use super::params::{ParamsError, TunedParams};

/// The name under which the ranker is judged.
const RANKED: &str = "ranked";
/// How many candidates each generator is asked for.
const N_CANDIDATES: NonZeroU32 = NonZeroU32::new(200).expect("is not zero");
/// The most prefixes of sessions that a ranker learns from.
const SCHOOL_VISITS_MAX: usize = 40_000;

/// Why generators and the ranker over them could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RankedError {
    /// There is no such method.
    #[error(
        "there is no generator `{name}` that can be judged; choose from {}",
        methods::judged_names()
    )]
    UnknownGenerator {
        /// The name.
        name: String,
    },
    /// A generator has nothing to learn from.
    #[error("`{name}` cannot be fitted: {reason}")]
    Unfit {
        /// The generator.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// Searched parameters cannot be used.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The ranker could not be fitted.
    #[error("the ranker could not be fitted")]
    Ranker(#[from] FitError),
}

/// A material on which generators and the ranker over them are judged.
#[derive(Debug)]
pub struct RankedJudging {
    material: Material,
    /// The same without the test, cut once more.
    validation: Material,
    checksum: String,
    seed: u64,
}

/// What a method reached.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedMeasures {
    /// Its name.
    pub method: String,
    /// The length of the lists.
    pub k: usize,
    /// Whether a right one is among them.
    pub hit_rate: f64,
    /// The share of right ones that are among them.
    pub recall: f64,
    /// nDCG.
    pub ndcg: f64,
    /// The mean reciprocal rank of the first right one.
    pub mrr: f64,
}

/// For which part generators are fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// For the ranker to learn what they are worth: on what lies before the validation cut.
    School,
    /// For the test: on everything that may be learned from.
    Test,
}

impl RankedJudging {
    /// Cuts a material.
    pub fn new(material: Material, seed: u64) -> RankedJudging {
        let checksum = material.checksum();
        let validation = cases::validation_of(material.clone(), SCHOOL_VISITS_MAX);
        RankedJudging { material, validation, checksum, seed }
    }

    fn part(&self, part: Part) -> &Material {
        match part {
            Part::School => &self.validation,
            Part::Test => &self.material,
        }
    }

    /// Fits a generator, with searched parameters or as a shop begins.
    ///
    /// # Errors
    ///
    /// [`RankedError`] when there is none of the name, the parameters are of other data, or it cannot learn.
    pub fn fit(
        &self,
        name: &str,
        part: Part,
        params: Option<&TunedParams>,
    ) -> Result<Fitted, RankedError> {
        let values = params.map(|it| {
            it.ensure_generator(name)?;
            it.ensure_data(&self.checksum)?;
            it.values_in_order()
        });
        let values = values.transpose()?;
        let material = self.part(part);
        let histories = material.learned();
        let learned = Learned::of(&histories, material, self.seed);
        let fitted = methods::fit(name, &learned, values.as_deref());
        fitted.map_err(|unfit| match unfit {
            Unfit::Unknown => RankedError::UnknownGenerator { name: name.to_owned() },
            Unfit::NothingToLearn(reason) => RankedError::Unfit { name: name.to_owned(), reason },
        })
    }

    /// Lets a ranker learn to order what generators propose that were fitted for [`Part::School`].
    ///
    /// # Errors
    ///
    /// [`RankedError::Ranker`] when there is nothing to learn from.
    pub fn school(&self, generators: &[Fitted]) -> Result<(Ranker, Schooled), RankedError> {
        let material = &self.validation;
        let learned = material.learned();
        let counts = counts_of(&learned);
        let examples = Cases { cases: material.cases(), asking: Asking::of(material) };
        let generators: Vec<&dyn CandidateGenerator> =
            generators.iter().map(|it| it as &dyn CandidateGenerator).collect();
        let schooling = Schooling {
            generators: &generators,
            n_candidates: N_CANDIDATES,
            signals: &counts,
            examples: &examples,
            seed: self.seed,
            is_stopped: &|| false,
        };
        Ok(Ranker::fit(&schooling)?)
    }

    /// Judges generators, in the order of the school, and the ranker over them.
    ///
    /// They were fitted for [`Part::Test`], or for [`Part::School`] where a published protocol wants that.
    pub fn judge(
        &self,
        (generators, part): (&[Fitted], Part),
        ranker: &Ranker,
        ks: &[NonZeroUsize],
    ) -> Vec<RankedMeasures> {
        let material = &self.material;
        let counts = counts_of(&self.part(part).learned());
        let asking = Asking::of(material);
        let ranked = AsMethod { ranker, generators, counts: &counts, asking };
        let is_of_visits = material.is_of_visits();
        let alone: Vec<_> = generators.iter().map(|it| it.judged(is_of_visits)).collect();
        let mut methods: Vec<&dyn Method<Interaction>> =
            alone.iter().map(|it| it as &dyn Method<Interaction>).collect();
        methods.push(&ranked);
        let protocol = Protocol { ks: ks.to_vec(), seen: material.seen(), reading: READING };
        let judgement = judge(&material.cases(), &methods, &protocol);
        let names = judgement.methods().iter();
        names.flat_map(|name| ks.iter().map(|&k| measures(&judgement, name, k))).collect()
    }
}

fn measures(judgement: &Judgement, method: &str, k: NonZeroUsize) -> RankedMeasures {
    let mean = |measure| judgement.mean(method, k, measure, Group::All).unwrap_or_default();
    RankedMeasures {
        method: method.to_owned(),
        k: k.get(),
        hit_rate: mean(Measure::HitRate),
        recall: mean(Measure::Recall),
        ndcg: mean(Measure::Ndcg),
        mrr: mean(Measure::Mrr),
    }
}

/// How the cases of a material are asked.
#[derive(Clone, Copy, Debug)]
struct Asking {
    visit: VisitFrom,
    seen: Seen,
    n_products: usize,
}

impl Asking {
    fn of(material: &Material) -> Asking {
        let visit = match material.is_of_visits() {
            true => VisitFrom::LastActs(usize::MAX),
            false => VisitFrom::Now,
        };
        Asking { visit, seen: material.seen(), n_products: material.products().len() }
    }

    /// Calls `work` with what would have been known; what is taken out of lists is not eligible.
    fn with<R>(self, case: &Case<'_, Interaction>, work: impl FnOnce(&Context<'_>) -> R) -> R {
        match self.seen {
            Seen::Keep => with_context(case, (self.visit, Eligible::Everything), work),
            Seen::Remove => {
                let mut words = vec![u64::MAX; self.n_products.div_ceil(64)];
                for it in case.past.iter().map(|it| it.product()) {
                    words[it.as_usize() / 64] &= !(1 << (it.get() % 64));
                }
                with_context(case, (self.visit, Eligible::Only(&words)), work)
            }
        }
    }
}

/// Cases as requests to learn from.
struct Cases<'a> {
    cases: Vec<Case<'a, Interaction>>,
    asking: Asking,
}

impl Examples for Cases<'_> {
    fn n(&self) -> usize {
        self.cases.len()
    }

    fn shopper(&self, at: usize) -> usize {
        self.cases[at].shopper
    }

    fn with(&self, at: usize, work: &mut dyn FnMut(&Context<'_>, &[ProductIdx])) {
        let case = &self.cases[at];
        self.asking.with(case, |context| work(context, &case.truth));
    }
}

/// The ranker with its generators, as a method that can be judged.
struct AsMethod<'a> {
    ranker: &'a Ranker,
    generators: &'a [Fitted],
    counts: &'a Counts,
    asking: Asking,
}

impl Method<Interaction> for AsMethod<'_> {
    fn name(&self) -> &str {
        RANKED
    }

    fn rank(&self, case: &Case<'_, Interaction>, n: usize, out: &mut Vec<ProductIdx>) {
        self.asking.with(case, |context| {
            let list = |it: &Fitted| {
                let mut list: Vec<Candidate> = Vec::new();
                it.generate(context, N_CANDIDATES, &mut list);
                list
            };
            let lists: Vec<Vec<Candidate>> = self.generators.iter().map(list).collect();
            let mut ranked: Vec<Ranked> = Vec::new();
            self.ranker.rank(&lists, context, self.counts, n, &mut ranked);
            out.extend(ranked.iter().map(|it| it.product));
        });
    }
}
