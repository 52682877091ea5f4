//! The Tab key in real shells: what is inserted, and that it is only a word.
//!
//! A shell that is not installed is passed over, with a word about it.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::terminal::{SIZES, Terminal};
use crate::desk::Desk;

/// Labels that a shell would act upon, each beginning with another letter; and some that begin with
/// what a shell acts upon.
const LABELS: [&str; 22] = [
    "a$(touch owned)",
    "b`touch owned`",
    "c;touch owned",
    "d|touch owned",
    "e&touch owned&",
    "f>owned",
    "g it's",
    "h say \"hi\"",
    "i!!",
    "j{x;y}",
    "k*",
    "l~root",
    "m #x",
    "n\\",
    "o$HOME",
    "p(touch owned)",
    "q漢 字:=@x",
    "$(touch owned)",
    "~",
    "*",
    "#",
    "{a..c}",
];

const BASH: &str = "PS1='ready>'; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'
    set -o histexpand; source ./script";
const ZSH: &str = "PS1='ready>'; unsetopt beep; bindkey -e; setopt menucomplete
    autoload -Uz compinit; compinit -u -D; source ./script";
const FISH: &str = "function fish_prompt; echo -n 'ready>'; end; set fish_greeting
    set -g fish_autosuggestion_enabled 0; source ./script";

/// A shell at a terminal, in which tix is completed.
struct Shell<'d> {
    terminal: Terminal,
    desk: &'d Desk,
}

