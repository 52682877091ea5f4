//! The laws of dates: what a date means is what somebody sees who watches the clock on the wall.

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use proptest::test_runner::Config;
use tix::domain::dates::{Clock, Span};
use tix::domain::ids::Timestamp;

use crate::oracle::dice::Dice;
use crate::oracle::wall::{Date, WEEKDAYS, Wall};

/// Zones with rules of their own: half hours, midnights that are missing or come twice, days that
/// are missing, summer time backwards, in Ramadan, by two hours, or no more.
const ZONES: [Tz; 18] = [
    chrono_tz::UTC,
    chrono_tz::Europe::Berlin,
    chrono_tz::Europe::Dublin,
    chrono_tz::America::New_York,
    chrono_tz::America::Sao_Paulo,
    chrono_tz::America::Havana,
    chrono_tz::America::Caracas,
    chrono_tz::America::St_Johns,
    chrono_tz::America::Nuuk,
    chrono_tz::Asia::Tehran,
    chrono_tz::Asia::Kathmandu,
    chrono_tz::Asia::Gaza,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::Pacific::Apia,
    chrono_tz::Pacific::Chatham,
    chrono_tz::Africa::Casablanca,
    chrono_tz::Antarctica::Troll,
    chrono_tz::Atlantic::Azores,
];

const NAMES: [&str; 6] = ["today", "tomorrow", "yesterday", "eod", "eow", "eom"];

/// How many times more than usual.
fn times() -> usize {
    usize::try_from(Config::default().cases / 256).unwrap().max(1)
}

fn clock(wall: Wall) -> Clock {
    Clock { now: Timestamp(wall.now * 1000), zone: wall.zone }
}

fn read(wall: Wall, text: &str) -> Span {
    clock(wall).read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Some moment from 1995 to 2034, mostly near one at which the zone's clocks are changed.
fn moment(zone: Tz, changes: &[i64], dice: &mut Dice) -> Wall {
    let first = 788_918_400;
    let now = match changes {
        [] => first + i64::try_from(dice.below(40 * 366 * 86_400)).unwrap(),
        changes => dice.pick(changes) + i64::try_from(dice.below(8 * 86_400)).unwrap() - 4 * 86_400,
    };
    Wall { now, zone }
}

/// The hours in which the clocks of a zone are changed.
fn changes(zone: Tz) -> Vec<i64> {
    let wall = Wall { now: 0, zone };
    let ahead = |at: i64| wall.shows(at).and_utc().timestamp() - at;
    let days = (788_918_400..2_051_222_400).step_by(86_400);
    let days = days.filter(|day| ahead(*day) != ahead(day + 86_400));
    let hours = days.flat_map(|day| (day..day + 86_400).step_by(3600));
    hours.filter(|hour| ahead(*hour) != ahead(hour + 3600)).collect()
}

/// A date in some form, near now.
fn date(wall: Wall, dice: &mut Dice) -> Date {
    let today = wall.shows(wall.now).date();
    let near = |dice: &mut Dice, days: usize| {
        let day = today - Days::new(u64::try_from(days / 2).unwrap());
        day + Days::new(u64::try_from(dice.below(days)).unwrap())
    };
    match dice.below(8) {
        0 => Date::Day(near(dice, 12)),
        1 => {
            let day = near(dice, 400);
            if dice.one_in(3) {
                Date::Year(day.year())
            } else {
                Date::Month(day.year(), day.month())
            }
        }
        2 | 3 => Date::Named(named(dice)),
        4 | 5 => {
            let calendar = dice.one_in(2);
            let day = if calendar { Date::Day(near(dice, 12)) } else { Date::Named(named(dice)) };
            let between = if calendar { dice.pick(&[" ", "T"]) } else { " " };
            // Most clocks are changed early in the day, or at its end.
            let minute = match dice.below(3) {
                0 => dice.below(1440),
                1 => dice.below(240),
                _ => 1380 + dice.below(60),
            };
            let second = if dice.one_in(4) { dice.below(60) } else { 0 };
            Date::At(Box::new(day), u32::try_from(minute * 60 + second).unwrap(), between)
        }
        _ => {
            let unit = dice.pick(&["m", "min", "h", "d", "d", "w", "mo", "mo", "y"]);
            let most = if unit == "y" { 3 } else { 15 };
            let count = u32::try_from(dice.below(most)).unwrap();
            Date::Away(dice.pick(&["-", "+", ""]), count, unit)
        }
    }
}

fn named(dice: &mut Dice) -> &'static str {
    let (short, long) = dice.pick(&WEEKDAYS);
    match dice.below(3) {
        0 => short,
        1 => long,
        _ => dice.pick(&NAMES),
    }
}

#[test]
fn a_date_means_what_the_clock_on_the_wall_shows() {
    let mut dice = Dice::new(3);
    for zone in ZONES {
        let changes = changes(zone);
        for _ in 0..60 * times() {
            let near = if dice.one_in(6) { &[] } else { changes.as_slice() };
            let wall = moment(zone, near, &mut dice);
            for _ in 0..10 {
                let date = date(wall, &mut dice);
                let mut text = date.text();
                if dice.one_in(4) {
                    text = text.to_uppercase();
                }
                same(wall, &date, &text);
            }
        }
    }
}

