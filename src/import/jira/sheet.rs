//! Jira's CSV: columns that repeat, in the language and the dates of whoever exported it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use super::cells;
use super::{Stand, Told, is_key, named, record, with_files};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{LinkKind, MessageKind, Status};
use crate::error::{Error, Result};
use crate::import::dates::Dates;
use crate::import::headers::{Kind, columns_of};
use crate::import::record::{Record, Reply};
use crate::import::table::Table;
use crate::import::{Item, Options, Sink, Source, give, twice, words};
use crate::view::Rejected;

/// Where Jira's own columns stand in an export of all fields, as the cloud writes it.
const CLOUD: &[(usize, Kind)] = &[
    (0, Kind::Title),
    (2, Kind::Id),
    (3, Kind::Type),
    (4, Kind::Status),
    (5, Kind::Project),
    (6, Kind::Noise),
    (7, Kind::ProjectType),
    (8, Kind::Noise),
    (9, Kind::Noise),
    (10, Kind::Noise),
    (11, Kind::Priority),
    (12, Kind::Resolution),
    (13, Kind::Assignee),
    (14, Kind::AssigneeId),
    (15, Kind::Requester),
    (16, Kind::RequesterId),
    (17, Kind::Creator),
    (18, Kind::CreatorId),
    (19, Kind::Created),
    (20, Kind::Updated),
    (21, Kind::Noise),
    (22, Kind::Closed),
    (23, Kind::Due),
    (24, Kind::Noise),
    (25, Kind::Description),
];

/// The same as a server writes it, without the ids of people.
const SERVER: &[(usize, Kind)] = &[
    (0, Kind::Title),
    (2, Kind::Id),
    (3, Kind::Type),
    (4, Kind::Status),
    (5, Kind::Project),
    (6, Kind::Noise),
    (7, Kind::ProjectType),
    (8, Kind::Noise),
    (9, Kind::Noise),
    (10, Kind::Noise),
    (11, Kind::Priority),
    (12, Kind::Resolution),
    (13, Kind::Assignee),
    (14, Kind::Requester),
    (15, Kind::Creator),
    (16, Kind::Created),
    (17, Kind::Updated),
    (18, Kind::Noise),
    (19, Kind::Closed),
    (20, Kind::Due),
    (21, Kind::Noise),
    (22, Kind::Description),
];

/// Reads the rows of a file.
pub(super) fn read(
    source: &Source,
    options: &Options,
    told: &mut Told,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut table = Table::read(source)?;
    let name = source.name();
    if table.guessed {
        told.other.push(format!("{name} is not UTF-8; it was read as Windows-1252"));
    }
    if twice::mend(table.rows.iter_mut().flat_map(|(_, cells)| cells)) {
        told.other.push(format!("{name} was encoded twice (`â€œ` for a quote), which is mended"));
    }
    promote(&mut table);
    let Some(sheet) = Sheet::of(&table, options) else {
        let error = Error::not_found(format!("{name} holds no Jira issues"));
        return Err(error
            .because("no column holds their keys")
            .hint("`tix import csv` reads any table"));
    };
    told.other.extend(sheet.notes(name));
    let last = table.rows.len().saturating_sub(1);
    for (index, (line, row)) in table.rows.iter().enumerate() {
        let place = || format!("{name}, line {line}");
        let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
        let reject =
            |reason: &str| Item::Rejected(Rejected { place: place(), reason: reason.to_owned() });
        if index == last && table.unclosed == Some(*line) {
            sink(reject("a quote opens in it and never closes"))?;
        } else if filled == 0 {
        } else if let Some(key) = sheet.key(row) {
            let draft = sheet.issue(row, key, told).draft();
            give(draft, place, sink)?;
        } else if filled <= 2 && (index == last || index == 0) {
            sink(Item::Skipped("lines around the table".to_owned()))?;
        } else {
            sink(reject("it has no issue key"))?;
        }
    }
    Ok(())
}

/// Are these the rows of an export of all fields in a language that is not known?
pub(super) fn unnamed(head: &str) -> bool {
    let Ok(table) = Table::of(head) else { return false };
    let keys = table.rows.iter().take(20).filter_map(|(_, row)| row.get(1));
    let keys: Vec<&String> = keys.filter(|key| !key.is_empty()).collect();
    !keys.is_empty() && keys.iter().all(|key| is_key(key))
}

