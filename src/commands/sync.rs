//! `tix sync`: one desk on several machines, through any git remote, sealed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

mod bundle;
mod carry;
mod conflicts;
mod members;

use crate::cx::Cx;
use crate::domain::ids::{Hash, Machine, Replica};
use crate::error::{Error, Result, counted};
use crate::prompt;
use crate::store::{Crossed, Store};
use crate::sync::address::Address;
use crate::sync::circle::fingerprint;
use crate::sync::{self, Report};
use crate::view::{Asking, Disputed, Renumbered, Shared, Sharing, Synced, Time, View};

use carry::Carrier;

/// Share a desk with other machines and people, through any git repository
///
/// What is recorded here goes to the others and theirs comes here. Everything is sealed before it
/// leaves: whoever hosts the repository reads no text, name or address. git does the carrying, with the
/// credentials you have; use a repository for nothing but this. Nobody merges by hand: of two values
/// that were set at the same time the later stands, and `tix sync conflicts` has the other.
#[derive(Args, Debug)]
pub(crate) struct Sync {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Begin to share this desk through an empty repository, or go on through another one
    Init {
        /// Where it is: a path, `git@host:path`, or an ssh:// or https:// address
        #[arg(value_name = "REMOTE")]
        remote: String,
    },
    /// Join a desk that others share; the tickets that are here come along; or follow it elsewhere
    Join {
        /// Where it is: a path, `git@host:path`, or an ssh:// or https:// address
        #[arg(value_name = "REMOTE")]
        remote: String,
        /// The desk's fingerprint, as `tix sync status` shows it on the others' machines
        #[arg(long, value_name = "DIGITS")]
        fingerprint: Option<String>,
    },
    /// Say how the desk is shared, and what was not sent yet
    Status,
    /// List whose desk it is; let people in or take them out
    Members(members::Members),
    /// List the values that lost against others set at the same time; take one back
    Conflicts(conflicts::Conflicts),
    /// Carry the desk in a file, where there is no network
    Bundle(bundle::Bundle),
}

impl Sync {
    /// What its answer is like.
    pub(crate) fn name(&self) -> &'static str {
        match &self.what {
            None | Some(What::Init { .. } | What::Join { .. }) => "sync",
            Some(What::Status) => "sync-status",
            Some(What::Members(_)) => "sync-members",
            Some(What::Conflicts(conflicts)) => conflicts.name(),
            Some(What::Bundle(_)) => "sync-bundle",
        }
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what {
            None => run(cx),
            Some(What::Init { remote }) => init(cx, &remote),
            Some(What::Join { remote, fingerprint }) => join(cx, &remote, fingerprint.as_deref()),
            Some(What::Status) => status(cx),
            Some(What::Members(members)) => members.run(cx),
            Some(What::Conflicts(conflicts)) => conflicts.run(cx),
            Some(What::Bundle(bundle)) => bundle.run(cx),
        }
    }
}

/// What to do about a desk that is not shared.
fn not_shared() -> Error {
    Error::invalid("this desk is not shared")
        .hint("`tix sync init REMOTE` begins to share it, `tix sync join REMOTE` joins another")
}

fn run(cx: &mut Cx) -> Result<View<'_>> {
    let carrier = Carrier::of_desk(cx)?;
    let asked = sync::state(&carrier.store)?.is_some_and(|state| state.asked);
    carried(cx, carrier, |carrier| {
        let mut exchange = carrier.exchange();
        if asked { exchange.wait() } else { exchange.run() }
    })
}

