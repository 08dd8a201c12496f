//! Why people come: things that are wanted together.

use std::sync::LazyLock;

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use crate::catalogue::departments::DEPARTMENTS;
use crate::catalogue::kind::Season;
use crate::shoppers::season;
use crate::shoppers::taste::Taste;

/// A plan for a visit, and so the reason why a tent is bought with a sleeping bag.
#[derive(Debug)]
pub(crate) struct Mission {
    /// The department that people with this plan care for.
    pub(crate) department: &'static str,
    /// The kinds wanted, by the name of their category; the first is what the visit is about.
    pub(crate) kinds: &'static [&'static str],
}

const fn mission(department: &'static str, kinds: &'static [&'static str]) -> Mission {
    Mission { department, kinds }
}

/// Every plan.
#[rustfmt::skip]
pub(crate) static MISSIONS: &[Mission] = &[
    mission("Outdoor", &["Dome tents", "Sleeping bags", "Sleeping mats", "Camp lanterns"]),
    mission("Outdoor", &["Tunnel tents", "Sleeping mats", "Camp chairs", "Cook sets"]),
    mission("Outdoor", &["Camping stoves", "Cook sets", "Insulated bottles"]),
    mission("Outdoor", &["Hiking backpacks", "Trekking poles", "Rain jackets", "Hiking boots"]),
    mission("Outdoor", &["Daypacks", "Insulated bottles", "Headlamps"]),
    mission("Outdoor", &["Hammocks", "Camp lanterns", "Camp chairs"]),
    mission("Clothing", &["Down jackets", "Beanies", "Scarves", "Merino base layers"]),
    mission("Clothing", &["T-shirts", "Shorts", "Summer dresses", "Sandals"]),
    mission("Clothing", &["Jeans", "Shirts", "Belts", "Trainers"]),
    mission("Clothing", &["Jumpers", "Knit dresses", "Scarves", "Chelsea boots"]),
    mission("Clothing", &["Hiking trousers", "Fleece jackets", "Merino base layers", "Socks"]),
    mission("Shoes & Bags", &["Hiking boots", "Socks", "Trekking poles"]),
    mission("Shoes & Bags", &["Trail running shoes", "Running vests", "Running caps", "Socks"]),
    mission("Shoes & Bags", &["Weekend bags", "Wash bags", "Wallets"]),
    mission("Shoes & Bags", &["Tote bags", "Crossbody bags", "Wallets"]),
    mission("Shoes & Bags", &["Slippers", "Bathrobes", "Throws"]),
    mission("Kitchen", &["Coffee grinders", "Pour-over drippers", "Kettles", "Mugs"]),
    mission("Kitchen", &["Teapots", "Mugs", "Kettles"]),
    mission("Kitchen", &["Chef's knives", "Chopping boards", "Frying pans"]),
    mission("Kitchen", &["Casseroles", "Saucepans", "Bowls"]),
    mission("Kitchen", &["Plates", "Bowls", "Drinking glasses", "Carafes"]),
    mission("Kitchen", &["Cake tins", "Mixing bowls", "Plates"]),
    mission("Living", &["Armchairs", "Floor lamps", "Throws", "Side tables"]),
    mission("Living", &["Cushions", "Throws", "Rugs"]),
    mission("Living", &["Table lamps", "Side tables", "Vases", "Candles"]),
    mission("Living", &["Pendant lamps", "Wall clocks", "Mirrors"]),
    mission("Living", &["Bookshelves", "Stools", "Desk lamps"]),
    mission("Bed & Bath", &["Duvet covers", "Fitted sheets", "Pillows"]),
    mission("Bed & Bath", &["Towels", "Bath mats", "Soaps", "Laundry baskets"]),
    mission("Bed & Bath", &["Soaps", "Body oils", "Candles"]),
    mission("Bed & Bath", &["Wool blankets", "Pillows", "Slippers"]),
    mission("Garden", &["Planters", "Watering cans", "Seed mixes", "Herb kits"]),
    mission("Garden", &["Secateurs", "Gardening gloves", "Spades"]),
    mission("Garden", &["Garden chairs", "Fire bowls", "Garden lanterns"]),
    mission("Garden", &["Bird houses", "Seed mixes", "Gardening gloves"]),
    mission("Sport", &["Bike helmets", "Bike lights", "Bike locks", "Panniers"]),
    mission("Sport", &["Yoga mats", "Yoga blocks", "Insulated bottles"]),
    mission("Sport", &["Dumbbells", "Skipping ropes", "Yoga mats"]),
    mission("Sport", &["Swim goggles", "Towels", "Balls"]),
    mission("Kids", &["Building blocks", "Toy cars", "Puzzles", "Toy chests"]),
    mission("Kids", &["Soft toys", "Night lights", "Kids' jumpers"]),
    mission("Kids", &["Kids' backpacks", "Pencil cases", "Kids' rain jackets", "Pencil sets"]),
    mission("Kids", &["Balance bikes", "Kids' rain jackets", "Bike helmets"]),
    mission("Kids", &["Board games", "Puzzles", "Candles"]),
    mission("Desk & Travel", &["Notebooks", "Fountain pens", "Pencil sets"]),
    mission("Desk & Travel", &["Desk lamps", "Desk organisers", "Laptop stands"]),
    mission("Desk & Travel", &["Suitcases", "Wash bags", "Headphones"]),
    mission("Desk & Travel", &["Laptop sleeves", "Headphones", "Speakers"]),
];

/// The share of visits that follow the fashion while there is one.
const FASHION_SHARE: f64 = 0.22;
/// The share of the other visits that have nothing to do with the shopper's own departments.
const GIFT_SHARE: f64 = 0.12;

/// What everybody suddenly wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fashion {
    /// Nothing in particular.
    None,
    /// A mission, by its index.
    Of(usize),
}

