//! todo.txt: a task a line, `x DONE CREATED (A) text +project @context key:value`.
//!
//! A line has no name, so a ticket's reference, `todotxt:HASH`, is made of its text and the day it was
//! created: what changes when a task is done, put off or given another priority does not count. Of
//! lines that are the same by that, each further one counts too.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::auto::Sample;
use super::record::Record;
use super::ties::Ties;
use super::{Item, Options, Place, Sink, Source, each, give, times};
use crate::domain::draft::Draft;
use crate::domain::ids::Timestamp;
use crate::domain::words::{Channel, LinkKind, Priority, Status};
use crate::error::{Error, Result};

#[cfg(test)]
mod tests;

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no tasks, exit 1 when a file cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["txt"]));
    let mut hashes = HashMap::new();
    each(&place, sink, |source, sink| file(source, (options, &mut hashes), sink))
}

/// Does a sample look like it? Most of its lines must begin as only lines of todo.txt do.
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    if sample.head.starts_with("From ") || sample.root.is_some() || !sample.keys.is_empty() {
        return false;
    }
    let lines = sample.head.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(200);
    let (mut all, mut ours) = (0, 0);
    for line in lines {
        let task = Task::of(line);
        all += 1;
        ours +=
            usize::from(task.letter.is_some() || task.done_on.is_some() || task.created.is_some());
    }
    ours * 10 >= all * 6 && ours > 0
}

/// A line, taken apart.
#[derive(Debug, Default)]
struct Task<'l> {
    done: bool,
    done_on: Option<NaiveDate>,
    created: Option<NaiveDate>,
    letter: Option<char>,
    text: String,
    labels: Vec<String>,
    keys: Vec<(&'l str, &'l str)>,
}

/// What is about a task and no part of its text.
const KEYS: [&str; 8] = ["due", "t", "threshold", "pri", "rec", "h", "id", "p"];

/// How many projects and contexts of a line are kept: nobody writes as many.
const LABELS_MAX: usize = 200;

impl<'l> Task<'l> {
    fn of(line: &'l str) -> Self {
        let mut task = Self::default();
        let mut rest = line.trim();
        if let Some(after) = rest.strip_prefix("x ") {
            (task.done, rest) = (true, after.trim_start());
        }
        task.letter(&mut rest);
        let first = day(&mut rest);
        task.letter(&mut rest);
        if task.done {
            task.done_on = first;
            task.created = day(&mut rest);
        } else {
            task.created = first;
        }
        let mut words = Vec::new();
        for word in rest.split_whitespace() {
            let pair = word.split_once(':').filter(|(_, value)| !value.is_empty());
            match pair {
                Some((key, value)) if KEYS.contains(&key) => task.keys.push((key, value)),
                _ => words.push(word),
            }
            let signed = word.len() > 1 && word.starts_with(['+', '@']);
            let signed = signed && task.labels.len() < LABELS_MAX;
            task.labels.extend(signed.then(|| word.to_owned()));
        }
        task.text = words.join(" ");
        if task.letter.is_none() {
            let mut letter = task.key("pri").unwrap_or_default().chars();
            task.letter =
                letter.next().map(|c| c.to_ascii_uppercase()).filter(char::is_ascii_uppercase);
        }
        task
    }

    /// Takes `(A) ` from the front.
    fn letter(&mut self, rest: &mut &str) {
        let [b'(', letter @ b'A'..=b'Z', b')', b' ', ..] = rest.as_bytes() else { return };
        self.letter = Some(char::from(*letter));
        *rest = rest[4..].trim_start();
    }

    fn key(&self, name: &str) -> Option<&'l str> {
        self.keys.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    /// What stays the same whatever becomes of it.
    fn hash(&self) -> String {
        let day = self.created.map(|day| day.to_string()).unwrap_or_default();
        let hash = blake3::hash(format!("{day} {}", self.text).as_bytes()).to_hex();
        hash[..16].to_owned()
    }
}

/// Takes a date from the front.
fn day(rest: &mut &str) -> Option<NaiveDate> {
    let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let shape = word.len() == 10 && word.is_ascii();
    let day = NaiveDate::parse_from_str(word, "%Y-%m-%d").ok().filter(|_| shape)?;
    *rest = after.trim_start();
    Some(day)
}

/// A day as it begins.
fn begins(day: NaiveDate, zone: Tz) -> Option<Timestamp> {
    times::local(day.and_hms_opt(0, 0, 0)?, zone)
}

type Given<'o> = (&'o Options, &'o mut HashMap<String, usize>);

fn file(source: &Source, (options, hashes): Given<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let (text, guessed) = source.text()?;
    let lines: Vec<(usize, Task<'_>)> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| (at + 1, Task::of(line)))
        .collect();
    if lines.is_empty() {
        return Err(Error::not_found(format!("{} holds no tasks", source.name())));
    }
    let names: Vec<String> = lines.iter().map(|(_, task)| named(task, hashes)).collect();
    let ties = related(&lines, &names);
    for ((line, task), name) in lines.iter().zip(names) {
        let related = ties.of(&name);
        let draft = draft(task, name, related, options.zone);
        give(draft, || format!("{}, line {line}", source.name()), sink)?;
    }
    if guessed {
        sink(Item::Note(format!("{} is not UTF-8; it is read as Windows-1252", source.name())))?;
    }
    Ok(())
}

/// The reference of a task, the further ones of a kind by their count.
fn named(task: &Task<'_>, hashes: &mut HashMap<String, usize>) -> String {
    let hash = task.hash();
    let count = hashes.entry(hash.clone()).or_default();
    *count += 1;
    if *count == 1 { format!("todotxt:{hash}") } else { format!("todotxt:{hash}-{count}") }
}

/// `p:1` is part of the task that is `id:1`.
fn related(lines: &[(usize, Task<'_>)], names: &[String]) -> Ties {
    let (mut ties, mut ids) = (Ties::default(), HashMap::new());
    for ((_, task), name) in lines.iter().zip(names) {
        ties.comes(name.clone());
        ids.extend(task.key("id").map(|id| (id, name)));
    }
    for ((_, task), name) in lines.iter().zip(names) {
        if let Some(of) = task.key("p").and_then(|id| ids.get(id)) {
            ties.tie(name, LinkKind::Relates, of);
        }
    }
    ties
}

fn draft(task: &Task<'_>, name: String, links: Vec<(LinkKind, String)>, zone: Tz) -> Result<Draft> {
    let mut record = Record::new(name, Channel::Web, task.text.clone());
    record.description = Some(String::new());
    record.created = task.created.and_then(|day| begins(day, zone));
    record.due = task.key("due").and_then(|day| times::due(day, zone));
    if task.done {
        record.status = Status::Closed;
        record.closed = task.done_on.and_then(|day| begins(day, zone));
    } else {
        let hidden = task.key("t").or_else(|| task.key("threshold"));
        record.snoozed = hidden.and_then(|day| times::moment(day, zone));
    }
    record.priority = match task.letter {
        Some('A') => Priority::Urgent,
        Some('B') => Priority::High,
        Some('C') | None => Priority::Normal,
        Some(_) => Priority::Low,
    };
    record.labels.clone_from(&task.labels);
    record.links = links;
    record.field("pri", &task.letter.map(String::from).unwrap_or_default());
    for (field, key) in [("recur", "rec"), ("hidden", "h")] {
        record.field(field, task.key(key).unwrap_or_default());
    }
    record.draft()
}
