//! Business time: the published vectors, an oracle that counts minute by minute, and the laws.

use std::path::Path;

use serde_json::Value;
use tix::domain::calendar::{Calendar, Holiday, Worktime};
use tix::domain::ids::Timestamp;

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
