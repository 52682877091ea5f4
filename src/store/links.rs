//! What tickets have to do with each other, and tickets as they are shown with it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use rusqlite::{Connection, Row};

use super::clocks::Watch;
use super::write::Writer;
use super::{Reader, Wants, derive, named, read};
use crate::domain::event::{Event, Link};
use crate::domain::ids::{Machine, Number, Timestamp, Uid};
use crate::domain::ticket::Ticket;
use crate::domain::words::{LinkKind, Relation, Status};
use crate::error::{Error, Result};
use crate::view::{self, Messages};

/// Writes the links of the ticket in row `id`, `before` being those that stood there.
pub(super) fn write(
    conn: &Connection,
    id: i64,
    before: &BTreeSet<Link>,
    after: &BTreeSet<Link>,
) -> Result<()> {
    let delete = "DELETE FROM link WHERE ticket = ?1 AND kind = ?2 AND other = ?3";
    for link in before.difference(after) {
        conn.prepare_cached(delete)?.execute((id, link.kind.rank(), link.to.0))?;
    }
    let insert = "INSERT OR IGNORE INTO link (ticket, kind, other) VALUES (?1, ?2, ?3)";
    for link in after.difference(before) {
        conn.prepare_cached(insert)?.execute((id, link.kind.rank(), link.to.0))?;
    }
    Ok(())
}

/// How the tickets are called that the one in row `id` has to do with; a row of `ticket` that is not
/// there belongs to one taken back, or not yet known here.
const LINKED: &str = "WITH linked (kind, back, other) AS (
         SELECT l.kind, 0, s.id FROM link l JOIN subject s ON s.uid = l.other WHERE l.ticket = ?1
         UNION ALL SELECT kind, 1, ticket FROM link WHERE other = ?2
         UNION ALL SELECT 3, 0, s.id FROM ticket m JOIN subject s ON s.uid = m.merged
             WHERE m.id = ?1
         UNION ALL SELECT 3, 1, id FROM ticket WHERE merged = ?2)
     SELECT l.kind, l.back, t.machine, t.n, t.uid, t.title, t.status,
         CASE WHEN t.merged IS NOT NULL THEN (SELECT m.machine << 32 | m.n
             FROM subject s JOIN ticket m ON m.id = s.id WHERE s.uid = t.merged) END
     FROM linked l JOIN ticket t ON t.id = l.other ORDER BY 1, 3, 4, 2";

