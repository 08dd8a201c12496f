//! The department `Kitchen`.

use crate::catalogue::colour::{GLASS, GLAZE, METAL, WOOD};
use crate::catalogue::kind::{Department, Group, kind};
use crate::pictures::drawings::kitchen::{
    BOWL, CAKE_TIN, CARAFE, CASSEROLE, CHOPPING_BOARD, COFFEE_GRINDER, DRIPPER, GLASS as TUMBLER,
    KETTLE, KNIFE, MUG, PAN, PLATE, SAUCEPAN, TEAPOT,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Kitchen",
    tagline: "For the first coffee, the long lunch and the Sunday cake.",
    groups: &[
        Group {
            name: "Cookware",
            kinds: &[
                kind("Frying Pan", "Frying pans", PAN, (29, 180))
                    .of(METAL, &["forged iron", "three-ply steel", "cast iron"])
                    .told(
                        &[
                            "Sears, browns and goes straight into the oven.",
                            "Gets better with every egg.",
                            "A pan for life, if you dry it.",
                        ],
                        &["a long, cool handle", "a pouring rim", "a base that stays flat"],
                    )
                    .editions(&["20 cm", "24 cm", "28 cm"]),
                kind("Saucepan", "Saucepans", SAUCEPAN, (29, 190))
                    .of(METAL, &["stainless steel", "tin-lined copper"])
                    .told(
                        &[
                            "For porridge, caramel and the patient kind of sauce.",
                            "Heats evenly up to the rim.",
                            "The pan that is always in the sink because it is always in use.",
                        ],
                        &["a lid that drains", "marks on the inside", "a riveted handle"],
                    )
                    .editions(&["1.2 L", "1.8 L", "2.5 L"]),
                kind("Casserole", "Casseroles", CASSEROLE, (59, 290))
                    .of(GLAZE, &["enamelled cast iron", "stoneware"])
                    .told(
                        &[
                            "Stews overnight and comes to the table as it is.",
                            "Bakes bread with a crust you can hear.",
                            "Heavy, slow and worth it.",
                        ],
                        &[
                            "a lid that bastes by itself",
                            "handles for oven gloves",
                            "pale enamel inside",
                        ],
                    )
                    .editions(&["3 L", "4.5 L", "6 L"]),
            ],
        },
        Group {
            name: "Knives & Boards",
            kinds: &[
                kind("Chef's Knife", "Chef's knives", KNIFE, (35, 260))
                    .of(WOOD, &["carbon steel", "layered damask steel", "stainless steel"])
                    .told(
                        &[
                            "Falls through tomatoes by its own weight.",
                            "One good knife replaces a drawer of others.",
                            "Balanced at the point where you hold it.",
                        ],
                        &["a full tang", "an oiled handle", "an edge that is easy to bring back"],
                    )
                    .editions(&["16 cm", "20 cm"]),
                kind("Chopping Board", "Chopping boards", CHOPPING_BOARD, (19, 120))
                    .of(WOOD, &["end-grain oak", "olive wood", "beech"])
                    .told(
                        &[
                            "Kind to edges and steady on the table.",
                            "For onions on one side and cheese on the other.",
                            "Cut from one plank, so no two are alike.",
                        ],
                        &["a groove for juices", "a hole to hang it by", "rounded corners"],
                    ),
            ],
        },
        Group {
            name: "Coffee & Tea",
            kinds: &[
                kind("Coffee Grinder", "Coffee grinders", COFFEE_GRINDER, (35, 240))
                    .of(METAL, &["steel and walnut", "aluminium"])
                    .told(
                        &[
                            "Thirty turns to a better morning.",
                            "From espresso to French press without guesswork.",
                            "Grinds quietly enough for thin walls.",
                        ],
                        &["conical steel burrs", "a stepless setting", "a folding crank"],
                    ),
                kind("Pour-Over Dripper", "Pour-over drippers", DRIPPER, (15, 79))
                    .of(GLAZE, &["porcelain", "borosilicate glass", "stoneware"])
                    .told(
                        &[
                            "Slow coffee, and nothing that can break down.",
                            "A cup at a time, as clear as tea.",
                            "Ribs inside, patience outside.",
                        ],
                        &["spiral ribs", "a wide foot for any mug", "a wooden collar"],
                    ),
                kind("Teapot", "Teapots", TEAPOT, (29, 150))
                    .of(GLAZE, &["stoneware", "cast iron", "porcelain"])
                    .told(
                        &[
                            "Pours without a drip, which is rarer than it sounds.",
                            "Holds four cups and the conversation.",
                            "Keeps Assam warm and green tea from getting bitter.",
                        ],
                        &["a fine steel strainer", "a bamboo handle", "a lid that stays on"],
                    ),
                kind("Kettle", "Kettles", KETTLE, (35, 180))
                    .of(METAL, &["brushed steel", "enamelled steel"])
                    .told(
                        &[
                            "Boils fast, pours slowly, sings softly.",
                            "The spout aims where you do.",
                            "A kettle that may stay on the stove all day.",
                        ],
                        &[
                            "a gooseneck spout",
                            "a cool wooden grip",
                            "a whistle you can switch off",
                        ],
                    ),
            ],
        },
        Group {
            name: "Tableware",
            kinds: &[
                kind("Mug", "Mugs", MUG, (9, 39))
                    .of(GLAZE, &["stoneware", "porcelain", "enamelled steel"])
                    .told(
                        &[
                            "Large enough that you need only one.",
                            "Sits in the hand like a warm pebble.",
                            "The one everybody in the household claims.",
                        ],
                        &[
                            "a thumb rest",
                            "a glaze that differs from piece to piece",
                            "a wide foot",
                        ],
                    ),
                kind("Dinner Plate", "Plates", PLATE, (12, 49))
                    .of(GLAZE, &["stoneware", "porcelain"])
                    .told(
                        &[
                            "Makes spaghetti look like an occasion.",
                            "A calm plate with a slightly raised rim.",
                            "Stacks, bakes, washes and forgives.",
                        ],
                        &["a speckled glaze", "a rim for sauces", "an unglazed foot"],
                    ),
                kind("Bowl", "Bowls", BOWL, (10, 59))
                    .of(GLAZE, &["stoneware", "olive wood", "porcelain"])
                    .told(
                        &[
                            "For soup, salad, and eating on the sofa.",
                            "Deep enough for noodles, pretty enough for apples.",
                            "Thrown on a wheel, with the rings still visible.",
                        ],
                        &["a generous rim", "a glaze like wet sand", "a stable foot"],
                    ),
                kind("Drinking Glass", "Drinking glasses", TUMBLER, (8, 35))
                    .of(GLASS, &["mouth-blown glass", "recycled glass"])
                    .told(
                        &[
                            "Clinks well and stands firmly.",
                            "For water at noon and wine at nine.",
                            "Tiny bubbles show that someone made it.",
                        ],
                        &["a heavy base", "a fine rim", "a faceted side"],
                    ),
                kind("Carafe", "Carafes", CARAFE, (19, 89))
                    .of(GLASS, &["mouth-blown glass", "borosilicate glass"])
                    .told(
                        &[
                            "Puts tap water in its best light.",
                            "Pours neatly to the last drop.",
                            "For lemonade with too much mint.",
                        ],
                        &["a cork stopper", "a waist to hold it by", "a drip-free lip"],
                    ),
            ],
        },
        Group {
            name: "Baking",
            kinds: &[
                kind("Cake Tin", "Cake tins", CAKE_TIN, (15, 69))
                    .of(METAL, &["heavy-gauge steel", "enamelled steel", "tinned copper"])
                    .told(
                        &[
                            "The cake comes out when asked, and whole.",
                            "For birthdays, bake sales and ordinary Thursdays.",
                            "Browns evenly up to the corner pieces.",
                        ],
                        &["a clasp that closes tight", "a lift-out base", "a rolled rim"],
                    )
                    .editions(&["20 cm", "24 cm", "26 cm"]),
                kind("Mixing Bowl", "Mixing bowls", BOWL, (15, 79))
                    .of(GLAZE, &["stoneware", "enamelled steel", "ash wood"])
                    .told(
                        &[
                            "Big enough for a dough with ambitions.",
                            "Leans on its side so that you can whisk.",
                            "Grandmother's bowl, without the chip.",
                        ],
                        &["a spout for batter", "a grip under the rim", "a weight that stays put"],
                    )
                    .editions(&["2 L", "3.5 L", "5 L"]),
            ],
        },
    ],
};
