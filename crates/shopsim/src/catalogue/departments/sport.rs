//! The department `Sport`.

use crate::catalogue::colour::{BRIGHT, DEVICE, EARTH, NEUTRAL, PASTEL};
use crate::catalogue::kind::{Department, Group, Season, Sizes, kind};
use crate::pictures::drawings::sport::{
    BALL, BIKE_LIGHT, BIKE_LOCK, CAP, DUMBBELL, GOGGLES, HELMET, PANNIER, ROPE, VEST, YOGA_BLOCK,
    YOGA_MAT,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Sport",
    tagline: "Small steps, fast wheels, deep breaths.",
    groups: &[
        Group {
            name: "Cycling",
            kinds: &[
                kind("Bike Helmet", "Bike helmets", HELMET, (39, 190))
                    .of(DEVICE, &["in-moulded shell", "recycled shell and cork"])
                    .told(
                        &[
                            "Light enough to forget and strong enough not to.",
                            "Looks like a hat and works like a helmet.",
                            "Cool on the climb, calm on the descent.",
                        ],
                        &["a dial at the back", "a visor for low sun", "a magnetic buckle"],
                    )
                    .sized(Sizes::SmallToLarge),
                kind("Bike Light", "Bike lights", BIKE_LIGHT, (15, 99))
                    .of(DEVICE, &["aluminium", "recycled plastic"])
                    .told(
                        &[
                            "See the pothole, be seen by the bus.",
                            "Clicks on without tools and off against thieves.",
                            "Charges at the desk in two hours.",
                        ],
                        &["a beam that spares oncoming eyes", "a brake signal", "a rubber strap"],
                    ),
                kind("Pannier", "Panniers", PANNIER, (49, 170))
                    .of(BRIGHT, &["recycled tarpaulin", "waxed canvas"])
                    .told(
                        &[
                            "Groceries in, rain out.",
                            "Hooks on with one hand and carries like a bag.",
                            "Office all week, Danube on Saturday.",
                        ],
                        &["a rolled top", "a sleeve for a laptop", "reflectors on three sides"],
                    )
                    .editions(&["15 L", "20 L", "25 L"]),
                kind("Bike Lock", "Bike locks", BIKE_LOCK, (25, 129))
                    .of(DEVICE, &["hardened steel", "woven steel and textile"])
                    .told(
                        &[
                            "Takes longer to cut than anybody has.",
                            "Wraps around lamp posts and friends' bikes.",
                            "Heavy where it matters.",
                        ],
                        &[
                            "a cover that spares paint",
                            "two keys, one with a light",
                            "a frame mount",
                        ],
                    ),
            ],
        },
        Group {
            name: "Yoga",
            kinds: &[
                kind("Yoga Mat", "Yoga mats", YOGA_MAT, (29, 130))
                    .of(PASTEL, &["natural rubber", "cork and rubber", "organic cotton"])
                    .told(
                        &[
                            "Grips when hands get warm.",
                            "Unrolls flat, without a discussion.",
                            "Thick enough for knees, firm enough for balance.",
                        ],
                        &[
                            "a line to find the middle",
                            "a strap to carry it",
                            "a surface that wipes clean",
                        ],
                    ),
                kind("Yoga Block", "Yoga blocks", YOGA_BLOCK, (9, 35))
                    .of(EARTH, &["cork", "recycled foam"])
                    .told(
                        &[
                            "Brings the floor a little closer.",
                            "Steady on all six sides.",
                            "Also a fine stool for a cup of tea.",
                        ],
                        &["bevelled edges", "a warm grip", "a reassuring weight"],
                    ),
            ],
        },
        Group {
            name: "Running",
            kinds: &[
                kind("Running Vest", "Running vests", VEST, (39, 150))
                    .of(BRIGHT, &["recycled mesh", "stretch polyamide"])
                    .told(
                        &[
                            "Water, keys and a gel, without a bounce.",
                            "Sits like a shirt, carries like a bag.",
                            "For the run that got longer than planned.",
                        ],
                        &["two soft flasks", "a whistle on the strap", "loops for poles"],
                    )
                    .sized(Sizes::SmallToLarge),
                kind("Running Cap", "Running caps", CAP, (15, 45))
                    .of(BRIGHT, &["recycled polyester", "merino and polyamide"])
                    .told(
                        &[
                            "Keeps sun, rain and hair out of your eyes.",
                            "Folds into a pocket and springs back.",
                            "Light, airy, washable.",
                        ],
                        &["a soft peak", "laser-cut vents", "a strap for ponytails"],
                    )
                    .for_season(Season::Summer),
            ],
        },
        Group {
            name: "Training",
            kinds: &[
                kind("Dumbbell Pair", "Dumbbells", DUMBBELL, (19, 140))
                    .of(NEUTRAL, &["cast iron", "neoprene and iron", "beech and steel"])
                    .told(
                        &[
                            "The gym that fits under the bed.",
                            "Does not roll away from good intentions.",
                            "A pair with a grip that stays dry.",
                        ],
                        &["hexagonal ends", "a knurled grip", "a quiet coating"],
                    )
                    .editions(&["2 kg", "4 kg", "8 kg"]),
                kind("Skipping Rope", "Skipping ropes", ROPE, (9, 39))
                    .of(BRIGHT, &["beech and cotton", "steel cable", "leather and beech"])
                    .told(
                        &[
                            "Ten minutes, no machine, no excuse.",
                            "Turns fast and tangles slowly.",
                            "Cut to your length with household scissors.",
                        ],
                        &["ball bearings", "turned handles", "a length you can set"],
                    ),
            ],
        },
        Group {
            name: "Swimming & Games",
            kinds: &[
                kind("Swim Goggles", "Swim goggles", GOGGLES, (12, 45))
                    .of(BRIGHT, &["soft silicone", "recycled plastic"])
                    .told(
                        &[
                            "Clear to the far end of the lane.",
                            "Seal softly and leave no rings.",
                            "For lakes, lanes and looking at fish.",
                        ],
                        &["lenses that do not fog", "a split strap", "three nose pieces"],
                    )
                    .for_season(Season::Summer),
                kind("Football", "Balls", BALL, (15, 79))
                    .of(DEVICE, &["fair-trade rubber", "recycled leather"])
                    .told(
                        &[
                            "Round, and everything that follows from it.",
                            "Flies straight, even in rain.",
                            "For the park until it gets dark.",
                        ],
                        &["hand-stitched panels", "a bladder that keeps air", "a grippy skin"],
                    )
                    .editions(&["size 4", "size 5"]),
            ],
        },
    ],
};
