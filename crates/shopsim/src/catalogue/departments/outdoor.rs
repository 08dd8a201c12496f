//! The department `Outdoor`.

use crate::catalogue::colour::{BRIGHT, DEVICE, EARTH, METAL};
use crate::catalogue::kind::{Department, Group, Season, kind};
use crate::pictures::drawings::outdoor::{
    BACKPACK, BOTTLE, CAMP_CHAIR, COOK_SET, DAYPACK, DOME_TENT, HAMMOCK, HEADLAMP, LANTERN, POLES,
    SLEEPING_BAG, SLEEPING_MAT, STOVE, TUNNEL_TENT,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Outdoor",
    tagline: "For nights under canvas and days above the tree line.",
    groups: &[
        Group {
            name: "Tents",
            kinds: &[
                kind("Dome Tent", "Dome tents", DOME_TENT, (89, 480))
                    .of(EARTH, &["recycled ripstop polyester", "silicone-coated nylon"])
                    .told(
                        &[
                            "Stands on its own in four minutes, even in the dark.",
                            "A freestanding dome for forest edges and windy ridges.",
                            "Room for everybody and for the wet jackets too.",
                        ],
                        &[
                            "two doors and two porches",
                            "colour-coded poles that cannot be mixed up",
                            "a ceiling of fine mesh for the stars",
                            "taped seams and a bathtub floor",
                        ],
                    )
                    .editions(&["for 1", "for 2", "for 3"])
                    .for_season(Season::Summer),
                kind("Tunnel Tent", "Tunnel tents", TUNNEL_TENT, (149, 690))
                    .of(EARTH, &["recycled ripstop polyester", "cotton blend canvas"])
                    .told(
                        &[
                            "A long, low tunnel that lets the storm slide over it.",
                            "Sleeps the family and keeps a dry room for boots and breakfast.",
                            "The most room for its weight that we know of.",
                        ],
                        &[
                            "a porch you can stand up in",
                            "a dark inner tent for late mornings",
                            "vents at both ends against dew",
                        ],
                    )
                    .editions(&["for 3", "for 4", "for 5"])
                    .for_season(Season::Summer),
            ],
        },
        Group {
            name: "Sleeping",
            kinds: &[
                kind("Sleeping Bag", "Sleeping bags", SLEEPING_BAG, (49, 390))
                    .of(EARTH, &["recycled polyester fill", "responsible duck down", "wool fill"])
                    .told(
                        &[
                            "Warm where you feel the cold first: at the feet and the neck.",
                            "A three-season bag that packs to the size of a loaf of bread.",
                            "Cut with room to turn over, as most people do.",
                        ],
                        &[
                            "a two-way zip that does not bite",
                            "a draught collar and a snug hood",
                            "a pocket for the things you look for at night",
                        ],
                    )
                    .editions(&["+8", "+2", "-5"]),
                kind("Sleeping Mat", "Sleeping mats", SLEEPING_MAT, (25, 220))
                    .of(BRIGHT, &["recycled polyester", "closed-cell foam"])
                    .told(
                        &[
                            "Eight centimetres between you and the roots.",
                            "Unrolls, fills itself and forgives stony ground.",
                            "Light enough to take along even when you might not need it.",
                        ],
                        &[
                            "a valve that lets air in and keeps it there",
                            "a surface that neither slips nor rustles",
                            "an insulation value for cold nights",
                        ],
                    )
                    .editions(&["Regular", "Wide", ""]),
            ],
        },
        Group {
            name: "Packs",
            kinds: &[
                kind("Hiking Backpack", "Hiking backpacks", BACKPACK, (89, 340))
                    .of(EARTH, &["recycled polyamide", "waxed cotton canvas"])
                    .told(
                        &[
                            "Carries a week's load on the hips instead of the shoulders.",
                            "A pack for hut tours and long-distance trails.",
                            "Adjusts to your back in seconds and stays there.",
                        ],
                        &[
                            "a floating lid and a front opening",
                            "a rain cover in its own pocket",
                            "straps that can all be replaced",
                        ],
                    )
                    .editions(&["38 L", "45 L", "55 L"]),
                kind("Daypack", "Daypacks", DAYPACK, (39, 160))
                    .of(EARTH, &["recycled polyester", "waxed cotton canvas"])
                    .told(
                        &[
                            "For the summit, the library and everything between.",
                            "Holds lunch, a jacket and a good book.",
                            "Small outside, surprisingly tidy inside.",
                        ],
                        &[
                            "a padded back that lets air through",
                            "two bottle pockets within reach",
                            "a hidden pocket for keys",
                        ],
                    )
                    .editions(&["16 L", "20 L", "24 L"]),
                kind("Insulated Bottle", "Insulated bottles", BOTTLE, (19, 59))
                    .of(BRIGHT, &["stainless steel", "recycled stainless steel"])
                    .told(
                        &[
                            "Keeps tea hot until the summit and water cold until the evening.",
                            "Falls off rocks and does not mind.",
                            "Fits cup holders, side pockets and small hands.",
                        ],
                        &[
                            "a lid that seals in half a turn",
                            "a powder coat that grips in the rain",
                            "a mouth wide enough for ice",
                        ],
                    )
                    .editions(&["0.5 L", "0.75 L", "1 L"]),
            ],
        },
        Group {
            name: "Camp kitchen",
            kinds: &[
                kind("Camping Stove", "Camping stoves", STOVE, (29, 190))
                    .of(METAL, &["stainless steel", "aluminium and brass"])
                    .told(
                        &[
                            "Boils half a litre before the tent is up.",
                            "Simmers as well as it roars, for more than instant soup.",
                            "Folds flat and lights at the first click.",
                        ],
                        &[
                            "a wind shield that also carries the pot",
                            "three wide arms for a steady pan",
                            "a valve you can turn with gloves on",
                        ],
                    ),
                kind("Cook Set", "Cook sets", COOK_SET, (35, 140))
                    .of(METAL, &["hard-anodised aluminium", "titanium", "stainless steel"])
                    .told(
                        &[
                            "Two pots, a pan and a lid that drains, nested into one.",
                            "Everything for dinner for two in the space of a melon.",
                            "Made for one fire and many hungry people.",
                        ],
                        &[
                            "handles that fold and stay cool",
                            "measuring marks on the inside",
                            "a mesh bag that dries quickly",
                        ],
                    ),
            ],
        },
        Group {
            name: "Camp life",
            kinds: &[
                kind("Headlamp", "Headlamps", HEADLAMP, (19, 110))
                    .of(DEVICE, &["aluminium", "recycled plastic"])
                    .told(
                        &[
                            "Light where you look, and both hands free.",
                            "From reading light to searchlight with one button.",
                            "Runs through a whole night and charges over lunch.",
                        ],
                        &[
                            "a red light that spares sleeping friends",
                            "a washable headband",
                            "a lock against lighting up the backpack",
                        ],
                    ),
                kind("Camp Lantern", "Camp lanterns", LANTERN, (24, 120))
                    .of(DEVICE, &["powder-coated steel", "aluminium and glass"])
                    .told(
                        &[
                            "A warm circle of light for cards and late soup.",
                            "Hangs from a branch, stands on a table, charges a phone.",
                            "Dims down to a candle and back.",
                        ],
                        &[
                            "a hook that folds away",
                            "a diffuser without glare",
                            "a week of evenings",
                        ],
                    ),
                kind("Trekking Poles", "Trekking poles", POLES, (39, 190))
                    .of(BRIGHT, &["carbon fibre", "tempered aluminium"])
                    .told(
                        &[
                            "Your knees will thank you on the way down.",
                            "A pair that grows and shrinks with the slope.",
                            "Four legs are steadier than two, in streams above all.",
                        ],
                        &[
                            "cork grips that take the shape of your hands",
                            "clamps that hold in frost",
                            "tips that can be replaced",
                        ],
                    ),
                kind("Camp Chair", "Camp chairs", CAMP_CHAIR, (35, 190))
                    .of(EARTH, &["recycled polyester", "cotton canvas and beech"])
                    .told(
                        &[
                            "The best seat by the lake, and it fits in a bag.",
                            "Opens in one movement and does not sink into sand.",
                            "Low enough for the fire and high enough to get up again.",
                        ],
                        &["a pocket for a book", "a cup holder that fits a mug", "wide feet"],
                    )
                    .for_season(Season::Summer),
                kind("Hammock", "Hammocks", HAMMOCK, (29, 150))
                    .of(BRIGHT, &["parachute nylon", "organic cotton"])
                    .told(
                        &[
                            "Two trees are all it needs.",
                            "Sleeps one diagonally or two who like each other.",
                            "An afternoon off, in a bag the size of a grapefruit.",
                        ],
                        &[
                            "wide straps that are kind to bark",
                            "a stuff sack sewn to its edge",
                            "seams that hold 200 kilograms",
                        ],
                    )
                    .for_season(Season::Summer),
            ],
        },
    ],
};
