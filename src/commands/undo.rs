//! `tix undo` and `tix redo`.

use clap::Args;

use super::bulk;
use crate::cx::Cx;
use crate::domain::ids::Uid;
use crate::error::{Error, Result};
use crate::store::{Target, Writer};
use crate::view::{TakenBack, View};

/// Take back a change
///
/// The latest one made on this machine that still stands, or CHANGE. Nothing is erased: the opposite of each entry is
/// added to the journal, so an undo can itself be undone. A second undo walks further back.
#[derive(Args, Debug)]
pub(crate) struct Undo {
    /// The change, as `tix log` names it; its first letters are enough
    #[arg(value_name = "CHANGE")]
    change: Option<String>,
    /// Say what would be taken back, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// Bring back what undo took back
#[derive(Args, Debug)]
pub(crate) struct Redo {
    /// Say what would be brought back, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Undo {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        turn_round(cx, self.dry_run, false, |desk| match &self.change {
            Some(name) => {
                let target = desk.named(name)?;
                Ok((target, desk.take_back(target)?))
            }
            None => desk.take_back_latest(),
        })
    }
}

impl Redo {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        turn_round(cx, self.dry_run, true, |desk| {
            let target = desk.latest_undone()?;
            Ok((target, desk.take_back(target)?))
        })
    }
}

fn turn_round(
    cx: &mut Cx,
    dry_run: bool,
    redo: bool,
    act: impl FnOnce(&mut Writer<'_>) -> Result<(Target, Vec<Uid>)>,
) -> Result<View<'_>> {
    if cx.reader()?.is_none() {
        let verb = if redo { "redo" } else { "undo" };
        return Err(Error::invalid(format!("nothing to {verb}")).because("there is no desk yet"));
    }
    let (target, change, touched) = cx.change(dry_run, |desk| {
        let (target, touched) = act(desk)?;
        let tickets = touched.iter().filter(|uid| **uid != Uid::DESK).count();
        Ok((target, desk.change().to_string(), tickets))
    })?;
    let name = target.change.to_string();
    let reader = bulk::there(cx)?;
    let taken = reader.change_named(&name)?;
    let mut tickets = taken.tickets;
    tickets.truncate(touched);
    Ok(View::TakenBack(TakenBack {
        redo: target.redo,
        change,
        target: name,
        summary: taken.summary,
        tickets,
        dry_run,
    }))
}
