//! One verb over many tickets: which ones, whether to ask, and one change for all.

use std::collections::HashSet;
use std::io::Read;

use clap::Args;

use crate::cx::Cx;
use crate::domain::ids::{Name, Number, Reference, Uid};
use crate::domain::query::Query;
use crate::error::{Error, Kind, Result, counted};
use crate::prompt;
use crate::render;
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
}

/// The tickets that were found, and why others were not.
pub(super) type Found = (Vec<Uid>, Vec<Error>);

/// What a verb did to one ticket.
pub(crate) enum Done {
    /// It changed; the line says how.
    Changed(String),
    /// It changed; the line says how, the note what to mind.
    Noted(String, String),
    /// It was so already; the note says it.
    Already(String),
}

impl Targets {
    /// Reads the IDs from standard input?
    pub(crate) fn on_stdin(&self) -> bool {
        on_stdin(&self.ids)
    }

    /// Finds the tickets, asks where that is called for, and does `act` to each in one change.
    pub(crate) fn each<'a>(
        &self,
        cx: &'a mut Cx,
        verb: &str,
        act: impl FnMut(&mut Writer<'_>, Uid) -> Result<Done>,
    ) -> Result<View<'a>> {
        let found = self.find(cx, find)?;
        self.ask(cx, verb, &found.0)?;
        self.all(cx, found, &[], act)
    }

    /// Does `act` to each of the tickets that were found, in one change; `also` are tickets that are
    /// shown with them.
    pub(super) fn all<'a>(
        &self,
        cx: &'a mut Cx,
        (uids, mut failed): Found,
        also: &[Uid],
        mut act: impl FnMut(&mut Writer<'_>, Uid) -> Result<Done>,
    ) -> Result<View<'a>> {
        let (mut lines, mut notes, mut tickets) = (Vec::new(), Vec::new(), Vec::new());
        let (mut change, mut done, rows) = (None, also.to_vec(), cx.rows());
        if !uids.is_empty() {
            change = cx.change(self.dry_run, |desk| {
                for uid in uids {
                    match act(desk, uid) {
                        Ok(Done::Changed(line)) => lines.push(line),
                        Ok(Done::Already(note)) => notes.push(note),
                        Ok(Done::Noted(line, note)) => {
                            lines.push(line);
                            notes.push(note);
                        }
                        Err(e) if self.keep_going && e.kind == Kind::Invalid => {
                            failed.push(e);
                            continue;
                        }
                        Err(e) => return Err(e),
                    }
                    done.push(uid);
                }
                if rows {
                    tickets = desk.shown(&done)?;
                }
                Ok((desk.recorded() > 0).then(|| desk.change().to_string()))
            })?;
        }
        for note in &notes {
            cx.say(note);
        }
        cx.partial = partly(cx, &failed);
        Ok(View::Changed(Changed {
            lines,
            tickets,
            change,
            dry_run: self.dry_run,
            announce: false,
        }))
    }

    /// Finds the tickets, those that are named by `find`.
    pub(super) fn find(
        &self,
        cx: &mut Cx,
        find: impl Fn(&mut Cx, &str) -> Result<Uid>,
    ) -> Result<Found> {
        if let Some(query) = &self.query {
            if query.trim().is_empty() {
                return Err(Error::invalid(
                    "--where has an empty query, which every ticket matches",
                )
                .hint("say which tickets are meant, such as is:open"));
            }
            let query = cx.query(std::slice::from_ref(query))?;
            return Ok((matching(cx, &query)?, Vec::new()));
        }
        let (mut found, mut there) = (Vec::new(), HashSet::new());
        let mut failed = Vec::new();
        for name in names(&self.ids)? {
            match find(cx, &name) {
                Ok(uid) if !there.insert(uid) => {}
                Ok(uid) => found.push(uid),
                Err(e) if self.keep_going && matches!(e.kind, Kind::NotFound | Kind::Invalid) => {
                    failed.push(e);
                }
                Err(e) => return Err(e),
            }
        }
        Ok((found, failed))
    }

    /// Asks before many tickets are changed.
    pub(super) fn ask(&self, cx: &mut Cx, verb: &str, uids: &[Uid]) -> Result<()> {
        if uids.len() <= ASK_ABOVE || self.yes || self.dry_run {
            return Ok(());
        }
        let question = format!("{verb} {} tickets?", uids.len());
        if !cx.io.person || self.on_stdin() {
            return Err(Error::needs_input(question)
                .because("nobody is there to confirm")
                .hint("add --yes, or --dry-run to see what would be done"));
        }
        let width = cx.io.width;
        if let Some(reader) = cx.reader()? {
            let mut preview = Vec::new();
            for uid in uids.iter().take(10) {
                let ticket = reader.ticket(*uid)?;
                let line = format!("  #{} {}", ticket.number(), render::line(&ticket.now.title));
                preview.push(render::fit(&line, width).into_owned());
            }
            if uids.len() > preview.len() {
                preview.push(format!("  … and {} more", uids.len() - preview.len()));
            }
            for line in &preview {
                cx.tell(line);
            }
        }
        if prompt::confirm(&question, false)? { Ok(()) } else { Err(Error::cancelled()) }
    }
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

fn partly(cx: &Cx, failed: &[Error]) -> Option<Error> {
    let first = failed.first()?;
    for error in failed {
        cx.say(&error.to_string());
    }
    let many = counted(failed.len() as u64, "ticket");
    Some(Error::new(Kind::Partial, format!("{many} could not be changed")).because(first))
}
