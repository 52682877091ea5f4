//! `tix similar`.

use std::path::PathBuf;

use clap::Args;

use super::{asked, bulk};
use crate::cx::{Body, Cx, Else};
use crate::domain::ids::{Name, Reference};
use crate::domain::likeness::Sample;
use crate::domain::ticket::Ticket;
use crate::domain::words::MessageKind;
use crate::error::{Error, Kind, Result, counted};
use crate::render;
use crate::store::{Among, Reader, Wants};
use crate::view::{self, Rows, Shape, View};

/// List the tickets that are like a ticket or a text, the best first
///
/// By the telling words that both have: those of the title and the first message, in the titles and
/// public messages of open and closed tickets. Notes are not looked at.
#[derive(Args, Debug)]
pub(crate) struct Similar {
    /// A ticket (42, b7, a uid, github:owner/repo#1) or a text; `-` reads the text from standard input
    #[arg(value_name = "ID|TEXT", required = true)]
    asked: Vec<String>,
    /// Only tickets that were closed as solved or answered
    #[arg(long)]
    solved: bool,
    /// Show at most N tickets; 0 for all
    #[arg(short = 'L', long, value_name = "N", default_value_t = 5)]
    limit: u64,
}

impl Similar {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let (sample, own) = match ticket(cx, &self.asked)? {
            Some(ticket) => (of_ticket(&ticket), Some(ticket.uid)),
            None => (of_text(cx, &self.asked)?, None),
        };
        if sample.telling.is_empty() {
            return Err(Error::invalid("nothing here tells it from other tickets")
                .because("it holds nothing but words that any text has")
                .hint("say more, such as what is shown or which part it is about"));
        }
        let limit = Some(self.limit).filter(|limit| *limit > 0);
        let among = if self.solved { Among::Solved } else { Among::All };
        let (wants, now) = (cx.wants(limit), cx.clock.now);
        let Some(reader) = cx.reader()? else {
            let none = asked::none(limit, Shape::default());
            return Ok(View::Similar(Rows { articles: Some(Vec::new()), ..none }));
        };
        let articles = Some(reader.like_articles(&sample, ARTICLES)?);
        let likes = reader.like(sample, own, among)?;
        let count = likes.count();
        Ok(View::Similar(Rows {
            limit,
            count: Box::new(move || Ok(count)),
            each: Box::new(move |sink| likes.each((&reader, now), &wants, sink)),
            shape: Shape::default(),
            articles,
        }))
    }
}

/// What is as much alike as this is likely to be about the same: on a tracker with 361 open issues,
/// one in eleven of its titles has such a one among them.
const ALIKE: f64 = 0.55;

/// How many such tickets are shown at most.
const SHOWN: usize = 3;

/// How many articles of the knowledge base are named.
const ARTICLES: usize = 3;

/// The articles of the knowledge base that are like this ticket.
pub(super) fn articles(reader: Reader<'_>, ticket: &Ticket) -> Result<Vec<view::Mention>> {
    reader.like_articles(&of_ticket(ticket), ARTICLES)
}

/// Shows the person the open tickets that are about the same as what is to be opened, if there are
/// any; says whether there are.
pub(super) fn warn(cx: &mut Cx, title: &str, body: &str) -> Result<bool> {
    if !cx.desk()?.path.exists() {
        return Ok(false);
    }
    let now = cx.clock.now;
    let Some(reader) = cx.reader()? else { return Ok(false) };
    // The title by itself: tickets about the same are described in other words.
    let mut samples = vec![Sample::of(title, "")];
    if !body.trim().is_empty() {
        samples.push(Sample::of(title, body));
    }
    let fields = ["id", "title"].map(ToOwned::to_owned).to_vec();
    let wants = Wants { limit: Some(SHOWN as u64), fields: Some(fields) };
    let mut found: Vec<view::Ticket> = Vec::new();
    for sample in samples {
        let likes = reader.like(sample, None, Among::Open)?.at_least(ALIKE);
        likes.each((&reader, now), &wants, &mut |ticket| {
            if found.iter().all(|other| other.id != ticket.id) {
                found.push(ticket);
            }
            Ok(())
        })?;
    }
    found.truncate(SHOWN);
    if !found.is_empty() {
        cx.tell(&counted(found.len() as u64, "similar open ticket"));
    }
    for ticket in &found {
        let line = format!("  #{} {}", ticket.id, render::line(&ticket.title));
        cx.tell(&render::fit(&line, cx.io.width));
    }
    Ok(!found.is_empty())
}

/// The solved tickets that are like this one, each in a line.
pub(super) fn solved(cx: &mut Cx, ticket: &Ticket) -> Result<Vec<String>> {
    let now = cx.clock.now;
    let reader = bulk::there(cx)?;
    let sample = of_ticket(ticket);
    if sample.telling.is_empty() {
        return Ok(Vec::new());
    }
    let likes = reader.like(sample, Some(ticket.uid), Among::Solved)?.at_least(ALIKE / 2.0);
    let fields = ["id", "title"].map(ToOwned::to_owned).to_vec();
    let wants = Wants { limit: Some(2), fields: Some(fields) };
    let mut told = Vec::new();
    likes.each((&reader, now), &wants, &mut |like| {
        told.push(format!("similar: #{} {} (solved)", like.id, like.title));
        Ok(())
    })?;
    Ok(told)
}

/// The ticket that is asked for, if the words name one: what could be a word as well does so only
/// when there is a ticket of this name.
fn ticket(cx: &mut Cx, asked: &[String]) -> Result<Option<Ticket>> {
    let [name] = asked else { return Ok(None) };
    if name.trim().contains(char::is_whitespace) {
        return Ok(None);
    }
    let Ok(reference) = name.parse::<Reference>() else { return Ok(None) };
    if reference.message.is_some() {
        return Err(Error::invalid(format!("`{name}` is a message, not a ticket"))
            .hint("name its ticket, or give the text in several words"));
    }
    let word = match &reference.ticket {
        Name::Number(_) => name.starts_with(|c: char| c.is_ascii_alphabetic()),
        Name::Prefix(_) => true,
        Name::Source(_) | Name::Last => false,
    };
    match bulk::desk_for(cx, &reference).and_then(|reader| reader.find(&reference)) {
        Err(error) if word && error.kind == Kind::NotFound => {
            cx.say(&format!("no ticket has the name `{name}`: it is taken as a text"));
            Ok(None)
        }
        found => found.map(Some),
    }
}

/// What a ticket is about: its title, and its first message if that is public.
fn of_ticket(ticket: &Ticket) -> Sample {
    let first = ticket.first().filter(|post| post.message.kind == MessageKind::Reply);
    Sample::of(&ticket.now.title, if first.is_some() { ticket.description() } else { "" })
}

/// The text that is asked for: its first line is like a title.
fn of_text(cx: &mut Cx, asked: &[String]) -> Result<Sample> {
    let text = match asked {
        [name] if name == "-" => {
            let body = Body { file: Some(PathBuf::from(name)), ..Body::default() };
            let or = Else { stdin: true, editor: false };
            let nobody = |_: &mut Cx| Err(Error::usage("a text to compare needs no editor"));
            cx.body(&body, or, nobody)?.map(|written| written.text).unwrap_or_default()
        }
        words => words.join(" "),
    };
    let (title, body) = text.trim_start().split_once('\n').unwrap_or((&text, ""));
    Ok(Sample::of(title, body))
}
