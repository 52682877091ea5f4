//! The clocks of tickets in their table: what is stored of them depends on no moment.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rusqlite::{Connection, Row, named_params};

use super::list::Left;
use super::read::Reader;
use crate::domain::clocks::{self, Cycle, Fixed, Name, Reading, Terms};
use crate::domain::ids::{Replica, Stamp, Timestamp};
use crate::domain::policy::Policies;
use crate::domain::query::{Filter, Length};
use crate::domain::ticket::{Due, Pressing, Ticket};
use crate::domain::words::{Priority, Status};
use crate::error::{Error, Result};
use crate::view;

/// Later than everything: `soon` of a ticket that nothing is owed on.
pub(super) const NEVER: i64 = 1 << 62;

/// What clocks are measured by, read when it is first needed.
pub(super) struct Measures<'a> {
    pub(super) conn: &'a Connection,
    policies: OnceCell<Policies>,
}

impl<'a> Measures<'a> {
    pub(super) fn new(conn: &'a Connection) -> Self {
        Self { conn, policies: OnceCell::new() }
    }

    pub(super) fn policies(&self) -> Result<&Policies> {
        if let Some(policies) = self.policies.get() {
            return Ok(policies);
        }
        let policies = policies(self.conn)?;
        Ok(self.policies.get_or_init(|| policies))
    }
}

/// Every version of what promises rest on.
pub(super) fn policies(conn: &Connection) -> Result<Policies> {
    let mut policies = Policies::default();
    let sql = "SELECT key, at, replica, seq, value FROM version ORDER BY at, replica, seq";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let value: Option<String> = row.get(4)?;
        policies.add(&key, stamp(row, 1)?, value.as_deref())?;
    }
    Ok(policies)
}

impl Reader<'_> {
    /// Every version of what promises rest on.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn policies(&self) -> Result<Policies> {
        policies(self.conn)
    }

    /// The clock of a ticket that is due first.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn due_first(&self, ticket: &Ticket) -> Result<Option<Due>> {
        let (by, cycles) = (Measures::new(self.conn), of(ticket));
        let clocks = measured(&by, &cycles)?;
        let runs = clocks.iter().filter_map(|(cycle, fixed)| {
            let fixed = fixed.as_ref()?;
            let (due_at, breach_at) = (fixed.due_at?, fixed.breach_at?);
            Some(Due { name: cycle.name, due_at, breach_at })
        });
        Ok(runs.min_by_key(|due| due.breach_at))
    }
}

fn stamp(row: &Row<'_>, first: usize) -> rusqlite::Result<Stamp> {
    let (at, replica) = (Timestamp(row.get(first)?), Replica(row.get(first + 1)?));
    Ok(Stamp { at, replica, seq: row.get::<_, i64>(first + 2)?.cast_unsigned() })
}

/// A cycle and what is so of it; none where nothing is promised.
pub(super) type Measured<'c> = (&'c Cycle, Option<Fixed>);

/// Measures the cycles of a ticket.
pub(super) fn measured<'c>(
    measures: &Measures<'_>,
    cycles: &'c [Cycle],
) -> Result<Vec<Measured<'c>>> {
    if cycles.is_empty() {
        return Ok(Vec::new());
    }
    let policies = measures.policies()?;
    Ok(cycles.iter().map(|cycle| (cycle, policies.fixed(cycle))).collect())
}

/// When the first of the clocks that run is due.
pub(super) fn due<'c>(measured: impl IntoIterator<Item = &'c Option<Fixed>>) -> Option<Timestamp> {
    let runs = measured.into_iter().flatten().filter(|fixed| fixed.breach_at.is_some());
    runs.filter_map(|fixed| fixed.due_at).min()
}

/// By when somebody of us should have acted, and what is due first: a ticket's own times with its
/// clocks'.
pub(super) fn pressed(
    (owed, due_at): (Option<Timestamp>, Option<Timestamp>),
    clock: Option<Timestamp>,
) -> (Option<i64>, i64) {
    let owed = [owed, clock].into_iter().flatten().min();
    let soon = [due_at, clock].into_iter().flatten().min();
    (owed.map(|at| at.0), soon.map_or(NEVER, |at| at.0))
}

