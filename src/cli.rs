//! The command line: parse → run → render, and what the process says when it fails.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

mod look;

use crate::commands as c;
use crate::config::Config;
use crate::cx::{Cx, Global};
use crate::domain::dates::Clock;
use crate::domain::query;
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::io::{Io, Out};
use crate::render::{self, Format, Output};
use crate::view::View;

/// Support tickets from the terminal, offline.
#[derive(Parser, Debug)]
#[command(
    name = "tix",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Without a command: what waits for whom.\n\
                  More: tix help query, dates, json, exit-codes, config; tix COMMAND --help"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    New(c::New),
    #[command(visible_alias = "ls")]
    List(c::List),
    #[command(visible_alias = "view")]
    Show(c::Show),
    #[command(visible_alias = "note")]
    Comment(c::Comment),
    Reply(c::Reply),
    Close(c::Close),
    Reopen(c::Reopen),
    Edit(c::Edit),
    Assign(c::Assign),
    Label(c::Label),
    Status(c::Status),
    Log(c::Log),
    Undo(c::Undo),
    Redo(c::Redo),
    Import(c::Import),
    Export(c::Export),
    Init(c::Init),
    Info(c::Info),
    Config(c::Config),
    Demo(c::Demo),
    Completions(c::Completions),
    Man(c::Man),
    Help(c::Help),
}

impl Command {
    /// The name that its JSON's schema bears.
    fn name(&self) -> &'static str {
        match self {
            Command::New(_) => "new",
            Command::List(_) | Command::Demo(_) => "list",
            Command::Show(_) => "show",
            Command::Comment(_) => "comment",
            Command::Reply(_) => "reply",
            Command::Close(_) => "close",
            Command::Reopen(_) => "reopen",
            Command::Edit(_) => "edit",
            Command::Assign(_) => "assign",
            Command::Label(_) => "label",
            Command::Status(_) => "status",
            Command::Log(_) => "log",
            Command::Undo(_) => "undo",
            Command::Redo(_) => "redo",
            Command::Import(_) => "import",
            Command::Export(_) => "export",
            Command::Init(_) => "init",
            Command::Info(_) => "info",
            Command::Config(_) => "config",
            Command::Completions(_) | Command::Man(_) | Command::Help(_) => "text",
        }
    }

    /// Is its answer long enough to want a pager?
    fn pages(&self) -> bool {
        matches!(self, Command::List(_) | Command::Show(_) | Command::Log(_) | Command::Help(_))
    }

    /// Does it work without a sound config, or mend one?
    fn mends(&self) -> bool {
        match self {
            Command::Help(_) | Command::Completions(_) | Command::Man(_) => true,
            Command::Config(config) => config.mends(),
            _ => false,
        }
    }

    fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match self {
            Command::New(command) => command.run(cx),
            Command::List(command) => command.run(cx),
            Command::Show(command) => command.run(cx),
            Command::Comment(command) => command.run(cx),
            Command::Reply(command) => command.run(cx),
            Command::Close(command) => command.run(cx),
            Command::Reopen(command) => command.run(cx),
            Command::Edit(command) => command.run(cx),
            Command::Assign(command) => command.run(cx),
            Command::Label(command) => command.run(cx),
            Command::Status(command) => command.run(cx),
            Command::Log(command) => command.run(cx),
            Command::Undo(command) => command.run(cx),
            Command::Redo(command) => command.run(cx),
            Command::Import(command) => command.run(cx),
            Command::Export(command) => command.run(cx),
            Command::Init(command) => command.run(cx),
            Command::Info(command) => command.run(cx),
            Command::Config(command) => command.run(cx),
            Command::Demo(command) => command.run(cx),
            Command::Completions(command) => command.run(Cli::command()),
            Command::Man(command) => command.run(Cli::command()),
            Command::Help(command) => command.run(Cli::command()),
        }
    }
}

/// The command line's description.
#[cfg(test)]
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program; returns its exit code.
pub(crate) fn main() -> ExitCode {
    let words: Vec<OsString> = env::arguments().collect();
    if words.get(1).is_some_and(|word| word == c::COMPLETE) {
        let words: Vec<_> = words[2..].iter().map(|it| it.to_string_lossy().into_owned()).collect();
        c::complete(Cli::command(), &words);
        return ExitCode::SUCCESS;
    }
    let words = terms(words.into_iter());
    // What the flags would say, for when they cannot be parsed.
    let flags = || words.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    let mut json = flags().any(|word| word == "--json" || word.starts_with("--json"));
    let color = look::color(look::named_color(flags()).as_deref(), true).unwrap_or(false);
    let done = match parse(&words, color) {
        Ok(cli) => {
            json = cli.global.json.is_some() || cli.global.jsonl.is_some();
            run(cli)
        }
        Err(e) if flags().any(|word| word == "--json=help" || word == "--jsonl=help") => {
            let commands = Cli::command();
            let named = words.iter().skip(1).find_map(|word| commands.find_subcommand(word));
            named.map_or(Err(e), |command| list_fields(command.get_name()))
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(&error, json, color),
    }
}

/// Parses the command line; help and the version are printed at once.
fn parse(words: &[OsString], color: bool) -> Result<Cli> {
    let choice = if color { ColorChoice::Auto } else { ColorChoice::Never };
    let matches = Cli::command().color(choice).try_get_matches_from(words);
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        if !error.use_stderr() {
            // Asked for, so it is no failure; a reader that went away is no trouble.
            drop(error.print());
            return Error::new(Kind::ClosedPipe, "help");
        }
        explained(&error)
    })
}

