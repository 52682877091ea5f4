//! The command line: parse → run → render, and what the process says when it fails.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, ColorChoice, FromArgMatches};

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

/// What the command line says.
struct Cli {
    global: Global,
    command: Option<Command>,
}

/// The commands: each one's name, and its other names.
macro_rules! commands {
    ($($variant:ident $name:literal $aliases:tt),* $(,)?) => {
        enum Command { $($variant(c::$variant)),* }

        impl Command {
            fn read(name: &str, matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
                match name {
                    $($name => c::$variant::from_arg_matches(matches).map(Self::$variant),)*
                    _ => Err(clap::Error::new(ErrorKind::InvalidSubcommand)),
                }
            }

            /// Its name on the command line, or that of the command that it is another name for.
            fn name(&self) -> &'static str {
                if let Self::Calendar(calendar) = self
                    && let Some(name) = calendar.reckons()
                {
                    return name;
                }
                match self {
                    Self::List(list) if list.explains() => "explain",
                    Self::Search(search) if search.explains() => "explain",
                    Self::Count(count) if count.explains() => "explain",
                    Self::View(view) if view.shows() => "show",
                    Self::Drafts(drafts) if drafts.resumes() => "resume",
                    Self::Kb(kb) if kb.searches() => "kb-search",
                    Self::Sla(sla) if sla.name() != "sla" => sla.name(),
                    Self::Attach(attach) if attach.lists() => "attachments",
                    Self::Export(export) if export.saves() => "export-file",
                    Self::Sync(sync) if sync.name() != "sync" => sync.name(),
                    $(Self::$variant(_) => $name),*
                }
            }

            fn run(self, cx: &mut Cx) -> Result<View<'_>> {
                match self { $(Self::$variant(command) => command.run(cx)),* }
            }
        }

        /// The whole command line: every command with all that it takes.
        pub(crate) fn whole() -> clap::Command {
            head()$(.subcommand(c::$variant::augment_args(
                clap::Command::new($name).visible_aliases($aliases as [&str; _]),
            )))*
        }

        /// The flags and arguments of the command of this name, added to `flags`.
        fn with(flags: clap::Command, name: &str) -> Option<(&'static str, clap::Command)> {
            $(if name == $name || ($aliases as [&str; _]).contains(&name) {
                return Some(($name, c::$variant::augment_args(flags)));
            })*
            None
        }
    };
}

commands! {
    New "new" [],
    List "list" ["ls"],
    Next "next" [],
    Search "search" [],
    Similar "similar" [],
    Count "count" [],
    Show "show" [],
    Comment "comment" ["note"],
    Reply "reply" [],
    Attach "attach" [],
    Close "close" [],
    Reopen "reopen" [],
    Edit "edit" [],
    Assign "assign" [],
    Label "label" [],
    Status "status" [],
    Customer "customer" [],
    Sla "sla" [],
    Snooze "snooze" [],
    Triage "triage" [],
    Merge "merge" [],
    Split "split" [],
    Link "link" [],
    Unlink "unlink" [],
    Log "log" [],
    Undo "undo" [],
    Redo "redo" [],
    Purge "purge" [],
    Verify "verify" [],
    Import "import" [],
    Export "export" [],
    View "view" [],
    Canned "canned" [],
    Kb "kb" [],
    Calendar "calendar" [],
    Tier "tier" [],
    Drafts "drafts" [],
    Sync "sync" [],
    Key "key" [],
    Backup "backup" [],
    Restore "restore" [],
    Doctor "doctor" [],
    Salvage "salvage" [],
    Init "init" [],
    Info "info" [],
    Config "config" [],
    Demo "demo" [],
    Completions "completions" [],
    Man "man" [],
    Help "help" [],
}

