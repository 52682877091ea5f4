//! A pager comes when the answer is longer than the window, and only then.

use super::terminal::{Left, SIZES, Terminal};
use crate::desk::Desk;

/// A desk whose ticket 1 is longer than a window; the pager writes down that it was called.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("pager.sh", "echo \"$1\" >> paged\nsed 's/^/|/'");
    desk.ok(&format!("new Long -m '{}last-line'", "a line of text\n".repeat(40)));
    desk.ok("new Short -m text");
    desk
}

fn run(desk: &Desk, line: &str, size: (u16, u16)) -> (Left, bool) {
    let mut command = desk.command(line);
    command.env("TIX_PAGER", "sh ./pager.sh tix");
    let left = Terminal::start(&command, size).left().with(0);
    (left, std::fs::remove_file(desk.path("paged")).is_ok())
}

#[test]
fn a_long_answer_goes_through_the_pager() {
    let desk = desk();
    for size in SIZES {
        for line in ["show 1", "show 2 1", "help query"] {
            let (left, paged) = run(&desk, line, size);
            assert!(paged, "{line}: {:?}", left.shown);
        }
        let (left, _) = run(&desk, "show 1", size);
        assert!(left.shown.contains("|#1 Long"), "{:?}", left.shown);
        assert!(left.shown.contains("last-line"), "{:?}", left.shown);
    }
}

#[test]
fn a_short_or_empty_answer_does_not() {
    let desk = desk();
    for size in SIZES {
        for line in [
            "show 2",
            "list",
            "list label:none",
            "show 1 --no-pager",
            "show 1 --json",
            "show 1 --notes",
            "show 1 -q",
            "export jsonl",
        ] {
            let (left, paged) = run(&desk, line, size);
            assert!(!paged, "{line}: {:?}", left.shown);
        }
        let mut command = desk.command("show 1 --no-pager");
        command.env("TIX_PAGER", "sh ./pager.sh");
        let left = Terminal::start(&command, size).left().with(0);
        assert!(left.shown.contains("last-line"), "{:?}", left.shown);
    }
}

#[test]
fn a_file_gets_no_pager() {
    let desk = desk();
    let mut command = desk.command("show 1");
    command.env("TIX_PAGER", "sh ./pager.sh");
    assert!(command.output().unwrap().status.success());
    assert!(!desk.path("paged").exists());
}

#[test]
fn the_nearest_setting_names_the_pager() {
    let desk = desk();
    let config = desk.file("config.toml", "pager = \"sh ./pager.sh config\"\n");
    let none = desk.file("empty.toml", "");
    let settings = [("TIX_PAGER", "tix"), ("PAGER", "pager")];
    for (from, config, wanted) in
        [(0, &config, "tix\n"), (1, &config, "config\n"), (1, &none, "pager\n")]
    {
        let mut command = desk.command("show 1");
        command.env("TIX_CONFIG", config);
        for (name, value) in &settings[from..] {
            command.env(name, format!("sh ./pager.sh {value}"));
        }
        Terminal::start(&command, SIZES[0]).left().with(0);
        assert_eq!(std::fs::read_to_string(desk.path("paged")).unwrap(), wanted);
        std::fs::remove_file(desk.path("paged")).unwrap();
    }
}

#[test]
fn without_a_pager_or_with_one_that_leaves_early_all_is_well() {
    let desk = desk();
    for (pager, all) in [("no-such-pager", true), ("true", false), ("head -n 1", false)] {
        let mut command = desk.command("show 1");
        command.env("TIX_PAGER", pager);
        let left = Terminal::start(&command, SIZES[0]).left().with(0);
        assert_eq!(left.shown.contains("last-line"), all, "{pager}: {:?}", left.shown);
    }
}

#[test]
fn an_interrupt_is_the_pagers_to_answer() {
    let desk = desk();
    let script = "trap : INT; cat; echo ready\n\
                  for try in 1 2 3 4; do read -r key < /dev/tty && [ \"$key\" ] && break; done\n\
                  echo \"got $key\"";
    desk.file("less.sh", script);
    let mut command = desk.command("show 1");
    command.env("TIX_PAGER", "sh ./less.sh");
    let mut terminal = Terminal::start(&command, SIZES[0]);
    terminal.sees("ready").sends(super::terminal::CTRL_C).sees("^C").sends("q\n").sees("got q");
    terminal.left().with(0);
}

#[test]
fn an_interrupt_is_the_pagers_to_answer_while_there_is_more_to_read() {
    let desk = desk();
    let body = desk.file("body.txt", "a line of text\n".repeat(20_000));
    desk.ok(&format!("new Longer -F {body}"));
    let script = "trap : INT; echo ready\n\
                  for try in 1 2 3 4; do read -r key < /dev/tty && [ \"$key\" ] && break; done\n\
                  tail -n 1; echo \"got $key\"";
    desk.file("less.sh", script);
    let mut command = desk.command("show 3");
    command.env("TIX_PAGER", "sh ./less.sh");
    let mut terminal = Terminal::start(&command, SIZES[0]);
    terminal.sees("ready").sends(super::terminal::CTRL_C).sees("^C").sends("q\n").sees("got q");
    terminal.left().with(0);
}
