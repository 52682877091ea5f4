//! An issue into a draft.

use serde_json::Value;

use super::notes::{inside, replies};
use super::people::{People, person};
use crate::domain::draft::{Draft, Says};
use crate::domain::person::Person;
use crate::domain::words::{Channel, Priority, Resolution, Status};
use crate::error::{Error, Result};
use crate::import::fields::{Object, items, moment, text};
use crate::import::github::labels::named;
use crate::import::record::Record;
use crate::import::{Options, times};

/// The longest name of a project that is kept, in characters.
const NAME_MAX: usize = 300;

/// A project's name as it may stand in a reference.
pub(super) fn project(text: &str) -> String {
    let clean = |c: char| if c.is_control() || c.is_whitespace() || c == '#' { '-' } else { c };
    text.trim().trim_matches('/').chars().take(NAME_MAX).map(clean).collect()
}

/// The project that an issue names itself: in its address, or in `references`.
pub(super) fn own_project(issue: &Object) -> Option<String> {
    let address = || {
        let (_, rest) = issue.get("web_url")?.as_str()?.split_once("://")?;
        let (_, path) = rest.split_once('/')?;
        let ends =
            ["/-/", "/issues/", "/work_items/"].iter().filter_map(|end| path.find(end)).min();
        path.get(..ends?).filter(|path| path.contains('/')).map(project)
    };
    let full = || {
        let full = issue.get("references")?.get("full")?.as_str()?;
        full.rsplit_once('#').map(|(path, _)| project(path))
    };
    address().or_else(full).filter(|path| !path.is_empty())
}

/// The draft of an issue of `project`, with the notes that stand by themselves.
///
/// # Errors
/// Exit 4, saying what cannot be read.
pub(super) fn draft(
    issue: &Object,
    project: &str,
    (more, people): (&[&Object], &People),
    options: &Options,
) -> Result<Draft> {
    let at = |name: &'static str| moment(issue, &[name], options.zone);
    let number = text(issue, &["iid"])?.unwrap_or_default();
    if project.is_empty() {
        let error = Error::invalid("nothing says of which project it is");
        return Err(error.hint("give --repo GROUP/PROJECT"));
    }
    let title = text(issue, &["title"])?.unwrap_or_default();
    let mut record = Record::new(format!("gitlab:{project}#{number}"), Channel::Web, title);
    record.url = text(issue, &["web_url"])?;
    record.description = Some(text(issue, &["description"])?.unwrap_or_default());
    record.requester = people.author(issue);
    (record.created, record.updated) = (at("created_at")?, at("updated_at")?);
    let due = text(issue, &["due_date"])?.unwrap_or_default();
    record.due = times::due(&due, options.zone);
    record.labels = labels(issue);
    record.priority =
        record.labels.iter().filter_map(|label| named(label)).max().unwrap_or(Priority::Normal);
    match text(issue, &["state"])?.unwrap_or_default().to_lowercase().as_str() {
        "closed" => {
            record.status = Status::Closed;
            record.closed = at("closed_at")?;
            record.resolution = Some(resolution(issue, &record.labels));
        }
        "opened" | "open" | "reopened" | "" => record.status = Status::Open,
        other => {
            return Err(Error::invalid(format!("`state` is neither opened nor closed: `{other}`")));
        }
    }
    assigned(issue, people, &mut record);
    let milestone = issue.get("milestone").and_then(|it| it.get("title").unwrap_or(it).as_str());
    record.field("milestone", milestone.unwrap_or_default());
    let kind = text(issue, &["issue_type", "type"])?.unwrap_or_default();
    record.field("type", if kind.eq_ignore_ascii_case("issue") { "" } else { &kind });
    if issue.get("confidential") == Some(&Value::Bool(true)) {
        record.field("confidential", "yes");
    }
    let mut notes = inside(issue);
    notes.extend(more);
    record.replies = replies(&notes, people, options)?;
    record.says = says(issue);
    record.draft()
}

/// The names of labels: texts, objects, or links to such.
fn labels(issue: &Object) -> Vec<String> {
    let name = |label: &Value| {
        let inner = label.get("label").unwrap_or(label);
        let name = inner.get("title").or_else(|| inner.get("name")).unwrap_or(inner);
        name.as_str().map(ToOwned::to_owned)
    };
    let links = items(issue, "label_links");
    items(issue, "labels").into_iter().chain(links).filter_map(name).collect()
}

fn resolution(issue: &Object, labels: &[String]) -> Resolution {
    let has = |name: &str| issue.get(name).is_some_and(|value| !value.is_null());
    let labelled = |words: &[&str]| {
        let last = |label: &String| label.to_lowercase().rsplit("::").next().map(ToOwned::to_owned);
        labels.iter().filter_map(last).any(|label| words.contains(&label.as_str()))
    };
    match () {
        () if has("duplicated_to_id") || labelled(&["duplicate"]) => Resolution::Duplicate,
        () if labelled(&["wontfix", "won't fix", "wont fix"]) => Resolution::Wontfix,
        () => Resolution::Solved,
    }
}

/// Who works on an issue: the first of several, who are all named.
fn assigned(issue: &Object, people: &People, record: &mut Record) {
    let links = items(issue, "issue_assignees").into_iter();
    let numbered = links.filter_map(|link| people.numbered(link.get("user_id")?.as_u64()?));
    let listed = items(issue, "assignees").into_iter().filter_map(person);
    let mut all: Vec<Person> = listed.chain(numbered).collect();
    if all.is_empty() {
        all.extend(issue.get("assignee").and_then(person));
    }
    if all.len() > 1 {
        let names: Vec<&str> = all.iter().map(Person::short).collect();
        record.field("assignees", &names.join(", "));
    }
    record.assignee = all.into_iter().next();
}

/// What an issue speaks of.
fn says(issue: &Object) -> Says {
    let sources: [(&[&str], &str); 6] = [
        (&["description"], "description"),
        (&["labels", "label_links"], "labels"),
        (&["labels", "label_links"], "priority"),
        (&["state"], "status"),
        (&["author", "author_id"], "requester"),
        (&["assignee", "assignees", "issue_assignees"], "assignee"),
    ];
    let silent =
        sources.iter().filter(|(keys, _)| keys.iter().all(|key| !issue.contains_key(*key)));
    Says::ALL.without(silent.map(|(_, part)| *part))
}
