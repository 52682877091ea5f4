//! Making customers one, and taking them away.

use super::{named, theirs_now};
use crate::commands::bulk::{Found, Targets};
use crate::cx::Cx;
use crate::domain::customer::Customer;
use crate::error::{Error, Result, counted};
use crate::store::Writer;
use crate::view::{Customers, Kept, Made, View};

/// Makes the tickets and the people of customers those of the last one.
pub(super) fn merge(
    cx: &mut Cx,
    names: Vec<String>,
    (dry_run, yes): (bool, bool),
) -> Result<View<'_>> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        found.push(named(cx, &name)?);
    }
    let Some(into) = found.pop() else {
        return Err(Error::usage("it is not said which customer stays"));
    };
    let mut from = Vec::new();
    for name in found {
        if name == into {
            return Err(Error::invalid(format!("{into} cannot be merged into itself")));
        }
        if !from.contains(&name) {
            from.push(name);
        }
    }
    ask(cx, (&from, &into), (dry_run, yes))?;
    let (one, lines, change) = cx.change(dry_run, |desk| {
        let mut lines = Vec::new();
        for name in &from {
            lines.push(merge_one(desk, name, &into)?);
        }
        Ok((desk.customer(&into)?, lines, desk.change().to_string()))
    })?;
    Ok(View::Customers(Customers {
        all: one.into_iter().collect(),
        done: Kept::Saved,
        lines,
        made: Made { change: Some(change), dry_run },
    }))
}

/// Asks, where so many tickets change hands.
fn ask(cx: &mut Cx, (from, into): (&[String], &str), (dry_run, yes): (bool, bool)) -> Result<()> {
    let mut uids = Vec::new();
    if let Some(reader) = cx.reader()? {
        for name in from {
            uids.extend(reader.tickets_of(name)?);
        }
    }
    let targets = Targets::of(Vec::new(), dry_run, yes, false);
    targets.ask(cx, &format!("give {into}"), &Found::tickets(uids, Vec::new()))
}

fn merge_one(desk: &mut Writer<'_>, name: &str, into: &str) -> Result<String> {
    let gone = |name: &str| Error::not_found(format!("no customer `{name}`"));
    let from = desk.kept_customer(name)?.ok_or_else(|| gone(name))?;
    let mut whole = desk.kept_customer(into)?.ok_or_else(|| gone(into))?;
    let (before, former) = (whole.tier.clone(), from.tier.clone());
    join(&mut whole, from);
    // The keys are theirs until they are gone.
    desk.keep_customer(name, None)?;
    desk.keep_customer(into, Some(&whole))?;
    if before != whole.tier {
        desk.promote(into, before.as_deref())?;
    }
    let theirs = desk.hand_over(name, into, former.as_deref())?;
    let told = theirs_now(into, theirs).unwrap_or_else(|| "they had no tickets".to_owned());
    Ok(format!("merged customer {name} into {into}: {told}"))
}

/// Adds what is known of one customer to another.
fn join(whole: &mut Customer, from: Customer) {
    let add = |list: &mut Vec<String>, more: Vec<String>| {
        list.extend(more);
        list.sort_unstable();
        list.dedup();
    };
    add(&mut whole.mails, from.mails);
    add(&mut whole.domains, from.domains);
    add(&mut whole.handles, from.handles);
    whole.title = whole.title.take().or(from.title);
    whole.tier = whole.tier.take().or(from.tier);
    whole.notes = match (whole.notes.take(), from.notes) {
        (Some(ours), Some(theirs)) => Some(format!("{ours}\n\n{theirs}")),
        (ours, theirs) => ours.or(theirs),
    };
}

/// Takes customers away that have no tickets.
pub(super) fn remove<'a>(cx: &'a mut Cx, names: &[String], dry_run: bool) -> Result<View<'a>> {
    let mut found = Vec::new();
    for name in names {
        let name = named(cx, name)?;
        if !found.contains(&name) {
            found.push(name);
        }
    }
    let (all, change) = cx.change(dry_run, |desk| {
        let mut all = Vec::new();
        for name in &found {
            let one = desk.customer(name)?;
            if let Some(count) = one.as_ref().map(|one| one.tickets).filter(|count| *count > 0) {
                return Err(Error::invalid(format!("{name} has {}", counted(count, "ticket")))
                    .because("a ticket's customer must be one that there is")
                    .hint("merge them into another: `tix customer merge NAME INTO`"));
            }
            all.extend(one);
            desk.keep_customer(name, None)?;
        }
        Ok((all, desk.change().to_string()))
    })?;
    let lines = found.iter().map(|name| format!("took away customer {name}")).collect();
    let made = Made { change: Some(change), dry_run };
    Ok(View::Customers(Customers { all, done: Kept::Forgotten, lines, made }))
}
