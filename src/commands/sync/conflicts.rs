//! `tix sync conflicts`: values that lost against others set at the same time.

use clap::{Args, Subcommand};

use super::super::bulk::{Done, Found, Targets};
use super::super::kept;
use crate::cx::Cx;
use crate::domain::ticket::Conflict;
use crate::error::{Error, Result};
use crate::view::{Changed, Disputed, Shared, View};

/// List the values that lost against others set at the same time; take one back
#[derive(Args, Debug)]
pub(super) struct Conflicts {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// List them
    #[command(visible_alias = "ls")]
    List,
    /// Show both values of a ticket's conflicts in full
    Show {
        /// The ticket, or what is kept: `customer/acme`
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Decide: set the value that lost, or keep the one that stands
    Resolve(Resolve),
}

#[derive(Args, Debug)]
struct Resolve {
    /// The ticket, or what is kept: `customer/acme`
    #[arg(value_name = "ID")]
    id: String,
    /// The field, or the message's number; the only one if left out
    #[arg(value_name = "FIELD")]
    field: Option<String>,
    /// Set the value that lost
    #[arg(long, required_unless_present = "keep", conflicts_with = "keep")]
    take: bool,
    /// Keep the value that stands
    #[arg(long)]
    keep: bool,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Conflicts {
    /// What its answer is like.
    pub(super) fn name(&self) -> &'static str {
        match self.what {
            Some(What::Resolve(_)) => "sync-resolve",
            _ => "sync-conflicts",
        }
    }

    pub(super) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List) {
            What::List => {
                let all = cx.reader()?.map_or(Ok(Vec::new()), |desk| desk.disputed())?;
                Ok(View::Shared(Shared::Conflicts(all, false)))
            }
            What::Show { id } => {
                let all = of_one(cx, &id)?;
                if all.is_empty() {
                    return Err(Error::not_found(format!("{id} has no conflict"))
                        .hint("`tix sync conflicts` lists them"));
                }
                Ok(View::Shared(Shared::Conflicts(all, true)))
            }
            What::Resolve(resolve) => resolve.run(cx),
        }
    }
}

/// The conflicts of a ticket, also of one that is part of another now, or of what is kept by a name.
fn of_one(cx: &mut Cx, id: &str) -> Result<Vec<Disputed>> {
    let desk = cx.reader()?;
    let Some(desk) = desk else { return Err(Error::not_found(format!("no ticket {id}"))) };
    let mut all = desk.disputed()?;
    let named = |one: &Disputed| one.is_kept() && one.id == id;
    if all.iter().any(named) || desk.kept(id)?.is_some() {
        all.retain(named);
        return Ok(all);
    }
    let uid = desk.own(&id.parse()?)?;
    all.retain(|one| one.uid == uid);
    Ok(all)
}

impl Resolve {
    fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut all = of_one(cx, &self.id)?;
        if let Some(field) = &self.field {
            let own = |one: &Disputed| {
                one.field == *field || format!("{}.{}", one.id, one.field) == *field
            };
            all.retain(own);
        }
        let names = || all.iter().map(|one| one.field.as_str()).collect::<Vec<_>>().join(", ");
        let one = match all.as_slice() {
            [one] => one.clone(),
            [] => {
                return Err(Error::not_found(format!("{} has no such conflict", self.id))
                    .hint("`tix sync conflicts` lists them"));
            }
            _ => {
                return Err(Error::invalid(format!("{} has more than one conflict", self.id))
                    .because(names())
                    .hint("name the field"));
            }
        };
        let (take, dry_run) = (self.take, self.dry_run);
        let value = if take { &one.lost } else { &one.kept };
        let first = value.lines().next().unwrap_or_default();
        let line = format!("{} {}: {first}", one.name(), one.field);
        if one.is_kept() {
            let conflict = Conflict { field: one.field, kept: one.kept, lost: one.lost };
            let made = kept::change(cx, dry_run, |desk| {
                desk.settle_kept(&one.id, &conflict, take).map(|()| true)
            })?;
            let (lines, change, tickets) = (vec![line], made.change, Vec::new());
            return Ok(View::Changed(Changed { lines, tickets, change, dry_run, announce: false }));
        }
        let targets = Targets::of(Vec::new(), dry_run, false, false);
        let found = Found::tickets(vec![one.uid], Vec::new());
        targets.all(cx, "settle", found, |desk, uid, ()| {
            desk.settle_dispute(uid, &one.field, take)?;
            Ok(Done::Changed(line.clone()))
        })
    }
}
