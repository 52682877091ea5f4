//! One verb over many tickets: which ones, whether to ask, and one change for all.

use std::collections::HashSet;
use std::hash::Hash;
use std::io::Read;

use clap::Args;

use crate::cx::Cx;
use crate::domain::ids::{Name, Number, Reference, Uid};
use crate::domain::query::Query;
use crate::domain::ticket::{Post, Ticket as Fold};
use crate::error::{Error, Kind, Result, counted};
use crate::prompt;
use crate::store::{Reader, Wants, Writer};
use crate::view::{Changed, View};

/// More tickets than this are not changed without asking.
const ASK_ABOVE: usize = 3;

/// The tickets a verb works on.
#[derive(Args, Clone, Debug)]
pub(crate) struct Targets {
    /// The tickets: 42, b7, a uid, github:owner/repo#1; `-` reads them from standard input
    #[arg(value_name = "ID", required_unless_present = "query")]
    pub(crate) ids: Vec<String>,
    /// All tickets that match QUERY
    #[arg(long = "where", value_name = "QUERY", conflicts_with = "ids")]
    pub(crate) query: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Do not ask, however many tickets there are
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Go on after a ticket that cannot be changed
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// The IDs, once they were read.
    #[arg(skip)]
    read: Option<Vec<String>>,
}

/// What a verb did to one ticket.
pub(crate) enum Done {
    /// It changed; the line says how.
    Changed(String),
    /// Another ticket changed instead; the line says how.
    Elsewhere(Uid, String),
    /// It changed; the line says how, the note what to mind.
    Noted(String, String),
    /// It was so already; the note says it.
    Already(String),
}

/// What a verb is about to work on: tickets, or things on them.
pub(crate) struct Found<T> {
    /// Each with its ticket.
    pub(crate) all: Vec<(Uid, T)>,
    /// What could not be found, and need not be.
    pub(crate) failed: Vec<Error>,
    /// What one of them is called.
    pub(crate) noun: &'static str,
    /// One of them in a line.
    pub(crate) told: fn(&Fold, &T) -> String,
    /// Tickets that are shown with them.
    pub(crate) also: Vec<Uid>,
}

impl Found<()> {
    /// Tickets.
    pub(super) fn tickets(uids: Vec<Uid>, failed: Vec<Error>) -> Self {
        let all = uids.into_iter().map(|uid| (uid, ())).collect();
        let told = |ticket: &Fold, (): &()| format!("#{} {}", ticket.number(), ticket.now.title);
        Self { all, failed, noun: "ticket", told, also: Vec::new() }
    }
}

impl Targets {
    /// Those that these IDs name.
    pub(crate) fn of(ids: Vec<String>, dry_run: bool, yes: bool, keep_going: bool) -> Self {
        Self { ids, query: None, dry_run, yes, keep_going, read: None }
    }

    /// Reads the IDs from standard input?
    pub(crate) fn on_stdin(&self) -> bool {
        on_stdin(&self.ids)
    }

    /// The IDs, those on standard input in place of `-`.
    pub(crate) fn read(&mut self) -> Result<&[String]> {
        let read = match self.read.take() {
            Some(read) => read,
            None => names(&self.ids)?,
        };
        Ok(self.read.insert(read))
    }

