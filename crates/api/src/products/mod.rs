//! The catalogue on the wire: products in, products out.
//!
//! ```text
//! body ─▶ Rows (JSON lines or a list) ─▶ read_product ─▶ domain::Product ─▶ ProductView
//!                                     └▶ read_patch ───▶ domain::ProductPatch
//! ```
//!
//! # Where to start
//!
//! [`ProductView`] is the shape of a product; the same shape is accepted. [`read_product`] says what
//! else is accepted: prices as decimals, single values where lists may stand.

mod answer;
mod parts;
mod patch;
mod product;
mod rows;
mod shape;
mod view;

#[cfg(test)]
mod tests;

pub use answer::{ChangesView, ProductsView};
pub use patch::read_patch;
pub use product::read_product;
pub use rows::{ROW_BYTES_MAX, ROWS_MAX, Rows};
pub use shape::{PatchShape, VariantPatchShape};
pub use view::{MoneyView, ProductView, VariantView, VisibilityView};
