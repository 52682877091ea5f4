//! The comments of an issue.

use std::collections::BTreeSet;

use serde_json::Value;

use super::people::{author, is_ours, named};
use crate::domain::draft::Posting;
use crate::domain::event::body_of;
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};
use crate::error::{Error, Result};
use crate::import::fields::{Object, items, some, text, time};

/// The comments of `issue`, oldest first.
///
/// # Errors
/// Exit 4, saying which comment cannot be read and why.
pub(super) fn read(
    issue: &Object,
    reference: &str,
    requester: Option<&Person>,
    since: Option<Timestamp>,
) -> Result<Vec<Posting>> {
    let mut postings = Vec::new();
    let mut last = since;
    for (index, value) in items(issue, "comments").into_iter().enumerate() {
        let Some(comment) = value.as_object() else { continue };
        let cannot =
            |e: Error| Error::invalid(format!("comment {} cannot be read", index + 1)).because(e);
        let mut posting = posting(comment, requester).map_err(cannot)?;
        // Without a time of its own a comment stays where the file has it.
        posting.created_at = posting.created_at.or(last);
        last = posting.created_at;
        postings.push((posting, name(comment)));
    }
    postings.sort_by_key(|(posting, _)| posting.created_at);
    let mut known = BTreeSet::new();
    let refer = |(index, (posting, name)): (usize, (Posting, Option<String>))| {
        let name = name.unwrap_or_else(|| format!("comment-{}", index + 1));
        let reference = format!("{reference}/{name}");
        let new = known.insert(reference.clone());
        new.then_some(Posting { reference: Some(reference), ..posting })
    };
    Ok(postings.into_iter().enumerate().filter_map(refer).collect())
}

fn posting(comment: &Object, requester: Option<&Person>) -> Result<Posting> {
    let author = author(comment).unwrap_or_else(|| named("unknown"));
    let by = match requester {
        _ if is_ours(comment) => By::Us,
        Some(requester) if requester.same(&author) => By::Requester,
        _ => By::Other,
    };
    let body = body_of(&with_files(comment, text(comment, &["body"])?.unwrap_or_default()))?;
    Ok(Posting {
        created_at: time(comment, &["created_at", "createdAt"])?,
        ..Posting::new(MessageKind::Reply, author, by, body)
    })
}

/// A text with the files that Gitea and Forgejo list beside it, whose bytes lie elsewhere.
pub(super) fn with_files(object: &Object, text: String) -> String {
    let file = |file: &Value| {
        let name = file.get("name")?.as_str()?;
        Some(match file.get("browser_download_url").and_then(Value::as_str) {
            Some(url) => format!("- {name}: {url}"),
            None => format!("- {name}"),
        })
    };
    let files: Vec<String> = items(object, "assets").into_iter().filter_map(file).collect();
    if files.is_empty() {
        return text;
    }
    format!("{}\n\nAttachments:\n\n{}", text.trim_end(), files.join("\n"))
}

/// What GitHub calls a comment, the same in REST and GraphQL where the file allows it.
fn name(comment: &Object) -> Option<String> {
    let fragment = |field: &str| Some(comment.get(field)?.as_str()?.rsplit_once('#')?.1.to_owned());
    let number = |field: &str| Some(format!("issuecomment-{}", comment.get(field)?.as_u64()?));
    let text = || some(comment, &["node_id", "id"])?.1.as_str().map(str::to_owned);
    let fit = |name: &String| {
        !name.is_empty() && name.len() <= 100 && name.bytes().all(|c| c.is_ascii_graphic())
    };
    let found = fragment("html_url").or_else(|| fragment("url"));
    found.or_else(|| number("databaseId")).or_else(|| number("id")).or_else(text).filter(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_one_name_in_rest_and_graphql() {
        for (json, expected) in [
            (r#"{"id":7,"node_id":"IC_x"}"#, Some("issuecomment-7")),
            (
                r#"{"id":"IC_x","url":"https://github.com/o/r/issues/1#issuecomment-7"}"#,
                Some("issuecomment-7"),
            ),
            (r#"{"id":"IC_x"}"#, Some("IC_x")),
            (r#"{"id":"no good"}"#, None),
            (r#"{"body":""}"#, None),
        ] {
            let comment: Value = serde_json::from_str(json).unwrap();
            assert_eq!(name(comment.as_object().unwrap()).as_deref(), expected, "{json}");
        }
    }
}
