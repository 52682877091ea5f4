//! The law of bad input: whatever is asked, the answer is a list or a mistake of whoever asked;
//! never a panic, never a word of the machinery, and soon.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::test_runner::Config;
use tix::domain::dates::Clock;
use tix::domain::ids::Timestamp;
use tix::domain::query::{Context, Query};
use tix::error::{Error, Kind};
use tix::store::Wants;

use crate::desk::{Desk, START, draft, person};
use crate::oracle::dice::Dice;
use crate::oracle::make::Stock;
use crate::oracle::wall::Wall;

/// What queries are made of, and what breaks them.
const SHARDS: &[&str] = &[
    " ",
    "(",
    ")",
    "\"",
    "-",
    "OR",
    "AND",
    "NOT",
    " OR ",
    " AND ",
    "NOT ",
    ",",
    ":",
    "..",
    "<",
    ">=",
    "*",
    "\\",
    "'",
    "''",
    ";",
    "--",
    "/*",
    "\0",
    "\n",
    "\u{301}",
    "\u{fe0f}",
    "\u{202e}",
    "\u{feff}",
    "\u{10ffff}",
    "火",
    "ﾞ",
    "ก็",
    "ᆫ",
    "🔥",
    "is:",
    "is:open",
    "has:x",
    "view:a",
    "view:",
    "sort:",
    "sort:-id",
    "id:1",
    "id:#",
    "title:",
    "title:\"",
    "body:*",
    "^",
    "NEAR(a b)",
    "{title}",
    "+",
    "?",
    ":1",
    "?1",
    "messages:",
    "messages:>",
    "9223372036854775807",
    "99999999999999999999",
    "-1",
    "created:",
    "0000",
    "9999-12-31",
    "+99999y",
    "-4294967295d",
    "2026-02-30",
    "é",
    "ß",
    "İ",
    "%",
    "first-response:",
    "sla:<",
    "@me",
    "assignee:",
    "<>",
    "<@>",
    "label:",
    "ref:a:",
    "=",
    "==",
    "<=",
];

/// Terms of every kind.
const TERMS: &[&str] = &[
    "crash",
    "crash*",
    "title:crash,log",
    "登录",
    "is:overdue",
    "is:awaiting-us",
    "has:reply",
    "id:1",
    "id:abcdef",
    "label:x",
    "ref:a:b",
    "assignee:me@tix.example",
    "customer:x",
    "status:new",
    "status:new..open",
    "channel:web",
    "due:2026-01..2026-03",
    "first-response:1h..2h",
    "sla:<2h",
    "messages:1..5",
    "view:b",
    "(null pointer)",
];

fn context() -> Context {
    let clock = Clock { now: Timestamp(START), zone: chrono_tz::Europe::Berlin };
    let views = [("a", "label:x OR view:b"), ("b", "log sort:due"), ("c", "view:c"), ("d", "")];
    let views = views.map(|(name, query)| (name.to_owned(), query.to_owned())).into();
    Context { clock, me: person("Me <me@tix.example>"), views }
}

/// How many times more than usual.
fn times() -> usize {
    usize::try_from(Config::default().cases / 256).unwrap().max(1)
}

fn desk() -> Desk {
    let mut desk = Desk::new(0);
    for title in ["log in", "登录失败", "crash"] {
        desk.change(START, |desk| desk.open(draft(title))).unwrap();
    }
    desk
}

/// It is the query that is wrong, and that is said in words for people.
fn check(text: &str, error: &Error) {
    assert_eq!(error.kind, Kind::Invalid, "{text:?}: {error}");
    let said = format!("{error} {}", error.hint.clone().unwrap_or_default()).to_lowercase();
    // Not in the words that were typed.
    for word in ["sqlite", "fts5", "syntax error", "no such column", "malformed", "unterminated"] {
        assert!(!said.contains(word), "{text:?}: {said}");
    }
}

