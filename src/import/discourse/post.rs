//! A post into a message.

use std::collections::BTreeMap;

use chrono_tz::UTC;
use serde_json::Value;

use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};
use crate::import::fields::{Object, claim, word};
use crate::import::markup::markdown;
use crate::import::record::Reply;
use crate::import::times::moment;

/// Is an object a post?
pub(super) fn is_one(object: &Object) -> bool {
    ["post_number", "topic_id"].iter().all(|key| object.contains_key(*key))
}

/// Its number in the topic.
pub(super) fn number(post: &Object) -> u64 {
    let number = |name: &str| post.get(name).and_then(Value::as_u64);
    number("post_number").or_else(|| number("id")).unwrap_or_default()
}

/// Why a post is no message, if so; an entry of the log is not even worth to be counted.
pub(super) fn no_message(post: &Object) -> Option<&'static str> {
    let text = ["raw", "cooked"].iter().any(|name| word(post, name).is_some());
    if word(post, "post_type").as_deref() == Some("3") {
        Some("")
    } else if word(post, "deleted_at").is_some() {
        Some("deleted posts")
    } else if claim(post, "hidden") == Some(true) || claim(post, "cooked_hidden") == Some(true) {
        Some("hidden posts")
    } else if text {
        None
    } else {
        Some("posts without a text")
    }
}

/// Who wrote it.
pub(super) fn author(post: &Object) -> Option<Person> {
    let named = || word(post, "name").or_else(|| word(post, "display_username"));
    let name = word(post, "username").or_else(named)?;
    Some(Person { name: Some(name), email: None })
}

/// Was it written by one of those whose forum it is?
pub(super) fn is_ours(post: &Object) -> bool {
    ["staff", "admin", "moderator"].iter().any(|name| claim(post, name) == Some(true))
}

/// Its text: what was typed where that is there, else what it was made into.
pub(super) fn body(post: &Object, base: Option<&str>) -> String {
    word(post, "raw").unwrap_or_else(|| cooked(&word(post, "cooked").unwrap_or_default(), base))
}

/// HTML as Discourse makes it: pictures of faces and smileys are no content, addresses on the site
/// itself name no site.
fn cooked(html: &str, base: Option<&str>) -> String {
    let mut text = pictures(html);
    if let Some(base) = base {
        for name in ["href", "src"] {
            let own = format!("{name}=\"/");
            let kept = format!("{own}/");
            text = text
                .replace(&kept, "\u{0}")
                .replace(&own, &format!("{name}=\"{base}/"))
                .replace('\u{0}', &kept);
        }
    }
    markdown(&text)
}

/// Without pictures of faces, and with the names of smileys.
fn pictures(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img ") {
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        let image = &rest[at..end];
        text.push_str(&rest[..at]);
        let of = |name: &str| image.split_once(name).and_then(|(_, rest)| rest.split('"').next());
        let class = of("class=\"").unwrap_or_default();
        let is = |word: &str| class.split(' ').any(|part| part == word);
        if is("emoji") {
            text.push_str(of("title=\"").or_else(|| of("alt=\"")).unwrap_or_default());
        } else if !is("avatar") && !is("site-icon") {
            text.push_str(image);
        }
        rest = &rest[end..];
    }
    text.push_str(rest);
    text
}

/// The message that a post becomes.
pub(super) fn reply(post: &Object, posts: &BTreeMap<u64, Object>, base: Option<&str>) -> Reply {
    let mut text = body(post, base);
    let number = number(post);
    let answers = post.get("reply_to_post_number").and_then(Value::as_u64);
    if let Some(answers) = answers.filter(|answers| *answers > 1 && answers + 1 != number) {
        let whom = posts.get(&answers).and_then(author);
        let whom = whom.map(|whom| format!(" by {}", whom.short())).unwrap_or_default();
        text = format!("_In reply to #{answers}{whom}:_\n\n{text}");
    }
    let mut reply = Reply::new(author(post), created(post), text);
    reply.name = Some(format!("post-{number}"));
    reply.edited = edited(post);
    reply.by = is_ours(post).then_some(By::Us);
    if word(post, "post_type").as_deref() == Some("4") {
        reply.kind = MessageKind::Note;
    }
    reply
}

/// When it was written.
pub(super) fn created(post: &Object) -> Option<Timestamp> {
    moment(&word(post, "created_at")?, UTC)
}

/// When it was last edited, if it was.
pub(super) fn edited(post: &Object) -> Option<Timestamp> {
    let again = post.get("version").and_then(Value::as_u64).is_none_or(|version| version > 1);
    let at = moment(&word(post, "updated_at")?, UTC)?;
    let later = created(post).is_none_or(|created| at.0 > created.0 + 1000);
    (again && later).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_say_nothing_go_and_addresses_get_their_site() {
        let html = "<p>a <img src=\"/e.png\" class=\"emoji only\" title=\":smile:\" alt=\":)\"> \
            <img width=\"20\" class=\"avatar\" src=\"x\"><a href=\"/t/5\">b</a> \
            <a href=\"//cdn.example/y\">c</a> <img src=\"/up.png\"> <img";
        let text = cooked(html, Some("https://f.example"));
        for part in [
            ":smile:",
            "[b](https://f.example/t/5)",
            "[c](//cdn.example/y)",
            "https://f.example/up.png",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("e.png") && !text.contains("(x)"), "{text}");
    }
}
