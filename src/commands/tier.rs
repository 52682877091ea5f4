//! `tix tier`: what is promised to whom.

use clap::{Args, Subcommand};

use super::{asked, calendar, kept};
use crate::cx::Cx;
use crate::domain::clocks::Name;
use crate::domain::tier::Tier as Promised;
use crate::domain::words::Priority;
use crate::error::{Error, Result, counted};
use crate::view::{ALWAYS, Kept, Made, Tier as Shown, View};

/// Keep support tiers: how soon what is promised to whom
///
/// A tier has a target for each clock (the first response, every next response, the resolution), for
/// some priorities one of their own, and a calendar in whose hours the clocks run. `tix help sla`
/// explains it all.
#[derive(Args, Debug)]
pub(crate) struct Tier {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Keep a tier under NAME
    New {
        /// Letters, digits, - and _
        #[arg(value_name = "NEWNAME")]
        name: String,
        #[command(flatten)]
        given: Box<Given>,
    },
    /// List the tiers and their targets
    #[command(visible_alias = "ls")]
    List,
    /// Show one: its targets by priority, and how many have it
    Show {
        /// The tier
        #[arg(value_name = "TIER")]
        name: String,
    },
    /// Change one
    Edit {
        /// The tier
        #[arg(value_name = "TIER")]
        name: String,
        #[command(flatten)]
        given: Box<Given>,
        /// Run the clocks around the clock
        #[arg(long, conflicts_with = "calendar")]
        no_calendar: bool,
    },
    /// Take some away; `tix undo` brings them back
    Rm {
        /// The tiers
        #[arg(value_name = "TIER", required = true)]
        names: Vec<String>,
        /// Say what would be taken away, and do nothing
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
}

/// What a tier is made of.
#[derive(Args, Debug)]
struct Given {
    /// The calendar in whose hours the clocks run; around the clock if there is none
    #[arg(long, value_name = "CALENDAR")]
    calendar: Option<String>,
    /// The first public reply within 4h, 1h30m, 2bd (days with hours), or none
    #[arg(long, value_name = "TARGET")]
    first: Option<String>,
    /// Every later reply within this
    #[arg(long, value_name = "TARGET")]
    next: Option<String>,
    /// Closed within this, but for the time it is pending
    #[arg(long, value_name = "TARGET")]
    resolve: Option<String>,
    /// What the tier is, in words
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Say what would be kept, and keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    #[command(flatten)]
    own: Own,
}

/// Targets of single priorities; an empty one is that of all others again.
#[derive(Args, Debug)]
#[command(next_help_heading = "Targets of one priority (empty: as for all others)")]
struct Own {
    /// The first reply to what is urgent
    #[arg(long, value_name = "TARGET")]
    urgent_first: Option<String>,
    /// Every later reply
    #[arg(long, value_name = "TARGET")]
    urgent_next: Option<String>,
    /// Closed
    #[arg(long, value_name = "TARGET")]
    urgent_resolve: Option<String>,
    /// The first reply to what is of high priority
    #[arg(long, value_name = "TARGET")]
    high_first: Option<String>,
    /// Every later reply
    #[arg(long, value_name = "TARGET")]
    high_next: Option<String>,
    /// Closed
    #[arg(long, value_name = "TARGET")]
    high_resolve: Option<String>,
    /// The first reply to what is of normal priority
    #[arg(long, value_name = "TARGET")]
    normal_first: Option<String>,
    /// Every later reply
    #[arg(long, value_name = "TARGET")]
    normal_next: Option<String>,
    /// Closed
    #[arg(long, value_name = "TARGET")]
    normal_resolve: Option<String>,
    /// The first reply to what is of low priority
    #[arg(long, value_name = "TARGET")]
    low_first: Option<String>,
    /// Every later reply
    #[arg(long, value_name = "TARGET")]
    low_next: Option<String>,
    /// Closed
    #[arg(long, value_name = "TARGET")]
    low_resolve: Option<String>,
}

/// The kind of what is kept.
const KIND: &str = "tier";

impl Tier {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self.what.unwrap_or(What::List) {
            What::New { name, given } => new(cx, &name, &given),
            What::List => {
                let mut all = Vec::new();
                for (name, text) in kept::all(cx, KIND)? {
                    let tier = Promised::read(&text)?;
                    all.push(shown(cx, name, tier)?);
                }
                Ok(View::Tiers(all, Kept::All, Made::default()))
            }
            What::Show { name } => {
                let (name, tier) = named(cx, &name)?;
                let shown = shown(cx, name, tier)?;
                Ok(View::Tiers(vec![shown], Kept::One, Made::default()))
            }
            What::Edit { name, given, no_calendar } => edit(cx, &name, &given, no_calendar),
            What::Rm { names, dry_run } => remove(cx, &names, dry_run),
        }
    }
}