/// Asks a desk in every way.
fn ask(desk: &Desk, query: &Query, text: &str) {
    let (reader, now) = (desk.store.read(), Timestamp(START));
    let wants = Wants { limit: Some(2), fields: Some(Vec::new()) };
    let failed = |error: Error| panic!("{text:?}: {error}");
    let count = reader.count(query, now).map_err(failed).unwrap();
    let mut listed = 0;
    let sink = &mut |_| {
        listed += 1;
        Ok(())
    };
    reader.list(query, now, &wants, sink).map_err(failed).unwrap();
    assert_eq!(listed, count.min(2), "{text:?}");
    reader.search(query, now, &wants, &mut |_| Ok(())).map_err(failed).unwrap();
    let search = count.is_multiple_of(2);
    reader.explain(query, now, search).map_err(failed).unwrap();
    assert!(!query.tell().is_empty());
}

#[test]
fn whatever_bytes_are_asked_are_read_or_refused() {
    let (context, mut dice) = (context(), Dice::new(1));
    for _ in 0..100_000 * times() {
        let bytes: Vec<u8> = (0..dice.below(40)).map(|_| byte(&mut dice)).collect();
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = Query::parse(&text, &context) {
            check(&text, &error);
        }
    }
}

/// Half of them are ASCII.
fn byte(dice: &mut Dice) -> u8 {
    let most = if dice.one_in(2) { 256 } else { 128 };
    u8::try_from(dice.below(most)).unwrap()
}

#[test]
fn broken_queries_are_read_or_refused_and_what_is_read_is_answered() {
    let (context, mut dice, desk) = (context(), Dice::new(2), desk());
    let wall = Wall { now: START / 1000, zone: chrono_tz::Europe::Berlin };
    let stock = Stock { tickets: &[], wall, views: vec!["a".into(), "b".into()] };
    let mut asked = 0;
    for _ in 0..5_000 * times() {
        let whole = stock.asked(&mut dice).text(&mut dice);
        for _ in 0..20 {
            let text = broken(&whole, &mut dice);
            match Query::parse(&text, &context) {
                Ok(query) if asked < 10_000 * times() => {
                    asked += 1;
                    ask(&desk, &query, &text);
                }
                Ok(_) => {}
                Err(error) => check(&text, &error),
            }
        }
    }
    assert!(asked >= 10_000, "only {asked} were read");
}

/// A query with pieces put in, taken out, doubled or changed.
fn broken(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<String> = text.chars().map(String::from).collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(chars.len() + 1);
        let until = chars.len().min(at + dice.below(5));
        match dice.below(4) {
            0 | 1 => chars.insert(at, dice.pick(SHARDS).to_owned()),
            2 => drop(chars.drain(at..until)),
            _ => {
                let piece = chars[at..until].to_vec();
                let to = dice.below(chars.len() + 1);
                chars.splice(to..to, piece);
            }
        }
    }
    chars.concat()
}

/// Large in every way that there is, with what each is made of.
fn large() -> Vec<(&'static str, String)> {
    let many = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    let mut large = vec![
        ("one long word", "x".repeat(200_000)),
        ("100,000 characters", "登".repeat(100_000)),
        ("a long key", format!("{}:x", "k".repeat(200_000))),
        ("a long value", format!("is:{}", "x".repeat(200_000))),
        ("a long number", format!("messages:{}", "9".repeat(200_000))),
        ("a long date", format!("due:{}", "9".repeat(200_000))),
        ("a long phrase", format!("\"{}\"", many("ab ", 200_000))),
        ("a long list of lengths", format!("sla:{}", many("1h..", 200_000))),
        ("a long order", format!("sort:{}", many("id,", 200_000))),
        ("marks", many("e\u{301}", 200_000)),
        ("marks alone", many("\u{301}", 200_000)),
        ("a nest", format!("{}x{}", "(".repeat(99), ")".repeat(99))),
    ];
    let pieces = [
        "(", ")", "\"", "\"\" ", ",", ":", "-", "- ", "-(", "NOT ", "OR ", "x OR ", "( x OR ",
        "view:b ", "view:b,", "view:a ", "x ", "x,", "is:open ", "label:", "title:x,", "登录 ",
        "\u{3000}", "*", "..", "sort:id ", "a:b ",
    ];
    large.extend(pieces.map(|piece| (piece, many(piece, 200_000))));
    large.extend(pieces.map(|piece| (piece, piece.repeat(1_000))));
    large
}

