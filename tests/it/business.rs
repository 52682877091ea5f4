//! Business time through the command line: facts that others computed, and some of our own.

use std::path::Path;

use serde_json::Value;

use crate::desk::Desk;

/// A calendar as the vectors describe it, as flags.
fn flags(described: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut flags = vec![format!("--tz {}", text(&described["tz"]))];
    for (day, hours) in described["hours"].as_object().unwrap() {
        let spans = hours.as_array().unwrap().iter();
        flags.extend(spans.map(|it| format!("--hours '{day} {}-{}'", text(&it[0]), text(&it[1]))));
    }
    let holidays = described["holidays"].as_array().into_iter().flatten();
    flags.extend(holidays.map(|day| format!("--holiday {}", text(day))));
    flags.join(" ")
}

/// The command that computes a vector on the calendar `name`, and the field that it is in.
fn line(vector: &Value, name: &str) -> (String, &'static str) {
    let text = |field: &str| vector[field].as_str().unwrap().to_owned();
    let (start, length) = (text("start"), vector["duration_s"].as_i64().unwrap_or_default());
    let pauses = vector["pauses"].as_array().into_iter().flatten();
    let pause =
        |it: &Value| format!(" --pause {}..{}", it[0].as_str().unwrap(), it[1].as_str().unwrap());
    let pauses = pauses.map(pause).collect::<Vec<_>>().concat();
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
    let mut all: Value = serde_json::from_str(include_str!("business.json")).unwrap();
    let calendars = all["calendars"].take();
    let vectors = all["vectors"].as_array_mut().unwrap();
    for vector in vectors.iter_mut() {
        vector["calendar"] = calendars[vector["calendar"].as_str().unwrap()].clone();
    }
    let wrong = wrong(vectors);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
