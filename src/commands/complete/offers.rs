//! What fits an argument, by what the help calls its value.

use clap::{Arg, Command};

use super::desk::Source;
use super::line::Place;
use super::{Fits, Offer, begins, element, query};
use crate::commands::help;
use crate::config::Config;
use crate::cx::Cx;
use crate::domain::query::{Group, SortKey, keys};
use crate::domain::words::{Channel, Priority, Relation, Resolution, Status};
use crate::env;
use crate::render;
use crate::store::{Among, Term};
use crate::view;

/// Days and moments, as examples of what can be written.
pub(super) const DATES: [&str; 15] = [
    "today",
    "tomorrow",
    "yesterday",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "eod",
    "eow",
    "eom",
    "-7d",
    "+3d",
];

/// Days and moments to come.
const LATER: [&str; 14] = [
    "tomorrow", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "eow", "eom", "+4h", "+1d", "+3d",
    "+1w",
];

/// When to use colour.
const COLORS: [&str; 3] = ["auto", "always", "never"];

/// What the help calls the argument's value.
pub(super) fn name_of(arg: &Arg) -> &str {
    arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str())
}

/// What fits at `place`, of which `typed` is there already.
pub(super) fn at(place: &Place<'_>, typed: &str) -> Fits {
    if let Some(flag) = place.owed {
        return values(place, flag, "", typed);
    }
    let mut fits = Vec::new();
    if !place.literal {
        if let Some((name, value)) = typed.strip_prefix("--").and_then(|it| it.split_once('=')) {
            let head = &typed[..name.len() + 3];
            return match place.long(name).filter(|flag| flag.get_action().takes_values()) {
                Some(flag) => values(place, flag, head, value),
                None => Fits::These(fits),
            };
        }
        if let Some((flag, value)) = typed.strip_prefix('-').and_then(|it| place.shorts(it))
            && !value.is_empty()
            && place.is_flag(typed)
        {
            match values(place, flag, &typed[..typed.len() - value.len()], value) {
                Fits::Files => return Fits::Files,
                Fits::These(these) => fits.extend(these),
            }
        }
        if typed.starts_with('-') {
            flags(place, typed, &mut fits);
        } else if place.given.is_empty() {
            commands(place.command, "", typed, &mut fits);
        }
    }
    if let Some(arg) = place.next() {
        match values(place, arg, "", typed) {
            Fits::Files => return Fits::Files,
            // No word of a stranger becomes a flag.
            Fits::These(these) => {
                fits.extend(
                    these.into_iter().filter(|it| place.literal || !place.is_flag(&it.value())),
                );
            }
        }
    }
    Fits::These(fits)
}

fn flags(place: &Place<'_>, typed: &str, fits: &mut Vec<Offer>) {
    for flag in place.command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        let about = flag.get_help().map(ToString::to_string).unwrap_or_default();
        if let Some(long) = flag.get_long().map(|long| format!("--{long}")) {
            let equals = flag.is_require_equals_set().then(|| format!("{long}="));
            if begins(&long, typed) {
                fits.push(Offer::new("", long, &about));
            }
            if let Some(equals) = equals.filter(|equals| begins(equals, typed)) {
                fits.push(Offer::new("", equals, &about).open());
            }
        }
        if let Some(short) = flag.get_short().filter(|_| typed == "-") {
            fits.push(Offer::new("", format!("-{short}"), &about));
        }
    }
}

/// What `tix help` takes: a topic, or a command; of what is both the topic.
fn topics(place: &Place<'_>, head: &str, typed: &str) -> Vec<Offer> {
    let (mut topics, mut named) = (plain(help::topics(), head, typed), Vec::new());
    commands(place.root, head, typed, &mut named);
    named.retain(|it| topics.iter().all(|topic| topic.value() != it.value()));
    topics.extend(named);
    topics
}

fn commands(of: &Command, head: &str, typed: &str, fits: &mut Vec<Offer>) {
    for command in of.get_subcommands().filter(|command| !command.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let names = command.get_name_and_visible_aliases().into_iter();
        fits.extend(
            names.filter(|name| begins(name, typed)).map(|it| Offer::new(head, it, &about)),
        );
    }
}

