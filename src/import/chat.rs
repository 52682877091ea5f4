//! Conversations in chats: threads, and what was said in a channel without one.
//!
//! A thread is a ticket. Messages that stand in none are one ticket as long as none of them comes
//! half an hour after the one before: people ask in several lines, and are answered below. A ticket
//! is called by its first message, so that it is the same whatever comes after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::Channel;
use crate::import::record::{Record, Reply};

/// How long it is quiet between two conversations, in milliseconds: 30 minutes.
const QUIET: i64 = 30 * 60 * 1000;

/// A message of a channel.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// What it is called in its channel.
    pub(super) id: String,
    /// What the first message of its thread is called, if it is in one.
    pub(super) thread: Option<String>,
    /// Who wrote it.
    pub(super) author: Option<Person>,
    /// When.
    pub(super) at: Option<Timestamp>,
    /// When it was last edited.
    pub(super) edited: Option<Timestamp>,
    /// What it says, as Markdown.
    pub(super) text: String,
}

/// The conversations of a channel, each called by its first message, oldest first.
pub(super) fn conversations(mut said: Vec<Said>) -> Vec<(String, Vec<Said>)> {
    said.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut known = BTreeSet::new();
    said.retain(|message| known.insert(message.id.clone()));
    let roots: BTreeSet<String> =
        said.iter().filter_map(|message| message.thread.clone()).collect();
    let mut threads: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    let mut loose: Vec<(String, Vec<Said>)> = Vec::new();
    for message in said {
        let own = roots.contains(&message.id).then(|| message.id.clone());
        if let Some(thread) = message.thread.clone().or(own) {
            threads.entry(thread).or_default().push(message);
            continue;
        }
        let last = loose.last().and_then(|(_, group)| group.last()).map(|last| last.at);
        let near = last.is_some_and(|last| match (last, message.at) {
            (Some(last), Some(at)) => at.0 - last.0 < QUIET,
            _ => false,
        });
        match loose.last_mut() {
            Some((_, group)) if near => group.push(message),
            _ => loose.push((message.id.clone(), vec![message])),
        }
    }
    loose.extend(threads);
    loose.sort_by(|a, b| (a.1[0].at, &a.0).cmp(&(b.1[0].at, &b.0)));
    loose
}

/// The ticket that a conversation becomes; its first message is what it is about.
pub(super) fn record(reference: String, said: Vec<Said>) -> Record {
    let lines = || said.iter().flat_map(|message| message.text.lines().take(50).map(line));
    let says = |line: &String| line.chars().any(char::is_alphanumeric) && line != "Attachments:";
    let title = lines().find(says).or_else(|| lines().find(|line| !line.is_empty()));
    let title = title.unwrap_or_default();
    let mut record = Record::new(reference, Channel::Chat, title);
    record.updated = said.iter().filter_map(|message| message.edited.max(message.at)).max();
    let mut messages = said.into_iter();
    if let Some(first) = messages.next() {
        (record.created, record.edited) = (first.at, first.edited);
        record.requester = first.author;
        record.description = Some(first.text);
    }
    record.replies = messages
        .map(|message| {
            let mut reply = Reply::new(message.author, message.at, message.text);
            (reply.name, reply.edited) = (Some(message.id), message.edited);
            reply
        })
        .collect();
    record
}

/// A line of Markdown as a title: without what marks code, quotes and lists, and the addresses of links.
fn line(text: &str) -> String {
    let text = text.trim().trim_start_matches(['`', '>', ' ']).trim_end_matches('`');
    let mut rest = text.strip_prefix("- ").unwrap_or(text);
    let mut line = String::new();
    while let Some((before, address)) = rest.split_once("](") {
        let Some((_, after)) = address.split_once(')') else { break };
        let begins = before.rfind('[');
        line.push_str(&before[..begins.unwrap_or(before.len())]);
        line.push_str(begins.map_or("", |at| &before[at + 1..]));
        rest = after;
    }
    (line + rest).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(id: &str, minute: i64, thread: Option<&str>) -> Said {
        Said {
            id: id.to_owned(),
            thread: thread.map(str::to_owned),
            author: None,
            at: Some(Timestamp(minute * 60_000)),
            edited: None,
            text: format!("say {id}"),
        }
    }

    fn told(said: Vec<Said>) -> Vec<String> {
        let ids =
            |group: Vec<Said>| group.into_iter().map(|it| it.id).collect::<Vec<_>>().join("+");
        conversations(said)
            .into_iter()
            .map(|(name, group)| format!("{name}: {}", ids(group)))
            .collect()
    }

    #[test]
    fn threads_and_what_is_near_in_time_are_conversations() {
        let all = vec![
            said("a", 0, None),
            said("b", 29, None),
            said("c", 60, None),
            said("t", 10, None),
            said("t1", 500, Some("t")),
            said("t1", 500, Some("t")),
            said("x1", 70, Some("x")),
        ];
        let expected = ["a: a+b", "t: t+t1", "c: c", "x: x1"];
        assert_eq!(told(all.clone()), expected);
        let mut turned = all;
        turned.reverse();
        turned.push(said("d", 80, None));
        assert_eq!(told(turned), ["a: a+b", "t: t+t1", "c: c+d", "x: x1"]);
    }

    #[test]
    fn a_title_is_a_line_without_marks() {
        for (text, expected) in [
            ("see [this](http://x.example) and [that](http://y)", "see this and that"),
            ("```{\"a\": 1}```", "{\"a\": 1}"),
            ("[x] done", "[x] done"),
            ("[a:b] [3 new](http://c) by d", "[a:b] 3 new by d"),
            ("- [f.png](http://c)", "f.png"),
            ("a](b", "a](b"),
        ] {
            assert_eq!(line(text), expected);
        }
    }
}
