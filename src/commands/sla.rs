//! `tix sla`: what is owed, when, and why then.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use super::{bulk, kept};
use crate::cx::Cx;
use crate::domain::clocks::Name;
use crate::domain::dates::Span;
use crate::domain::ids::{Reference, Timestamp};
use crate::error::{Error, Result, listed, nearest};
use crate::prompt;
use crate::store::Running;
use crate::view::{Attained, By, Made, Promises, Reading, Remeasured, View};

mod explain;

/// How many clocks change before a person is asked.
const ASK_ABOVE: usize = 3;

/// Fewer cycles than this are no percentage.
const FEW: u64 = 5;

/// Show what is owed, explain a deadline, report what was kept
///
/// Clocks run on tickets that are under a tier: `tix help sla` says how.
#[derive(Args, Debug)]
pub(crate) struct Sla {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// List the clocks that run, what is owed first at the top
    Status {
        /// Only of these tickets; `tix help query` says what a query can be
        #[arg(value_name = "QUERY")]
        query: Vec<String>,
        /// Show at most N clocks; 0 for all. A person is shown as many as fit, a program all
        #[arg(short = 'L', long, value_name = "N")]
        limit: Option<u64>,
    },
    /// Show the arithmetic of a ticket's clocks, day by day
    Explain {
        /// The ticket
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Count what was kept, of what was due in a period
    Report {
        /// The first day or moment of the period
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        /// The last day or moment; now if not given
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// One line for each: tier, customer, month, clock; several separated by commas
        #[arg(long, value_name = "GROUPS", default_value = "tier,clock")]
        by: String,
    },
    /// Bring open tickets under the tiers and calendars as they are now
    Recalc {
        /// Only those of these tiers
        #[arg(value_name = "TIER")]
        tiers: Vec<String>,
        /// Say what would change, and change nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
        /// Do not ask
        #[arg(short = 'y', long)]
        yes: bool,
    },
}

impl Sla {
    /// Its name among the answers.
    pub(crate) fn name(&self) -> &'static str {
        match &self.what {
            Some(What::Explain { .. }) => "sla-explain",
            Some(What::Report { .. }) => "sla-report",
            Some(What::Recalc { .. }) => "sla-recalc",
            Some(What::Status { .. }) | None => "sla",
        }
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let status = What::Status { query: Vec::new(), limit: None };
        let answer = match self.what.unwrap_or(status) {
            What::Status { query, limit } => status_of(cx, &query, limit)?,
            What::Explain { id } => {
                let reference: Reference = id.parse()?;
                let fold = bulk::desk_for(cx, &reference)?.find(&reference)?;
                Promises::Explained(Box::new(explain::explained(cx, &fold)?))
            }
            What::Report { since, until, by } => {
                let by = groups(&by)?;
                let rows = report(cx, (since.as_deref(), until.as_deref()), &by)?;
                Promises::Report(rows, by)
            }
            What::Recalc { tiers, dry_run, yes } => recalc(cx, &tiers, (dry_run, yes))?,
        };
        Ok(View::Promises(answer))
    }
}

fn status_of(cx: &mut Cx, query: &[String], limit: Option<u64>) -> Result<Promises> {
    let query = cx.query(query)?;
    let limit = limit.map_or(super::asked::fits(cx), |limit| Some(limit).filter(|it| *it > 0));
    let (now, machine) = (cx.clock.now, cx.machine);
    let Some(reader) = cx.reader()? else { return Ok(Promises::Owed(Vec::new(), 0)) };
    let most = if machine { None } else { limit.map(|limit| limit.saturating_add(1)) };
    let mut owed = reader.owed(&query, now, most)?;
    let total = owed.len() as u64;
    owed.truncate(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX));
    Ok(Promises::Owed(owed, total))
}

fn groups(text: &str) -> Result<Vec<By>> {
    let names = || By::ALL.iter().map(|(_, name)| *name);
    let one = |word: &str| {
        let word = word.trim().to_lowercase();
        let found = By::ALL.iter().find(|(_, name)| *name == word).map(|(by, _)| *by);
        found.ok_or_else(|| {
            let error = Error::invalid(format!("a report is not by `{word}`"));
            let error = error.because(format!("there are {}", listed(names())));
            match nearest(&word, names()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error,
            }
        })
    };
    text.split(',').map(one).collect()
}

