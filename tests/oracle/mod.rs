//! What every query must answer, worked out without a line of tix's own: queries as trees of our
//! own, written out for tix to read and judged here on the lines of the export.
//!
//! The rules are those of `tix help query` and `tix help dates`, read by a person.

pub(crate) mod dice;
pub(crate) mod make;
pub(crate) mod naive;
pub(crate) mod text;
pub(crate) mod tree;
pub(crate) mod wall;