#[test]
fn what_is_large_is_answered_or_refused_soon() {
    let (context, desk) = (context(), desk());
    for (made_of, text) in large() {
        let mut took = Duration::MAX;
        let mut read = Ok(Query::all());
        // Others may be at work on this machine.
        for _ in 0..3 {
            let start = Instant::now();
            read = Query::parse(&text, &context);
            took = took.min(start.elapsed());
            if took < Duration::from_millis(500) {
                break;
            }
        }
        assert!(took < Duration::from_secs(1), "{made_of}, {} bytes: {took:?}", text.len());
        match read {
            Ok(query) => ask(&desk, &query, made_of),
            Err(error) => check(made_of, &error),
        }
    }
}

#[test]
fn as_many_terms_as_fit_into_a_query_are_answered() {
    let (context, desk) = (context(), desk());
    let read = |term: &str, between: &str, many: usize| {
        let text = vec![term; many].join(between);
        Query::parse(&text, &context).unwrap_or_else(|error| panic!("{term}{between}: {error}"))
    };
    for term in TERMS {
        for before in ["", "-"] {
            let term = format!("{before}{term}");
            ask(&desk, &read(&term, " ", 200), &term);
            ask(&desk, &read(&term, " OR ", 200), &term);
        }
    }
    // What takes most words, and most values, in SQL.
    for term in ["-first-response:1h..2h", "status:new..open", "-view:b", "(-id:abcdef)"] {
        let most = if term.contains([':', '(']) && !term.starts_with("-f") { 3_300 } else { 9_900 };
        let query = read(term, " ", most);
        desk.store.read().count(&query, Timestamp(START)).unwrap();
    }
}

#[test]
fn deep_and_wide_is_answered_or_refused() {
    let (context, desk) = (context(), desk());
    let many = "label:x OR ".repeat(90);
    for (open, close) in [("(", ")"), ("-(", ")"), ("NOT (", ")"), ("(is:new (", "))")] {
        let mut read = 0;
        for depth in [1, 2, 3, 30, 49, 50, 51, 98, 99, 100, 101, 200] {
            let inner = format!("{open}{many}").repeat(depth);
            match Query::parse(&format!("{inner}crash{}", close.repeat(depth)), &context) {
                Ok(query) => {
                    read += 1;
                    desk.store.read().count(&query, Timestamp(START)).unwrap();
                }
                Err(error) => check(open, &error),
            }
        }
        assert!(read > 3, "{open}");
    }
}

#[test]
fn views_cannot_unfold_without_end() {
    let doubled = |name: usize, before: &str| {
        let inner =
            name.checked_sub(1).map_or("crash".to_owned(), |inner| format!("view:v{inner}"));
        (format!("v{name}"), format!("{before}{inner} {inner}"))
    };
    let chained = |name: usize| {
        let inner =
            name.checked_sub(1).map_or("crash".to_owned(), |inner| format!("view:v{inner}"));
        (format!("v{name}"), format!("{}{inner}{}", "(".repeat(40), ")".repeat(40)))
    };
    let none = |name: usize| {
        let inner = name.checked_sub(1).map_or(String::new(), |inner| format!("view:v{inner}"));
        (format!("v{name}"), format!("{inner},v{}", name.saturating_sub(1)))
    };
    let desk = desk();
    let chains: [&dyn Fn(usize) -> (String, String); 4] =
        [&|name| doubled(name, ""), &|name| doubled(name, "NOT "), &chained, &none];
    for (which, chain) in chains.into_iter().enumerate() {
        let views: BTreeMap<String, String> = (0..5_000).map(chain).collect();
        let context = Context { views, ..context() };
        for depth in [1, 2, 10, 20, 60, 90, 120, 4_999] {
            let start = Instant::now();
            let text = format!("view:v{depth}");
            match Query::parse(&text, &context) {
                Ok(query) => ask(&desk, &query, &text),
                Err(error) => check(&text, &error),
            }
            assert!(start.elapsed() < Duration::from_secs(5), "{which}: {depth}");
        }
    }
}
