//! `tix new`.

use std::collections::BTreeSet;

use clap::Args;

use super::attach::Enclosed;
use super::{buffer, customer, promised, similar};
use crate::cx::{Body, Cx, Else};
use crate::domain::dates::Clock;
use crate::domain::disguise::MARK;
use crate::domain::draft::{Draft, Posting};
use crate::domain::event::{Opening, label_of};
use crate::domain::ids::is_source;
use crate::domain::words::{By, Channel, MessageKind, Priority};
use crate::error::{Error, Result, counted};
use crate::prompt;
use crate::view::{Changed, Contact, Messages, Ticket, View};

/// Open a ticket
///
/// The title is what stands on the command line; nothing inside it is parsed. The description comes
/// from -m, -F, piped standard input, or your editor with -e. Without a title, and with a person at
/// the terminal, everything is asked for; they are shown the open tickets that are alike.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// The title, one line of 1 to 200 characters
    #[arg(value_name = "TITLE")]
    title: Vec<String>,
    #[command(flatten)]
    body: Body,
    #[command(flatten)]
    enclosed: Enclosed,
    /// Who asks: `Name <mail>`, a mail address or a name
    #[arg(short, long, value_name = "WHO")]
    requester: Option<String>,
    /// Whose customer that is, if the requester does not say it; sets their tier
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<String>,
    /// low, normal, high or urgent
    #[arg(short, long)]
    priority: Option<Priority>,
    /// A label; may be given several times, or several separated by commas
    #[arg(short, long = "label", value_name = "LABELS")]
    labels: Vec<String>,
    /// Who of us works on it; `@me` is you
    #[arg(short, long, value_name = "WHO")]
    assignee: Option<String>,
    /// How it reached us: cli, email, forum, chat, web, phone or api
    #[arg(short, long)]
    channel: Option<Channel>,
    /// When it is due: 2026-09-01, fri, +3d, "tomorrow 17:00"
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// The support tier whose clocks run; else that of the customer
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// An external reference such as github:owner/repo#1
    #[arg(long = "ref", value_name = "REF")]
    refs: Vec<String>,
    /// Say what would be stored, and store nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl New {
    pub(crate) fn run(mut self, cx: &mut Cx) -> Result<View<'_>> {
        // What cannot be read is said before anything is asked for.
        drop(self.enclosed.read(cx)?);
        let asked = self.title.is_empty();
        if asked {
            self.ask(cx)?;
        }
        let opening = self.opening(cx)?;
        let warn = !asked && cx.io.person && cx.io.stdout && !cx.machine;
        if warn {
            similar::warn(cx, &opening.title, self.body.message.as_deref().unwrap_or_default())?;
        }
        open(cx, opening, (&self.body, &self.enclosed), self.dry_run)
    }

    fn opening(&self, cx: &mut Cx) -> Result<Opening> {
        let mut opening = Opening::new(&self.title.join(" "))?;
        opening.priority = self.priority.unwrap_or(opening.priority);
        opening.channel = self.channel.unwrap_or(opening.channel);
        opening.labels = labels(&self.labels)?;
        opening.assignee = self.assignee.as_deref().map_or(Ok(None), |who| cx.person(who))?;
        opening.requester = self.requester.as_deref().map_or(Ok(None), |who| cx.person(who))?;
        if let Some(name) = self.customer.as_deref().filter(|name| !name.trim().is_empty()) {
            let name = customer::named(cx, name)?;
            opening.tier = opening.tier.take().or(customer::tier_of(cx, &name)?);
            opening.customer = Some(name);
        }
        if let Some(due) = &self.due {
            opening.due_at = Some(cx.clock.read(due)?.last());
        }
        if let Some(tier) = &self.tier {
            opening.tier = promised::tier(cx, tier)?;
        }
        for source in &self.refs {
            opening.refs.insert(reference(source)?);
        }
        Ok(opening)
    }

    /// Asks for everything that was not given.
    fn ask(&mut self, cx: &mut Cx) -> Result<()> {
        if !cx.io.person {
            return Err(Error::needs_input("a ticket needs a title")
                .because("nobody is there to ask")
                .hint("give it: tix new \"Crash on start\""));
        }
        self.title = vec![prompt::line("Title", true)?];
        // Say at once what is wrong with it, not after the other questions.
        let title = Opening::new(&self.title[0])?.title;
        let body = self.body.message.clone().unwrap_or_default();
        if similar::warn(cx, &title, &body)?
            && !self.dry_run
            && !prompt::confirm("Open it all the same?", true)?
        {
            return Err(Error::cancelled());
        }
        let none = self.body.message.is_none() && self.body.file.is_none();
        if none && !self.body.edit {
            self.body.edit = prompt::confirm("Write a description in your editor?", true)?;
            if !self.body.edit {
                self.body.message = Some(String::new());
            }
        }
        if self.priority.is_none() {
            let words: Vec<&str> = Priority::ALL.iter().map(|it| it.word()).collect();
            self.priority = Some(Priority::ALL[prompt::choose("Priority", &words, 1)?]);
        }
        if self.labels.is_empty() {
            self.labels = vec![prompt::line("Labels (separated by commas)", false)?];
        }
        if self.requester.is_none() {
            self.requester = Some(prompt::line("Requester (name or mail)", false)?);
        }
        Ok(())
    }
}

