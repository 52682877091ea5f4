//! `tix calendar`: when somebody is there, and what is reckoned by that.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{kept, tier};
use crate::cx::Cx;
use crate::domain::calendar::{Calendar as Hours, Holidays};
use crate::domain::ids::Timestamp;
use crate::env;
use crate::error::{Error, Result, listed};
use crate::import;
use crate::view::{ALWAYS, Calendar as Shown, Kept, Made, View};

mod reckon;

use reckon::{Due, Elapsed, Open};

/// Keep business calendars, and reckon with them
///
/// A calendar is the hours of a week in a time zone, but for the holidays. The clocks of a tier run
/// only while its calendar is open. `24x7` is always there and always open; `tix help sla` explains
/// it all.
#[derive(Args, Debug)]
pub(crate) struct Calendar {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Keep a calendar under NAME
    New {
        /// Letters, digits, - and _
        #[arg(value_name = "NEWNAME")]
        name: String,
        #[command(flatten)]
        given: Given,
    },
    /// List the calendars
    #[command(visible_alias = "ls")]
    List,
    /// Show one: its hours, the holidays to come, and whether it is open
    Show {
        /// The calendar
        #[arg(value_name = "CALENDAR")]
        name: String,
    },
    /// Change one: hours are replaced, holidays are added
    Edit {
        /// The calendar
        #[arg(value_name = "CALENDAR")]
        name: String,
        #[command(flatten)]
        given: Given,
        /// Take away this holiday, or those from the first date to the last
        #[arg(long, value_name = "HOLIDAY")]
        no_holiday: Vec<String>,
    },
    /// Take some away; `tix undo` brings them back
    Rm {
        /// The calendars
        #[arg(value_name = "CALENDAR", required = true)]
        names: Vec<String>,
        /// Say what would be taken away, and do nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    Due(Due),
    Elapsed(Elapsed),
    Open(Open),
}

/// What a calendar is made of.
#[derive(Args, Debug)]
struct Given {
    /// The time zone of the hours: Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// The hours: 'mon-fri 09:00-12:00 13:00-17:00', 'sat 22:00-06:00', 24x7; repeat it for more
    #[arg(long, value_name = "HOURS")]
    hours: Vec<String>,
    /// A holiday: 2026-12-25, 12-25 for every year, 2026-12-24..2026-12-31; =NAME may follow
    #[arg(long, value_name = "HOLIDAY")]
    holiday: Vec<String>,
    /// Take the all-day events of an iCalendar file as holidays
    #[arg(long, value_name = "FILE")]
    ics: Vec<PathBuf>,
    /// Say what would be kept, and keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// The kind of what is kept.
pub(super) const KIND: &str = "calendar";

impl Calendar {
    /// What it reckons, if it does: the name of that answer.
    pub(crate) fn reckons(&self) -> Option<&'static str> {
        match self.what {
            Some(What::Due(_)) => Some("calendar-due"),
            Some(What::Elapsed(_)) => Some("calendar-elapsed"),
            Some(What::Open(_)) => Some("calendar-open"),
            _ => None,
        }
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List) {
            What::New { name, given } => new(cx, &name, &given),
            What::List => list(cx),
            What::Show { name } => {
                let (name, calendar) = named(cx, &name)?;
                let shown = shown(cx, name, calendar)?;
                Ok(View::Calendars(vec![shown], Kept::One, Made::default()))
            }
            What::Edit { name, given, no_holiday } => edit(cx, &name, &given, &no_holiday),
            What::Rm { names, dry_run } => remove(cx, &names, dry_run),
            What::Due(due) => due.run(cx),
            What::Elapsed(elapsed) => elapsed.run(cx),
            What::Open(open) => open.run(cx),
        }
    }
}

/// The calendar of this name, which is as it is kept.
///
/// # Errors
/// Exit 3 when there is none, with the nearest name.
pub(super) fn named(cx: &mut Cx, name: &str) -> Result<(String, Hours)> {
    let name = name.trim().to_ascii_lowercase();
    if name == ALWAYS {
        return Ok((name, Hours::always()));
    }
    if let Some(text) = kept::find(cx, KIND, &name)? {
        let calendar = Hours::read(&text)?;
        return Ok((name, calendar));
    }
    let all = kept::all(cx, KIND)?;
    let names = all.iter().map(|(name, _)| name.as_str()).chain([ALWAYS]);
    Err(kept::missing((KIND, "tix calendar list"), &name, names))
}

/// The calendar of this name that can be changed.
fn changeable(cx: &mut Cx, name: &str) -> Result<(String, Hours)> {
    let (name, calendar) = named(cx, name)?;
    if name == ALWAYS {
        return Err(built_in("cannot be changed"));
    }
    Ok((name, calendar))
}

fn built_in(what: &str) -> Error {
    Error::invalid(format!("the calendar `{ALWAYS}` {what}"))
        .because("it is built in, and always open")
        .hint("give yours another name")
}

fn shown(cx: &mut Cx, name: String, calendar: Hours) -> Result<Shown> {
    let tiers = tier::with(cx, &name)?;
    Ok(Shown::of(name, calendar, cx.clock.now, tiers))
}

fn new<'a>(cx: &'a mut Cx, name: &str, given: &Given) -> Result<View<'a>> {
    let name = crate::config::name_of(name, "a calendar")?.to_ascii_lowercase();
    cx.may_begin()?;
    if name == ALWAYS {
        return Err(built_in("is there already"));
    }
    if kept::find(cx, KIND, &name)?.is_some() {
        return Err(Error::invalid(format!("there is a calendar `{name}` already"))
            .hint(format!("`tix calendar edit {name}` changes it")));
    }
    let zone = given.tz.as_deref().ok_or_else(|| {
        let ours = cx.clock.zone.name();
        Error::usage("the calendar has no time zone").hint(format!("give it one: --tz {ours}"))
    })?;
    let mut calendar = Hours::new(env::zone_named(zone, "--tz")?);
    given.put(cx, &mut calendar)?;
    Ok(save(cx, name, calendar, given.dry_run)?.0)
}

