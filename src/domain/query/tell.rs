//! A checked query in words, for those who wonder what it means.

use std::fmt::Display;

use super::{Filter, Query};
use crate::domain::ids::Timestamp;

pub(super) fn query(query: &Query) -> Vec<String> {
    let mut lines = Vec::new();
    match &query.filter {
        Filter::All(all) if all.is_empty() => lines.push("every ticket".to_owned()),
        filter => tree(filter, 0, &mut lines),
    }
    for sort in &query.sort {
        let way = if sort.descending { ", largest first" } else { "" };
        lines.push(format!("sorted by {}{way}", sort.key.name()));
    }
    lines
}

fn tree(filter: &Filter, depth: usize, lines: &mut Vec<String>) {
    let mut branch = |head: &str, parts: &[Filter]| {
        lines.push(format!("{}{head}", "  ".repeat(depth)));
        for part in parts {
            tree(part, depth + 1, lines);
        }
    };
    match filter {
        Filter::All(parts) => branch("all of", parts),
        Filter::Any(parts) => branch("any of", parts),
        Filter::Not(part) => branch("not", std::slice::from_ref(part)),
        leaf => lines.push(format!("{}{}", "  ".repeat(depth), one(leaf))),
    }
}

fn one(filter: &Filter) -> String {
    match filter {
        Filter::All(_) | Filter::Any(_) | Filter::Not(_) => String::new(),
        Filter::Is(is) => format!("is {}", is.name()),
        Filter::Has(has) => format!("has {}", has.name()),
        Filter::Words(place, phrase) => {
            let place = place.map_or("text", |place| place.name());
            let more = if phrase.open { "…" } else { "" };
            format!("{place} holds \"{}{more}\"", phrase.words.join(" "))
        }
        Filter::Id(id) => format!("id is {id}"),
        Filter::Label(label) => format!("label is {label}"),
        Filter::Ref(source) => format!("ref is {source}"),
        Filter::Person(role, person) => {
            format!("{} is {person}", role.name())
        }
        Filter::Text(field, value) => format!("{} is {value}", field.name()),
        Filter::Rank(ranked, low, high) => {
            range(ranked.name(), ranked.word(*low).filter(|_| *low > 0), ranked.word(*high))
        }
        Filter::Time(moment, from, before) => {
            let key = moment.name();
            let say = |at: &Timestamp| at.rfc3339();
            match (from.as_ref().map(say), before.as_ref().map(say)) {
                (Some(from), Some(before)) => format!("{key} from {from} until before {before}"),
                (Some(from), None) => format!("{key} from {from}"),
                (None, Some(before)) => format!("{key} before {before}"),
                (None, None) => format!("{key} at any time"),
            }
        }
        Filter::Count(counted, low, high) => {
            let high = (*high < i64::MAX).then(|| high.to_string());
            range(counted.name(), Some(low.to_string()), high)
        }
        Filter::Length(length, low, high) => {
            let say =
                |bound: i64| (bound > i64::MIN && bound < i64::MAX).then(|| format!("{bound} s"));
            range(&format!("length of {}", length.name()), say(*low), say(*high))
        }
    }
}

fn range<T: Display + PartialEq>(key: &str, low: Option<T>, high: Option<T>) -> String {
    match (low, high) {
        (Some(low), Some(high)) if low == high => format!("{key} is {low}"),
        (Some(low), Some(high)) => format!("{key} from {low} to {high}"),
        (Some(low), None) => format!("{key} at least {low}"),
        (None, Some(high)) => format!("{key} at most {high}"),
        (None, None) => format!("{key} is anything"),
    }
}
