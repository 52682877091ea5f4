//! Tools that are known by the columns of their tables, and what is special about each.

use super::plan::Field;
use crate::import::headers::alike;

/// A tool that wrote a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Linear,
    ClickUp,
    Asana,
    Trello,
    Gitlab,
    OsTicket,
    ServiceNow,
    Bugzilla,
    Trac,
    Tix,
}

/// The columns by which tools are known: all of them must be there.
const SIGNS: &[(Tool, &[&str])] = &[
    (Tool::Linear, &["team", "title", "cycle number"]),
    (Tool::Linear, &["team", "title", "estimate", "project id"]),
    (Tool::ClickUp, &["task id", "task name", "task content"]),
    (Tool::ClickUp, &["task id", "task name", "space name"]),
    (Tool::Asana, &["task id", "name", "section/column"]),
    (Tool::Trello, &["card id", "card name"]),
    (Tool::Gitlab, &["title", "issue id", "author username"]),
    (Tool::OsTicket, &["ticket number", "subject", "help topic"]),
    (Tool::OsTicket, &["ticket number", "subject", "department"]),
    (Tool::OsTicket, &["subject", "comment1"]),
    (Tool::ServiceNow, &["short description", "number"]),
    (Tool::ServiceNow, &["short description", "sys id"]),
    (Tool::Bugzilla, &["bug id", "short desc"]),
    (Tool::Trac, &["summary", "owner", "reporter", "milestone"]),
    (Tool::Trac, &["ticket", "summary", "owner", "milestone"]),
    (Tool::Tix, &["id", "status", "priority", "title", "customer", "updated at"]),
    (Tool::Tix, &["id", "uid", "title", "status", "turn"]),
];

/// Columns that mean something else in a tool than their names say elsewhere.
const COLUMNS: &[(Tool, &[(&str, Field)])] = &[
    (
        Tool::Linear,
        &[
            ("creator", Field::Requester),
            ("completed", Field::Closed),
            ("canceled", Field::Closed),
            ("duplicate of", Field::DuplicateOf),
            ("parent issue", Field::Parent),
            ("project id", Field::Ignore),
            ("project milestone id", Field::Ignore),
            ("uuid", Field::Ignore),
            ("archived", Field::Ignore),
            ("time in status (minutes)", Field::Ignore),
        ],
    ),
    (
        Tool::ClickUp,
        &[
            ("task content", Field::Description),
            ("date created", Field::Created),
            ("date created text", Field::Ignore),
            ("due date text", Field::Ignore),
            ("start date text", Field::Ignore),
            ("time estimated text", Field::Ignore),
            ("assigned comments", Field::Ignore),
            ("time spent", Field::Ignore),
            ("time spent text", Field::Ignore),
            ("rolled up time", Field::Ignore),
            ("rolled up time text", Field::Ignore),
            ("parent id", Field::Parent),
            ("checklists", Field::Checklists),
            ("attachments", Field::Files),
            ("comments", Field::Comment),
        ],
    ),
    (
        Tool::Asana,
        &[
            ("name", Field::Title),
            ("notes", Field::Description),
            ("section/column", Field::Section),
            ("status", Field::Status),
            ("completed at", Field::Closed),
            ("parent task", Field::ParentName),
        ],
    ),
    (
        Tool::Trello,
        &[
            ("list name", Field::Section),
            ("archived", Field::Archived),
            ("due complete", Field::Ticked),
            ("attachment links", Field::Files),
            ("list id", Field::Ignore),
            ("board id", Field::Ignore),
            ("attachment count", Field::Ignore),
            ("checklist item total count", Field::Ignore),
            ("checklist item completed count", Field::Ignore),
            ("vote count", Field::Ignore),
            ("comment count", Field::Ignore),
            ("due reminder", Field::Ignore),
        ],
    ),
    (Tool::Gitlab, &[("author", Field::Requester), ("url", Field::Url)]),
    (
        Tool::OsTicket,
        &[
            ("from", Field::Requester),
            ("from email", Field::RequesterEmail),
            ("end of line", Field::Ignore),
        ],
    ),
    (
        Tool::ServiceNow,
        &[
            ("number", Field::Id),
            ("sys id", Field::Ignore),
            ("caller id", Field::Requester),
            ("state", Field::Status),
            ("comments and work notes", Field::Note),
            ("work notes", Field::Note),
            ("comments", Field::Comment),
            ("additional comments", Field::Comment),
        ],
    ),
    (
        Tool::Trac,
        &[("owner", Field::Assignee), ("reporter", Field::Requester), ("ticket", Field::Id)],
    ),
    (
        Tool::Tix,
        &[
            ("id", Field::Id),
            ("refs", Field::Ref),
            ("channel", Field::Channel),
            ("uid", Field::Ignore),
            ("turn", Field::Ignore),
            ("messages", Field::Ignore),
            ("sla", Field::Ignore),
            ("fields", Field::Ignore),
            ("snoozed until", Field::Snoozed),
        ],
    ),
];

impl Tool {
    /// The tool that writes tables with such columns.
    pub(super) fn of(header: &[String]) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|name| alike(name)).collect();
        let has = |name: &&str| names.iter().any(|known| known == name);
        SIGNS.iter().find(|(_, signs)| signs.iter().all(&has)).map(|(tool, _)| *tool)
    }

    /// What a column of it is, where that is not what its name says elsewhere.
    pub(super) fn field(self, column: &str) -> Option<Field> {
        let name = alike(column);
        let (_, columns) = COLUMNS.iter().find(|(tool, _)| *tool == self)?;
        columns.iter().find(|(known, _)| *known == name).map(|(_, field)| field.clone())
    }

    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Tool::Linear => "Linear",
            Tool::ClickUp => "ClickUp",
            Tool::Asana => "Asana",
            Tool::Trello => "Trello",
            Tool::Gitlab => "GitLab",
            Tool::OsTicket => "osTicket",
            Tool::ServiceNow => "ServiceNow",
            Tool::Bugzilla => "Bugzilla",
            Tool::Trac => "Trac",
            Tool::Tix => "tix",
        }
    }
}