fn edit<'a>(cx: &'a mut Cx, name: &str, given: &Given, gone: &[String]) -> Result<View<'a>> {
    let (name, mut calendar) = changeable(cx, name)?;
    if given.nothing() && gone.is_empty() {
        return Err(Error::usage(format!("nothing is to be changed of the calendar `{name}`"))
            .hint("give --tz, --hours, --holiday, --no-holiday or --ics"));
    }
    if let Some(zone) = &given.tz {
        calendar.set_zone(env::zone_named(zone, "--tz")?);
    }
    for text in gone {
        let mut found = false;
        for day in Holidays::parse(text)?.days {
            found |= calendar.reopen(day);
        }
        if !found {
            return Err(Error::invalid(format!(
                "--no-holiday {text}: that is no holiday of `{name}`"
            ))
            .hint(format!("`tix calendar show {name} --json=holidays` has them all")));
        }
    }
    given.put(cx, &mut calendar)?;
    let tiers = tier::with(cx, &name)?;
    let open = tier::open_tickets(cx, &tiers)?;
    let (view, made) = save(cx, name, calendar, given.dry_run)?;
    tier::say_kept_targets(cx, &made, open);
    Ok(view)
}

impl Given {
    fn nothing(&self) -> bool {
        self.tz.is_none() && self.hours.is_empty() && self.holiday.is_empty() && self.ics.is_empty()
    }

    /// Puts hours and holidays into a calendar.
    fn put(&self, cx: &Cx, calendar: &mut Hours) -> Result<()> {
        if !self.hours.is_empty() {
            calendar.set_hours(self.hours.iter().map(String::as_str))?;
        }
        for text in &self.holiday {
            let Holidays { days, name } = Holidays::parse(text)?;
            for day in days {
                calendar.close(day, &name);
            }
        }
        for file in &self.ics {
            events(cx, file, calendar)?;
        }
        calendar.check()
    }
}

/// At most so many events are named that were not taken.
const NAMED: usize = 5;

/// Adds the holidays of an iCalendar file, and says what in it is none.
fn events(cx: &Cx, file: &Path, calendar: &mut Hours) -> Result<()> {
    let name = file.display().to_string();
    let events = import::holidays(file, calendar.zone())?;
    for left in events.left.iter().take(NAMED) {
        cx.say(&format!("{name}: not taken: {left}"));
    }
    let more = events.left.len().saturating_sub(NAMED);
    if more > 0 {
        cx.say(&format!("{name}: not taken: {more} more"));
    }
    if events.taken.is_empty() {
        return Err(Error::invalid(format!("{name} has no holidays"))
            .because("they are events that take whole days"));
    }
    for (day, title) in events.taken {
        calendar.close(day, &title);
    }
    Ok(())
}

fn save(
    cx: &mut Cx,
    name: String,
    calendar: Hours,
    dry_run: bool,
) -> Result<(View<'static>, Made)> {
    let text = calendar.write()?;
    let made = kept::change(cx, dry_run, |desk| desk.put(&kept::key(KIND, &name), Some(&text)))?;
    if made.change.is_none() {
        cx.say(&format!("the calendar `{name}` is so already"));
    }
    let shown = shown(cx, name, calendar)?;
    Ok((View::Calendars(vec![shown], Kept::Saved, made.clone()), made))
}

fn list(cx: &mut Cx) -> Result<View<'_>> {
    let mut all = Vec::new();
    for (name, text) in kept::all(cx, KIND)? {
        let calendar = Hours::read(&text)?;
        all.push(shown(cx, name, calendar)?);
    }
    Ok(View::Calendars(all, Kept::All, Made::default()))
}

fn remove<'a>(cx: &'a mut Cx, names: &[String], dry_run: bool) -> Result<View<'a>> {
    let mut gone: Vec<Shown> = Vec::new();
    for name in names {
        let (name, calendar) = changeable(cx, name)?;
        let tiers = tier::with(cx, &name)?;
        if !tiers.is_empty() {
            let plural = if tiers.len() == 1 { "the tier" } else { "the tiers" };
            let tiers = listed(tiers.iter().map(String::as_str));
            return Err(Error::invalid(format!("the calendar `{name}` is in use"))
                .because(format!("the clocks of {plural} {tiers} run by it"))
                .hint("give them another one: `tix tier edit NAME --calendar OTHER`"));
        }
        if !gone.iter().any(|other| other.name == name) {
            gone.push(shown(cx, name, calendar)?);
        }
    }
    let made = kept::change(cx, dry_run, |desk| {
        let mut names = gone.iter().map(|gone| kept::key(KIND, &gone.name));
        names.try_fold(false, |any, key| Ok(desk.put(&key, None)? || any))
    })?;
    Ok(View::Calendars(gone, Kept::Forgotten, made))
}

/// The moment that a text means: of a day, its beginning.
///
/// # Errors
/// Exit 4 when it is no date, or one so far off that no hours are reckoned then.
fn moment(cx: &Cx, text: &str) -> Result<Timestamp> {
    use chrono::Datelike;
    let at = cx.clock.read(text)?.start;
    if !(1901..2299).contains(&at.utc().year()) {
        return Err(Error::invalid(format!("`{text}` is too far off"))
            .because("hours are reckoned from 1901 to 2298"));
    }
    Ok(at)
}
