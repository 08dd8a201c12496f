//! Reasons in words, in the language of the shop.
//!
//! One table a language: to add one, add a variant to [`Language`] and a column to [`sentence`]. Titles
//! and categories are the shop's own words, in its own language already.

use domain::{ProductId, Reason};

use super::ReasonView;

/// A language that reasons are put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English; also for every language that is not here.
    English,
    /// German.
    German,
}

impl Language {
    /// The language of a BCP 47 tag such as `de-AT`.
    pub fn of_tag(tag: &str) -> Language {
        match tag.split(['-', '_']).next() {
            Some(primary) if primary.eq_ignore_ascii_case("de") => Language::German,
            _ => Language::English,
        }
    }
}

/// Puts reasons into words.
pub struct Wording<'a> {
    /// The language.
    pub language: Language,
    /// What a product is called; `None` when it left the catalogue.
    pub title: &'a dyn Fn(&ProductId) -> Option<String>,
}

impl std::fmt::Debug for Wording<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wording").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Wording<'_> {
    /// The reason, with its kind, its sentence and the products it rests on.
    pub fn reason(&self, reason: &Reason) -> ReasonView {
        let evidence = evidence(reason);
        let about = match reason {
            Reason::Popular { category } | Reason::Trending { category } => category.clone(),
            _ => evidence.and_then(self.title),
        };
        let [bare, before, after] = sentence(reason, self.language);
        ReasonView {
            kind: reason.name(),
            text: match about {
                Some(about) => format!("{before}{about}{after}"),
                None => bare.to_owned(),
            },
            evidence_product_ids: evidence.iter().map(ToString::to_string).collect(),
        }
    }
}

const fn evidence(reason: &Reason) -> Option<&ProductId> {
    match reason {
        Reason::VisitsLikeThis { because }
        | Reason::ViewedTogether { because }
        | Reason::BoughtTogether { because }
        | Reason::GoesWithYours { because } => Some(because),
        Reason::Popular { .. }
        | Reason::Trending { .. }
        | Reason::ForSale
        | Reason::BoughtBefore
        | Reason::SeenBefore => None,
    }
}

/// The sentence without a name in it, and what stands before and after the name in the one with it.
const fn sentence(reason: &Reason, language: Language) -> [&'static str; 3] {
    use Language::{English, German};
    match (reason, language) {
        (Reason::VisitsLikeThis { .. }, English) => {
            ["Because of what you looked at", "Because you looked at ", ""]
        }
        (Reason::VisitsLikeThis { .. }, German) => {
            ["Passend zu dem, was Sie angesehen haben", "Weil Sie sich ", " angesehen haben"]
        }
        (Reason::ViewedTogether { .. }, English) => {
            ["Often looked at together", "Often looked at with ", ""]
        }
        (Reason::ViewedTogether { .. }, German) => {
            ["Oft zusammen angesehen", "Oft zusammen angesehen mit ", ""]
        }
        (Reason::BoughtTogether { .. }, English) => {
            ["Often bought together", "Often bought with ", ""]
        }
        (Reason::BoughtTogether { .. }, German) => {
            ["Oft zusammen gekauft", "Oft zusammen gekauft mit ", ""]
        }
        (Reason::Popular { .. }, English) => ["Popular right now", "Popular in ", ""],
        (Reason::Popular { .. }, German) => ["Gerade beliebt", "Beliebt in ", ""],
        (Reason::Trending { .. }, English) => ["On the rise", "On the rise in ", ""],
        (Reason::Trending { .. }, German) => ["Im Kommen", "Im Kommen in ", ""],
        (Reason::ForSale, English) => ["From our range", "From our range", ""],
        (Reason::GoesWithYours { .. }, English) => ["Goes with what you had", "Goes with ", ""],
        (Reason::GoesWithYours { .. }, German) => ["Passt zu dem, was Sie hatten", "Passt zu ", ""],
        (Reason::BoughtBefore, English) => ["You bought this before", "", ""],
        (Reason::BoughtBefore, German) => ["Von Ihnen schon einmal gekauft", "", ""],
        (Reason::SeenBefore, English) => ["You looked at this before", "", ""],
        (Reason::SeenBefore, German) => ["Von Ihnen schon einmal angesehen", "", ""],
        (Reason::ForSale, German) => ["Aus unserem Sortiment", "Aus unserem Sortiment", ""],
    }
}