/// Writes the clocks of the ticket in row `id`.
pub(super) fn write(conn: &Connection, id: i64, measured: &[Measured<'_>]) -> Result<()> {
    conn.prepare_cached("DELETE FROM clock WHERE ticket = ?1")?.execute([id])?;
    for (place, (cycle, fixed)) in (0i64..).zip(measured) {
        let pauses: Vec<_> =
            cycle.pauses.iter().map(|(from, to)| (from.0, to.map(|to| to.0))).collect();
        let pauses = match pauses.as_slice() {
            [] => None,
            some => Some(serde_json::to_string(some).map_err(std::io::Error::from)?),
        };
        let time = |at: Option<Timestamp>| at.map(|at| at.0);
        let fixed = fixed.as_ref();
        conn.prepare_cached(INSERT)?.execute(named_params! {
            ":ticket": id,
            ":place": place,
            ":name": cycle.name.rank(),
            ":began": cycle.start.0,
            ":ended": time(cycle.end),
            ":pauses": pauses,
            ":tier": cycle.terms.tier.to_lowercase(),
            ":priority": cycle.terms.priority.rank(),
            ":at": cycle.terms.since.at.0,
            ":replica": cycle.terms.since.replica.0,
            ":seq": cycle.terms.since.seq.cast_signed(),
            ":target": fixed.map(|fixed| fixed.target),
            ":used": fixed.and_then(|fixed| fixed.used),
            ":due_at": fixed.and_then(|fixed| time(fixed.due_at)),
            ":risk_at": fixed.and_then(|fixed| time(fixed.risk_at)),
            ":breach_at": fixed.and_then(|fixed| time(fixed.breach_at)),
        })?;
    }
    Ok(())
}

const INSERT: &str = "INSERT INTO clock (ticket, place, name, began, ended, pauses, tier, priority,
        at, replica, seq, target, used, due_at, risk_at, breach_at)
     VALUES (:ticket, :place, :name, :began, :ended, :pauses, :tier, :priority, :at, :replica, :seq,
        :target, :used, :due_at, :risk_at, :breach_at)";

/// The columns that a cycle is read from, and what is so of it.
pub(super) const COLUMNS: &str = "c.name, c.began, c.ended, c.pauses, c.tier, c.priority, c.at,
     c.replica, c.seq, c.target, c.used, c.due_at, c.risk_at, c.breach_at";

/// Reads [`COLUMNS`], which begin at `first`.
pub(super) fn cycle(row: &Row<'_>, first: usize) -> Result<(Cycle, Option<Fixed>)> {
    let time = |column: usize| -> Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(first + column)?.map(Timestamp))
    };
    let pauses: Option<String> = row.get(first + 3)?;
    let pauses: Vec<(i64, Option<i64>)> = match pauses {
        Some(text) => serde_json::from_str(&text).map_err(|_| damaged())?,
        None => Vec::new(),
    };
    let pauses = pauses.iter().map(|(from, to)| (Timestamp(*from), to.map(Timestamp))).collect();
    let priority = Priority::from_rank(row.get(first + 5)?).ok_or_else(damaged)?;
    let terms = Terms { tier: row.get(first + 4)?, priority, since: stamp(row, first + 6)? };
    let name = Name::from_rank(row.get(first)?).ok_or_else(damaged)?;
    let start = time(1)?.ok_or_else(damaged)?;
    let target: Option<i64> = row.get(first + 9)?;
    let fixed = match target {
        Some(target) => Some(Fixed {
            target,
            used: row.get(first + 10)?,
            due_at: time(11)?,
            risk_at: time(12)?,
            breach_at: time(13)?,
        }),
        None => None,
    };
    Ok((Cycle { name, start, end: time(2)?, pauses, terms }, fixed))
}

/// Measures all clocks anew, and says when what is owed now.
///
/// What the entries say of a cycle stands in the table, so no ticket is folded for it.
pub(super) fn renew(conn: &Connection, measures: &Measures<'_>) -> Result<()> {
    let sql =
        format!("SELECT c.ticket, c.place, {COLUMNS} FROM clock c ORDER BY c.ticket, c.place");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut changed: Vec<(i64, i64, Option<Fixed>)> = Vec::new();
    let mut due: BTreeMap<i64, Option<Timestamp>> = BTreeMap::new();
    let mut soonest: (i64, Option<Timestamp>, bool) = (0, None, false);
    while let Some(row) = rows.next()? {
        let (ticket, place): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (cycle, was) = cycle(row, 2)?;
        let fixed = measures.policies()?.fixed(&cycle);
        if soonest.0 != ticket {
            if soonest.2 {
                due.insert(soonest.0, soonest.1);
            }
            soonest = (ticket, None, false);
        }
        soonest.1 = [soonest.1, self::due([&fixed])].into_iter().flatten().min();
        if fixed != was {
            soonest.2 = true;
            changed.push((ticket, place, fixed));
        }
    }
    if soonest.2 {
        due.insert(soonest.0, soonest.1);
    }
    drop(rows);
    for (ticket, place, fixed) in changed {
        set(conn, (ticket, place), fixed)?;
    }
    for (ticket, due) in due {
        press(conn, ticket, due)?;
    }
    Ok(())
}

