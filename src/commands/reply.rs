//! `tix reply`.

use std::path::PathBuf;

use clap::Args;

use super::attach::{Enclosed, Given};
use super::bulk::{Done, Found, Targets};
use super::{buffer, canned, close, kb};
use crate::cx::{Body, Cx, Else, Seen, Written};
use crate::domain::canned::From;
use crate::domain::disguise::marked;
use crate::domain::draft::Posting;
use crate::domain::event::{Field, body_of};
use crate::domain::ids::{Number, Uid};
use crate::domain::person::Person;
use crate::domain::purpose::{Purpose, Spot};
use crate::domain::words::{By, MessageKind, Resolution, State, Status};
use crate::error::{Error, Result};
use crate::store::{Effect, Writer};
use crate::view::View;

/// Answer publicly; the requester reads it
#[derive(Args, Debug)]
pub(crate) struct Reply {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    body: Body,
    /// Close the ticket with this answer
    #[arg(long, value_name = "RESOLUTION", num_args = 0..=1, require_equals = true,
          default_missing_value = "answered", conflicts_with = "pending")]
    close: Option<Resolution>,
    /// Wait for the requester after this answer
    #[arg(long)]
    pending: bool,
    /// Answer with this canned reply; with -e, to be gone over first
    #[arg(long, value_name = "CANNED", conflicts_with_all = ["message", "file"])]
    canned: Option<String>,
    /// Answer with the text of this article, and link it; with -e, to be gone over first
    #[arg(long, value_name = "ARTICLE", conflicts_with_all = ["message", "file", "canned"])]
    kb: Option<String>,
    /// It is not our answer but what WHO wrote or said: the requester on the phone
    #[arg(long, value_name = "WHO", conflicts_with_all = ["close", "pending", "canned", "kb"])]
    from: Option<String>,
    #[command(flatten)]
    enclosed: Enclosed,
    /// The article that a draft was begun with; it may be gone by now.
    #[arg(skip)]
    begun: Option<String>,
}

impl Reply {
    /// The reply that a draft was to be: to these tickets, in the person's editor.
    pub(super) fn of(targets: Targets, then: Then, attach: Vec<PathBuf>) -> Self {
        let (body, enclosed) = (Body::in_editor(), Enclosed::of(attach));
        let Then { close, pending, kb } = then;
        Self {
            targets,
            body,
            close,
            pending,
            canned: None,
            kb: None,
            from: None,
            enclosed,
            begun: kb,
        }
    }

    pub(crate) fn run(mut self, cx: &mut Cx) -> Result<View<'_>> {
        let template = self.canned.take().map(|name| canned::named(cx, &name)).transpose()?;
        if let Some(template) = template {
            if !self.body.edit {
                return self.templated(cx, &template);
            }
            self.body.message = Some(self.filled(cx, &template)?);
        }
        if let Some(who) = self.from.take() {
            return self.of_another(cx, &who);
        }
        if let Some(name) = self.kb.take() {
            let article = kb::named(cx, &name)?;
            self.body.message = Some(article.body);
            self.begun = Some(article.name);
        }
        let then = Then { close: self.close, pending: self.pending, kb: self.begun };
        let Self { targets, body, enclosed, .. } = self;
        let (keep_going, files) = (targets.keep_going, enclosed.read(cx)?);
        let attach = enclosed.paths()?;
        let Then { close, pending, kb } = then.clone();
        let purpose = |on| Purpose::Reply { on, close, pending, keep_going, attach, kb };
        let spec = ("reply", !files.is_empty(), purpose);
        let (found, written) = written(cx, &body, &targets, spec)?;
        let Written { text, seen } = written;
        targets.all(cx, "reply to", found, |desk, uid, ()| {
            meets(desk, uid, seen.as_ref())?;
            answer(desk, uid, (text.clone(), &files), &then)
        })
    }

    /// Answers each ticket with the canned reply as it reads there.
    fn templated<'a>(self, cx: &'a mut Cx, template: &str) -> Result<View<'a>> {
        let (me, clock) = (cx.user()?.0, cx.clock);
        let then = Then { close: self.close, pending: self.pending, kb: None };
        let files = self.enclosed.read(cx)?;
        self.targets.each(cx, "reply to", |desk, uid| {
            let from = From { ticket: desk.ticket(uid)?, me: &me, clock: &clock };
            let text = body_of(&crate::domain::canned::filled(template, from)?)?;
            answer(desk, uid, (text, &files), &then)
        })
    }

    /// The canned reply as it reads on the one ticket.
    fn filled(&self, cx: &mut Cx, template: &str) -> Result<String> {
        let found = self.targets.find(cx)?;
        let [(uid, ())] = found.all.as_slice() else {
            return Err(Error::usage("-e goes over a canned reply for one ticket at a time")
                .hint("leave out -e, or name one ticket"));
        };
        let (me, clock, uid) = (cx.user()?.0, cx.clock, *uid);
        let reader = cx.reader()?.ok_or_else(|| Error::failed("the desk is gone"))?;
        let ticket = reader.ticket(uid)?;
        crate::domain::canned::filled(template, From { ticket: &ticket, me: &me, clock: &clock })
    }

    /// Adds what somebody who is not one of us wrote or said.
    fn of_another<'a>(self, cx: &'a mut Cx, who: &str) -> Result<View<'a>> {
        let Some(author) = cx.person(who)? else {
            return Err(Error::invalid("--from names nobody"));
        };
        let or = Else { stdin: !self.targets.on_stdin(), editor: false };
        let hint = "give it with -m TEXT, -F FILE, or on standard input";
        if self.body.edit {
            return Err(Error::usage("the words of others are not written in an editor").hint(hint));
        }
        let empty = || Error::needs_input("the message has no text").hint(hint);
        let written = cx.body(&self.body, or, |_| Err(empty()))?.ok_or_else(empty)?;
        if written.text.trim().is_empty() {
            return Err(Error::invalid("the message is empty"));
        }
        let files = self.enclosed.read(cx)?;
        self.targets.each(cx, "add a message to", |desk, uid| {
            let text = written.text.clone();
            let posting = Posting::new(MessageKind::Reply, author.clone(), By::Other, text);
            arrive(desk, uid, posting, &files)
        })
    }
}

