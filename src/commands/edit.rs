//! `tix edit`.

use std::collections::BTreeSet;

use clap::Args;

mod message;

use super::bulk::{Done, Targets};
use super::label::Delta;
use super::new::{labels, reference};
use super::{bulk, customer, label, promised};
use crate::cx::{Body, Cx, Page, Seen, Written};
use crate::domain::dates::Clock;
use crate::domain::event::{Event, Field, Wording, body_of, title_of};
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::purpose::{Purpose, Spot};
use crate::domain::ticket::Ticket;
use crate::domain::words::Priority;
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::View;

/// Change a ticket's fields, or a message
///
/// An empty value clears a field (--assignee=). With -e, one ticket opens in your editor.
///
/// A message is named like 42.3: -m, -F or -e reword it, --remove takes it away. Whether it is
/// public or a note does not change.
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
    /// Whose customer that is; sets their tier where the ticket has none or that of whose it was
    #[arg(long, value_name = "CUSTOMER")]
    customer: Option<String>,
    /// When it is due: 2026-09-01, fri, +3d, "tomorrow 17:00"
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    due: Option<String>,
    /// The support tier whose clocks run
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// Add an external reference such as github:owner/repo#1; an empty one takes all away
    #[arg(long = "ref", value_name = "REF")]
    refs: Vec<String>,
    #[command(flatten)]
    body: Body,
    /// Take messages away; `tix undo` brings them back
    #[arg(long, conflicts_with_all = ["message", "file", "edit"])]
    remove: bool,
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
    /// The buffer as it was when somebody last looked at it.
    seen: Option<String>,
}

impl Edit {
    /// The edit that a draft was to be: of these, in the person's editor.
    pub(super) fn of(targets: Targets) -> Self {
        Self {
            targets,
            title: None,
            priority: None,
            labels: Vec::new(),
            assignee: None,
            requester: None,
            customer: None,
            due: None,
            tier: None,
            refs: Vec::new(),
            body: Body::in_editor(),
            remove: false,
        }
    }

    pub(crate) fn run(mut self, cx: &mut Cx) -> Result<View<'_>> {
        let fields = self.has_fields();
        if fields && (self.body.is_given() || self.remove) {
            return Err(Error::usage("fields and texts are changed one after the other").hint(
                "give either field flags such as --title, or one of -m, -F, -e and --remove",
            ));
        }
        let names = self.targets.read()?.to_vec();
        if self.remove || names.iter().any(|name| bulk::names_message(name)) {
            if fields {
                return Err(Error::usage("a message has no fields")
                    .hint("reword it with -m, -F or -e, or take it away with --remove"));
            }
            return message::run(cx, &self.targets, (names, self.body, self.remove));
        }
        if self.body.message.is_some() || self.body.file.is_some() {
            return Err(Error::usage("-m and -F reword a message, and none is named")
                .hint("42.3 is the third on ticket 42, and 42.1 its description"));
        }
        let plan = if self.body.edit { self.edited(cx)? } else { self.given(cx)? };
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

    fn has_fields(&self) -> bool {
        let lists = !self.labels.is_empty() || !self.refs.is_empty();
        let texts = [&self.title, &self.assignee, &self.requester, &self.customer];
        let more = [&self.due, &self.tier];
        lists || self.priority.is_some() || texts.into_iter().chain(more).any(Option::is_some)
    }

