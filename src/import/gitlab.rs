//! GitLab issues: REST lists, with their notes inside or in files beside them, and the tree of a project
//! export.
//!
//! A ticket's reference is `gitlab:group/project#N`. The project is what the issue's own address says,
//! else `--repo`, else the names of the file and its folder. Notes of the system are no comments.

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, text};
use super::{Item, Options, Place, Sink, Source, give, json};
use crate::error::{Error, Kind, Result};
use notes::Notes;
use people::People;

mod issue;
mod notes;
mod people;
#[cfg(test)]
mod tests;

/// Where the issues lie in the tree of an export.
const TREE: &str = "project/issues.ndjson";

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 3 when there are no issues, exit 4 when the only file is broken,
/// exit 1 when one cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let tree = place.many && place.file(TREE).is_some();
    let wanted = |source: &Source| !place.many || source.ends_in(&["json", "jsonl", "ndjson"]);
    let some =
        place.only(|source| if tree { source.inside().ends_with(TREE) } else { wanted(source) });
    let mut all = All::default();
    if let Some(members) = place.file("project/project_members.ndjson").filter(|_| tree) {
        all.members(members)?;
    }
    for source in &some.sources {
        walk(source, &mut |_, found| {
            all.gather(found, source);
            Ok(())
        })?;
    }
    if !all.any {
        return Err(Error::not_found(format!("{} holds no GitLab issues", place.name))
            .hint("what the REST API gives is read, and the folder of a project export"));
    }
    for source in &some.sources {
        let fallback = options.repo.as_deref().or_else(|| source.called());
        let fallback = fallback.map(issue::project).unwrap_or_default();
        walk(source, &mut |place, found| match found {
            Found::Issue(issue) => {
                let own = issue::own_project(&issue);
                if own.is_none() && options.repo.is_none() {
                    all.guessed = Some(fallback.clone());
                }
                let project = own.as_deref().unwrap_or(&fallback);
                let more = all.notes.of(&issue);
                let draft = issue::draft(&issue, project, (&more, &all.people), options);
                give(draft, || place, sink)
            }
            Found::Note(note) if all.notes.is_placed(&note, source) => Ok(()),
            Found::Note(_) => sink(Item::Skipped("comments without an issue".to_owned())),
            Found::Merge => sink(Item::Skipped("merge requests".to_owned())),
            Found::Nothing => sink(Item::Skipped("empty records".to_owned())),
            Found::Broken(e) => give(Err(e), || place, sink),
        })?;
    }
    all.guessed.map_or(Ok(()), |project| {
        sink(Item::Note(format!(
            "{} does not say its project, so its issues are called gitlab:{project}#…; \
             --repo GROUP/PROJECT says it",
            place.name
        )))
    })
}

/// Does a sample look like it?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample.objects_have(&["iid", "title"])
        || sample.objects_have(&["noteable_type", "body"])
        || sample.place.many && sample.beside(TREE)
}

/// What is known of a whole place before its first issue is handed over.
#[derive(Default)]
struct All {
    notes: Notes,
    people: People,
    any: bool,
    /// The name of the project, where only that of a file or folder says it.
    guessed: Option<String>,
}

impl All {
    /// Notes who the members of a project are, as far as that can be read.
    fn members(&mut self, source: &Source) -> Result<()> {
        let gathered = json::records(source, &mut |_, member| {
            if let Ok(member) = member {
                self.people.gather(&member);
            }
            Ok(())
        });
        gathered.or_else(|e| if e.kind == Kind::Invalid { Ok(()) } else { Err(e) })
    }

    fn gather(&mut self, found: Found, source: &Source) {
        match found {
            Found::Issue(issue) => {
                self.any = true;
                self.people.gather_all(&issue);
                self.notes.issue(&issue);
            }
            Found::Note(note) => {
                self.any = true;
                self.notes.note(note, source);
            }
            Found::Merge => self.any = true,
            Found::Nothing | Found::Broken(_) => {}
        }
    }
}

/// What is found in a file.
enum Found {
    /// An issue.
    Issue(Object),
    /// A note that stands by itself.
    Note(Object),
    /// A merge request.
    Merge,
    /// Null, as exports have it for what is not there.
    Nothing,
    /// Something else, or nothing that can be read.
    Broken(Error),
}

/// Goes through what a file holds.
fn walk(source: &Source, give: &mut dyn FnMut(String, Found) -> Result<()>) -> Result<()> {
    json::records(source, &mut |place, value| {
        let object = match value {
            Ok(Value::Object(object)) => object,
            Ok(Value::Null) => return give(place, Found::Nothing),
            Ok(_) => return give(place, Found::Broken(Error::invalid("it is not an object"))),
            Err(e) => return give(place, Found::Broken(e)),
        };
        // A discussion is a list of notes.
        if let (Some(Value::Array(notes)), false) =
            (object.get("notes"), object.contains_key("title"))
        {
            let notes = notes.iter().filter_map(Value::as_object);
            return notes.cloned().try_for_each(|note| give(place.clone(), Found::Note(note)));
        }
        give(place, sort(object))
    })
}

fn sort(mut object: Object) -> Found {
    // Perceval puts what it fetched into an envelope.
    if let Some(Value::Object(inner)) = object.get_mut("data")
        && inner.contains_key("iid")
    {
        object = std::mem::take(inner);
    }
    let has = |name: &str| object.get(name).is_some_and(|value| !value.is_null());
    let says = |name: &str, part: &str| {
        object.get(name).and_then(Value::as_str).is_some_and(|text| text.contains(part))
    };
    if has("source_branch") || says("web_url", "/merge_requests/") || says("state", "merged") {
        return Found::Merge;
    }
    match () {
        () if has("iid") && object.contains_key("title") => Found::Issue(object),
        () if !has("title") && (has("body") || has("note")) => Found::Note(object),
        () => {
            let message = text(&object, &["message", "error"]).ok().flatten();
            let error = Error::invalid("it is no issue: it has no `iid` and `title`");
            Found::Broken(match message {
                Some(message) => error.because(format!("it says `{message}`")),
                None => error,
            })
        }
    }
}
