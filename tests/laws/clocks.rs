//! Business time: the published vectors, an oracle that counts minute by minute, and the laws.

use std::path::Path;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::Value;
use tix::domain::calendar::{Calendar, Holiday, Pause, Worktime};
use tix::domain::ids::Timestamp;
use tix::domain::tier::Target;

/// The facts that others computed, where they are at hand.
fn vectors() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sla_vectors.json");
    Some(serde_json::from_str(&std::fs::read_to_string(path).ok()?).unwrap())
}

fn calendar(described: &Value) -> Worktime {
    let mut calendar = Calendar::new(described["tz"].as_str().unwrap().parse().unwrap());
    let mut lines = Vec::new();
    for (day, hours) in described["hours"].as_object().unwrap() {
        for span in hours.as_array().unwrap() {
            let (start, end) = (span[0].as_str().unwrap(), span[1].as_str().unwrap());
            lines.push(format!("{day} {start}-{end}"));
        }
    }
    calendar.set_hours(lines.iter().map(String::as_str)).unwrap();
    for day in described["holidays"].as_array().into_iter().flatten() {
        calendar.close(Holiday::parse(day.as_str().unwrap()).unwrap(), "");
    }
    calendar.check().unwrap();
    // What is kept is the same calendar.
    assert_eq!(Calendar::read(&calendar.write().unwrap()).unwrap(), calendar);
    Worktime::new(calendar)
}

fn time(value: &Value) -> Timestamp {
    Timestamp::from_rfc3339(value.as_str().unwrap()).unwrap()
}

