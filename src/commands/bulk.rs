//! One verb over many tickets: which ones, whether to ask, and one change for all.

use std::collections::HashSet;
use std::io::Read;

use clap::Args;

use crate::cx::Cx;
use crate::domain::ids::{Name, Reference, Uid};
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

/// What a verb did to one ticket.
pub(crate) enum Done {
    /// It changed; the line says how.
    Changed(String),
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
        mut act: impl FnMut(&mut Writer<'_>, Uid) -> Result<Done>,
    ) -> Result<View<'a>> {
        let (uids, mut failed) = self.find(cx)?;
        self.ask(cx, verb, &uids)?;
        let (mut lines, mut notes, mut tickets) = (Vec::new(), Vec::new(), Vec::new());
        let (mut change, mut done, rows) = (None, Vec::new(), cx.rows());
        if !uids.is_empty() {
            change = cx.change(self.dry_run, |desk| {
                for uid in uids {
                    match act(desk, uid) {
                        Ok(Done::Changed(line)) => lines.push(line),
                        Ok(Done::Already(note)) => notes.push(note),
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

    fn find(&self, cx: &mut Cx) -> Result<(Vec<Uid>, Vec<Error>)> {
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

    fn ask(&self, cx: &mut Cx, verb: &str, uids: &[Uid]) -> Result<()> {
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

/// The ticket of this name.
pub(crate) fn find(cx: &mut Cx, name: &str) -> Result<Uid> {
    let reference: Reference = name.parse()?;
    if reference.message.is_some() {
        return Err(Error::invalid(format!("`{name}` is a message, not a ticket")));
    }
    desk_for(cx, &reference)?.resolve(&reference)
}

/// The desk in which to look for what `reference` names.
pub(crate) fn desk_for<'a>(cx: &'a mut Cx, reference: &Reference) -> Result<Reader<'a>> {
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
pub(crate) fn desk(cx: &mut Cx) -> Result<Reader<'_>> {
    cx.reader()?.ok_or_else(|| Error::failed("the desk is gone"))
}

fn matching(cx: &mut Cx, query: &Query) -> Result<Vec<Uid>> {
    let now = cx.clock.now;
    let mut uids = Vec::new();
    if let Some(reader) = cx.reader()? {
        let wants = Wants { limit: None, fields: Some(Vec::new()) };
        reader.list(query, now, &wants, &mut |ticket| {
            uids.push(ticket.uid);
            Ok(())
        })?;
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
