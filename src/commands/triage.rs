//! `tix triage`: one ticket after another, one key for each act.

use std::io::Write;
use std::time::Duration;

use clap::Args;

use self::queue::Queue;
use super::{asked, bulk, next, similar};
use crate::cx::Cx;
use crate::domain::ids::Uid;
use crate::domain::query::Query;
use crate::domain::ticket::{Pressing, Ticket};
use crate::error::{Error, Kind, Result};
use crate::io::Peace;
use crate::keys::{self, Keys, Pressed};
use crate::render::{self, Card};
use crate::view::View;

mod act;
mod queue;
mod tally;

use act::Act;
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
        eprint_raw("\r\n");
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
            self.tally.seen(uid);
            let pressed = self.shown(cx, uid)?;
            let Pressed::Char(key) = pressed else {
                if pressed == Pressed::Interrupt {
                    return Err(Error::cancelled());
                }
                continue;
            };
            self.said.clear();
            let Some(act) = Act::of(key) else {
                self.said.push(format!(
                    "`{}` does nothing here; ? explains the keys",
                    render::line(&key.to_string())
                ));
                continue;
            };
            if act == Act::Quit {
                return Ok(());
            }
            self.act(cx, act, uid)?;
        }
        Ok(())
    }

    /// Does what a key is for. What goes wrong is said, and ends nothing.
    fn act(&mut self, cx: &mut Cx, act: Act, uid: Uid) -> Result<()> {
        match act {
            Act::Skip => self.queue.forward(),
            Act::Back => {
                if !self.queue.back() {
                    self.said.push("this is the first one".to_owned());
                }
            }
            Act::Help => self.said.push(act::HELP.to_owned()),
            Act::Undo => self.undo(cx),
            Act::View => act::page(cx, uid)?,
            _ => {
                let done = act.done(cx, &mut self.keys, uid, self.plain);
                self.said.extend(cx.gathered());
                match done {
                    Ok(done) => {
                        self.said.extend(done.lines);
                        if let Some(change) = done.change {
                            self.tally.did(act, change, uid);
                            if act.ends() {
                                self.queue.forward();
                            }
                        }
                    }
                    Err(error) => self.said.extend(cx.let_go(error)),
                }
            }
        }
        Ok(())
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
    /// moment later, when nobody is in a hurry.
    fn shown(&mut self, cx: &mut Cx, uid: Uid) -> Result<Pressed> {
        let fold = bulk::there(cx)?.ticket(uid)?;
        let said = std::mem::take(&mut self.said);
        if !self.plain {
            self.draw(cx, fold.clone(), (&[], &said))?;
            if let Some(pressed) = self.keys.pressed_within(HURRY)? {
                return Ok(pressed);
            }
        }
        let others = similar::solved(cx, &fold)?;
        if self.plain || !others.is_empty() {
            self.draw(cx, fold, (&others, &said))?;
        }
        self.keys.pressed()
    }

    /// Draws the ticket, with what is known of `others` and what was `said`.
    fn draw(
        &self,
        cx: &mut Cx,
        fold: Ticket,
        (others, said): (&[String], &[String]),
    ) -> Result<()> {
        let now = cx.clock.now;
        let reader = bulk::there(cx)?;
        let pressing = Pressing { clock: reader.due_first(&fold)?, ..Pressing::of(&fold) };
        let reason = pressing.reason(now);
        let ticket = reader.shown(fold, now)?;
        let size = if self.plain { (usize::MAX, cx.io.width) } else { keys::size() };
        let place = self.queue.place();
        let card = Card { place, reason, others, said, keys: &act::KEYS, size };
        let look = render::Output { clock: cx.clock, ..cx.look.clone() };
        if self.plain {
            let text = render::plain_card(&ticket, &card, &look)?;
            eprint_raw(&format!("\n{text}\nact: "));
        } else {
            // Over what stands there, line by line: a screen that was emptied first would flicker.
            let text = render::card(&ticket, &card, &look)?.replace('\r', "\x1b[K\r");
            eprint_raw(&format!("\x1b[H{text}\x1b[K\x1b[J"));
        }
        Ok(())
    }
}

/// Draws for the person; nobody is left to see it when standard error is gone.
fn eprint_raw(text: &str) {
    drop(std::io::stderr().write_all(text.as_bytes()));
}