/// What is to follow an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Then {
    /// The ticket is closed so.
    pub(super) close: Option<Resolution>,
    /// It waits for its requester.
    pub(super) pending: bool,
    /// This article is linked to it.
    pub(super) kb: Option<String>,
}

/// Answers a ticket, and does what is to follow: closes it so, or waits for the requester. What its
/// requester writes is no answer, though one of us may have asked.
fn answer(
    desk: &mut Writer<'_>,
    uid: Uid,
    (text, files): (String, &Given),
    Then { close, pending, kb }: &Then,
) -> Result<Done> {
    let (close, pending) = (*close, *pending);
    let me = desk.author().by.clone();
    if close.is_none() && !pending && desk.is_asked_by(uid, &me)? {
        let posting = Posting::new(MessageKind::Reply, me, By::Requester, text);
        return arrive(desk, uid, posting, files);
    }
    let number = say(desk, uid, MessageKind::Reply, text)?;
    let with = files.with(desk, uid, number)?;
    looked_at(desk, uid)?;
    let mut then = String::new();
    if let Some(name) = kb
        && desk.kept_article(name)?.is_some()
    {
        desk.link_article(name, uid)?;
        then = format!(", from {name}");
    }
    if let Some(resolution) = close {
        close::close(desk, uid, resolution)?;
        then = format!("{then}, closed ({resolution})");
    }
    if pending && close::move_to(desk, uid, State::of(Status::Pending))? {
        then += ", pending";
    }
    let ticket = desk.ticket(uid)?.number();
    let message = number.within(ticket);
    let to = desk.ticket(uid)?.post(number).map_or(&[][..], |post| &post.message.to);
    let odd = to.iter().any(|it| !marked("", it).is_empty());
    let read = if to.len() > 1 || odd { format!(", read by {}", named(to)) } else { String::new() };
    let line = format!("#{ticket} PUBLIC reply added ({ticket}.{message}){read}{with}{then}");
    if close.is_some() { close::done(desk, uid, line) } else { Ok(Done::Changed(line)) }
}

/// Adds a message that reached us, with what it does to the ticket.
fn arrive(desk: &mut Writer<'_>, uid: Uid, posting: Posting, files: &Given) -> Result<Done> {
    let (own, who) = (desk.ticket(uid)?.number(), posting.author.short().to_owned());
    if desk.ticket(uid)?.now.requester.is_none() {
        // Who answers what we brought up ourselves is who asks from now on.
        desk.set(uid, Field::Requester(Some(posting.author.clone())))?;
    }
    let arrived = desk.receive(uid, posting)?;
    let with = files.with(desk, arrived.ticket, arrived.number)?;
    let ticket = desk.ticket(arrived.ticket)?.number();
    let message = arrived.number.within(ticket);
    let then = match arrived.effect {
        Effect::Nothing => "",
        Effect::Woken(status) => woken(status),
        Effect::Followed => ", on a new ticket",
    };
    let line = format!("#{ticket} PUBLIC message of {who} added ({ticket}.{message}){with}{then}");
    Ok(if arrived.ticket == uid {
        Done::Changed(line)
    } else {
        Done::Elsewhere(arrived.ticket, format!("{line}: #{own} was closed too long ago"))
    })
}

