//! Flat numbers and what is done with them fast: the arithmetic below every trained model.
//!
//! ```text
//! vectors   dot, add_scaled                 one row with another
//! dense     Dense, product                  rows of equal length; blocks of them at once
//! sparse    Csr                             rows of few numbers each, both ways
//! blocks    set_product, add_product        products within somebody else's memory
//! curves    exp, sigmoid, tanh              numbers bent one by one
//! inverse   invert                          of a symmetric matrix, in its own memory
//! svd       Svd                             the strongest directions of a sparse matrix
//! spectrum  gram, directions, turn          where rows stretch, and turning them so that it shows
//! top_k     Best, Shelf                     the best scores; the rows that meet a vector most
//! normal_equations, few_equations           least squares a row, by gradients or by blocks
//! ```
//!
//! # Invariants
//!
//! - Everything is `f32` in flat memory, row after row.
//! - The same input gives the same output, to the bit, on any number of threads of the current pool; work
//!   is shared by rows, and no sum is split between threads. Processors with other vectors sum in another
//!   order, so two machines may differ in the last digits.
//!
//! # What does not live here
//!
//! What the numbers mean.

pub mod blocks;
pub mod curves;
pub mod dense;
pub mod few_equations;
pub mod inverse;
pub mod normal_equations;
pub mod sparse;
pub mod spectrum;
pub mod svd;
pub mod top_k;
pub mod vectors;

pub use dense::Dense;
pub use sparse::Csr;
pub use svd::Svd;