impl Fashion {
    /// Draws a fashion.
    pub(crate) fn draw(rng: &mut ChaCha12Rng) -> Fashion {
        Fashion::Of(rng.random_range(0..MISSIONS.len()))
    }
}

/// Draws a plan that fits a taste and the season, a gift for somebody else, or the fashion.
pub(crate) fn draw(
    taste: &Taste,
    fashion: Fashion,
    time: Timestamp,
    rng: &mut ChaCha12Rng,
) -> &'static Mission {
    if let Fashion::Of(index) = fashion
        && rng.random_bool(FASHION_SHARE)
    {
        return &MISSIONS[index];
    }
    let mut left = rng.random_range(0.0..1.0);
    for (mission, chance) in MISSIONS.iter().zip(chances(taste, time)) {
        left -= chance;
        if left <= 0.0 {
            return mission;
        }
    }
    &MISSIONS[MISSIONS.len() - 1]
}

/// How likely each plan is where there is no fashion, in the order of [`MISSIONS`]; they sum to one.
pub(crate) fn chances(taste: &Taste, time: Timestamp) -> Vec<f64> {
    let summer = season::summer_of(time);
    let drawn_to: Vec<f64> =
        SUMMER_LEANS.iter().map(|leaning| (SEASON_DRAW * leaning * summer).exp()).collect();
    let total: f64 = drawn_to.iter().sum();
    let mut chances: Vec<f64> = drawn_to.iter().map(|it| GIFT_SHARE * it / total).collect();
    for (department, share) in department_shares(taste) {
        let fits = |mission: &Mission| mission.department == department;
        let fitting = MISSIONS.iter().zip(&drawn_to).filter(|(it, _)| fits(it));
        let of_department: f64 = fitting.map(|(_, drawn_to)| drawn_to).sum();
        for (at, _) in MISSIONS.iter().enumerate().filter(|(_, it)| fits(it)) {
            chances[at] += (1.0 - GIFT_SHARE) * share * drawn_to[at] / of_department;
        }
    }
    chances
}

/// How the shopper's own departments share their visits: the favourite has the most.
fn department_shares(taste: &Taste) -> Vec<(&'static str, f64)> {
    // The lower of two draws, one over the departments and one over three.
    let n = taste.departments.len();
    let mut shares: Vec<_> = taste.departments.iter().map(|it| (*it, 0.0)).collect();
    let each = 1.0 / f64::from(u32::try_from(3 * n).unwrap_or(u32::MAX));
    for one in 0..n {
        for other in 0..3 {
            shares[one.min(other)].1 += each;
        }
    }
    shares
}

/// How much the season draws people to its plans.
const SEASON_DRAW: f64 = 1.0;

/// How much each plan is for the summer: 1 when all of its kinds are, -1 when all are for the winter.
static SUMMER_LEANS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let kinds = || DEPARTMENTS.iter().flat_map(|it| it.groups).flat_map(|it| it.kinds);
    let lean = |name: &str| match kinds().find(|it| it.plural == name).map(|it| it.season) {
        Some(Season::Summer) => 1.0,
        Some(Season::Winter) => -1.0,
        Some(Season::AllYear) | None => 0.0,
    };
    let mean = |kinds: &[&str]| {
        let n = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
        kinds.iter().map(|it| lean(it)).sum::<f64>() / f64::from(n)
    };
    MISSIONS.iter().map(|it| mean(it.kinds)).collect()
});