fn report(
    cx: &mut Cx,
    (since, until): (Option<&str>, Option<&str>),
    by: &[By],
) -> Result<Vec<Attained>> {
    let (clock, now) = (cx.clock, cx.clock.now);
    let from = since.map(|text| clock.read(text)).transpose()?;
    let from = from.map_or(Timestamp(i64::MIN), |span| span.start);
    let to = until.map(|text| clock.read(text)).transpose()?;
    let to = to.map_or(Timestamp(now.0.saturating_add(1)), Span::past);
    if to <= from {
        return Err(Error::invalid("the period ends before it begins")
            .hint("--since is its first day, --until its last"));
    }
    let month = |at: Timestamp| at.utc().with_timezone(&clock.zone).format("%Y-%m").to_string();
    let mut all: BTreeMap<Key, (u64, u64)> = BTreeMap::new();
    if let Some(reader) = cx.reader()? {
        reader.fallen((from, to), now, &mut |fell| {
            let Some(met) = fell.met else { return Ok(()) };
            let has = |one: By| by.contains(&one);
            let key = (
                has(By::Tier).then_some(fell.tier),
                fell.customer.filter(|_| has(By::Customer)),
                has(By::Month).then(|| month(fell.due_at)),
                has(By::Clock).then_some(fell.name),
            );
            let counts = all.entry(key).or_default();
            *(if met { &mut counts.0 } else { &mut counts.1 }) += 1;
            Ok(())
        })?;
    }
    Ok(all.into_iter().map(attained).collect())
}

/// Tier, customer, month and clock.
type Key = (Option<String>, Option<String>, Option<String>, Option<Name>);

fn attained(((tier, customer, month, clock), (met, missed)): (Key, (u64, u64))) -> Attained {
    let total = met + missed;
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many tickets")]
    let percent = (total >= FEW).then(|| (met as f64 * 1000.0 / total as f64).round() / 10.0);
    Attained { tier, customer, month, clock, met, missed, total, percent }
}

fn recalc(cx: &mut Cx, named: &[String], (dry_run, yes): (bool, bool)) -> Result<Promises> {
    let Some(reader) = cx.reader()? else {
        return Ok(Promises::Remeasured(Vec::new(), Made::default()));
    };
    let there: Vec<String> = reader.kept_of("tier")?.into_iter().map(|(name, _)| name).collect();
    let used = reader.tiers_in_use()?;
    let named: Vec<String> = named.iter().map(|name| name.to_lowercase()).collect();
    for name in &named {
        if !there.contains(name) {
            let all = there.iter().map(String::as_str);
            return Err(kept::missing(("tier", "tix tier list"), name, all));
        }
    }
    let tiers: Vec<String> = if named.is_empty() { used } else { named };
    let tiers: Vec<String> = tiers.into_iter().filter(|tier| there.contains(tier)).collect();
    // Nothing is tried first where nobody wants to know what would change.
    let tried = dry_run || !yes;
    let (changed, change) = remeasured(cx, &tiers, tried)?;
    if changed.is_empty() {
        cx.say("every clock is measured by the tiers and calendars as they are");
        let change = Some(change).filter(|_| !tried);
        return Ok(Promises::Remeasured(changed, Made { change, dry_run }));
    }
    if dry_run || !tried {
        let change = Some(change).filter(|_| !tried);
        return Ok(Promises::Remeasured(changed, Made { change, dry_run }));
    }
    if changed.len() > ASK_ABOVE {
        let question = format!("measure {} clocks anew?", changed.len());
        if !cx.io.person {
            return Err(Error::needs_input(question)
                .because("nobody is there to confirm")
                .hint("add --yes, or --dry-run to see what would change"));
        }
        for one in changed.iter().take(10) {
            let due = |reading: &Option<Reading>| {
                let due = reading.as_ref().and_then(|reading| reading.due_at);
                due.map_or_else(|| "no target".to_owned(), |due| cx.clock.say(due.0))
            };
            let (before, after) = (due(&one.before), due(&one.after));
            let name = one.clock.said();
            cx.tell_fitted(&format!("  #{} {name}: {before} → {after}", one.id));
        }
        if !prompt::confirm(&question, false)? {
            return Err(Error::cancelled());
        }
    }
    let (changed, change) = remeasured(cx, &tiers, false)?;
    Ok(Promises::Remeasured(changed, Made { change: Some(change), dry_run }))
}

/// Measures the clocks of these tiers anew, or tries to; those that changed, and the change.
fn remeasured(cx: &mut Cx, tiers: &[String], dry_run: bool) -> Result<(Vec<Remeasured>, String)> {
    cx.change(dry_run, |desk| {
        let before = desk.running(tiers)?;
        for tier in tiers {
            desk.recalculate(tier)?;
        }
        let after = desk.running(tiers)?;
        let pairs = before.into_iter().filter_map(|(place, was)| {
            let is = after.get(&place)?;
            (was.reading != is.reading).then(|| told(was, is))
        });
        Ok((pairs.collect(), desk.change().to_string()))
    })
}

fn told(was: Running, is: &Running) -> Remeasured {
    Remeasured {
        id: was.id.to_string(),
        title: was.title,
        tier: was.tier,
        clock: was.name,
        before: was.reading.map(|reading| Reading::of(&reading)),
        after: is.reading.map(|reading| Reading::of(&reading)),
    }
}
