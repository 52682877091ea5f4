//! `tix customer`: people and organisations with whom something was agreed.

use clap::{Args, Subcommand};

mod facts;
mod merge;

use facts::{Facts, Less};

use super::promised;
use crate::config;
use crate::cx::Cx;
use crate::domain::customer;
use crate::error::{Error, Result, counted, plural};
use crate::store::{Theirs, Writer};
use crate::view::{self, Customers, Kept, Made, View};

/// Know whose customer somebody is, and what was promised to them
///
/// A customer is recognised by who asks: an address, the domain of an address or one above it, or a
/// name elsewhere, such as `github:ada` on a ticket from there. Their tickets come under their tier,
/// new ones, imported ones, and those that were there before. What a ticket says of its customer
/// itself stays. `customer:NAME` finds their tickets, `new --customer` and `edit --customer` say
/// whose a ticket is.
#[derive(Args, Debug)]
pub(crate) struct Customer {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Keep a customer under NAME
    New {
        /// Letters, digits, - and _; --title is for the full name
        #[arg(value_name = "NEWNAME")]
        name: String,
        #[command(flatten)]
        facts: Facts,
    },
    /// List the customers, with how many of their tickets are open
    #[command(visible_alias = "ls")]
    List,
    /// Show one: who they are, what we noted, their latest tickets
    Show {
        /// The name
        #[arg(value_name = "CUSTOMER")]
        name: String,
    },
    /// Change one; an empty value clears
    Edit {
        /// The name
        #[arg(value_name = "CUSTOMER")]
        name: String,
        #[command(flatten)]
        facts: Facts,
        #[command(flatten)]
        less: Less,
    },
    /// Make customers one: the last is the one that stays
    ///
    /// It gets the others' tickets, open and closed, their addresses, domains, handles and notes, and
    /// their tier if it has none; `tix undo` parts them again.
    #[command(override_usage = "tix customer merge [OPTIONS] <CUSTOMER>... <INTO>")]
    Merge {
        /// The names
        #[arg(value_name = "CUSTOMER", required = true, num_args = 2..)]
        names: Vec<String>,
        /// Say what would be done, and do nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
        /// Do not ask, however many tickets there are
        #[arg(short, long)]
        yes: bool,
    },
    /// Take some away that have no tickets; `tix undo` brings them back
    Rm {
        /// The names
        #[arg(value_name = "CUSTOMER", required = true)]
        names: Vec<String>,
        /// Say what would be taken away, and do nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
}

impl Customer {
    /// Is its answer long enough to want a pager?
    pub(crate) fn pages(&self) -> bool {
        matches!(self.what, None | Some(What::List | What::Show { .. }))
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List) {
            What::New { name, facts } => new(cx, &name, &facts),
            What::List => {
                let all = cx.reader()?.map_or(Ok(Vec::new()), |desk| desk.customers())?;
                Ok(answer(all, Kept::All))
            }
            What::Show { name } => {
                let name = named(cx, &name)?;
                let one = cx.reader()?.map_or(Ok(None), |desk| desk.customer(&name))?;
                Ok(answer(one.into_iter().collect(), Kept::One))
            }
            What::Edit { name, facts, less } => edit(cx, &name, &facts, &less),
            What::Merge { names, dry_run, yes } => merge::merge(cx, names, (dry_run, yes)),
            What::Rm { names, dry_run } => merge::remove(cx, &names, dry_run),
        }
    }
}

fn answer<'a>(all: Vec<view::Customer>, done: Kept) -> View<'a> {
    View::Customers(Customers { all, done, lines: Vec::new(), made: Made::default() })
}

/// The name that the customer of this name is kept under.
///
/// # Errors
/// Exit 3 when there is none, with the nearest name.
pub(super) fn named(cx: &mut Cx, name: &str) -> Result<String> {
    let kept = promised::named(cx, "customer", name)?;
    kept.ok_or_else(|| {
        Error::not_found(format!("no customer `{name}`")).hint("`tix customer list` lists them")
    })
}

/// The tier of the customer who is kept under this name.
pub(super) fn tier_of(cx: &mut Cx, name: &str) -> Result<Option<String>> {
    let kept = cx.reader()?.map_or(Ok(None), |desk| desk.kept(&format!("customer/{name}")))?;
    Ok(kept.map(|text| customer::Customer::read(&text)).transpose()?.and_then(|it| it.tier))
}

