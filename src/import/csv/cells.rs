//! Cells that hold several values.

use serde_json::Value;

use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::MessageKind;
use crate::import::dates::Dates;
use crate::import::record::Reply;
use crate::import::words;

/// The values of a list, bare or in brackets: `[a, b]`, `a;b`, `a,b`.
pub(super) fn list(cell: &str) -> impl Iterator<Item = &str> {
    let cell = cell.trim();
    let inner = cell.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(cell);
    let parts = inner.split([',', ';', '|', '\n']).map(|part| part.trim().trim_matches('"'));
    parts.filter_map(words::something)
}

/// A label of Trello without its colour: `Blocker (red)`.
pub(super) fn uncoloured(label: &str) -> &str {
    let colour = |rest: &str| {
        rest.ends_with(')')
            && rest.trim_end_matches(')').chars().all(|c| c.is_alphabetic() || c == '_')
    };
    match label.rsplit_once(" (") {
        Some((name, rest)) if colour(rest) && !name.trim().is_empty() => name.trim(),
        _ => label.trim_matches(['(', ')']),
    }
}

/// The messages in a cell, each named by its time and author where it says them; those of a column
/// that may be internal are notes.
pub(super) fn messages(cell: &str, internal: bool, dates: &Dates) -> Vec<Reply> {
    let kind = if internal { MessageKind::Note } else { MessageKind::Reply };
    let reply = |who: &str, at: Option<Timestamp>, text: &str| {
        let mut reply =
            Reply::new(Person::new(words::something(who), None), at, text.trim().to_owned());
        reply.kind = kind;
        reply.name = Some(name(at, who, text));
        reply
    };
    if words::is_nothing(cell) {
        return Vec::new();
    }
    if let Some(all) = structured(cell) {
        let all = all
            .iter()
            .map(|(who, at, text)| reply(who, at.as_deref().and_then(|at| dates.read(at)), text));
        return all.collect();
    }
    let entries = journal(cell, dates);
    if !entries.is_empty() {
        let entries = entries.into_iter().map(|entry| {
            let mut reply = reply(entry.who, Some(entry.at), &entry.text);
            if !entry.public {
                reply.kind = MessageKind::Note;
            } else if internal && entry.said {
                reply.kind = MessageKind::Reply;
            }
            reply
        });
        return entries.collect();
    }
    match dates.said(cell) {
        Some((at, who, text)) => vec![reply(who, Some(at), text)],
        None => vec![reply("", None, cell)],
    }
}

/// What a message is called: what it is made of, so that it is met again whatever comes before it.
fn name(at: Option<Timestamp>, who: &str, text: &str) -> String {
    let what = match at {
        Some(Timestamp(at)) => format!("{at};{who}"),
        None => format!("{who};{text}"),
    };
    format!("comment-{}", &blake3::hash(what.as_bytes()).to_hex()[..12])
}

/// Comments as JSON in a cell: who, when, what.
fn structured(cell: &str) -> Option<Vec<(String, Option<String>, String)>> {
    if !cell.starts_with("[{") {
        return None;
    }
    let values: Vec<Value> = serde_json::from_str(cell).ok()?;
    let some = |value: &Value, names: &[&str]| {
        names.iter().find_map(|name| match value.get(*name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            value => ["username", "name", "email"]
                .iter()
                .find_map(|name| value.get(*name)?.as_str().map(ToOwned::to_owned)),
        })
    };
    let comment = |value: &Value| {
        let text = some(value, &["text", "comment_text", "comment", "body"])?;
        let who = some(value, &["by", "user", "author", "created_by"]).unwrap_or_default();
        Some((who, some(value, &["date", "created_at", "created", "time"]), text))
    };
    Some(values.iter().filter_map(comment).collect())
}

/// An entry of a journal.
struct Entry<'c> {
    at: Timestamp,
    who: &'c str,
    text: String,
    public: bool,
    /// It says itself that it is public.
    said: bool,
}

/// The entries of a journal as `ServiceNow` writes it: a line `DATE - NAME (Work notes)`, then the text.
fn journal<'c>(cell: &'c str, dates: &Dates) -> Vec<Entry<'c>> {
    let mut entries: Vec<Entry<'c>> = Vec::new();
    for line in cell.lines() {
        let head = line.split_once(" - ").and_then(|(date, rest)| {
            let (who, kind) = rest.trim_end().strip_suffix(')')?.rsplit_once(" (")?;
            let lower = kind.to_lowercase();
            let public = lower.contains("comment") && !lower.contains("work");
            Some(Entry { at: dates.read(date)?, who, text: String::new(), public, said: public })
        });
        match (head, entries.last_mut()) {
            (Some(entry), _) => entries.push(entry),
            (None, Some(last)) => {
                last.text.push_str(line);
                last.text.push('\n');
            }
            (None, None) if line.trim().is_empty() => {}
            // It begins otherwise, so it is no journal.
            (None, None) => return Vec::new(),
        }
    }
    entries
}

/// Files that a cell names, as a list; JSON or addresses.
pub(super) fn files(cell: &str) -> Vec<String> {
    if let Some(values) =
        cell.starts_with("[{").then(|| serde_json::from_str::<Vec<Value>>(cell).ok())
    {
        let file = |value: &Value| {
            let some = |names: &[&str]| names.iter().find_map(|name| value.get(*name)?.as_str());
            let url = some(&["url"]);
            let name = some(&["title", "name", "filename"]).or(url)?.replace(['[', ']', '\n'], " ");
            Some(url.map_or_else(|| format!("- {name}"), |url| format!("- [{name}]({url})")))
        };
        return values.unwrap_or_default().iter().filter_map(file).collect();
    }
    let parts = cell.split(['\n', ',']).map(str::trim).filter_map(words::something);
    parts
        .map(
            |part| {
                if part.starts_with("http") { format!("- <{part}>") } else { format!("- {part}") }
            },
        )
        .collect()
}

/// Checklists of a cell as Markdown: `{"Name": ["one", {"name": "two", "resolved": true}]}`.
pub(super) fn checklists(cell: &str) -> Option<String> {
    let Value::Object(lists) = serde_json::from_str(cell).ok()? else { return None };
    let task = |item: &Value| {
        let name = item.as_str().or_else(|| item.get("name")?.as_str())?;
        let done = ["resolved", "checked", "done", "complete"];
        let done = done.iter().any(|name| item.get(*name).and_then(Value::as_bool) == Some(true));
        Some(format!("- [{}] {}", if done { "x" } else { " " }, name.trim()))
    };
    let list = |(name, items): (&String, &Value)| {
        let items: Vec<String> = items.as_array()?.iter().filter_map(task).collect();
        Some(format!("{name}:\n\n{}", items.join("\n")))
    };
    let lists: Vec<String> = lists.iter().filter_map(list).collect();
    (!lists.is_empty()).then(|| lists.join("\n\n"))
}
