//! What kinds of things the shop sells: the hand-written material that products are generated from.
//!
//! A [`Department`] has groups, a [`Group`] has kinds, and a [`Kind`] knows everything that products of
//! one leaf category share: what they are called, what they cost, what they are made of, what is said
//! of them and how they are drawn. The tables are in `departments`.

use crate::catalogue::colour::{self, Colour};
use crate::pictures::Drawing;

/// A part of the shop, the first level of a category path.
#[derive(Debug)]
pub(crate) struct Department {
    /// What it is called, such as `Outdoor`.
    pub(crate) name: &'static str,
    /// One sentence for its page.
    pub(crate) tagline: &'static str,
    /// Its groups.
    pub(crate) groups: &'static [Group],
}

/// A part of a department, the second level of a category path.
#[derive(Debug)]
pub(crate) struct Group {
    /// What it is called, such as `Tents`; unique in the shop.
    pub(crate) name: &'static str,
    /// Its kinds.
    pub(crate) kinds: &'static [Kind],
}

/// In which sizes a kind is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sizes {
    /// In one only.
    One,
    /// From XS to XXL.
    Clothing,
    /// European shoe sizes.
    Shoes,
    /// Small, medium, large.
    SmallToLarge,
    /// By age.
    Children,
    /// By the width of the bed.
    Bed,
}

impl Sizes {
    /// The sizes, smallest first; empty when there is only one.
    pub(crate) const fn names(self) -> &'static [&'static str] {
        match self {
            Sizes::One => &[],
            Sizes::Clothing => &["XS", "S", "M", "L", "XL", "XXL"],
            Sizes::Shoes => &["37", "38", "39", "40", "41", "42", "43", "44", "45"],
            Sizes::SmallToLarge => &["S", "M", "L"],
            Sizes::Children => &["2-3 years", "4-5 years", "6-7 years", "8-9 years"],
            Sizes::Bed => &["90 cm", "140 cm", "160 cm", "180 cm"],
        }
    }
}

/// When in the year a kind is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Season {
    /// Always.
    AllYear,
    /// In the warm half.
    Summer,
    /// In the cold half.
    Winter,
}

impl Season {
    /// The value of the product's attribute `season`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Season::AllYear => "all year",
            Season::Summer => "summer",
            Season::Winter => "winter",
        }
    }
}

/// One kind of product, the third level of a category path.
#[derive(Debug)]
pub(crate) struct Kind {
    /// One of them, as it stands in a title: `Dome Tent`.
    pub(crate) noun: &'static str,
    /// All of them, the name of the category: `Dome tents`; unique in the shop.
    pub(crate) plural: &'static str,
    /// How they are drawn.
    pub(crate) drawing: Drawing,
    /// The lowest and the highest price, in whole euros.
    pub(crate) band_eur: (i64, i64),
    /// The colours they come in.
    pub(crate) palette: &'static [Colour],
    /// What they may be made of.
    pub(crate) materials: &'static [&'static str],
    /// Whole sentences that open a description.
    pub(crate) openings: &'static [&'static str],
    /// Phrases that finish "..., with".
    pub(crate) features: &'static [&'static str],
    /// In which sizes.
    pub(crate) sizes: Sizes,
    /// What may stand at the end of a title, such as `45 L`; may be empty.
    pub(crate) editions: &'static [&'static str],
    /// When they are wanted.
    pub(crate) season: Season,
}

/// Begins a kind: what it is called, how it is drawn, and what it costs in whole euros.
pub(crate) const fn kind(
    noun: &'static str,
    plural: &'static str,
    drawing: Drawing,
    band_eur: (i64, i64),
) -> Kind {
    Kind {
        noun,
        plural,
        drawing,
        band_eur,
        palette: colour::NEUTRAL,
        materials: &[],
        openings: &[],
        features: &[],
        sizes: Sizes::One,
        editions: &[],
        season: Season::AllYear,
    }
}

impl Kind {
    /// Sets the colours and the materials.
    pub(crate) const fn of(
        self,
        palette: &'static [Colour],
        materials: &'static [&'static str],
    ) -> Kind {
        Kind { palette, materials, ..self }
    }

    /// Sets what descriptions say.
    pub(crate) const fn told(
        self,
        openings: &'static [&'static str],
        features: &'static [&'static str],
    ) -> Kind {
        Kind { openings, features, ..self }
    }

    /// Sets the sizes.
    pub(crate) const fn sized(self, sizes: Sizes) -> Kind {
        Kind { sizes, ..self }
    }

    /// Sets the editions.
    pub(crate) const fn editions(self, editions: &'static [&'static str]) -> Kind {
        Kind { editions, ..self }
    }

    /// Sets the season.
    pub(crate) const fn for_season(self, season: Season) -> Kind {
        Kind { season, ..self }
    }
}
