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

/// What a text becomes, if it is given; none takes it away.
#[derive(Debug)]
struct Said {
    given: bool,
    to: Option<String>,
}

/// What is to be changed of a customer.
#[derive(Debug)]
pub(super) struct Plan {
    title: Said,
    tier: Said,
    notes: Said,
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
            title: Said::read(self.title.as_deref(), title_of)?,
            tier: Said {
                given: self.tier.is_some(),
                to: self.tier.as_deref().map_or(Ok(None), |name| promised::tier(cx, name))?,
            },
            notes: Said::read(self.note.as_deref(), body_of)?,
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

impl Said {
    /// A text as `of` reads it; an empty one clears.
    fn read(text: Option<&str>, of: fn(&str) -> Result<String>) -> Result<Self> {
        let some = text.filter(|text| !text.trim().is_empty());
        Ok(Self { given: text.is_some(), to: some.map(of).transpose()? })
    }

    /// Sets it; says whether that changed anything.
    fn set(&self, value: &mut Option<String>) -> bool {
        let changes = self.given && self.to != *value;
        if changes {
            value.clone_from(&self.to);
        }
        changes
    }
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
        ![&self.title, &self.tier, &self.notes].into_iter().any(|it| it.given)
            && lists.into_iter().all(Change::is_empty)
    }

    /// Changes a customer; says what changed.
    pub(super) fn apply(&self, customer: &mut Customer) -> Vec<String> {
        let mut changed = Vec::new();
        for (name, said, value) in
            [("title", &self.title, &mut customer.title), ("tier", &self.tier, &mut customer.tier)]
        {
            if said.set(value) {
                changed.push(format!("{name}: {}", value.as_deref().unwrap_or("none")));
            }
        }
        if self.notes.set(&mut customer.notes) {
            let gone = if customer.notes.is_none() { ": none" } else { "" };
            changed.push(format!("note{gone}"));
        }
        changed.extend(self.mails.apply(&mut customer.mails, ""));
        changed.extend(self.domains.apply(&mut customer.domains, "@"));
        changed.extend(self.handles.apply(&mut customer.handles, ""));
        changed
    }
}
