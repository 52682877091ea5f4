//! What is typed in triage goes where it was meant: never into an act that nobody asked for.

use super::terminal::{CTRL_C, ESCAPE, Left, SIZES, Terminal};
use super::triage::{WRITES, desk, sit};
use crate::desk::Desk;

/// Everything stands as before, and nothing is closed, moved or taken back.
#[track_caller]
fn untouched(desk: &Desk, before: &str, left: &Left) {
    assert_eq!(desk.ok("export jsonl"), before, "{:?}", left.shown);
}

#[test]
fn a_prompt_outlives_a_window_that_changes_its_size() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, (80, 14));
    at.sees("[1/4]").sees("quit").types("l").sees("Labels").types("+bu").sees("+bu");
    at.resizes(70, 14).sees("[1/4]").sees("+bu").types("g-s").sees("+bug-s").resizes(60, 10);
    at.sees("+bug-s").types("\r").sees("[1/4]").sees("+bug-s").sees("quit").types("q");
    let left = at.left().with(0);
    assert_eq!(desk.ticket("1")["labels"], serde_json::json!(["bug-s"]), "{:?}", left.shown);
    assert_eq!(desk.ticket("1")["status"], "open");
}

#[test]
fn an_escape_sequence_is_one_key_and_means_nothing() {
    let sequences = [
        "\x1b[97;5u",
        "\x1b[?1;2c",
        "\x1b[<0;10;10m",
        "\x1b[<0;10;10M",
        "\x1b[M !c",
        "\x1b[[E",
        "\x1bOs",
        "\x1bOP",
        "\x1b[1;5D",
        "\x1b[15~",
        "\x1b]10;rgb:c/c/c\x07",
        "\x1b]11;rgb:c/c/c\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1bc",
        "\x1b(c",
        "\x1b[200~close me\rclose\rs\x1b[201~",
    ];
    let desk = desk();
    desk.ok("label +kept 1");
    let before = desk.ok("export jsonl");
    for sequence in sequences {
        let mut at = sit(&desk, WRITES, SIZES[0]);
        at.sees("[1/4]").sees("quit").types(sequence).types("q");
        let left = at.left().with(0);
        assert!(left.shown.contains("1 seen"), "{sequence:?}: {:?}", left.shown);
        assert!(!left.shown.contains("s solved"), "{sequence:?}: {:?}", left.shown);
        assert!(!left.shown.contains("Merge into"), "{sequence:?}: {:?}", left.shown);
        untouched(&desk, &before, &left);
    }
}

#[test]
fn in_a_prompt_keys_edit_and_insert_nothing_else() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, SIZES[0]);
    at.sees("quit").types("e").sees("Title: ").types("wrong");
    // Ctrl-U, then words, keys without a meaning, Ctrl-W, arrows, wide characters, backspace.
    at.types("\x15").types("Crash 登录 twice").types("\x1b[1;5D\x1b[15~\x1bOP");
    at.types("\x17").types("x\x7fagian").types("\x1b[D\x1b[D\x7f").types("\x1b[C");
    at.types("i\x1b[D\x1b[D\x1bOD!\x1bOF\x1bOH?").types("\x1b[200~pa\x1b[31mste\nd \x1b[201~");
    at.types("\r").sees("title: ").sees("quit").types("q");
    let left = at.left().with(0);
    assert_eq!(desk.ticket("1")["title"], "?pa[31mste d Crash 登录 a!gain", "{:?}", left.shown);
}

#[test]
fn escape_leaves_a_prompt_and_what_is_left_of_it_is_no_act() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    let mut at = sit(&desk, WRITES, SIZES[0]);
    for (key, question) in
        [("l", "Labels"), ("e", "Title"), ("s", "Snooze"), ("m", "Merge"), ("a", "Assign")]
    {
        at.sees("quit").types(key).sees(question).types("abc").sees("abc").types(ESCAPE);
    }
    at.sees("quit").types("c").sees("s solved").types(ESCAPE).sees("quit");
    // A line that is refused, and what was typed after it.
    at.types("s").sees("Snooze").types("gibberish\rcs").sees("gibberish").sees("quit").types("q");
    let left = at.left().with(0);
    untouched(&desk, &before, &left);
}

#[test]
fn a_signal_that_ends_it_leaves_the_terminal_as_it_was() {
    for (name, number) in [("TERM", 15), ("HUP", 1)] {
        for key in ["", "l"] {
            let desk = desk();
            let mut at = sit(&desk, WRITES, SIZES[0]);
            at.sees("quit").types(key);
            if !key.is_empty() {
                at.sees("Labels");
            }
            at.types("").signal(name);
            at.left().with(128 + number);
        }
    }
}

