//! A topic into a draft.

use std::collections::{BTreeMap, HashMap};

use chrono_tz::UTC;
use serde_json::Value;

use super::post;
use crate::domain::draft::{Draft, Says};
use crate::domain::ids::Timestamp;
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, Resolution, Status};
use crate::error::Result;
use crate::import::Options;
use crate::import::fields::{Object, claim, word};
use crate::import::markup::plain;
use crate::import::record::Record;
use crate::import::times::moment;

/// A topic and its posts by number.
pub(super) struct Topic {
    pub(super) id: u64,
    /// What is said of it; nothing where only posts of it are there.
    pub(super) head: Object,
    pub(super) posts: BTreeMap<u64, Object>,
}

/// Is an object a topic?
pub(super) fn is_one(object: &Object) -> bool {
    let has = |key: &str| object.contains_key(key);
    has("id")
        && (has("title") || has("fancy_title"))
        && (has("posts_count") || has("post_stream") || has("slug"))
}

impl Topic {
    /// Why posts are no messages.
    pub(super) fn dropped(&self) -> Vec<&'static str> {
        self.posts.values().filter_map(post::no_message).filter(|why| !why.is_empty()).collect()
    }

    /// The draft of it.
    ///
    /// # Errors
    /// Exit 4, saying what cannot be kept.
    pub(super) fn draft(
        &self,
        users: &HashMap<String, String>,
        categories: &HashMap<String, String>,
        options: &Options,
    ) -> Result<Draft> {
        let title = self.title();
        let mut record = Record::new(format!("discourse:{}", self.id), Channel::Forum, title);
        let time = |name: &str| word(&self.head, name).and_then(|at| moment(&at, UTC));
        record.created = time("created_at").or_else(|| post::created(self.posts.get(&1)?));
        record.updated = time("last_posted_at").or_else(|| time("bumped_at"));
        record.url = options.base.as_ref().map(|base| self.url(base));
        record.requester = self.requester(users);
        self.label(&mut record, categories);
        self.standing(&mut record);
        self.conversation(&mut record, options.base.as_deref());
        self.silent(&mut record);
        record.draft()
    }

    fn slug(&self) -> Option<String> {
        let of_post = || word(self.posts.values().next()?, "topic_slug");
        word(&self.head, "slug").or_else(of_post).filter(|slug| slug != "topic")
    }

    fn title(&self) -> String {
        let fancy = || word(&self.head, "fancy_title").map(|title| plain(&title));
        let of_post = || word(self.posts.values().next()?, "topic_title");
        let slug = || self.slug().map(|slug| slug.replace('-', " "));
        let title = word(&self.head, "title").or_else(fancy).or_else(of_post).or_else(slug);
        title.unwrap_or_else(|| format!("Topic {}", self.id))
    }

    fn url(&self, base: &str) -> String {
        let slug = self.slug().map(|slug| format!("{slug}/")).unwrap_or_default();
        format!("{base}/t/{slug}{}", self.id)
    }

    /// Who began it: the first post says it, or what is said of the topic.
    fn requester(&self, users: &HashMap<String, String>) -> Option<Person> {
        let named = |name: String| Some(Person { name: Some(name), email: None });
        let first = self.posts.get(&1).and_then(post::author);
        let details = || {
            let creator = self.head.get("details")?.get("created_by")?.as_object()?;
            word(creator, "username").and_then(named)
        };
        let poster = || {
            let posters = self.head.get("posters")?.as_array()?;
            let original = |poster: &&Object| {
                word(poster, "description").is_some_and(|text| text.contains("Original"))
            };
            let objects = || posters.iter().filter_map(Value::as_object);
            let poster = objects().find(original).or_else(|| objects().next())?;
            let user = || word(poster.get("user")?.as_object()?, "username");
            users.get(&word(poster, "user_id")?).cloned().or_else(user).and_then(named)
        };
        let id = || users.get(&word(&self.head, "user_id")?).cloned().and_then(named);
        first.or_else(details).or_else(poster).or_else(id)
    }

    /// Tags, and the category where its name is known.
    fn label(&self, record: &mut Record, categories: &HashMap<String, String>) {
        let tags = self.head.get("tags").and_then(Value::as_array).into_iter().flatten();
        let tag =
            |tag: &Value| tag.as_str().or_else(|| tag.get("name")?.as_str()).map(ToOwned::to_owned);
        record.labels = tags.filter_map(tag).collect();
        let Some(id) = word(&self.head, "category_id") else { return };
        match categories.get(&id) {
            Some(name) => record.labels.push(name.clone()),
            None => record.field("category", &id),
        }
    }

    /// Was a post accepted as the answer, and which, if it is there?
    fn accepted(&self) -> (bool, Option<&Object>) {
        let said = |value: &Value| value.get("post_number").and_then(Value::as_u64);
        let list = || self.head.get("accepted_answers")?.as_array()?.first();
        let answer = self.head.get("accepted_answer").filter(|it| !it.is_null()).or_else(list);
        if let Some(number) = answer.and_then(said) {
            return (true, self.posts.get(&number));
        }
        let marked = |post: &&Object| claim(post, "accepted_answer") == Some(true);
        let flagged = claim(&self.head, "has_accepted_answer") == Some(true);
        let post = self.posts.values().find(marked);
        (flagged || post.is_some(), post)
    }

    fn standing(&self, record: &mut Record) {
        let is = |name: &str| claim(&self.head, name) == Some(true);
        if let (true, answer) = self.accepted() {
            (record.status, record.resolution) = (Status::Closed, Some(Resolution::Answered));
            record.closed = answer.and_then(post::created);
        } else if is("closed") || is("archived") {
            record.status = Status::Closed;
            record.closed = self.closed_at();
        }
    }

    /// When the log says that it was closed last.
    fn closed_at(&self) -> Option<Timestamp> {
        let action = |post: &&Object| {
            let code = word(post, "action_code").unwrap_or_default();
            matches!(code.as_str(), "closed.enabled" | "autoclosed.enabled" | "archived.enabled")
        };
        self.posts.values().rev().find(action).and_then(post::created)
    }

    fn conversation(&self, record: &mut Record, base: Option<&str>) {
        let mut said = self.posts.iter().filter(|(_, post)| post::no_message(post).is_none());
        let first = self.posts.get(&1).filter(|post| post::no_message(post).is_none());
        let whisper = |post: &&Object| word(post, "post_type").as_deref() == Some("4");
        record.description = Some(String::new());
        if let Some(first) = first.filter(|post| !whisper(post)) {
            said.next();
            record.description = Some(post::body(first, base));
            record.edited = post::edited(first);
            record.by = if post::is_ours(first) { By::Us } else { By::Requester };
        }
        record.replies = said.map(|(_, post)| post::reply(post, &self.posts, base)).collect();
    }

    /// What the source says nothing about.
    fn silent(&self, record: &mut Record) {
        if self.head.is_empty() {
            let described = self.posts.contains_key(&1);
            let other = [
                "title", "status", "labels", "priority", "fields", "assignee", "links", "due",
                "snoozed",
            ];
            record.says = Says::ALL.without(other);
            if !described {
                record.says = Says::NOTHING;
            }
        } else if !self.posts.contains_key(&1) {
            record.says = record.says.without(["description"]);
            if record.requester.is_none() {
                record.says = record.says.without(["requester"]);
            }
        }
        if !self.head.contains_key("tags") {
            record.says = record.says.without(["labels"]);
        }
    }
}
