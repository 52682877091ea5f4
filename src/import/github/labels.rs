//! Labels as they may be stored, and the priority that some of them name.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::words::Priority;
use crate::import::record::label;

/// The labels in `values`: texts, or objects with a `name`.
pub(super) fn labels(values: &[&Value]) -> BTreeSet<String> {
    let name = |value: &&Value| value.get("name").unwrap_or(value).as_str().and_then(label);
    values.iter().filter_map(name).collect()
}

/// The highest priority that a label names.
pub(super) fn priority(labels: &BTreeSet<String>) -> Option<Priority> {
    labels.iter().filter_map(|label| named(label)).max()
}

/// The priority in `P1`, `P-high`, `priority/high`, `Priority: High`, `prio:high`, `high priority`.
/// A bare `high` names none: it may be the height of a chair.
pub(in crate::import) fn named(label: &str) -> Option<Priority> {
    let lower = label.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let levels = match words.as_slice() {
        ["p" | "prio" | "priority", levels @ ..] | [levels @ .., "prio" | "priority"] => levels,
        [first, ..] if numbered(first).is_some() => &words[..],
        _ => return None,
    };
    let levels: Option<Vec<Priority>> = levels.iter().map(|word| level(word)).collect();
    levels?.into_iter().max()
}

fn level(word: &str) -> Option<Priority> {
    match word {
        "critical" | "urgent" => Some(Priority::Urgent),
        "high" => Some(Priority::High),
        "medium" | "normal" => Some(Priority::Normal),
        "low" => Some(Priority::Low),
        word => numbered(word),
    }
}

fn numbered(word: &str) -> Option<Priority> {
    match word {
        "p0" => Some(Priority::Urgent),
        "p1" => Some(Priority::High),
        "p2" => Some(Priority::Normal),
        "p3" | "p4" => Some(Priority::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_priorities_in_many_shapes() {
        let table = [
            (
                Priority::Urgent,
                "P0|p0|priority/critical|P-urgent|priority/critical-urgent|P0 - Critical",
            ),
            (
                Priority::High,
                "P1|P-high|priority/high|priority: high|Priority - High|prio:high|priority/P1",
            ),
            (Priority::High, "High Priority|🔥 Priority: High|p1-high"),
            (Priority::Normal, "P2|priority/medium|Priority_Normal"),
            (Priority::Low, "P3|P4|priority=low"),
        ];
        for (priority, names) in table {
            for name in names.split('|') {
                assert_eq!(named(name), Some(priority), "{name}");
            }
        }
        for name in [
            "high",
            "critical",
            "P5",
            "P10",
            "p4 language",
            "priority",
            "priority/backlog",
            "prior:high",
            "",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn of_several_priorities_the_highest_counts() {
        let labels = BTreeSet::from(["P3", "priority/high", "bug"].map(str::to_owned));
        assert_eq!(priority(&labels), Some(Priority::High));
        assert_eq!(priority(&BTreeSet::new()), None);
    }

    #[test]
    fn labels_that_cannot_be_stored_are_made_to_fit() {
        assert_eq!(label("good first issue").unwrap(), "good first issue");
        assert_eq!(label("a,b,  c").unwrap(), "a b c");
        assert_eq!(label("a\u{1b}[31m").unwrap(), "a [31m");
        assert_eq!(label(&"é".repeat(101)).unwrap(), "é".repeat(100));
        assert_eq!(label(" , "), None);
    }
}