fn dumb(desk: &Desk) -> Terminal {
    let mut command = desk.command("triage");
    command.env("TERM", "dumb");
    Terminal::start(&command, SIZES[0])
}

#[test]
fn on_a_terminal_that_can_only_print_an_interrupt_ends_it() {
    let desk = desk();
    let left = dumb(&desk).sees("act: ").sends(CTRL_C).left().with(130);
    assert!(left.shown.contains("1 seen"), "{:?}", left.shown);
    let mut at = dumb(&desk);
    at.sees("act: ").sends("l\n").sees("Labels").sends(CTRL_C).sees("act: ").sends(CTRL_C);
    at.left().with(130);
}

#[test]
fn on_a_terminal_that_can_only_print_a_line_is_one_key() {
    let desk = desk();
    let before = desk.ok("export jsonl");
    let mut at = dumb(&desk);
    at.sees("act: ").sends("zzz\n").sees("`zzz` does nothing here").sees("act: ");
    at.sends("close\n").sees("`close` does nothing here").sees("act: ").sends("p\n");
    at.sees("u urgent").sends("lowest\n").sees("`lowest` is none of these").sees("act: ");
    let left = at.sends("q\n").left().with(0);
    untouched(&desk, &before, &left);
}

#[test]
fn a_duplicate_is_asked_of_which_ticket_and_digits_are_no_acts() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, SIZES[0]);
    at.sees("quit").types("cd").sees("Duplicate of").types("12\r").sees("no ticket");
    at.sees("quit").types("cd").sees("Duplicate of").types("3\r");
    at.sees("[2/4]").sees("closed (duplicate of #3)").sees("quit").types("cd");
    at.sees("Duplicate of").types("\r").sees("#2 closed (duplicate)").sees("quit").types("q");
    at.left().with(0);
    assert_eq!(desk.ticket("1")["resolution"], "duplicate");
    assert_eq!(desk.ticket("2")["resolution"], "duplicate");
    assert!(desk.ok("show 1").contains("#3"), "{}", desk.ok("show 1"));
}

#[test]
fn what_others_have_done_meanwhile_is_not_done_again() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, SIZES[0]);
    at.sees("[1/4]").sees("quit");
    desk.ok("close 2");
    desk.ok("comment 1 -m 'Unseen words.'");
    at.types("c").sees("#1 changed meanwhile").sees("quit").types("p").sees("u urgent");
    desk.ok("label +x 1");
    at.types("l").sees("#1 changed meanwhile").sees("quit");
    assert_eq!(desk.ticket("1")["priority"], "urgent");
    at.types("\r").sees("#3 Dark").sees("#2 is closed").sees("quit").types("cs");
    at.sees("#4 Typo").sees("quit").types("b").sees("#3 Dark").sees("quit");
    desk.ok("merge 4 1 --yes");
    at.types("\r");
    let left = at.left().with(0);
    assert!(left.shown.contains("3 seen: 1 closed\r\n"), "{:?}", left.shown);
}

#[test]
fn the_menus_of_a_narrow_window_keep_their_words_whole_and_the_ticket_in_sight() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, (40, 10));
    at.sees("[1/4]").sees("quit").types("c").sees("[1/4]").sees("#1 Crash");
    at.sees("d duplicate").sees("t stale").types(ESCAPE).sees("quit").types("q");
    at.left().with(0);
}

#[test]
fn all_of_a_ticket_is_seen_on_a_screen_of_its_own() {
    let desk = desk();
    let mut at = sit(&desk, WRITES, SIZES[0]);
    // Short: a key is waited for.
    at.sees("[1/4]").sees("quit").types("v").sees("\x1b[2J").sees("It crashes.");
    at.sees("any key").types("q").sees("[1/4]").sees("quit").types("q");
    at.left().with(0);
    // Long: in the pager, as wide as the window is now.
    desk.ok(&format!("comment 1 -m '{}'", "wider than the window ".repeat(100)));
    let mut command = desk.command("triage");
    command.env("TERM", "xterm").env("TIX_PAGER", "sh ./pager.sh");
    desk.file("pager.sh", "cat > paged; echo paged; read -r key < /dev/tty; sleep 0.4");
    let mut at = Terminal::start(&command, SIZES[0]);
    at.sees("[1/4]").sees("quit").resizes(50, 20).sees("[1/4]").sees("quit").types("v");
    at.sees("\x1b[2J").sees("paged").sends("\n").sees("[1/4]").sees("quit").types("q");
    at.left().with(0);
    let paged = std::fs::read_to_string(desk.path("paged")).unwrap();
    let mut wide = paged.lines().filter(|line| line.contains("wider"));
    assert!(wide.clone().count() > 30 && wide.all(|line| line.len() <= 50), "{paged}");
}
