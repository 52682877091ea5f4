//! Business time through the command line: facts that others computed, and some of our own.

use std::path::Path;

use serde_json::{Value, json};

use crate::desk::Desk;

/// A calendar as the vectors describe it, as flags.
fn flags(described: &Value) -> String {
    let mut flags = format!("--tz {}", described["tz"].as_str().unwrap());
    for (day, hours) in described["hours"].as_object().unwrap() {
        for span in hours.as_array().unwrap() {
            flags += &format!(
                " --hours '{day} {}-{}'",
                span[0].as_str().unwrap(),
                span[1].as_str().unwrap()
            );
        }
    }
    for day in described["holidays"].as_array().into_iter().flatten() {
        flags += &format!(" --holiday {}", day.as_str().unwrap());
    }
    flags
}

/// The command that computes a vector on the calendar `name`, and the field that it is in.
fn line(vector: &Value, name: &str) -> (String, &'static str) {
    let text = |field: &str| vector[field].as_str().unwrap().to_owned();
    let (start, length) = (text("start"), vector["duration_s"].as_i64().unwrap_or_default());
    let mut pauses = String::new();
    for pause in vector["pauses"].as_array().into_iter().flatten() {
        pauses +=
            &format!(" --pause {}..{}", pause[0].as_str().unwrap(), pause[1].as_str().unwrap());
    }
    match vector["kind"].as_str().unwrap() {
        "elapsed" => {
            (format!("calendar elapsed {name} {start} {}{pauses}", text("end")), "elapsed_s")
        }
        "due" => (format!("calendar due {name} {start} {length}s{pauses}"), "due_at"),
        "before" => (format!("calendar due {name} {start} -{length}s"), "due_at"),
        "due_bdays" => {
            (format!("calendar due {name} {start} {}bd", vector["business_days"]), "due_at")
        }
        "next_open" => (format!("calendar open {name} {start}"), "opens_at"),
        kind => panic!("{kind}"),
    }
}

/// What is wrong, vector by vector.
fn wrong(vectors: &[Value]) -> Vec<String> {
    let desk = Desk::new();
    let (mut calendars, mut wrong): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for vector in vectors {
        let flags = flags(&vector["calendar"]);
        let known = calendars.iter().position(|known| *known == flags);
        let number = known.unwrap_or_else(|| {
            calendars.push(flags.clone());
            desk.ok(&format!("calendar new c{} {flags}", calendars.len() - 1));
            calendars.len() - 1
        });
        let (line, field) = line(vector, &format!("c{number}"));
        // The clock stands still: there are more commands than minutes in a day.
        let output =
            desk.command(&format!("{line} --json")).env("TIX_NOW", "2026-09-01T09:00:00Z").output();
        let ran = crate::desk::Ran::of(&output.unwrap());
        assert_eq!(ran.code, 0, "{}: {line}\n{}", vector["id"], ran.stderr);
        let data = serde_json::from_str::<Value>(&ran.stdout).unwrap()["data"].clone();
        let expected = ["expected", "expected_s"].map(|name| &vector[name]);
        let expected = expected.into_iter().find(|value| !value.is_null()).unwrap();
        if data[field] != *expected {
            wrong.push(format!("{} {line}: {} not {expected}", vector["id"], data[field]));
        }
        let open = &vector["expected_open_convention"];
        if !open.is_null() && data["exceeded_at"] != *open {
            wrong.push(format!("{} {line}: {} not {open}", vector["id"], data["exceeded_at"]));
        }
    }
    wrong
}

#[test]
fn the_published_vectors_hold_on_the_command_line() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sla_vectors.json");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let all: Value = serde_json::from_str(&text).unwrap();
    let wrong = wrong(all["vectors"].as_array().unwrap());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn our_own_vectors_hold_on_the_command_line() {
    let berlin = json!({"tz": "Europe/Berlin", "hours": {
        "mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]], "wed": [["09:00", "17:00"]],
        "thu": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]},
        "holidays": ["2026-12-25", "01-01"]});
    let nights = json!({"tz": "America/New_York", "hours": {"sat": [["22:00", "06:00"]]}});
    let always = json!({"tz": "Australia/Lord_Howe", "hours": {
        "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}});
    let vector = |kind: &str, calendar: &Value, start: &str, more: Value| {
        let mut vector = json!({"id": start, "kind": kind, "calendar": calendar, "start": start});
        vector.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        vector
    };
    let wrong = wrong(&[
        // A target that is used up just when business closes is due then, and late on Monday.
        vector(
            "due",
            &berlin,
            "2026-09-04T13:00:00Z",
            json!({"duration_s": 7200,
            "expected": "2026-09-04T15:00:00Z", "expected_open_convention": "2026-09-07T07:00:00Z"}),
        ),
        // Christmas, a weekend, and New Year, which is a holiday in every year.
        vector(
            "due",
            &berlin,
            "2026-12-24T15:30:00Z",
            json!({"duration_s": 3600,
            "expected": "2026-12-28T08:30:00Z"}),
        ),
        vector(
            "elapsed",
            &berlin,
            "2026-12-31T08:00:00Z",
            json!({"end": "2027-01-04T09:00:00Z",
            "expected_s": 9 * 3600}),
        ),
        // A pause to the second, over the end of a day.
        vector(
            "due",
            &berlin,
            "2026-09-01T14:00:00Z",
            json!({"duration_s": 7200,
            "pauses": [["2026-09-01T14:30:10Z", "2026-09-02T07:00:40Z"]],
            "expected": "2026-09-02T08:30:30Z"}),
        ),
        vector(
            "elapsed",
            &berlin,
            "2026-09-02T07:00:00Z",
            json!({"end": "2026-09-01T07:00:00Z",
            "expected_s": 0}),
        ),
        // The night in which clocks go back has an hour more.
        vector(
            "elapsed",
            &nights,
            "2026-11-01T00:00:00Z",
            json!({"end": "2026-11-02T00:00:00Z",
            "expected_s": 9 * 3600}),
        ),
        // And half an hour less on Lord Howe when they go forward.
        vector(
            "elapsed",
            &always,
            "2026-10-02T00:00:00Z",
            json!({"end": "2026-10-06T00:00:00Z",
            "expected_s": 48 * 3600 - 1800}),
        ),
        vector(
            "next_open",
            &nights,
            "2026-09-01T00:00:00Z",
            json!({"expected": "2026-09-06T02:00:00Z"}),
        ),
        vector(
            "before",
            &berlin,
            "2026-09-07T08:00:00Z",
            json!({"duration_s": 7200,
            "expected": "2026-09-04T14:00:00Z"}),
        ),
        vector(
            "due_bdays",
            &berlin,
            "2026-12-24T10:00:00Z",
            json!({"business_days": 1,
            "expected": "2026-12-28T10:00:00Z"}),
        ),
    ]);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
