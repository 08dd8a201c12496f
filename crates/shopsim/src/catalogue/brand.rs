//! The brands of the shop: who they are, what they make and how they name it.

use Footprint::{Light, Ordinary};
use Style::{Bold, Classic, Minimal, Nordic, Playful, Rustic, Technical};

use crate::catalogue::naming::Theme;

/// How a product looks and feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Style {
    /// Nothing that could be left out.
    Minimal,
    /// As it has been for long.
    Classic,
    /// Made by hand, of the land.
    Rustic,
    /// Made to smile at.
    Playful,
    /// Made for a purpose.
    Technical,
    /// Made to be seen.
    Bold,
    /// Light, plain and warm.
    Nordic,
}

impl Style {
    /// Every style.
    pub(crate) const ALL: [Style; 7] = [
        Self::Minimal,
        Self::Classic,
        Self::Rustic,
        Self::Playful,
        Self::Technical,
        Self::Bold,
        Self::Nordic,
    ];

    /// The value of the product's attribute `style`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Classic => "classic",
            Self::Rustic => "rustic",
            Self::Playful => "playful",
            Self::Technical => "technical",
            Self::Bold => "bold",
            Self::Nordic => "nordic",
        }
    }
}

/// Whether a brand makes its things so that they burden the earth little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Footprint {
    /// All of them.
    Light,
    /// Some of them.
    Ordinary,
}

/// A maker.
#[derive(Debug)]
pub(crate) struct Brand {
    /// Its name.
    pub(crate) name: &'static str,
    /// How its things look.
    pub(crate) style: Style,
    /// Where its prices stand in the band of a kind, in percent: 0 is the lowest.
    pub(crate) tier_percent: u8,
    /// Whether it treads lightly.
    pub(crate) footprint: Footprint,
    /// Where it takes its names from.
    pub(crate) theme: Theme,
    /// The departments and groups it makes things for.
    pub(crate) makes: &'static [&'static str],
    /// A sentence it says of itself.
    pub(crate) voice: &'static str,
}

const fn brand(
    name: &'static str,
    (style, tier_percent, footprint): (Style, u8, Footprint),
    theme: Theme,
    makes: &'static [&'static str],
    voice: &'static str,
) -> Brand {
    Brand { name, style, tier_percent, footprint, theme, makes, voice }
}

