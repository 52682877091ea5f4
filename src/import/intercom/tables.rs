//! Tables as warehouses keep them: a file of conversations, and files of what belongs to them.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::{Beside, conversation, person};
use crate::error::{Error, Result};
use crate::import::auto::Sample;
use crate::import::fields::{Object, claim, word};
use crate::import::table::Table;
use crate::import::{Item, Options, Place, Sink, Source, give};

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    Conversations,
    Parts,
    Contacts,
    Admins,
    Tags,
    Tagged,
    Teams,
}

fn rows(header: &[String], source: &Source) -> Option<Rows> {
    let has = |names: &[&str]| names.iter().all(|name| header.iter().any(|column| column == name));
    let called = |part: &str| source.file_name().to_lowercase().contains(part);
    if has(&["id", "source_body", "state"]) || has(&["id", "source_author_id"]) {
        Some(Rows::Conversations)
    } else if has(&["conversation_id", "part_type", "body"]) {
        Some(Rows::Parts)
    } else if has(&["conversation_id", "tag_id"]) {
        Some(Rows::Tagged)
    } else if has(&["id", "name", "email"]) && called("admin") {
        Some(Rows::Admins)
    } else if has(&["id", "name", "email"]) && (called("contact") || called("user")) {
        Some(Rows::Contacts)
    } else if has(&["id", "name"]) && called("team") {
        Some(Rows::Teams)
    } else if has(&["id", "name"]) && called("tag") {
        Some(Rows::Tags)
    } else {
        None
    }
}

/// Does a sample look like one of the tables?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.columns(&["id", "source_author_id", "state"])
        || sample.columns(&["conversation_id", "part_type", "body"])
}

/// Are there tables in a place?
pub(super) fn are_in(place: &Place) -> bool {
    place.sources.iter().any(|source| {
        let head = source.head(16 << 10).unwrap_or_default();
        let line = head.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        !line.trim_start().starts_with(['{', '['])
            && Table::of(line).is_ok_and(|table| rows(&table.header, source).is_some())
    })
}

/// What is in the tables; of each conversation and part the version that counts.
#[derive(Default)]
struct Tables {
    beside: Beside,
    talks: BTreeMap<String, (String, Object)>,
    parts: BTreeMap<String, Object>,
    tags: HashMap<String, String>,
    tagged: HashMap<String, Vec<String>>,
}

/// Reads the tables of a place.
///
/// # Errors
/// Whatever `sink` returns, and what a table that cannot be read says.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut tables = Tables::default();
    for source in &place.sources {
        let csv = source.ends_in(&["csv", "tsv", "txt", ""]);
        let table = if csv { Table::read(source)? } else { Table::default() };
        let Some(kind) = rows(&table.header, source) else {
            sink(Item::Skipped("files of other kinds".to_owned()))?;
            continue;
        };
        for (line, cells) in table.rows {
            let pairs =
                table.header.iter().cloned().zip(cells).filter(|(_, cell)| !cell.is_empty());
            let row: Object = pairs.map(|(name, cell)| (name, Value::String(cell))).collect();
            let old = claim(&row, "_fivetran_active") == Some(false);
            if old || claim(&row, "_fivetran_deleted") == Some(true) {
                sink(Item::Skipped("older versions".to_owned()))?;
            } else {
                tables.take(kind, row, format!("{}, line {line}", source.name()));
            }
        }
    }
    if tables.talks.is_empty() {
        return Err(Error::not_found(format!("{} holds no conversations", place.name)));
    }
    tables.hand(options, sink)
}

impl Tables {
    fn take(&mut self, kind: Rows, row: Object, place: String) {
        let get = |name: &str| word(&row, name);
        let Some(id) = get("id").or_else(|| get("conversation_id")) else { return };
        match kind {
            Rows::Conversations => {
                // Without a mark of the active version the one that was changed last counts.
                let newer =
                    |(_, known): &(String, Object)| word(known, "updated_at") <= get("updated_at");
                if self.talks.get(&id).is_none_or(newer) {
                    self.talks.insert(id, (place, row));
                }
            }
            Rows::Parts => _ = self.parts.insert(id, row),
            Rows::Contacts => self.beside.contacts.add(id, person(&row), Some(false)),
            Rows::Admins => self.beside.admins.add(id, person(&row), Some(true)),
            Rows::Teams => self.beside.teams.extend(get("name").map(|name| (id, name))),
            Rows::Tags => self.tags.extend(get("name").map(|name| (id, name))),
            Rows::Tagged => {
                let (Some(talk), Some(tag)) = (get("conversation_id"), get("tag_id")) else {
                    return;
                };
                self.tagged.entry(talk).or_default().push(tag);
            }
        }
    }

    /// Hands over the conversations as the API would tell them.
    fn hand(self, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
        let mut parts: HashMap<String, Vec<Value>> = HashMap::new();
        let mut lost = 0;
        for (id, part) in self.parts {
            let talk = word(&part, "conversation_id").unwrap_or_default();
            lost += usize::from(!self.talks.contains_key(&talk));
            let author =
                json!({"type": word(&part, "author_type"), "id": word(&part, "author_id")});
            let mut part = part;
            part.insert("author".to_owned(), author);
            part.insert("id".to_owned(), id.into());
            parts.entry(talk).or_default().push(part.into());
        }
        for (id, (place, mut row)) in self.talks {
            let tags = self.tagged.get(&id).into_iter().flatten();
            let tags: Vec<Value> =
                tags.filter_map(|tag| Some(json!({"name": self.tags.get(tag)?}))).collect();
            let get = |name: &str| word(&row, name);
            let source = json!({
                "type": get("source_type"), "subject": get("source_subject"), "body": get("source_body"),
                "author": {"type": get("source_author_type"), "id": get("source_author_id")},
            });
            let assigned = json!({"type": get("assignee_type"), "id": get("assignee_id")});
            let closed = json!({"last_close_at": get("statistics_last_close_at")});
            for (name, value) in [
                ("source", source),
                ("assignee", assigned),
                ("statistics", closed),
                ("tags", tags.into()),
                ("conversation_parts", parts.remove(&id).unwrap_or_default().into()),
            ] {
                row.insert(name.to_owned(), value);
            }
            give(conversation::draft(&row, &self.beside, options), || place, sink)?;
        }
        (0..lost).try_for_each(|_| sink(Item::Skipped("parts without a conversation".to_owned())))
    }
}