    /// The plan that the flags make.
    fn given(&self, cx: &mut Cx) -> Result<Plan> {
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
        if let Some(name) = &self.customer {
            plan.fields.push(Field::Customer(customer_of(cx, name)?));
        }
        // After the customer, whose tier it would be else.
        if let Some(tier) = &self.tier {
            plan.fields.push(Field::Tier(promised::tier(cx, tier)?));
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
        if !self.has_fields() {
            return Err(Error::usage("nothing to change is given").hint(
                "give --title, --priority, --label, --assignee, --requester, --customer, \
                 --tier, --due or --ref, or -e",
            ));
        }
        Ok(plan)
    }

    /// The plan that somebody makes in their editor.
    fn edited(&self, cx: &mut Cx) -> Result<Plan> {
        let [id] = self.targets.ids.as_slice() else {
            return Err(Error::usage("-e edits one ticket at a time"));
        };
        let flags = "change fields with flags: --title, --priority, --label, --assignee, --due";
        cx.needs_person(flags)?;
        let uid = bulk::find(cx, id)?;
        let Some(reader) = cx.reader()? else { return Ok(Plan::default()) };
        let ticket = reader.ticket(uid)?;
        let (on, was) = (Spot::named(&ticket), text_of(&ticket));
        let page = Page { text: was.clone(), purpose: Purpose::Edit { on, was }, below: None };
        let Written { text, seen } = cx.write(page, false)?;
        let Some(Seen { purpose: Purpose::Edit { was, .. }, begun, .. }) = seen else {
            return Ok(Plan::default());
        };
        let mut plan = read(cx, &text)?.beyond(&read(cx, &begun)?);
        plan.check(cx)?;
        for name in plan.names().filter(|name| part(&begun, name) != part(&was, name)) {
            let now = part(&was, name).lines().next().unwrap_or_default();
            cx.say(&format!("the {name} had become `{now}` since you began; yours replaces it"));
        }
        plan.seen = Some(was);
        Ok(plan)
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

    /// The names of the parts of a buffer that it changes, but those that merge by themselves.
    fn names(&self) -> impl Iterator<Item = &str> {
        let description = self.description.as_ref().map(|_| "description");
        self.fields.iter().map(Field::name).chain(description)
    }

    /// What it changes is as it was when its writer looked, or nothing is changed.
    fn fits(&self, ticket: &Ticket) -> Result<()> {
        let Some(seen) = &self.seen else { return Ok(()) };
        let now = text_of(ticket);
        let Some(name) = self.names().find(|name| part(seen, name) != part(&now, name)) else {
            return Ok(());
        };
        Err(Error::invalid(format!("#{} has moved on while you wrote", ticket.number()))
            .because(format!("its {name} was changed")))
    }

    fn apply(&self, desk: &mut Writer<'_>, uid: Uid, clock: &Clock) -> Result<Vec<String>> {
        self.fits(desk.ticket(uid)?)?;
        let mut changed = self.set(desk, uid, clock)?;
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

    /// Sets the fields, and whose the ticket is then.
    fn set(&self, desk: &mut Writer<'_>, uid: Uid, clock: &Clock) -> Result<Vec<String>> {
        let was = desk.ticket(uid)?.now.clone();
        let said = self.fields.iter().any(|field| matches!(field, Field::Customer(_)));
        let mut changed = Vec::new();
        for field in &self.fields {
            match field {
                Field::Customer(name) => desk.give(uid, name.as_deref())?,
                Field::Tier(_) => drop(desk.set(uid, field.clone())?),
                field if desk.set(uid, field.clone())? => {
                    let value = match field {
                        Field::DueAt(Some(at)) => clock.say(*at),
                        field => field.value(),
                    };
                    changed.push(format!("{}: {value}", field.name()));
                    if matches!(field, Field::Requester(_)) && !said {
                        desk.recognise(uid)?;
                    }
                }
                _ => {}
            }
        }
        let now = &desk.ticket(uid)?.now;
        let whose = [
            (Field::Customer(was.customer), Field::Customer(now.customer.clone())),
            (Field::Tier(was.tier), Field::Tier(now.tier.clone())),
        ];
        let whose = whose.iter().filter(|(was, now)| was != now);
        changed.extend(whose.map(|(_, now)| format!("{}: {}", now.name(), now.value())));
        Ok(changed)
    }

    /// The customer and the tier that it names are those that there are.
    fn check(&mut self, cx: &mut Cx) -> Result<()> {
        for field in &mut self.fields {
            match field {
                Field::Customer(Some(name)) => *name = customer::named(cx, name)?,
                Field::Tier(tier @ Some(_)) => {
                    *tier = promised::tier(cx, tier.as_deref().unwrap_or_default())?;
                }
                _ => {}
            }
        }
        Ok(())
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
    let to = Wording { body: body.to_owned(), edited_at: Some(desk.now()) };
    let ticket = desk.ticket(uid)?;
    let (number, first) = (ticket.number(), ticket.described().cloned());
    let Some(first) = first else {
        if body.is_empty() {
            return Ok(false);
        }
        return Err(Error::invalid(format!("#{number} has no description to edit"))
            .because("its first message is an internal note, or was taken away"));
    };
    desk.reword(uid, &first, &to)
}

/// The customer of this name; an empty one is none.
fn customer_of(cx: &mut Cx, name: &str) -> Result<Option<String>> {
    if name.trim().is_empty() { Ok(None) } else { customer::named(cx, name).map(Some) }
}

fn due_of(cx: &Cx, text: &str) -> Result<Option<Timestamp>> {
    if text.trim().is_empty() { Ok(None) } else { Ok(Some(cx.clock.read(text)?.last())) }
}

/// A ticket as its editor's buffer: its fields between lines of `---`, then the description.
fn text_of(ticket: &Ticket) -> String {
    let now = &ticket.now;
    let person = |who: &Option<Person>| who.as_ref().map(ToString::to_string).unwrap_or_default();
    let labels: Vec<&str> = now.labels.iter().map(String::as_str).collect();
    format!(
        "---\ntitle: {}\npriority: {}\nlabels: {}\nassignee: {}\nrequester: {}\ncustomer: {}\ntier: {}\n\
         due: {}\n---\n{}",
        now.title,
        now.priority,
        labels.join(", "),
        person(&now.assignee),
        person(&now.requester),
        line(now.customer.as_deref()),
        line(now.tier.as_deref()),
        now.due_at.map(Timestamp::rfc3339).unwrap_or_default(),
        ticket.description(),
    )
}

/// A name on a line of its own, whatever it holds.
fn line(name: Option<&str>) -> String {
    name.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The field of this name in such a buffer, or the description.
fn part<'t>(buffer: &'t str, name: &str) -> &'t str {
    let front = buffer.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    let Some((front, description)) = front else { return "" };
    if name == "description" {
        return description;
    }
    let mut lines = front.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

/// A name; what is empty is none.
fn some(value: &str) -> Option<String> {
    Some(value.trim()).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

/// Reads such a buffer back.
fn read(cx: &Cx, text: &str) -> Result<Plan> {
    let broken = |line: &str| {
        Error::invalid(format!("the buffer's line `{line}` cannot be read")).because(
            "between the lines of `---` stand title, priority, labels, assignee, requester, customer, \
             tier and due",
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
            "customer" => plan.fields.push(Field::Customer(some(value))),
            "tier" => plan.fields.push(Field::Tier(some(value))),
            "due" => plan.fields.push(Field::DueAt(due_of(cx, value.trim())?)),
            "labels" => plan.labels.plain = labels(&[value.to_owned()])?,
            _ => return Err(broken(line)),
        }
    }
    Ok(plan)
}