/// The tier of this name, which is as it is kept.
fn named(cx: &mut Cx, name: &str) -> Result<(String, Promised)> {
    let name = name.trim().to_ascii_lowercase();
    if let Some(text) = kept::find(cx, KIND, &name)? {
        let tier = Promised::read(&text)?;
        return Ok((name, tier));
    }
    let all = kept::all(cx, KIND)?;
    let names = all.iter().map(|(name, _)| name.as_str());
    Err(kept::missing((KIND, "tix tier list"), &name, names))
}

fn shown(cx: &mut Cx, name: String, tier: Promised) -> Result<Shown> {
    let open = open_tickets(cx, std::slice::from_ref(&name))?;
    let customers = customers(cx, &name)?;
    Ok(Shown::of(name, tier, (open, customers)))
}

/// The tiers whose clocks run by this calendar.
pub(super) fn with(cx: &mut Cx, calendar: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (name, text) in kept::all(cx, KIND)? {
        let used = Promised::read(&text)?.calendar;
        if used.as_deref().unwrap_or(ALWAYS) == calendar {
            names.push(name);
        }
    }
    Ok(names)
}

/// How many open tickets are under these tiers.
pub(super) fn open_tickets(cx: &mut Cx, tiers: &[String]) -> Result<u64> {
    let mut sum = 0;
    for tier in tiers {
        let query = cx.query(&[asked::term("tier", tier), "is:open".to_owned()])?;
        sum += asked::count(cx, &query)?;
    }
    Ok(sum)
}

/// How many customers have this tier.
fn customers(cx: &mut Cx, tier: &str) -> Result<u64> {
    let all = kept::all(cx, "customer")?;
    let has = |text: &String| {
        let kept: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let of = kept.as_ref().and_then(|customer| customer.get("tier")?.as_str());
        of.is_some_and(|of| of.eq_ignore_ascii_case(tier))
    };
    Ok(all.iter().filter(|(_, text)| has(text)).count() as u64)
}

/// Says, after a change, that open tickets keep what they were promised.
pub(super) fn say_kept_targets(cx: &Cx, made: &Made, open: u64) {
    if open > 0 && made.change.is_some() && !made.dry_run {
        let tickets = counted(open, "open ticket");
        let keep = if open == 1 { "keeps" } else { "keep" };
        cx.say(&format!("{tickets} {keep} the old targets until `tix sla recalc`"));
    }
}

fn new<'a>(cx: &'a mut Cx, name: &str, given: &Given) -> Result<View<'a>> {
    let name = crate::config::name_of(name, "a tier")?.to_ascii_lowercase();
    cx.may_begin()?;
    if kept::find(cx, KIND, &name)?.is_some() {
        return Err(Error::invalid(format!("there is a tier `{name}` already"))
            .hint(format!("`tix tier edit {name}` changes it")));
    }
    let mut tier = Promised::default();
    given.put(cx, &mut tier)?;
    let promises = tier.promises();
    let (view, _) = save(cx, name, tier, given.dry_run)?;
    if !promises {
        cx.say("the tier promises nothing; --first, --next and --resolve set targets");
    }
    Ok(view)
}

fn edit<'a>(cx: &'a mut Cx, name: &str, given: &Given, always: bool) -> Result<View<'a>> {
    let (name, mut tier) = named(cx, name)?;
    if given.nothing() && !always {
        return Err(Error::usage(format!("nothing is to be changed of the tier `{name}`"))
            .hint("give --calendar, --first, --next, --resolve or --about"));
    }
    given.put(cx, &mut tier)?;
    if always {
        tier.calendar = None;
    }
    let open = open_tickets(cx, std::slice::from_ref(&name))?;
    let (view, made) = save(cx, name, tier, given.dry_run)?;
    say_kept_targets(cx, &made, open);
    Ok(view)
}