/// The tickets that are there on which this link stands, with their rows, in order.
pub(super) fn pointing(conn: &Connection, link: Link) -> Result<Vec<(Uid, i64)>> {
    let sql = "SELECT t.uid, t.id FROM link l JOIN ticket t ON t.id = l.ticket
         WHERE l.other = ?1 AND l.kind = ?2 ORDER BY t.created_at, t.id";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement
        .query_map((link.to.0, link.kind.rank()), |row| Ok((Uid(row.get(0)?), row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The tickets that others have to do with: most have nothing to do with any, and need no asking.
pub(super) fn named_by_others(conn: &Connection) -> Result<HashSet<Uid>> {
    let sql = "SELECT other FROM link UNION SELECT merged FROM ticket WHERE merged IS NOT NULL";
    let mut statement = conn.prepare(sql)?;
    let uids = statement.query_map([], |row| row.get(0).map(Uid))?;
    Ok(uids.collect::<rusqlite::Result<_>>()?)
}

/// `fold` as it is shown, `named` being the tickets that others have to do with.
pub(super) fn shown_among(
    conn: &Connection,
    fold: Ticket,
    named: &HashSet<Uid>,
) -> Result<view::Ticket> {
    let alone = fold.now.links.is_empty() && fold.now.merged.is_none();
    if alone && !named.contains(&fold.uid) {
        return Ok(view::Ticket { links: Some(Vec::new()), ..view::Ticket::from(fold) });
    }
    shown(conn, fold)
}

/// `fold` as it is shown.
pub(super) fn shown(conn: &Connection, fold: Ticket) -> Result<view::Ticket> {
    let mut links = Vec::new();
    if let Some(id) = derive::row_of(conn, fold.uid)? {
        let mut statement = conn.prepare_cached(LINKED)?;
        let mut rows = statement.query((id, fold.uid.0))?;
        while let Some(row) = rows.next()? {
            links.push(linked(row)?);
        }
    }
    once(&mut links);
    let mut ticket = view::Ticket::from(fold);
    let merged = links.iter().find(|link| link.kind == "merged-into");
    ticket.merged_into = merged.map(|link| link.id.clone());
    ticket.links = Some(links);
    call(conn, &mut ticket)?;
    Ok(ticket)
}

/// The same for all tickets at once, each after whose it is.
const ALL: &str = "WITH linked (id, kind, back, other) AS (
         SELECT l.ticket, l.kind, 0, s.id FROM link l JOIN subject s ON s.uid = l.other
         UNION ALL SELECT s.id, l.kind, 1, l.ticket FROM link l JOIN subject s ON s.uid = l.other
         UNION ALL SELECT m.id, 3, 0, s.id FROM ticket m JOIN subject s ON s.uid = m.merged
         UNION ALL SELECT s.id, 3, 1, m.id FROM ticket m JOIN subject s ON s.uid = m.merged)
     SELECT l.kind, l.back, t.machine, t.n, t.uid, t.title, t.status,
         CASE WHEN t.merged IS NOT NULL THEN (SELECT m.machine << 32 | m.n
             FROM subject s JOIN ticket m ON m.id = s.id WHERE s.uid = t.merged) END, o.uid
     FROM linked l JOIN ticket t ON t.id = l.other JOIN subject o ON o.id = l.id
     ORDER BY 1, 3, 4, 2";

/// What the tickets of a list have to do with others, where somebody asks for that.
pub(super) struct Linked(Option<HashMap<Uid, Vec<view::Link>>>);

impl Linked {
    /// As far as `wants` names it.
    pub(super) fn of(conn: &Connection, wants: &Wants) -> Result<Self> {
        let named = |fields: &Vec<String>| fields.iter().any(|field| field == "links");
        if !wants.fields.as_ref().is_some_and(named) {
            return Ok(Self(None));
        }
        let mut all: HashMap<Uid, Vec<view::Link>> = HashMap::new();
        let mut statement = conn.prepare_cached(ALL)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            all.entry(Uid(row.get(8)?)).or_default().push(linked(row)?);
        }
        all.values_mut().for_each(once);
        Ok(Self(Some(all)))
    }

    /// Adds it to a ticket.
    pub(super) fn fill(&self, ticket: &mut view::Ticket) {
        let Some(all) = &self.0 else { return };
        ticket.links = Some(all.get(&ticket.uid).cloned().unwrap_or_default());
    }
}

/// That two tickets relate may stand with both.
fn once(links: &mut Vec<view::Link>) {
    links.dedup_by(|a, b| (&a.kind, a.uid) == (&b.kind, b.uid));
}

fn linked(row: &Row<'_>) -> Result<view::Link> {
    let (kind, back): (i64, bool) = (row.get(0)?, row.get(1)?);
    let kind = match (LinkKind::from_rank(kind), back) {
        (Some(LinkKind::Blocks), true) => "blocked-by",
        (Some(LinkKind::Duplicates), true) => "duplicated-by",
        (Some(kind), _) => kind.word(),
        (None, false) => "merged-into",
        (None, true) => "merged-from",
    };
    let number = Number { machine: Machine(row.get(2)?), n: row.get(3)? };
    let stands = match row.get::<_, Option<i64>>(7)? {
        Some(into) => format!("merged into #{}", read::packed(into)),
        None => Status::from_rank(row.get(6)?).map_or_else(String::new, |it| it.to_string()),
    };
    let (kind, id) = (kind.to_owned(), number.to_string());
    Ok(view::Link { kind, id, uid: Uid(row.get(4)?), title: row.get(5)?, stands })
}

/// Calls the tickets that its messages come from by their numbers, and those that it was merged into
/// on two machines at once.
fn call(conn: &Connection, ticket: &mut view::Ticket) -> Result<()> {
    let Messages::All(messages) = &mut ticket.messages else { return Ok(()) };
    let disputed = ticket.conflicts.iter_mut().filter(|conflict| conflict.field == "merged");
    let disputed: Vec<&mut String> =
        disputed.flat_map(|conflict| [&mut conflict.kept, &mut conflict.lost]).collect();
    let origins: Vec<_> = messages.iter_mut().filter_map(|it| it.origin.as_mut()).collect();
    let named = disputed.iter().filter_map(|text| text.parse().ok());
    let uids: BTreeSet<Uid> = origins.iter().map(|origin| origin.ticket).chain(named).collect();
    if uids.is_empty() {
        return Ok(());
    }
    let numbers = named::numbers(conn, &uids.into_iter().collect::<Vec<_>>())?;
    for origin in origins {
        let on = numbers.get(&origin.ticket);
        origin.id = on.map(|on| format!("{on}.{}", origin.message.within(*on)));
    }
    for text in disputed {
        if let Some(number) = text.parse().ok().and_then(|uid: Uid| numbers.get(&uid)) {
            *text = format!("#{number}");
        }
    }
    Ok(())
}

/// The shortest way from one ticket to another over links of this kind, both ends included; empty
/// when there is none.
fn way(conn: &Connection, kind: LinkKind, from: Uid, to: Uid) -> Result<Vec<Uid>> {
    let sql = "SELECT l.other FROM link l JOIN subject s ON s.id = l.ticket
         WHERE s.uid = ?1 AND l.kind = ?2 ORDER BY l.other";
    let mut statement = conn.prepare_cached(sql)?;
    let mut came = BTreeMap::from([(from, from)]);
    let mut next = VecDeque::from([from]);
    while let Some(here) = next.pop_front().filter(|_| !came.contains_key(&to)) {
        let others = statement.query_map((here.0, kind.rank()), |row| Ok(Uid(row.get(0)?)))?;
        for other in others {
            let other = other?;
            if let Entry::Vacant(place) = came.entry(other) {
                place.insert(here);
                next.push_back(other);
            }
        }
    }
    let mut way = Vec::new();
    let mut here = came.contains_key(&to).then_some(to);
    while let Some(uid) = here {
        way.insert(0, uid);
        here = came.get(&uid).copied().filter(|_| uid != from);
    }
    Ok(way)
}

impl Reader<'_> {
    /// `fold` as it is shown, with the tickets it has to do with.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn shown(&self, fold: Ticket, now: Timestamp) -> Result<view::Ticket> {
        let sla = Watch::new(self.conn, now).of(&fold)?;
        let articles = self.articles_of(fold.uid)?;
        Ok(view::Ticket { sla, articles, ..shown(self.conn, fold)? })
    }
}