impl<'d> Shell<'d> {
    /// None where the shell is not installed, or too old.
    #[expect(clippy::print_stderr, reason = "what is not tested should be known")]
    fn start(desk: &'d Desk, name: &str) -> Option<Self> {
        let (check, settings, arguments): (&str, &str, &[&str]) = match name {
            "bash" => ("[ ${BASH_VERSINFO[0]} -ge 5 ]", BASH, &["--rcfile", "rc", "-i"]),
            "zsh" => ("true", ZSH, &["-i"]),
            _ => ("true", FISH, &["--no-config", "-i", "-C", "source rc"]),
        };
        if !Command::new(name).args(["-c", check]).status().is_ok_and(|it| it.success()) {
            eprintln!("no {name} here: its completion is not tested");
            return None;
        }
        desk.file("rc", settings);
        desk.file(".zshrc", settings);
        desk.file("script", desk.ok(&format!("completions {name}")));
        std::fs::create_dir_all(desk.path("bin")).unwrap();
        let heard = "#!/bin/sh\nprintf '%s\\n' \"$@\" > got\necho \"=o\"\"k=\"\n";
        let heard = desk.file("bin/heard", heard);
        std::fs::set_permissions(heard, std::fs::Permissions::from_mode(0o700)).unwrap();
        let (mut shell, tix) = (Command::new(name), desk.command(""));
        let own = std::path::Path::new(env!("CARGO_BIN_EXE_tix")).parent().unwrap();
        let path = format!("{}:{}:/usr/bin:/bin", own.display(), desk.path("bin").display());
        shell.args(arguments).current_dir(desk.folder());
        shell.envs(tix.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("PATH", path).env("TERM", "xterm").env("ZDOTDIR", desk.folder());
        shell.env("LC_ALL", "C.UTF-8");
        let mut terminal = Terminal::start(&shell, SIZES[0]);
        terminal.sees("ready>");
        Some(Self { terminal, desk })
    }

    /// Types `keys`; the words that the shell then reads.
    #[track_caller]
    fn words(&mut self, keys: &str) -> Vec<String> {
        drop(std::fs::remove_file(self.desk.path("got")));
        self.terminal.sends(&format!("{keys}\x01heard \x05\r")).sees("=ok=").sees("ready>");
        let got = std::fs::read_to_string(self.desk.path("got")).unwrap();
        assert!(!self.desk.path("owned").exists(), "{keys:?} ran something");
        got.lines().map(ToOwned::to_owned).collect()
    }

    /// What is typed becomes these words.
    #[track_caller]
    fn gives(&mut self, keys: &str, wanted: &[&str]) {
        assert_eq!(self.words(keys), wanted, "{keys:?}");
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Crash on start' -l bug -l crash -l 'good first issue'");
    desk.ok("new 'Printer 100%F{red} on fire: now' -a 'Mira Holt <mira@larkspur.example>'");
    desk.ok("new 'Printer jams' -l wontfix");
    desk
}

fn hostile() -> Desk {
    let desk = Desk::new();
    let record = serde_json::json!({ "title": "$(touch owned)`touch owned`", "labels": LABELS });
    assert_eq!(desk.feed("import jsonl -", record.to_string()).code, 0);
    desk
}

const EACH: [&str; 3] = ["bash", "zsh", "fish"];

#[test]
fn tab_completes_the_word_and_doubles_nothing() {
    let desk = desk();
    for name in EACH {
        let Some(mut shell) = Shell::start(&desk, name) else { continue };
        shell.gives("tix list sta\to\t", &["tix", "list", "status:open"]);
        shell.gives("tix list label:bu\t", &["tix", "list", "label:bug"]);
        shell.gives("tix list label:bug,cr\t", &["tix", "list", "label:bug,crash"]);
        shell.gives("tix list -label:wo\t", &["tix", "list", "-label:wontfix"]);
        shell.gives("tix list label:go\t", &["tix", "list", "label:\"good first issue\""]);
        shell.gives("tix list 'label:bu\t", &["tix", "list", "label:bug"]);
        shell.gives("tix list \"label:go\t", &["tix", "list", "label:\"good first issue\""]);
        shell.gives("tix list 'priority:>=h\t", &["tix", "list", "priority:>=high"]);
        shell.gives("tix list priority:\\>=h\t", &["tix", "list", "priority:>=high"]);
        shell.gives("tix list sort:-up\t", &["tix", "list", "sort:-updated"]);
        shell.gives("tix list assignee:@\t", &["tix", "list", "assignee:@me"]);
        shell.gives("tix list --status=o\t", &["tix", "list", "--status=open"]);
        shell.gives("tix list --stat\to\t", &["tix", "list", "--status", "open"]);
        shell.gives("tix list --json=id,tit\t", &["tix", "list", "--json=id,title"]);
        shell.gives("tix label +bug,-wo\t", &["tix", "label", "+bug,-wontfix"]);
        shell.gives("tix label go\t1", &["tix", "label", "good first issue", "1"]);
        shell.gives("tix assign Mir\t", &["tix", "assign", "Mira Holt <mira@larkspur.example>"]);
        shell.gives(
            "tix edit --where 'is:open label:wo\t",
            &["tix", "edit", "--where", "is:open label:wontfix"],
        );
        shell.gives("tix --db tix.d\t", &["tix", "--db", "tix.db"]);
        shell.gives("tix --db=scr\t", &["tix", "--db=script"]);
        shell.gives("tix new One -F scr\t", &["tix", "new", "One", "-F", "script"]);
        shell.gives("tix rep\t", &["tix", "reply"]);
    }
}

#[test]
fn tickets_are_shown_with_their_titles() {
    let desk = desk();
    for name in EACH {
        let Some(mut shell) = Shell::start(&desk, name) else { continue };
        shell.gives("tix show 2\t", &["tix", "show", "2"]);
        if name != "fish" {
            shell.gives("tix show cra\t", &["tix", "show", "1"]);
        }
        shell.terminal.sends("tix show \t\t").sees("Printer 100%F{red} on fire: now");
    }
}

#[test]
fn bash_keeps_the_word_of_a_title_until_it_is_clear_which() {
    let desk = desk();
    let Some(mut shell) = Shell::start(&desk, "bash") else { return };
    shell.gives("tix show printer\t\t", &["tix", "show", "printer"]);
    let Some(mut shell) = Shell::start(&desk, "zsh") else { return };
    shell.gives("tix show printer\t", &["tix", "show", "3"]);
    shell.gives("tix show printer\t\t", &["tix", "show", "2"]);
}

#[test]
fn a_strangers_words_are_words_in_any_quotes() {
    let desk = hostile();
    for name in EACH {
        let Some(mut shell) = Shell::start(&desk, name) else { continue };
        for label in LABELS.iter().filter(|label| label.starts_with(char::is_alphabetic)) {
            let letter = &label[..1];
            shell.gives(&format!("tix label {letter}\t"), &["tix", "label", label]);
            shell.gives(&format!("tix label '{letter}\t"), &["tix", "label", label]);
            shell.gives(
                &format!("tix label +x,{letter}\t"),
                &["tix", "label", &format!("+x,{label}")],
            );
            // Bash would expand the history there, so it has none of these.
            if !(name == "bash" && label.contains('!')) {
                shell.gives(&format!("tix label \"{letter}\t"), &["tix", "label", label]);
            }
            if !label.contains('"') {
                let quoted = label.contains([' ', '(', ')']);
                let term =
                    if quoted { format!("label:\"{label}\"") } else { format!("label:{label}") };
                shell.gives(&format!("tix list label:{letter}\t"), &["tix", "list", &term]);
            }
        }
    }
}

#[test]
fn whichever_of_a_strangers_words_is_chosen_it_stays_a_word() {
    let desk = hostile();
    let mut sorted = LABELS;
    sorted.sort_unstable();
    let all = [&["tix", "label"], &sorted[..]].concat();
    if let Some(mut shell) = Shell::start(&desk, "bash") {
        // All at once, and one after the other.
        shell.gives("tix label \x1b*", &all);
        shell.terminal.sends("bind '\"\\C-t\": menu-complete'\r").sees("ready>");
        for (i, label) in sorted.iter().enumerate() {
            let keys = format!("tix label {}", "\x14".repeat(i + 1));
            shell.gives(&keys, &["tix", "label", label]);
        }
    }
    for (name, first) in [("zsh", 1), ("fish", 2)] {
        let Some(mut shell) = Shell::start(&desk, name) else { continue };
        // Fish cannot quote a tilde.
        let chosen = sorted.iter().filter(|label| name != "fish" || !label.starts_with('~'));
        for (i, label) in chosen.enumerate() {
            let keys = format!("tix label {}", "\t".repeat(i + first));
            shell.gives(&keys, &["tix", "label", label]);
        }
    }
}

#[test]
fn where_there_is_no_desk_tab_does_nothing() {
    let desk = Desk::new();
    for name in EACH {
        let Some(mut shell) = Shell::start(&desk, name) else { continue };
        shell.gives("tix show 1\t", &["tix", "show", "1"]);
        shell.gives("tix list label:b\t", &["tix", "list", "label:b"]);
        assert!(!desk.path("tix.db").exists());
    }
}