/// Takes a later row for the header where lines of text stand before it.
fn promote(table: &mut Table) {
    let is_header = |row: &[String]| {
        let columns = columns_of(row);
        columns.contains_key(&Kind::Key) && columns.len() >= 3
    };
    if is_header(&table.header) {
        return;
    }
    if let Some(at) = table.rows.iter().take(6).position(|(_, row)| is_header(row)) {
        let rows = table.rows.split_off(at + 1);
        if let Some((_, header)) = table.rows.pop() {
            table.header = header.iter().map(|name| name.trim().to_owned()).collect();
        }
        table.rows = rows;
    }
}

/// A table that is understood.
struct Sheet<'t> {
    header: &'t [String],
    columns: HashMap<Kind, Vec<usize>>,
    links: Vec<(usize, LinkKind)>,
    /// Columns that only this site has.
    custom: Vec<usize>,
    dates: Dates,
    /// The names of people by their ids.
    people: HashMap<String, String>,
    base: Option<&'t str>,
    /// Columns were taken by their place.
    placed: bool,
    /// It is of a service desk, whose comments may be internal.
    desk: bool,
}

impl<'t> Sheet<'t> {
    fn of(table: &'t Table, options: &'t Options) -> Option<Self> {
        let mut columns = columns_of(&table.header);
        if let Entry::Vacant(keys) = columns.entry(Kind::Key) {
            keys.insert(vec![key_column(table)?]);
        }
        let mut sheet = Self {
            header: &table.header,
            columns,
            links: Vec::new(),
            custom: Vec::new(),
            dates: Dates::of(options.zone, std::iter::empty()),
            people: HashMap::new(),
            base: options.base.as_deref(),
            placed: false,
            desk: false,
        };
        sheet.place(table);
        sheet.rest(table);
        if !sheet.columns.contains_key(&Kind::Title) {
            return None;
        }
        let rows = || table.rows.iter().map(|(_, row)| row.as_slice());
        sheet.dates = Dates::of(options.zone, rows().flat_map(|row| sheet.moments(row)));
        for row in rows() {
            for (name, id) in [
                (Kind::Assignee, Kind::AssigneeId),
                (Kind::Requester, Kind::RequesterId),
                (Kind::Creator, Kind::CreatorId),
            ] {
                if let (Some(name), Some(id)) = (sheet.cell(row, name), sheet.cell(row, id)) {
                    sheet.people.insert(id.to_owned(), name.to_owned());
                }
            }
            let project = sheet.cell(row, Kind::ProjectType);
            sheet.desk |= project.is_some_and(|project| project.contains("service_desk"));
        }
        sheet.desk &= sheet.columns.contains_key(&Kind::Comment);
        Some(sheet)
    }

    /// Takes columns that bear no known name by their place, in an export of all fields.
    fn place(&mut self, table: &Table) {
        if self.columns[&Kind::Key] != [1] || self.header.len() < 23 {
            return;
        }
        let dated = |at: usize| {
            let mut cells = table.rows.iter().take(50).filter_map(|(_, row)| row.get(at));
            cells.any(|cell| self.dates.read(cell).is_some())
        };
        let places = if dated(19) {
            CLOUD
        } else if dated(16) {
            SERVER
        } else {
            return;
        };
        let known: BTreeSet<usize> = self.columns.values().flatten().copied().collect();
        for (at, kind) in places.iter().filter(|(at, _)| !known.contains(at)) {
            if *kind == Kind::Noise || !self.columns.contains_key(kind) {
                self.columns.entry(*kind).or_default().push(*at);
                self.placed = true;
            }
        }
    }

