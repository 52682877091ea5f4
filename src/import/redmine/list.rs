//! Issues as a list in CSV, its columns named in the language of whoever exported it.

use std::collections::HashMap;

use super::reference;
use crate::domain::draft::{Draft, Says};
use crate::domain::words::{Channel, Priority, Status};
use crate::error::{Error, Kind as Failure, Result};
use crate::import::dates::Dates;
use crate::import::fields::somebody;
use crate::import::headers::{Kind, columns_of};
use crate::import::record::Record;
use crate::import::table::Table;
use crate::import::{Item, Options, Sink, Source, give, words};

type Columns = HashMap<Kind, Vec<usize>>;

/// The names that only Redmine gives to columns, in its languages.
const TRACKER: &str =
    "tracker|traqueur|трекер|トラッカー|跟踪|tipo de petición|segnalazione|typ zagadnienia";

/// Is this how a list of Redmine begins: `#`, and the column of its trackers?
pub(super) fn suits(header: &[String]) -> bool {
    let tracker = |name: &String| TRACKER.split('|').any(|known| known == name.to_lowercase());
    header.first().is_some_and(|name| name == "#" || name.eq_ignore_ascii_case("id"))
        && header.iter().any(tracker)
        && columns_of(header).contains_key(&Kind::Title)
}

/// Hands over the issues of a list.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when it is another table, exit 1 when it cannot be read.
pub(super) fn read(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let nothing = || {
        Error::not_found(format!("{} holds no issues of Redmine", source.name()))
            .hint("a list needs a column of numbers, `#`, and one of subjects")
    };
    let table = match Table::read(source) {
        Err(e) if e.kind == Failure::Invalid => return Err(nothing().because(e)),
        table => table?,
    };
    let columns = columns_of(&table.header);
    if !columns.contains_key(&Kind::Id) || !columns.contains_key(&Kind::Title) {
        return Err(nothing());
    }
    let rows =
        || table.rows.iter().filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
    let moments = rows().map(|(_, row)| {
        let kinds = [Kind::Created, Kind::Updated, Kind::Closed];
        kinds.iter().filter_map(|kind| cell(row, &columns, *kind)).collect()
    });
    let dates = Dates::of(options.zone, moments);
    for (line, row) in rows() {
        let draft = draft(row, &columns, &dates, options);
        give(draft, || format!("{}, line {line}", source.name()), sink)?;
    }
    if table.guessed {
        sink(Item::Note(format!("{} is not UTF-8; it is read as Windows-1252", source.name())))?;
    }
    if let Some(line) = table.unclosed {
        let name = source.name();
        sink(Item::Note(format!("{name} has a quote at line {line} that nothing closes")))?;
    }
    dates.note().map_or(Ok(()), |note| sink(Item::Note(note)))
}

/// What stands in the column of a kind.
fn cell<'r>(row: &'r [String], columns: &Columns, kind: Kind) -> Option<&'r str> {
    let place = columns.get(&kind)?.first()?;
    row.get(*place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
}

fn draft(row: &[String], columns: &Columns, dates: &Dates, options: &Options) -> Result<Draft> {
    let cell = |kind| cell(row, columns, kind);
    let id = cell(Kind::Id).unwrap_or_default().trim_start_matches('#').trim();
    if id.is_empty() || !id.bytes().all(|c| c.is_ascii_digit()) {
        return Err(Error::invalid("it has no number"));
    }
    let mut record =
        Record::new(reference(id), Channel::Web, cell(Kind::Title).unwrap_or_default().to_owned());
    record.url = options.base.as_ref().map(|base| format!("{base}/issues/{id}"));
    record.description = Some(cell(Kind::Description).unwrap_or_default().to_owned());
    record.requester = somebody(cell(Kind::Requester).or(cell(Kind::Creator)));
    record.assignee = somebody(cell(Kind::Assignee));
    let time = |kind| match cell(kind) {
        None => Ok(None),
        Some(text) => match dates.read(text) {
            None => Err(Error::invalid(format!("it is not a time: `{text}`"))),
            time => Ok(time),
        },
    };
    record.created = time(Kind::Created)?;
    record.updated = time(Kind::Updated)?;
    record.closed = time(Kind::Closed)?;
    record.due = cell(Kind::Due).and_then(|text| dates.due(text));
    let word = cell(Kind::Status).unwrap_or_default();
    let standing = words::standing(word);
    let unknown = if record.closed.is_some() { Status::Closed } else { Status::Open };
    record.status = standing.map_or(unknown, |standing| standing.status);
    record.resolution = standing.and_then(|standing| standing.resolution);
    if record.status != Status::Closed {
        record.closed = None;
    }
    record.field("redmine_status", word);
    record.priority = cell(Kind::Priority).and_then(words::priority).unwrap_or(Priority::Normal);
    for (field, kind) in
        [("project", Kind::Project), ("type", Kind::Type), ("milestone", Kind::FixVersions)]
    {
        record.field(field, cell(kind).unwrap_or_default());
    }
    let category = cell(Kind::Component).into_iter().chain(cell(Kind::Labels));
    record.labels = category.map(ToOwned::to_owned).collect();
    record.says = says(columns);
    record.draft()
}

/// What the columns speak of: never of comments or of what issues have to do with each other.
fn says(columns: &Columns) -> Says {
    let parts: [(&[Kind], &str); 7] = [
        (&[Kind::Description], "description"),
        (&[Kind::Status], "status"),
        (&[Kind::Priority], "priority"),
        (&[Kind::Assignee], "assignee"),
        (&[Kind::Requester, Kind::Creator], "requester"),
        (&[Kind::Due], "due"),
        (&[Kind::Component, Kind::Labels], "labels"),
    ];
    let unsaid = |kinds: &[Kind]| kinds.iter().all(|kind| !columns.contains_key(kind));
    let silent = parts.iter().filter(|(kinds, _)| unsaid(kinds)).map(|(_, part)| *part);
    Says::ALL.without(silent.chain(["links"]))
}
