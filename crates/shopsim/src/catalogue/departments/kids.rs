//! The department `Kids`.

use crate::catalogue::colour::{BRIGHT, NEUTRAL, PASTEL, WOOD};
use crate::catalogue::kind::{Department, Group, Season, Sizes, kind};
use crate::pictures::drawings::clothing::{JACKET, JUMPER};
use crate::pictures::drawings::kids::{
    BALANCE_BIKE, BEAR, BLOCKS, CHEST, GAME, NIGHT_LIGHT, PENCIL_CASE, PUZZLE, TOY_CAR,
};
use crate::pictures::drawings::outdoor::DAYPACK;

pub(super) const DEPARTMENT: Department = Department {
    name: "Kids",
    tagline: "Toys, clothes and company for small people.",
    groups: &[
        Group {
            name: "Toys",
            kinds: &[
                kind("Building Blocks", "Building blocks", BLOCKS, (19, 110))
                    .of(BRIGHT, &["beech", "lime wood", "cork"])
                    .told(
                        &[
                            "A castle today, a car park tomorrow.",
                            "Exactly cut, so that towers have a chance.",
                            "The toy that is never finished.",
                        ],
                        &["forty pieces", "a cart to tidy them into", "rounded edges"],
                    ),
                kind("Toy Car", "Toy cars", TOY_CAR, (9, 59))
                    .of(BRIGHT, &["beech", "recycled plastic", "maple"])
                    .told(
                        &[
                            "Goes anywhere, at the price of a brumm.",
                            "Big wheels for small hands.",
                            "Survives the stairs.",
                        ],
                        &["rubber tyres", "a driver who gets out", "a loop for a string"],
                    ),
                kind("Soft Toy", "Soft toys", BEAR, (15, 69))
                    .of(NEUTRAL, &["organic cotton plush", "mohair", "lambswool"])
                    .told(
                        &[
                            "Listens well and keeps secrets.",
                            "Sits, sleeps and comes along.",
                            "Washable, because it will be necessary.",
                        ],
                        &["stitched eyes", "arms for holding on", "a wool filling"],
                    ),
                kind("Puzzle", "Puzzles", PUZZLE, (9, 39))
                    .of(BRIGHT, &["recycled card", "birch plywood"])
                    .told(
                        &[
                            "A rainy Sunday in a box.",
                            "A picture with something to find in every corner.",
                            "Pieces that click, all of them.",
                        ],
                        &["a poster inside", "a bag for the pieces", "a matt print"],
                    )
                    .editions(&["24 pieces", "100 pieces", "500 pieces"]),
                kind("Board Game", "Board games", GAME, (15, 65))
                    .of(BRIGHT, &["recycled card and beech", "card and cork"])
                    .told(
                        &[
                            "Explained in two minutes, remembered for years.",
                            "Everybody wins together, or nobody does.",
                            "Short enough for one more round.",
                        ],
                        &["wooden pieces", "rules on one page", "a board that folds small"],
                    ),
            ],
        },
        Group {
            name: "On wheels",
            kinds: &[kind("Balance Bike", "Balance bikes", BALANCE_BIKE, (59, 220))
                .of(BRIGHT, &["birch plywood", "aluminium"])
                .told(
                    &[
                        "First the feet, then the balance, then the whole park.",
                        "Grows with its rider for three summers.",
                        "Light enough to be carried home.",
                    ],
                    &["a saddle in four heights", "soft grips", "tyres with air"],
                )
                .for_season(Season::Summer)],
        },
        Group {
            name: "Children's clothing",
            kinds: &[
                kind("Kids' Rain Jacket", "Kids' rain jackets", JACKET, (29, 110))
                    .of(BRIGHT, &["recycled polyester", "coated cotton"])
                    .told(
                        &[
                            "For puddles of every depth.",
                            "Bright enough to be found in the woods.",
                            "Rolls up its sleeves for next year.",
                        ],
                        &[
                            "a hood that comes off in tangles",
                            "reflectors all around",
                            "a name tag",
                        ],
                    )
                    .sized(Sizes::Children),
                kind("Kids' Jumper", "Kids' jumpers", JUMPER, (19, 79))
                    .of(PASTEL, &["organic cotton", "merino wool"])
                    .told(
                        &[
                            "Soft enough to be chosen voluntarily.",
                            "Knees and elbows are its profession.",
                            "Handed down at least twice.",
                        ],
                        &["buttons on one shoulder", "patches at the elbows", "cuffs that turn up"],
                    )
                    .sized(Sizes::Children)
                    .for_season(Season::Winter),
            ],
        },
        Group {
            name: "Children's room",
            kinds: &[
                kind("Night Light", "Night lights", NIGHT_LIGHT, (19, 69))
                    .of(PASTEL, &["silicone", "maple and opal glass"])
                    .told(
                        &[
                            "Keeps watch and turns itself off.",
                            "A small moon for the bedside.",
                            "Bright enough for monsters to leave.",
                        ],
                        &["a timer", "a soft touch switch", "a battery for a week of nights"],
                    ),
                kind("Toy Chest", "Toy chests", CHEST, (39, 190))
                    .of(WOOD, &["birch plywood", "solid pine"])
                    .told(
                        &[
                            "Everything in, lid closed, room tidy.",
                            "A bench on top, a treasure inside.",
                            "On wheels, so that toys come when called.",
                        ],
                        &["a lid that closes slowly", "holes for small hands", "hidden wheels"],
                    ),
            ],
        },
        Group {
            name: "School",
            kinds: &[
                kind("Kids' Backpack", "Kids' backpacks", DAYPACK, (25, 110))
                    .of(BRIGHT, &["recycled polyester", "organic canvas"])
                    .told(
                        &[
                            "Room for a lunch box, a bear and a stone collection.",
                            "Sits close and does not slip.",
                            "Made for running to the bus.",
                        ],
                        &[
                            "a chest strap with a whistle",
                            "a wipe-clean lining",
                            "reflective edges",
                        ],
                    ),
                kind("Pencil Case", "Pencil cases", PENCIL_CASE, (9, 45))
                    .of(BRIGHT, &["organic canvas", "felt", "recycled polyester"])
                    .told(
                        &[
                            "Everything at a glance, nothing on the floor.",
                            "A garage for pens.",
                            "Stands up on the desk by itself.",
                        ],
                        &["loops for twelve pens", "a wide zip", "a secret pocket"],
                    ),
            ],
        },
    ],
};