    /// Sorts out the columns that are not known yet.
    fn rest(&mut self, table: &Table) {
        let known: BTreeSet<usize> = self.columns.values().flatten().copied().collect();
        for (at, name) in self.header.iter().enumerate().filter(|(at, _)| !known.contains(at)) {
            if let Some((kind, ours)) = cells::link(name) {
                self.links.extend(ours.then_some((at, kind)));
                continue;
            }
            let cells = table.rows.iter().filter_map(|(_, row)| row.get(at));
            let first = cells.map(|cell| cell.trim()).find(|cell| !cell.is_empty());
            let Some(first) = first else { continue };
            let file = cells::file(first, &self.dates).filter(|(_, url)| url.is_some());
            let kind = match file {
                Some(_) => Some(Kind::Attachment),
                None => self.dates.said(first).map(|_| Kind::Comment),
            };
            match kind {
                Some(kind) => self.columns.entry(kind).or_default().push(at),
                None => self.custom.push(at),
            }
        }
        self.columns.values_mut().for_each(|places| {
            if places.len() > 1 {
                places.dedup();
            }
        });
    }

    fn notes(&self, name: &str) -> Vec<String> {
        let mut notes = Vec::new();
        if self.placed {
            notes.push(format!(
                "columns of {name} whose names are not known are taken by their place"
            ));
        }
        if self.columns.contains_key(&Kind::Created) {
            let zone = self.dates.zone();
            notes.push(format!("{name} says no zone, so its times are read as those of {zone}"));
        }
        notes.extend(self.dates.note().map(|note| format!("{name}: {note}")));
        if self.desk {
            notes.push(format!(
                "{name} is of a service desk and does not say which comments are internal, so all \
                 come as notes"
            ));
        }
        notes
    }

