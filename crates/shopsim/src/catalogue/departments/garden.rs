//! The department `Garden`.

use crate::catalogue::colour::{EARTH, GLAZE, METAL, NEUTRAL, PASTEL, WOOD};
use crate::catalogue::kind::{Department, Group, Season, Sizes, kind};
use crate::pictures::drawings::garden::{
    BIRD_HOUSE, FIRE_BOWL, GARDEN_CHAIR, GLOVES, HERB_KIT, PLANTER, SECATEURS, SEEDS, SPADE,
    WATERING_CAN,
};
use crate::pictures::drawings::outdoor::LANTERN;

pub(super) const DEPARTMENT: Department = Department {
    name: "Garden",
    tagline: "Balconies, beds and everything that grows.",
    groups: &[
        Group {
            name: "Garden tools",
            kinds: &[
                kind("Secateurs", "Secateurs", SECATEURS, (19, 89))
                    .of(WOOD, &["carbon steel and ash", "forged aluminium"])
                    .told(
                        &[
                            "A clean cut heals, and this is a clean cut.",
                            "For roses, vines and the neighbour's branch.",
                            "Opens with a spring and closes with a thumb.",
                        ],
                        &["blades that can be replaced", "a sap groove", "a catch for either hand"],
                    ),
                kind("Spade", "Spades", SPADE, (29, 119))
                    .of(WOOD, &["forged steel and ash", "stainless steel and oak"])
                    .told(
                        &[
                            "Goes in like into butter, comes out clean.",
                            "Made for clay, roots and long afternoons.",
                            "The right length for an upright back.",
                        ],
                        &[
                            "a tread for boots",
                            "a handle that swells into the hand",
                            "a hardened edge",
                        ],
                    ),
                kind("Gardening Gloves", "Gardening gloves", GLOVES, (9, 39))
                    .of(PASTEL, &["goatskin", "bamboo and latex", "organic cotton"])
                    .told(
                        &[
                            "Thin enough to feel a seed, tough enough for brambles.",
                            "Washable, which gloves for earth should be.",
                            "Let thorns slide off and hands breathe.",
                        ],
                        &["a long cuff", "a padded palm", "seams on the outside"],
                    )
                    .sized(Sizes::SmallToLarge),
                kind("Watering Can", "Watering cans", WATERING_CAN, (19, 99))
                    .of(METAL, &["galvanised steel", "powder-coated steel", "recycled plastic"])
                    .told(
                        &[
                            "Rains softly where you want it.",
                            "Balanced when full and light when empty.",
                            "Long-necked, for the pots at the back.",
                        ],
                        &["a brass rose", "a high handle", "a spout that does not spill"],
                    )
                    .editions(&["1.5 L", "5 L", "9 L"]),
            ],
        },
        Group {
            name: "Planting",
            kinds: &[
                kind("Planter", "Planters", PLANTER, (12, 160))
                    .of(GLAZE, &["terracotta", "glazed stoneware", "fibre clay"])
                    .told(
                        &[
                            "A good home for something that wants to grow.",
                            "Frost-proof down to the roots.",
                            "Stands firm in the wind, even under an olive tree.",
                        ],
                        &["a hidden drain", "a saucer of its own", "feet that let water out"],
                    )
                    .editions(&["S", "M", "L"]),
                kind("Seed Mix", "Seed mixes", SEEDS, (4, 19))
                    .of(EARTH, &["organic seed", "regional wildflower seed"])
                    .told(
                        &[
                            "Sow in April, forget, be surprised.",
                            "Flowers from May until the first frost.",
                            "For bees first, and for you.",
                        ],
                        &[
                            "twenty-four kinds",
                            "seed for ten square metres",
                            "a card that says what comes up",
                        ],
                    )
                    .for_season(Season::Summer),
                kind("Herb Kit", "Herb kits", HERB_KIT, (14, 49))
                    .of(WOOD, &["beech box and organic seed", "recycled tin"])
                    .told(
                        &[
                            "Basil, thyme and chives for one window sill.",
                            "Everything but the sun is in the box.",
                            "From seed to pesto in eight weeks.",
                        ],
                        &["three pots and a tray", "peat-free soil", "labels of slate"],
                    ),
            ],
        },
        Group {
            name: "Garden living",
            kinds: &[
                kind("Garden Chair", "Garden chairs", GARDEN_CHAIR, (49, 390))
                    .of(EARTH, &["powder-coated steel", "acacia", "recycled plastic"])
                    .told(
                        &[
                            "May stay out all summer and most of the winter.",
                            "Folds flat for the shed and open for the soup.",
                            "Sits deep, for watching the beans grow.",
                        ],
                        &["slats that shed rain", "wide arms for a glass", "feet for gravel"],
                    )
                    .for_season(Season::Summer),
                kind("Fire Bowl", "Fire bowls", FIRE_BOWL, (69, 420))
                    .of(METAL, &["raw steel", "cast iron", "corten steel"])
                    .told(
                        &[
                            "An evening of its own making.",
                            "Rusts on purpose and never through.",
                            "Warms a circle of eight, or six with marshmallows.",
                        ],
                        &[
                            "a grate for sausages",
                            "a lid that makes it a table",
                            "feet that spare the lawn",
                        ],
                    ),
                kind("Garden Lantern", "Garden lanterns", LANTERN, (19, 140))
                    .of(NEUTRAL, &["steel and glass", "bamboo", "recycled glass"])
                    .told(
                        &[
                            "Shows the way to the last guests.",
                            "Gathers sun by day and gives it back at ten.",
                            "Flickers like a candle, minds no rain.",
                        ],
                        &["a solar lid", "a rope handle", "a door that closes well"],
                    )
                    .for_season(Season::Summer),
                kind("Bird House", "Bird houses", BIRD_HOUSE, (15, 79))
                    .of(WOOD, &["larch", "wood concrete", "oiled pine"])
                    .told(
                        &[
                            "Hung in autumn, let by spring.",
                            "The right door for tits, the wrong one for cats.",
                            "Two rooms, south-east, no rent.",
                        ],
                        &[
                            "a roof that opens for cleaning",
                            "a rough inside for small claws",
                            "a steel hanger",
                        ],
                    ),
            ],
        },
    ],
};
