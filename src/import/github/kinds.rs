//! What an object in such a file is: an issue, a pull request, a comment or none of these.

use serde_json::Value;

use super::names;
use crate::import::fields::{Object, items, some};

/// A record, as far as the walk can tell.
#[derive(Debug)]
pub(super) enum What {
    /// An issue, by its fields.
    Issue(Object),
    /// A pull request.
    Pull,
    /// A comment without the issue it is on, by its fields where it stands by itself.
    Comment(Option<Object>),
    /// Null or an empty object in a list.
    Nothing,
    /// Something else where an issue should be, with what it says if it is GitHub's refusal.
    Other(Option<String>),
}

/// Where an object stands and what was in it.
pub(super) struct Spot {
    /// It is in a list, or nothing is around it: it should be an issue.
    pub(super) listed: bool,
    /// It is where pull requests are.
    pub(super) pull: bool,
    /// What was in it.
    pub(super) inside: Inside,
}

/// What was in an object.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Inside {
    /// Nothing at all.
    Nothing,
    /// Fields.
    Fields,
    /// Something that might have led to issues but did not, such as a `node` that is null.
    Path,
    /// Something that did lead to issues, or to a list of none.
    Issues,
}

/// What an object is; none for one that leads nowhere and need not.
pub(super) fn sort(object: Object, spot: &Spot) -> Option<What> {
    let has = |name: &'static str| some(&object, &[name]).is_some();
    if spot.inside == Inside::Issues && !(has("number") && has("title")) {
        return None;
    }
    if has("issue_url") || spot.listed && has("body") && !has("number") && !has("title") {
        return Some(What::Comment(Some(object)));
    }
    let address = names::issue_address(&object);
    if has("number") || address.is_some() {
        let pull = spot.pull || address.is_some_and(|address| address.pull) || is_pull(&object);
        return Some(if pull { What::Pull } else { What::Issue(object) });
    }
    match () {
        () if !items(&object, "comments").is_empty() => Some(What::Comment(None)),
        () if !spot.listed => None,
        () if spot.inside == Inside::Nothing => Some(What::Nothing),
        () if spot.pull => Some(What::Pull),
        () => {
            let said = refusal(&object);
            (spot.inside == Inside::Fields || said.is_some()).then_some(What::Other(said))
        }
    }
}

fn is_pull(object: &Object) -> bool {
    let is = |name: &'static str, text: &str| {
        object
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|value| value.eq_ignore_ascii_case(text))
    };
    some(object, &["pull_request"]).is_some()
        || object.get("isPullRequest") == Some(&Value::Bool(true))
        || is("__typename", "PullRequest")
        || is("state", "merged")
}

/// The message of an answer that is an error.
fn refusal(object: &Object) -> Option<String> {
    let message = object.get("message").or_else(|| object.get("errors")?.get(0)?.get("message"))?;
    message.as_str().map(str::to_owned)
}