fn set(conn: &Connection, (ticket, place): (i64, i64), fixed: Option<Fixed>) -> Result<()> {
    let time = |at: Option<Timestamp>| at.map(|at| at.0);
    conn.prepare_cached(
        "UPDATE clock SET target = ?3, used = ?4, due_at = ?5, risk_at = ?6, breach_at = ?7
         WHERE ticket = ?1 AND place = ?2",
    )?
    .execute((
        ticket,
        place,
        fixed.map(|fixed| fixed.target),
        fixed.and_then(|fixed| fixed.used),
        fixed.and_then(|fixed| time(fixed.due_at)),
        fixed.and_then(|fixed| time(fixed.risk_at)),
        fixed.and_then(|fixed| time(fixed.breach_at)),
    ))?;
    Ok(())
}

/// Writes by when somebody should have acted on a ticket whose first clock is now due then.
fn press(conn: &Connection, ticket: i64, clock: Option<Timestamp>) -> Result<()> {
    let sql = "SELECT status, priority, due_at, waits_since FROM ticket WHERE id = ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([ticket])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    let time = |column: usize| -> Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
    };
    let pressing = Pressing {
        status: Status::from_rank(row.get(0)?).unwrap_or(Status::Open),
        priority: Priority::from_rank(row.get(1)?).unwrap_or(Priority::Normal),
        due_at: time(2)?,
        waits_since: time(3)?,
        clock: None,
    };
    let (owed, soon) = pressed((pressing.owed_at(), pressing.due_at), clock);
    let sql = "UPDATE ticket SET owed_at = ?2, soon = ?3 WHERE id = ?1";
    conn.prepare_cached(sql)?.execute((ticket, owed, soon))?;
    Ok(())
}

/// The cycles of a ticket, for what is compared before it is written.
pub(super) fn of(ticket: &Ticket) -> Vec<Cycle> {
    if ticket.voided { Vec::new() } else { ticket.cycles() }
}

/// The clock of a ticket in a list that is due first, as [`first`] reads it.
pub(super) const FIRST: &str = "(SELECT json_array(name, due_at, breach_at) FROM clock
     WHERE ticket = ticket.id AND breach_at IS NOT NULL ORDER BY breach_at LIMIT 1)";

/// Reads [`FIRST`].
pub(super) fn first(text: Option<String>) -> Result<Option<Due>> {
    let Some(text) = text else { return Ok(None) };
    let (name, due_at, breach_at) = serde_json::from_str(&text).map_err(|_| damaged())?;
    let name = Name::from_rank(name).ok_or_else(damaged)?;
    Ok(Some(Due { name, due_at: Timestamp(due_at), breach_at: Timestamp(breach_at) }))
}

fn damaged() -> Error {
    Error::no_desk("the desk's table `clock` is damaged")
}

/// The column of a list in which all clocks of a ticket stand, as [`Watch::sla`] reads it.
pub(super) fn column() -> String {
    let columns = COLUMNS.replace("c.", "");
    format!(
        ", (SELECT json_group_array(json_array({columns})) FROM (SELECT * FROM clock
            WHERE ticket = ticket.id ORDER BY place))"
    )
}

/// A row of [`COLUMNS`] as JSON.
type Told = (
    i64,
    i64,
    Option<i64>,
    Option<String>,
    String,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

/// Reads clocks at some moment.
pub(super) struct Watch<'a> {
    measures: Measures<'a>,
    now: Timestamp,
}

impl<'a> Watch<'a> {
    pub(super) fn new(conn: &'a Connection, now: Timestamp) -> Self {
        Self { measures: Measures::new(conn), now }
    }

    /// The clocks in [`column()`].
    pub(super) fn sla(&self, text: Option<String>) -> Result<Option<view::Sla>> {
        let Some(text) = text.filter(|text| text != "[]") else { return Ok(None) };
        let rows: Vec<Told> = serde_json::from_str(&text).map_err(|_| damaged())?;
        let clocks = rows.into_iter().map(told).collect::<Result<Vec<_>>>()?;
        self.shown(clocks.iter().map(|(cycle, fixed)| (cycle, *fixed)))
    }

