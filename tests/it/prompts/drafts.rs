//! Texts that could not be stored, gone on with by a person.

use std::process::Command;

use super::failing::SMALL;
use super::terminal::{CTRL_C, ENTER, ESCAPE, Left, SIZES, Terminal, buffer, drafts, with_editor};
use crate::desk::Desk;

const BOTH: [(u16, u16); 2] = [SIZES[0], SMALL];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new One -m 'It crashes.\nOn start.' -r 'Ada Byte <ada@acme.example>'");
    desk.ok("comment 1 -m canary-note");
    desk
}

/// An editor that fails after somebody wrote into it.
const FAILS: &str = "echo precious | cat - buffer > \"$file\"; exit 1";

/// An editor into which a person types a line; it comes first.
const TYPED: &str = "echo ready; read -r line; { echo \"$line\"; cat buffer; } > \"$file\"";

/// The draft that `line` leaves when its editor fails.
fn failed(desk: &Desk, line: &str, size: (u16, u16)) -> String {
    Terminal::start(&with_editor(desk, line, FAILS), size).left().with(1).named()
}

/// Goes on with the draft `name`, in this editor.
fn resumed(desk: &Desk, name: &str, script: &str, size: (u16, u16)) -> Left {
    Terminal::start(&with_editor(desk, &format!("drafts resume {name}"), script), size).left()
}

#[test]
fn what_failed_is_gone_on_with_and_does_what_it_was_for() {
    for (line, told, done) in [
        (
            "reply 1 --pending",
            "PUBLIC reply to #1, then pending",
            "#1 PUBLIC reply added (1.3), pending",
        ),
        (
            "reply 1 --close=solved",
            "then closed (solved)",
            "#1 PUBLIC reply added (1.3), closed (solved)",
        ),
        ("comment 1", "NOTE on #1", "#1 NOTE added (1.3)"),
        ("new Two -e -p high -l bug", "new ticket: Two", "#2 Two"),
        ("edit 1.1 -e", "edit of PUBLIC reply 1.1", "#1 PUBLIC reply reworded (1.1)"),
        ("edit 1.2 -e", "edit of NOTE 1.2", "#1 NOTE reworded (1.2)"),
    ] {
        for size in BOTH {
            let desk = desk();
            let name = failed(&desk, line, size);
            let listed = Terminal::start(&desk.command("drafts"), SIZES[0]).left().with(0);
            assert!(
                listed.shown.contains(told) && listed.shown.contains("precious"),
                "{:?}",
                listed.shown
            );
            let short = &name[..1];
            let command = with_editor(&desk, &format!("drafts resume {short}"), TYPED);
            let mut terminal = Terminal::start(&command, size);
            let left = terminal.sees("ready").sends("real keys\r").left().with(0);
            assert!(left.shown.contains(done), "{line}: {:?}", left.shown);
            let ticket = desk.ticket(if line.starts_with("new") { "2" } else { "1" });
            assert!(ticket["messages"].to_string().contains("real keys\\nprecious"), "{ticket}");
            assert_eq!(
                (ticket["messages"].to_string().matches("real keys").count(), drafts(&desk).len()),
                (1, 0)
            );
            assert_eq!(buffer(&desk).matches("precious").count(), 1);
        }
    }
}

