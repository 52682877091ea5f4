//! The tickets of a session, in order, read from the desk as they are needed.

use crate::cx::Cx;
use crate::domain::ids::Uid;
use crate::domain::query::Query;
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
}

impl Queue {
    pub(super) fn of(cx: &mut Cx, query: Query) -> Result<Self> {
        let now = cx.clock.now;
        let total = cx.reader()?.map_or(Ok(0), |reader| reader.count(&query, now))?;
        Ok(Self { query, tickets: Vec::new(), place: 0, total, whole: total == 0 })
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

    pub(super) fn forward(&mut self) {
        self.place += 1;
    }

    /// One back; says whether there is one.
    pub(super) fn back(&mut self) -> bool {
        let any = self.place > 0;
        self.place = self.place.saturating_sub(1);
        any
    }

    /// Back to this ticket.
    pub(super) fn to(&mut self, uid: Uid) {
        if let Some(place) = self.tickets.iter().position(|it| *it == uid) {
            self.place = place;
        }
    }

    /// `3/17`
    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.place + 1, self.total.max(self.tickets.len() as u64))
    }
}