/// What fits the value of `arg`, `head` standing before it in the same word.
fn values(place: &Place<'_>, arg: &Arg, head: &str, typed: &str) -> Fits {
    let Some(kind) = Kind::of(arg) else { return Fits::These(Vec::new()) };
    let desk = Source::new(place.db.as_deref());
    let list = |words: &mut dyn Iterator<Item = &str>| listed(words, head, typed);
    let command = place.command.get_name();
    let fits = match kind {
        Kind::Files if of_ticket(place, arg) => desk.files(&place.given, head, typed),
        Kind::Files => return Fits::Files,
        Kind::Nothing => Vec::new(),
        Kind::Tickets => {
            let among = match (command, arg.get_id().as_str()) {
                ("reopen", _) => Among::Closed,
                ("show" | "log" | "attach" | "similar" | "link" | "unlink", _)
                | (_, "duplicate_of") => Among::All,
                _ => Among::Open,
            };
            let mut tickets = desk.tickets(among, head, typed);
            tickets.extend(last_article(place, &desk, head, typed));
            tickets.retain(|offer| !place.given.contains(&offer.value()));
            tickets
        }
        Kind::Doomed => doomed(place, &desk, head, typed),
        Kind::People if arg.get_id() == "requester" => desk.people(Term::Requester, head, typed),
        Kind::People => desk.people(Term::Assignee, head, typed),
        Kind::Labels => desk.labels(matches!(command, "label" | "edit"), head, typed),
        Kind::Query => query::offers(&desk, head, typed),
        Kind::Changes => desk.changes(head, typed),
        Kind::Kept(kind) => desk.kept(kind, head, typed),
        Kind::Calendars => {
            [plain([view::ALWAYS], head, typed), desk.kept("calendar", head, typed)].concat()
        }
        Kind::Zones => plain(chrono_tz::TZ_VARIANTS.map(chrono_tz::Tz::name), head, typed),
        Kind::Drafts => drafts(&place.given, head, typed),
        Kind::Views => plain(views(&settings()).iter().map(String::as_str), head, typed),
        Kind::Statuses => list(&mut Status::ALL.iter().map(|it| it.word())),
        Kind::Priorities => list(&mut Priority::ALL.iter().map(|it| it.word())),
        Kind::Resolutions => list(&mut Resolution::ALL.iter().map(|it| it.word())),
        Kind::Relations => list(&mut Relation::ALL.iter().map(|it| it.word())),
        Kind::Channels => list(&mut Channel::ALL.iter().map(|it| it.word())),
        Kind::Fields => list(&mut fields(place, command).iter().map(String::as_str)),
        Kind::Sort => sorts(head, typed),
        Kind::Groups => list(&mut Group::names()),
        Kind::Commands => {
            let mut fits = Vec::new();
            commands(place.root, head, typed, &mut fits);
            fits
        }
        Kind::Dates => plain(DATES, head, typed),
        Kind::Moments => plain(LATER, head, typed),
        Kind::Colors => plain(COLORS, head, typed),
        Kind::Settings => plain(Config::KEYS, head, typed),
        Kind::Setting => setting(place, &desk, head, typed),
        Kind::Topics => topics(place, head, typed),
        Kind::OneOf => one_of(arg, head, typed),
    };
    Fits::These(fits)
}

/// Tickets and customers.
fn doomed(place: &Place<'_>, desk: &Source<'_>, head: &str, typed: &str) -> Vec<Offer> {
    let mut all = desk.tickets(Among::All, head, typed);
    all.extend(desk.kept("customer", head, typed));
    all.retain(|offer| !place.given.contains(&offer.value()));
    all
}

/// Articles where tickets are named that one is linked to: it is the last word, and who knows which is
/// the last?
fn last_article(place: &Place<'_>, desk: &Source<'_>, head: &str, typed: &str) -> Vec<Offer> {
    let may = place.whole.get_name() == "kb" && !place.given.is_empty();
    if may { desk.kept("kb", head, typed) } else { Vec::new() }
}

