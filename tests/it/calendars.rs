//! Business calendars: kept, changed, reckoned with.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::Desk;

const OFFICE: &str = "calendar new office --tz Europe/Berlin --hours 'mon-fri 09:00-17:00'";

/// A desk with a calendar of an office in Berlin.
fn office() -> Desk {
    let desk = Desk::new();
    desk.ok(OFFICE);
    desk
}

#[test]
fn a_calendar_is_kept_changed_and_taken_away() {
    let desk = Desk::new();
    assert_snapshot!(desk.run(&format!("{OFFICE} -n")).transcript(), @"would: kept the calendar office: mon-fri 09:00-17:00 (Europe/Berlin)");
    assert_snapshot!(desk.run(&format!("{OFFICE} --holiday 12-25=Christmas")).transcript(), @"
    ✓ kept the calendar office: mon-fri 09:00-17:00 (Europe/Berlin), 1 holiday
    --- stderr
    note: made the desk ~/tix.db (`tix info` says more)
    ");
    assert_snapshot!(desk.run("calendar edit Office --tz Asia/Tokyo --holiday 2026-10-01..2026-10-03='統一 🎉'").transcript(), @"✓ kept the calendar office: mon-fri 09:00-17:00 (Asia/Tokyo), 4 holidays");
    assert_snapshot!(desk.run("calendar edit office --no-holiday 2026-10-02 --hours 'mon-thu 9-12 13-17' --hours 'fri 22:00-06:00'").transcript(), @"✓ kept the calendar office: mon-thu 09:00-12:00 13:00-17:00, fri 22:00-24:00, sat 00:00-06:00 (Asia/Tokyo), 3 holidays");
    assert_snapshot!(desk.run("calendar edit office --tz Asia/Tokyo").transcript(), @"
    --- stderr
    note: the calendar `office` is so already
    ");
    assert_snapshot!(desk.screen(80, "calendar show office").transcript(), @"
    office  Asia/Tokyo
    closed, opens Wed 2026-09-02 09:00 there (Asia/Tokyo)
      Wed 2026-09-02 02:00 for you (Europe/Berlin)

      mon  09:00-12:00  13:00-17:00
      tue  09:00-12:00  13:00-17:00
      wed  09:00-12:00  13:00-17:00
      thu  09:00-12:00  13:00-17:00
      fri  22:00-24:00
      sat  00:00-06:00
      sun  –

    holidays to come
      2026-10-01  統一 🎉
      2026-10-03  統一 🎉
      2026-12-25  Christmas
    ");
    assert_snapshot!(desk.screen(40, "calendar list").transcript(), @"
    NAME    NOW     ZONE        HOURS
    office  closed  Asia/Tokyo  mon-thu 09:…
    ");
    assert_snapshot!(desk.run("calendar list").transcript(), @"office	Asia/Tokyo	mon-thu 09:00-12:00 13:00-17:00, fri 22:00-24:00, sat 00:00-06:00	false");
    desk.ok("undo");
    assert_eq!(desk.json("calendar show office")["data"]["hours"], "mon-fri 09:00-17:00");
    assert_snapshot!(desk.run("calendar rm OFFICE").transcript(), @"✓ took away the calendar office");
    assert_snapshot!(desk.screen(80, "calendar").transcript(), @"
    no calendars yet
    `tix calendar new NAME --tz ZONE --hours 'mon-fri 09:00-17:00'` keeps one
    ");
    desk.ok("undo");
    assert_eq!(desk.words("calendar list --columns name"), "office");
}

#[test]
fn what_is_no_calendar_is_refused_and_says_why() {
    let desk = office();
    let new = "calendar new works --tz UTC --hours 'mon 9-17'";
    for (line, code, words) in [
        ("calendar new works --hours 'mon 9-17'", 2, "give it one: --tz Europe/Berlin"),
        ("calendar new works --tz Europe/Berln --hours 24x7", 4, "did you mean `Europe/Berlin`?"),
        ("calendar new works --tz UTC", 4, "no open hours"),
        ("calendar new works --tz UTC --hours 'mon'", 4, "a day has no hours"),
        ("calendar new works --tz UTC --hours '9-17'", 4, "`9-17` is of no day"),
        ("calendar new works --tz UTC --hours 'mon 9-17 16-18'", 4, "hours overlap on mon"),
        ("calendar new works --tz UTC --hours 'mon 9-17' --hours 'mon 12-13'", 4, "overlap on mon"),
        ("calendar new works --tz UTC --hours 'sun 22-06, mon 5-9'", 4, "hours overlap on mon"),
        ("calendar new works --tz UTC --hours 'mon 17:00-17:00'", 4, "they end when they start"),
        ("calendar new works --tz UTC --hours 'mon 24:00-09:00'", 4, "they begin with the end"),
        ("calendar new works --tz UTC --hours 'mon 25:00-26:00'", 4, "are no hours"),
        (&format!("{new} --holiday xmas"), 4, "`xmas` is no date of a holiday"),
        (&format!("{new} --holiday 2026-02-29"), 4, "is no date of a holiday"),
        (&format!("{new} --holiday 2026-12-31..2026-12-24"), 4, "the last day is before the first"),
        ("calendar new office --tz UTC --hours 24x7", 4, "`tix calendar edit office` changes it"),
        ("calendar new 24X7 --tz UTC --hours 24x7", 4, "it is built in"),
        ("calendar new 'a b' --tz UTC --hours 24x7", 4, "cannot be the name of a calendar"),
        ("calendar edit 24x7 --tz UTC", 4, "it is built in"),
        ("calendar rm 24x7", 4, "it is built in"),
        ("calendar edit office", 2, "nothing is to be changed"),
        ("calendar edit office --no-holiday 12-25", 4, "that is no holiday of `office`"),
        ("calendar show ofice", 3, "did you mean `office`?"),
        ("calendar rm office other", 3, "no calendar `other`"),
        ("calendar due ofice today 1h", 3, "did you mean `office`?"),
        ("calendar due office someday 1h", 4, "`someday` is not a date"),
        ("calendar due office today 1d", 4, "`1d` is no length of open time"),
        ("calendar due office today 0bd", 4, "`0bd` is no length of open time"),
        ("calendar due office today 99999h", 4, "is more than ten years"),
        ("calendar due office today -99999h", 4, "is more than ten years"),
        ("calendar due office today 9999999999999999h", 4, "is no length of open time"),
        ("calendar due office 2900-01-01 1h", 4, "too far off"),
        ("calendar due office today 1h --pause today", 4, "`today` is no pause"),
        ("calendar due office today 1h --pause today..yesterday", 4, "it ends before it starts"),
        ("calendar due office today -1h --pause yesterday..today", 2, "negative length"),
    ] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{line}\n{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{line}\n{}", ran.stderr);
    }
    assert_eq!(desk.json("log")["meta"]["total"], 1);
}

#[test]
fn a_person_sees_words_in_both_zones_and_a_script_one_value() {
    let desk = office();
    desk.ok("calendar new works --tz Asia/Tokyo --hours 'mon-fri 9-17'");
    assert_snapshot!(desk.run("calendar due office 'fri 16:00' 2h").transcript(), @"2026-09-07T08:00:00Z");
    assert_snapshot!(desk.screen(80, "calendar due office 'fri 16:00' 2h").transcript(), @"Mon 2026-09-07 10:00 CEST");
    assert_snapshot!(desk.screen(80, "calendar due works 'fri 16:00' 8h").transcript(), @"
    Mon 2026-09-07 17:00 there (Asia/Tokyo)
      Mon 2026-09-07 10:00 for you (Europe/Berlin)
    late from Tue 2026-09-08 09:00 there (Asia/Tokyo)
      Tue 2026-09-08 02:00 for you (Europe/Berlin)
    ");
    assert_snapshot!(desk.screen(80, "calendar due works 'fri 16:00' 2bd").transcript(), @"
    Wed 2026-09-09 09:00 there (Asia/Tokyo)
      Wed 2026-09-09 02:00 for you (Europe/Berlin)
    ");
    assert_snapshot!(desk.run("calendar due office 'fri 16:00' -8h").transcript(), @"2026-09-03T14:00:00Z");
    assert_snapshot!(desk.run("calendar elapsed office 'thu 16:00' 'mon 10:30'").transcript(), @"37800");
    assert_snapshot!(desk.screen(80, "calendar elapsed office 'thu 16:00' 'mon 10:30'").transcript(), @"10h30m (37,800 seconds)");
    assert_snapshot!(desk.run("calendar elapsed office mon thu").transcript(), @"0");
    assert_snapshot!(desk.run("calendar open office").transcript(), @"open	2026-09-01T09:10:00Z");
    assert_snapshot!(desk.screen(80, "calendar open office").transcript(), @"open, closes Tue 2026-09-01 17:00 CEST");
    assert_snapshot!(desk.run("calendar open office 'sat 12:00'").transcript(), @"closed	2026-09-07T07:00:00Z");
    assert_snapshot!(desk.screen(80, "calendar open works").transcript(), @"
    closed, opens Wed 2026-09-02 09:00 there (Asia/Tokyo)
      Wed 2026-09-02 02:00 for you (Europe/Berlin)
    ");
    assert_snapshot!(desk.screen(80, "calendar open 24x7").transcript(), @"open, and stays so for more than a year");
    // The answers that need no desk need none.
    assert_eq!(
        Desk::new()
            .command("calendar elapsed 24x7 mon tue")
            .env("TIX_DB", "none.db")
            .output()
            .unwrap()
            .stdout,
        b"86400\n"
    );
}

#[test]
fn json_has_all_that_there_is_to_an_answer() {
    let desk = office();
    let data = |line: &str| desk.json(line)["data"].clone();
    assert_eq!(
        data(
            "calendar due office 2026-09-04T13:00Z 2h --pause 2026-09-04T14:00Z..2026-09-04T14:30Z"
        ),
        json!({"calendar": "office", "zone": "Europe/Berlin", "start_at": "2026-09-04T13:00:00Z",
            "duration_s": 7200, "days": null, "due_at": "2026-09-07T07:30:00Z",
            "exceeded_at": "2026-09-07T07:30:00Z"})
    );
    assert_eq!(
        data("calendar due office 2026-09-04T13:00Z 2h")["exceeded_at"],
        "2026-09-07T07:00:00Z"
    );
    let days = data("calendar due office 2026-09-04T13:00Z 5bd");
    assert_eq!((&days["days"], &days["duration_s"]), (&json!(5), &Value::Null));
    assert_eq!(days["due_at"], "2026-09-11T13:00:00Z");
    assert_eq!(data("calendar due office 2026-09-04T13:00Z -8h")["duration_s"], -28800);
    assert_eq!(
        data(
            "calendar elapsed office 2026-09-04T13:00Z 2026-09-07T13:00Z --pause 2026-09-07T08:00Z..2026-09-07T09:00Z --pause 2026-09-04T14:00Z..2026-09-04T14:30Z"
        ),
        json!({"calendar": "office", "from": "2026-09-04T13:00:00Z", "to": "2026-09-07T13:00:00Z",
            "elapsed_s": 7200 - 1800 + 8 * 3600 - 7200 - 3600})
    );
    assert_eq!(
        data("calendar open office 2026-09-05"),
        json!({"calendar": "office", "zone": "Europe/Berlin", "at": "2026-09-04T22:00:00Z",
            "open": false, "opens_at": "2026-09-07T07:00:00Z", "closes_at": null})
    );
}
