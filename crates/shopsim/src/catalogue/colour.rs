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

const MOSS: Colour = colour("moss", 0x006b_7a45);
const FOREST: Colour = colour("forest", 0x002f_5d4a);
const OCHRE: Colour = colour("ochre", 0x00c9_933a);
const TERRACOTTA: Colour = colour("terracotta", 0x00c2_6a4a);
const SAND: Colour = colour("sand", 0x00d2_b88c);
const BARK: Colour = colour("bark", 0x006f_533f);
const SLATE: Colour = colour("slate", 0x005d_6b78);
const POPPY: Colour = colour("poppy", 0x00d2_4b3e);
const SUNFLOWER: Colour = colour("sunflower", 0x00e9_b42f);
const COBALT: Colour = colour("cobalt", 0x002f_5fb3);
const TEAL: Colour = colour("teal", 0x002a_878a);
const FERN: Colour = colour("fern", 0x0055_934f);
const CORAL: Colour = colour("coral", 0x00e8_7a64);
const CHALK: Colour = colour("chalk", 0x00e9_e5da);
const OAT: Colour = colour("oat", 0x00d9_cbb0);
const STONE: Colour = colour("stone", 0x00a9_a398);
const CHARCOAL: Colour = colour("charcoal", 0x0045_474b);
const NAVY: Colour = colour("navy", 0x002a_3c5e);
const PLUM: Colour = colour("plum", 0x007a_4262);
const BLUSH: Colour = colour("blush", 0x00e4_b3a6);
const SAGE: Colour = colour("sage", 0x00a3_b495);
const SKY: Colour = colour("sky", 0x0093_b9d2);
const LILAC: Colour = colour("lilac", 0x00b5_a5cc);
const BUTTER: Colour = colour("butter", 0x00ec_d388);
const MINT: Colour = colour("mint", 0x00a5_d3bf);
const STEEL: Colour = colour("steel", 0x00a8_b1b8);
const BRASS: Colour = colour("brass", 0x00c6_a055);
const COPPER: Colour = colour("copper", 0x00c0_7b50);
const GRAPHITE: Colour = colour("graphite", 0x0050_555b);
const BLACK: Colour = colour("black", 0x0033_3232);
const OAK: Colour = colour("oak", 0x00c7_9c66);
const WALNUT: Colour = colour("walnut", 0x007c_573c);
const ASH: Colour = colour("ash", 0x00db_c39c);
const CHERRY: Colour = colour("cherry", 0x00a0_5d42);
const AMBER: Colour = colour("amber", 0x00c9_8635);
const COGNAC: Colour = colour("cognac", 0x00a5_6438);
const BOTTLE: Colour = colour("bottle green", 0x004b_7a5e);
const CLEAR: Colour = colour("clear", 0x00b9_d3da);

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
