//! Discourse topics: `/t/ID.json`, batches of posts, and lists of topics, which have no bodies.
//!
//! A topic and its posts may stand in several files, so a place is read twice: categories, people
//! and loose posts first, then the topics one at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::auto::Sample;
use super::fields::{Object, word};
use super::lists::{self, Found, Shape};
use super::{Item, Options, Place, Sink, Source, each, give};
use crate::error::{Error, Result};
use crate::view::Rejected;
use topic::Topic;

mod post;
#[cfg(test)]
mod tests;
mod topic;

const BESIDE: Shape = Shape {
    lists: &["users", "categories", "latest_posts"],
    inside: &["response", "topic_list", "category_list"],
    skip: &["topics", "suggested_topics", "related_topics", "details"],
};
const TOPICS: Shape = Shape {
    lists: &["topics"],
    inside: &["response", "topic_list"],
    skip: &["users", "categories", "latest_posts", "suggested_topics", "related_topics"],
};

/// What topics refer to, and the posts that stand without one.
#[derive(Default)]
struct Beside {
    users: HashMap<String, String>,
    categories: HashMap<String, String>,
    /// By topic and by number there.
    posts: BTreeMap<u64, BTreeMap<u64, Object>>,
}

/// Reads the files of a place.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken, exit 3 when there are no topics.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let place = place.only(|source| !place.many || source.ends_in(&["json", "jsonl", "ndjson"]));
    if place.sources.is_empty() {
        return Err(Error::not_found(format!("no .json file in {}", place.name)));
    }
    let mut reader =
        Reader { options, beside: Beside::default(), whole: HashSet::new(), short: Vec::new() };
    for source in &place.sources {
        reader.look(source)?;
    }
    each(&place, sink, |source, sink| {
        let mut any = false;
        lists::each(source, &TOPICS, &mut |found| {
            any |= reader.record(found, sink)?;
            Ok(())
        })?;
        let error = || Error::not_found(format!("{} holds no Discourse topics", source.name()));
        if any {
            Ok(())
        } else {
            Err(error().hint("what /t/ID.json or /latest.json answers is read"))
        }
    })?;
    reader.rest(sink)
}

/// Does a sample look like Discourse's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    sample
        .keys
        .iter()
        .any(|key| key.ends_with("topic_list.topics") || key.ends_with("post_stream.posts"))
        || sample.objects_have(&["post_stream", "id"])
        || sample.has(&["latest_posts[].topic_id"])
        || sample.objects_have(&["fancy_title", "posts_count", "slug"])
        || sample.objects_have(&["cooked", "post_number", "topic_id"])
}

/// A place while it is read.
struct Reader<'o> {
    options: &'o Options,
    beside: Beside,
    /// Topics that came with posts of their own, or with those beside them.
    whole: HashSet<u64>,
    /// Topics of which posts are missing: how many are there, how many there should be.
    short: Vec<(u64, usize, u64)>,
}

