//! The department `Shoes & Bags`.

use crate::catalogue::colour::{BRIGHT, CLOTH, EARTH, LEATHER, NEUTRAL};
use crate::catalogue::kind::{Department, Group, Season, Sizes, kind};
use crate::pictures::drawings::shoes_and_bags::{
    BELT, BOOT, CHELSEA, CROSSBODY, SANDAL, SLIPPER, TOTE, TRAINER, WALLET, WEEKENDER, WELLY,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Shoes & Bags",
    tagline: "What carries you, and what you carry.",
    groups: &[
        Group {
            name: "Shoes",
            kinds: &[
                kind("Hiking Boots", "Hiking boots", BOOT, (109, 340))
                    .of(LEATHER, &["nubuck leather", "recycled ripstop and suede"])
                    .told(
                        &[
                            "Broken in after a weekend and loyal for a decade.",
                            "High enough for scree, light enough for the way home.",
                            "For wet roots, loose stones and the last steep hour.",
                        ],
                        &["a sole that can be replaced", "a roomy toe", "a waterproof lining"],
                    )
                    .sized(Sizes::Shoes),
                kind("Trail Running Shoes", "Trail running shoes", TRAINER, (79, 190))
                    .of(BRIGHT, &["recycled mesh", "ripstop mesh"])
                    .told(
                        &[
                            "Grip for mud, mercy for roots.",
                            "Light enough that you forget them and think about the view.",
                            "Runs uphill as if somebody was waiting there.",
                        ],
                        &["deep studs", "a snug heel", "laces that stay tied"],
                    )
                    .sized(Sizes::Shoes),
                kind("Trainers", "Trainers", TRAINER, (59, 190))
                    .of(NEUTRAL, &["full-grain leather", "organic cotton canvas", "suede"])
                    .told(
                        &[
                            "Plain trainers that go with everything you own.",
                            "Stitched, not glued, and easy to clean.",
                            "For pavements, platforms and dance floors.",
                        ],
                        &["a natural rubber sole", "a cork footbed", "a padded collar"],
                    )
                    .sized(Sizes::Shoes),
                kind("Chelsea Boots", "Chelsea boots", CHELSEA, (99, 290))
                    .of(LEATHER, &["waxed leather", "suede", "apple leather"])
                    .told(
                        &[
                            "On in a second and right for almost every occasion.",
                            "Better every year if you own a tin of wax.",
                            "A slim boot for rain that comes sideways.",
                        ],
                        &["a welted sole", "strong pull tabs", "elastic that stays elastic"],
                    )
                    .sized(Sizes::Shoes)
                    .for_season(Season::Winter),
                kind("Sandals", "Sandals", SANDAL, (39, 150))
                    .of(LEATHER, &["vegetable-tanned leather", "cork and felt"])
                    .told(
                        &[
                            "Leave your print in the cork and keep it.",
                            "For cobbles, gangways and barefoot evenings.",
                            "Two buckles and the whole summer.",
                        ],
                        &["a shaped footbed", "buckles of solid brass", "a soft lining"],
                    )
                    .sized(Sizes::Shoes)
                    .for_season(Season::Summer),
                kind("Wellington Boots", "Wellington boots", WELLY, (35, 130))
                    .of(BRIGHT, &["natural rubber", "recycled rubber"])
                    .told(
                        &[
                            "Puddles are there to be crossed in the middle.",
                            "For dog walks, flower beds and festival fields.",
                            "Cut high enough for the deep end of the meadow.",
                        ],
                        &[
                            "a cotton lining",
                            "a sole that sheds mud",
                            "a heel ridge to kick them off",
                        ],
                    )
                    .sized(Sizes::Shoes),
                kind("Slippers", "Slippers", SLIPPER, (29, 95))
                    .of(CLOTH, &["felted wool", "boiled wool", "shearling"])
                    .told(
                        &[
                            "Home starts at the feet.",
                            "Felted from one piece, warm on stone floors.",
                            "Quiet enough for early risers.",
                        ],
                        &["a suede sole", "a shaped edge", "a wool insole"],
                    )
                    .sized(Sizes::Shoes)
                    .for_season(Season::Winter),
            ],
        },
        Group {
            name: "Bags",
            kinds: &[
                kind("Tote Bag", "Tote bags", TOTE, (19, 160))
                    .of(EARTH, &["heavy cotton canvas", "vegetable-tanned leather"])
                    .told(
                        &[
                            "Carries the market home and folds to nothing.",
                            "For groceries, swimming things and a laptop on Mondays.",
                            "A simple bag with handles that do not cut.",
                        ],
                        &["an inner pocket", "a flat base", "long handles"],
                    ),
                kind("Crossbody Bag", "Crossbody bags", CROSSBODY, (39, 210))
                    .of(LEATHER, &["vegetable-tanned leather", "waxed canvas"])
                    .told(
                        &[
                            "Both hands free, everything close.",
                            "Small enough for a concert, large enough for a novel.",
                            "Sits flat and opens without looking.",
                        ],
                        &["a hidden zip pocket", "a wide strap", "a magnetic flap"],
                    ),
                kind("Weekend Bag", "Weekend bags", WEEKENDER, (69, 380))
                    .of(LEATHER, &["waxed canvas and leather", "recycled sailcloth"])
                    .told(
                        &[
                            "Two nights, one pair of shoes, no wheels.",
                            "Looks better after every journey.",
                            "Opens wide, so that nothing hides.",
                        ],
                        &["a shoe pocket", "a shoulder strap that unclips", "solid brass zips"],
                    ),
            ],
        },
        Group {
            name: "Small leather",
            kinds: &[
                kind("Wallet", "Wallets", WALLET, (25, 120))
                    .of(LEATHER, &["vegetable-tanned leather", "cork leather"])
                    .told(
                        &[
                            "Six cards, some notes and no bulge.",
                            "Cut from one piece and saddle-stitched.",
                            "Thin on the first day and thinner after a year.",
                        ],
                        &["a coin pocket", "a pull tab for cards", "burnished edges"],
                    ),
                kind("Belt", "Belts", BELT, (29, 110))
                    .of(LEATHER, &["bridle leather", "woven cotton and leather"])
                    .told(
                        &[
                            "One strap of leather and one honest buckle.",
                            "Holds up jeans and stands up to decades.",
                            "Wears in, not out.",
                        ],
                        &["a brass buckle", "a screwed keeper", "five clean holes"],
                    )
                    .sized(Sizes::SmallToLarge),
            ],
        },
    ],
};
