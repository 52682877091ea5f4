//! Where those whose texts are purged are named elsewhere, and where those texts are quoted.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::{Scope, folded};
use crate::domain::event::Event;
use crate::domain::ids::{Number, Uid};
use crate::domain::words::By;
use crate::error::Result;
use crate::store::kept;

/// A shorter line says too little to be looked for.
const LINE_MIN: usize = 16;

/// So many lines and people are looked for.
const NEEDLES_MAX: usize = 40;

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needles {
    /// Addresses, or names where there is none, lower case.
    pub(super) people: BTreeSet<String>,
    /// Lines of messages that go while their ticket stays.
    pub(super) lines: BTreeSet<(Uid, String)>,
}

/// Where something still stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remain {
    /// The ticket's number, or what is kept on the desk: canned `thanks`.
    pub on: String,
    /// Who or what stands there: an address, `a quote of 42.3`.
    pub what: String,
    /// It is a ticket.
    pub ticket: bool,
}

/// Notes what to look for once all of `scope` is gone.
pub(super) fn gather(conn: &Connection, scope: &mut Scope) -> Result<()> {
    for (uid, part) in &scope.parts {
        let Some(ticket) = folded(conn, *uid)? else { continue };
        let posts = part.messages.iter().filter_map(|number| ticket.messages.get(number));
        let (mut people, mut lines) = (Vec::new(), Vec::new());
        for post in posts.filter(|post| post.purged.is_none()) {
            let message = &post.message;
            if part.whole && message.by == By::Requester {
                people.push(&message.author);
            } else if !part.whole {
                lines.extend(message.wording.body.lines().map(|line| line.trim().to_owned()));
            }
        }
        people.extend(ticket.now.requester.iter().filter(|_| part.whole));
        let people = people.into_iter().filter_map(|it| it.email.as_ref().or(it.name.as_ref()));
        scope.needles.people.extend(people.map(|name| name.to_lowercase()));
        lines.retain(|line| line.len() >= LINE_MIN && !line.starts_with('>'));
        scope.needles.lines.extend(lines.into_iter().map(|line| (*uid, line)));
    }
    Ok(())
}

/// Where that stands in what stays.
pub(super) fn find(conn: &Connection, scope: &Scope) -> Result<Vec<Remain>> {
    let escaped = |text: &str| {
        let text = serde_json::to_string(text).unwrap_or_default();
        text.trim_matches('"').to_owned()
    };
    let people: Vec<(String, &String)> = scope
        .needles
        .people
        .iter()
        .take(NEEDLES_MAX)
        .map(|person| (escaped(person), person))
        .collect();
    let lines = scope.needles.lines.iter().take(NEEDLES_MAX);
    let lines: Vec<(Uid, String)> = lines.map(|(uid, line)| (*uid, escaped(line))).collect();
    if people.is_empty() && lines.is_empty() {
        return Ok(Vec::new());
    }
    let gone: BTreeSet<i64> = scope.found.iter().map(|it| it.id).collect();
    let mut found: BTreeMap<(Uid, String), BTreeSet<String>> = BTreeMap::new();
    let sql = "SELECT e.id, s.uid, e.content FROM entry e JOIN subject s ON s.id = e.ticket
         WHERE e.content IS NOT NULL ORDER BY e.id";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if gone.contains(&row.get(0)?) {
            continue;
        }
        let uid = Uid(row.get(1)?);
        let content = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let mut add = |what: String| -> Result<()> {
            let on = if uid == Uid::DESK { kept_in(content) } else { String::new() };
            // What is no longer kept is known to nobody by that name.
            let there = uid != Uid::DESK || kept::get(conn, &on)?.is_some();
            if there {
                found.entry((uid, on)).or_default().insert(what);
            }
            Ok(())
        };
        if !people.is_empty() {
            let lower = content.to_lowercase();
            for (needle, person) in &people {
                if lower.contains(needle.as_str()) {
                    add((*person).clone())?;
                }
            }
        }
        for (of, line) in &lines {
            if content.contains(line.as_str()) {
                add(quoted(scope, *of))?;
            }
        }
    }
    told(conn, found)
}

/// `a quote of 42.3`
fn quoted(scope: &Scope, of: Uid) -> String {
    let Some(part) = scope.parts.get(&of) else { return "a quote".to_owned() };
    let id = |number: &Number| format!("{}.{}", part.number, number.within(part.number));
    let ids: Vec<String> = part.messages.iter().map(id).collect();
    format!("a quote of {}", ids.join(", "))
}

/// The key of what an entry keeps.
fn kept_in(content: &str) -> String {
    let read: Option<crate::domain::event::Content> = serde_json::from_str(content).ok();
    match read.map(|content| content.event) {
        Some(Event::Kept { key, .. }) => key,
        _ => String::new(),
    }
}

fn told(
    conn: &Connection,
    found: BTreeMap<(Uid, String), BTreeSet<String>>,
) -> Result<Vec<Remain>> {
    let mut still = Vec::new();
    for ((uid, key), whats) in found {
        let number = folded(conn, uid)?.map(|ticket| ticket.number());
        let on = match number {
            Some(number) => number.to_string(),
            None if uid == Uid::DESK => kept::in_words(&key),
            None => continue,
        };
        let what = whats.into_iter().collect::<Vec<_>>().join(", ");
        still.push((number, Remain { on, what, ticket: number.is_some() }));
    }
    still.sort_by(|(a, x), (b, y)| (a.is_none(), a, &x.on).cmp(&(b.is_none(), b, &y.on)));
    Ok(still.into_iter().map(|(_, remain)| remain).collect())
}
