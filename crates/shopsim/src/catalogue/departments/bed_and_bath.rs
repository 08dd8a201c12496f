//! The department `Bed & Bath`.

use crate::catalogue::colour::{CLOTH, GLASS, NEUTRAL, PASTEL};
use crate::catalogue::kind::{Department, Group, Season, Sizes, kind};
use crate::pictures::drawings::bed_and_bath::{
    BASKET, BATH_MAT, BATHROBE, DISPENSER, DUVET, FOLDED_SHEETS, PILLOW, SOAP, TOWELS,
};
use crate::pictures::drawings::living::THROW;

pub(super) const DEPARTMENT: Department = Department {
    name: "Bed & Bath",
    tagline: "Soft starts and quiet endings.",
    groups: &[
        Group {
            name: "Bed linen",
            kinds: &[
                kind("Duvet Cover", "Duvet covers", DUVET, (39, 240))
                    .of(PASTEL, &["washed linen", "organic percale", "cotton flannel"])
                    .told(
                        &[
                            "Softer after every wash, and it never needs ironing.",
                            "Cool in August, warm in January.",
                            "Makes getting up the hardest part of the day.",
                        ],
                        &["coconut buttons", "corner ties", "a deep envelope end"],
                    )
                    .sized(Sizes::Bed),
                kind("Fitted Sheet", "Fitted sheets", FOLDED_SHEETS, (19, 120))
                    .of(NEUTRAL, &["organic jersey", "organic percale", "washed linen"])
                    .told(
                        &[
                            "Stays on all four corners, all night.",
                            "Smooth as the first page of a notebook.",
                            "Fits mattresses that are taller than they should be.",
                        ],
                        &[
                            "an elastic all around",
                            "deep corners",
                            "a label that says which side is long",
                        ],
                    )
                    .sized(Sizes::Bed),
            ],
        },
        Group {
            name: "Bedding",
            kinds: &[
                kind("Pillow", "Pillows", PILLOW, (25, 150))
                    .of(NEUTRAL, &["responsible down", "kapok", "wool pearls"])
                    .told(
                        &[
                            "High enough for side sleepers, soft enough for the others.",
                            "You can take filling out and put it back.",
                            "Shakes into shape and stays in it.",
                        ],
                        &["a quilted cover", "a filling you can adjust", "a washable core"],
                    ),
                kind("Wool Blanket", "Wool blankets", THROW, (59, 260))
                    .of(CLOTH, &["new wool", "recycled wool", "lambswool"])
                    .told(
                        &[
                            "Old looms, new wool, no hurry.",
                            "For the foot of the bed and the top of the mountain.",
                            "Warm without being heavy.",
                        ],
                        &["a whipped edge", "a woven check", "a brushed finish"],
                    )
                    .for_season(Season::Winter),
            ],
        },
        Group {
            name: "Bath",
            kinds: &[
                kind("Bath Towel", "Towels", TOWELS, (15, 69))
                    .of(PASTEL, &["organic terry cotton", "linen waffle", "bamboo and cotton"])
                    .told(
                        &[
                            "Thick enough to feel like a holiday.",
                            "Dries you at once and itself by noon.",
                            "A towel that still drinks after a hundred washes.",
                        ],
                        &["a loop that holds", "a flat border", "long, dense loops"],
                    ),
                kind("Bathrobe", "Bathrobes", BATHROBE, (59, 190))
                    .of(CLOTH, &["organic terry cotton", "linen waffle"])
                    .told(
                        &[
                            "For Sundays that begin at eleven.",
                            "Warm from the shower to the second coffee.",
                            "Wraps twice and has pockets for a book.",
                        ],
                        &["a shawl collar", "turn-up cuffs", "a belt that cannot get lost"],
                    )
                    .sized(Sizes::Clothing),
                kind("Bath Mat", "Bath mats", BATH_MAT, (19, 89))
                    .of(NEUTRAL, &["organic cotton", "teak", "cork"])
                    .told(
                        &[
                            "A friendly place for cold feet.",
                            "Soaks up the puddle and dries by itself.",
                            "Stays where you put it.",
                        ],
                        &["a tufted pile", "a firm weave", "rounded corners"],
                    ),
                kind("Laundry Basket", "Laundry baskets", BASKET, (29, 150))
                    .of(NEUTRAL, &["seagrass", "willow", "cotton rope"])
                    .told(
                        &[
                            "Makes chaos look arranged.",
                            "Light to carry and wide enough to hit from the door.",
                            "Woven by hand, straight enough for a corner.",
                        ],
                        &["a washable lining", "strong handles", "a lid that lifts off"],
                    ),
            ],
        },
        Group {
            name: "Care",
            kinds: &[
                kind("Soap Bar", "Soaps", SOAP, (6, 19))
                    .of(PASTEL, &["olive oil soap", "shea butter soap", "sheep's milk soap"])
                    .told(
                        &[
                            "Lathers like cream and rinses like water.",
                            "Smells of fig, salt and clean shirts.",
                            "Cut by hand, so corners may differ.",
                        ],
                        &["a calm scent", "a paper band", "oats for tired hands"],
                    ),
                kind("Body Oil", "Body oils", DISPENSER, (14, 59))
                    .of(GLASS, &["almond oil", "apricot kernel oil", "sea buckthorn oil"])
                    .told(
                        &[
                            "Five drops after the shower are enough.",
                            "Sinks in before you have found your socks.",
                            "Lavender in the evening, orange in the morning.",
                        ],
                        &[
                            "a glass bottle to refill",
                            "a pump that doses well",
                            "no perfume but the plant's",
                        ],
                    ),
            ],
        },
    ],
};