fn init<'a>(cx: &'a mut Cx, remote: &str) -> Result<View<'a>> {
    let address = address(remote)?;
    cx.may_begin()?;
    let store = cx.store()?;
    let Some(before) = shared_through(&store)? else {
        let carrier = Carrier::at(cx, store, &address)?;
        return carried(cx, carrier, |carrier| sync::found(&mut carrier.exchange(), &address));
    };
    if before == address {
        let through = format!("through {before}");
        return Err(Error::invalid("this desk is shared already").because(through));
    }
    let carrier = Carrier::at(cx, store, &address)?.after(&before)?;
    let done = carried(cx, carrier, |carrier| sync::move_to(&mut carrier.exchange(), &address))?;
    cx.say(&format!(
        "the others go on with `tix sync join {address}`; {before} is not used any more"
    ));
    Ok(done)
}

fn join<'a>(cx: &'a mut Cx, remote: &str, given: Option<&str>) -> Result<View<'a>> {
    let address = address(remote)?;
    cx.may_begin()?;
    let store = cx.store()?;
    let before = shared_through(&store)?.filter(|before| *before != address);
    let mut carrier = Carrier::at(cx, store, &address)?;
    if let Some(before) = before {
        carrier = carrier.after(&before)?;
    }
    let person = cx.io.person;
    let mut confirm = |desk: Hash| compare(desk, given, person);
    carried(cx, carrier, |carrier| sync::join(&mut carrier.exchange(), &address, &mut confirm))
}

/// The remote through which the desk is shared so far.
fn shared_through(store: &Store) -> Result<Option<Address>> {
    let state = sync::state(store)?;
    state.map(|state| Address::read(&state.remote, &crate::env::here()?)).transpose()
}

fn address(remote: &str) -> Result<Address> {
    Address::read(remote, &crate::env::here()?)
}

/// Is it the desk that is meant? Its fingerprint tells, given or compared by a person.
fn compare(desk: Hash, given: Option<&str>, person: bool) -> Result<()> {
    let digits = fingerprint(desk);
    if let Some(given) = given {
        if plain(given)? == plain(&digits)? {
            return Ok(());
        }
        return Err(Error::invalid("it is another desk, or somebody has altered it")
            .because(format!("its fingerprint is {digits}"))
            .hint("compare with `tix sync status` on the machine of somebody who is in"));
    }
    if !person {
        return Err(Error::needs_input("the desk's fingerprint has to be compared")
            .because("nobody is there to compare it")
            .hint(
                "add --fingerprint DIGITS, as `tix sync status` shows it to somebody who is in",
            ));
    }
    let question = format!("the desk's fingerprint is\n  {digits}\nthe same as theirs?");
    if prompt::confirm(&question, false)? { Ok(()) } else { Err(Error::cancelled()) }
}

/// The digits of a fingerprint that somebody gave.
fn plain(given: &str) -> Result<String> {
    let digits: String = given.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 30 && given.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()) {
        return Ok(digits);
    }
    Err(Error::invalid(format!("--fingerprint: `{given}` is no fingerprint"))
        .because("one has 30 digits, in groups of five"))
}

/// Does it with the carrier, and tells what it came to.
fn carried<'a>(
    cx: &mut Cx,
    mut carrier: Carrier,
    act: impl FnOnce(&mut Carrier) -> Result<Report>,
) -> Result<View<'a>> {
    let (before, purges) = (carrier.store.read().disputed()?, carrier.store.read().purges()?);
    let last = carrier.store.read().last_row()?;
    let report = act(&mut carrier);
    carrier.done();
    let report = report?;
    carrier.tidy(&report);
    let synced = synced(&carrier, &report, &before)?;
    told(cx, &report);
    if report.received > 0 {
        crossed(cx, &carrier.store.read().crossed(last)?);
    }
    let came = carrier.store.read().purges()?.saturating_sub(purges);
    if came > 0 && !cx.safety()?.backups().all().is_empty() {
        cx.say(&format!(
            "{} came; the automatic copies here may still hold what went: `tix log` names it, and \
             `tix purge` of the same cleans them",
            counted(came, "purge")
        ));
    }
    Ok(View::Shared(Shared::Synced(Box::new(synced))))
}

