//! A row as a ticket.

use super::cells;
use super::plan::{Field, Plan};
use super::tools::Tool;
use crate::domain::ids::{Timestamp, is_source};
use crate::domain::person::Person;
use crate::domain::words::{Channel, LinkKind, Priority, Resolution, Status};
use crate::import::dates::Dates;
use crate::import::record::Record;
use crate::import::times::seconds;
use crate::import::trello;
use crate::import::words::{self, Standing};

/// A row that was read.
pub(super) struct Read {
    pub(super) record: Record,
    /// The word for its status, where that is not known.
    pub(super) unknown: Option<String>,
}

/// The longest value that is kept as a field, in characters.
const LONGEST: usize = 2000;

/// The ticket that a row is, under a reference.
pub(super) fn record(plan: &Plan, row: &[String], dates: &Dates, reference: String) -> Read {
    let row = Row { plan, cells: row, dates };
    let title = row.cell(&Field::Title).unwrap_or_default().to_owned();
    let mut record = Record::new(reference, Channel::Web, title);
    record.channel =
        row.cell(&Field::Channel).and_then(|it| it.parse().ok()).unwrap_or(Channel::Web);
    record.url = row.cell(&Field::Url).map(ToOwned::to_owned);
    record.created = row.time(&Field::Created).or_else(|| row.born());
    record.updated = row.time(&Field::Updated);
    record.due = row.due();
    record.snoozed = row.time(&Field::Snoozed);
    record.priority = row.priority().unwrap_or(Priority::Normal);
    record.requester = row.person(&Field::Requester, &Field::RequesterEmail);
    record.assignee = row.person(&Field::Assignee, &Field::AssigneeEmail);
    record.customer = row.cell(&Field::Customer).map(ToOwned::to_owned);
    record.tier = row.cell(&Field::Tier).map(ToOwned::to_owned);
    record.labels = row.labels();
    record.description = plan.has(&Field::Description).then(|| row.description());
    row.references(&mut record);
    let unknown = row.stand(&mut record);
    row.fields(&mut record);
    for (field, internal) in [(Field::Comment, false), (Field::Note, true)] {
        for (_, cell) in plan.cells(row.cells, &field) {
            record.replies.extend(cells::messages(cell, internal, dates));
        }
    }
    // What has no time of its own comes after what has one.
    record.replies.sort_by_key(|reply| (reply.created.is_none(), reply.created));
    record.says = record.says.without(unsaid(plan));
    Read { record, unknown }
}

struct Row<'r> {
    plan: &'r Plan,
    cells: &'r [String],
    dates: &'r Dates,
}

