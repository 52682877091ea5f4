//! `tix triage`: one ticket after another, one key for each act.

use std::time::Duration;

use clap::Args;

use self::queue::Queue;
use super::{asked, bulk, next, similar};
use crate::cx::Cx;
use crate::domain::query::Query;
use crate::domain::ticket::Ticket;
use crate::domain::words::Status;
use crate::error::{Error, Kind, Result};
use crate::io::Peace;
use crate::keys::{Keys, Pressed};
use crate::view::View;

mod act;
mod queue;
mod screen;
mod tally;

use act::Act;
use screen::{Asking, Below, Screen};
use tally::Tally;

/// Go through what waits for us, one ticket a screen, one key an act
///
/// Without a query the order is that of `tix next`. The keys are shown; each act is a change of its
/// own, and u takes the last one back. A summary is left when you quit.
#[derive(Args, Debug)]
pub(crate) struct Triage {
    /// Which tickets: words, label:bug, is:pending; `tix help query` says what a query can be
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

impl Triage {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        if cx.machine {
            return Err(Error::usage("`triage` is for a person, and prints no data")
                .hint("`tix next --json` prints the same tickets"));
        }
        if !(cx.io.person && cx.io.stdout) {
            return Err(Error::needs_input("nobody is there to press a key")
                .hint("`tix next` lists the same tickets, and each act has its command"));
        }
        let query = cx.query(&self.query)?;
        let query = if self.query.is_empty() {
            next::next(query)
        } else {
            next::urgent(asked::open(query))
        };
        Desk::sit_down(cx, query)?.work(cx)
    }
}

/// Who presses no key for so long is not in a hurry.
const HURRY: Duration = Duration::from_millis(40);

/// Somebody at work.
struct Desk {
    queue: Queue,
    keys: Keys,
    tally: Tally,
    /// What the last key did.
    said: Vec<String>,
    /// The terminal can do nothing but print.
    plain: bool,
}

impl Desk {
    fn sit_down(cx: &mut Cx, query: Query) -> Result<Self> {
        let plain = crate::env::get("TERM").is_some_and(|term| term == "dumb");
        let queue = Queue::of(cx, query)?;
        let (tally, said) = (Tally::default(), Vec::new());
        Ok(Self { queue, keys: Keys::listen(plain), tally, said, plain })
    }