/// Says what concurrent changes came to that nobody meant.
fn crossed(cx: &mut Cx, crossed: &Crossed) {
    for (whole, other) in &crossed.merged {
        cx.say(&format!(
            "#{whole} and #{other} were merged into each other at the same time, and both are closed: \
             `tix reopen {whole}` opens the one that has the messages of both"
        ));
    }
    for (number, change) in &crossed.taken_back {
        cx.say(&format!(
            "#{number} was taken back while others worked on it: `tix undo {}` brings it back",
            change.short()
        ));
    }
}

/// Says what is not as it should be; what was left undone is exit 7.
fn told(cx: &mut Cx, report: &Report) {
    for warning in &report.warnings {
        cx.say(&warning.words());
    }
    for member in &report.asks {
        cx.say(&format!(
            "{} asks to be in, fingerprint {}: compare, then `tix sync members add`",
            member.name,
            member.public.fingerprint()
        ));
    }
    if report.waiting {
        cx.say(
            "somebody who is in compares your fingerprint and lets you in with `tix sync members \
             add`; then run `tix sync`",
        );
    }
    let undone = report.warnings.iter().filter(|warning| warning.is_partial()).count() as u64;
    if undone > 0 {
        let what = format!("{} left something undone", counted(undone, "problem"));
        let error = Error::new(crate::error::Kind::Partial, what);
        cx.partial = Some(error.hint("what you did here is safe; the notes say what to do"));
    }
}

fn synced(carrier: &Carrier, report: &Report, before: &[Disputed]) -> Result<Synced> {
    let state = sync::state(&carrier.store)?;
    let desk = state.as_ref().map(|state| fingerprint(state.desk)).unwrap_or_default();
    let own = carrier.key.public().fingerprint();
    let mut conflicts = carrier.store.read().disputed()?;
    conflicts.retain(|one| !before.contains(one));
    let name = |letter: Machine| letter.letters();
    Ok(Synced {
        remote: carrier.address.to_string(),
        received: report.received,
        sent: report.sent,
        letter: report.letter.map(name),
        renumbered: report
            .numbered
            .iter()
            .map(|it| Renumbered { from: it.from.to_string(), to: it.to.to_string() })
            .collect(),
        conflicts,
        asking: report
            .asks
            .iter()
            .map(|it| Asking { name: it.name.clone(), fingerprint: it.public.fingerprint() })
            .collect(),
        waiting: report.waiting,
        fingerprint: if report.waiting { own } else { desk },
    })
}

fn status(cx: &mut Cx) -> Result<View<'_>> {
    let none = Sharing {
        remote: None,
        fingerprint: None,
        letter: None,
        synced_at: None,
        unsent: 0,
        waiting: false,
        conflicts: 0,
    };
    let path = cx.desk()?.path.clone();
    if cx.reader()?.is_none() {
        return Ok(View::Shared(Shared::Sharing(none)));
    }
    let store = Store::open(&path)?;
    let conflicts = store.read().disputed()?.len() as u64;
    let Some(state) = sync::state(&store)? else {
        return Ok(View::Shared(Shared::Sharing(Sharing { conflicts, ..none })));
    };
    let address = Address::read(&state.remote, &PathBuf::from("/"))?;
    let (mine, logs) = (store.mine()?, store.logs()?);
    let sent = |it: &Replica, seq: u64| logs.get(it).map_or(0, |log| log.sent).min(seq);
    let unsent = store.seen()?.iter().map(|(it, seq)| seq - sent(it, *seq)).sum();
    let lettered = store.shared("lettered")?.is_some();
    Ok(View::Shared(Shared::Sharing(Sharing {
        remote: Some(address.to_string()),
        fingerprint: Some(fingerprint(state.desk)),
        letter: lettered.then(|| mine.machine.letters()),
        synced_at: state.synced_at.map(Time),
        unsent,
        waiting: state.asked,
        conflicts,
    })))
}
