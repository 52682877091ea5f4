//! Queries through the whole program: what once was answered wrongly, and that every way of asking
//! gives the same answer.

use crate::desk::Desk;

/// The IDs that a query finds, smallest first.
fn found(desk: &Desk, query: &str) -> String {
    let ids = desk.ok(&format!("list --all -q sort:id {query}"));
    ids.lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn words_in_parentheses_are_words() {
    let desk = Desk::new();
    desk.ok("new 'Null pointer in foo'");
    desk.ok("new 'Null and void'");
    desk.ok("view save null 'null pointer'");
    for query in ["'(null pointer)'", "'((null) (pointer foo))'", "'(null pointer) is:open'"] {
        assert_eq!(found(&desk, query), "1", "{query}");
        assert_eq!(desk.ok(&format!("count {query}")), "1\n", "{query}");
        assert_eq!(desk.ok(&format!("search -q {query}")), "1\n", "{query}");
    }
    assert_eq!(found(&desk, "view:null"), "1");
    assert_eq!(found(&desk, "'-(null pointer)'"), "2");
    assert_eq!(found(&desk, "'(void OR pointer) (null)'"), "1 2");
}

#[test]
fn a_minus_before_what_no_flag_begins_with_needs_no_dashes() {
    let desk = Desk::new();
    desk.ok("new 'Null pointer'");
    desk.ok("new '登录失败'");
    for (query, ids) in [
        ("'-(null pointer)'", "2"),
        ("'-\"null pointer\"'", "2"),
        ("-登录", "1"),
        ("-title:null", "2"),
        ("-登录 '-\"null\"'", ""),
    ] {
        assert_eq!(found(&desk, query), ids, "{query}");
    }
    // A value of a flag is none of the query's words.
    desk.ok("comment 1 -m '-(really)'");
    assert_eq!(found(&desk, "note:really"), "1");
    assert_eq!(desk.run("list -x").code, 2);
}

#[test]
fn a_view_may_speak_of_me() {
    let desk = Desk::new();
    desk.ok("new Mine --assignee @me");
    desk.ok("new Nobodys");
    desk.ok("view save mine 'assignee:@me'");
    desk.ok("view save late 'view:mine is:open'");
    for query in ["assignee:@me", "assignee:@ME", "view:mine", "VIEW:Mine", "view:late"] {
        assert_eq!(found(&desk, query), "1", "{query}");
    }
    assert_eq!(desk.ok("list -q --view mine"), "1\n");
}

#[test]
fn the_description_is_no_reply_whoever_wrote_it() {
    let desk = Desk::new();
    desk.ok("new 'We noticed that the printer burns' -m 'It does.'");
    for query in ["no:reply", "replies:0", "-has:reply", "-first-response:.."] {
        assert_eq!(found(&desk, query), "1", "{query}");
    }
    desk.ok("comment 1 -m 'Water?'");
    assert_eq!(found(&desk, "no:reply messages:2"), "1");
    desk.ok("reply 1 -m 'The fire is out.'");
    for query in ["has:reply", "replies:1", "'first-response:>0m'", "-no:reply"] {
        assert_eq!(found(&desk, query), "1", "{query}");
    }
}

#[test]
fn an_id_that_names_no_ticket_is_a_mistake() {
    let desk = Desk::new();
    desk.ok("new 'Printer on fire' --ref jira:A-1");
    let uid = desk.ticket("1")["uid"].as_str().unwrap()[..8].to_owned();
    for id in ["1", "#1", "jira:A-1", &uid, &uid.to_uppercase()] {
        assert_eq!(found(&desk, &format!("id:'{id}'")), "1", "{id}");
    }
    for id in ["2", "B7", "jira:a-1", "abcdefabcdef"] {
        assert_eq!(found(&desk, &format!("id:{id}")), "", "{id}");
    }
    for id in ["nonsense", "1.1", "@", "-1"] {
        let ran = desk.run(&format!("list id:{id}"));
        assert_eq!((ran.code, ran.stderr.contains("id:")), (4, true), "{id}: {}", ran.stderr);
    }
}
