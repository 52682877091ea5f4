//! `tix link` and `tix unlink`.

use clap::Args;

use super::bulk::{self, Done};
use crate::cx::Cx;
use crate::domain::event::Link as To;
use crate::domain::ids::Uid;
use crate::domain::words::Relation;
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::{Changed, View};

/// Say what a ticket has to do with another
///
/// `tix link 1 blocks 2` says that 2 cannot go on before 1 is closed, `tix link 3 duplicates 1` that
/// 3 is about the same as 1. What relates, relates both ways.
#[derive(Args, Debug)]
pub(crate) struct Link {
    /// The ticket
    #[arg(value_name = "A")]
    one: String,
    /// blocks, relates, duplicates, blocked-by or duplicated-by
    #[arg(value_name = "KIND")]
    kind: Relation,
    /// The other
    #[arg(value_name = "B")]
    other: String,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// Take away what a ticket has to do with another
///
/// Without KIND, all of it; from either side.
#[derive(Args, Debug)]
#[command(override_usage = "tix unlink [OPTIONS] <A> [KIND] <B>")]
pub(crate) struct Unlink {
    /// The ticket
    #[arg(value_name = "A")]
    one: String,
    /// Only what is meant by this: blocks, relates, duplicates, blocked-by or duplicated-by
    #[arg(value_name = "KIND")]
    kind: String,
    /// The other
    #[arg(value_name = "B")]
    other: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Link {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let (one, other) = (bulk::find(cx, &self.one)?, bulk::find(cx, &self.other)?);
        let (kind, back) = self.kind.link();
        let (from, to) = if back { (other, one) } else { (one, other) };
        change(cx, self.dry_run, [one, other], |desk| {
            let words = words(desk, from, To { kind, to })?;
            Ok(if desk.link(from, To { kind, to })? {
                Done::Changed(words)
            } else {
                Done::Already(format!("{words} already"))
            })
        })
    }
}

impl Unlink {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let (kind, other) = match &self.other {
            Some(other) => (Some(self.kind.parse::<Relation>()?), other),
            None => (None, &self.kind),
        };
        let (one, other) = (bulk::find(cx, &self.one)?, bulk::find(cx, other)?);
        if one == other {
            return Err(Error::invalid("a ticket is not linked to itself"));
        }
        change(cx, self.dry_run, [one, other], |desk| {
            let gone = desk.unlink(one, kind, other)?;
            if gone.is_empty() {
                let number = (desk.ticket(one)?.number(), desk.ticket(other)?.number());
                let how = kind.map_or("linked to".to_owned(), |kind| kind.to_string());
                return Ok(Done::Already(format!("not so: #{} {how} #{}", number.0, number.1)));
            }
            let words: Result<Vec<String>> =
                gone.into_iter().map(|(uid, link)| words(desk, uid, link)).collect();
            Ok(Done::Changed(format!("no longer {}", words?.join(", "))))
        })
    }
}

/// `#1 blocks #2`
fn words(desk: &mut Writer<'_>, uid: Uid, link: To) -> Result<String> {
    let (number, other) = (desk.ticket(uid)?.number(), desk.ticket(link.to)?.number());
    Ok(format!("#{number} {} #{other}", link.kind))
}

/// Makes a change about two tickets.
fn change(
    cx: &mut Cx,
    dry_run: bool,
    both: [Uid; 2],
    act: impl FnOnce(&mut Writer<'_>) -> Result<Done>,
) -> Result<View<'_>> {
    let rows = cx.rows();
    let (done, tickets, change) = cx.change(dry_run, |desk| {
        let done = act(desk)?;
        let tickets = if rows { desk.shown(&both)? } else { Vec::new() };
        Ok((done, tickets, (desk.recorded() > 0).then(|| desk.change().to_string())))
    })?;
    let lines = match done {
        Done::Changed(line) | Done::Elsewhere(_, line) => vec![line],
        Done::Noted(line, note) => {
            cx.say(&note);
            vec![line]
        }
        Done::Already(note) => {
            cx.say(&note);
            Vec::new()
        }
    };
    Ok(View::Changed(Changed { lines, tickets, change, dry_run, announce: false }))
}