#[test]
fn the_vectors_hold() {
    let Some(all) = vectors() else { return };
    let mut wrong = Vec::new();
    for vector in all["vectors"].as_array().unwrap() {
        let hours = calendar(&vector["calendar"]);
        let pauses: Vec<_> = vector["pauses"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|pause| (time(&pause[0]), time(&pause[1])))
            .collect();
        let start = time(&vector["start"]);
        let length = vector["duration_s"].as_i64().unwrap_or_default();
        let (found, next) = match vector["kind"].as_str().unwrap() {
            "elapsed" => {
                let elapsed = hours.elapsed(start, time(&vector["end"]), &pauses);
                if elapsed != vector["expected_s"] {
                    wrong.push(format!("{} {elapsed} not {}", vector["id"], vector["expected_s"]));
                }
                continue;
            }
            "due" => (hours.due(start, length, &pauses), hours.exceeded(start, length, &pauses)),
            "next_open" => (hours.next_open(start), None),
            "before" => (hours.before(start, length), None),
            "due_bdays" => {
                let days = vector["business_days"].as_u64().unwrap();
                (hours.due_days(start, u32::try_from(days).unwrap()), None)
            }
            kind => panic!("{kind}"),
        };
        let found = found.unwrap();
        if found != time(&vector["expected"]) {
            wrong.push(format!("{} {} not {}", vector["id"], found.rfc3339(), vector["expected"]));
        }
        let open = &vector["expected_open_convention"];
        if !open.is_null() && next != Some(time(open)) {
            wrong.push(format!("{} opens {next:?} not {open}", vector["id"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Zones with whole-hour and half-hour changes of the clocks, with none, and with a day left out.
const ZONES: [Tz; 7] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Asia__Kolkata,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Apia,
    Tz::America__Sao_Paulo,
];

/// Stretches of time that hold changes of the clocks, by the first day of each: also the day that
/// Samoa left out, and a change at midnight.
const BEGINNINGS: [&str; 6] =
    ["2026-03-26", "2026-10-22", "2026-03-05", "2011-12-27", "2018-11-01", "2026-10-01"];

/// A stretch is so many minutes long.
const STRETCH: i64 = 12 * 24 * 60;

fn minute(minutes: i64) -> Timestamp {
    Timestamp(minutes * 60_000)
}

/// The beginning of a stretch, in minutes since 1970.
fn beginning(text: &str) -> i64 {
    let date: NaiveDate = text.parse().unwrap();
    date.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() / 60
}

/// Hours of each day of the week, up to three shifts, on quarters of an hour.
fn week() -> impl Strategy<Value = Vec<Vec<(u16, u16)>>> {
    // Most changes of the clocks are in the first hours of a day.
    let edge = prop_oneof![0..=96u16, 0..=16u16];
    let edges = prop::collection::btree_set(edge, 0..=6);
    let day = edges.prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().map(|quarter| quarter * 15).collect();
        edges.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
    });
    let full = Just(vec![(0, 1440)]);
    prop::collection::vec(prop_oneof![4 => day, 1 => full], 7)
        .prop_filter("somebody is there", |week| week.iter().any(|day| !day.is_empty()))
}

/// A calendar, when its stretch of time begins, and pauses in it, to the minute.
#[derive(Clone, Debug)]
struct Case {
    calendar: Calendar,
    from: i64,
    pauses: Vec<Pause>,
}

fn cases() -> impl Strategy<Value = Case> {
    let holidays = prop::collection::vec((0..12u64, any::<bool>()), 0..3);
    let pauses = prop::collection::vec((0..STRETCH, 0..2000i64), 0..3);
    let zone = prop::sample::select(ZONES.to_vec());
    let from = prop::sample::select(BEGINNINGS.to_vec());
    (zone, week(), holidays, from, pauses).prop_map(|(zone, week, holidays, from, pauses)| {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let mut calendar = Calendar::new(zone);
        let clock = |at: u16| format!("{:02}:{:02}", at / 60, at % 60);
        let lines: Vec<String> = DAYS
            .iter()
            .zip(&week)
            .flat_map(|(day, hours)| hours.iter().map(move |it| (day, *it)))
            .map(|(day, (start, end))| format!("{day} {}-{}", clock(start), clock(end)))
            .collect();
        calendar.set_hours(lines.iter().map(String::as_str)).unwrap();
        let first: NaiveDate = from.parse().unwrap();
        for (days, yearly) in holidays {
            let date = first + chrono::Days::new(days);
            let text = if yearly { date.format("%m-%d") } else { date.format("%Y-%m-%d") };
            calendar.close(Holiday::parse(&text.to_string()).unwrap(), "");
        }
        let from = beginning(from);
        let mut pauses: Vec<Pause> = pauses
            .into_iter()
            .map(|(at, length)| (minute(from + at), minute(from + at + length)))
            .collect();
        pauses.sort_unstable();
        Case { calendar, from, pauses }
    })
}

/// The moment at which a calendar's wall time comes, in seconds: found by going through all minutes
/// around it. The first of two; of none, so much later as the clocks were put on.
fn comes(zone: Tz, wall: NaiveDateTime) -> i64 {
    let guess = wall.and_utc().timestamp();
    let shown = |at: i64| {
        zone.from_utc_datetime(&DateTime::from_timestamp(at, 0).unwrap().naive_utc()).naive_local()
    };
    let around = (guess - 26 * 3600..=guess + 26 * 3600).step_by(60);
    let mut before = None;
    for at in around {
        let now = shown(at);
        if now == wall {
            return at;
        }
        if now > wall {
            // The last minute before the gap, and as much further as the wall time is from it.
            let last: i64 = before.unwrap();
            return last + (wall - shown(last)).num_seconds();
        }
        before = Some(at);
    }
    panic!("{wall} never comes in {zone}")
}

/// Which minutes of a stretch are open and not paused, each asked by itself.
fn minutes(case: &Case) -> Vec<bool> {
    let zone = case.calendar.zone();
    let mut ends = std::collections::HashMap::new();
    let mut instant = |date: NaiveDate, minutes: u16| {
        *ends.entry((date, minutes)).or_insert_with(|| {
            let midnight = date.and_hms_opt(0, 0, 0).unwrap();
            comes(zone, midnight + chrono::Duration::minutes(minutes.into()))
        })
    };
    (case.from..case.from + STRETCH)
        .map(|at| {
            let paused =
                case.pauses.iter().any(|(from, to)| *from <= minute(at) && minute(at) < *to);
            let utc = DateTime::from_timestamp(at * 60, 0).unwrap();
            let local = utc.with_timezone(&zone).date_naive();
            // A time that is left out moves on, perhaps into the next day.
            let days = [local - chrono::Days::new(2), local - chrono::Days::new(1), local];
            let mut open = days.into_iter().any(|date| {
                case.calendar.holiday(date).is_none()
                    && case.calendar.shifts(date.weekday()).iter().any(|shift| {
                        let (start, end) = (instant(date, shift.start), instant(date, shift.end));
                        start <= at * 60 && at * 60 < end
                    })
            });
            open &= !paused;
            open
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_counted_is_what_going_through_the_minutes_finds(
        case in cases(),
        (start, length) in (0..STRETCH, 0..STRETCH),
        target in 0..4000i64,
    ) {
        let open = minutes(&case);
        let hours = Worktime::new(case.calendar.clone());
        let end = (start + length).min(STRETCH);
        let count = |from: i64, to: i64| {
            let inside = &open[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()];
            i64::try_from(inside.iter().filter(|open| **open).count()).unwrap()
        };
        let at = |minutes: i64| minute(case.from + minutes);
        prop_assert_eq!(hours.elapsed(at(start), at(end), &case.pauses), 60 * count(start, end));
        // The earliest minute by which so many have passed.
        let mut passed = 0;
        let due = (start..STRETCH).find(|at| {
            passed += i64::from(open[usize::try_from(*at).unwrap()]);
            passed == target
        });
        if let Some(due) = due.map(|at| at + 1).or((target == 0).then_some(start)) {
            let due = if target == 0 { start } else { due };
            prop_assert_eq!(hours.due(at(start), 60 * target, &case.pauses), Some(at(due)));
        }
        if case.pauses.is_empty() {
            let next = (start..STRETCH).find(|at| open[usize::try_from(*at).unwrap()]);
            if let Some(next) = next {
                prop_assert_eq!(hours.next_open(at(start)), Some(at(next)));
                let closes = (next..STRETCH).find(|at| !open[usize::try_from(*at).unwrap()]);
                if let Some(closes) = closes {
                    prop_assert_eq!(hours.closes(at(next)), Some(at(closes)));
                }
            }
        }
    }

    #[test]
    fn elapsed_adds_up_and_never_goes_back(
        case in cases(),
        mut marks in prop::collection::vec(0..STRETCH * 60, 3),
    ) {
        marks.sort_unstable();
        let hours = Worktime::new(case.calendar.clone());
        let at = |second: i64| Timestamp((case.from * 60 + second) * 1000);
        let [a, b, c] = [at(marks[0]), at(marks[1]), at(marks[2])];
        let elapsed = |from, to| hours.elapsed(from, to, &case.pauses);
        prop_assert_eq!(elapsed(a, b) + elapsed(b, c), elapsed(a, c));
        prop_assert!(elapsed(a, b) <= elapsed(a, c));
        prop_assert!(elapsed(a, c) <= (c.0 - a.0) / 1000);
        prop_assert!(elapsed(a, c) <= hours.elapsed(a, c, &[]));
        prop_assert_eq!(elapsed(c, a), 0);
        let days = hours.days(a, c, &case.pauses);
        prop_assert_eq!(days.iter().map(|day| day.counted).sum::<i64>(), elapsed(a, c));
    }

    #[test]
    fn due_is_the_earliest_moment_and_exceeded_the_last(
        case in cases(),
        start in 0..STRETCH * 60,
        length in 1..500_000i64,
    ) {
        let hours = Worktime::new(case.calendar.clone());
        let start = Timestamp((case.from * 60 + start) * 1000);
        let elapsed = |to| hours.elapsed(start, to, &case.pauses);
        let second = |at: Timestamp, by: i64| Timestamp(at.0 + by * 1000);
        let due = hours.due(start, length, &case.pauses).unwrap();
        prop_assert_eq!(elapsed(due), length);
        prop_assert_eq!(elapsed(second(due, -1)), length - 1);
        let exceeded = hours.exceeded(start, length, &case.pauses).unwrap();
        prop_assert_eq!(elapsed(exceeded), length);
        prop_assert_eq!(elapsed(second(exceeded, 1)), length + 1);
        // And backwards: the latest moment from which so much passes.
        let before = hours.before(start, length).unwrap();
        prop_assert_eq!(hours.elapsed(before, start, &[]), length);
        prop_assert_eq!(hours.elapsed(second(before, 1), start, &[]), length - 1);
    }

    #[test]
    fn a_target_in_days_is_its_seconds(case in cases(), start in 0..STRETCH, days in 1..9u32) {
        let hours = Worktime::new(case.calendar.clone());
        let start = minute(case.from + start);
        let due = hours.due_days(start, days);
        let seconds = Target::Days(days).seconds(start, &hours).unwrap();
        prop_assert_eq!(hours.exceeded(start, seconds, &[]), due);
        let zone = case.calendar.zone();
        let date = |at: Timestamp| at.utc().with_timezone(&zone).date_naive();
        prop_assert!(date(start) < date(due.unwrap()) || zone == Tz::Pacific__Apia);
        prop_assert!(due.unwrap().utc().second() == 0);
    }
}

#[test]
fn hours_that_the_clocks_move_onto_others_count_once_and_hide_none() {
    for (zone, hours, from, to, minutes) in [
        // 02:15-02:45 is 03:15-03:45 that night, and 03:00-03:30 stays.
        (Tz::Europe__Berlin, "sun 02:15-02:45 03:00-03:30", "2026-03-28", "2026-03-31", 45),
        // There was no Friday: its hours are on Saturday, behind those of Saturday itself.
        (Tz::Pacific__Apia, "fri 02:45-03:00, sat 00:00-00:15", "2011-12-29", "2012-01-02", 30),
        (Tz::Pacific__Apia, "fri 09:00-17:00, sat 09:00-17:00", "2011-12-29", "2012-01-02", 480),
    ] {
        let mut calendar = Calendar::new(zone);
        calendar.set_hours([hours]).unwrap();
        let (from, to) = (minute(beginning(from)), minute(beginning(to)));
        let elapsed = Worktime::new(calendar).elapsed(from, to, &[]);
        assert_eq!(elapsed, minutes * 60, "{zone} {hours}");
    }
}
