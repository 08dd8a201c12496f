//! The departments of the shop, one file each.
//!
//! This is material, not logic: to add a kind of product, add it to its group here and give it a
//! drawing; everything else follows.

mod bed_and_bath;
mod clothing;
mod desk_and_travel;
mod garden;
mod kids;
mod kitchen;
mod living;
mod outdoor;
mod shoes_and_bags;
mod sport;

use crate::catalogue::kind::Department;

/// Every department, in the order of the shop's navigation.
pub(crate) const DEPARTMENTS: &[Department] = &[
    outdoor::DEPARTMENT,
    clothing::DEPARTMENT,
    shoes_and_bags::DEPARTMENT,
    kitchen::DEPARTMENT,
    living::DEPARTMENT,
    bed_and_bath::DEPARTMENT,
    garden::DEPARTMENT,
    sport::DEPARTMENT,
    kids::DEPARTMENT,
    desk_and_travel::DEPARTMENT,
];
