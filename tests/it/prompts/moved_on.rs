//! What happens to a ticket while somebody writes in their editor.

use super::terminal::{SIZES, Terminal, buffer, drafts, with_editor};
use crate::desk::Desk;
use crate::whole::asked;

/// Writes in an editor while `meanwhile` is done; what the terminal showed, and the exit code.
fn writes(desk: &Desk, line: &str, meanwhile: &str) -> super::terminal::Left {
    let script = format!("{meanwhile}\n{{ echo precious; cat buffer; }} > \"$file\"");
    let mut command = with_editor(desk, line, &script);
    let command = command.env("TIX", env!("CARGO_BIN_EXE_tix"));
    Terminal::start(command, SIZES[0]).left()
}

fn does(line: &str) -> String {
    format!("\"$TIX\" {line} > /dev/null")
}

#[test]
fn nothing_is_said_on_a_ticket_that_was_merged_while_somebody_wrote() {
    for line in ["reply 2", "comment 2", "edit 2.1 -e", "reply 2 --close"] {
        let desk = asked(2);
        let left = writes(&desk, line, &does("merge 2 1")).with(4);
        assert!(left.shown.contains("#2 has moved on while you wrote"), "{:?}", left.shown);
        assert!(left.shown.contains("because: it was merged into #1"), "{:?}", left.shown);
        assert!(!desk.ok("export jsonl").contains("precious"));
        let name = left.named();
        // Nobody has seen the whole yet.
        assert_eq!(desk.run(&format!("drafts resume {name} --as-is")).code, 4, "{line}");
        let again = with_editor(
            &desk,
            &format!("drafts resume {name}"),
            "sed 's/precious/& again/' buffer > \"$file\"",
        );
        Terminal::start(&again, SIZES[0]).left().with(0);
        assert!(desk.ticket("1")["messages"].to_string().contains("precious again"), "{line}");
        assert!(drafts(&desk).is_empty());
    }
}

#[test]
fn no_reply_passes_over_what_came_while_it_was_written() {
    let from = |who: &str| does(&format!("reply 1 --from '{who} <x@x.example>' -m more"));
    let both = format!("{}; {}", from("Cy"), does("reply 1 -m ours"));
    for (meanwhile, why) in [
        (
            does("reply 1 --from 'R1 <r1@x.example>' -m more"),
            "a new message 1.2 by R1 arrived meanwhile",
        ),
        (from("Cy"), "a new message 1.2 by Cy arrived meanwhile"),
        (both, "new messages arrived meanwhile: 1.2 by Cy, 1.3 by Mira"),
        (does("close 1"), "it is closed (solved) now"),
        (does("status pending 1"), "it is pending now"),
        (does("edit 1 -r 'Cy <cy@x.example>'"), ""),
        (does("comment 1 -m hmm"), ""),
    ] {
        for line in ["reply 1 --close", "reply 1"] {
            let desk = asked(1);
            let left = writes(&desk, line, &meanwhile);
            if why.is_empty() {
                assert_eq!(left.code, 0, "{:?}", left.shown);
                continue;
            }
            let left = left.with(4);
            assert!(left.shown.contains("#1 has moved on while you wrote"), "{:?}", left.shown);
            let shown = left.shown.replace("\r\n", " ");
            assert!(shown.contains(why), "{shown:?}");
            assert!(!desk.ok("export jsonl").contains("precious"));
            assert_eq!(drafts(&desk).len(), 1);
            assert_eq!(desk.run(&format!("drafts resume {} --as-is", left.named())).code, 4);
        }
    }
}

#[test]
fn a_desk_that_goes_while_somebody_writes_is_not_made_anew() {
    for line in ["reply 1", "comment 1", "edit 1.1 -e"] {
        let desk = asked(1);
        let path = desk.path("tix.db");
        let left = writes(&desk, line, &format!("rm -f {}*", path.display())).with(8);
        assert!(left.shown.contains("is gone"), "{:?}", left.shown);
        assert!(!path.exists(), "{line}");
        assert_eq!(drafts(&desk).len(), 1);
        assert!(!buffer(&desk).is_empty());
    }
}
