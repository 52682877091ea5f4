//! Taking changes back, and bringing them back again.

use rusqlite::{Connection, OptionalExtension};

use super::write::Writer;
use super::{derive, journal};
use crate::domain::event::{Entry, Event, Mark};
use crate::domain::ids::{ChangeId, Number, Uid};
use crate::domain::ticket::Post;
use crate::error::{Error, Result};

/// A change that can be taken back or brought back, and the change whose entries to turn round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// What is taken back or brought back.
    pub change: ChangeId,
    /// Bring it back.
    pub redo: bool,
    source: i64,
}

/// How a replica is this file's: its own, or one of those it was a copy of. Where there is only one,
/// the index has its changes in order.
fn ours(conn: &Connection) -> Result<&'static str> {
    let sql = "SELECT count(*) FROM replica WHERE mine <> 0";
    let many: i64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(match many {
        1 => "= (SELECT id FROM replica WHERE mine <> 0)",
        _ => "IN (SELECT id FROM replica WHERE mine <> 0)",
    })
}

impl Writer<'_> {
    /// What `undo` would take back: the latest change made here that still stands.
    ///
    /// # Errors
    /// Exit 4 when there is none.
    pub fn latest(&mut self) -> Result<Target> {
        self.latest_but(0)
    }

    /// Takes back the latest change made here that still stands and of which something is left: a
    /// teammate may have taken away all that the very latest one did.
    ///
    /// # Errors
    /// Exit 4 when there is none, or a later change stands on what would be taken back.
    pub fn take_back_latest(&mut self) -> Result<(Target, Vec<Uid>)> {
        let mut passed = 0;
        loop {
            let target = self.latest_but(passed)?;
            let touched = self.turn_back(target)?;
            if !touched.is_empty() {
                return Ok((target, touched));
            }
            passed += 1;
        }
    }

    fn latest_but(&mut self, passed: i64) -> Result<Target> {
        let sql = format!(
            "SELECT s.id, c.uid FROM step s JOIN change c ON c.id = s.id
             WHERE s.target IS NULL AND s.undone = 0
               AND NOT (s.id IN (SELECT e.change FROM purge p JOIN entry e ON e.id = p.entry)
                  AND EXISTS (SELECT 1 FROM entry e
                     WHERE e.change = s.id AND instr(e.content, '\"mark\":\"follows\"') > 0))
               AND s.replica {}
             ORDER BY s.at DESC, s.seq DESC LIMIT 1 OFFSET ?1",
            ours(self.connection())?
        );
        let found = self.connection().prepare_cached(&sql)?.query_row([passed], |row| {
            Ok(Target { change: ChangeId(row.get(1)?), redo: false, source: row.get(0)? })
        });
        let nothing = || Error::invalid("nothing to undo").hint("`tix log` lists the changes");
        found.optional()?.ok_or_else(nothing)
    }

    /// What `redo` would bring back: the change last taken back here, unless another was made
    /// since.
    ///
    /// # Errors
    /// Exit 4 when there is none.
    pub fn latest_undone(&mut self) -> Result<Target> {
        let conn = self.connection();
        let sql = format!(
            "SELECT t.target, t.id, c.uid, s.undone AND t.undo FROM step t
             LEFT JOIN change c ON c.id = t.target LEFT JOIN step s ON s.id = t.target
             WHERE t.replica {} ORDER BY t.at DESC, t.seq DESC",
            ours(conn)?
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut seen = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(target) = row.get::<_, Option<i64>>(0)? else { break };
            let undone = row.get::<_, Option<bool>>(3)?.unwrap_or(false);
            if undone && !seen.contains(&target) {
                let change = ChangeId(row.get(2)?);
                return Ok(Target { change, redo: true, source: row.get(1)? });
            }
            seen.push(target);
        }
        // What was undone elsewhere after it was redone here is not ours to bring back.
        Err(Error::invalid("nothing to redo")
            .hint("only what `tix undo` took back, with no change made since, can be redone"))
    }

    /// What `undo CHANGE` would take back. To undo an undo is to redo.
    ///
    /// # Errors
    /// Exit 3 when no change has this name, exit 4 when several have or it does not stand.
    pub fn named(&mut self, name: &str) -> Result<Target> {
        let conn = self.connection();
        let (id, change) = find(conn, name)?;
        let sql = "SELECT target, undo, undone FROM step WHERE id = ?1";
        let absent = || {
            Error::not_found(format!("what change {} did is not known here yet", change.short()))
        };
        let (target, undo, undone): (Option<i64>, Option<bool>, bool) = conn
            .prepare_cached(sql)?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?
            .ok_or_else(absent)?;
        let Some(target) = target else {
            if undone {
                return Err(Error::invalid(format!("change {} is already undone", change.short()))
                    .hint("`tix redo` brings back what was undone last"));
            }
            return Ok(Target { change, redo: false, source: id });
        };
        let sql = "SELECT c.uid, s.undone FROM change c JOIN step s ON s.id = c.id WHERE c.id = ?1";
        let (change, undone): (_, bool) = conn
            .prepare_cached(sql)?
            .query_row([target], |row| Ok((ChangeId(row.get(0)?), row.get(1)?)))
            .optional()?
            .ok_or_else(absent)?;
        if undone != (undo == Some(true)) {
            return Err(
                Error::invalid("that undo no longer stands").hint("`tix log` lists the changes")
            );
        }
        let source = if undone { id } else { target };
        Ok(Target { change, redo: undone, source })
    }

    /// Records the opposite of everything that the target did, newest first; returns the tickets
    /// touched, and [`Uid::DESK`] where it was the desk itself.
    ///
    /// # Errors
    /// Exit 4 when a later change stands on what would be taken back.
    pub fn take_back(&mut self, target: Target) -> Result<Vec<Uid>> {
        let touched = self.turn_back(target)?;
        if touched.is_empty() {
            return Err(Error::invalid(format!(
                "nothing of change {} is left to take back",
                target.change.short()
            )));
        }
        Ok(touched)
    }

    fn turn_back(&mut self, target: Target) -> Result<Vec<Uid>> {
        let conn = self.connection();
        let mark =
            if target.redo { Mark::Redoes(target.change) } else { Mark::Undoes(target.change) };
        let source: ChangeId =
            conn.query_row("SELECT uid FROM change WHERE id = ?1", [target.source], |row| {
                Ok(ChangeId(row.get(0)?))
            })?;
        unless_purged(conn, target)?;
        let (mut touched, mut idle) = (Vec::new(), None);
        for uid in tickets(conn, target.source)? {
            let (any, so) = self.turn_round(uid, source, mark)?;
            touched.extend(any.then_some(uid));
            idle = idle.or(so.map(|event| (uid, event)));
        }
        if let Some((uid, event)) = idle.filter(|_| !touched.is_empty()) {
            return Err(self.turned_since(uid, &event)?);
        }
        if self.turn_kept(source, mark)? {
            touched.push(Uid::DESK);
        }
        Ok(touched)
    }

    /// Turns round what the change did to a ticket; says whether that changed anything, and what of
    /// it was so already.
    fn turn_round(
        &mut self,
        uid: Uid,
        source: ChangeId,
        mark: Mark,
    ) -> Result<(bool, Option<Event>)> {
        let entries = self.entries_of(uid, source)?;
        let opened =
            entries.iter().any(|entry| matches!(entry.content.event, Event::Opened { .. }));
        if opened {
            // Without the ticket nothing else of the change is left to see.
            self.unless_worked_on(uid, source)?;
            return Ok((self.record_as(uid, None, Some(mark), Event::Voided)?, None));
        }
        let (mut any, mut idle) = (false, None);
        let events = opposites(&entries);
        if events.contains(&Event::Voided) {
            self.unless_worked_on(uid, source)?;
        }
        self.unless_edited(uid, &events, &entries)?;
        self.unless_moved(uid, &events, &entries)?;
        if events.is_empty() {
            return Ok((self.retrace(uid, mark, entries)?, None));
        }
        for event in events {
            let changed = self.record_as(uid, None, Some(mark), event.clone())?;
            any |= changed;
            idle = idle.or(Some(event).filter(|event| !changed && stands_alone(event)));
        }
        Ok((any, idle))
    }

    /// What to say when a later change has turned round a part of what is to be turned round: the
    /// rest alone would be another change.
    fn turned_since(&mut self, uid: Uid, event: &Event) -> Result<Error> {
        let row = derive::row_of(self.connection(), uid)?.unwrap_or_default();
        let same = |entry: &&Entry| match (&entry.content.event, event) {
            (Event::Set(one), Event::Set(other)) => one.to == other.to,
            (one, other) => one == other,
        };
        let entries = journal::of_ticket(self.connection(), row)?;
        let later = entries.iter().filter(same).max_by_key(|entry| entry.stamp);
        let number = self.ticket(uid)?.number();
        let what = match event {
            Event::Labelled(label) => format!("put the label `{label}` back"),
            Event::Unlabelled(label) => format!("took the label `{label}` off"),
            Event::Referred(name) => format!("put the reference `{name}` back"),
            Event::Unreferred(name) => format!("took the reference `{name}` away"),
            Event::Linked(_) => "put a link back".to_owned(),
            Event::Unlinked(_) => "took a link away".to_owned(),
            Event::Set(swap) => format!("set its {} to `{}`", swap.to.name(), swap.to.value()),
            _ => "did so already".to_owned(),
        };
        let error = Error::invalid(format!("#{number} has changed since"));
        let Some(later) = later.map(|entry| entry.change.short()) else { return Ok(error) };
        Ok(error
            .because(format!("change {later} {what}"))
            .hint(format!("take that back first: `tix undo {later}`")))
    }

    /// Goes back through a change that came to nothing, unless something has come between.
    fn retrace(&mut self, uid: Uid, mark: Mark, entries: Vec<Entry>) -> Result<bool> {
        let mut any = false;
        for entry in entries.into_iter().rev() {
            if !self.record_as(uid, None, Some(mark), entry.content.event.invert())? {
                break;
            }
            any = true;
        }
        Ok(any)
    }

    /// Refuses to take away what reads otherwise by now than after `entries`.
    fn unless_edited(&mut self, uid: Uid, events: &[Event], entries: &[Entry]) -> Result<()> {
        let said = |event: &Event| if let Event::Unsaid(it) = event { Some(*it) } else { None };
        let gone: Vec<Number> = events.iter().filter_map(said).collect();
        let Some(last) = entries.last().filter(|_| !gone.is_empty()) else { return Ok(()) };
        let then = self.ticket_at(uid, last.stamp)?;
        let Some(ticket) = self.hold(uid)? else { return Ok(()) };
        let text = |post: &Post| (post.message.wording.clone(), post.attachments.clone());
        let edited = gone.into_iter().find(|message| {
            let now = ticket.post(*message).filter(|post| !post.removed).map(text);
            let then = then.as_ref().and_then(|then| then.post(*message)).map(text);
            now.is_some() && now != then
        });
        let Some(message) = edited else { return Ok(()) };
        let number = ticket.number();
        let message = message.within(number);
        Err(Error::invalid(format!("message {number}.{message} has been edited since"))
            .hint(format!("`tix log {number}` shows what happened to it")))
    }

    fn unless_worked_on(&mut self, uid: Uid, source: ChangeId) -> Result<()> {
        let Some(ticket) = self.hold(uid)? else { return Ok(()) };
        let Some(later) = ticket.worked_on_since(source) else { return Ok(()) };
        Err(Error::invalid(format!("#{} has been worked on since", ticket.number()))
            .because(format!("change {} came later", later.short()))
            .hint(format!("take that back first: `tix undo {}`", later.short())))
    }
}

