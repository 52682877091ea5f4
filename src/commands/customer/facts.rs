//! What is given of a customer, and what it changes.

use std::collections::BTreeSet;

use clap::Args;

use crate::commands::label::Delta;
use crate::commands::promised;
use crate::cx::Cx;
use crate::domain::customer::{Customer, domain_of, handle_of, mail_of};
use crate::domain::event::{body_of, title_of};
use crate::error::{Error, Result};

/// What is known of a customer.
#[derive(Args, Debug)]
pub(super) struct Facts {
    /// What they are called in full
    #[arg(long, value_name = "TITLE", allow_hyphen_values = true)]
    title: Option<String>,
    /// An address of theirs; several separated by commas, +a,-b adds and takes away
    #[arg(long = "mail", value_name = "MAILS", allow_hyphen_values = true)]
    mails: Vec<String>,
    /// A mail domain of theirs, with those below it
    #[arg(long = "domain", value_name = "DOMAINS", allow_hyphen_values = true)]
    domains: Vec<String>,
    /// What one of them is called elsewhere: github:ada
    #[arg(long = "handle", value_name = "HANDLES", allow_hyphen_values = true)]
    handles: Vec<String>,
    /// The support tier; `none` for none
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// What to remember of them; internal
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,
    /// Say what would be kept, and keep nothing
    #[arg(short = 'n', long)]
    pub(super) dry_run: bool,
}

/// What is no longer true of one.
#[expect(clippy::struct_field_names, reason = "they are the names of flags")]
#[derive(Args, Debug)]
pub(super) struct Less {
    /// Take away an address
    #[arg(long = "no-mail", value_name = "MAILS")]
    no_mails: Vec<String>,
    /// Take away a domain
    #[arg(long = "no-domain", value_name = "DOMAINS")]
    no_domains: Vec<String>,
    /// Take away a handle
    #[arg(long = "no-handle", value_name = "HANDLES")]
    no_handles: Vec<String>,
}

/// What changes in a list.
#[derive(Debug, Default)]
struct Change {
    on: BTreeSet<String>,
    off: BTreeSet<String>,
    clear: bool,
}

/// What is to be changed of a customer.
#[derive(Debug)]
pub(super) struct Plan {
    title: Option<Option<String>>,
    tier: Option<Option<String>>,
    notes: Option<Option<String>>,
    mails: Change,
    domains: Change,
    handles: Change,
}

impl Facts {
    /// What they change; `less` is of a customer that there is.
    pub(super) fn plan(&self, cx: &mut Cx, less: Option<&Less>) -> Result<Plan> {
        let none: &[String] = &[];
        let (mails, domains, handles) =
            less.map_or((none, none, none), |it| (&it.no_mails, &it.no_domains, &it.no_handles));
        let plan = Plan {
            title: said(self.title.as_deref(), title_of)?,
            tier: self.tier.as_deref().map(|name| promised::tier(cx, name)).transpose()?,
            notes: said(self.note.as_deref(), body_of)?,
            mails: Change::read(&self.mails, mails, mail_of)?,
            domains: Change::read(&self.domains, domains, domain_of)?,
            handles: Change::read(&self.handles, handles, handle_of)?,
        };
        let off =
            [&plan.mails, &plan.domains, &plan.handles].into_iter().find_map(|it| it.off.first());
        match off.filter(|_| less.is_none()) {
            Some(off) => Err(Error::usage(format!("`{off}` cannot be taken from a new customer"))
                .hint("`tix customer edit` changes one that there is")),
            None => Ok(plan),
        }
    }
}

/// A text as `of` reads it; an empty one clears.
fn said(text: Option<&str>, of: fn(&str) -> Result<String>) -> Result<Option<Option<String>>> {
    let Some(text) = text else { return Ok(None) };
    if text.trim().is_empty() { Ok(Some(None)) } else { of(text).map(|text| Some(Some(text))) }
}

impl Change {
    fn read(more: &[String], less: &[String], of: fn(&str) -> Result<String>) -> Result<Self> {
        let mut delta = Delta::read_as(more, of)?;
        delta.on.append(&mut delta.plain);
        let (on, mut off) = (delta.on, delta.off);
        let gone = less.iter().flat_map(|words| words.split(',')).map(str::trim);
        for word in gone.filter(|word| !word.is_empty()) {
            off.insert(of(word)?);
        }
        if let Some(both) = on.intersection(&off).next() {
            return Err(Error::invalid(format!("`{both}` cannot be added and taken away at once")));
        }
        let clear = more.iter().any(|words| words.trim().is_empty());
        Ok(Self { on, off, clear })
    }

    fn is_empty(&self) -> bool {
        self.on.is_empty() && self.off.is_empty() && !self.clear
    }

    /// Does it to the list; says what changed, each name behind its sign and `before`.
    fn apply(&self, list: &mut Vec<String>, before: &str) -> Vec<String> {
        let was: BTreeSet<String> = list.drain(..).collect();
        let kept = if self.clear { BTreeSet::new() } else { &was - &self.off };
        let now = &kept | &self.on;
        let on = now.difference(&was).map(|name| format!("+{before}{name}"));
        let off = was.difference(&now).map(|name| format!("-{before}{name}"));
        let changed = on.chain(off).collect();
        list.extend(now);
        changed
    }
}

impl Plan {
    /// Does it change nothing, whatever there is?
    pub(super) fn is_empty(&self) -> bool {
        let lists = [&self.mails, &self.domains, &self.handles];
        [&self.title, &self.tier, &self.notes].into_iter().all(Option::is_none)
            && lists.into_iter().all(Change::is_empty)
    }

    /// Changes a customer; says what changed.
    pub(super) fn apply(&self, customer: &mut Customer) -> Vec<String> {
        let mut changed = Vec::new();
        let mut set = |name: &str, to: &Option<Option<String>>, value: &mut Option<String>| {
            if let Some(to) = to.as_ref().filter(|to| *to != value) {
                changed.push(match (to, name) {
                    (Some(_), "note") => "note".to_owned(),
                    (Some(text), _) => format!("{name}: {text}"),
                    (None, _) => format!("{name}: none"),
                });
                value.clone_from(to);
            }
        };
        set("title", &self.title, &mut customer.title);
        set("tier", &self.tier, &mut customer.tier);
        set("note", &self.notes, &mut customer.notes);
        changed.extend(self.mails.apply(&mut customer.mails, ""));
        changed.extend(self.domains.apply(&mut customer.domains, "@"));
        changed.extend(self.handles.apply(&mut customer.handles, ""));
        changed
    }
}
