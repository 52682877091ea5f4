//! What the users and channels of an export are called.

use std::collections::HashMap;

use serde_json::Value;

use super::person;
use crate::domain::person::Person;
use crate::error::Result;
use crate::import::fields::{Object, word};
use crate::import::roster::Roster;
use crate::import::{Source, json};

/// Files of an export that hold no messages.
const OTHER: [&str; 8] = [
    "integration_logs.json",
    "canvases.json",
    "lists.json",
    "huddle_transcripts.json",
    "file_conversations.json",
    "files.json",
    "workspace.json",
    "emoji.json",
];
/// Files that name users.
const USERS: [&str; 2] = ["users.json", "org_users.json"];
/// Files that name channels.
const CHANNELS: [&str; 4] = ["channels.json", "groups.json", "dms.json", "mpims.json"];

/// The names in an export.
#[derive(Default)]
pub(super) struct Names {
    users: Roster,
    /// How users are called when they are spoken to.
    called: HashMap<String, String>,
    /// Names by number, and numbers by name.
    channels: HashMap<String, String>,
    ids: HashMap<String, String>,
}

impl Names {
    /// Reads a file of names; false when it is one of messages.
    ///
    /// # Errors
    /// Those of [`json::each`].
    pub(super) fn read(&mut self, source: &Source) -> Result<bool> {
        let name = source.file_name();
        if OTHER.contains(&name) {
            return Ok(true);
        }
        let (users, channels) = (USERS.contains(&name), CHANNELS.contains(&name));
        if users || channels {
            json::each(source, &mut |value| {
                match value.as_object() {
                    Some(object) if users => self.user(object),
                    Some(object) => self.channel(object),
                    None => {}
                }
                Ok(())
            })?;
        }
        Ok(users || channels)
    }

    fn user(&mut self, user: &Object) {
        let Some(id) = word(user, "id") else { return };
        let shown = user.get("profile").and_then(|profile| profile.get("display_name"));
        let shown = shown.and_then(Value::as_str).filter(|name| !name.is_empty());
        let called = shown.map(ToOwned::to_owned).or_else(|| word(user, "name"));
        self.called.extend(called.map(|called| (id.clone(), called)));
        self.users.add(id, person(user), None);
    }

    fn channel(&mut self, channel: &Object) {
        let Some(id) = word(channel, "id") else { return };
        let name = word(channel, "name");
        self.ids.insert(id.clone(), id.clone());
        if let Some(name) = name {
            self.ids.insert(name.clone(), id.clone());
            self.channels.insert(id, name);
        }
    }

    /// The number of a channel that is called by it or by its name.
    pub(super) fn id<'n>(&'n self, channel: &'n str) -> &'n str {
        self.ids.get(channel).map_or(channel, String::as_str)
    }

    /// The name of a channel by its number.
    pub(super) fn channel_name(&self, id: &str) -> Option<&str> {
        self.channels.get(id).map(String::as_str)
    }

    /// Whom a message is from.
    pub(super) fn author(&self, id: &str) -> Person {
        let slackbot = || (id == "USLACKBOT").then_some("Slackbot");
        let name = || Person { name: Some(slackbot().unwrap_or(id).to_owned()), email: None };
        self.users.get(id).map_or_else(name, |member| member.person.clone())
    }

    /// How somebody is spoken to.
    pub(super) fn called<'n>(&'n self, id: &'n str) -> &'n str {
        self.called.get(id).map_or(id, String::as_str)
    }
}
