//! Who passes for somebody else is marked, in words, where they are shown.

use crate::desk::Desk;

const PAYPAL: &str = "p\u{430}ypal <help@p\u{430}ypal.com>";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.ok("new 'Your account' -m 'Please log in.' -r 'Ada <ada@acme.example>'");
    desk.ok(&format!("new 'Your account too' -m 'Please log in.' -r '{PAYPAL}'"));
    desk.ok("new 'Mixed, and well so' -m Hi -r 'Владимир Smith <v@пример.рф>'");
    desk
}

#[test]
fn a_ticket_says_that_its_requester_passes_for_another() {
    let desk = desk();
    for ran in [desk.run("show 2"), desk.screen(60, "show 2"), desk.screen(100, "show 2")] {
        let text = ran.stdout;
        assert_eq!(text.matches("⚠ mixed scripts").count(), 2, "{text}");
    }
    for id in ["1", "3"] {
        assert!(!desk.ok(&format!("show {id}")).contains('⚠'));
    }
}

#[test]
fn a_list_marks_them() {
    let desk = desk();
    let list = desk.screen(100, "list").stdout;
    let marked: Vec<&str> = list.lines().filter(|line| line.contains('⚠')).collect();
    assert!(marked.len() == 1 && marked[0].starts_with("#2"), "{list}");
    // A program gets the name and nothing else.
    assert!(!desk.ok("list --json").contains('⚠'));
    assert!(!desk.ok("list").contains('⚠'));
}

#[test]
fn new_and_reply_say_whom_they_reach() {
    let desk = desk();
    let new = desk.screen(100, &format!("new Third -r '{PAYPAL}'")).stdout;
    assert!(new.contains("⚠ mixed scripts"), "{new}");
    let reply = desk.screen(100, "reply 2 -m Hello").stdout;
    assert!(reply.contains("read by p\u{430}ypal ⚠ mixed scripts"), "{reply}");
    let reply = desk.screen(100, "reply 1 -m Hello").stdout;
    assert!(!reply.contains("read by"), "{reply}");
    let new = desk.screen(100, "new Fourth -r 'x@\u{430}\u{440}\u{440}\u{4cf}\u{435}.com'").stdout;
    assert!(new.contains("⚠ looks like apple.com"), "{new}");
}
