//! Bugs as a list in CSV: some of their fields and nothing that was said.

use super::bug::Bug;
use super::{Found, nothing};
use crate::error::{Error, Kind, Result};
use crate::import::fields::somebody;
use crate::import::table::Table;
use crate::import::{Options, Source, times, words};

/// What the columns are called: in programs' lists, and in those for people.
const COLUMNS: [(&str, &[&str]); 17] = [
    ("id", &["bug_id", "Bug ID", "ID"]),
    ("summary", &["short_desc", "Summary", "short_short_desc"]),
    ("status", &["bug_status", "Status"]),
    ("resolution", &["resolution"]),
    ("priority", &["priority"]),
    ("severity", &["bug_severity", "Severity"]),
    ("reporter", &["reporter_realname", "reporter", "Reporter Real Name"]),
    ("assignee", &["assigned_to_realname", "assigned_to", "Assignee Real Name", "Assignee"]),
    ("created", &["opendate", "Opened"]),
    ("updated", &["changeddate", "Changed"]),
    ("due", &["deadline"]),
    ("keywords", &["keywords"]),
    ("product", &["product"]),
    ("component", &["component", "Comp"]),
    ("version", &["version"]),
    ("milestone", &["target_milestone", "Target Milestone"]),
    ("whiteboard", &["status_whiteboard", "Whiteboard"]),
];

/// Goes through the bugs of a list.
///
/// # Errors
/// Whatever `give` returns; exit 3 when it is another table, exit 1 when it cannot be read.
pub(super) fn walk(
    source: &Source,
    options: &Options,
    give: &mut dyn FnMut(Found) -> Result<()>,
) -> Result<()> {
    let table = match Table::read(source) {
        Err(e) if e.kind == Kind::Invalid => return Err(nothing(source)),
        table => table?,
    };
    let place = |name: &str| {
        let (_, names) = COLUMNS.iter().find(|(ours, _)| *ours == name)?;
        names.iter().find_map(|name| table.columns(name).first().copied())
    };
    if place("id").is_none() || place("summary").is_none() {
        return Err(nothing(source));
    }
    for (line, row) in &table.rows {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cell = |name: &str| {
            let cell = row.get(place(name)?).map(|cell| cell.trim())?;
            (!cell.is_empty()).then(|| cell.to_owned())
        };
        let found = match bug(&cell, options) {
            Ok(mut bug) => {
                let parts = [
                    ("reporter", "requester"),
                    ("assignee", "assignee"),
                    ("status", "status"),
                    ("keywords", "labels"),
                    ("due", "due"),
                ];
                let unsaid = parts.iter().filter(|(ours, _)| place(ours).is_none());
                bug.silent.extend(unsaid.map(|(_, part)| *part));
                if place("priority").is_none() && place("severity").is_none() {
                    bug.silent.push("priority");
                }
                Found::Bug(Box::new(bug))
            }
            Err(e) => Found::Broken(format!("{}, line {line}", source.name()), e),
        };
        give(found)?;
    }
    if table.guessed {
        give(Found::Note(format!("{} is not UTF-8; it is read as Windows-1252", source.name())))?;
    }
    Ok(())
}

fn bug(cell: &dyn Fn(&str) -> Option<String>, options: &Options) -> Result<Bug> {
    let at = |name: &str| match cell(name).filter(|text| !words::is_nothing(text)) {
        None => Ok(None),
        Some(text) => match times::moment(&text, options.zone) {
            // A list for people says how long ago it was, or only the time of today.
            None if name == "updated" => Ok(None),
            None => Err(Error::invalid(format!("`{name}` is not a time: `{text}`"))),
            time => Ok(time),
        },
    };
    let id = cell("id").filter(|id| id.bytes().all(|c| c.is_ascii_digit()));
    let id = id.ok_or_else(|| Error::invalid("it has no number"))?;
    let fields = ["product", "component", "version", "milestone", "whiteboard"];
    let keywords = cell("keywords").unwrap_or_default();
    Ok(Bug {
        id,
        summary: cell("summary").or_else(|| Some(String::new())),
        status: cell("status"),
        resolution: cell("resolution"),
        priority: cell("priority"),
        severity: cell("severity"),
        reporter: somebody(cell("reporter").as_deref()),
        assignee: somebody(cell("assignee").as_deref()),
        created: at("created")?,
        updated: at("updated")?,
        due: at("due")?,
        keywords: keywords.split(',').map(ToOwned::to_owned).collect(),
        fields: fields.map(|name| (name, cell(name).unwrap_or_default())).into(),
        base: options.base.clone(),
        silent: vec!["links"],
        ..Bug::default()
    })
}
