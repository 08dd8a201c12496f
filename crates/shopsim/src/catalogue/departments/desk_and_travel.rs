//! The department `Desk & Travel`.

use crate::catalogue::colour::{CLOTH, DEVICE, EARTH, LEATHER, METAL, PASTEL, WOOD};
use crate::catalogue::kind::{Department, Group, kind};
use crate::pictures::drawings::desk_and_travel::{
    DESK_LAMP, FOUNTAIN_PEN, HEADPHONES, LAPTOP_STAND, NOTEBOOK, ORGANISER, PENCILS, SLEEVE,
    SPEAKER, SUITCASE, WASH_BAG,
};

pub(super) const DEPARTMENT: Department = Department {
    name: "Desk & Travel",
    tagline: "For good work and easy journeys.",
    groups: &[
        Group {
            name: "Writing & Desk",
            kinds: &[
                kind("Notebook", "Notebooks", NOTEBOOK, (6, 45))
                    .of(CLOTH, &["recycled paper", "cotton paper", "stone paper"])
                    .told(
                        &[
                            "Lies flat and keeps quiet.",
                            "Paper that ink likes.",
                            "For lists, plans and the odd sketch of a boat.",
                        ],
                        &["numbered pages", "a ribbon", "a thread-sewn spine"],
                    )
                    .editions(&["A6", "A5", "B5"]),
                kind("Fountain Pen", "Fountain pens", FOUNTAIN_PEN, (19, 190))
                    .of(METAL, &["turned brass", "resin", "aluminium"])
                    .told(
                        &[
                            "Makes shopping lists look like letters.",
                            "Writes at the first touch, even after a holiday.",
                            "Light, straight and refillable for ever.",
                        ],
                        &["a steel nib", "a converter for ink", "a clip that holds"],
                    ),
                kind("Pencil Set", "Pencil sets", PENCILS, (8, 49))
                    .of(PASTEL, &["cedar", "recycled wood"])
                    .told(
                        &[
                            "From hard to soft, sharpened and ready.",
                            "Colours with names worth reading.",
                            "For margins, maps and meetings.",
                        ],
                        &["a tin to keep", "a brass sharpener", "leads that do not break"],
                    ),
                kind("Desk Lamp", "Desk lamps", DESK_LAMP, (39, 290))
                    .of(DEVICE, &["powder-coated steel", "aluminium", "oak and steel"])
                    .told(
                        &[
                            "Light on the page and none in the eyes.",
                            "Reaches across the desk with one finger.",
                            "Works late so that you see why you should not.",
                        ],
                        &["a balanced arm", "four tones of white", "a heavy little foot"],
                    ),
                kind("Desk Organiser", "Desk organisers", ORGANISER, (15, 110))
                    .of(WOOD, &["oak", "felt and beech", "powder-coated steel"])
                    .told(
                        &[
                            "A place for the stapler, at last.",
                            "Three compartments and one clear mind.",
                            "Turns a pile into a system.",
                        ],
                        &["a slot for a phone", "a drawer for small secrets", "felt feet"],
                    ),
                kind("Laptop Stand", "Laptop stands", LAPTOP_STAND, (29, 130))
                    .of(WOOD, &["birch plywood", "aluminium", "oak"])
                    .told(
                        &[
                            "Raises the screen and the mood of your neck.",
                            "Slots together without a screw.",
                            "Folds as flat as a magazine.",
                        ],
                        &["room for a keyboard beneath", "cork pads", "a slot for cables"],
                    ),
            ],
        },
        Group {
            name: "Carry & Store",
            kinds: &[kind("Laptop Sleeve", "Laptop sleeves", SLEEVE, (25, 120))
                .of(EARTH, &["wool felt", "vegetable-tanned leather", "recycled sailcloth"])
                .told(
                    &[
                        "Slim protection for the most expensive thing you carry.",
                        "Slides in, stays in.",
                        "Looks like a letter, works like armour.",
                    ],
                    &["a flap without magnets", "a pocket for the charger", "padded corners"],
                )
                .editions(&["13 inch", "14 inch", "16 inch"])],
        },
        Group {
            name: "Travel",
            kinds: &[
                kind("Suitcase", "Suitcases", SUITCASE, (89, 490))
                    .of(EARTH, &["recycled polycarbonate", "aluminium"])
                    .told(
                        &[
                            "Rolls over cobbles without waking the street.",
                            "Takes a week and gives it back uncreased.",
                            "Every wheel can be replaced, at home, by you.",
                        ],
                        &[
                            "silent wheels",
                            "two compression straps",
                            "a lock that customs can open",
                        ],
                    )
                    .editions(&["Cabin", "65 L", "90 L"]),
                kind("Wash Bag", "Wash bags", WASH_BAG, (19, 89))
                    .of(LEATHER, &["waxed canvas", "recycled nylon", "leather"])
                    .told(
                        &[
                            "Hangs from any hook and keeps its liquids to itself.",
                            "Small bag, sensible pockets.",
                            "Packed once, always ready.",
                        ],
                        &["a waterproof lining", "a wide opening", "a loop to hang it by"],
                    ),
            ],
        },
        Group {
            name: "Audio",
            kinds: &[
                kind("Headphones", "Headphones", HEADPHONES, (49, 390))
                    .of(DEVICE, &["aluminium and leather", "recycled plastic"])
                    .told(
                        &[
                            "The train gets quiet and the strings come closer.",
                            "Thirty hours of music between two sockets.",
                            "Soft on glasses and honest in the bass.",
                        ],
                        &["cushions you can replace", "a cable for purists", "one button per task"],
                    ),
                kind("Portable Speaker", "Speakers", SPEAKER, (39, 320))
                    .of(DEVICE, &["wool and aluminium", "oak and linen"])
                    .told(
                        &[
                            "Fills the kitchen without shouting.",
                            "Sounds larger than it is.",
                            "Goes to the lake and does not mind getting wet.",
                        ],
                        &["a leather loop", "a battery for a long day", "a dial with a real click"],
                    ),
            ],
        },
    ],
};