    fn work(mut self, cx: &mut Cx) -> Result<View<'_>> {
        // Until the summary is out an interrupt ends what is going on, not tix.
        let peace = Peace::begin();
        cx.gather(true);
        let ended = self.tickets(cx);
        cx.gather(false);
        self.keys.release();
        screen::draw("\r\n");
        drop(peace);
        match ended {
            Err(error) if error.kind == Kind::Cancelled => cx.partial = Some(error),
            ended => ended?,
        }
        let summary = self.tally.summary(self.queue.is_empty());
        Ok(View::text(format!("{summary}\n")))
    }

    fn tickets(&mut self, cx: &mut Cx) -> Result<()> {
        while let Some(uid) = self.queue.now(cx)? {
            cx.afresh()?;
            let ticket = bulk::there(cx)?.ticket(uid)?;
            let come_up = self.queue.has_come_up() && !self.tally.has_changed(uid);
            if come_up && !self.queue.matches(cx, &ticket)? {
                self.said.push(skipped(&ticket));
                self.queue.leave_out();
                continue;
            }
            self.tally.seen(uid);
            let (pressed, others) = self.shown(cx, &ticket)?;
            let typed = match pressed {
                Pressed::Char(key) => match Act::of(key) {
                    Some(Act::Quit) => return Ok(()),
                    Some(act) => {
                        self.said.clear();
                        self.act(cx, act, (&ticket, &others))?;
                        continue;
                    }
                    None => key.to_string(),
                },
                Pressed::Text(text) => text,
                Pressed::Interrupt => return Err(Error::cancelled()),
                Pressed::Edit(_) | Pressed::Escape | Pressed::Resized | Pressed::Other => continue,
            };
            let typed = screen::named(&typed);
            self.said = vec![format!("{typed} does nothing here; ? explains the keys")];
        }
        Ok(())
    }

    /// Does what a key is for. What goes wrong is said, and ends nothing.
    fn act(&mut self, cx: &mut Cx, act: Act, shown: (&Ticket, &[String])) -> Result<()> {
        match act {
            Act::Skip => self.queue.forward(),
            Act::Back => {
                if !self.queue.back() {
                    self.said.push("this is the first one".to_owned());
                }
            }
            Act::Help => self.said.push(act::HELP.to_owned()),
            Act::Undo => self.undo(cx),
            Act::View => screen::page(cx, &mut self.keys, (shown.0.uid, self.plain))?,
            _ => {
                let done = self.change(cx, act, shown);
                self.said.extend(cx.gathered());
                match done {
                    Ok(lines) => self.said.extend(lines),
                    Err(error) => {
                        // What was typed ahead was meant for what has failed.
                        self.keys.forget();
                        self.said.extend(cx.let_go(error));
                    }
                }
            }
        }
        Ok(())
    }

    /// Changes the ticket as it was shown, and no other; returns what to say of it.
    fn change(
        &mut self,
        cx: &mut Cx,
        act: Act,
        (ticket, others): (&Ticket, &[String]),
    ) -> Result<Vec<String>> {
        unchanged(cx, ticket)?;
        let (place, plain) = (self.queue.place(), self.plain);
        let screen = Screen { ticket, place, others, said: &[], plain };
        let mut asking = Asking { cx: &mut *cx, keys: &mut self.keys, screen };
        let words = act.words(ticket.uid, &mut asking)?;
        unchanged(cx, ticket)?;
        cx.afresh()?;
        if act.hands_over() {
            self.keys.release();
        }
        let done = act.done(cx, &words)?;
        if let Some(change) = done.change {
            self.tally.did(act, change, ticket.uid);
            if act.ends() {
                self.queue.forward();
            }
        }
        Ok(done.lines)
    }

    /// Takes back the last act, and shows its ticket again.
    fn undo(&mut self, cx: &mut Cx) {
        let Some((change, uid)) = self.tally.last() else {
            self.said.push("nothing was done yet that could be taken back".to_owned());
            return;
        };
        match act::undo(cx, &change) {
            Ok(lines) => {
                self.said.extend(lines);
                self.tally.undid();
                self.queue.to(uid);
            }
            Err(error) => self.said.extend(cx.let_go(error)),
        }
    }

    /// Shows the ticket until a key is pressed; what takes longer to find than a frame comes a
    /// moment later, when nobody is in a hurry. Returns the key, and what was found.
    fn shown(&mut self, cx: &mut Cx, ticket: &Ticket) -> Result<(Pressed, Vec<String>)> {
        let (place, plain) = (self.queue.place(), self.plain);
        let mut screen = Screen { ticket, place, others: &[], said: &self.said, plain };
        self.keys.attend();
        if !plain {
            screen.draw(cx, Below::Acts(&act::KEYS))?;
            if let Some(pressed) = self.keys.pressed_within(HURRY) {
                return Ok((pressed, Vec::new()));
            }
        }
        let others = similar::solved(cx, ticket)?;
        if plain || !others.is_empty() {
            screen.others = &others;
            screen.draw(cx, Below::Acts(&act::KEYS))?;
        }
        Ok((self.keys.pressed(), others))
    }
}

/// Why a ticket that waited does not come up.
fn skipped(ticket: &Ticket) -> String {
    let what = match ticket.now.state.status {
        _ if ticket.now.merged.is_some() => "is merged",
        Status::Closed => "is closed",
        _ => "waits no longer",
    };
    format!("#{} {what} meanwhile, and was skipped", ticket.number())
}

/// An act is about the ticket that somebody saw.
fn unchanged(cx: &mut Cx, drawn: &Ticket) -> Result<()> {
    if bulk::there(cx)?.ticket(drawn.uid)? == *drawn {
        return Ok(());
    }
    Err(Error::invalid(format!("#{} changed meanwhile, nothing was done", drawn.number()))
        .hint("look at it, and press the key again"))
}
