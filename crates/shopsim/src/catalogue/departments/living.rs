//! The department `Living`.

use crate::catalogue::colour::{CLOTH, DEVICE, EARTH, GLASS, GLAZE, METAL, PASTEL, WOOD};
use crate::catalogue::kind::{Department, Group, kind};
use crate::pictures::drawings::living::{
    ARMCHAIR, BOOKSHELF, CANDLE, CLOCK, CUSHION, FLOOR_LAMP, MIRROR, PENDANT, RUG, SIDE_TABLE,
    STOOL, TABLE_LAMP, THROW, VASE,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Living",
    tagline: "Rooms that are nice to come home to.",
    groups: &[
        Group {
            name: "Furniture",
            kinds: &[
                kind("Armchair", "Armchairs", ARMCHAIR, (249, 1290))
                    .of(CLOTH, &["wool and oak", "linen and beech", "boucle and ash"])
                    .told(
                        &[
                            "Made for long books and short naps.",
                            "Holds you a little higher than you expect, and that is the trick.",
                            "The chair that guests go to first.",
                        ],
                        &["a loose seat cushion", "turned legs", "a cover that can be washed"],
                    ),
                kind("Side Table", "Side tables", SIDE_TABLE, (59, 420))
                    .of(WOOD, &["solid oak", "walnut", "powder-coated steel"])
                    .told(
                        &[
                            "Exactly large enough for a lamp and a glass.",
                            "Slides under the sofa's arm and stays out of the way.",
                            "Three legs, so it never wobbles.",
                        ],
                        &["a rounded edge", "an oiled surface", "a small shelf"],
                    ),
                kind("Bookshelf", "Bookshelves", BOOKSHELF, (129, 890))
                    .of(WOOD, &["solid oak", "birch plywood", "ash"])
                    .told(
                        &[
                            "Carries encyclopaedias without a sigh.",
                            "Assembled without tools and moved without tears.",
                            "Tall, narrow and perfectly upright.",
                        ],
                        &["shelves you can move", "a back that hides cables", "dovetailed corners"],
                    ),
                kind("Stool", "Stools", STOOL, (49, 290))
                    .of(WOOD, &["solid beech", "oak and cord", "recycled plastic"])
                    .told(
                        &[
                            "A seat, a step, a bedside table.",
                            "Stacks in the corner until friends arrive.",
                            "Sturdy enough to reach the top shelf.",
                        ],
                        &["a dished seat", "wedged joints", "a handle cut into the top"],
                    ),
            ],
        },
        Group {
            name: "Lighting",
            kinds: &[
                kind("Table Lamp", "Table lamps", TABLE_LAMP, (39, 340))
                    .of(GLAZE, &["stoneware and linen", "opal glass", "powder-coated steel"])
                    .told(
                        &[
                            "Turns a corner into a place.",
                            "Light for faces, not for ceilings.",
                            "Glows rather than shines.",
                        ],
                        &["a dimmer in the cord", "a linen shade", "a textile cable"],
                    ),
                kind("Floor Lamp", "Floor lamps", FLOOR_LAMP, (89, 690))
                    .of(METAL, &["brass", "powder-coated steel", "oak and linen"])
                    .told(
                        &[
                            "Stands behind the chair and reads along.",
                            "Bends to the page and turns to the wall.",
                            "A slim lamp with a heavy foot.",
                        ],
                        &["a foot switch", "a head that turns", "a warm, even light"],
                    ),
                kind("Pendant Lamp", "Pendant lamps", PENDANT, (49, 540))
                    .of(METAL, &["spun aluminium", "opal glass", "rice paper", "rattan"])
                    .told(
                        &[
                            "Gathers everybody around the table.",
                            "Hangs low, shines wide and does not blind.",
                            "Looks good switched off, too.",
                        ],
                        &[
                            "three metres of cable",
                            "a matt inside",
                            "a canopy that covers old holes",
                        ],
                    ),
            ],
        },
        Group {
            name: "Home textiles",
            kinds: &[
                kind("Cushion", "Cushions", CUSHION, (19, 110))
                    .of(CLOTH, &["washed linen", "lambswool", "cotton velvet"])
                    .told(
                        &[
                            "The quickest way to a new sofa.",
                            "Plump, but not proud.",
                            "Soft enough for a nap that was not planned.",
                        ],
                        &["a hidden zip", "a piped edge", "a feather filling"],
                    )
                    .editions(&["40 x 40", "50 x 50", "40 x 60"]),
                kind("Throw", "Throws", THROW, (35, 210))
                    .of(PASTEL, &["lambswool", "organic cotton", "mohair and wool"])
                    .told(
                        &[
                            "For the last half-hour on the balcony.",
                            "Lives on the sofa and travels to the lake.",
                            "Woven wide enough for two pairs of feet.",
                        ],
                        &["twisted fringes", "a herringbone weave", "blanket-stitched edges"],
                    ),
                kind("Rug", "Rugs", RUG, (69, 790))
                    .of(EARTH, &["hand-woven wool", "jute", "recycled cotton"])
                    .told(
                        &[
                            "Warms the floor and quiets the room.",
                            "Woven flat, so that chairs glide over it.",
                            "Forgives crumbs, dogs and red wine, in that order.",
                        ],
                        &["a pattern on both sides", "bound edges", "a weight that lies flat"],
                    )
                    .editions(&["70 x 140", "140 x 200", "170 x 240"]),
            ],
        },
        Group {
            name: "Decoration",
            kinds: &[
                kind("Vase", "Vases", VASE, (15, 160))
                    .of(GLASS, &["mouth-blown glass", "stoneware", "recycled glass"])
                    .told(
                        &[
                            "Makes three stems look like a bouquet.",
                            "Beautiful empty, better with tulips.",
                            "Narrow at the neck, so that flowers stand as they like.",
                        ],
                        &["a heavy foot", "a softly folded rim", "walls of uneven thickness"],
                    ),
                kind("Scented Candle", "Candles", CANDLE, (12, 69))
                    .of(PASTEL, &["soy wax", "beeswax", "rapeseed wax"])
                    .told(
                        &[
                            "Fig leaf, cedar and a quiet evening.",
                            "Smells of rain on warm stones.",
                            "Burns for forty hours without a black thread.",
                        ],
                        &["a cotton wick", "a glass you will reuse", "a lid of cork"],
                    ),
                kind("Wall Mirror", "Mirrors", MIRROR, (39, 390))
                    .of(WOOD, &["oak", "brass", "rattan"])
                    .told(
                        &[
                            "Doubles the window.",
                            "Kind at eight in the morning.",
                            "Hangs in the hall and sends everybody off well.",
                        ],
                        &["a slim frame", "a bevelled edge", "a hanger that levels itself"],
                    ),
                kind("Wall Clock", "Wall clocks", CLOCK, (25, 190))
                    .of(DEVICE, &["beech plywood", "enamelled steel", "oak"])
                    .told(
                        &[
                            "Tells the time and keeps quiet about it.",
                            "Large numerals for sleepy kitchens.",
                            "A clock that a railway would be proud of.",
                        ],
                        &["a silent movement", "a domed glass", "hands you can read from afar"],
                    ),
            ],
        },
    ],
};
