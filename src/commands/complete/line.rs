//! Where the cursor stands: which command, and which of its arguments.

use std::path::PathBuf;

use clap::{Arg, Command};

use crate::domain::query;

/// The words before the cursor, understood.
pub(super) struct Place<'c> {
    /// The program.
    pub(super) root: &'c Command,
    /// The command that they name.
    pub(super) command: &'c Command,
    /// The one that this is part of, or itself.
    pub(super) whole: &'c Command,
    /// Its arguments that are no flags.
    pub(super) given: Vec<String>,
    /// Its flags that are there.
    pub(super) flags: Vec<&'c str>,
    /// The desk they name.
    pub(super) db: Option<PathBuf>,
    /// The flag whose value comes next.
    pub(super) owed: Option<&'c Arg>,
    /// After `--` nothing is a flag.
    pub(super) literal: bool,
}

impl<'c> Place<'c> {
    pub(super) fn after(cli: &'c Command, words: &[String]) -> Self {
        let mut place = Self {
            root: cli,
            command: cli,
            whole: cli,
            given: Vec::new(),
            flags: Vec::new(),
            db: None,
            owed: None,
            literal: false,
        };
        for word in words {
            place.take(word);
        }
        place
    }

    fn take(&mut self, word: &str) {
        if let Some(flag) = self.owed.take() {
            return self.value(flag, word);
        }
        if self.literal || !self.is_flag(word) {
            let inner = self.given.is_empty() && !self.literal;
            match self.command.find_subcommand(word).filter(|_| inner) {
                Some(command) => {
                    let first = std::ptr::eq(self.command, self.root);
                    self.whole = if first { command } else { self.whole };
                    self.command = command;
                }
                None => self.given.push(word.to_owned()),
            }
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
            self.literal = name.is_empty();
            self.flags.extend(self.long(name).map(|flag| flag.get_id().as_str()));
            match (self.long(name), value) {
                (Some(flag), Some(value)) => self.value(flag, value),
                (Some(flag), None) if owes(flag) => self.owed = Some(flag),
                _ => {}
            }
        } else if let Some((flag, value)) = self.shorts(&word[1..]) {
            match value {
                "" => self.owed = Some(flag),
                value => self.value(flag, value.strip_prefix('=').unwrap_or(value)),
            }
        }
    }

    fn value(&mut self, flag: &Arg, value: &str) {
        if flag.get_id() == "db" {
            self.db = Some(home(value));
        }
    }

    /// The flag of this name.
    pub(super) fn long(&self, name: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|arg| arg.get_long() == Some(name))
    }

    fn short(&self, letter: char) -> Option<&'c Arg> {
        self.command.get_arguments().find(|arg| arg.get_short() == Some(letter))
    }

    /// The first of these letters that takes a value, and what follows it.
    pub(super) fn shorts<'w>(&self, letters: &'w str) -> Option<(&'c Arg, &'w str)> {
        letters.char_indices().find_map(|(at, letter)| {
            let flag = self.short(letter).filter(|flag| owes(flag))?;
            Some((flag, &letters[at + letter.len_utf8()..]))
        })
    }

    /// The argument that is no flag and comes next.
    pub(super) fn next(&self) -> Option<&'c Arg> {
        let mut there = self.command.get_positionals();
        let many = |arg: &&Arg| arg.get_num_args().is_some_and(|range| range.max_values() > 1);
        there.nth(self.given.len()).or_else(|| self.command.get_positionals().last().filter(many))
    }

    /// Would the command take `word` for a flag here?
    pub(super) fn is_flag(&self, word: &str) -> bool {
        let Some(rest) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
            return false;
        };
        let next = self.next();
        let is_query = next.is_some_and(|arg| is(arg, "QUERY"));
        if is_query && rest.split_once(':').is_some_and(|(key, _)| query::is_key(key)) {
            return false;
        }
        let dashes = next.is_some_and(Arg::is_allow_hyphen_values_set);
        let known = || rest.chars().next().and_then(|letter| self.short(letter)).is_some();
        !dashes || rest.starts_with('-') || known()
    }
}

/// Does this flag take the next word for its value?
pub(crate) fn owes(flag: &Arg) -> bool {
    flag.get_action().takes_values() && !flag.is_require_equals_set()
}

/// Is this what the argument's value is called in the help?
fn is(arg: &Arg, name: &str) -> bool {
    super::offers::name_of(arg) == name
}

/// A path as the shell would hand it over.
fn home(path: &str) -> PathBuf {
    let inside = ["~/", "$HOME/", "${HOME}/"].into_iter().find_map(|home| path.strip_prefix(home));
    match (inside, crate::env::get("HOME")) {
        (Some(inside), Some(home)) => PathBuf::from(home).join(inside),
        _ => PathBuf::from(path),
    }
}
