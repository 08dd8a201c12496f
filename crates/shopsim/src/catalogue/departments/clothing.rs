//! The department `Clothing`.

use crate::catalogue::colour::{BRIGHT, CLOTH, EARTH, NEUTRAL, PASTEL};
use crate::catalogue::kind::{Department, Group, Season, Sizes, kind};
use crate::pictures::drawings::clothing::{
    BEANIE, DRESS, JACKET, JUMPER, PUFFER, SCARF, SHIRT, SHORTS, SOCKS, TROUSERS, TSHIRT,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Clothing",
    tagline: "Layers that outlast the weather and the fashion.",
    groups: &[
        Group {
            name: "Jackets",
            kinds: &[
                kind("Rain Jacket", "Rain jackets", JACKET, (79, 420))
                    .of(BRIGHT, &["recycled polyester", "three-layer nylon"])
                    .told(
                        &[
                            "Keeps the rain out and lets the climb out.",
                            "For the kind of day that others stay in for.",
                            "Packs into its own pocket until the sky turns grey.",
                        ],
                        &["a hood that turns with you", "vents under the arms", "taped seams"],
                    )
                    .sized(Sizes::Clothing),
                kind("Down Jacket", "Down jackets", PUFFER, (129, 460))
                    .of(CLOTH, &["responsible duck down", "recycled down"])
                    .told(
                        &[
                            "Weighs as much as two apples and warms like a stove.",
                            "The layer you put on when you stop moving.",
                            "Warm, light and quiet, for frosty stations and cold huts.",
                        ],
                        &["a high collar", "pockets lined with fleece", "baffles that never clump"],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Winter),
                kind("Fleece Jacket", "Fleece jackets", JACKET, (49, 220))
                    .of(EARTH, &["recycled fleece", "wool fleece"])
                    .told(
                        &[
                            "The jacket that lives on the hook by the door.",
                            "Soft on the inside, tidy on the outside.",
                            "Dries in the time it takes to cook the pasta.",
                        ],
                        &["flat seams under rucksack straps", "a chest pocket", "a long zip"],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Winter),
            ],
        },
        Group {
            name: "Tops",
            kinds: &[
                kind("T-Shirt", "T-shirts", TSHIRT, (19, 65))
                    .of(CLOTH, &["organic cotton", "hemp and cotton", "linen jersey"])
                    .told(
                        &[
                            "A plain shirt that keeps its shape after fifty washes.",
                            "Heavy enough to hang well and soft enough to sleep in.",
                            "The first thing you put on and the last you think about.",
                        ],
                        &[
                            "a ribbed collar",
                            "a straight, easy cut",
                            "side seams that stay straight",
                        ],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Summer),
                kind("Merino Base Layer", "Merino base layers", JUMPER, (59, 150))
                    .of(NEUTRAL, &["merino wool", "merino and lyocell"])
                    .told(
                        &[
                            "Warm when it is cold, cool when it is not, fresh for days.",
                            "Worn next to the skin on every tour we know of.",
                            "Soft merino that does not itch, promised.",
                        ],
                        &["thumb loops", "flat seams", "a longer back"],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Winter),
                kind("Jumper", "Jumpers", JUMPER, (49, 240))
                    .of(CLOTH, &["lambswool", "organic cotton", "alpaca and wool"])
                    .told(
                        &[
                            "Knitted in one piece, so that nothing can come apart.",
                            "For long tables, open windows and early autumn.",
                            "A jumper your friends will ask to borrow.",
                        ],
                        &[
                            "deep ribbed cuffs",
                            "raglan shoulders",
                            "a collar that does not scratch",
                        ],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Winter),
                kind("Shirt", "Shirts", SHIRT, (39, 160))
                    .of(CLOTH, &["washed linen", "brushed cotton flannel", "organic poplin"])
                    .told(
                        &[
                            "Looks ironed enough without having been.",
                            "An easy shirt for work, and for after work.",
                            "Cut a little wide, the way shirts used to be.",
                        ],
                        &["real shell buttons", "a single chest pocket", "a soft, unlined collar"],
                    )
                    .sized(Sizes::Clothing),
            ],
        },
        Group {
            name: "Trousers",
            kinds: &[
                kind("Hiking Trousers", "Hiking trousers", TROUSERS, (59, 210))
                    .of(EARTH, &["stretch polyamide", "waxed cotton and polyester"])
                    .told(
                        &[
                            "High steps, low branches, wet grass: no complaint.",
                            "Trousers for the trail that pass at dinner.",
                            "Hard-wearing at the knees and light everywhere else.",
                        ],
                        &["pockets you can reach under a hip belt", "shaped knees", "a gusset"],
                    )
                    .sized(Sizes::Clothing),
                kind("Jeans", "Jeans", TROUSERS, (45, 190))
                    .of(NEUTRAL, &["organic denim", "recycled cotton denim", "raw denim"])
                    .told(
                        &[
                            "Stiff for a week, yours for years.",
                            "A straight leg that has never been out of fashion.",
                            "Dyed with a tenth of the usual water.",
                        ],
                        &["riveted pockets", "a hem you can turn up", "a comfortable waist"],
                    )
                    .sized(Sizes::Clothing),
                kind("Shorts", "Shorts", SHORTS, (29, 95))
                    .of(EARTH, &["organic cotton twill", "quick-dry polyamide", "linen"])
                    .told(
                        &[
                            "From the garden to the lake without changing.",
                            "Light shorts with proper pockets.",
                            "For the months in which trousers are too much.",
                        ],
                        &["an elastic back", "a zip pocket for the key", "a loop for drying"],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Summer),
            ],
        },
        Group {
            name: "Dresses",
            kinds: &[
                kind("Summer Dress", "Summer dresses", DRESS, (49, 220))
                    .of(PASTEL, &["washed linen", "organic cotton voile", "lyocell"])
                    .told(
                        &[
                            "Moves with the first breeze and has pockets.",
                            "One dress for the market, the train and the wedding.",
                            "Thrown on in a second, worn all day.",
                        ],
                        &["deep side pockets", "a waist you can tie", "a hem with some swing"],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Summer),
                kind("Knit Dress", "Knit dresses", DRESS, (69, 260))
                    .of(CLOTH, &["merino wool", "organic cotton knit"])
                    .told(
                        &[
                            "As comfortable as a jumper and twice as dressed.",
                            "Made for boots, thick tights and grey mornings.",
                            "Keeps its line from breakfast to the last tram.",
                        ],
                        &["a high collar", "ribbed sides", "long, narrow cuffs"],
                    )
                    .sized(Sizes::Clothing)
                    .for_season(Season::Winter),
            ],
        },
        Group {
            name: "Headwear & Socks",
            kinds: &[
                kind("Beanie", "Beanies", BEANIE, (15, 59))
                    .of(BRIGHT, &["merino wool", "recycled wool", "cotton knit"])
                    .told(
                        &[
                            "Covers the ears, which is the point.",
                            "A small piece of knitting with a large effect.",
                            "Fits under a helmet and over a bad hair day.",
                        ],
                        &["a double brim", "a seamless crown", "a soft inner band"],
                    )
                    .for_season(Season::Winter),
                kind("Socks", "Socks", SOCKS, (9, 35))
                    .of(CLOTH, &["merino wool", "organic cotton", "alpaca"])
                    .told(
                        &[
                            "The present that everybody secretly wants.",
                            "Padded where boots rub and thin where they do not.",
                            "Stay up, stay dry and come in pairs.",
                        ],
                        &["hand-linked toes", "a cushioned heel", "an arch that holds"],
                    )
                    .sized(Sizes::SmallToLarge),
                kind("Scarf", "Scarves", SCARF, (25, 120))
                    .of(CLOTH, &["lambswool", "washed linen", "cashmere and wool"])
                    .told(
                        &[
                            "Long enough to wind twice and share on benches.",
                            "A blanket on trains, a scarf everywhere else.",
                            "Woven slowly, so that it stays soft.",
                        ],
                        &["rolled fringes", "a woven border", "a brushed surface"],
                    )
                    .for_season(Season::Winter),
            ],
        },
    ],
};