fn save(cx: &mut Cx, name: String, tier: Promised, dry_run: bool) -> Result<(View<'static>, Made)> {
    let text = tier.write()?;
    let made = kept::change(cx, dry_run, |desk| desk.put(&kept::key(KIND, &name), Some(&text)))?;
    if made.change.is_none() {
        cx.say(&format!("the tier `{name}` is so already"));
    }
    let shown = shown(cx, name, tier)?;
    Ok((View::Tiers(vec![shown], Kept::Saved, made.clone()), made))
}

impl Given {
    /// The targets that are given: their flags, what they are of, and their texts.
    fn targets(&self) -> [(&'static str, Name, Option<Priority>, &Option<String>); 15] {
        use Name::{FirstResponse as First, NextResponse as Next, Resolution as Resolve};
        use Priority::{High, Low, Normal, Urgent};
        let own = &self.own;
        [
            ("--first", First, None, &self.first),
            ("--next", Next, None, &self.next),
            ("--resolve", Resolve, None, &self.resolve),
            ("--urgent-first", First, Some(Urgent), &own.urgent_first),
            ("--urgent-next", Next, Some(Urgent), &own.urgent_next),
            ("--urgent-resolve", Resolve, Some(Urgent), &own.urgent_resolve),
            ("--high-first", First, Some(High), &own.high_first),
            ("--high-next", Next, Some(High), &own.high_next),
            ("--high-resolve", Resolve, Some(High), &own.high_resolve),
            ("--normal-first", First, Some(Normal), &own.normal_first),
            ("--normal-next", Next, Some(Normal), &own.normal_next),
            ("--normal-resolve", Resolve, Some(Normal), &own.normal_resolve),
            ("--low-first", First, Some(Low), &own.low_first),
            ("--low-next", Next, Some(Low), &own.low_next),
            ("--low-resolve", Resolve, Some(Low), &own.low_resolve),
        ]
    }

    fn nothing(&self) -> bool {
        let targets = self.targets().iter().all(|(.., text)| text.is_none());
        targets && self.calendar.is_none() && self.about.is_none()
    }

    /// Puts calendar, targets and words into a tier; what is empty is taken out.
    fn put(&self, cx: &mut Cx, tier: &mut Promised) -> Result<()> {
        match self.calendar.as_deref().map(str::trim) {
            None => {}
            Some("") => tier.calendar = None,
            Some(name) => {
                let (name, hours) = calendar::named(cx, name)?;
                hours.check()?;
                tier.calendar = (name != ALWAYS).then_some(name);
            }
        }
        for (flag, clock, priority, text) in self.targets() {
            match text.as_deref() {
                None => {}
                Some(text) if text.trim().is_empty() => tier.leave(clock, priority),
                Some(text) => tier
                    .promise(clock, priority, text)
                    .map_err(|e| Error { what: format!("{flag}: {}", e.what), ..e })?,
            }
        }
        if let Some(about) = &self.about {
            tier.about = Some(about.trim().to_owned()).filter(|about| !about.is_empty());
        }
        Ok(())
    }
}

fn remove<'a>(cx: &'a mut Cx, names: &[String], dry_run: bool) -> Result<View<'a>> {
    let mut gone: Vec<Shown> = Vec::new();
    for name in names {
        let (name, tier) = named(cx, name)?;
        let shown = shown(cx, name, tier)?;
        let users = [(shown.customers, "customer"), (shown.open_tickets, "open ticket")];
        let users = users.iter().filter(|(count, _)| *count > 0);
        let users: Vec<String> = users.map(|(count, noun)| counted(*count, noun)).collect();
        if !users.is_empty() {
            let name = &shown.name;
            let has =
                if users == ["1 customer"] || users == ["1 open ticket"] { "has" } else { "have" };
            return Err(Error::invalid(format!("the tier `{name}` is in use"))
                .because(format!("{} {has} it", users.join(" and ")))
                .hint(match shown.open_tickets {
                    0 => "`tix customer list` lists the customers".to_owned(),
                    _ => format!("`tix list tier:{name}` lists the tickets"),
                }));
        }
        if !gone.iter().any(|other| other.name == shown.name) {
            gone.push(shown);
        }
    }
    let made = kept::change(cx, dry_run, |desk| {
        let mut names = gone.iter().map(|gone| kept::key(KIND, &gone.name));
        names.try_fold(false, |any, key| Ok(desk.put(&key, None)? || any))
    })?;
    Ok(View::Tiers(gone, Kept::Forgotten, made))
}