/// Refuses to turn round what erased something for good, or was erased since.
fn unless_purged(conn: &Connection, target: Target) -> Result<()> {
    let sql = "SELECT e.content IS NULL FROM entry e
         WHERE e.change = ?1 AND (e.content IS NULL OR e.id IN (SELECT entry FROM purge))
         ORDER BY 1 LIMIT 1";
    let found: Option<bool> =
        conn.prepare_cached(sql)?.query_row([target.source], |row| row.get(0)).optional()?;
    let Some(erased) = found else { return Ok(()) };
    let change = target.change.short();
    let verb = if target.redo { "brought" } else { "taken" };
    let error = Error::invalid(format!("change {change} cannot be {verb} back"));
    Err(if erased {
        error.because("what it did was purged since")
    } else {
        error.because("it purged something, which is for good")
    }
    .hint("`tix log` lists the changes; `tix undo CHANGE` takes an earlier one back"))
}

/// Is it something that people change one by one? What was said goes with its ticket.
fn stands_alone(event: &Event) -> bool {
    use Event::{Labelled, Linked, Referred, Set, Unlabelled, Unlinked, Unreferred};
    matches!(
        event,
        Set(_)
            | Labelled(_)
            | Unlabelled(_)
            | Referred(_)
            | Unreferred(_)
            | Linked(_)
            | Unlinked(_)
    )
}