/// What fits the value of a setting.
fn setting(place: &Place<'_>, desk: &Source<'_>, head: &str, typed: &str) -> Vec<Offer> {
    match place.given.first().map(String::as_str) {
        Some("color") => plain(COLORS, head, typed),
        Some("timezone") => plain(chrono_tz::TZ_VARIANTS.map(chrono_tz::Tz::name), head, typed),
        Some("scope") => query::offers(desk, head, typed),
        _ => Vec::new(),
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Calendars,
    Changes,
    Commands,
    Groups,
    Channels,
    Colors,
    Dates,
    /// Tickets and customers.
    Doomed,
    Drafts,
    Fields,
    Files,
    /// What is kept on the desk by its name, of this kind.
    Kept(&'static str),
    Labels,
    Moments,
    Nothing,
    OneOf,
    People,
    Priorities,
    Query,
    Relations,
    Resolutions,
    Setting,
    Settings,
    Sort,
    Statuses,
    Tickets,
    Topics,
    Views,
    Zones,
}

impl Kind {
    /// By the value's name; none when nobody has said what it is.
    fn of(arg: &Arg) -> Option<Self> {
        if !arg.get_possible_values().is_empty() {
            return Some(Kind::OneOf);
        }
        Some(match name_of(arg) {
            "CALENDAR" => Kind::Calendars,
            "ARTICLE" => Kind::Kept("kb"),
            "CANNED" => Kind::Kept("canned"),
            "TIER" => Kind::Kept("tier"),
            "ZONE" => Kind::Zones,
            "CHANGE" => Kind::Changes,
            "CHANNEL" => Kind::Channels,
            "WHEN" if arg.get_id() == "color" => Kind::Colors,
            "WHEN" => Kind::Moments,
            "CUSTOMER" => Kind::Kept("customer"),
            "DATE" | "START" | "FROM" | "TO" => Kind::Dates,
            "DRAFT" => Kind::Drafts,
            "FIELDS" | "NAMES" => Kind::Fields,
            "FILE" | "FOLDER" | "REMOTE" => Kind::Files,
            "LABELS" => Kind::Labels,
            "WHO" => Kind::People,
            "PRIORITY" => Kind::Priorities,
            "QUERY" => Kind::Query,
            "KIND" => Kind::Relations,
            "RESOLUTION" => Kind::Resolutions,
            "VALUE" => Kind::Setting,
            "KEY" => Kind::Settings,
            "KEYS" => Kind::Sort,
            "GROUPS" => Kind::Groups,
            "COMMAND" => Kind::Commands,
            "NAME" => Kind::Views,
            "STATUS" => Kind::Statuses,
            "ID" | "ID|TEXT" | "A" | "B" => Kind::Tickets,
            "ID|CUSTOMER" => Kind::Doomed,
            "TOPIC" => Kind::Topics,
            "COLUMN=FIELD" | "DIGITS" | "DOMAINS" | "DURATION" | "FIELD" | "MEMBER"
            | "NEWMEMBER" | "EXPR" | "FILENAME" | "FROM..TO" | "HANDLES" | "HOLIDAY" | "HOURS"
            | "MAILS" | "MSG" | "N" | "NEWNAME" | "NOTE" | "HEAD" | "OWNER/NAME" | "RECIPIENT"
            | "REF" | "TYPED" | "TARGET" | "TEXT" | "TITLE" | "URL" => Kind::Nothing,
            _ => return None,
        })
    }
}

/// Are files meant that are on a ticket already?
fn of_ticket(place: &Place<'_>, arg: &Arg) -> bool {
    (place.command.get_name(), arg.get_id().as_str()) == ("attach", "files")
        && place.flags.iter().any(|flag| ["save", "stdout", "remove"].contains(flag))
}

/// The values that the argument lists itself.
fn one_of(arg: &Arg, head: &str, typed: &str) -> Vec<Offer> {
    let known = arg.get_possible_values().into_iter().filter(|it| !it.is_hide_set());
    let known = known.filter(|it| begins(it.get_name(), typed));
    let about = |it: &clap::builder::PossibleValue| {
        it.get_help().map(ToString::to_string).unwrap_or_default()
    };
    known.map(|it| Offer::new(head, it.get_name(), about(&it))).collect()
}

/// The fields of what the command answers with.
fn fields(place: &Place<'_>, command: &str) -> Vec<String> {
    render::fields(match (place.whole.get_name(), command) {
        ("tix", _) => "dashboard",
        ("drafts", "resume") => "resume",
        ("kb", "search") => "kb-search",
        ("calendar", "due") => "calendar-due",
        ("calendar", "elapsed") => "calendar-elapsed",
        ("calendar", "open") => "calendar-open",
        (whole, _) => whole,
    })
}

/// Texts that are not stored yet.
fn drafts(given: &[String], head: &str, typed: &str) -> Vec<Offer> {
    let all = Cx::drafts().all().unwrap_or_default().into_iter();
    let new = all.filter(|it| begins(&it.name, typed) && !given.contains(&it.name));
    new.map(|it| Offer::new(head, it.name.clone(), view::Draft::from(it).purpose)).collect()
}

/// The names of the saved queries.
pub(super) fn views(config: &Config) -> Vec<String> {
    config.views.keys().cloned().collect()
}

/// The settings, or none when they cannot be read.
pub(super) fn settings() -> Config {
    Config::load(&env::config_file()).unwrap_or_default()
}

/// Those of `words` that begin as typed.
pub(super) fn plain<'w>(
    words: impl IntoIterator<Item = &'w str>,
    head: &str,
    typed: &str,
) -> Vec<Offer> {
    let fitting = words.into_iter().filter(|word| begins(word, typed));
    fitting.map(|word| Offer::new(head, word, "")).collect()
}

/// The same for the last element of a list, without those that it has already.
fn listed(words: &mut dyn Iterator<Item = &str>, head: &str, typed: &str) -> Vec<Offer> {
    let (before, typed) = element(typed);
    let new = words.filter(|word| !before.split(',').any(|it| it == *word));
    plain(new, &format!("{head}{before}"), typed)
}

/// Keys to sort by, the minus kept.
pub(super) fn sorts(head: &str, typed: &str) -> Vec<Offer> {
    let (before, last) = element(typed);
    let key = last.strip_prefix('-').unwrap_or(last);
    let head = format!("{head}{before}{}", &last[..last.len() - key.len()]);
    plain(SortKey::names(), &head, key)
}

/// Keys of the query language.
pub(super) fn query_keys(head: &str, typed: &str) -> Vec<Offer> {
    let fitting = keys().filter(|key| begins(key, typed));
    fitting.map(|key| Offer::new(head, format!("{key}:"), "").open()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_value_it_is_said_what_fits_it() {
        fn check(command: &clap::Command) {
            for arg in command.get_arguments().filter(|arg| arg.get_action().takes_values()) {
                let name = (command.get_name(), arg.get_id(), name_of(arg));
                assert!(Kind::of(arg).is_some(), "{name:?}: say in Kind::of what it is");
            }
            command.get_subcommands().for_each(check);
        }
        let mut cli = crate::cli::whole();
        cli.build();
        check(&cli);
    }
}