    /// Clocks as they are shown: the latest of each name.
    pub(super) fn shown<'c>(
        &self,
        clocks: impl IntoIterator<Item = Measured<'c>>,
    ) -> Result<Option<view::Sla>> {
        let mut latest: BTreeMap<Name, view::Clock> = BTreeMap::new();
        for (cycle, fixed) in clocks {
            if let Some(reading) = self.reading(cycle, fixed)? {
                latest.insert(cycle.name, view::Clock::of(cycle.name, &reading));
            }
        }
        let clocks: Vec<view::Clock> = latest.into_values().collect();
        Ok((!clocks.is_empty()).then_some(view::Sla { clocks }))
    }

    /// A clock now; none where nothing is promised.
    pub(super) fn reading(&self, cycle: &Cycle, fixed: Option<Fixed>) -> Result<Option<Reading>> {
        let Some(fixed) = fixed else { return Ok(None) };
        let elapsed = if let Some(used) = fixed.used {
            used
        } else {
            let policy = self.measures.policies()?.policy(&cycle.terms, cycle.end);
            let pauses = cycle.pauses(self.now);
            let hours = policy.map(|policy| policy.hours);
            hours.map_or(0, |hours| hours.elapsed(cycle.start, self.now, &pauses))
        };
        let state = clocks::state(cycle, elapsed, fixed.target);
        Ok(Some(Reading { state, elapsed, target: fixed.target, due_at: fixed.due_at }))
    }

    /// The clocks of a ticket.
    pub(super) fn of(&self, ticket: &Ticket) -> Result<Option<view::Sla>> {
        let cycles = of(ticket);
        self.shown(measured(&self.measures, &cycles)?)
    }
}

fn told(row: Told) -> Result<(Cycle, Option<Fixed>)> {
    let (
        name,
        began,
        ended,
        pauses,
        tier,
        priority,
        at,
        replica,
        seq,
        target,
        used,
        due,
        risk,
        breach,
    ) = row;
    let pauses: Vec<(i64, Option<i64>)> = match pauses {
        Some(text) => serde_json::from_str(&text).map_err(|_| damaged())?,
        None => Vec::new(),
    };
    let since = Stamp { at: Timestamp(at), replica: Replica(replica), seq: seq.cast_unsigned() };
    let priority = Priority::from_rank(priority).ok_or_else(damaged)?;
    let time = |at: Option<i64>| at.map(Timestamp);
    let cycle = Cycle {
        name: Name::from_rank(name).ok_or_else(damaged)?,
        start: Timestamp(began),
        end: time(ended),
        pauses: pauses.into_iter().map(|(from, to)| (Timestamp(from), time(to))).collect(),
        terms: Terms { tier, priority, since },
    };
    let (due_at, risk_at, breach_at) = (time(due), time(risk), time(breach));
    let fixed = target.map(|target| Fixed { target, used, due_at, risk_at, breach_at });
    Ok((cycle, fixed))
}

/// The tickets whose clocks have so much left as the lengths in `filter` say.
pub(super) fn left(reader: Reader<'_>, filter: &Filter, now: Timestamp) -> Result<Left> {
    let mut wanted = Vec::new();
    lengths(filter, &mut wanted);
    let mut left = Left::new();
    for (low, high) in wanted {
        let found = between(reader, (low, high), now)?;
        let found = serde_json::to_string(&found).map_err(std::io::Error::from)?;
        left.insert((low, high), found);
    }
    Ok(left)
}

fn lengths(filter: &Filter, found: &mut Vec<(i64, i64)>) {
    match filter {
        Filter::Length(Length::Sla, low, high) => found.push((*low, *high)),
        Filter::All(parts) | Filter::Any(parts) => {
            for part in parts {
                lengths(part, found);
            }
        }
        Filter::Not(not) => lengths(not, found),
        _ => {}
    }
}

/// The tickets on which a clock runs that has between `low` and `high` seconds left.
fn between(reader: Reader<'_>, (low, high): (i64, i64), now: Timestamp) -> Result<Vec<i64>> {
    let watch = Watch::new(reader.conn, now);
    // Business time passes no faster than time, and no slower than in the slowest calendar.
    let first = if low <= 0 { i64::MIN } else { now.0.saturating_add(low.saturating_mul(1000)) };
    let last = watch.measures.policies()?.passed(now, high.max(0)).map_or(i64::MAX, |at| at.0);
    let sql = format!(
        "SELECT c.ticket, {COLUMNS} FROM clock c
         WHERE c.breach_at >= ?1 AND c.breach_at <= ?2 ORDER BY c.breach_at"
    );
    let mut statement = reader.conn.prepare_cached(&sql)?;
    let mut rows = statement.query([first, last])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (cycle, fixed) = cycle(row, 1)?;
        let reading = watch.reading(&cycle, fixed)?;
        if reading.is_some_and(|reading| (low..=high).contains(&reading.left())) {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}
