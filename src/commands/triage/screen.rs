//! What a person sees of a ticket, and what they are asked below it.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::commands::bulk;
use crate::cx::Cx;
use crate::domain::ids::Uid;
use crate::domain::ticket::{Pressing, Ticket};
use crate::error::{Error, Kind, Result};
use crate::io::Out;
use crate::keys::{self, Keys, Pressed};
use crate::render::{self, Card};
use crate::view::{Look, View};

/// A ticket as it is drawn.
pub(super) struct Screen<'a> {
    /// The ticket.
    pub(super) ticket: &'a Ticket,
    /// Which one of how many.
    pub(super) place: String,
    /// Lines about other tickets.
    pub(super) others: &'a [String],
    /// What the last key did.
    pub(super) said: &'a [String],
    /// The terminal can do nothing but print.
    pub(super) plain: bool,
}

/// What stands below a ticket.
#[derive(Clone, Copy)]
pub(super) enum Below<'a> {
    /// The keys of all acts.
    Acts(&'a [(char, &'a str)]),
    /// What can be chosen.
    Choice(&'a [(char, &'a str)]),
    /// A question that a line answers.
    Question(&'a str),
}

impl Screen<'_> {
    /// Draws it.
    pub(super) fn draw(&self, cx: &mut Cx, below: Below<'_>) -> Result<()> {
        let now = cx.clock.now;
        let reader = bulk::there(cx)?;
        let clock = reader.due_first(self.ticket)?;
        let reason = Pressing { clock, ..Pressing::of(self.ticket) }.reason(now);
        let ticket = reader.shown(self.ticket.clone(), now)?;
        let size = if self.plain { (usize::MAX, cx.io.width) } else { keys::size() };
        let (keys, question) = match below {
            Below::Acts(keys) => (keys, None),
            Below::Choice(keys) => (keys, Some("")),
            Below::Question(question) => (&[][..], Some(question)),
        };
        let (place, others, said) = (self.place.clone(), self.others, self.said);
        let card = Card { place, reason, others, said, keys, question, size };
        let look = render::Output { clock: cx.clock, ..cx.look.clone() };
        if self.plain {
            let text = render::plain_card(&ticket, &card, &look)?;
            draw(&format!("\n{text}\nact: "));
        } else {
            // Over what stands there, line by line: a screen that was emptied first would flicker.
            let text = render::card(&ticket, &card, &look)?.replace('\r', "\x1b[K\r");
            draw(&format!("\x1b[H{text}\x1b[K\x1b[J"));
        }
        Ok(())
    }
}

/// Asks below a ticket that is shown.
pub(super) struct Asking<'a> {
    pub(super) cx: &'a mut Cx,
    pub(super) keys: &'a mut Keys,
    pub(super) screen: Screen<'a>,
}

impl Asking<'_> {
    /// One of `all`, by the key of its first letter that no earlier one has.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Result<&'static str> {
        let mut offered: Vec<(char, &'static str)> = Vec::new();
        for one in all {
            let word = word(*one);
            let free = |key: &char| !offered.iter().any(|(taken, _)| taken == key);
            if let Some(key) = word.chars().find(free) {
                offered.push((key, word));
            }
        }
        self.offer(&offered)?;
        let taken = loop {
            match self.keys.pressed() {
                Pressed::Resized => self.offer(&offered)?,
                Pressed::Char(key) => break key.to_string(),
                Pressed::Text(text) => break text,
                Pressed::Other | Pressed::Edit(_) => {}
                Pressed::Interrupt | Pressed::Escape => return Err(self.given_up()),
            }
        };
        let is = |(key, word): &&(char, &'static str)| {
            *word == taken || (taken.len() == key.len_utf8() && taken.starts_with(*key))
        };
        if let Some((_, word)) = offered.iter().find(is) {
            return Ok(word);
        }
        self.keys.forget();
        Err(Error::invalid(format!("{} is none of these, nothing was done", named(&taken))))
    }

    fn offer(&mut self, offered: &[(char, &'static str)]) -> Result<()> {
        if !self.screen.plain {
            return self.screen.draw(self.cx, Below::Choice(offered));
        }
        let shown: Vec<String> =
            offered.iter().map(|(key, word)| format!("{key} {word}")).collect();
        draw(&format!("\n{}: ", shown.join("  ")));
        Ok(())
    }

    /// A line, which may be empty.
    pub(super) fn line(&mut self, question: &str) -> Result<String> {
        let Self { cx, keys, screen } = self;
        if screen.plain {
            return keys.line(question, &mut || Ok(()));
        }
        let mut again = || screen.draw(cx, Below::Question(question));
        again()?;
        keys.line(question, &mut again)
    }

    /// A line that says something.
    pub(super) fn text(&mut self, question: &str) -> Result<String> {
        let text = self.line(question)?;
        if text.trim().is_empty() { Err(Error::cancelled()) } else { Ok(text) }
    }

    fn given_up(&mut self) -> Error {
        self.keys.forget();
        Error::cancelled()
    }
}

/// What somebody typed, in few words.
pub(super) fn named(typed: &str) -> String {
    format!("`{}`", render::fit(&render::line(typed), 20))
}

/// Whoever closes a pager sooner has not read what it showed.
const GLANCE: Duration = Duration::from_millis(300);

/// Shows all of a ticket on a screen of its own: in the pager when it is longer than the window.
pub(super) fn page(cx: &mut Cx, keys: &mut Keys, (uid, plain): (Uid, bool)) -> Result<()> {
    let mut look = render::Output { clock: cx.clock, command: "show", ..cx.look.clone() };
    let mut lines = usize::MAX;
    if !plain {
        let size = keys::size();
        look.width = size.1;
        // The prompt below it needs a line, too.
        lines = size.0.saturating_sub(2);
        draw("\x1b[H\x1b[2J");
    }
    let pager = (crate::env::pager(&cx.config), lines);
    let now = cx.clock.now;
    let reader = bulk::there(cx)?;
    let ticket = reader.shown(reader.ticket(uid)?, now)?;
    keys.release();
    let begun = Instant::now();
    let mut out = Out::new(Some(pager));
    let look_at = Look { single: true, ..Look::default() };
    match render::render(View::Shown(vec![ticket], look_at), &look, &mut out) {
        // Whoever closes the pager has read enough.
        Err(error) if error.kind == Kind::ClosedPipe => {}
        written => written.and_then(|()| out.finish())?,
    }
    if plain || begun.elapsed() > GLANCE {
        return Ok(());
    }
    draw("any key goes back ");
    while matches!(keys.pressed(), Pressed::Resized) {}
    Ok(())
}

/// Draws for the person; nobody is left to see it when standard error is gone.
pub(super) fn draw(text: &str) {
    drop(std::io::stderr().write_all(text.as_bytes()));
}