    /// The moments of a row, as they must have followed each other.
    fn moments<'r>(&self, row: &'r [String]) -> Vec<Vec<&'r str>> {
        let one = |kind: Kind| self.cell(row, kind);
        let all = |kinds: &[Kind]| kinds.iter().filter_map(|kind| one(*kind)).collect::<Vec<_>>();
        let mut moments = vec![
            all(&[Kind::Created, Kind::Updated]),
            all(&[Kind::Created, Kind::Closed]),
            all(&[Kind::Due]),
        ];
        let comments = self.cells(row, Kind::Comment);
        moments.extend(comments.filter_map(|cell| {
            let said = cell.split(';').next()?;
            Some(one(Kind::Created).into_iter().chain([said]).collect())
        }));
        moments
    }

    fn cells<'r>(&self, row: &'r [String], kind: Kind) -> impl Iterator<Item = &'r str> {
        let places = self.columns.get(&kind).cloned().unwrap_or_default();
        places
            .into_iter()
            .filter_map(|at| row.get(at))
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    }

    /// The best cell of a kind that says something.
    fn cell<'r>(&self, row: &'r [String], kind: Kind) -> Option<&'r str> {
        self.cells(row, kind).next()
    }

    fn key<'r>(&self, row: &'r [String]) -> Option<&'r str> {
        self.cell(row, Kind::Key).filter(|key| is_key(key))
    }

    fn issue(&self, row: &[String], key: &str, told: &mut Told) -> Record {
        let one = |kind: Kind| self.cell(row, kind);
        let mut record = record(key, one(Kind::Title).unwrap_or_default().to_owned());
        record.url = self.base.map(|base| format!("{base}/browse/{key}"));
        let category = one(Kind::Category).and_then(words::standing);
        let stand = Stand {
            status: one(Kind::Status),
            done: category.map(|category| category.status == Status::Closed),
            resolution: one(Kind::Resolution),
            priority: one(Kind::Priority),
        };
        stand.apply(&mut record, told);
        let time = |kind: Kind| one(kind).and_then(|text| self.dates.read(text));
        (record.created, record.updated) = (time(Kind::Created), time(Kind::Updated));
        record.closed = time(Kind::Closed);
        record.due = one(Kind::Due).and_then(|text| self.dates.due(text));
        record.requester = self
            .person(row, Kind::Requester, Kind::RequesterId)
            .or_else(|| self.person(row, Kind::Creator, Kind::CreatorId));
        record.assignee = self.person(row, Kind::Assignee, Kind::AssigneeId);
        let labels = self.cells(row, Kind::Labels).flat_map(|cell| cell.split(','));
        record.labels = labels.map(|label| label.trim().to_owned()).collect();
        let cells = self.cells(row, Kind::Attachment);
        let files: Vec<_> = cells.filter_map(|cell| cells::file(cell, &self.dates)).collect();
        let description = one(Kind::Description).unwrap_or_default().to_owned();
        record.description = Some(with_files(description, &files));
        self.gather_fields(row, &mut record);
        let comments = self.cells(row, Kind::Comment);
        record.replies = named(comments.map(|cell| self.reply(cell)).collect());
        for (at, kind) in &self.links {
            let keys = row.get(*at).map(|cell| cell.trim()).filter(|key| is_key(key));
            record.links.extend(keys.map(|key| (*kind, format!("jira:{key}"))));
        }
        record.says = record.says.without(self.unsaid());
        record
    }

    fn person(&self, row: &[String], name: Kind, id: Kind) -> Option<Person> {
        let called = self.cell(row, name).and_then(words::something);
        let id = self.cell(row, id).and_then(words::something);
        let known = id.and_then(|id| self.people.get(id)).map(String::as_str);
        Person::new(called.or(known).or(id), None)
    }

    fn reply(&self, cell: &str) -> (Reply, String) {
        let (created, who, text) = match self.dates.said(cell) {
            Some((created, who, text)) => (Some(created), who, text),
            None => (None::<Timestamp>, "", cell),
        };
        let name = self.people.get(who).map_or(who, String::as_str);
        let author = Person::new(words::something(name), None);
        let mut reply = Reply::new(author, created, text.to_owned());
        if self.desk {
            reply.kind = MessageKind::Note;
        }
        (reply, who.to_owned())
    }

    fn gather_fields(&self, row: &[String], record: &mut Record) {
        for (kind, name) in [
            (Kind::Type, "type"),
            (Kind::Component, "component"),
            (Kind::FixVersions, "fix versions"),
            (Kind::Versions, "versions"),
            (Kind::Environment, "environment"),
            (Kind::Sprint, "sprint"),
        ] {
            let cells: Vec<&str> = self.cells(row, kind).collect();
            record.field(name, &cells.join(", "));
        }
        let projects = self.columns.get(&Kind::Project).into_iter().flatten();
        let projects = projects.filter_map(|at| row.get(*at)).filter(|cell| !is_key(cell));
        record.field(
            "project",
            projects.map(|cell| cell.trim()).max_by_key(|it| it.len()).unwrap_or_default(),
        );
        if let Some(parent) = self.cells(row, Kind::Parent).find(|parent| is_key(parent)) {
            record.field("parent", parent);
            record.links.push((LinkKind::Relates, format!("jira:{parent}")));
        }
        let mut all: HashMap<&str, Vec<&str>> = HashMap::new();
        for at in &self.custom {
            let cell = row.get(*at).map_or("", |cell| cell.trim());
            if !cell.is_empty() {
                all.entry(self.header[*at].as_str()).or_default().push(cell);
            }
        }
        for (column, values) in all {
            cells::custom(record, column, &values.join(", "));
        }
    }

    /// The parts that this table says nothing about.
    fn unsaid(&self) -> impl Iterator<Item = &'static str> {
        const PARTS: [(&[Kind], &str); 7] = [
            (&[Kind::Status, Kind::Category, Kind::Resolution], "status"),
            (&[Kind::Priority], "priority"),
            (&[Kind::Assignee, Kind::AssigneeId], "assignee"),
            (&[Kind::Requester, Kind::Creator], "requester"),
            (&[Kind::Due], "due"),
            (&[Kind::Labels], "labels"),
            (&[Kind::Description], "description"),
        ];
        let absent = |kinds: &[Kind]| kinds.iter().all(|kind| !self.columns.contains_key(kind));
        let mut parts: Vec<&'static str> = Vec::new();
        parts.extend(PARTS.iter().filter(|(kinds, _)| absent(kinds)).map(|(_, part)| *part));
        if self.links.is_empty() {
            parts.push("links");
        }
        parts.into_iter()
    }
}

/// The column whose cells are all keys of issues.
fn key_column(table: &Table) -> Option<usize> {
    let rows = || table.rows.iter().take(200);
    (0..table.header.len().min(40)).find(|at| {
        let cells = rows().filter(|(_, row)| row.len() > 2).filter_map(|(_, row)| row.get(*at));
        let (mut keys, mut others) = (0, 0);
        for cell in cells {
            if is_key(cell.trim()) { keys += 1 } else { others += 1 }
        }
        keys > 0 && others * 10 <= keys
    })
}
