//! What an editor shows below the text: what it is for, who will read it, and what it answers.
//!
//! Much of it was written by strangers. None of their lines can pass for one of ours: each stands
//! behind a sign of its own, and shows what it would do instead of doing it.

use std::fmt::Write;
use std::path::PathBuf;

use super::bulk::Found;
use super::similar;
use crate::cx::{Cx, Page};
use crate::domain::disguise::marked;
use crate::domain::event::Opening;
use crate::domain::person::Person;
use crate::domain::purpose::{Purpose, Spot, badge};
use crate::domain::ticket::{Post, Ticket};
use crate::domain::words::MessageKind;
use crate::drafts::{Below, SCISSORS, line_unlike};
use crate::error::Result;
use crate::render;
use crate::view::Mention;

/// So many tickets are named one by one.
const NAMED: usize = 20;
/// So much of a message is quoted: lines, and columns of a line.
const QUOTED: (usize, usize) = (200, 2000);
/// So many columns has a name or a title.
const WIDE: usize = 100;

const IGNORED: &str = "Write above the line with >8 in it; nothing below it is taken.";

/// An empty page for a message on these tickets; `purpose` says what it is for.
pub(super) fn message(
    cx: &mut Cx,
    found: &Found<()>,
    purpose: impl FnOnce(Vec<Spot>) -> Purpose,
) -> Result<Page> {
    let (mut on, mut named, mut help) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(reader) = cx.reader()? {
        for (uid, ()) in &found.all {
            let ticket = reader.ticket(*uid)?;
            on.push(Spot::of(&ticket));
            if named.len() < NAMED {
                named.push(ticket);
            }
        }
        if let [ticket] = named.as_slice() {
            help = similar::articles(reader, ticket)?;
        }
    }
    let purpose = purpose(on);
    let mut text = format!("{}\n{IGNORED}\n", head(&purpose, &named));
    if let ([ticket], Purpose::Reply { kb: None, .. }) = (named.as_slice(), &purpose) {
        text += &helpful(ticket, &help);
    }
    if let [ticket] = named.as_slice() {
        text += &ticket.answered().map_or_else(String::new, |post| quoted(ticket, post));
    }
    let below = Below { line: SCISSORS.to_owned(), text: text.trim_end().to_owned() };
    Ok(Page { purpose, text: String::new(), below: Some(below) })
}

/// An empty page for the description of a new ticket.
pub(super) fn description(opening: Opening, attach: Vec<PathBuf>) -> Page {
    let text = format!("The description of: {}\n{IGNORED}", shown(&opening.title));
    let below = Some(Below { line: SCISSORS.to_owned(), text });
    let purpose = Purpose::New { opening: Box::new(opening), attach };
    Page { purpose, text: String::new(), below }
}

/// A page with a message to be reworded.
pub(super) fn wording(ticket: &Ticket, post: &Post) -> Page {
    let (message, number) = (&post.message, ticket.number());
    let (badge, within) = (badge(message.kind), message.number.within(number));
    let readers = match message.kind {
        MessageKind::Reply => "what it says in future is public too",
        MessageKind::Note => "internal: only we read it",
    };
    let title = shown(&ticket.now.title);
    let reads = quoted(ticket, post);
    let text =
        format!("{badge} {number}.{within}, {readers}\n#{number} {title}\n{IGNORED}\n{reads}");
    let was = message.wording.body.clone();
    let below = Below { line: line_unlike(&was), text: text.trim_end().to_owned() };
    let on = Spot::named(ticket);
    let (message, kind, text) = (message.number, message.kind, was.clone());
    Page { purpose: Purpose::Reword { on, message, kind, was }, text, below: Some(below) }
}

/// The articles that are like the ticket, each behind its name.
fn helpful(ticket: &Ticket, articles: &[Mention]) -> String {
    if articles.is_empty() {
        return String::new();
    }
    let number = ticket.number();
    let mut text =
        format!("\nArticles like it (`tix reply {number} -e --kb NAME` begins with one):\n");
    for Mention { name, title, .. } in articles {
        let _ = writeln!(text, "* {}  {}", shown(name), shown(title));
    }
    text
}

/// Who reads it: everybody, ticket by ticket.
fn head(purpose: &Purpose, named: &[Ticket]) -> String {
    let public = purpose.kind() == Some(MessageKind::Reply);
    let (on, one) = (purpose.on(), purpose.on().len() == 1);
    let mut head = match (public, one) {
        (true, true) => format!("{purpose}: {}", readers(&on[0].to)),
        (true, false) => format!("{purpose}: read by"),
        (false, _) => "NOTE, internal: only we read it".to_owned(),
    };
    for (spot, ticket) in on.iter().zip(named) {
        let (number, title) = (ticket.number(), shown(&ticket.now.title));
        let readers = if public && !one { readers(&spot.to) + "; " } else { String::new() };
        let _ = write!(head, "\n#{number} {readers}{title}");
    }
    let more = on.len().saturating_sub(named.len());
    if more > 0 {
        let _ = write!(head, "\n… and {more} more tickets");
    }
    head
}

/// `read by Ada <ada@acme.example>`
fn readers(to: &[Person]) -> String {
    if to.is_empty() {
        return "nobody is named as requester".to_owned();
    }
    let names: Vec<String> = to.iter().map(called).collect();
    format!("read by {}", names.join(", "))
}

/// A message, each line behind a `>`.
fn quoted(ticket: &Ticket, post: &Post) -> String {
    let message = &post.message;
    let (number, author) = (ticket.number(), called(&message.author));
    let within = message.number.within(number);
    let mut text = format!("\nMessage {number}.{within} by {author}:\n");
    let body = render::block(&message.wording.body);
    let (lines, columns) = QUOTED;
    for line in body.lines().take(lines) {
        let _ = writeln!(text, "> {}", render::fit(line, columns));
    }
    if body.lines().nth(lines).is_some() {
        let _ = writeln!(text, "> … (`tix show {number}.{within}` shows the rest)");
    }
    text
}

/// A person; their address is there however long their name is.
fn called(person: &Person) -> String {
    let called = match (&person.name, &person.email) {
        (Some(name), Some(email)) => format!("{} <{}>", shown(name), shown(email)),
        _ => shown(person.short()),
    };
    render::line(&marked(&called, person)).into_owned()
}

/// A stranger's words on a line of ours.
fn shown(text: &str) -> String {
    render::fit(&render::line(text), WIDE).into_owned()
}
