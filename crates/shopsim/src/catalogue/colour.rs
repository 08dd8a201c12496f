//! The colours of the shop, with the names shoppers see, and the palettes kinds come in.

/// A colour: what it is called and how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour {
    /// The name, as in the attribute `colour`.
    pub(crate) name: &'static str,
    /// Red, green and blue.
    pub(crate) rgb: [u8; 3],
}

const fn colour(name: &'static str, rgb: u32) -> Colour {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Colour { name, rgb: [red, green, blue] }
}

const MOSS: Colour = colour("moss", 0x6b_7a_45);
const FOREST: Colour = colour("forest", 0x2f_5d_4a);
const OCHRE: Colour = colour("ochre", 0xc9_93_3a);
const TERRACOTTA: Colour = colour("terracotta", 0xc2_6a_4a);
const SAND: Colour = colour("sand", 0xd2_b8_8c);
const BARK: Colour = colour("bark", 0x6f_53_3f);
const SLATE: Colour = colour("slate", 0x5d_6b_78);
const POPPY: Colour = colour("poppy", 0xd2_4b_3e);
const SUNFLOWER: Colour = colour("sunflower", 0xe9_b4_2f);
const COBALT: Colour = colour("cobalt", 0x2f_5f_b3);
const TEAL: Colour = colour("teal", 0x2a_87_8a);
const FERN: Colour = colour("fern", 0x55_93_4f);
const CORAL: Colour = colour("coral", 0xe8_7a_64);
const CHALK: Colour = colour("chalk", 0xe9_e5_da);
const OAT: Colour = colour("oat", 0xd9_cb_b0);
const STONE: Colour = colour("stone", 0xa9_a3_98);
const CHARCOAL: Colour = colour("charcoal", 0x45_47_4b);
const NAVY: Colour = colour("navy", 0x2a_3c_5e);
const PLUM: Colour = colour("plum", 0x7a_42_62);
const BLUSH: Colour = colour("blush", 0xe4_b3_a6);
const SAGE: Colour = colour("sage", 0xa3_b4_95);
const SKY: Colour = colour("sky", 0x93_b9_d2);
const LILAC: Colour = colour("lilac", 0xb5_a5_cc);
const BUTTER: Colour = colour("butter", 0xec_d3_88);
const MINT: Colour = colour("mint", 0xa5_d3_bf);
const STEEL: Colour = colour("steel", 0xa8_b1_b8);
const BRASS: Colour = colour("brass", 0xc6_a0_55);
const COPPER: Colour = colour("copper", 0xc0_7b_50);
const GRAPHITE: Colour = colour("graphite", 0x50_55_5b);
const BLACK: Colour = colour("black", 0x33_32_32);
const OAK: Colour = colour("oak", 0xc7_9c_66);
const WALNUT: Colour = colour("walnut", 0x7c_57_3c);
const ASH: Colour = colour("ash", 0xdb_c3_9c);
const CHERRY: Colour = colour("cherry", 0xa0_5d_42);
const AMBER: Colour = colour("amber", 0xc9_86_35);
const COGNAC: Colour = colour("cognac", 0xa5_64_38);
const BOTTLE: Colour = colour("bottle green", 0x4b_7a_5e);
const CLEAR: Colour = colour("clear", 0xb9_d3_da);

/// Colours of the woods and the hills.
pub(crate) const EARTH: &[Colour] = &[MOSS, FOREST, OCHRE, TERRACOTTA, SAND, SLATE, BARK];
/// Colours that are seen from afar.
pub(crate) const BRIGHT: &[Colour] = &[POPPY, SUNFLOWER, COBALT, TEAL, FERN, CORAL];
/// Colours that go with everything.
pub(crate) const NEUTRAL: &[Colour] = &[CHALK, OAT, STONE, CHARCOAL, NAVY];
/// Colours for cloth that is worn or slept in.
pub(crate) const CLOTH: &[Colour] =
    &[NAVY, CHARCOAL, OAT, SAGE, TERRACOTTA, OCHRE, PLUM, SKY, FOREST];
/// Soft colours.
pub(crate) const PASTEL: &[Colour] = &[BLUSH, SAGE, SKY, LILAC, BUTTER, MINT];
/// Metals.
pub(crate) const METAL: &[Colour] = &[STEEL, BRASS, COPPER, GRAPHITE, BLACK];
/// Woods.
pub(crate) const WOOD: &[Colour] = &[OAK, WALNUT, ASH, CHERRY];
/// Glazes.
pub(crate) const GLAZE: &[Colour] = &[CHALK, SAGE, NAVY, TERRACOTTA, SLATE, BLUSH, OCHRE];
/// Leathers.
pub(crate) const LEATHER: &[Colour] = &[COGNAC, BLACK, BARK, PLUM, NAVY, SAND];
/// Glass.
pub(crate) const GLASS: &[Colour] = &[CLEAR, AMBER, BOTTLE, BLUSH];
/// Things with a motor, a bulb or a battery.
pub(crate) const DEVICE: &[Colour] = &[CHARCOAL, CHALK, SLATE, POPPY, FOREST, SAND];
