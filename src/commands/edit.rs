//! `tix edit`.

use std::collections::BTreeSet;

use clap::Args;

use super::bulk::{Done, Targets};
use super::label::Delta;
use super::new::{labels, reference};
use super::{bulk, label};
use crate::cx::Cx;
use crate::domain::dates::Clock;
use crate::domain::event::{Event, Field, Swap, Wording, body_of, title_of};
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use crate::domain::words::Priority;
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::View;

/// Change a ticket's fields
///
/// An empty value clears a field (--assignee=). With -e, one ticket opens in your editor.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[command(flatten)]
    targets: Targets,
    /// The title, one line of 1 to 200 characters
    #[arg(short, long, allow_hyphen_values = true)]
    title: Option<String>,
    /// low, normal, high or urgent
    #[arg(short, long)]
    priority: Option<Priority>,
    /// Labels: +a,-b puts a on and takes b off; a,b are all there shall be
    #[arg(short, long = "label", value_name = "LABELS", allow_hyphen_values = true)]
    labels: Vec<String>,
    /// Who of us works on it; `@me` is you
    #[arg(short, long, value_name = "WHO")]
    assignee: Option<String>,
    /// Who asks
    #[arg(short, long, value_name = "WHO")]
    requester: Option<String>,
    /// When it is due: 2026-09-01, fri, +3d, "tomorrow 17:00"
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    due: Option<String>,
    /// Add an external reference such as github:owner/repo#1; an empty one takes all away
    #[arg(long = "ref", value_name = "REF")]
    refs: Vec<String>,
    /// Open the ticket in your editor
    #[arg(short = 'e', long = "edit", conflicts_with_all = ["title", "priority", "labels", "assignee", "requester", "due", "refs"])]
    open: bool,
}

/// What is to be changed.
#[derive(Debug, Default)]
struct Plan {
    fields: Vec<Field>,
    labels: Delta,
    clear_labels: bool,
    clear_refs: bool,
    refs: Vec<String>,
    description: Option<String>,
}

impl Edit {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let plan = if self.open { self.edited(cx)? } else { self.given(cx)? };
        let clock = cx.clock;
        self.targets.each(cx, "edit", |desk, uid| {
            let number = desk.ticket(uid)?.number();
            let changed = plan.apply(desk, uid, &clock)?;
            Ok(if changed.is_empty() {
                Done::Already(format!("#{number} has these values already"))
            } else {
                Done::Changed(format!("#{number} {}", changed.join(", ")))
            })
        })
    }

    /// The plan that the flags make.
    fn given(&self, cx: &Cx) -> Result<Plan> {
        let mut plan = Plan::default();
        if let Some(title) = &self.title {
            plan.fields.push(Field::Title(title_of(title)?));
        }
        plan.fields.extend(self.priority.map(Field::Priority));
        if let Some(who) = &self.assignee {
            plan.fields.push(Field::Assignee(cx.person(who)?));
        }
        if let Some(who) = &self.requester {
            plan.fields.push(Field::Requester(cx.person(who)?));
        }
        if let Some(due) = &self.due {
            plan.fields.push(Field::DueAt(due_of(cx, due)?));
        }
        plan.labels = Delta::read(&self.labels)?;
        plan.clear_labels = self.labels.iter().any(|words| words.trim().is_empty());
        let (empty, refs): (Vec<_>, Vec<_>) =
            self.refs.iter().partition(|text| text.trim().is_empty());
        plan.clear_refs = !empty.is_empty();
        plan.refs = refs.into_iter().map(|text| reference(text)).collect::<Result<_>>()?;
        let nothing = plan.fields.is_empty() && self.labels.is_empty() && self.refs.is_empty();
        if nothing {
            return Err(Error::usage("nothing to change is given").hint(
                "give --title, --priority, --label, --assignee, --requester, --due or --ref, or -e",
            ));
        }
        Ok(plan)
    }

    /// The plan that somebody makes in their editor.
    fn edited(&self, cx: &mut Cx) -> Result<Plan> {
        let [id] = self.targets.ids.as_slice() else {
            return Err(Error::usage("-e edits one ticket at a time"));
        };
        if !cx.io.person {
            return Err(Error::needs_input("nobody is there to use an editor").hint(
                "change fields with flags: --title, --priority, --label, --assignee, --due",
            ));
        }
        let uid = bulk::find(cx, id)?;
        let Some(reader) = cx.reader()? else { return Ok(Plan::default()) };
        let ticket = reader.ticket(uid)?;
        let before = buffer(&ticket);
        let text = cx.edit(&before, false)?;
        Ok(read(cx, &text)?.beyond(&read(cx, &before)?))
    }
}

impl Plan {
    /// What this plan changes against `before`: what stayed in the buffer may have changed on the
    /// desk meanwhile, and stays as it is there.
    fn beyond(mut self, before: &Plan) -> Self {
        self.fields.retain(|field| !before.fields.contains(field));
        if self.description == before.description {
            self.description = None;
        }
        let (old, new) = (&before.labels.plain, &self.labels.plain);
        self.labels = Delta { on: new - old, off: old - new, plain: BTreeSet::new() };
        self.clear_labels = false;
        self
    }

