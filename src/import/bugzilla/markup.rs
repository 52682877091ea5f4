//! Bugs as `show_bug.cgi?ctype=xml` gives them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::bug::{Bug, Comment, File};
use super::{Found, nothing};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::error::{Error, Result};
use crate::import::fields::somebody;
use crate::import::xml::{self, Element};
use crate::import::{Options, Source, times, words};

/// Goes through the bugs of a file.
///
/// # Errors
/// Whatever `give` returns; exit 3 when it is other XML, exit 4 when it is broken.
pub(super) fn walk(
    source: &Source,
    options: &Options,
    give: &mut dyn FnMut(Found) -> Result<()>,
) -> Result<()> {
    let (text, guessed) = source.text()?;
    let text = cleaned(text);
    let broken = |e: Error| Error::invalid(format!("{} is broken", source.name())).because(e);
    let root = xml::root(&text).map_err(broken)?;
    if root.name != "bugzilla" {
        return Err(nothing(source));
    }
    let base = root.attribute("urlbase").filter(|base| base.starts_with("http"));
    let base = base.map(ToOwned::to_owned).or_else(|| options.base.clone());
    let (mut count, mut stopped) = (0, false);
    let read = xml::each(&text, &["bug"], &mut |element| {
        count += 1;
        let found = match element.attribute("error") {
            Some(_) => Found::Skipped("bugs that Bugzilla did not show"),
            None => match bug(&element, base.as_ref(), options) {
                Ok(bug) => Found::Bug(Box::new(bug)),
                Err(e) => Found::Broken(format!("{}, bug {count} of the file", source.name()), e),
            },
        };
        give(found).inspect_err(|_| stopped = true)
    });
    read.map_err(|e| if stopped { e } else { broken(e) })?;
    if guessed {
        give(Found::Note(format!("{} is not UTF-8; it is read as Windows-1252", source.name())))?;
    }
    Ok(())
}

/// Without the control characters that no XML may hold.
fn cleaned(text: String) -> String {
    let wrong = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}');
    if text.contains(wrong) { text.replace(wrong, "") } else { text }
}

fn bug(element: &Element, base: Option<&String>, options: &Options) -> Result<Bug> {
    let text = |name: &str| element.text_of(name);
    let all = |name: &'static str| element.all(name).map(Element::text).collect::<Vec<_>>();
    let at = |name: &str| moment(element, name, options);
    let id = text("bug_id").ok_or_else(|| Error::invalid("it has no number"))?;
    let files = element.all("attachment").map(|it| file(it, options));
    let fields = [
        ("product", "product"),
        ("component", "component"),
        ("version", "version"),
        ("milestone", "target_milestone"),
        ("whiteboard", "status_whiteboard"),
        ("see", "bug_file_loc"),
    ];
    let keywords = text("keywords").unwrap_or_default();
    Ok(Bug {
        id,
        summary: text("short_desc"),
        status: text("bug_status"),
        resolution: text("resolution"),
        priority: text("priority"),
        severity: text("bug_severity"),
        reporter: element.first("reporter").and_then(person),
        assignee: element.first("assigned_to").and_then(person),
        created: at("creation_ts")?,
        updated: at("delta_ts")?,
        closed: at("cf_last_resolved")?,
        due: at("deadline")?,
        keywords: keywords.split(',').map(ToOwned::to_owned).collect(),
        fields: fields.map(|(ours, name)| (ours, text(name).unwrap_or_default())).into(),
        blocks: all("blocked"),
        depends_on: all("dependson"),
        dupe_of: text("dup_id"),
        comments: Some(
            element.all("long_desc").map(|it| comment(it, options)).collect::<Result<_>>()?,
        ),
        files: files.collect::<Result<_>>()?,
        base: base.cloned(),
        silent: Vec::new(),
    })
}

fn moment(element: &Element, name: &str, options: &Options) -> Result<Option<Timestamp>> {
    let Some(text) = element.text_of(name).filter(|text| !words::is_nothing(text)) else {
        return Ok(None);
    };
    let time = times::moment(&text, options.zone);
    time.map(Some).ok_or_else(|| Error::invalid(format!("`{name}` is not a time: `{text}`")))
}

/// Somebody: an address, or what of one is shown to strangers, with a name beside it.
fn person(element: &Element) -> Option<Person> {
    let text = element.text();
    let known = somebody(Some(&text))?;
    let name = element.attribute("name").filter(|name| !name.trim().is_empty());
    match (name, &known.email) {
        (Some(name), Some(_)) => Person::new(Some(name), Some(&text)),
        (Some(name), None) => Person::new(Some(name), None),
        (None, _) => Some(known),
    }
}

fn is_set(element: &Element, name: &str) -> bool {
    element.attribute(name).is_some_and(|value| value == "1")
}

fn comment(element: &Element, options: &Options) -> Result<Comment> {
    let count = element.text_of("comment_count");
    Ok(Comment {
        name: element.text_of("commentid").map(|id| format!("comment-{id}")),
        first: count.map(|count| count == "0"),
        author: element.first("who").and_then(person),
        at: moment(element, "bug_when", options)?,
        text: element.first("thetext").map(Element::text).unwrap_or_default(),
        private: is_set(element, "isprivate"),
        attachment: element.text_of("attachid"),
        ..Comment::default()
    })
}

fn file(element: &Element, options: &Options) -> Result<File> {
    let data = element.first("data").filter(|data| data.attribute("encoding") != Some("none"));
    let bytes = data.and_then(|data| {
        let text: String = data.text().split_ascii_whitespace().collect();
        STANDARD.decode(text).ok()
    });
    Ok(File {
        id: element.text_of("attachid").unwrap_or_default(),
        name: element.text_of("filename").unwrap_or_default(),
        about: element.text_of("desc").unwrap_or_default(),
        author: element.first("attacher").and_then(person),
        at: moment(element, "date", options)?,
        private: is_set(element, "isprivate"),
        bytes: bytes.filter(|bytes| !bytes.is_empty()),
    })
}
