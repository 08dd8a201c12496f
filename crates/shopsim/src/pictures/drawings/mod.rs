//! The drawings, one for each look a product can have, grouped like the shop.
//!
//! A drawing is a piece of SVG on a canvas of 400 by 400 with the ground at 318. Colours are written
//! as tones: `@b` the product's own colour, `@l` lighter, `@d` darker, `@a` the accent, `@c` cream,
//! `@k` ink, `@w` wood. A line that begins with `0|`, `1|` or `2|` is drawn in every third product only.

pub(crate) mod bed_and_bath;
pub(crate) mod clothing;
pub(crate) mod desk_and_travel;
pub(crate) mod garden;
pub(crate) mod kids;
pub(crate) mod kitchen;
pub(crate) mod living;
pub(crate) mod outdoor;
pub(crate) mod shoes_and_bags;
pub(crate) mod sport;
