//! Holidays from iCalendar files: what is taken, what is named as not taken, and bad files.

use insta::assert_snapshot;

use crate::desk::{Desk, Ran};

/// A file with these events, each given by its lines.
fn ics(events: &[&str]) -> String {
    let event = |(i, lines): (usize, &&str)| {
        let lines = lines.replace('\n', "\r\n");
        format!("BEGIN:VEVENT\r\nUID:{i}@x\r\n{lines}\r\nEND:VEVENT\r\n")
    };
    let events = events.iter().enumerate().map(event).collect::<Vec<_>>().concat();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n")
}

fn new(desk: &Desk, file: impl AsRef<[u8]>) -> Ran {
    desk.file("h.ics", file);
    desk.run("calendar new office --tz Europe/Berlin --hours 24x7 --ics h.ics")
}

/// The holidays of the calendar, `date name`.
fn kept(desk: &Desk) -> Vec<String> {
    let shown = desk.json("calendar show office");
    let holidays = shown["data"]["holidays"].as_array().unwrap().iter();
    let text = |it: &serde_json::Value| {
        format!("{} {}", it["date"].as_str().unwrap(), it["name"].as_str().unwrap_or("-"))
    };
    holidays.map(text).collect()
}

#[test]
fn whole_days_become_holidays_with_their_names() {
    let desk = Desk::new();
    let ran = new(
        &desk,
        ics(&[
            "DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261004\nSUMMARY:Tag der Deutschen\n  Einheit\\, 統一",
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nSUMMARY:Works closed",
            "DTSTART;VALUE=DATE:20270101",
            "DTSTART;VALUE=DATE:20270106\nDURATION:P1D\nSUMMARY:Epiphany",
            "DTSTART;VALUE=DATE:20270501\nDTEND;VALUE=DATE:20270501\nSUMMARY:Labour Day",
            "DTSTART:20270601T000000\nDTEND:20270603T000000\nSUMMARY:Moving",
            "DTSTART;TZID=Europe/Berlin:20270701T000000\nDTEND;TZID=Europe/Berlin:20270702T000000\nSUMMARY:Feast",
            "DTSTART:20270731T220000Z\nDTEND:20270801T220000Z\nSUMMARY:A day of Berlin in UTC",
            "DTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas",
            "DTSTART;VALUE=DATE:20200229\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=29\nSUMMARY:Leap",
        ]),
    );
    assert_eq!((ran.code, ran.stderr.contains("not taken")), (0, false), "{}", ran.stderr);
    assert_snapshot!(kept(&desk).join("\n"), @"
    02-29 Leap
    12-25 Christmas
    2026-10-03 Tag der Deutschen Einheit, 統一
    2026-12-24 Works closed
    2026-12-25 Works closed
    2026-12-26 Works closed
    2027-01-01 -
    2027-01-06 Epiphany
    2027-05-01 Labour Day
    2027-06-01 Moving
    2027-06-02 Moving
    2027-07-01 Feast
    2027-08-01 A day of Berlin in UTC
    ");
    // Once more is nothing new, and what else there is stays.
    desk.ok("calendar edit office --holiday 08-15=Ours");
    let ran = desk.run("calendar edit office --ics h.ics");
    assert!(ran.stderr.contains("is so already"), "{}", ran.stderr);
    assert!(kept(&desk).contains(&"08-15 Ours".to_owned()));
}

#[test]
fn an_event_that_is_no_holiday_is_named_and_left_out() {
    let desk = Desk::new();
    let ran = new(
        &desk,
        ics(&[
            "DTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas",
            "DTSTART:20261226T090000Z\nDTEND:20261226T100000Z\nSUMMARY:Meeting",
            "DTSTART;VALUE=DATE:20260525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\nSUMMARY:Memorial Day",
            "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=WEEKLY\nSUMMARY:Weekly",
            "DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=YEARLY;COUNT=3\nSUMMARY:Thrice",
        ]),
    );
    assert_snapshot!(ran.transcript(), @"
    ✓ kept the calendar office: 24x7 (Europe/Berlin), 1 holiday
    --- stderr
    note: h.ics: not taken: `Meeting`: it does not take whole days
    note: h.ics: not taken: `Memorial Day`: it recurs, and not every year on the same date
    note: h.ics: not taken: `Weekly`: it recurs, and not every year on the same date
    note: h.ics: not taken: `Thrice`: it recurs, and not every year on the same date
    note: made the desk ~/tix.db (`tix info` says more)
    ");
    assert_eq!(kept(&desk), ["2026-12-25 Christmas"]);
    let ran = new(
        &Desk::new(),
        ics(&[
            "DTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas",
            "DTSTART;VALUE=DATE:20261226\nSTATUS:CANCELLED\nSUMMARY:Cancelled",
            "DTSTART;VALUE=DATE:20261227\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20271227\nSUMMARY:But for once",
            "DTSTART;VALUE=DATE:20261228\nDTEND;VALUE=DATE:20261220\nSUMMARY:Backwards",
            "DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101\nSUMMARY:A year",
            "SUMMARY:Never",
            "DTSTART;VALUE=DATE:20261399",
            "DTSTART:20261225T100000\nSUMMARY:Lunch\u{1b}[31m",
        ]),
    );
    assert_snapshot!(ran.transcript(), @"
    ✓ kept the calendar office: 24x7 (Europe/Berlin), 1 holiday
    --- stderr
    note: h.ics: not taken: `Cancelled`: it is cancelled
    note: h.ics: not taken: `But for once`: it recurs with exceptions
    note: h.ics: not taken: `Backwards`: it ends before it starts
    note: h.ics: not taken: `A year`: it takes more than three months
    note: h.ics: not taken: `Never`: it has no date
    note: h.ics: not taken: 2 more
    note: made the desk ~/tix.db (`tix info` says more)
    ");
}

#[test]
fn a_file_that_is_no_calendar_is_refused() {
    let deep = "BEGIN:VEVENT\r\n".repeat(100_000);
    let cases: [(&[u8], i32, &str); 11] = [
        (b"", 4, "there is nothing in it"),
        (b"hello\nworld\n", 4, "does not begin with BEGIN:VCALENDAR"),
        (b"{\"a\":1}", 4, "is no iCalendar file"),
        (b"\xff\xfe\x00\x01", 4, "is not UTF-8 text"),
        (b"BEGIN:VCALENDAR\0\0\0", 4, "it is not text"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:2026", 4, "its end is missing"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\r\n", 4, "its end is missing"),
        (b"BEGIN:VCARD\r\nFN:Bo\r\nEND:VCARD\r\n", 4, "something else is in it"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", 4, "has no holidays"),
        (&vec![b'x'; 5 << 20], 4, "it has more than 4 MiB"),
        (deep.as_bytes(), 4, "its end is missing"),
    ];
    for (file, code, words) in cases {
        let desk = Desk::new();
        let ran = new(&desk, file);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{words}\n{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{words}\n{}", ran.stderr);
        assert!(!desk.path("tix.db").exists());
    }
    let ran = Desk::new().run("calendar new x --tz UTC --hours 24x7 --ics none.ics");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("cannot read none.ics"), "{}", ran.stderr);
}