/// The opposite of what `entries` come to, newest first: one event for each thing they changed,
/// so that nothing lies between its two values that others may have put there since.
pub(super) fn opposites(entries: &[Entry]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for entry in entries.iter().rev() {
        let next = entry.content.event.clone().invert();
        let undone = next.clone().invert();
        if let Some(place) = events.iter().position(|event| *event == undone) {
            events.remove(place);
        } else if !events.iter_mut().any(|event| event.join(&next)) {
            events.push(next);
        }
    }
    events
}

/// The tickets that the change in row `change` touched.
pub(super) fn tickets(conn: &Connection, change: i64) -> Result<Vec<Uid>> {
    let sql = "SELECT DISTINCT s.uid FROM entry e JOIN subject s ON s.id = e.ticket
         WHERE e.change = ?1 AND s.uid <> zeroblob(16)";
    let mut statement = conn.prepare(sql)?;
    let uids = statement.query_map([change], |row| Ok(Uid(row.get(0)?)))?;
    Ok(uids.collect::<rusqlite::Result<_>>()?)
}

/// The change whose name begins with `prefix`.
pub(super) fn find(conn: &Connection, prefix: &str) -> Result<(i64, ChangeId)> {
    let none =
        || Error::not_found(format!("no change `{prefix}`")).hint("`tix log` lists the changes");
    let lower = prefix.trim().to_lowercase();
    let letters =
        (1..=16).contains(&lower.len()) && lower.bytes().all(|c| (b'k'..=b'z').contains(&c));
    if !letters {
        return Err(none());
    }
    let low: ChangeId = format!("{lower:z<16}").parse()?;
    let high: ChangeId = format!("{lower:k<16}").parse()?;
    let sql = "SELECT id, uid FROM change WHERE uid BETWEEN ?1 AND ?2 LIMIT 2";
    let mut statement = conn.prepare_cached(sql)?;
    let found: Vec<(i64, ChangeId)> = statement
        .query_map([&low.0, &high.0], |row| Ok((row.get(0)?, ChangeId(row.get(1)?))))?
        .collect::<rusqlite::Result<_>>()?;
    match found.as_slice() {
        [] => Err(none()),
        [one] => Ok(*one),
        _ => Err(Error::invalid(format!("several changes begin with `{prefix}`"))
            .hint("give more of its letters")),
    }
}
