//! What two changes of one thing that is kept on the desk come to, when neither knew of the other.
//!
//! A customer, a tier, a calendar and an article are objects: what the two changed in different places
//! stands, and of lists of words what each added is there and what each took away is not. Where both
//! changed one place the later stands, and what it found is told of. Anything else is one text.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::article::Article;
use super::calendar::Calendar;
use super::customer::Customer;
use super::event::Swap;
use super::ticket::Conflict;
use super::tier::Tier;

/// The place of what is one text.
pub const TEXT: &str = "text";

/// What is kept under `key` after a change that may have expected something else than `now`, and what
/// was lost by that, by its place: `title`, `targets/resolution/any`, or [`TEXT`].
#[must_use]
pub fn join(
    key: &str,
    now: Option<&str>,
    swap: &Swap<Option<String>>,
) -> (Option<String>, Vec<Conflict>) {
    let (from, to) = (swap.from.as_deref(), swap.to.as_deref());
    let Some(now) = now.filter(|now| from != Some(now) && to != Some(now) && is_told(key)) else {
        return (to.map(ToOwned::to_owned), Vec::new());
    };
    let whole = |to: Option<&str>| {
        let kept = to.unwrap_or_default().to_owned();
        vec![Conflict { field: TEXT.to_owned(), kept, lost: now.to_owned() }]
    };
    let Some(to) = to else { return (None, whole(None)) };
    let Some((there, then)) = object(now).zip(object(to)) else {
        return (Some(to.to_owned()), whole(Some(to)));
    };
    let (mut lost, from) = (Vec::new(), from.and_then(object).unwrap_or_default());
    let sets = key.starts_with("customer/") || key.starts_with("kb/");
    let joined = objects([&there, &from, &then], &mut String::new(), (sets, &mut lost));
    match written(key, &Value::Object(joined).to_string()) {
        Some(text) => (Some(text), lost),
        // What each may be by itself the two together may not.
        None => (Some(to.to_owned()), whole(Some(to))),
    }
}

/// What stands in a place of what is kept.
#[must_use]
pub fn at(kept: Option<&str>, place: &str) -> Option<String> {
    if place == TEXT {
        return kept.map(ToOwned::to_owned);
    }
    let whole = Value::Object(object(kept?)?);
    place.split('/').try_fold(&whole, |at, name| at.get(name)).map(shown)
}

/// The text that is kept under `key` with another value in one place; none where it cannot be there.
#[must_use]
pub fn with(key: &str, now: &str, place: &str, value: &str) -> Option<String> {
    if place == TEXT {
        return Some(value.to_owned());
    }
    let whole = object(now)?;
    let tried = [Some(Value::String(value.to_owned())), serde_json::from_str(value).ok()];
    // What was not there is not there again.
    let tried = if value.is_empty() { vec![None] } else { tried.map(Some).to_vec() };
    tried.into_iter().find_map(|value| {
        let mut whole = whole.clone();
        let (parents, last) = place.rsplit_once('/').map_or((None, place), |(a, b)| (Some(a), b));
        let mut at = &mut whole;
        for name in parents.into_iter().flat_map(|it| it.split('/')) {
            at = at.entry(name).or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
        }
        match value {
            Some(value) => drop(at.insert(last.to_owned(), value?)),
            None => drop(at.remove(last)),
        }
        written(key, &Value::Object(whole).to_string())
    })
}