    fn apply(&self, desk: &mut Writer<'_>, uid: Uid, clock: &Clock) -> Result<Vec<String>> {
        let mut changed = Vec::new();
        for field in &self.fields {
            if desk.set(uid, field.clone())? {
                let value = match field {
                    Field::DueAt(Some(at)) => clock.say(*at),
                    field => field.value(),
                };
                changed.push(format!("{}: {value}", field.name()));
            }
        }
        let gone = desk.ticket(uid)?.now.refs.clone();
        for source in gone.iter().filter(|_| self.clear_refs) {
            desk.record(uid, Event::Unreferred(source.clone()))?;
            changed.push(format!("ref: -{source}"));
        }
        for source in &self.refs {
            if desk.record(uid, Event::Referred(source.clone()))? {
                changed.push(format!("ref: {source}"));
            }
        }
        changed.extend(self.relabel(desk.ticket(uid)?).apply(desk, uid)?);
        if let Some(body) = &self.description
            && describe(desk, uid, body)?
        {
            changed.push("description".to_owned());
        }
        Ok(changed)
    }

    /// Plain labels are all there shall be: the others go.
    fn relabel(&self, ticket: &Ticket) -> label::Delta {
        let (on, mut off) = (&self.labels.on | &self.labels.plain, self.labels.off.clone());
        if self.clear_labels || !self.labels.plain.is_empty() {
            let extra: BTreeSet<String> = &ticket.now.labels - &on;
            off.extend(extra);
        }
        Delta { on, off, plain: BTreeSet::new() }
    }
}

/// Rewords the first message; says whether that changed anything.
fn describe(desk: &mut Writer<'_>, uid: Uid, body: &str) -> Result<bool> {
    let now = desk.now();
    let ticket = desk.ticket(uid)?;
    let (number, first) = (ticket.number(), ticket.described());
    if first.is_none() && !body.is_empty() {
        return Err(Error::invalid(format!("#{number} has no description to edit"))
            .because("its first message is an internal note, or was taken away"));
    }
    let first = first.map(|post| (post.message.number, post.message.wording.clone()));
    let Some((message, from)) = first.filter(|(_, from)| from.body != body) else {
        return Ok(false);
    };
    let to = Wording { body: body.to_owned(), edited_at: Some(now) };
    desk.record(uid, Event::Reworded { message, swap: Box::new(Swap { from, to }) })
}

fn due_of(cx: &Cx, text: &str) -> Result<Option<Timestamp>> {
    if text.trim().is_empty() { Ok(None) } else { Ok(Some(cx.clock.read(text)?.last())) }
}

/// A ticket as its editor's buffer: its fields between lines of `---`, then the description.
fn buffer(ticket: &Ticket) -> String {
    let now = &ticket.now;
    let person = |who: &Option<Person>| who.as_ref().map(ToString::to_string).unwrap_or_default();
    let labels: Vec<&str> = now.labels.iter().map(String::as_str).collect();
    format!(
        "---\ntitle: {}\npriority: {}\nlabels: {}\nassignee: {}\nrequester: {}\ndue: {}\n---\n{}",
        now.title,
        now.priority,
        labels.join(", "),
        person(&now.assignee),
        person(&now.requester),
        now.due_at.map(Timestamp::rfc3339).unwrap_or_default(),
        ticket.description(),
    )
}

/// Reads such a buffer back.
fn read(cx: &Cx, text: &str) -> Result<Plan> {
    let broken = |line: &str| {
        Error::invalid(format!("the buffer's line `{line}` cannot be read")).because(
            "between the lines of `---` stand title, priority, labels, assignee, requester and due",
        )
    };
    let front =
        text.strip_prefix("---\n").ok_or_else(|| broken(text.lines().next().unwrap_or("")))?;
    let (front, body) = front
        .split_once("\n---\n")
        .or_else(|| front.strip_suffix("\n---").map(|front| (front, "")))
        .ok_or_else(|| broken("---"))?;
    let mut plan =
        Plan { description: Some(body_of(body)?), clear_labels: true, ..Plan::default() };
    for line in front.lines().filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once(':').ok_or_else(|| broken(line))?;
        match key.trim() {
            "title" => plan.fields.push(Field::Title(title_of(value)?)),
            "priority" => plan.fields.push(Field::Priority(value.parse()?)),
            "assignee" => plan.fields.push(Field::Assignee(cx.person(value)?)),
            "requester" => plan.fields.push(Field::Requester(cx.person(value)?)),
            "due" => plan.fields.push(Field::DueAt(due_of(cx, value.trim())?)),
            "labels" => plan.labels.plain = labels(&[value.to_owned()])?,
            _ => return Err(broken(line)),
        }
    }
    Ok(plan)
}
