//! What each command's JSON looks like: its fields, and its JSON Schema, both from the types that
//! are written.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::view::{
    Change, Dashboard, Failure, Imported, Info, Initialised, Made, Meta, Setting, TakenBack, Text,
    Ticket, Unmade,
};

/// What `data` holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    One,
    Many,
    /// One where one was asked for, else many.
    Either,
}

/// What a command answers with.
struct Answer {
    /// What its schema bears: `list` in `tix/list/1`.
    name: String,
    form: Form,
    /// The schema of one thing, alone.
    alone: fn(SchemaGenerator) -> Schema,
    /// The schema of one thing, among others.
    among: fn(&mut SchemaGenerator) -> Schema,
    /// `meta` says what was changed.
    makes: bool,
}

/// What `command` answers with. Verbs that change tickets are the rule.
fn answer(command: &str) -> Answer {
    fn of<T: JsonSchema>(name: &str, form: Form) -> Answer {
        let alone = SchemaGenerator::into_root_schema_for::<T>;
        let among = SchemaGenerator::subschema_for::<T>;
        Answer { name: name.to_owned(), form, alone, among, makes: false }
    }
    match command {
        "list" | "demo" => of::<Ticket>("list", Form::Many),
        "export" => of::<Ticket>(command, Form::Many),
        "show" => of::<Ticket>(command, Form::Either),
        "new" => Answer { makes: true, ..of::<Ticket>(command, Form::One) },
        "log" => of::<Change>(command, Form::Many),
        "undo" | "redo" => of::<TakenBack>(command, Form::One),
        "import" => of::<Imported>(command, Form::One),
        "info" => of::<Info>(command, Form::One),
        "config" => of::<Setting>(command, Form::Either),
        "dashboard" => of::<Dashboard>(command, Form::One),
        "init" => of::<Initialised>(command, Form::One),
        "completions" | "man" | "help" => of::<Text>("text", Form::One),
        _ => Answer { makes: true, ..of::<Ticket>(command, Form::Many) },
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
    let schema = (answer(command).alone)(generator());
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
    let one = (answer.among)(&mut generator).to_value();
    let many = json!({ "type": "array", "items": one });
    let data = match answer.form {
        Form::One => one,
        Form::Many => many,
        Form::Either => json!({ "anyOf": [one, many] }),
    };
    let meta = if answer.makes { Meta::<Made>::json_schema } else { Meta::<Unmade>::json_schema };
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