/// Does it say anything that somebody may miss? Which numbers were given does not.
fn is_told(key: &str) -> bool {
    !["numbers/", "recalc/", "kb-link/"].iter().any(|kind| key.starts_with(kind))
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// The text as tix writes it; none where it makes no sense.
fn written(key: &str, text: &str) -> Option<String> {
    match key.split_once('/')? {
        ("customer", _) => Customer::read(text).and_then(|it| it.write()).ok(),
        ("tier", _) => Tier::read(text).and_then(|it| it.write()).ok(),
        ("calendar", _) => Calendar::read(text).and_then(|it| it.write()).ok(),
        ("kb", name) => Article::read(name, text).and_then(|it| it.write()).ok(),
        _ => None,
    }
}

/// What is found, what was expected and what is set: in each place what was changed last stands.
fn objects(
    [there, from, then]: [&Map<String, Value>; 3],
    path: &mut String,
    (sets, lost): (bool, &mut Vec<Conflict>),
) -> Map<String, Value> {
    let names: BTreeSet<&String> = there.keys().chain(then.keys()).collect();
    let mut joined = Map::new();
    for name in names {
        let [found, expected, set] = [there, from, then].map(|it| it.get(name));
        let length = path.len();
        path.push_str(if path.is_empty() { "" } else { "/" });
        path.push_str(name);
        let value = match (found, set) {
            _ if set == expected || set == found => found.cloned(),
            (Some(Value::Object(found)), Some(Value::Object(set))) => {
                let none = Map::new();
                let expected = expected.and_then(Value::as_object).unwrap_or(&none);
                Some(Value::Object(objects([found, expected, set], path, (sets, lost))))
            }
            (Some(Value::Array(found)), Some(Value::Array(set))) if sets => {
                let none = Vec::new();
                let expected = expected.and_then(Value::as_array).unwrap_or(&none);
                Some(Value::Array(lists([found, expected, set])))
            }
            (Some(found), set) if Some(found) != expected && !QUIET.contains(&path.as_str()) => {
                let (kept, was) = (set.map(shown).unwrap_or_default(), shown(found));
                lost.push(Conflict { field: path.clone(), kept, lost: was });
                set.cloned()
            }
            (_, set) => set.cloned(),
        };
        joined.extend(value.map(|value| (name.clone(), value)));
        path.truncate(length);
    }
    joined
}

/// What an article says of itself, which nobody writes.
const QUIET: [&str; 3] = ["created_at", "updated_at", "said/at"];

fn lists([found, expected, set]: [&Vec<Value>; 3]) -> Vec<Value> {
    let stays = |it: &&Value| set.contains(it) || !expected.contains(it);
    let new = set.iter().filter(|it| !found.contains(it) && !expected.contains(it));
    found.iter().filter(stays).chain(new).cloned().collect()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(key: &str, now: &str, from: &str, to: &str) -> (String, Vec<(String, String)>) {
        let swap = Swap {
            from: Some(from.to_owned()).filter(|it| !it.is_empty()),
            to: Some(to.to_owned()),
        };
        let (value, lost) = join(key, Some(now), &swap);
        (value.unwrap(), lost.into_iter().map(|it| (it.field, it.lost)).collect())
    }

    #[test]
    fn changes_in_different_places_both_stand() {
        let (value, lost) = joined(
            "customer/acme",
            r#"{"title":"Acme","domains":["acme.example"],"notes":"new note"}"#,
            r#"{"title":"Acme","notes":"old"}"#,
            r#"{"title":"Acme Inc","domains":["acme.test"],"notes":"old"}"#,
        );
        let whole =
            r#"{"title":"Acme Inc","domains":["acme.example","acme.test"],"notes":"new note"}"#;
        assert_eq!((value.as_str(), lost), (whole, Vec::new()));
        let (value, lost) = joined(
            "tier/gold",
            r#"{"targets":{"first_response":{"any":"2h"}}}"#,
            r#"{"targets":{"first_response":{"any":"4h"}}}"#,
            r#"{"targets":{"first_response":{"any":"4h"},"resolution":{"any":"5bd"}}}"#,
        );
        let whole = r#"{"targets":{"first_response":{"any":"2h"},"resolution":{"any":"5bd"}}}"#;
        assert_eq!((value.as_str(), lost), (whole, Vec::new()));
    }

    #[test]
    fn of_one_place_the_later_stands_and_the_other_is_told_of() {
        let (value, lost) = joined(
            "customer/acme",
            r#"{"notes":"mine"}"#,
            r#"{"notes":"old"}"#,
            r#"{"notes":"theirs"}"#,
        );
        assert_eq!(value, r#"{"notes":"theirs"}"#);
        assert_eq!(lost, [("notes".to_owned(), "mine".to_owned())]);
        assert_eq!(with("customer/acme", &value, "notes", "mine").unwrap(), r#"{"notes":"mine"}"#);
        assert_eq!(with("customer/acme", &value, "notes", "").unwrap(), "{}");
        let (value, lost) = joined("canned/thanks", "Thanks!", "Thank you.", "Many thanks.");
        assert_eq!(value, "Many thanks.");
        assert_eq!(lost, [(TEXT.to_owned(), "Thanks!".to_owned())]);
    }

    #[test]
    fn what_knew_of_what_it_found_takes_nothing_away() {
        assert_eq!(joined("canned/thanks", "one", "one", "two"), ("two".to_owned(), Vec::new()));
        assert_eq!(joined("canned/thanks", "two", "one", "two"), ("two".to_owned(), Vec::new()));
        assert_eq!(joined("numbers/0", "7", "3", "5"), ("5".to_owned(), Vec::new()));
        let gone = Swap { from: Some("one".to_owned()), to: None };
        assert_eq!(join("canned/thanks", Some("two"), &gone).1[0].lost, "two");
    }
}
