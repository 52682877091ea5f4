//! `tix help`.

use clap::Args;

use crate::error::{Error, Result, listed, nearest};
use crate::view::View;

/// The topics with a text of their own.
const TOPICS: [(&str, &str); 5] = [
    ("query", include_str!("../help/query.txt")),
    ("dates", include_str!("../help/dates.txt")),
    ("json", include_str!("../help/json.txt")),
    ("exit-codes", include_str!("../help/exit-codes.txt")),
    ("config", include_str!("../help/config.txt")),
];

/// The names of the topics.
pub(super) fn topics<'a>() -> impl Iterator<Item = &'a str> {
    TOPICS.iter().map(|(name, _)| *name)
}

/// Explain a topic or a command: query, dates, json, exit-codes, config
#[derive(Args, Debug)]
pub(crate) struct Help {
    /// The topic or the command
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

impl Help {
    pub(crate) fn run(self, mut cli: clap::Command) -> Result<View<'static>> {
        cli.build();
        let Some(topic) = self.topic.first() else {
            return Ok(View::Text(cli.render_help().to_string()));
        };
        // `config` is both: the topic holds what the command's help does not.
        if let Some((_, text)) = TOPICS.iter().find(|(name, _)| name == topic) {
            return Ok(View::Text((*text).to_owned()));
        }
        if let Some(command) = cli.find_subcommand_mut(topic) {
            return Ok(View::Text(command.render_long_help().to_string()));
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