/// What is wrong with the command line, in our own words where the value is one of ours.
fn explained(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    // A value that is missing is of the same kind for clap as one that is wrong.
    let bad = matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue)
        && text.starts_with("error: invalid value");
    let kind = if bad { Kind::Invalid } else { Kind::Usage };
    let text = text.split("\n\nUsage:").next().unwrap_or(&text);
    let text = text.replace("\n\nFor more information, try '--help'.", "");
    let text = text.trim_start_matches("error: ").trim_end();
    let (what, rest) = text.split_once('\n').unwrap_or((text, ""));
    let ours = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>());
    let hint = ours.and_then(|error| error.hint.clone());
    let hint = hint.unwrap_or_else(|| "`tix help COMMAND` shows its flags".to_owned());
    let error = Error::new(kind, what.trim()).hint(hint);
    if rest.trim().is_empty() { error } else { error.because(rest.trim()) }
}

/// Prints the fields that `--json=` takes.
fn list_fields(command: &str) -> Result<u8> {
    let mut out = Out::new(None);
    for field in render::fields(command) {
        writeln!(out, "{field}")?;
    }
    out.finish()?;
    Ok(0)
}

/// Flags that stand alone: what follows them is no value of theirs.
const ALONE: [&str; 11] = [
    "--all",
    "--fail-empty",
    "--json",
    "--jsonl",
    "--csv",
    "--tsv",
    "--no-header",
    "-q",
    "--quiet",
    "--no-input",
    "--no-pager",
];

/// In the words of a query, `-label:bug` is a term and no bundle of flags: it becomes
/// `NOT label:bug`. Nothing else is touched, neither other commands nor the values of flags.
fn terms(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let (mut query, mut literal, mut value) = (None, false, false);
    words
        .enumerate()
        .map(|(place, word)| {
            let text = word.to_string_lossy().into_owned();
            let was_value = std::mem::take(&mut value);
            literal |= text == "--" && !was_value;
            if place == 0 || was_value || literal {
                return word;
            }
            let term = text.strip_prefix('-').filter(|rest| {
                rest.split_once(':').is_some_and(|(key, _)| query::keys().any(|known| known == key))
            });
            if let (Some(true), Some(term)) = (query, term) {
                return OsString::from(format!("NOT {term}"));
            }
            value = text.starts_with('-') && !text.contains('=') && !ALONE.contains(&text.as_str());
            if !text.starts_with('-') && query.is_none() {
                query = Some(["list", "ls", "export"].contains(&text.as_str()));
            }
            word
        })
        .collect()
}

fn run(cli: Cli) -> Result<u8> {
    let config = match Config::load(&env::config_file()) {
        Err(_) if cli.command.as_ref().is_some_and(Command::mends) => Config::default(),
        config => config?,
    };
    let clock = Clock { now: env::now()?, zone: env::zone(&config)? };
    let global = cli.global;
    let forced = env::get("TIX_FORCE_TTY").map(|width| width.parse().unwrap_or(80));
    let columns = env::get("COLUMNS").and_then(|width| width.parse().ok());
    let may_ask = !global.no_input && env::get("TIX_NO_INPUT").is_none();
    let io = Io::look(forced, columns, may_ask);
    let name = cli.command.as_ref().map_or("dashboard", Command::name);
    if [&global.json, &global.jsonl].into_iter().flatten().any(|fields| fields == "help") {
        return list_fields(name);
    }
    let look = look::output(&global, &config, io, (clock, name))?;
    let long = cli.command.as_ref().is_some_and(Command::pages);
    let wanted =
        long && io.stdout && forced.is_none() && look.format == Format::Human && !global.no_pager;
    let pager = wanted.then(|| (paged_by(&config), io.height.saturating_sub(1)));
    let mut cx = Cx::new(global, config, io, &look);
    let done = answer(cli.command, &mut cx, &look, pager);
    if let (Err(error), Some(draft)) = (&done, cx.kept_draft()) {
        cx.tell(&format!("note: your text is kept in {}", draft.display()));
        return Err(error.clone());
    }
    done?;
    cx.discard_drafts();
    if let Some(text) = &cx.afterwards {
        drop(std::io::stderr().write_all(render::block(text).as_bytes()));
    }
    cx.partial.take().map_or(Ok(0), Err)
}

fn answer(
    command: Option<Command>,
    cx: &mut Cx,
    look: &Output,
    pager: Option<(String, usize)>,
) -> Result<()> {
    let view = match command {
        Some(command) => command.run(cx)?,
        None => c::Dashboard {}.run(cx)?,
    };
    let changed = matches!(&view, View::Changed(_) | View::TakenBack(_) | View::Imported(_));
    let mut out = Out::new(pager);
    let said = render::render(view, look, &mut out).and_then(|()| out.finish());
    said.map_err(|e| match e.kind {
        Kind::Failed if changed => {
            Error::failed("the change was made, but the answer could not be written").because(e)
        }
        _ => e,
    })
}

fn paged_by(config: &Config) -> String {
    env::get("TIX_PAGER")
        .or_else(|| config.pager.clone())
        .or_else(|| env::get("PAGER"))
        .unwrap_or_else(|| "less -FRX".to_owned())
}

/// Says what went wrong, on standard error.
fn fail(error: &Error, json: bool, color: bool) -> ExitCode {
    if error.kind != Kind::ClosedPipe {
        let mut err = std::io::stderr();
        let color = color && std::io::IsTerminal::is_terminal(&err);
        // Nobody is left to tell when standard error is gone.
        drop(if json {
            render::error_json(error, &mut err)
        } else {
            render::error(error, color, &mut err)
        });
        drop(err.flush());
    }
    ExitCode::from(error.kind.exit())
}