impl<'r> Row<'r> {
    fn cell(&self, field: &Field) -> Option<&'r str> {
        self.plan.cell(self.cells, field)
    }

    fn time(&self, field: &Field) -> Option<Timestamp> {
        let mut cells = self.plan.cells(self.cells, field);
        cells.find_map(|(column, cell)| {
            if self.plan.is_utc(column) {
                return self.dates.in_utc().read(cell);
            }
            self.dates.read(cell)
        })
    }

    fn due(&self) -> Option<Timestamp> {
        self.cell(&Field::Due).and_then(|cell| self.dates.due(cell))
    }

    /// When a card of Trello was made: its id begins with that.
    fn born(&self) -> Option<Timestamp> {
        let id = self
            .cell(&Field::Id)
            .filter(|id| self.plan.tool == Some(Tool::Trello) && id.len() == 24 && id.is_ascii())?;
        seconds(i64::from_str_radix(&id[..8], 16).ok()?)
    }

    fn priority(&self) -> Option<Priority> {
        let mut cells = self.plan.cells(self.cells, &Field::Priority);
        let level = |cell: &str| match (self.plan.tool?, cell.split([' ', '-']).next()?) {
            (Tool::ClickUp | Tool::ServiceNow, "1") => Some(Priority::Urgent),
            (Tool::ClickUp | Tool::ServiceNow, "2") => Some(Priority::High),
            (Tool::ClickUp | Tool::ServiceNow, "3") => Some(Priority::Normal),
            (Tool::ClickUp | Tool::ServiceNow, "4" | "5") => Some(Priority::Low),
            _ => None,
        };
        cells.find_map(|(_, cell)| words::priority(cell).or_else(|| level(cell)))
    }

    /// The person of two columns; of several the first.
    fn person(&self, name: &Field, email: &Field) -> Option<Person> {
        let named = self.cell(name).map(|cell| {
            let many = *name == Field::Assignee || cell.starts_with('[');
            let first = if many { cells::list(cell).next() } else { None };
            first.unwrap_or(cell)
        });
        let email = self.cell(email).filter(|email| email.contains('@'));
        Person::new(named.and_then(words::something), email)
    }

    fn labels(&self) -> Vec<String> {
        let cells = self.plan.cells(self.cells, &Field::Labels);
        let labels = cells.flat_map(|(_, cell)| cells::list(cell));
        if self.plan.tool == Some(Tool::Trello) {
            return labels.map(|label| cells::uncoloured(label).to_owned()).collect();
        }
        labels.map(ToOwned::to_owned).collect()
    }

    fn description(&self) -> String {
        let cells = self.plan.cells(self.cells, &Field::Description);
        let texts: Vec<&str> = cells.map(|(_, cell)| cell).filter(|cell| *cell != "null").collect();
        let mut text = texts.join("\n\n");
        if self.plan.tool == Some(Tool::ClickUp) {
            text = text.replace("\\n", "\n");
        }
        let mut add = |below: &str| {
            text.truncate(text.trim_end().len());
            text.push_str(if text.is_empty() { "" } else { "\n\n" });
            text.push_str(below);
        };
        if let Some(lists) = self.cell(&Field::Checklists).and_then(cells::checklists) {
            add(&lists);
        }
        let files = self.plan.cells(self.cells, &Field::Files);
        let files: Vec<String> = files.flat_map(|(_, cell)| cells::files(cell)).collect();
        if !files.is_empty() {
            add(&format!("Attachments:\n\n{}", files.join("\n")));
        }
        text
    }

    /// Other names, and links to other rows.
    fn references(&self, record: &mut Record) {
        for (_, cell) in self.plan.cells(self.cells, &Field::Ref) {
            let (known, other): (Vec<&str>, Vec<&str>) = cell
                .split([',', ' '])
                .filter(|part| !part.is_empty())
                .partition(|part| is_source(part));
            record.refs.extend(known.into_iter().map(ToOwned::to_owned));
            record.field("ref", &other.join(", "));
        }
        let to = |field: &Field| self.cell(field).map(|key| format!("csv:{key}"));
        record.links.extend(to(&Field::DuplicateOf).map(|key| (LinkKind::Duplicates, key)));
        record.links.extend(to(&Field::Parent).map(|key| (LinkKind::Relates, key)));
        let parent = self.cell(&Field::Parent).or_else(|| self.cell(&Field::ParentName));
        record.field("parent", parent.unwrap_or_default());
    }

    /// Says where the ticket stands, and gives the word for that if it is not known.
    fn stand(&self, record: &mut Record) -> Option<String> {
        let word = self.cell(&Field::Status);
        let section = self.cell(&Field::Section);
        record.field("list", section.unwrap_or_default());
        let said = word.and_then(|word| self.standing(word));
        let said = said.or_else(|| section.and_then(trello::standing));
        let ended = self.cell(&Field::Resolution);
        let closed = self.time(&Field::Closed);
        let is =
            |field: &Field| self.cell(field).is_some_and(|cell| cell.eq_ignore_ascii_case("true"));
        let stated = is(&Field::Archived) || is(&Field::Ticked);
        let known = said.map(|said| said.status == Status::Closed);
        let done = match self.plan.tool {
            Some(Tool::Asana) => closed.is_some(),
            Some(Tool::Trello) => stated || known == Some(true),
            _ => known.unwrap_or(ended.is_some() || closed.is_some()),
        };
        let other = said.map(|said| said.status).filter(|status| *status != Status::Closed);
        record.status = if done { Status::Closed } else { other.unwrap_or(Status::Open) };
        if done {
            let word = said.and_then(|said| said.resolution);
            let ended = ended.and_then(words::resolution).or(word).or_else(|| self.duplicate());
            record.resolution = Some(ended.unwrap_or(Resolution::Solved));
            record.closed = closed;
        }
        if let Some(word) = word.filter(|word| !word.eq_ignore_ascii_case(record.status.word())) {
            record.field("stage", word);
        }
        let unknown = word.filter(|_| said.is_none() && !done);
        unknown.map(|word| word.chars().take(60).collect())
    }

    fn duplicate(&self) -> Option<Resolution> {
        self.cell(&Field::DuplicateOf).map(|_| Resolution::Duplicate)
    }

    fn standing(&self, word: &str) -> Option<Standing> {
        let of = |status: Status| Some(Standing { status, resolution: None });
        if self.plan.tool == Some(Tool::ServiceNow) {
            match word.trim() {
                "1" => return of(Status::New),
                "2" => return of(Status::Open),
                "3" | "4" | "5" => return of(Status::Hold),
                "6" | "7" => return of(Status::Closed),
                "8" => {
                    let resolution = Some(Resolution::Wontfix);
                    return Some(Standing { status: Status::Closed, resolution });
                }
                _ => {}
            }
        }
        words::standing(word)
    }

    fn fields(&self, record: &mut Record) {
        for (column, name) in self.plan.named() {
            let value = self.cells.get(column).and_then(|cell| words::something(cell));
            let Some(value) = value.filter(|value| *value != "\"\"") else { continue };
            let short: String = value.chars().take(LONGEST).collect();
            match record.fields.get(name).cloned() {
                Some(before) => record.field(name, &format!("{before}, {short}")),
                None => record.field(name, &short),
            }
        }
        let several: Vec<&str> =
            self.cell(&Field::Assignee).map(cells::list).into_iter().flatten().collect();
        if several.len() > 1 {
            record.field("assignees", &several.join(", "));
        }
    }
}

/// The parts that a table says nothing about.
fn unsaid(plan: &Plan) -> impl Iterator<Item = &'static str> {
    const PARTS: [(&[Field], &str); 11] = [
        (
            &[Field::Status, Field::Resolution, Field::Closed, Field::Section, Field::Archived],
            "status",
        ),
        (&[Field::Priority], "priority"),
        (&[Field::Labels], "labels"),
        (&[Field::Assignee, Field::AssigneeEmail], "assignee"),
        (&[Field::Requester, Field::RequesterEmail], "requester"),
        (&[Field::Customer], "customer"),
        (&[Field::Tier], "tier"),
        (&[Field::Due], "due"),
        (&[Field::Description], "description"),
        (&[Field::DuplicateOf, Field::Parent], "links"),
        (&[Field::Channel], "channel"),
    ];
    let absent = PARTS.iter().filter(|(fields, _)| !fields.iter().any(|field| plan.has(field)));
    let snoozed = (!plan.has(&Field::Snoozed)).then_some("snoozed");
    absent.map(|(_, part)| *part).chain(snoozed).collect::<Vec<_>>().into_iter()
}
