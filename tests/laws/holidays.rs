//! iCalendar files of any kind are read or refused, and never break the program.

use std::io::Write;

use chrono_tz::Tz;
use proptest::prelude::*;

/// Of these strange lines are made, each list between `|`.
const NAMES: &str = "BEGIN|END|DTSTART|DTEND|DURATION|RRULE|EXDATE|RDATE|SUMMARY|UID|RECURRENCE-ID|\
    STATUS|ATTACH|X-Y|| |begin";
const PARAMETERS: &str = "||;VALUE=DATE|;VALUE=DATE-TIME|;TZID=Europe/Berlin|;ENCODING=BASE64|\
    ;ENCODING=QUOTED-PRINTABLE|;CHARSET=UTF-16|;\"|;=;|;VALUE=PERIOD|;VALUE=RECUR";
const VALUES: &str = "VCALENDAR|VEVENT|VEVENT|VTIMEZONE|VCARD|20261225|20261225T000000|\
    20261225T230000Z|20261399|99999999999999999999|00000000|P1D|-P1W|P99999999999W|PT24H|\
    FREQ=YEARLY|FREQ=YEARLY;INTERVAL=0|FREQ=DAILY;COUNT=1|FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=-99|\
    CANCELLED|=ZZ=|\\,\\n\\|統一🎉";
const BETWEEN: &str = ":|:|:|:||=|;";
const ENDS: &str = "\r\n|\r\n|\n|\r|\r\n |\r\n\t|";

fn one_of(list: &'static str) -> impl Strategy<Value = String> {
    let list: Vec<String> = list.split('|').map(ToOwned::to_owned).collect();
    prop::sample::select(list)
}

fn lines() -> impl Strategy<Value = String> {
    let value = prop_oneof![one_of(VALUES), "\\PC{0,30}", any::<String>()];
    let parts = (one_of(NAMES), one_of(PARAMETERS), one_of(BETWEEN), value, one_of(ENDS));
    parts.prop_map(|(a, b, c, d, e)| format!("{a}{b}{c}{d}{e}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_file_is_read_or_refused(lines in prop::collection::vec(lines(), 0..40), framed in any::<bool>()) {
        let text = lines.concat();
        let framed = framed.then_some(("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "\r\nEND:VEVENT\r\nEND:VCALENDAR"));
        let (head, end) = framed.unwrap_or_default();
        let text = format!("{head}{text}{end}\r\n");
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        if let Ok(events) = tix::import::holidays(file.path(), Tz::Europe__Berlin) {
            for (day, name) in events.taken {
                prop_assert_eq!(tix::domain::calendar::Holiday::parse(&day.text()).unwrap(), day);
                prop_assert!(name.chars().count() <= 100);
            }
        }
    }
}

#[test]
fn a_large_strange_file_is_soon_done_with() {
    let four = 4_000_000;
    let fold = "\r\n ".repeat(four / 3);
    let begins = "BEGIN:VEVENT\r\n".repeat(four / 14);
    let events = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20270315\r\nEND:VEVENT\r\n";
    for body in [
        fold,
        begins,
        events.repeat(four / events.len()),
        "A;".repeat(four / 2),
        "\\".repeat(four),
        format!("SUMMARY;{}:x\r\n", "X=\"".repeat(four / 4)),
        format!("RRULE:FREQ=YEARLY;BYDAY={}\r\n", "1MO,".repeat(four / 5)),
        "END:VEVENT\r\n".repeat(four / 13),
    ] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        write!(file, "BEGIN:VCALENDAR\r\n{body}\r\nEND:VCALENDAR\r\n").unwrap();
        let began = std::time::Instant::now();
        let events = tix::import::holidays(file.path(), Tz::UTC);
        let took = began.elapsed();
        assert!(took.as_secs() < 20, "{took:?}: {body:.30}");
        assert!(events.map_or(0, |events| events.taken.len()) <= 5_000);
    }
}
