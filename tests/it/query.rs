//! Queries through the whole program: what once was answered wrongly, and that every way of asking
//! gives the same answer.

use chrono::DateTime;
use serde_json::{Value, json};

use crate::desk::{Desk, Ran};
use crate::oracle::dice::Dice;
use crate::oracle::make::{self, CUSTOMERS, LABELS, PEOPLE, REFS, Stock, TIERS, VIEWS};
use crate::oracle::naive::{Ticket, compared};
use crate::oracle::wall::Wall;

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
    let uid = desk.ticket("1")["uid"].as_str().unwrap().replace('-', "");
    // A letter and digits alone would be a number.
    let letters = |end: &usize| uid[1..*end].contains(|c: char| c.is_ascii_alphabetic());
    let uid = uid[..(8..32).find(letters).unwrap()].to_owned();
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

const NOW: i64 = 1_788_250_000;

/// A line for `tix import jsonl`.
fn line(dice: &mut Dice) -> String {
    let moment = |dice: &mut Dice| {
        let day = i64::try_from(dice.below(60)).unwrap() - 40;
        let at = NOW + day * 86_400 + dice.pick(&[0, 1, 43_200]);
        json!(DateTime::from_timestamp(at, 0).unwrap().format("%FT%TZ").to_string())
    };
    let maybe = |dice: &mut Dice, value: Value| if dice.one_in(2) { value } else { Value::Null };
    let status = dice.pick(&["new", "open", "pending", "hold", "closed"]);
    let closed = status == "closed";
    let message = |dice: &mut Dice, kind: &str| {
        let by = dice.pick(&["us", "requester", "other"]);
        let (body, author) = (make::prose(dice), dice.pick(PEOPLE));
        json!({ "kind": kind, "by": by, "author": author, "body": body, "created_at": moment(dice) })
    };
    let mut messages = vec![message(dice, "reply")];
    for _ in 0..dice.below(3) {
        let kind = dice.pick(&["reply", "note"]);
        messages.push(message(dice, kind));
    }
    let mut ticket = json!({
        "title": make::title(dice), "status": status, "messages": messages,
        "priority": dice.pick(&["low", "normal", "high", "urgent"]),
        "channel": dice.pick(&["cli", "email", "web"]), "labels": [], "refs": [],
        "created_at": moment(dice), "updated_at": moment(dice),
    });
    if closed {
        ticket["resolution"] = json!(dice.pick(&["solved", "duplicate", "stale"]));
        ticket["closed_at"] = moment(dice);
    }
    for (field, all) in [("labels", LABELS), ("refs", REFS)] {
        let some: Vec<&str> = (0..dice.below(3)).map(|_| dice.pick(all)).collect();
        ticket[field] = json!(some);
    }
    for (field, all) in
        [("assignee", PEOPLE), ("requester", PEOPLE), ("customer", CUSTOMERS), ("tier", TIERS)]
    {
        let one = json!(dice.pick(all));
        ticket[field] = maybe(dice, one);
    }
    for field in ["due_at", "snoozed_until"] {
        let at = moment(dice);
        ticket[field] = maybe(dice, at);
    }
    ticket.to_string()
}

/// Runs a command about a query, at the one moment of this test.
fn ask(desk: &Desk, line: &str, text: &str) -> String {
    let mut command = desk.command(line);
    let now = DateTime::from_timestamp(NOW, 0).unwrap().to_rfc3339();
    command.env("TIX_NOW", now).env("TIX_USER", "Somebody <grace@acme.example>");
    if !text.is_empty() {
        command.arg("--").arg(text);
    }
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.code, 0, "{line} {text}\n{}", ran.stderr);
    ran.stdout
}

#[test]
fn every_command_answers_a_query_as_the_export_says() {
    let (desk, mut dice) = (Desk::new(), Dice::new(9));
    let lines: Vec<String> = (0..40).map(|_| line(&mut dice)).collect();
    let file = desk.file("tickets.jsonl", lines.join("\n"));
    desk.ok(&format!("import jsonl {file}"));
    for n in 1..=12 {
        ask(&desk, &format!("link {n} {} {}", dice.pick(&["blocks", "relates"]), n + 20), "");
    }
    ask(&desk, "merge 30 31 40", "");
    ask(&desk, "split 40 40.2", "");
    let mut tickets: Vec<Ticket> = ask(&desk, "export jsonl", "")
        .lines()
        .map(|line| {
            let json: Value = serde_json::from_str(line).unwrap();
            let number = json["id"].as_str().unwrap().to_owned();
            Ticket::new(json, vec![number])
        })
        .collect();
    assert_eq!(tickets.len(), 41);
    Ticket::meet(&mut tickets);
    let wall = Wall { now: NOW, zone: chrono_tz::Europe::Berlin };
    let world = make::world(&tickets, wall, "grace@acme.example", &mut dice);
    for name in VIEWS {
        ask(&desk, &format!("view save {name}"), &world.views[*name].text(&mut dice));
    }
    let stock = Stock { tickets: &tickets, wall, views: world.views.keys().cloned().collect() };
    let mut some = 0;
    for _ in 0..40 {
        let asked = stock.asked(&mut dice);
        let text = asked.text(&mut dice);
        let order = world.order(&asked);
        let mut expected: Vec<&Ticket> =
            tickets.iter().filter(|ticket| world.holds(&asked.node, ticket)).collect();
        if order.last().unwrap().1 {
            expected.reverse();
        }
        expected.sort_by(|one, other| compared(one, other, &order));
        some += usize::from(!expected.is_empty() && expected.len() < 41);
        let all = ids(expected.iter().copied());
        assert_eq!(rows(&ask(&desk, "list --all --jsonl=id", &text)), all, "{text}");
        let adds_open = !world.says_status(&asked);
        let open = expected.iter().filter(|t| !adds_open || t.text("status") != Some("closed"));
        assert_eq!(rows(&ask(&desk, "list --jsonl=id", &text)), ids(open.copied()), "{text}");
        assert_eq!(ask(&desk, "count", &text), format!("{}\n", all.len()), "{text}");
        assert_eq!(rows(&ask(&desk, "list --all --explain --json", &text)).len(), 1, "{text}");
        // To search for nothing is refused.
        let search = if text.is_empty() { "list --all --jsonl=id" } else { "search --jsonl=id" };
        let mut found = rows(&ask(&desk, search, &text));
        let mut exported = rows(&ask(&desk, "export jsonl", &text));
        if asked.sort.is_empty() {
            let mut sorted = all.clone();
            sorted.sort();
            found.sort();
            exported.sort();
            assert_eq!((&found, &exported), (&sorted, &sorted), "{text}");
        } else {
            assert_eq!((&found, &exported), (&all, &all), "{text}");
        }
    }
    assert!(some > 10, "only {some} questions were about some of the tickets");
}

fn ids<'a>(tickets: impl Iterator<Item = &'a Ticket>) -> Vec<String> {
    tickets.filter_map(|ticket| ticket.text("id")).map(ToOwned::to_owned).collect()
}

/// The ID on each line.
fn rows(lines: &str) -> Vec<String> {
    let id = |line: &str| {
        let json: Value = serde_json::from_str(line).unwrap();
        json["id"].as_str().unwrap_or_default().to_owned()
    };
    lines.lines().map(id).collect()
}