#[test]
fn a_ticket_that_cannot_be_read_back_is_mended() {
    for size in BOTH {
        let desk = desk();
        let script = "sed -e 's/^title:.*/title: Uno/' -e 's/^priority:.*/priority: huge/' buffer > \"$file\"";
        let left = Terminal::start(&with_editor(&desk, "edit 1 -e", script), size).left().with(4);
        let name = left.named();
        // Others go on meanwhile.
        desk.ok("edit 1 -l late --due 2026-09-30");
        resumed(&desk, &name, "sed 's/^priority:.*/priority: low/' buffer > \"$file\"", size)
            .with(0);
        let ticket = desk.ticket("1");
        let told = ["title", "priority", "labels", "due_at"].map(|field| ticket[field].to_string());
        assert_eq!(told, ["\"Uno\"", "\"low\"", "[\"late\"]", "\"2026-09-30T21:59:59Z\""]);
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn a_config_that_cannot_be_used_is_mended() {
    let desk = desk();
    std::fs::create_dir_all(desk.path(".config/tix")).unwrap();
    desk.file(".config/tix/config.toml", "broken from the start");
    let left = Terminal::start(
        &with_editor(&desk, "config edit", "echo 'usr = \"x\"' > \"$file\""),
        SMALL,
    );
    let name = { left }.left().with(4).named();
    resumed(&desk, &name, "sed s/usr/user/ buffer > \"$file\"", SMALL).with(0);
    assert_eq!(desk.ok("config get user"), "x\n");
    assert!(drafts(&desk).is_empty());
}

#[test]
fn what_moved_on_meanwhile_is_not_overwritten_and_can_be_looked_at_again() {
    let desk = desk();
    let others = |line: &str| format!("\"$TIX\" {line} > /dev/null\n");
    for (line, meanwhile, script) in [
        ("edit 1 -e", "edit 1 --title Eins", "sed 's/^title:.*/title: Uno/' buffer > \"$file\""),
        ("edit 1 -e", "edit 1.1 -m 'theirs one'", "sed 's/^It crashes/Mine/' buffer > \"$file\""),
        ("edit 1.1 -e", "edit 1.1 -m 'theirs two'", "echo Mine > \"$file\""),
        ("edit 1.2 -e", "edit 1.2 -m theirs", "echo Mine > \"$file\""),
        ("reply 1", "edit 1 -r 'Cy <cy@other.example>'", "echo Mine > \"$file\""),
    ] {
        if line.starts_with("reply") {
            desk.ok("new Ours -m ours");
        }
        let line = line.replace("reply 1", "reply 2");
        let meanwhile = meanwhile.replace("1 -r", "2 -r");
        let before = desk.ok("export jsonl");
        let mut command = with_editor(&desk, &line, &(others(&meanwhile) + script));
        let command = command.env("TIX", env!("CARGO_BIN_EXE_tix"));
        let left = Terminal::start(command, SMALL).left().with(4);
        assert!(left.shown.contains("while you wrote"), "{line}: {:?}", left.shown);
        let now = desk.ok("export jsonl");
        assert!(now != before && !now.contains("Uno") && !now.contains("Mine"), "{line}: {now}");
        let name = left.named();
        // Nobody has looked again.
        assert_eq!(desk.run(&format!("drafts resume {name} --as-is")).code, 4, "{line}");
        let again = "{ cat buffer | sed 's/Mine/Mine!/; s/Uno/Uno!/'; } > \"$file\"";
        let left = resumed(&desk, &name, again, SIZES[0]);
        assert!(left.code == 0, "{line}: {:?}", left.shown);
        let now = desk.ok("export jsonl");
        assert!(now.contains("Uno!") || now.contains("Mine!"), "{line}: {now}");
        assert!(drafts(&desk).is_empty());
        desk.ok("undo");
    }
}

#[test]
fn whom_it_reaches_is_told_again() {
    let desk = desk();
    let name = failed(&desk, "reply 1", SMALL);
    assert!(buffer(&desk).contains("read by Ada Byte <ada@acme.example>"));
    let record = serde_json::json!({ "uid": desk.ticket("1")["uid"], "title": "One", "messages": [
        { "kind": "reply", "author": "Cy <cy@other.example>", "by": "other", "body": "Me too.", "ref": "x:1" }] });
    desk.feed("import jsonl -", record.to_string());
    assert_eq!(desk.run(&format!("drafts resume {name} --as-is")).code, 4);
    resumed(&desk, &name, "sed 's/precious/more precious/' buffer > \"$file\"", SMALL).with(0);
    let shown = buffer(&desk);
    assert!(
        shown.contains("read by Cy <cy@other.example>, Ada Byte <ada@acme.example>")
            && shown.contains("> Me too."),
        "{shown}"
    );
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(desk.ticket("1")["messages"][3]["body"], "more precious");
}

#[test]
fn to_look_at_a_draft_neither_sends_nor_loses_it() {
    for size in BOTH {
        let desk = desk();
        let name = failed(&desk, "comment 1", size);
        for (script, code) in [
            (":", 130),
            (": > \"$file\"", 130),
            ("rm \"$file\"", 1),
            ("exit 1", 1),
            ("rm \"$file\"; exit 1", 1),
            ("kill -KILL $$", 1),
            ("kill -INT $$", 130),
        ] {
            let left = resumed(&desk, &name, script, size).with(code);
            assert_eq!(left.named(), name, "{script}");
            assert_eq!(desk.ok(&format!("drafts show {name}")), "precious\n", "{script}");
        }
        let left = resumed(&desk, &name, "sed s/precious/better/ buffer > \"$file\"; exit 1", size);
        left.with(1);
        assert_eq!(desk.ok(&format!("drafts show {name}")), "better\n");
        assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn what_was_written_below_the_line_is_not_lost() {
    let desk = desk();
    let left = Terminal::start(&with_editor(&desk, "reply 1", "echo below >> \"$file\""), SMALL);
    let left = { left }.left().with(130);
    assert!(left.shown.contains("stands below the line"), "{:?}", left.shown);
    let name = left.named();
    assert!(desk.ok(&format!("drafts show {name}")).ends_with("\nbelow\n"));
    assert_eq!(desk.run(&format!("drafts resume {name} --as-is")).code, 4);
    resumed(&desk, &name, "{ tail -n 1 buffer; cat buffer; } > \"$file\"", SMALL).with(0);
    assert_eq!(desk.ticket("1")["messages"][2]["body"], "below");
}

#[test]
fn what_stood_below_the_line_is_not_sent_when_the_line_is_gone() {
    let desk = desk();
    let script = "{ echo precious; grep -v '>8' buffer; } > \"$file\"";
    for line in ["reply 1", "comment 1", "new Two -e", "edit 1.2 -e"] {
        let left = Terminal::start(&with_editor(&desk, line, script), SMALL).left().with(4);
        assert!(left.shown.contains("is gone"), "{line}: {:?}", left.shown);
        let name = left.named();
        assert_eq!(desk.run(&format!("drafts resume {name} --as-is")).code, 4, "{line}");
        let first = if line.contains('.') { "echo precious" } else { "sed -n 1p buffer" };
        resumed(&desk, &name, &format!("{first} > \"$file\""), SMALL).with(0);
    }
    let messages = desk.ticket("1")["messages"].take();
    let said: Vec<_> = messages.as_array().unwrap()[1..].iter().map(|it| &it["body"]).collect();
    assert_eq!(said, ["precious", "precious", "precious"]);
    assert_eq!(desk.ticket("2")["description"], "precious");
}

#[test]
fn a_text_is_cut_at_the_line_but_not_a_message_that_holds_one() {
    let line = tix::drafts::SCISSORS;
    let desk = desk();
    let script = format!("{{ printf 'above\\n{line}\\nbelow\\n'; cat buffer; }} > \"$file\"");
    Terminal::start(&with_editor(&desk, "reply 1", &script), SMALL).left().with(0);
    assert_eq!(desk.ticket("1")["messages"][2]["body"], "above");
    desk.ok(&format!("edit 1.3 -m 'above\n{line}\nbelow'"));
    let left = Terminal::start(
        &with_editor(&desk, "edit 1.3 -e", "sed s/below/under/ buffer > \"$file\""),
        SMALL,
    );
    { left }.left().with(0);
    assert_eq!(desk.ticket("1")["messages"][2]["body"], format!("above\n{line}\nunder"));
}

#[test]
fn a_dry_run_keeps_what_was_written_for_it() {
    let desk = desk();
    let script = "echo precious > \"$file\"";
    let left = Terminal::start(&with_editor(&desk, "reply 1 -n", script), SMALL).left().with(0);
    assert!(left.shown.contains("would: #1 PUBLIC reply added"), "{:?}", left.shown);
    assert_eq!(desk.ok(&format!("drafts show {}", left.named())), "precious\n");
    let name = left.named();
    assert_eq!(
        desk.ok(&format!("drafts resume {name} --as-is")),
        "✓ #1 PUBLIC reply added (1.3)\n"
    );
    assert!(drafts(&desk).is_empty());
}

#[test]
fn many_tickets_are_asked_about_again() {
    for size in BOTH {
        let desk = desk();
        for title in ["Two", "Three", "Four"] {
            desk.ok(&format!("new {title} -r {title}@x.example"));
        }
        let command = with_editor(&desk, "reply 1 2 3 4 --close", "echo precious > \"$file\"");
        let mut terminal = Terminal::start(&command, size);
        let name = terminal.answers("reply to 4 tickets? [y/N] ", "n").left().with(130).named();
        let shown = buffer(&desk);
        for read in [
            "PUBLIC reply to #1, #2, #3 and 1 more, then closed (answered): read by\n",
            "\n#1 read by Ada Byte <ada@acme.example>; One\n",
            "\n#4 read by Four@x.example; Four\n",
        ] {
            assert!(shown.contains(read), "{shown}");
        }
        assert!(!shown.contains('>') || !shown.contains("> It crashes"), "{shown}");
        assert_eq!(desk.run(&format!("drafts resume {name} --as-is")).code, 6);
        let command =
            with_editor(&desk, &format!("drafts resume {name}"), "sed -i 1s/$/!/ \"$file\"");
        let mut terminal = Terminal::start(&command, size);
        terminal.answers("reply to 4 tickets? [y/N] ", "y").left().with(0);
        for id in ["1", "2", "3", "4"] {
            assert!(desk.ticket(id)["messages"].to_string().contains("precious!"));
        }
        assert_eq!(desk.ok("list status:closed -q").lines().count(), 4);
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn those_that_could_not_be_answered_leave_a_draft_when_none_could() {
    let desk = desk();
    desk.ok("new Two -r bo");
    let undo = "\"$TIX\" undo >/dev/null; echo precious > \"$file\"";
    for (line, kept) in [("comment 2 --keep-going", 1), ("comment 1 2 --keep-going", 0)] {
        let mut command = with_editor(&desk, line, undo);
        let left = Terminal::start(command.env("TIX", env!("CARGO_BIN_EXE_tix")), SMALL).left();
        assert_eq!((left.code, drafts(&desk).len()), (7, kept), "{line}: {:?}", left.shown);
        for name in desk.ok("drafts -q").lines() {
            desk.ok(&format!("drafts rm {name} --yes"));
            desk.ok("redo");
        }
    }
}

#[test]
fn to_throw_a_draft_away_is_asked_about() {
    for size in BOTH {
        let desk = desk();
        let name = failed(&desk, "comment 1", size);
        let question = format!("throw the draft {name} away? [y/N] ");
        for no in ["n", ENTER, ESCAPE, CTRL_C] {
            let mut terminal = Terminal::start(&desk.command(&format!("drafts rm {name}")), size);
            let left = terminal.answers(&question, no).left().with(130);
            assert!(left.shown.contains("NOTE on #1: precious"), "{:?}", left.shown);
            assert_eq!(drafts(&desk).len(), 1);
        }
        let mut terminal = Terminal::start(&desk.command(&format!("drafts rm {name}")), size);
        let left = terminal.answers(&question, "y").left().with(0);
        assert!(
            left.shown.contains(&format!("✓ removed draft {name} (NOTE on #1)")),
            "{:?}",
            left.shown
        );
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn a_list_of_drafts_fits_its_window() {
    let desk = desk();
    desk.ok("new 'A very long title of a ticket that fills any window 漢字漢字漢字漢字漢字'");
    failed(&desk, "edit 2.1 -e", SMALL);
    failed(&desk, "reply 1 2 --close", SMALL);
    failed(&desk, "new 'Another very long title for a ticket, 漢字漢字漢字漢字漢字漢字' -e", SMALL);
    for (columns, lines) in [SIZES[0], SMALL, (24, 12)] {
        let mut command = desk.command("drafts");
        command.env("TIX_PAGER", "cat");
        let left = Terminal::start(&command, (columns, lines)).left().with(0);
        for line in left.shown.lines().skip(1) {
            let width = unicode_width::UnicodeWidthStr::width(line.trim_end_matches('\r'));
            assert!(width <= usize::from(columns), "{columns}: {line:?}");
        }
    }
}

/// In a real editor, with its own keys.
#[test]
#[expect(clippy::print_stderr, reason = "what is not tested should be known")]
fn vim_writes_fails_and_dies() {
    if !Command::new("vim").arg("--version").output().is_ok_and(|it| it.status.success()) {
        return eprintln!("no vim here: drafts are not tested with it");
    }
    for size in BOTH {
        let desk = desk();
        let vim = |line: &str, leave: &str| {
            let mut command = desk.command(line);
            // It asks the terminal nothing: no answers come among the keys.
            let quiet = "--cmd 'set t_u7= t_RV= t_RB= t_RF= t_RC= t_RS= showmode'";
            command.env("EDITOR", format!("vim -u NONE -N {quiet} -c \"echo 'vim is' 'ready'\""));
            let mut terminal = Terminal::start(command.env("TERM", "vt100"), size);
            terminal
                .sees("vim is ready")
                .types("i")
                .sees("INSERT")
                .types("Typed in vim")
                .sees("vim");
            // Its keys are its own: an interrupt ends neither it nor tix.
            terminal.types(leave).sees("\x1b[K");
            // It throws away what is typed until it has heeded an interrupt.
            std::thread::sleep(std::time::Duration::from_millis(500));
            terminal
        };
        let left =
            vim("reply 1", ESCAPE).types(":w\r").sees("written").types(":cq\r").left().with(1);
        assert_eq!(desk.ok(&format!("drafts show {}", left.named())), "Typed in vim\n");
        let mut again = vim(&format!("drafts resume {}", left.named()), CTRL_C);
        again.types(":wq\r").left().with(0);
        assert_eq!(desk.ticket("1")["messages"][2]["body"], "Typed in vimTyped in vim");
        vim("comment 1", ESCAPE).types(":q!\r").left().with(130);
        let left = vim("comment 1", ESCAPE)
            .types(":w\r")
            .sees("written")
            .types(":!kill -9 $PPID\r")
            .left()
            .with(1);
        assert_eq!(desk.ok(&format!("drafts show {}", left.named())), "Typed in vim\n");
        assert_eq!(desk.ticket("1")["messages"].as_array().unwrap().len(), 3);
        vim("comment 1", CTRL_C).types(":x\r").left().with(0);
        assert_eq!(desk.ticket("1")["messages"][3]["body"], "Typed in vim");
    }
}
