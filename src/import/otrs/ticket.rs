//! A ticket into a draft.

use chrono_tz::Tz;
use serde_json::Value;

use super::article;
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, word};
use crate::import::record::Record;
use crate::import::times::moment;
use crate::import::{Options, words};

/// How far a ticket's local times are from what they mean: the server's zone is said nowhere, but
/// some moments stand there twice.
pub(super) struct Clock {
    zone: Tz,
    ahead: i64,
}

impl Clock {
    fn of(ticket: &Object, articles: &[Object], zone: Tz) -> Self {
        let pairs = [
            ("Created", "CreateTimeUnix"),
            ("Created", "IncomingTime"),
            ("CreateTime", "IncomingTime"),
        ];
        let off = |object: &Object| {
            pairs.iter().find_map(|(local, unix)| {
                let local = moment(&word(object, local)?, chrono_tz::UTC)?;
                let off = local.0 - moment(&word(object, unix)?, chrono_tz::UTC)?.0;
                // Zones are whole quarters of an hour; the two are written a moment apart.
                let quarters = (off + 450_000).div_euclid(900_000);
                ((off - quarters * 900_000).abs() < 60_000 && quarters.abs() <= 56)
                    .then_some(quarters * 900_000)
            })
        };
        let off = off(ticket).or_else(|| articles.iter().find_map(off));
        Self {
            zone: if off.is_some() { chrono_tz::UTC } else { zone },
            ahead: off.unwrap_or_default(),
        }
    }

    /// The first of these fields that is there; one of `exact` counts first.
    pub(super) fn moment(
        &self,
        object: &Object,
        local: &[&str],
        exact: &[&str],
    ) -> Option<Timestamp> {
        let exact = exact.iter().find_map(|name| moment(&word(object, name)?, self.zone));
        let local = || local.iter().find_map(|name| moment(&word(object, name)?, self.zone));
        exact.or_else(|| local().map(|at| Timestamp(at.0 - self.ahead)))
    }
}

/// The draft of a ticket; the bytes of its files go to `bytes`.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(
    ticket: &Object,
    articles: &[Object],
    options: &Options,
    bytes: &mut Vec<Vec<u8>>,
) -> Result<Draft> {
    let number =
        word(ticket, "TicketNumber").ok_or_else(|| Error::invalid("it has no `TicketNumber`"))?;
    let clock = Clock::of(ticket, articles, options.zone);
    let subject = || articles.iter().find_map(|article| word(article, "Subject"));
    let title = word(ticket, "Title").or_else(subject).unwrap_or_default();
    let channel = articles.first().map_or(Channel::Web, article::channel);
    let mut record = Record::new(format!("otrs:{number}"), channel, title);
    record.created = clock.moment(ticket, &["Created"], &["CreateTimeUnix"]);
    record.updated = clock.moment(ticket, &["Changed"], &[]);
    record.closed = clock.moment(ticket, &["Closed"], &[]);
    let id = word(ticket, "TicketID");
    let site = options.base.as_ref().zip(id);
    record.url =
        site.map(|(base, id)| format!("{base}/index.pl?Action=AgentTicketZoom;TicketID={id}"));
    record.requester = requester(ticket, articles);
    let owner = word(ticket, "Owner").filter(|_| word(ticket, "OwnerID").as_deref() != Some("1"));
    record.assignee = owner.and_then(|owner| Person::new(words::something(&owner), None));
    record.labels = word(ticket, "Queue").into_iter().collect();
    record.priority = priority(ticket);
    standing(&mut record, ticket);
    conversation(&mut record, articles, &clock, bytes);
    fields(&mut record, ticket);
    record.draft()
}

/// Who asks: the first customer who wrote, else whose ticket it is said to be.
fn requester(ticket: &Object, articles: &[Object]) -> Option<Person> {
    let asks = |article: &&Object| article::by(article) == Some(By::Requester);
    let wrote = articles.iter().find(asks).and_then(article::author);
    let user = word(ticket, "CustomerUserID").or_else(|| word(ticket, "CustomerUser"));
    wrote.or_else(|| Person::new(words::something(&user?), None))
}

/// The kind of a state is said in English, whatever its name is.
fn standing(record: &mut Record, ticket: &Object) {
    let (state, kind) = (word(ticket, "State"), word(ticket, "StateType"));
    let named = state.as_deref().and_then(words::standing);
    record.resolution = named.and_then(|it| it.resolution);
    let state = state.unwrap_or_default();
    record.status = match kind.as_deref().unwrap_or(state.as_str()) {
        "new" => Status::New,
        "closed" => Status::Closed,
        "merged" => {
            record.resolution = Some(Resolution::Duplicate);
            Status::Closed
        }
        kind if kind.starts_with("pending") => Status::Pending,
        "open" => Status::Open,
        _ => named.map_or(Status::Open, |it| it.status),
    };
    if record.status != Status::Closed {
        record.resolution = None;
    }
    record.field("state", &state);
}

fn priority(ticket: &Object) -> Priority {
    let named = word(ticket, "Priority").and_then(|name| words::priority(&name));
    let number = word(ticket, "PriorityID").unwrap_or_default();
    named.unwrap_or(match number.as_str() {
        "1" | "2" => Priority::Low,
        "4" => Priority::High,
        "5" => Priority::Urgent,
        _ => Priority::Normal,
    })
}

/// The first article is the description, unless only we may read it.
fn conversation(record: &mut Record, articles: &[Object], clock: &Clock, bytes: &mut Vec<Vec<u8>>) {
    for id in articles.iter().filter_map(|article| word(article, "MessageID")) {
        record.refs.push(format!("mail:{}", id.trim_matches(['<', '>'])));
    }
    let mut said = articles.iter().map(|it| article::reply(it, clock, bytes)).collect::<Vec<_>>();
    if articles.is_empty() {
        record.says = record.says.without(["description", "channel"]);
    }
    record.description = Some(String::new());
    if said.first().is_some_and(|first| first.kind == MessageKind::Reply) {
        let first = said.remove(0);
        record.created = record.created.or(first.created);
        record.by = first.by.unwrap_or(By::Requester);
        record.author = first.author;
        record.attachments = first.attachments;
        record.description = Some(first.body);
    }
    record.replies = said;
}

/// What only the source knows.
fn fields(record: &mut Record, ticket: &Object) {
    for (field, name) in
        [("Type", "type"), ("Service", "service"), ("SLA", "sla"), ("CustomerID", "customer-id")]
    {
        record.field(name, &word(ticket, field).unwrap_or_default());
    }
    for (field, value) in ticket {
        let Some(name) = field.strip_prefix("DynamicField_") else { continue };
        let list = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        let list = list.collect::<Vec<_>>().join(", ");
        record.field(name, &word(ticket, field).unwrap_or(list));
    }
}
