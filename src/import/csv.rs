//! Any table of tickets: the exports of trackers that have no reader of their own, and spreadsheets.
//!
//! What a column is comes from `--map`, from the tool that wrote the table, or from its name; what was
//! taken for what is said. A ticket's reference is `csv:KEY`, or `csv:` and a hash of its title and
//! time where there is no key.

use std::collections::{BTreeSet, HashMap};

use super::auto::Sample;
use super::dates::Dates;
use super::headers::{Kind, columns_of};
use super::record::Record;
use super::table::Table;
use super::{Item, Options, Place, Sink, Source, each, give, twice};
use crate::error::Result;
use crate::view::Rejected;
use plan::{Field, Plan};
use tools::Tool;

mod cells;
mod plan;
mod row;
#[cfg(test)]
mod tests;
mod tools;

/// Reads the tables of a place and hands over their rows.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a column or field of `--map` is not there, exit 3 when no
/// column is the title, exit 1 when a file cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    each(place, sink, |source, sink| file(source, options, sink))
}

/// Does a sample look like a table of tickets?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let header = &sample.header;
    if header.len() < 2 || sample.columns(&["_fivetran_synced"]) {
        return false;
    }
    let columns = columns_of(header);
    let telling = [
        Kind::Status,
        Kind::Description,
        Kind::Key,
        Kind::Id,
        Kind::Created,
        Kind::Priority,
        Kind::Assignee,
        Kind::Requester,
    ];
    let titled = columns.contains_key(&Kind::Title);
    titled && telling.iter().any(|kind| columns.contains_key(kind)) || Tool::of(header).is_some()
}

fn file(source: &Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut table = Table::read(source)?;
    let name = source.name();
    let mut note = |text: String| sink(Item::Note(text));
    if table.guessed {
        note(format!("{name} is not UTF-8; it was read as Windows-1252"))?;
    }
    table.rows.iter_mut().flat_map(|(_, cells)| cells).for_each(armed);
    if twice::mend(table.rows.iter_mut().flat_map(|(_, cells)| cells)) {
        note(format!("{name} was encoded twice (`â€œ` for a quote), which is mended"))?;
    }
    let plan = Plan::of(&table, options, name)?;
    note(plan.note(name))?;
    let rows = || table.rows.iter().map(|(_, row)| row.as_slice());
    let dates = Dates::of(options.zone, rows().flat_map(|row| plan.moments(row)));
    if let Some(order) = dates.note() {
        note(format!("{name}: {order}"))?;
    }
    let mut rows =
        Rows { name, plan: &plan, dates, seen: HashMap::new(), statuses: BTreeSet::new() };
    for (index, (line, row)) in table.rows.iter().enumerate() {
        let open = table.unclosed == Some(*line) && index + 1 == table.rows.len();
        rows.row(*line, row, open, sink)?;
    }
    let wide = table
        .rows
        .iter()
        .filter(|(_, row)| row.iter().skip(table.header.len()).any(|cell| !cell.trim().is_empty()));
    match wide.count() {
        0 => {}
        count => sink(Item::Note(format!(
            "{name}: {count} rows have more cells than there are columns; what stands there is left out"
        )))?,
    }
    rows.end(sink)
}

/// Takes the `'` away that keeps a spreadsheet from running a cell.
fn armed(cell: &mut String) {
    const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let runs = cell
        .strip_prefix('\'')
        .is_some_and(|rest| rest.trim_start_matches([' ', '\u{3000}']).starts_with(FORMULA));
    if runs {
        cell.remove(0);
    }
}

/// The rows of a table, while they are read.
struct Rows<'r> {
    name: &'r str,
    plan: &'r Plan,
    dates: Dates,
    /// How often each name of a row without a key was there, and the hashes of such rows.
    seen: HashMap<String, (usize, BTreeSet<[u8; 16]>)>,
    statuses: BTreeSet<String>,
}

impl Rows<'_> {
    fn row(&mut self, line: u64, row: &[String], open: bool, sink: &mut Sink<'_>) -> Result<()> {
        let name = self.name;
        let place = || format!("{name}, line {line}");
        let reject =
            |reason: &str| Item::Rejected(Rejected { place: place(), reason: reason.to_owned() });
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if open {
            return sink(reject("a quote opens in it and never closes"));
        }
        let said = |field: &Field| self.plan.cell(row, field).is_some();
        if ![Field::Title, Field::Description, Field::Id].iter().any(said) {
            return sink(reject("it has neither a title nor a description"));
        }
        let Some(key) = self.key(row) else {
            return sink(Item::Skipped("rows that repeat another".to_owned()));
        };
        let mut record = row::record(self.plan, row, &self.dates, key);
        self.statuses.extend(record.unknown.take().filter(|_| self.statuses.len() < 100));
        give(Record::draft(record.record), place, sink)
    }

    /// The name of a row; none of one that is there a second time, word for word.
    fn key(&mut self, row: &[String]) -> Option<String> {
        if let Some(key) = self.plan.key(row) {
            return Some(key);
        }
        let cell = |field: &Field| self.plan.cell(row, field).unwrap_or_default();
        let what = format!("{}\n{}", cell(&Field::Title), cell(&Field::Created));
        let name = blake3::hash(what.as_bytes()).to_hex()[..16].to_owned();
        let whole = blake3::hash(row.join("\u{1f}").as_bytes());
        let mut hash = [0; 16];
        hash.copy_from_slice(&whole.as_bytes()[..16]);
        let (count, rows) = self.seen.entry(name.clone()).or_default();
        if !rows.insert(hash) {
            return None;
        }
        *count += 1;
        Some(if *count == 1 { format!("csv:{name}") } else { format!("csv:{name}-{count}") })
    }

    fn end(self, sink: &mut Sink<'_>) -> Result<()> {
        const MOST: usize = 8;
        let words = self.statuses.iter().take(MOST).map(|word| format!("`{word}`"));
        let words: Vec<String> = words.collect();
        if words.is_empty() {
            return Ok(());
        }
        let more = if self.statuses.len() > MOST { " and others" } else { "" };
        sink(Item::Note(format!(
            "{}: taken for open: status {}{more}",
            self.name,
            words.join(", ")
        )))
    }
}