impl Reader<'_> {
    /// Gathers what topics refer to.
    fn look(&mut self, source: &Source) -> Result<()> {
        let beside = &mut self.beside;
        lists::each(source, &BESIDE, &mut |found| {
            let Ok(Value::Object(mut object)) = found.value else { return Ok(()) };
            match found.list {
                "users" => beside.users.extend(word(&object, "id").zip(word(&object, "username"))),
                "categories" => {
                    beside.categories.extend(word(&object, "id").zip(word(&object, "name")));
                }
                "latest_posts" => beside.post(object),
                _ if topic::is_one(&object) => {}
                _ if post::is_one(&object) => beside.post(object),
                _ => {
                    let stream = object.get_mut("post_stream").map(Value::take);
                    let mut around =
                        if let Some(Value::Object(stream)) = stream { stream } else { object };
                    let posts = around.get_mut("posts").map(Value::take);
                    let posts =
                        if let Some(Value::Array(posts)) = posts { posts } else { Vec::new() };
                    for post in posts {
                        if let Value::Object(post) = post {
                            beside.post(post);
                        }
                    }
                }
            }
            Ok(())
        })
    }

    /// Hands a record over; true when the file is one of Discourse's because of it.
    fn record(&mut self, found: Found<'_>, sink: &mut Sink<'_>) -> Result<bool> {
        let reject = |reason: &str| {
            let reason = reason.to_owned();
            Item::Rejected(Rejected { place: found.place.clone(), reason })
        };
        let object = match found.value {
            Ok(Value::Object(object)) => object,
            Ok(_) => return sink(reject("it is no topic")).map(|()| !found.list.is_empty()),
            Err(e) => return sink(reject(&e.to_string())).map(|()| false),
        };
        if found.list.is_empty() && !topic::is_one(&object) {
            let known = ["post_stream", "per_page", "can_create_topic", "category_list", "cooked"];
            return Ok(known.iter().any(|key| object.contains_key(*key)));
        }
        let Some(id) = object.get("id").and_then(Value::as_u64) else {
            return sink(reject("it has no `id`")).map(|()| true);
        };
        if word(&object, "deleted_at").is_some() {
            return sink(Item::Skipped("deleted topics".to_owned())).map(|()| true);
        }
        let topic = self.topic(id, &object);
        let dropped = topic.dropped();
        dropped.into_iter().try_for_each(|why| sink(Item::Skipped(why.to_owned())))?;
        let draft = topic.draft(&self.beside.users, &self.beside.categories, self.options);
        give(draft, || found.place, sink)?;
        Ok(true)
    }

    /// A topic with its posts and those beside it.
    fn topic(&mut self, id: u64, object: &Object) -> Topic {
        let own = object.get("post_stream").and_then(|stream| stream.get("posts"));
        let own = own.or_else(|| object.get("posts")).and_then(Value::as_array);
        let mut posts = self.beside.posts.get(&id).cloned().unwrap_or_default();
        for post in own.into_iter().flatten().filter_map(Value::as_object) {
            posts.insert(post::number(post), post.clone());
        }
        if own.is_some() || !posts.is_empty() {
            self.whole.insert(id);
            let declared = object.get("posts_count").and_then(Value::as_u64).unwrap_or_default();
            let stream =
                object.get("post_stream").and_then(|it| it.get("stream")).and_then(Value::as_array);
            let all = declared.max(stream.map_or(0, |ids| ids.len() as u64));
            if (posts.len() as u64) < all {
                self.short.push((id, posts.len(), all));
            }
        }
        Topic { id, head: object.clone(), posts }
    }

    /// Hands over the posts whose topic did not come, and says what is missing.
    fn rest(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        for (id, posts) in std::mem::take(&mut self.beside.posts) {
            if !self.whole.contains(&id) {
                let topic = Topic { id, head: Object::new(), posts };
                let dropped = topic.dropped();
                dropped.into_iter().try_for_each(|why| sink(Item::Skipped(why.to_owned())))?;
                let draft = topic.draft(&self.beside.users, &self.beside.categories, self.options);
                give(draft, || format!("topic {id}"), sink)?;
            }
        }
        let Some((id, there, all)) = self.short.first() else { return Ok(()) };
        let others = match self.short.len() - 1 {
            0 => String::new(),
            1 => ", and so it is with 1 more topic".to_owned(),
            n => format!(", and so it is with {n} more topics"),
        };
        sink(Item::Note(format!(
            "only {there} of the {all} posts of topic {id} are in the file{others}; \
             /t/{id}.json?print=true or /t/{id}/posts.json answers with the others"
        )))
    }
}

impl Beside {
    fn post(&mut self, post: Object) {
        if let Some(topic) = post.get("topic_id").and_then(Value::as_u64) {
            self.posts.entry(topic).or_default().insert(post::number(&post), post);
        }
    }
}
