//! What is kept on a desk and belongs to no ticket: canned replies, customers, tiers, calendars.

use crate::domain::calendar::Calendar;
use crate::domain::canned;
use crate::domain::customer::Customer;
use crate::domain::tier::Tier;
use crate::error::{Error, Result};
use crate::import::fields::{Object, text};
use crate::view::Keep;

/// The longest key, in bytes.
const KEY_MAX: usize = 300;

/// What a line of its own kind keeps.
///
/// # Errors
/// Exit 4, saying what of it cannot be read.
pub(super) fn read(fields: &Object) -> Result<Keep> {
    let missing = |name: &str| Error::invalid(format!("it has no `{name}`"));
    let kept = text(fields, &["kept"])?.ok_or_else(|| missing("kept"))?;
    let value = text(fields, &["value"])?.ok_or_else(|| missing("value"))?;
    let wrong = || Error::invalid("`kept` is not a key").because("keys look like canned/thanks");
    let (kind, name) = kept.split_once('/').ok_or_else(wrong)?;
    let is_kind = !kind.is_empty() && kind.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
    let is_name = !name.is_empty() && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    // When a tier was measured anew is of one desk only.
    if !is_kind || !is_name || kept.len() > KEY_MAX || kind == "recalc" {
        return Err(wrong());
    }
    match kind {
        "canned" => canned::check(&value),
        "customer" => Customer::read(&value).map(drop),
        "tier" => Tier::read(&value).map(drop),
        "calendar" => Calendar::read(&value).map(drop),
        _ => Ok(()),
    }?;
    Ok(Keep { kept, value })
}
