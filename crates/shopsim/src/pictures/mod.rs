//! Draws a picture for every product: flat, friendly, and always the same for the same product.
//!
//! ```text
//! kind ──▶ Drawing (tones) ─┐
//! product ──▶ colour, look ─┴──▶ picture_of ──▶ one SVG document
//! ```
//!
//! Start with [`picture_of`]. The shapes are in `drawings`; here are only tones and the backdrop. No
//! picture needs a style sheet, a font or a script, so a strict content policy can serve it.

pub(crate) mod drawings;

use crate::catalogue::{DemoShop, Product};

/// A drawing in tones; `drawings` says how it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawing(pub(crate) &'static str);

/// How many ways there are to draw one thing.
const N_VARIATIONS: u64 = 3;

/// Quiet colours to stand before.
const BACKDROPS: [([u8; 3], [u8; 3]); 6] = [
    ([0xf3, 0xee, 0xe3], [0xe7, 0xdf, 0xcd]),
    ([0xe9, 0xf0, 0xec], [0xd6, 0xe4, 0xdc]),
    ([0xee, 0xf0, 0xf5], [0xdc, 0xe2, 0xec]),
    ([0xf7, 0xec, 0xe6], [0xee, 0xdb, 0xd0]),
    ([0xf4, 0xf0, 0xdc], [0xe9, 0xe2, 0xc1]),
    ([0xf1, 0xec, 0xf3], [0xe2, 0xd9, 0xe7]),
];

/// Colours that set off the product's own.
const ACCENTS: [[u8; 3]; 7] = [
    [0xd9, 0x8e, 0x4a],
    [0xc8, 0x5c, 0x4c],
    [0x3f, 0x7f, 0x83],
    [0xd8, 0xb0, 0x4a],
    [0x5c, 0x6f, 0x9c],
    [0x6d, 0x8f, 0x5e],
    [0x9a, 0x6a, 0x8c],
];

const WHITE: [u8; 3] = [0xff, 0xff, 0xff];
const INK: [u8; 3] = [0x3a, 0x36, 0x33];
const CREAM: [u8; 3] = [0xfb, 0xf5, 0xe8];
const WOOD: [u8; 3] = [0xb9, 0x8a, 0x58];

/// Draws the picture of the product with this id, or returns `None` when the shop has none.
pub(crate) fn picture_by_id(shop: &DemoShop, id: &str) -> Option<String> {
    shop.product(id).map(picture_of)
}

/// Draws a product as one SVG document of 400 by 400.
pub(crate) fn picture_of(product: &Product) -> String {
    let look = product.look;
    let own = product.colour.rgb;
    let (wall, shape) = pick(&BACKDROPS, look >> 8);
    // An accent of the product's own hue would disappear, so the one farthest of two is taken.
    let accent = farther(own, pick(&ACCENTS, look >> 16), pick(&ACCENTS, (look >> 16) + 3));
    let body = variation(product.kind.drawing, look % N_VARIATIONS)
        .replace("@b", &hex(own))
        .replace("@l", &hex(mix(own, WHITE, 38)))
        .replace("@d", &hex(mix(own, INK, 30)))
        .replace("@a", &hex(accent))
        .replace("@c", &hex(CREAM))
        .replace("@k", &hex(INK))
        .replace("@w", &hex(WOOD));
    let facing = if (look >> 24).is_multiple_of(2) {
        ""
    } else {
        " transform=\"translate(400 0) scale(-1 1)\""
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\" role=\"img\" \
         aria-label=\"{label}\"><rect width=\"400\" height=\"400\" fill=\"{wall}\"/>{backdrop}\
         <ellipse cx=\"200\" cy=\"324\" rx=\"140\" ry=\"13\" fill=\"{ink}\" opacity=\".13\"/>\
         <g{facing}>{body}</g></svg>",
        label = escape(&product.title),
        wall = hex(wall),
        backdrop = backdrop(look >> 32, &hex(shape)),
        ink = hex(INK),
    )
}

/// The lines of a drawing that belong to one variation.
fn variation(drawing: Drawing, wanted: u64) -> String {
    let mut lines = String::with_capacity(drawing.0.len());
    for line in drawing.0.lines() {
        match line.split_once('|') {
            Some((marker, rest)) if marker.len() == 1 => {
                if marker.parse() == Ok(wanted) {
                    lines.push_str(rest);
                }
            }
            _ => lines.push_str(line),
        }
    }
    lines
}

/// The quiet shape behind a product.
fn backdrop(choice: u64, fill: &str) -> String {
    match choice % 4 {
        0 => format!("<circle cx=\"200\" cy=\"200\" r=\"158\" fill=\"{fill}\"/>"),
        1 => format!(
            "<path d=\"M60 340 V200 Q60 50 200 50 Q340 50 340 200 V340 Z\" fill=\"{fill}\"/>"
        ),
        2 => format!("<path d=\"M0 300 Q110 236 220 282 T400 262 V400 H0 Z\" fill=\"{fill}\"/>"),
        _ => format!("<rect y=\"316\" width=\"400\" height=\"84\" fill=\"{fill}\"/>"),
    }
}

fn pick<T: Copy, const N: usize>(all: &[T; N], choice: u64) -> T {
    let index = usize::try_from(choice % N as u64).expect("a remainder by a small number is small");
    all[index]
}

fn farther(from: [u8; 3], one: [u8; 3], other: [u8; 3]) -> [u8; 3] {
    let distance = |it: [u8; 3]| -> u32 {
        it.iter().zip(from).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    if distance(one) >= distance(other) { one } else { other }
}

fn mix(from: [u8; 3], to: [u8; 3], percent: u16) -> [u8; 3] {
    let channel = |from: u8, to: u8| {
        let mixed = (u16::from(from) * (100 - percent) + u16::from(to) * percent) / 100;
        u8::try_from(mixed).expect("a mean of two bytes is a byte")
    };
    [channel(from[0], to[0]), channel(from[1], to[1]), channel(from[2], to[2])]
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Makes a text safe inside an attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