/// The command line without its commands.
fn head() -> clap::Command {
    Global::augment_args(clap::Command::new("tix"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Support tickets from the terminal, offline")
        .disable_help_subcommand(true)
        .max_term_width(100)
        .after_help(
            "Without a command: what waits for whom.\n\
             More: tix help query, dates, sla, json, export, exit-codes, config; tix COMMAND --help",
        )
}

impl Command {
    /// Is its answer long enough to want a pager?
    fn pages(&self) -> bool {
        match self {
            Command::View(view) => view.shows(),
            Command::Drafts(drafts) => drafts.shows(),
            Command::Customer(customer) => customer.pages(),
            Command::Kb(kb) => kb.pages(),
            Command::List(_)
            | Command::Next(_)
            | Command::Search(_)
            | Command::Similar(_)
            | Command::Show(_)
            | Command::Log(_)
            | Command::Sla(_)
            | Command::Help(_) => true,
            _ => false,
        }
    }

    /// Does it work without a sound config, or mend one?
    fn mends(&self) -> bool {
        match self {
            Command::Help(_) | Command::Completions(_) | Command::Man(_) => true,
            Command::Config(config) => config.mends(),
            Command::Drafts(drafts) => drafts.mends(),
            _ => false,
        }
    }
}

/// Runs the program; returns its exit code.
pub(crate) fn main() -> ExitCode {
    crate::io::look_in(env::programs());
    let words: Vec<OsString> = env::arguments().collect();
    if words.get(1).is_some_and(|word| word == c::COMPLETE) {
        let words: Vec<_> = words[2..].iter().map(|it| it.to_string_lossy().into_owned()).collect();
        c::complete(whole(), &words);
        return ExitCode::SUCCESS;
    }
    let words = terms(words.into_iter());
    // What the flags would say, for when they cannot be parsed.
    let flags = || words.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    let mut json = flags().any(|word| word.starts_with("--json") || word.starts_with("--jq"));
    let color = look::color(look::named_color(flags()).as_deref(), true).unwrap_or(false);
    let done = match parse(&words, color) {
        Ok(cli) => {
            let Global { json: document, jsonl, jq, .. } = &cli.global;
            json = document.is_some() || jsonl.is_some() || jq.is_some();
            run(cli)
        }
        Err(e) if flags().any(|word| word == "--json=help" || word == "--jsonl=help") => {
            let commands = whole();
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
///
/// A first look knows only the command that is named. What is not understood then is read again
/// with all of them, so that every message knows them.
fn parse(words: &[OsString], color: bool) -> Result<Cli> {
    let choice = if color { ColorChoice::Auto } else { ColorChoice::Never };
    let matches = |command: clap::Command, words: &[OsString]| {
        let mut command = command.color(choice);
        let matches = command.try_get_matches_from_mut(words);
        // The process is short, and to take the description apart takes as long as to read by it.
        std::mem::forget(command);
        matches
    };
    let quick = alone(words).and_then(|(name, command, words)| {
        let matches = matches(command, &words).ok()?;
        let command = Some(Command::read(name, &matches).ok()?);
        Some(Cli { global: Global::from_arg_matches(&matches).ok()?, command })
    });
    if let Some(cli) = quick {
        return Ok(cli);
    }
    let cli = if words.len() == 2 && words[1] == "--version" { head() } else { whole() };
    let done = matches(cli, words).and_then(|matches| {
        let command = matches.subcommand().map(|(name, matches)| Command::read(name, matches));
        Ok(Cli { global: Global::from_arg_matches(&matches)?, command: command.transpose()? })
    });
    done.map_err(|error| {
        if !error.use_stderr() {
            // Asked for, so it is no failure: silence and exit 0, as when the reader went away.
            return shown(&error, color).err().unwrap_or(Error::new(Kind::ClosedPipe, "help"));
        }
        explained(&error)
    })
}

/// Prints what clap has to show: help and the version.
fn shown(text: &clap::Error, color: bool) -> Result<()> {
    let mut out = Out::new(None);
    let text = text.render();
    if color && Io::look(None, None, false).stdout {
        write!(out, "{}", text.ansi())?;
    } else {
        write!(out, "{text}")?;
    }
    out.finish()
}

/// The command that is named, by itself with all flags side by side, and its words; none when
/// something before its name is no flag that every command takes.
fn alone(words: &[OsString]) -> Option<(&'static str, clap::Command, Vec<OsString>)> {
    let flags = Global::augment_args(clap::Command::new("tix").no_binary_name(true));
    let mut place = 1;
    while let Some(flag) = words.get(place)?.to_str().filter(|word| word.starts_with('-')) {
        let known = |arg: &clap::Arg| names(arg, flag.split('=').next().unwrap_or_default());
        let arg = flags.get_arguments().find(|arg| known(arg))?;
        place += if takes(arg, flag) { 2 } else { 1 };
    }
    let (name, command) = with(flags, words[place].to_str()?)?;
    let words = words[1..place].iter().chain(&words[place + 1..]).cloned().collect();
    Some((name, command, words))
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

/// In the words of a query, `-label:bug` is a term and no bundle of flags, and so is what begins
/// with a sign that no flag has, `-(a b)`: it becomes `NOT label:bug`. Nothing else is touched,
/// neither other commands nor the values of flags.
fn terms(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = words.collect();
    let text = |word: &OsString| word.to_string_lossy().into_owned();
    let term = |word: &OsString| {
        let term = text(word).strip_prefix('-')?.to_owned();
        let signed = !term.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let key = term.split_once(':').map(|(key, _)| key.to_ascii_lowercase());
        // A misspelt key is still one: no bundle of flags is followed by a colon.
        let like = |key: &str| {
            key.len() > 2 && key.bytes().all(|c| c.is_ascii_lowercase() || c == b'-' || c == b'_')
        };
        let known = key.is_some_and(|key| query::is_key(&key) || like(&key));
        (known || (signed && !term.is_empty())).then(|| OsString::from(format!("NOT {term}")))
    };
    if !words.iter().any(|word| term(word).is_some()) {
        return words;
    }
    let cli = whole();
    let (mut command, mut value, mut place) = (None::<&clap::Command>, false, 1);
    while place < words.len() && (value || words[place] != "--") {
        let word = text(&words[place]);
        let found = term(&words[place]).filter(|_| !value);
        let flags = cli.get_arguments().chain(command.iter().flat_map(|c| c.get_arguments()));
        match (command, found) {
            (Some(command), Some(term)) if has_query(command) => words[place] = term,
            _ => value = !value && flags.into_iter().any(|arg| takes(arg, &word)),
        }
        if command.is_none() && !value {
            command = cli.find_subcommand(&word);
        }
        place += 1;
    }
    words
}

/// Does the command take a query?
fn has_query(command: &clap::Command) -> bool {
    let mut all = command
        .get_positionals()
        .chain(command.get_subcommands().flat_map(clap::Command::get_positionals));
    all.any(|arg| arg.get_id() == "query")
}

/// Is `word` this flag?
fn names(arg: &clap::Arg, word: &str) -> bool {
    let long = word.strip_prefix("--");
    let short = word.strip_prefix('-').filter(|_| long.is_none());
    long.is_some_and(|name| arg.get_long() == Some(name))
        || short.is_some_and(|name| arg.get_short().is_some_and(|short| name.ends_with(short)))
}

/// Is `word` this flag, with its value in the next word?
fn takes(arg: &clap::Arg, word: &str) -> bool {
    names(arg, word) && c::owes(arg)
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
    let pager = wanted.then(|| (env::pager(&config), io.height.saturating_sub(1)));
    let mut cx = Cx::new(global, config, io, &look, whole);
    let done = answer(cli.command, &mut cx, &look, pager);
    done.map_err(|error| cx.keeping(error))?;
    cx.put_away();
    if let Some(text) = &cx.afterwards {
        drop(std::io::stderr().write_all(render::block(text).as_bytes()));
    }
    let done = cx.partial.take().map_or(Ok(0), Err);
    // What was changed is on the disk, and the process ends here: nothing is left to put away.
    std::mem::forget(cx);
    done
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
    let changed = view.changed();
    let mut out = Out::new(pager);
    let said = render::render(view, look, &mut out).and_then(|()| out.finish());
    said.map_err(|e| match e.kind {
        Kind::Failed | Kind::Invalid if changed => {
            let what = "the change was made, but the answer could not be written";
            Error { hint: e.hint.clone(), ..Error::new(e.kind, what).because(e) }
        }
        _ => e,
    })
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