/// What became of a ticket that stood so and was woken by a message.
pub(super) fn woken(status: Status) -> &'static str {
    match status {
        Status::Closed => ", reopened",
        _ => ", open",
    }
}

/// `Ada, Bo and 3 more`
fn named(people: &[Person]) -> String {
    const NAMED: usize = 5;
    let name = |person: &Person| marked(person.short(), person);
    let names: Vec<String> = people.iter().take(NAMED).map(name).collect();
    match people.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// A text meets the ticket that its writer saw, or it is not taken: one that is not part of another
/// by now, and for a public reply nothing said publicly since.
pub(super) fn meets(desk: &mut Writer<'_>, uid: Uid, seen: Option<&Seen>) -> Result<()> {
    let Some(Seen { purpose, .. }) = seen else { return Ok(()) };
    let number = desk.ticket(uid)?.number();
    let moved_on = |why: String| {
        Err(Error::invalid(format!("#{number} has moved on while you wrote")).because(why))
    };
    let spot = purpose.on().iter().find(|spot| spot.uid == uid);
    // What another machine said on it meanwhile stands there still.
    if let Some(into) = desk.whole(uid)?.filter(|_| !spot.is_some_and(|spot| spot.merged)) {
        return moved_on(format!("it was merged into #{into}"));
    }
    let ticket = desk.ticket(uid)?;
    let Some(spot) = spot else {
        return moved_on("what you wrote for was merged into it".to_owned());
    };
    let public = matches!(purpose, Purpose::Reply { .. });
    match spot.missed(ticket).filter(|_| public) {
        Some(why) => moved_on(why),
        None => Ok(()),
    }
}

/// Adds a message by the one who acts; returns its number. A public one is for whom it reaches now.
pub(super) fn say(
    desk: &mut Writer<'_>,
    uid: Uid,
    kind: MessageKind,
    text: String,
) -> Result<Number> {
    let me = desk.author().by.clone();
    let ticket = desk.ticket(uid)?;
    let mut posting = Posting::ours(kind, me, text);
    if kind == MessageKind::Reply {
        let answered = ticket.answered();
        posting.to = ticket.reached(answered).into_iter().cloned().collect();
        posting.answers = answered.map(|post| post.message.number);
    }
    desk.post(uid, posting)
}

/// The tickets that a message is for, and its text: what it is called, whether it may be bare of a
/// text, and what it is for.
pub(super) fn written(
    cx: &mut Cx,
    body: &Body,
    targets: &Targets,
    (verb, bare, purpose): (&str, bool, impl FnOnce(Vec<Spot>) -> Purpose),
) -> Result<(Found<()>, Written)> {
    if targets.on_stdin() && (body.file.as_deref() == Some("-".as_ref())) {
        return Err(Error::usage("standard input cannot hold both the IDs and the text")
            .hint("give the text with -m, or with -F from a file"));
    }
    let found = targets.find(cx)?;
    if found.all.is_empty() {
        return Ok((found, Written { text: String::new(), seen: None }));
    }
    let or = Else { stdin: !targets.on_stdin(), editor: !bare };
    let written = cx.body(body, or, |cx| buffer::message(cx, &found, purpose))?;
    let none = || bare.then(|| Written { text: String::new(), seen: None });
    let written = written.or_else(none).ok_or_else(|| {
        Error::needs_input(format!("the {verb} has no text"))
            .hint("give it with -m TEXT, -F FILE, or on standard input")
    })?;
    if written.text.trim().is_empty() && !bare {
        return Err(Error::invalid(format!("the {verb} is empty")));
    }
    Ok((found, written))
}

/// Somebody of us has looked: a new ticket is open now.
pub(super) fn looked_at(desk: &mut Writer<'_>, uid: Uid) -> Result<()> {
    if desk.ticket(uid)?.now.state.status == Status::New {
        desk.set(uid, Field::Status(State::of(Status::Open)))?;
    }
    Ok(())
}