    /// Finds the tickets, asks where that is called for, and does `act` to each in one change.
    pub(crate) fn each<'a>(
        &self,
        cx: &'a mut Cx,
        verb: &str,
        mut act: impl FnMut(&mut Writer<'_>, Uid) -> Result<Done>,
    ) -> Result<View<'a>> {
        let found = self.find(cx)?;
        self.all(cx, verb, found, |desk, uid, ()| act(desk, uid))
    }

    /// Asks where that is called for, and does `act` to each of what was found in one change.
    pub(crate) fn all<'a, T: Copy>(
        &self,
        cx: &'a mut Cx,
        verb: &str,
        found: Found<T>,
        mut act: impl FnMut(&mut Writer<'_>, Uid, T) -> Result<Done>,
    ) -> Result<View<'a>> {
        self.ask(cx, verb, &found)?;
        let Found { all, mut failed, noun, also, .. } = found;
        let (mut lines, mut notes) = (Vec::new(), Vec::new());
        let (mut change, mut touched, mut tickets) = (None, also, Vec::new());
        let rows = cx.rows();
        if !all.is_empty() {
            change = cx.change(self.dry_run, |desk| {
                for (uid, thing) in all {
                    match still_there(desk, uid).and_then(|()| act(desk, uid, thing)) {
                        Ok(Done::Changed(line)) => lines.push(line),
                        Ok(Done::Elsewhere(other, line)) => {
                            lines.push(line);
                            touched.push(other);
                            continue;
                        }
                        Ok(Done::Already(note)) => notes.push(note),
                        Ok(Done::Noted(line, note)) => {
                            lines.push(line);
                            notes.push(note);
                        }
                        Err(e) if self.keep_going && passes(&e) => {
                            failed.push(e);
                            continue;
                        }
                        Err(e) => return Err(e),
                    }
                    touched.push(uid);
                }
                touched.dedup();
                if rows {
                    tickets = desk.shown(&touched)?;
                }
                Ok((desk.recorded() > 0).then(|| desk.change().to_string()))
            })?;
        }
        for note in &notes {
            cx.say(note);
        }
        cx.partial = partly(cx, &failed, noun);
        Ok(View::Changed(Changed {
            lines,
            tickets,
            change,
            dry_run: self.dry_run,
            announce: false,
        }))
    }

    /// Finds the tickets.
    pub(crate) fn find(&self, cx: &mut Cx) -> Result<Found<()>> {
        self.find_by(cx, find)
    }

    /// Finds the tickets, those that are named by `find`.
    pub(crate) fn find_by(
        &self,
        cx: &mut Cx,
        find: impl Fn(&mut Cx, &str) -> Result<Uid>,
    ) -> Result<Found<()>> {
        cx.will_change();
        if let Some(query) = &self.query {
            if query.trim().is_empty() {
                return Err(Error::invalid(
                    "--where has an empty query, which every ticket matches",
                )
                .hint("say which tickets are meant, such as is:open"));
            }
            let query = cx.query(std::slice::from_ref(query))?;
            return Ok(Found::tickets(matching(cx, &query)?, Vec::new()));
        }
        let (found, failed) = self.named(cx, find)?;
        Ok(Found::tickets(found, failed))
    }

    /// What the IDs name, each once, as `find` finds it; and what it does not, if that is passed
    /// over.
    pub(crate) fn named<T: Copy + Eq + Hash>(
        &self,
        cx: &mut Cx,
        find: impl Fn(&mut Cx, &str) -> Result<T>,
    ) -> Result<(Vec<T>, Vec<Error>)> {
        cx.will_change();
        let (mut found, mut there) = (Vec::new(), HashSet::new());
        let mut failed = Vec::new();
        let names = self.read.clone().map_or_else(|| names(&self.ids), Ok)?;
        for name in names {
            match find(cx, &name) {
                Ok(one) if !there.insert(one) => {}
                Ok(one) => found.push(one),
                Err(e) if self.keep_going && passes(&e) => {
                    failed.push(e);
                }
                Err(e) => return Err(e),
            }
        }
        Ok((found, failed))
    }

    /// Asks, where more than a few would be changed.
    pub(super) fn ask<T>(&self, cx: &mut Cx, verb: &str, found: &Found<T>) -> Result<()> {
        let count = found.all.len();
        if count <= ASK_ABOVE || self.yes || self.dry_run {
            return Ok(());
        }
        let question = format!("{verb} {count} {}s?", found.noun);
        if !cx.io.person || self.on_stdin() {
            return Err(Error::needs_input(question)
                .because("nobody is there to confirm")
                .hint("add --yes, or --dry-run to see what would be done"));
        }
        if let Some(reader) = cx.reader()? {
            let mut preview = Vec::new();
            for (uid, thing) in found.all.iter().take(10) {
                preview.push(format!("  {}", (found.told)(&reader.ticket(*uid)?, thing)));
            }
            if count > preview.len() {
                preview.push(format!("  … and {} more", count - preview.len()));
            }
            for line in &preview {
                cx.tell_fitted(line);
            }
        }
        if prompt::confirm(&question, false)? { Ok(()) } else { Err(Error::cancelled()) }
    }
}

/// Is it only this one thing that cannot be done?
fn passes(error: &Error) -> bool {
    matches!(error.kind, Kind::NotFound | Kind::Invalid)
}

/// A ticket may have been taken back since it was found: while its answer was being written.
fn still_there(desk: &mut Writer<'_>, uid: Uid) -> Result<()> {
    let ticket = desk.ticket(uid)?;
    if !ticket.voided {
        return Ok(());
    }
    Err(Error::not_found(format!("no ticket #{}", ticket.number()))
        .because("it was taken back meanwhile"))
}

/// Is one of the IDs `-`, standard input?
pub(crate) fn on_stdin(ids: &[String]) -> bool {
    ids.iter().any(|id| id == "-")
}

/// The IDs, those on standard input in place of `-`.
pub(crate) fn names(ids: &[String]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for id in ids {
        if id != "-" {
            names.push(id.clone());
            continue;
        }
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::invalid("the IDs on standard input are not UTF-8 text"))?;
        // Whole lines of a list are welcome: the ID is their first field.
        let ids = text.lines().filter_map(|line| line.split('\t').next()).map(str::trim);
        names.extend(ids.filter(|id| !id.is_empty()).map(ToOwned::to_owned));
    }
    Ok(names)
}

