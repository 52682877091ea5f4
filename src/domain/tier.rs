//! Support tiers: what is promised to whom, by clock and priority.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::calendar::Worktime;
use crate::domain::clocks::Name;
use crate::domain::ids::Timestamp;
use crate::domain::words::Priority;
use crate::error::{Error, Result};

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// So many seconds of business time.
    Seconds(i64),
    /// So many days with hours, to the same time of day.
    Days(u32),
}

impl Target {
    /// The seconds of business time that it leaves after `start`; none when that is more than ten
    /// years.
    #[must_use]
    pub fn seconds(self, start: Timestamp, hours: &Worktime) -> Option<i64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Days(days) => Some(hours.elapsed(start, hours.due_days(start, days)?, &[])),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => f.write_str(&length(*seconds)),
            Self::Days(days) => write!(f, "{days}bd"),
        }
    }
}

/// A length of business time as people write it: `1h30m`.
#[must_use]
pub fn length(seconds: i64) -> String {
    let (sign, all) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
    let parts = [(all / 3600, "h"), (all / 60 % 60, "m"), (all % 60, "s")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, unit)| format!("{count}{unit}")).collect();
    if parts.is_empty() { "0s".to_owned() } else { format!("{sign}{}", parts.concat()) }
}

/// Reads a length of business time in seconds: `30m`, `1h30m`, `90s`.
#[must_use]
pub fn seconds(text: &str) -> Option<i64> {
    let (mut sum, mut rest) = (0i64, text);
    let mut last = i64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let unit = rest[digits..].find(|c: char| c.is_ascii_digit());
        let end = unit.map_or(rest.len(), |unit| digits + unit);
        let size = match &rest[digits..end] {
            "h" => 3600,
            "m" | "min" => 60,
            "s" => 1,
            _ => return None,
        };
        if size >= last {
            return None;
        }
        last = size;
        sum = sum.checked_add(rest[..digits].parse::<i64>().ok()?.checked_mul(size)?)?;
        rest = &rest[end..];
    }
    (!text.is_empty()).then_some(sum)
}

/// Why 0 is no target.
const NO_TIME: &str = "nothing can be done in no time; `none` promises nothing";

/// Ten years of business time.
const MOST: i64 = 3653 * 86_400;

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let lower = text.trim().to_lowercase();
        let wrong = |why: &str| {
            Error::invalid(format!("`{}` is no target", text.trim()))
                .because(why)
                .hint("targets are 30m, 4h, 1h30m, 5bd (business days), or none")
        };
        let target = match lower.strip_suffix("bd") {
            Some(days) => days.parse().ok().map(Self::Days),
            None => seconds(&lower).map(Self::Seconds),
        };
        match target {
            Some(Self::Seconds(0) | Self::Days(0)) => Err(wrong(NO_TIME)),
            Some(Self::Seconds(MOST..) | Self::Days(3653..)) => Err(wrong("it is over ten years")),
            Some(target) => Ok(target),
            None if !lower.is_empty() && lower.bytes().all(|c| c == b'0') => Err(wrong(NO_TIME)),
            None if lower.ends_with(|c: char| c.is_ascii_digit()) => {
                Err(wrong("it has no unit, such as m or h"))
            }
            None if lower.ends_with(['d', 'w']) => {
                Err(wrong("a day of business is `bd`, and 24 open hours are 24h"))
            }
            None => Err(wrong("it is no length of time")),
        }
    }
}

/// A support tier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// The calendar in whose hours the clocks run; around the clock if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// What is promised; for the priority of a name, or for `any` other.
    #[serde(default)]
    targets: BTreeMap<Name, BTreeMap<String, String>>,
    /// What the tier is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// For every priority that has none of its own.
const ANY: &str = "any";

impl Tier {
    /// The target for `clock` at `priority`; none if nothing is promised.
    #[must_use]
    pub fn target(&self, clock: Name, priority: Priority) -> Option<Target> {
        let targets = self.targets.get(&clock)?;
        let text = targets.get(priority.word()).or_else(|| targets.get(ANY))?;
        text.parse().ok()
    }

    /// The target that is set for exactly this; `Some(None)` if it is that there is none.
    #[must_use]
    pub fn set(&self, clock: Name, priority: Option<Priority>) -> Option<Option<Target>> {
        let text = self.targets.get(&clock)?.get(priority.map_or(ANY, Priority::word))?;
        Some(text.parse().ok())
    }

    /// Sets the target for a priority, or for all others; `none` promises nothing.
    ///
    /// # Errors
    /// Exit 4 when the text is no target.
    pub fn promise(&mut self, clock: Name, priority: Option<Priority>, text: &str) -> Result<()> {
        let none = matches!(text.trim().to_lowercase().as_str(), "none" | "never" | "-");
        let target = if none { "none".to_owned() } else { text.parse::<Target>()?.to_string() };
        let targets = self.targets.entry(clock).or_default();
        targets.insert(priority.map_or(ANY, Priority::word).to_owned(), target);
        Ok(())
    }

    /// Takes away what is set for exactly this: the target for all others holds, if there is one.
    pub fn leave(&mut self, clock: Name, priority: Option<Priority>) {
        if let Some(targets) = self.targets.get_mut(&clock) {
            targets.remove(priority.map_or(ANY, Priority::word));
            if targets.is_empty() {
                self.targets.remove(&clock);
            }
        }
    }

    /// Is anything promised at all?
    #[must_use]
    pub fn promises(&self) -> bool {
        self.targets.values().flat_map(BTreeMap::values).any(|text| text != "none")
    }

    /// The tier as it is kept.
    ///
    /// # Errors
    /// None in practice: whatever writing JSON can fail with.
    pub fn write(&self) -> Result<String> {
        Ok(serde_json::to_string(self).map_err(std::io::Error::from)?)
    }

    /// Reads a tier that was kept.
    ///
    /// # Errors
    /// Exit 4 when it is none.
    pub fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|e| Error::invalid("a tier on this desk cannot be read").because(e))
    }
}
