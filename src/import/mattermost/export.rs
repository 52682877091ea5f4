//! The lines of a bulk export: `{"type": "post", "post": {…, "replies": [..]}}`.

use serde_json::Value;

use crate::import::fields::{Object, word};

/// What a line says.
pub(super) enum Line<'l> {
    /// A user.
    User(&'l Object),
    /// A post with its replies.
    Post(&'l Object),
    /// Something else of the export.
    Other,
}

impl<'l> Line<'l> {
    /// The line that an object is, if it is one.
    pub(super) fn of(object: &'l Object) -> Option<Self> {
        let kind = word(object, "type")?;
        let inner = |name: &str| object.get(name).and_then(Value::as_object);
        Some(match kind.as_str() {
            "user" => Line::User(inner("user")?),
            "post" | "direct_post" => Line::Post(inner(&kind)?),
            "version" | "team" | "channel" | "direct_channel" | "emoji" | "scheme" | "role"
            | "info"
                if object.contains_key(kind.as_str()) =>
            {
                Line::Other
            }
            _ => return None,
        })
    }
}

/// A post and its replies with what they lack: the export gives no names to posts, so they are
/// called by their place and time.
pub(super) fn posts(post: &Object) -> Vec<Object> {
    let channel = match (word(post, "team"), word(post, "channel")) {
        (Some(team), Some(channel)) => format!("{team}/{channel}"),
        _ => members(post),
    };
    let named = |post: &Object| {
        let (user, at) = (word(post, "user").unwrap_or_default(), word(post, "create_at"));
        format!("{channel}/{}-{user}", at.unwrap_or_default())
    };
    let root = named(post);
    let replies = post.get("replies").and_then(Value::as_array).into_iter().flatten();
    let replies = replies.filter_map(Value::as_object).map(|reply| (reply, Some(root.clone())));
    std::iter::once((post, None))
        .chain(replies)
        .map(|(said, thread)| {
            let mut whole = said.clone();
            whole.remove("replies");
            whole.insert("id".to_owned(), named(said).into());
            whole.insert("channel_id".to_owned(), channel.clone().into());
            whole.entry("channel").or_insert_with(|| word(post, "channel").into());
            if let Some(root) = thread {
                whole.insert("root_id".to_owned(), root.into());
            }
            whole
        })
        .collect()
}

/// The name of a conversation between some.
fn members(post: &Object) -> String {
    let members = post.get("channel_members").and_then(Value::as_array).into_iter().flatten();
    let mut members: Vec<&str> = members.filter_map(Value::as_str).collect();
    members.sort_unstable();
    members.join("+")
}
