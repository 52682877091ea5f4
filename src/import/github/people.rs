//! The people on issues and comments.

use serde_json::Value;

use crate::domain::person::Person;
use crate::import::fields::{Object, some};

/// Who wrote `object`; none when it does not say, `ghost` when the account is gone.
pub(super) fn author(object: &Object) -> Option<Person> {
    const NAMES: [&str; 2] = ["user", "author"];
    // Gitea and Forgejo keep the name of whoever wrote what was moved there, as the words of a robot.
    if let Some(Value::String(name)) = object.get("original_author")
        && let Some(person) = Person::new(Some(name), None)
    {
        return Some(person);
    }
    if let Some(person) = some(object, &NAMES).and_then(|(_, value)| person(value)) {
        return Some(person);
    }
    NAMES.iter().any(|name| object.contains_key(*name)).then(|| named("ghost"))
}

/// The account in `value`: its login, or an object with one.
pub(super) fn person(value: &Value) -> Option<Person> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    Person::new(value.as_str().or_else(|| text("login")).or_else(|| text("name")), text("email"))
}

/// Someone known by name only.
pub(super) fn named(name: &str) -> Person {
    Person { name: Some(name.to_owned()), email: None }
}

/// Was `object` written by one of those whose repository it is?
pub(super) fn is_ours(object: &Object) -> bool {
    let association = some(object, &["author_association", "authorAssociation"]);
    let word = association.and_then(|(_, value)| value.as_str()).unwrap_or_default();
    ["OWNER", "MEMBER", "COLLABORATOR"].iter().any(|ours| word.eq_ignore_ascii_case(ours))
}