fn new<'a>(cx: &'a mut Cx, name: &str, facts: &Facts) -> Result<View<'a>> {
    let name = config::name_of(name, "a customer")?.to_lowercase();
    if name == "none" {
        return Err(Error::invalid("`none` cannot be the name of a customer"));
    }
    let plan = facts.plan(cx, None)?;
    let there = || {
        Error::invalid(format!("there is a customer `{name}` already"))
            .hint(format!("`tix customer edit {name}` changes them"))
    };
    change(cx, facts.dry_run, |desk| {
        if desk.kept_customer(&name)?.is_some() {
            return Err(there());
        }
        let mut customer = customer::Customer::default();
        let facts = plan.apply(&mut customer);
        let told = saved(desk, &name, None, &customer)?;
        let facts =
            if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) };
        let line = [vec![format!("kept customer {name}{facts}")], told].concat().join(" · ");
        Ok((desk.customer(&name)?, Some(line)))
    })
}

fn edit<'a>(cx: &'a mut Cx, name: &str, facts: &Facts, less: &Less) -> Result<View<'a>> {
    let name = named(cx, name)?;
    let plan = facts.plan(cx, Some(less))?;
    if plan.is_empty() {
        return Err(Error::usage("nothing to change is given").hint(
            "give --title, --mail, --domain, --handle, --tier or --note, or --no-mail and the like",
        ));
    }
    let view = change(cx, facts.dry_run, |desk| {
        let gone = || Error::not_found(format!("no customer `{name}`"));
        let was = desk.kept_customer(&name)?.ok_or_else(gone)?;
        let mut customer = was.clone();
        let facts = plan.apply(&mut customer);
        if facts.is_empty() {
            return Ok((desk.customer(&name)?, None));
        }
        let told = saved(desk, &name, Some(&was), &customer)?;
        let line = [vec![format!("customer {name}: {}", facts.join(", "))], told].concat();
        Ok((desk.customer(&name)?, Some(line.join(" · "))))
    })?;
    Ok(view)
}

/// Keeps a customer, and says on the tickets that this concerns; says what became of those.
fn saved(
    desk: &mut Writer<'_>,
    name: &str,
    was: Option<&customer::Customer>,
    customer: &customer::Customer,
) -> Result<Vec<String>> {
    desk.keep_customer(name, Some(customer))?;
    let mut told = Vec::new();
    let former = was.and_then(|was| was.tier.as_deref());
    if former != customer.tier.as_deref() {
        let moved = desk.promote(name, former)?;
        let tier = customer.tier.as_deref().unwrap_or("no tier");
        let are = if moved == 1 { "is" } else { "are" };
        let line = format!("{} {} {are} under {tier} now", moved, plural(moved, "open ticket"));
        told.extend((moved > 0).then_some(line));
    }
    let known = was.map(customer::Customer::keys).unwrap_or_default();
    let keys: Vec<String> =
        customer.keys().into_iter().filter(|key| !known.contains(key)).collect();
    told.extend(theirs_now(name, desk.adopt(name, &keys)?));
    Ok(told)
}

/// `3 tickets are acme's now, 2 of them open`
fn theirs_now(name: &str, theirs: Theirs) -> Option<String> {
    let Theirs { all, open } = theirs;
    let many = counted(all, "ticket");
    Some(match (all, open) {
        (0, _) => return None,
        (1, 0) => format!("1 ticket is {name}'s now, a closed one"),
        (1, _) => format!("1 open ticket is {name}'s now"),
        (_, 0) => format!("{many} are {name}'s now, none of them open"),
        (_, _) if all == open => format!("{} are {name}'s now", counted(all, "open ticket")),
        _ => format!("{many} are {name}'s now, {open} of them open"),
    })
}

/// Makes a change to one customer; `act` says how they stand then, and what it did, if anything.
fn change(
    cx: &mut Cx,
    dry_run: bool,
    act: impl FnOnce(&mut Writer<'_>) -> Result<(Option<view::Customer>, Option<String>)>,
) -> Result<View<'_>> {
    let (one, line, change) = cx.change(dry_run, |desk| {
        let (one, line) = act(desk)?;
        Ok((one, line, (desk.recorded() > 0).then(|| desk.change().to_string())))
    })?;
    if let (None, Some(one)) = (&line, &one) {
        cx.say(&format!("customer {} is so already", one.name));
    }
    Ok(View::Customers(Customers {
        all: one.into_iter().collect(),
        done: Kept::Saved,
        lines: line.into_iter().collect(),
        made: Made { change, dry_run },
    }))
}
