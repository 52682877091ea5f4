//! tix's own formats: whole and lossless.

use super::{Options, printed};
use crate::error::Result;
use crate::view::Ticket;

/// What is kept on the desk and belongs to no ticket, a line each.
pub(super) fn kept(options: &Options) -> Result<String> {
    options.kept.iter().map(|keep| Ok(printed(keep, options)? + "\n")).collect()
}

pub(super) fn object(ticket: &Ticket, options: &Options) -> Result<String> {
    printed(ticket, options)
}

pub(super) fn line(ticket: &Ticket, options: &Options) -> Result<String> {
    Ok(object(ticket, options)? + "\n")
}