impl Writer<'_> {
    /// These tickets as they are shown now.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn shown(&mut self, uids: &[Uid]) -> Result<Vec<view::Ticket>> {
        self.settle()?;
        let now = self.now();
        let one = |uid: &Uid| {
            let fold = self.ticket(*uid)?.clone();
            Reader::new(self.connection()).shown(fold, now)
        };
        uids.iter().map(one).collect()
    }

    /// Says of a ticket what it has to do with another; returns whether that is news.
    ///
    /// # Errors
    /// Exit 4 when it is the same ticket, or tickets would block or repeat each other in a circle.
    pub fn link(&mut self, uid: Uid, link: Link) -> Result<bool> {
        let Link { kind, to } = link;
        if uid == to {
            let number = self.ticket(uid)?.number();
            return Err(Error::invalid(format!("#{number} cannot be linked to itself")));
        }
        let back = Link { kind, to: uid };
        if kind == LinkKind::Relates && self.ticket(to)?.now.links.contains(&back) {
            return Ok(false);
        }
        self.unless_circular(uid, link)?;
        self.record(uid, Event::Linked(link))
    }

    /// Refuses what would make tickets wait for, or repeat, each other in a circle.
    pub(super) fn unless_circular(&mut self, uid: Uid, link: Link) -> Result<()> {
        if link.kind == LinkKind::Relates {
            return Ok(());
        }
        self.settle()?;
        let way = way(self.connection(), link.kind, link.to, uid)?;
        if way.is_empty() {
            return Ok(());
        }
        let numbers = named::numbers(self.connection(), &way)?;
        let name = |uid: &Uid| {
            numbers.get(uid).map_or_else(|| uid.to_string(), |number| format!("#{number}"))
        };
        let names: Vec<String> = way.iter().map(name).collect();
        let word = link.kind.word();
        let what =
            format!("{} cannot {} {}", name(&uid), word.trim_end_matches('s'), name(&link.to));
        Err(Error::invalid(what)
            .because(names.join(&format!(" {word} ")))
            .hint("`tix unlink` takes one of these links away"))
    }

    /// Takes away what two tickets have to do with each other, or only what they have to do so;
    /// returns the links that were there, each with the ticket that it stood on.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn unlink(
        &mut self,
        one: Uid,
        relation: Option<Relation>,
        other: Uid,
    ) -> Result<Vec<(Uid, Link)>> {
        let mut gone = Vec::new();
        for (uid, to, back) in [(one, other, false), (other, one, true)] {
            for kind in LinkKind::ALL {
                let meant = relation.is_none_or(|relation| relation.means(*kind, back));
                let link = Link { kind: *kind, to };
                if meant && self.record(uid, Event::Unlinked(link))? {
                    gone.push((uid, link));
                }
            }
        }
        Ok(gone)
    }

    /// The open tickets that block this one.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn blockers(&mut self, uid: Uid) -> Result<Vec<Number>> {
        let sql = "SELECT s.uid FROM link l JOIN subject s ON s.id = l.ticket
             WHERE l.other = ?1 AND l.kind = 0";
        let mut statement = self.connection().prepare_cached(sql)?;
        let uids = statement.query_map([uid.0], |row| Ok(Uid(row.get(0)?)))?;
        let uids: Vec<Uid> = uids.collect::<rusqlite::Result<_>>()?;
        let mut blockers = Vec::new();
        for uid in uids {
            let ticket = self.ticket(uid)?;
            if ticket.now.state.status != Status::Closed {
                blockers.push(ticket.number());
            }
        }
        blockers.sort_unstable();
        Ok(blockers)
    }
}