/// Opens a ticket with these fields; its description comes from `body`.
pub(super) fn open<'a>(
    cx: &'a mut Cx,
    opening: Opening,
    (body, enclosed): (&Body, &Enclosed),
    dry_run: bool,
) -> Result<View<'a>> {
    let or = Else { stdin: true, editor: false };
    let (files, attach) = (enclosed.read(cx)?, enclosed.paths()?);
    let written = cx.body(body, or, |_| Ok(buffer::description(opening.clone(), attach)))?;
    let text = written.map(|written| written.text).unwrap_or_default();
    let me = cx.user()?.0;
    let mut description = Posting::ours(MessageKind::Reply, me, text);
    if let Some(requester) = &opening.requester {
        (description.author, description.by) = (requester.clone(), By::Requester);
    }
    let draft = Draft {
        uid: None,
        number: None,
        opening,
        created_at: None,
        state: None,
        messages: vec![description],
        says: crate::domain::draft::Says::ALL,
    };
    let (ticket, change) = cx.change(dry_run, |desk| {
        let uid = desk.open(draft)?;
        if let Some(first) = desk.ticket(uid)?.first().map(|post| post.message.number) {
            files.to(desk, uid, first)?;
        }
        Ok((desk.shown(&[uid])?.remove(0), desk.change().to_string()))
    })?;
    Ok(View::Changed(Changed {
        lines: vec![stored(&ticket, &cx.clock)],
        tickets: vec![ticket],
        change: Some(change),
        dry_run,
        announce: true,
    }))
}

/// Labels from the command line: each may hold several, separated by commas.
pub(super) fn labels(given: &[String]) -> Result<BTreeSet<String>> {
    let words = given.iter().flat_map(|words| words.split(','));
    words.filter(|word| !word.trim().is_empty()).map(label_of).collect()
}

/// An external reference from the command line.
pub(super) fn reference(text: &str) -> Result<String> {
    if is_source(text.trim()) {
        return Ok(text.trim().to_owned());
    }
    Err(Error::invalid(format!("`{text}` is not an external reference"))
        .hint("references look like github:owner/repo#1, jira:PROJ-7 or mail:<message-id>"))
}

/// `customer acme (gold)`
fn whose(ticket: &Ticket) -> Option<String> {
    match (&ticket.customer, &ticket.tier) {
        (Some(customer), Some(tier)) => Some(format!("customer {customer} ({tier})")),
        (Some(customer), None) => Some(format!("customer {customer}")),
        (None, tier) => tier.as_ref().map(|tier| format!("tier {tier}")),
    }
}

/// What was stored, in a line.
fn stored(ticket: &Ticket, clock: &Clock) -> String {
    let mut parts = vec![format!("#{} {}", ticket.id, ticket.title), ticket.status.to_string()];
    if ticket.priority != Priority::Normal {
        parts.push(ticket.priority.to_string());
    }
    parts.extend(ticket.labels.iter().cloned());
    let requester = ticket.requester.as_ref();
    parts.extend(requester.and_then(|it| it.name.clone().or_else(|| it.email.clone())));
    parts.extend(requester.and_then(Contact::disguise).map(|odd| format!("{MARK} {odd}")));
    parts.extend(whose(ticket));
    parts.extend(ticket.assignee.as_ref().map(|it| format!("assigned to {}", it.short())));
    parts.extend(ticket.due_at.map(|at| format!("due {}", clock.say(at.0))));
    if !ticket.description.is_empty() {
        let lines = ticket.description.lines().count();
        parts.push(format!("{lines} {}", if lines == 1 { "line" } else { "lines" }));
    }
    if let Messages::All(messages) = &ticket.messages {
        let files = messages.iter().map(|message| message.attachments.len() as u64).sum();
        parts.extend((files > 0).then(|| counted(files, "file")));
    }
    parts.join(" · ")
}