/// Both know the same by `text`.
fn same(wall: Wall, date: &Date, text: &str) {
    let (span, (first, last)) = (read(wall, text), wall.span(date));
    let seconds = |at: Timestamp| at.0.div_euclid(1000);
    let told = (seconds(span.start), seconds(span.last()));
    let shown = || format!("{text} in {} at {}", wall.zone, clock(wall).say(clock(wall).now));
    if last < first {
        // A day that this place left out has no time in it.
        assert_eq!((seconds(span.start), span.start), (first, span.end), "{}", shown());
        return;
    }
    assert_eq!(told, (first, last), "{}", shown());
    let is_moment = matches!(date, Date::At(..) | Date::Away(..) | Date::Exact(..));
    let end = if is_moment { first } else { last + 1 };
    assert_eq!(seconds(span.end), end, "{}", shown());
}

#[test]
fn a_time_with_an_offset_is_that_moment_everywhere() {
    let mut dice = Dice::new(4);
    for _ in 0..2000 * times() {
        let wall = moment(dice.pick(&ZONES), &[], &mut dice);
        let date = Date::Exact(wall.now, dice.pick(&[0, 60, -210, 345, 840, -720]));
        same(wall, &date, &date.text());
        same(wall, &date, &date.text().replace('T', " "));
        let rfc3339 = read(wall, &Timestamp(wall.now * 1000).rfc3339());
        assert_eq!(rfc3339.start.0, wall.now * 1000);
    }
}

#[test]
fn each_day_month_and_year_begins_where_the_one_before_ends() {
    let mut dice = Dice::new(5);
    for zone in ZONES {
        let year = 1995 + i32::try_from(dice.below(38)).unwrap();
        let years = if zone == chrono_tz::Pacific::Apia { 2011..2013 } else { year..year + 2 };
        let wall = Wall { now: 1_788_000_000, zone };
        let mut day = NaiveDate::from_ymd_opt(years.start, 1, 1).unwrap();
        let mut last = read(wall, &day.pred_opt().unwrap().to_string());
        while years.contains(&day.year()) {
            let span = read(wall, &day.to_string());
            assert_eq!(span.start, last.end, "{day} in {zone}");
            assert!(span.end >= span.start, "{day} in {zone}");
            if day.day() == 1 {
                let month = day.format("%Y-%m").to_string();
                assert_eq!(read(wall, &month).start, span.start, "{month} in {zone}");
                let before = (day - Days::new(1)).format("%Y-%m").to_string();
                assert_eq!(read(wall, &before).end, span.start, "{before} in {zone}");
            }
            if day.ordinal() == 1 {
                assert_eq!(read(wall, &format!("{}", day.year())).start, span.start);
                assert_eq!(read(wall, &format!("{}", day.year() - 1)).end, span.start);
            }
            (last, day) = (span, day + Days::new(1));
        }
    }
}

#[test]
fn what_is_said_of_a_moment_is_read_as_that_minute() {
    let mut dice = Dice::new(6);
    for zone in ZONES {
        let changes = changes(zone);
        for _ in 0..100 * times() {
            let near = if dice.one_in(3) { &[] } else { changes.as_slice() };
            let wall = moment(zone, near, &mut dice);
            let clock = clock(wall);
            // `Tue 2026-09-01 15:10 CEST`: a day and a time that can be typed.
            let said = clock.say(clock.now);
            let typed = &said[4..20];
            let at = clock.read(typed).unwrap().start;
            assert_eq!(&clock.say(at)[..20], &said[..20], "{zone}");
            assert!(at.0 / 60_000 <= clock.now.0 / 60_000, "the earlier of two: {said} {zone}");
            let weekday = clock.read(&said[..3]).unwrap();
            assert!(weekday.start > clock.now, "never today: {said} {zone}");
            let days = wall.shows(weekday.start.0 / 1000).date() - wall.shows(wall.now).date();
            assert!(days == TimeDelta::days(7) || zone == chrono_tz::Pacific::Apia, "{said}");
        }
    }
}

#[test]
fn what_is_no_date_is_refused_and_never_a_panic() {
    let pieces = [
        "2026",
        "-",
        "09",
        "01",
        "31",
        "t",
        "T",
        " ",
        ":",
        "17:00",
        "60",
        "+",
        "99999999",
        "4294967295",
        "4294967296",
        "d",
        "w",
        "mo",
        "y",
        "h",
        "m",
        "fri",
        "today",
        "eom",
        "z",
        "Z",
        "+02:00",
        "0000",
        "9999",
        "-0001",
        "262142",
        "é",
        "火",
        "\u{301}",
        "١",
    ];
    let mut dice = Dice::new(7);
    for _ in 0..20_000 * times() {
        let text: String = (0..dice.below(6)).map(|_| dice.pick(&pieces)).collect();
        // The calendar's ends, too.
        let now = dice.pick(&[1_788_000_000, -62_135_596_800, 253_402_300_799]);
        let wall = Wall { now, zone: dice.pick(&ZONES) };
        match clock(wall).read(&text) {
            Ok(span) => assert!(span.start <= span.end && span.last() <= span.end, "{text}"),
            Err(error) => assert_eq!(error.kind, tix::error::Kind::Invalid, "{text}"),
        }
    }
}
