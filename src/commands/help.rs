//! `tix help`.

use clap::Args;

use crate::cx::Cx;
use crate::error::{Error, Result, listed, nearest};
use crate::render;
use crate::view::View;

/// The topics with a text of their own.
const TOPICS: [(&str, &str); 7] = [
    ("query", include_str!("../help/query.txt")),
    ("dates", include_str!("../help/dates.txt")),
    ("json", include_str!("../help/json.txt")),
    ("export", include_str!("../help/export.txt")),
    ("exit-codes", include_str!("../help/exit-codes.txt")),
    ("sla", include_str!("../help/sla.txt")),
    ("config", include_str!("../help/config.txt")),
];

/// The names of the topics.
pub(super) fn topics<'a>() -> impl Iterator<Item = &'a str> {
    TOPICS.iter().map(|(name, _)| *name)
}

/// Explain a topic or a command: query, dates, sla, json, export, exit-codes, config
#[derive(Args, Debug)]
pub(crate) struct Help {
    /// The topic or the command
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
    /// With the topic json: print the JSON Schema of what `tix COMMAND --json` prints, or of `error`
    #[arg(long, value_name = "COMMAND")]
    schema: Option<String>,
}

impl Help {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut cli = (cx.grammar)();
        cli.build();
        if let Some(command) = self.schema {
            let json = matches!(self.topic.as_slice(), [topic] if topic == "json");
            return if json { schema(&command, &cli) } else { Err(misplaced()) };
        }
        let Some(topic) = self.topic.first() else {
            return Ok(View::text(cli.render_help().to_string()));
        };
        // `config` is both: the topic holds what the command's help does not.
        if let Some((_, text)) = TOPICS.iter().find(|(name, _)| name == topic) {
            return Ok(View::text(*text));
        }
        if let Some(command) = cli.find_subcommand_mut(topic) {
            return Ok(View::text(command.render_long_help().to_string()));
        }
        let commands: Vec<String> =
            cli.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        let names = topics().chain(commands.iter().map(String::as_str));
        let error = Error::not_found(format!("no help on `{topic}`"));
        Err(match nearest(topic, names) {
            Some(near) => error.hint(format!("did you mean `tix help {near}`?")),
            None => error.hint(format!("topics are {}", listed(topics()))),
        })
    }
}

/// Answers of no command of their own that have a schema, too.
const OTHERS: [&str; 17] = [
    "dashboard",
    "explain",
    "resume",
    "attachments",
    "export-file",
    "calendar-due",
    "sla-explain",
    "sla-report",
    "sla-recalc",
    "calendar-elapsed",
    "calendar-open",
    "kb-search",
    "sync-status",
    "sync-members",
    "sync-conflicts",
    "sync-bundle",
    "error",
];

fn schema(command: &str, cli: &clap::Command) -> Result<View<'static>> {
    let name = cli.find_subcommand(command).map(clap::Command::get_name);
    if let Some(name) = name.or_else(|| OTHERS.into_iter().find(|name| *name == command)) {
        return Ok(View::text(format!("{:#}\n", render::schema(name))));
    }
    let names = cli.get_subcommands().map(clap::Command::get_name).chain(OTHERS);
    let error = Error::not_found(format!("no schema of `{command}`"));
    Err(match nearest(command, names) {
        Some(near) => error.hint(format!("did you mean `tix help json --schema {near}`?")),
        None => error.hint(format!("every command has one, and {}", listed(OTHERS))),
    })
}

fn misplaced() -> Error {
    Error::usage("--schema belongs to the topic json").hint("`tix help json --schema list`")
}