/// The ticket of this name: of one that was merged, the one that it is part of now.
pub(crate) fn find(cx: &mut Cx, name: &str) -> Result<Uid> {
    let reference = named(name)?;
    desk_for(cx, &reference)?.resolve(&reference)
}

/// Does `name` look like that of a message?
pub(crate) fn names_message(name: &str) -> bool {
    name.parse::<Reference>().is_ok_and(|reference| reference.message.is_some())
}

/// The ticket and the message on it that the name means, wherever it was moved; one that was taken
/// away is none.
pub(crate) fn find_message(cx: &mut Cx, name: &str) -> Result<(Fold, Number)> {
    let reference: Reference = name.parse()?;
    desk_for(cx, &reference)?.message(&reference)
}

/// The message of `ticket` that is called `message` after the dot of `name`.
pub(crate) fn post<'t>(ticket: &'t Fold, name: &str, message: &str) -> Result<&'t Post> {
    let post = any_post(ticket, name, message)?;
    if post.removed { Err(no_message(ticket, name)) } else { Ok(post) }
}

/// The same, one taken away included.
pub(crate) fn any_post<'t>(ticket: &'t Fold, name: &str, message: &str) -> Result<&'t Post> {
    let number = Number::parse_within(message, ticket.number());
    number.and_then(|number| ticket.post(number)).ok_or_else(|| no_message(ticket, name))
}

fn no_message(ticket: &Fold, name: &str) -> Error {
    Error::not_found(format!("no message {name}"))
        .hint(format!("`tix show {}` shows the messages there are", ticket.number()))
}

/// The ticket that bears this name itself, merged or not.
pub(super) fn own(cx: &mut Cx, name: &str) -> Result<Uid> {
    let reference = named(name)?;
    desk(cx, &reference)?.own(&reference)
}

/// The name of a ticket, not of a message.
fn named(name: &str) -> Result<Reference> {
    let reference: Reference = name.parse()?;
    match reference.message {
        Some(_) => Err(Error::invalid(format!("`{name}` is a message, not a ticket"))),
        None => Ok(reference),
    }
}

/// The desk in which to look for what `reference` names; says so when the ticket of that name is
/// part of another now.
pub(crate) fn desk_for<'a>(cx: &'a mut Cx, reference: &Reference) -> Result<Reader<'a>> {
    let reader = desk(cx, reference)?;
    let whole = reference.message.is_none() && reference.ticket != Name::Last;
    let merged = if whole { merged(reader, reference)? } else { None };
    if let Some((part, into)) = merged {
        cx.say_once(&format!("#{part} was merged into #{into}"));
    }
    desk(cx, reference)
}

/// The numbers of the ticket of this name, if there is one that was merged, and of what it is part
/// of.
fn merged(reader: Reader<'_>, reference: &Reference) -> Result<Option<(Number, Number)>> {
    let Ok(own) = reader.own(reference) else { return Ok(None) };
    let into = reader.resolve(reference)?;
    let number = |uid: Uid| if own == into { Ok(None) } else { reader.number(uid) };
    Ok(number(own)?.zip(number(into)?))
}

fn desk<'a>(cx: &'a mut Cx, reference: &Reference) -> Result<Reader<'a>> {
    if reference.ticket == Name::Last && !cx.io.person {
        return Err(Error::needs_input("`@` is the ticket that you touched last")
            .because("nobody is there whose last ticket could be meant")
            .hint("give the ticket's number"));
    }
    cx.reader()?.ok_or_else(|| {
        Error::not_found(format!("no ticket {}", reference.ticket))
            .hint("there is no desk yet; `tix new` opens a ticket")
    })
}

/// The desk in which something was found.
pub(crate) fn there(cx: &mut Cx) -> Result<Reader<'_>> {
    cx.reader()?.ok_or_else(|| Error::failed("the desk is gone"))
}

/// The tickets that match; what is part of another is changed with that one only.
fn matching(cx: &mut Cx, query: &Query) -> Result<Vec<Uid>> {
    let now = cx.clock.now;
    let (mut uids, mut merged) = (Vec::new(), 0);
    if let Some(reader) = cx.reader()? {
        let wants = Wants { limit: None, fields: Some(vec!["merged_into".to_owned()]) };
        reader.list(query, now, &wants, &mut |ticket| {
            match ticket.merged_into {
                Some(_) => merged += 1,
                None => uids.push(ticket.uid),
            }
            Ok(())
        })?;
    }
    if merged > 0 {
        let many = counted(merged, "merged ticket");
        cx.say(&format!("{many} left as {}", if merged == 1 { "it is" } else { "they are" }));
    }
    Ok(uids)
}

fn partly(cx: &Cx, failed: &[Error], noun: &str) -> Option<Error> {
    let first = failed.first()?;
    for error in failed {
        cx.say(&error.to_string());
    }
    let many = counted(failed.len() as u64, noun);
    Some(Error::new(Kind::Partial, format!("{many} could not be changed")).because(first))
}
