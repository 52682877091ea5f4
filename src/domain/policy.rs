//! What was promised when: the versions of tiers and calendars, and which of them counts.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::domain::calendar::{Calendar, Worktime};
use crate::domain::clocks::{Cycle, Fixed, Reading, Rule, Terms};
use crate::domain::ids::{Replica, Stamp, Timestamp};
use crate::domain::tier::{MOST, Tier};
use crate::error::Result;

/// The name of the calendar that is always there: around the clock.
pub const ALWAYS: &str = "24x7";

/// Every version of every tier and calendar of a desk, and when tiers were set anew.
#[derive(Clone, Debug)]
pub struct Policies {
    tiers: BTreeMap<String, Versions<Tier>>,
    calendars: BTreeMap<String, Versions<Worktime>>,
    recalcs: BTreeMap<String, Vec<Recalc>>,
    always: Rc<Worktime>,
}

/// The versions of one thing, the oldest first; none where it was taken away.
type Versions<T> = Vec<(Stamp, Option<Rc<T>>)>;

/// From when on the versions of a moment counted for a tier's tickets.
#[derive(Clone, Debug)]
struct Recalc {
    /// When this was said.
    said: Stamp,
    /// The change that said it first; none where it was taken back.
    by: Option<String>,
    /// The moment whose versions count.
    of: Option<Stamp>,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            tiers: BTreeMap::new(),
            calendars: BTreeMap::new(),
            recalcs: BTreeMap::new(),
            always: Rc::new(Worktime::new(Calendar::always())),
        }
    }
}

/// A cycle's tier and calendar, as they count for it.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The tier.
    pub tier: Rc<Tier>,
    /// When this version of the tier, or of its calendar, was made.
    pub since: Stamp,
    /// The calendar's name.
    pub calendar: String,
    /// Its hours.
    pub hours: Rc<Worktime>,
}

/// The keys under which the versions are kept.
pub const KINDS: [&str; 3] = ["calendar/", "tier/", "recalc/"];

impl Policies {
    /// Adds a version of what is kept under `key`; the oldest come first.
    ///
    /// # Errors
    /// Exit 4 when it cannot be read.
    pub fn add(&mut self, key: &str, stamp: Stamp, value: Option<&str>) -> Result<()> {
        let Some((kind, name)) = key.split_once('/') else { return Ok(()) };
        let name = name.to_owned();
        match kind {
            "tier" => {
                let tier = value.map(Tier::read).transpose()?.map(Rc::new);
                self.tiers.entry(name).or_default().push((stamp, tier));
            }
            "calendar" => {
                let hours = value.map(Calendar::read).transpose()?;
                let hours = hours.map(|calendar| Rc::new(Worktime::new(calendar)));
                self.calendars.entry(name).or_default().push((stamp, hours));
            }
            "recalc" => {
                let recalcs = self.recalcs.entry(name).or_default();
                // What is brought back is of the moment when it was said first.
                let first = recalcs.iter().find(|it| it.by.as_deref() == value);
                let of = value.map(|_| first.map_or(stamp, |first| first.said));
                recalcs.push(Recalc { said: stamp, by: value.map(ToOwned::to_owned), of });
            }
            _ => {}
        }
        Ok(())
    }

    /// Are there no tiers?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tiers.is_empty()
    }

    /// The tier and calendar that count for a cycle on these terms that ended then, or goes on.
    #[must_use]
    pub fn policy(&self, terms: &Terms, end: Option<Timestamp>) -> Option<Policy> {
        let name = terms.tier.to_lowercase();
        let mut recalcs = self.recalcs.get(&name).into_iter().flatten();
        let anew = recalcs.rfind(|it| end.is_none_or(|end| it.said.at <= end));
        let by = terms.since.max(anew.and_then(|it| it.of).unwrap_or(terms.since));
        self.as_of(&name, by)
    }

    /// The tier of this name as it stood, and its calendar.
    #[must_use]
    pub fn as_of(&self, tier: &str, by: Stamp) -> Option<Policy> {
        let (made, tier) = version(self.tiers.get(tier)?, by)?;
        let always = || (made, ALWAYS.to_owned(), Rc::clone(&self.always));
        let (hours_made, calendar, hours) = match tier.calendar.as_deref() {
            None | Some(ALWAYS) => always(),
            Some(name) => {
                let (made, hours) = version(self.calendars.get(name)?, by)?;
                (made, name.to_owned(), hours)
            }
        };
        Some(Policy { tier, since: made.max(hours_made), calendar, hours })
    }

    /// The tier of this name as it stands now, and its calendar.
    #[must_use]
    pub fn latest(&self, tier: &str) -> Option<Policy> {
        let end = Stamp { at: Timestamp(i64::MAX), replica: Replica(0), seq: 0 };
        self.as_of(&tier.to_lowercase(), end)
    }

    /// By when `length` open seconds have passed in every calendar; none where that may be never.
    #[must_use]
    pub fn passed(&self, now: Timestamp, length: i64) -> Option<Timestamp> {
        if length > MOST {
            return None;
        }
        let versions = self.calendars.values().flatten();
        let hours = versions.filter_map(|(_, hours)| hours.as_ref()).chain([&self.always]);
        hours
            .map(|hours| hours.exceeded(now, length, &[]))
            .try_fold(now, |last, at| Some(last.max(at?)))
    }

    /// What is so of `cycle` whatever the moment; none where nothing is promised.
    #[must_use]
    pub fn fixed(&self, cycle: &Cycle) -> Option<Fixed> {
        self.policy(&cycle.terms, cycle.end)?.rule(cycle)?.fixed(cycle)
    }

    /// `cycle` as it stands at a moment; none where nothing is promised.
    #[must_use]
    pub fn reading(&self, cycle: &Cycle, now: Timestamp) -> Option<Reading> {
        self.policy(&cycle.terms, cycle.end)?.rule(cycle)?.reading(cycle, now)
    }
}

impl Policy {
    /// What `cycle` is held to; none where nothing is promised.
    #[must_use]
    pub fn rule(&self, cycle: &Cycle) -> Option<Rule<'_>> {
        let target = self.tier.target(cycle.name, cycle.terms.priority)?;
        Some(Rule { hours: &self.hours, target })
    }
}

/// The latest version that was there by then, or else the first that ever was.
fn version<T>(versions: &Versions<T>, by: Stamp) -> Option<(Stamp, Rc<T>)> {
    let there = |(stamp, value): &(Stamp, Option<Rc<T>>)| {
        value.as_ref().map(|value| (*stamp, Rc::clone(value)))
    };
    let then = versions.iter().rev().filter(|(stamp, _)| *stamp <= by).find_map(there);
    then.or_else(|| versions.iter().find_map(there))
}
