//! What each command's JSON looks like: its fields, and its JSON Schema, both from the types that
//! are written.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::view::{
    Article, Attained, Backup, Beside, Bundle, Calendar, CannedReply, Change, Check, Count,
    Customer, Dashboard, Disputed, Draft, Due, Elapsed, Explained, Explanation, Failure, File,
    Found, FoundArticle, Imported, Info, Initialised, Key, Made, Member, Meta, Open, Owed, Purged,
    Remeasured, Restored, Salvaged, Saved, Setting, Sharing, Similar, Synced, TakenBack, Tally,
    Text, Ticket, Tier, Unmade, Urgent, Verified, Written,
};

/// What a command answers with.
struct Answer {
    /// What its schema bears: `list` in `tix/list/1`.
    name: String,
    /// The schema of `data`.
    data: fn(&mut SchemaGenerator) -> Value,
    /// The schema of one thing, whose fields can be picked.
    one: fn(SchemaGenerator) -> Schema,
    /// `meta` says what was changed.
    makes: bool,
    /// `meta` says what else fits.
    mentions: bool,
}

fn one<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

fn many<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    json!({ "type": "array", "items": one::<T>(generator) })
}

/// One thing where one was asked for, else many, perhaps of another kind.
fn either<T: JsonSchema, M: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    json!({ "anyOf": [one::<T>(generator), many::<M>(generator)] })
}

/// What `command` answers with. Verbs that change tickets are the rule.
#[expect(clippy::too_many_lines, reason = "a table, a line for each")]
fn answer(command: &str) -> Answer {
    fn of<T: JsonSchema>(name: &str, data: fn(&mut SchemaGenerator) -> Value) -> Answer {
        let one = SchemaGenerator::into_root_schema_for::<T>;
        Answer { name: name.to_owned(), data, one, makes: false, mentions: false }
    }
    match command {
        "list" | "demo" => of::<Ticket>("list", many::<Ticket>),
        "export" => of::<Ticket>(command, many::<Ticket>),
        "export-file" => of::<Written>(command, one::<Written>),
        "next" => of::<Urgent>(command, many::<Urgent>),
        "search" => Answer { mentions: true, ..of::<Found>(command, many::<Found>) },
        "similar" => Answer { mentions: true, ..of::<Similar>(command, many::<Similar>) },
        "count" => of::<Tally>(command, either::<Count, Tally>),
        "explain" => of::<Explained>(command, one::<Explained>),
        "show" => of::<Ticket>(command, either::<Ticket, Ticket>),
        "attachments" => of::<File>(command, many::<File>),
        "new" | "split" => Answer { makes: true, ..of::<Ticket>(command, one::<Ticket>) },
        "log" => of::<Change>(command, many::<Change>),
        "undo" | "redo" => of::<TakenBack>(command, one::<TakenBack>),
        "purge" => of::<Purged>(command, one::<Purged>),
        "verify" => of::<Verified>(command, one::<Verified>),
        "import" => of::<Imported>(command, one::<Imported>),
        "info" => of::<Info>(command, one::<Info>),
        "config" => of::<Setting>(command, either::<Setting, Setting>),
        "view" => of::<Saved>(command, either::<Saved, Saved>),
        "canned" => {
            let made = of::<CannedReply>(command, either::<CannedReply, CannedReply>);
            Answer { makes: true, ..made }
        }
        "kb" => Answer { makes: true, ..of::<Article>(command, either::<Article, Article>) },
        "kb-search" => of::<FoundArticle>(command, many::<FoundArticle>),
        "customer" => {
            let made = of::<Customer>(command, either::<Customer, Customer>);
            Answer { makes: true, ..made }
        }
        "calendar" => {
            Answer { makes: true, ..of::<Calendar>(command, either::<Calendar, Calendar>) }
        }
        "calendar-due" => of::<Due>(command, one::<Due>),
        "calendar-elapsed" => of::<Elapsed>(command, one::<Elapsed>),
        "calendar-open" => of::<Open>(command, one::<Open>),
        "tier" => Answer { makes: true, ..of::<Tier>(command, either::<Tier, Tier>) },
        "key" => of::<Key>(command, one::<Key>),
        "sync" => of::<Synced>(command, one::<Synced>),
        "sync-status" => of::<Sharing>(command, one::<Sharing>),
        "sync-members" => of::<Member>(command, many::<Member>),
        "sync-conflicts" => of::<Disputed>(command, many::<Disputed>),
        "sync-bundle" => of::<Bundle>(command, one::<Bundle>),
        "backup" => of::<Backup>(command, either::<Backup, Backup>),
        "restore" => of::<Restored>(command, one::<Restored>),
        "doctor" => of::<Check>(command, many::<Check>),
        "salvage" => of::<Salvaged>(command, one::<Salvaged>),
        "drafts" => of::<Draft>(command, either::<Draft, Draft>),
        "sla" => of::<Owed>("sla-status", many::<Owed>),
        "sla-explain" => of::<Explanation>(command, one::<Explanation>),
        "sla-report" => of::<Attained>(command, many::<Attained>),
        "sla-recalc" => Answer { makes: true, ..of::<Remeasured>(command, many::<Remeasured>) },
        "dashboard" => of::<Dashboard>(command, one::<Dashboard>),
        "init" => of::<Initialised>(command, one::<Initialised>),
        "completions" | "man" | "help" | "triage" => of::<Text>("text", one::<Text>),
        _ => Answer { makes: true, ..of::<Ticket>(command, many::<Ticket>) },
    }
}

/// The name that the schema of `command`'s JSON bears: `list` in `tix/list/1`.
pub(super) fn name(command: &str) -> String {
    answer(command).name
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

/// The fields of what `command` answers with, in the order in which they are written.
#[must_use]
pub fn fields(command: &str) -> Vec<String> {
    let schema = (answer(command).one)(generator());
    let always = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let mut names: Vec<String> = always.filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    let all = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let others: Vec<String> =
        all.map(|(name, _)| name.clone()).filter(|name| !names.contains(name)).collect();
    names.extend(others);
    names
}

/// The JSON Schema of the document that `command` prints with `--json`; of `error`, that of errors.
#[must_use]
pub fn schema(command: &str) -> Value {
    if command == "error" {
        return named(generator().into_root_schema_for::<Failure>().to_value(), "error");
    }
    let (answer, mut generator) = (answer(command), generator());
    let data = (answer.data)(&mut generator);
    let meta = match (answer.makes, answer.mentions) {
        (true, _) => Meta::<Made>::json_schema,
        (_, true) => Meta::<Beside>::json_schema,
        _ => Meta::<Unmade>::json_schema,
    };
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "data": data,
            "meta": meta(&mut generator),
            "warnings": { "type": "array", "items": { "type": "string" } },
        },
        "required": ["schema", "data", "meta", "warnings"],
        "$defs": generator.take_definitions(true),
    });
    named(document, &answer.name)
}

/// The schema of the documents that bear `name`.
fn named(mut schema: Value, name: &str) -> Value {
    let name = format!("tix/{name}/1");
    schema["properties"]["schema"] = json!({ "const": name });
    schema["title"] = name.into();
    schema
}
