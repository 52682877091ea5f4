//! Finds the issues in JSON of any of GitHub's shapes, holding one of them at a time.
//!
//! Objects and lists that are known to lead to issues are walked as they are read; of an issue only
//! the fields that matter are kept, everything else is passed over.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::kinds::{Inside, Spot, What};
use super::names;
use super::reading::Reading;
use crate::import::fields::Object;

/// What leads to issues.
const PATHS: &[&str] = &[
    "data",
    "repository",
    "repo",
    "organization",
    "viewer",
    "repositories",
    "search",
    "issues",
    "issue",
    "items",
    "nodes",
    "edges",
    "node",
    "results",
    "assigned",
    "mentioned",
    "authored",
    "open_issues",
    "closed_issues",
    "openIssues",
    "closedIssues",
];
/// What leads to pull requests.
const PULLS: &[&str] = &["pulls", "pullRequests", "pull_requests", "prs"];
/// What is kept of an issue, a comment, or the object around them.
const FIELDS: &[&str] = &[
    "number",
    "title",
    "body",
    "state",
    "closed",
    "state_reason",
    "stateReason",
    "user",
    "author",
    "labels",
    "assignee",
    "assignees",
    "milestone",
    "comments",
    "created_at",
    "createdAt",
    "updated_at",
    "updatedAt",
    "closed_at",
    "closedAt",
    "author_association",
    "authorAssociation",
    "html_url",
    "url",
    "repository_url",
    "issue_url",
    "id",
    "node_id",
    "original_author",
    "due_date",
    "assets",
    "pull_request",
    "isPullRequest",
    "__typename",
    "nameWithOwner",
    "full_name",
    "owner",
    "name",
    "message",
    "errors",
];

/// A value on the way to issues. It gives the name of a repository if it is one or names one.
pub(super) struct Walk<'w, 'g> {
    pub(super) reading: &'w mut Reading<'g>,
    /// It is in a list, or nothing is around it.
    pub(super) listed: bool,
    /// It is where pull requests are.
    pub(super) pull: bool,
}

impl Walk<'_, '_> {
    fn scalar<E: serde::de::Error>(self, null: bool) -> std::result::Result<Option<String>, E> {
        if self.listed {
            let what = if null { What::Nothing } else { What::Other(None) };
            let given = self.reading.record(what, None);
            self.reading.stop(given)?;
        }
        Ok(None)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        from: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("issues")
    }

    fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<Self::Value, E> {
        self.scalar(true)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> std::result::Result<Self::Value, E> {
        self.scalar(false)
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> std::result::Result<Self::Value, E> {
        self.scalar(false)
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> std::result::Result<Self::Value, E> {
        self.scalar(false)
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> std::result::Result<Self::Value, E> {
        self.scalar(false)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Self::Value, E> {
        if self.listed { self.scalar(false) } else { Ok(names::repo(text)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(
        self,
        mut list: A,
    ) -> std::result::Result<Self::Value, A::Error> {
        let Walk { reading, pull, .. } = self;
        reading.steps += 1;
        let mut empty = true;
        while list.next_element_seed(Walk { reading, listed: true, pull })?.is_some() {
            empty = false;
        }
        reading.any |= empty;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut map: A,
    ) -> std::result::Result<Self::Value, A::Error> {
        let Walk { reading, listed, pull } = self;
        reading.begin();
        let (mut object, mut inside, before) = (Object::new(), Inside::Nothing, reading.steps);
        while let Some(key) = map.next_key::<String>()? {
            let pulls = PULLS.contains(&key.as_str());
            inside = if inside == Inside::Path { inside } else { Inside::Fields };
            if pulls || PATHS.contains(&key.as_str()) {
                inside = Inside::Path;
                let walk = Walk { reading, listed: false, pull: pull || pulls };
                let name = map.next_value_seed(walk)?;
                if matches!(key.as_str(), "repo" | "repository") {
                    reading.name(name);
                }
            } else if FIELDS.contains(&key.as_str()) {
                object.insert(key, map.next_value()?);
                reading.name(names::of_object(&object));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        inside = if reading.steps > before { Inside::Issues } else { inside };
        let named = reading.end(object, &Spot { listed, pull, inside });
        reading.stop(named)
    }
}
