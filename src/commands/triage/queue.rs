//! The tickets of a session, in order, read from the desk as they are needed.

use crate::cx::Cx;
use crate::domain::ids::{Name, Uid};
use crate::domain::query::{Filter, Query};
use crate::domain::ticket::Ticket;
use crate::error::Result;
use crate::store::Wants;

/// So many are read at once.
const PAGE: u64 = 200;

/// Tickets to go through.
pub(super) struct Queue {
    query: Query,
    tickets: Vec<Uid>,
    place: usize,
    total: u64,
    /// All that match are in it.
    whole: bool,
    onward: bool,
}

impl Queue {
    pub(super) fn of(cx: &mut Cx, query: Query) -> Result<Self> {
        let now = cx.clock.now;
        let total = cx.reader()?.map_or(Ok(0), |reader| reader.count(&query, now))?;
        Ok(Self { query, tickets: Vec::new(), place: 0, total, whole: total == 0, onward: false })
    }

    /// Is there nothing to go through?
    pub(super) fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// The ticket in front; none when all were gone through.
    pub(super) fn now(&mut self, cx: &mut Cx) -> Result<Option<Uid>> {
        if self.place >= self.tickets.len() && !self.whole {
            self.read(cx)?;
        }
        Ok(self.tickets.get(self.place).copied())
    }

    /// Reads more: those handled meanwhile match no longer, those seen are not shown twice.
    fn read(&mut self, cx: &mut Cx) -> Result<()> {
        let now = cx.clock.now;
        let seen = self.tickets.len() as u64;
        let wants = Wants { limit: Some(PAGE + seen), fields: Some(Vec::new()) };
        let (mut found, tickets) = (0, &mut self.tickets);
        let known: std::collections::HashSet<Uid> = tickets.iter().copied().collect();
        if let Some(reader) = cx.reader()? {
            reader.list(&self.query, now, &wants, &mut |ticket| {
                found += 1;
                if !known.contains(&ticket.uid) {
                    tickets.push(ticket.uid);
                }
                Ok(())
            })?;
        }
        self.whole = found < PAGE + seen;
        Ok(())
    }

    /// Does the ticket in front still match? Others may have changed it meanwhile.
    pub(super) fn matches(&self, cx: &mut Cx, ticket: &Ticket) -> Result<bool> {
        let (now, name) = (cx.clock.now, Name::Number(ticket.number()));
        let query = self.query.clone().and(Filter::Id(name));
        cx.reader()?.map_or(Ok(false), |reader| Ok(reader.count(&query, now)? > 0))
    }

    /// The ticket in front is none of these any more.
    pub(super) fn leave_out(&mut self) {
        self.tickets.remove(self.place);
        self.onward = true;
        self.total = self.total.saturating_sub(1);
    }

    /// Has the ticket in front come up just now, as the next one?
    pub(super) fn has_come_up(&mut self) -> bool {
        std::mem::take(&mut self.onward)
    }

    pub(super) fn forward(&mut self) {
        self.onward = true;
        self.place += 1;
    }

    /// One back; says whether there is one.
    pub(super) fn back(&mut self) -> bool {
        let any = self.place > 0;
        self.onward = false;
        self.place = self.place.saturating_sub(1);
        any
    }

    /// Back to this ticket.
    pub(super) fn to(&mut self, uid: Uid) {
        if let Some(place) = self.tickets.iter().position(|it| *it == uid) {
            self.place = place;
            self.onward = false;
        }
    }

    /// `3/17`
    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.place + 1, self.total.max(self.tickets.len() as u64))
    }
}