/// Every brand.
#[rustfmt::skip]
pub(crate) const BRANDS: &[Brand] = &[
    brand("Fjellvik", (Technical, 85, Light), Theme::Fjords, &["Outdoor", "Jackets", "Tops"], "Fjellvik repairs what it sells, free of charge, in its workshop in Troms."),
    brand("Alpenrose", (Classic, 70, Ordinary), Theme::Summits, &["Outdoor", "Jackets", "Shoes", "Headwear & Socks"], "Alpenrose has outfitted mountain guides since 1931."),
    brand("Drift & Cairn", (Rustic, 50, Ordinary), Theme::Rivers, &["Outdoor", "Travel"], "Drift & Cairn field-tests every piece on a wet Scottish island."),
    brand("Norda Trail", (Technical, 60, Ordinary), Theme::Winds, &["Outdoor", "Running", "Shoes"], "Norda Trail weighs every gram and then weighs it again."),
    brand("Tindra", (Minimal, 75, Light), Theme::Fjords, &["Tents", "Sleeping", "Packs", "Jackets", "Tops", "Trousers"], "Tindra makes one version of a thing and keeps it for ten years."),
    brand("Packhaus", (Minimal, 45, Ordinary), Theme::Towns, &["Packs", "Camp life", "Bags", "Travel"], "Packhaus builds for people who pack in ten minutes."),
    brand("Kleinfeuer", (Rustic, 40, Ordinary), Theme::Trees, &["Camp kitchen", "Camp life", "Garden living", "Cookware"], "Kleinfeuer believes that food tastes better outside."),
    brand("Ostwind", (Technical, 35, Ordinary), Theme::Winds, &["Clothing", "Running", "Training", "Swimming & Games"], "Ostwind keeps to the essentials, and to honest prices."),
    brand("Maren Holt", (Classic, 72, Ordinary), Theme::FirstNames, &["Clothing"], "Maren Holt cuts every pattern by hand before the first metre is woven."),
    brand("Studio Lark", (Playful, 52, Ordinary), Theme::Birds, &["Tops", "Dresses", "Trousers", "Headwear & Socks", "Bags"], "Studio Lark draws its prints in a sunny room above a bakery."),
    brand("Baumwollwerk", (Minimal, 28, Light), Theme::FirstNames, &["Tops", "Trousers", "Dresses", "Bed linen", "Bath", "Children's clothing"], "Baumwollwerk knows each of its cotton growers by name."),
    brand("Sol & Sal", (Bold, 45, Ordinary), Theme::Coast, &["Dresses", "Tops", "Home textiles", "Bath", "Bed linen"], "Sol & Sal borrows its colours from a harbour wall at noon."),
    brand("Ullvik", (Nordic, 62, Light), Theme::Fjords, &["Tops", "Headwear & Socks", "Bedding", "Home textiles"], "Ullvik spins the wool of forty Norwegian farms."),
    brand("Common Thread", (Minimal, 20, Ordinary), Theme::Towns, &["Tops", "Trousers", "Headwear & Socks", "Bags", "Small leather"], "Common Thread makes the things you reach for without thinking."),
    brand("Gerberei Roth", (Classic, 88, Ordinary), Theme::FirstNames, &["Small leather", "Bags", "Shoes", "Carry & Store"], "Gerberei Roth tans with oak bark, which takes a year and shows."),
    brand("Feldweg", (Technical, 50, Ordinary), Theme::Summits, &["Shoes", "Running"], "Feldweg resoles its shoes for half the price of a new pair."),
    brand("Pave Nord", (Minimal, 62, Ordinary), Theme::Towns, &["Shoes", "Bags", "Carry & Store", "Cycling"], "Pave Nord designs for the way between two places."),
    brand("Gull & Co", (Playful, 32, Ordinary), Theme::Birds, &["Shoes", "Headwear & Socks", "Jackets"], "Gull & Co was founded on a rainy quay and has a sense of humour about it."),
    brand("Kupferkrug", (Classic, 90, Ordinary), Theme::Rivers, &["Cookware", "Coffee & Tea", "Baking"], "Kupferkrug hammers its rims by hand in a village forge."),
    brand("Solling Works", (Technical, 78, Ordinary), Theme::Summits, &["Knives & Boards", "Cookware", "Garden tools"], "Solling Works sharpens for life: send it back whenever it is dull."),
    brand("Tavola Blu", (Rustic, 50, Ordinary), Theme::Coast, &["Tableware", "Baking", "Cookware", "Decoration"], "Tavola Blu glazes in small batches, and no two pieces agree entirely."),
    brand("Hinoki House", (Minimal, 72, Light), Theme::Trees, &["Knives & Boards", "Tableware", "Coffee & Tea", "Bath", "Furniture"], "Hinoki House leaves out whatever can be left out."),
    brand("Morgenrot", (Playful, 45, Ordinary), Theme::Birds, &["Coffee & Tea", "Tableware"], "Morgenrot works for the first good quarter of an hour of the day."),
    brand("Plain Pantry", (Minimal, 15, Ordinary), Theme::Towns, &["Tableware", "Baking", "Cookware", "Knives & Boards"], "Plain Pantry sells what works, without the story."),
    brand("Brotzeit", (Rustic, 35, Light), Theme::Trees, &["Baking", "Knives & Boards", "Tableware"], "Brotzeit tries everything out in a real bakery first."),
    brand("Atelier Weyland", (Bold, 90, Ordinary), Theme::FirstNames, &["Furniture", "Lighting", "Decoration"], "Atelier Weyland numbers its pieces and signs the first hundred."),
    brand("Nook", (Minimal, 35, Ordinary), Theme::Birds, &["Furniture", "Lighting", "Decoration", "Children's room", "Writing & Desk"], "Nook fits small rooms and smaller budgets."),
    brand("Lumen & Loom", (Nordic, 60, Ordinary), Theme::Fjords, &["Lighting", "Home textiles", "Bedding", "Bed linen"], "Lumen & Loom thinks about winter evenings all year."),
    brand("Eikhaus", (Classic, 76, Light), Theme::Trees, &["Furniture", "Lighting", "Writing & Desk"], "Eikhaus plants two oaks for every one it turns into furniture."),
    brand("Casa Mirto", (Rustic, 48, Ordinary), Theme::Coast, &["Decoration", "Home textiles", "Bath", "Planting", "Garden living"], "Casa Mirto smells of rosemary and unpainted wood."),
    brand("Weiss & Weich", (Classic, 82, Ordinary), Theme::FirstNames, &["Bed linen", "Bedding", "Bath"], "Weiss & Weich has woven for good hotels for three generations."),
    brand("Ilm Soapworks", (Rustic, 40, Light), Theme::Rivers, &["Care"], "Ilm Soapworks stirs, cuts and wraps by hand."),
    brand("Stillwater", (Minimal, 56, Light), Theme::Rivers, &["Care", "Bath", "Bedding"], "Stillwater thinks that a bathroom should be the quietest room."),
    brand("Herbarium Nine", (Classic, 66, Light), Theme::Coast, &["Care", "Decoration"], "Herbarium Nine distils its own lavender on the first dry day of July."),
    brand("Gartenglanz", (Classic, 38, Ordinary), Theme::Birds, &["Garden tools", "Planting", "Garden living"], "Gartenglanz has been the name on the shed since 1958."),
    brand("Root & Rake", (Rustic, 58, Light), Theme::Trees, &["Garden tools", "Planting", "Garden living"], "Root & Rake forges tools that grandchildren argue about."),
    brand("Terra Nova", (Bold, 60, Ordinary), Theme::Coast, &["Planting", "Garden living", "Decoration"], "Terra Nova likes a pot that holds its own against the plant."),
    brand("Beetwerk", (Minimal, 25, Light), Theme::Towns, &["Garden tools", "Planting", "Garden living"], "Beetwerk started on an allotment and still meets there."),
    brand("Velohaus", (Technical, 72, Ordinary), Theme::Summits, &["Cycling"], "Velohaus tests on cobbles, in November, with shopping."),
    brand("Kettenblatt", (Bold, 48, Ordinary), Theme::Winds, &["Cycling", "Running"], "Kettenblatt would rather be seen than sorry."),
    brand("Asana Field", (Minimal, 46, Light), Theme::Rivers, &["Yoga", "Training"], "Asana Field makes quiet things for moving slowly."),
    brand("Strongline", (Bold, 28, Ordinary), Theme::Summits, &["Training", "Swimming & Games", "Yoga"], "Strongline equips school gyms, which are harder on things than you are."),
    brand("Holzwurm", (Classic, 62, Light), Theme::Trees, &["Toys", "Children's room", "On wheels"], "Holzwurm oils its toys with nothing a child should not lick."),
    brand("Piet & Paula", (Playful, 50, Ordinary), Theme::FirstNames, &["Toys", "Children's clothing", "Children's room", "School"], "Piet & Paula asks children first and parents second."),
    brand("Rabauke", (Bold, 26, Ordinary), Theme::Winds, &["Toys", "School", "On wheels", "Children's clothing"], "Rabauke survives the sandpit, the stream and the little brother."),
    brand("Kite & Pebble", (Nordic, 66, Light), Theme::Birds, &["Toys", "Children's clothing", "On wheels", "School", "Children's room"], "Kite & Pebble is made for days without a plan."),
    brand("Papierhaus Lenz", (Classic, 58, Light), Theme::FirstNames, &["Writing & Desk"], "Papierhaus Lenz makes its own paper, and you can hear it."),
    brand("Transit", (Technical, 66, Ordinary), Theme::Towns, &["Travel", "Carry & Store", "Audio", "Bags"], "Transit is at home in the overhead locker."),
    brand("Hum Audio", (Minimal, 76, Ordinary), Theme::Birds, &["Audio"], "Hum Audio tunes by ear, in ordinary living rooms."),
    brand("Kontor Acht", (Minimal, 36, Ordinary), Theme::Rivers, &["Writing & Desk", "Carry & Store", "Audio"], "Kontor Acht puts every desk in order."),
];
