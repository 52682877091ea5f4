//! Customers: who they are, and what becomes of their tickets with them.

use insta::assert_snapshot;
use serde_json::{Value, json};
use tix::domain::ids::Timestamp;
use tix::store::{Author, Store};

use crate::desk::Desk;

mod asking;

/// A desk with the tiers gold and silver.
fn tiered() -> Desk {
    let desk = Desk::new();
    desk.ok("tier new gold --first 4h");
    desk.ok("tier new silver --first 4h");
    desk
}

/// The customer and the tier of a ticket.
fn whose(desk: &Desk, id: &str) -> (Value, Value) {
    let ticket = desk.ticket(id);
    (ticket["customer"].clone(), ticket["tier"].clone())
}

fn is(customer: &str, tier: &str) -> (Value, Value) {
    let some = |text: &str| if text == "-" { Value::Null } else { json!(text) };
    (some(customer), some(tier))
}

/// Does `undo` bring back the export of before, and `redo` that of after?
fn there_and_back(desk: &Desk, line: &str) {
    let all = || {
        desk.ok("export jsonl --no-data") + &desk.ok("customer list --json=name,mails,tier,notes")
    };
    let before = all();
    desk.ok(line);
    let after = all();
    assert_ne!(before, after, "{line}");
    desk.ok("undo");
    assert_eq!(before, all(), "{line}");
    desk.ok("redo");
    assert_eq!(after, all(), "{line}");
}

#[test]
fn a_customer_is_kept_changed_shown_and_taken_away() {
    let desk = tiered();
    assert_snapshot!(desk.run("customer").transcript(), @"");
    assert_snapshot!(desk.screen(80, "customer").transcript(), @"
    no customers yet
    `tix customer new NAME --domain acme.example` keeps one
    ");
    assert_snapshot!(desk.run("customer new Acme --title 'Acme Corp' --mail ada@acme.example --domain Acme.example --handle github:Ada --tier Gold --note 'Pays late.'").transcript(), @"✓ kept customer acme: title: Acme Corp, tier: gold, note, +ada@acme.example, +@acme.example, +github:ada");
    assert_snapshot!(desk.run("customer new acme").transcript(), @"
    --- stderr
    error: there is a customer `acme` already
      try: `tix customer edit acme` changes them
    --- exit 4
    ");
    assert_snapshot!(desk.run("customer edit acme --mail +bo@acme.example,-ada@acme.example --no-handle github:ada --note 'Pays\nlate.' --tier silver").transcript(), @"✓ customer acme: tier: silver, note, +bo@acme.example, -ada@acme.example, -github:ada");
    assert_snapshot!(desk.run("customer edit acme --mail bo@acme.example --no-mail nobody@acme.example").transcript(), @"
    --- stderr
    note: customer acme is so already
    ");
    assert_snapshot!(desk.run("customer edit acme --tier none --mail= --title= -n").transcript(), @"would: customer acme: title: none, tier: none, -bo@acme.example");
    assert_snapshot!(desk.run("customer list").transcript(), @"acme	Acme Corp	silver	0	bo@acme.example	acme.example");
    desk.ok("customer new kumo --title 'Kumo旅行 ✈' --domain kumo.example");
    assert_snapshot!(desk.screen(80, "customer list").transcript(), @"
    NAME  TITLE       TIER    PEOPLE
    acme  Acme Corp   silver  @acme.example, bo@acme.example
    kumo  Kumo旅行 ✈          @kumo.example
    ");
    assert_snapshot!(desk.screen(40, "customer list").transcript(), @"
    NAME  TIER    PEOPLE
    acme  silver  @acme.example, bo@acme.ex…
    kumo          @kumo.example
    ");
    desk.ok("new 'Crash on start' -r zed@eu.acme.example");
    assert_snapshot!(desk.screen(80, "customer show ACME").transcript(), @"
    acme · Acme Corp
    tier        silver
    mail        bo@acme.example
    domains     acme.example
    tickets     1, open

    ── NOTE, internal
       Pays
       late.

    ID  STATUS  TITLE           UPDATED
    #1  new     Crash on start  1m ago
    ");
    assert_snapshot!(desk.run("customer rm kumo -n").transcript(), @"would: took away customer kumo");
    assert_snapshot!(desk.run("customer rm acme kumo").transcript(), @"
    --- stderr
    error: acme has 1 ticket
      because: a ticket's customer must be one that there is
      try: merge them into another: `tix customer merge NAME INTO`
    --- exit 4
    ");
    assert_snapshot!(desk.run("customer rm kumo").transcript(), @"✓ took away customer kumo");
    assert_snapshot!(desk.run("customer -q").transcript(), @"acme");
}

/// What a command says that fails on a desk with one customer.
fn failing(desk: &Desk, line: &str) -> String {
    let ran = desk.run(line);
    assert_ne!(ran.code, 0, "{line}");
    assert_eq!(desk.words("customer -q"), "acme", "{line}");
    ran.transcript()
}

fn with_acme() -> Desk {
    let desk = tiered();
    desk.ok("customer new acme --mail ada@acme.example --domain acme.example --handle github:ada");
    desk
}

#[test]
fn what_cannot_be_said_of_a_new_customer_is_an_error() {
    let desk = with_acme();
    let said = |line: &str| failing(&desk, line);
    assert_snapshot!(said("customer new 'a b'"), @"
    --- stderr
    error: `a b` cannot be the name of a customer
      try: names are letters, digits, - and _, at most 40
    --- exit 4
    ");
    assert_snapshot!(said("customer new none"), @"
    --- stderr
    error: `none` cannot be the name of a customer
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --mail Ada@ACME.example"), @"
    --- stderr
    error: `ada@acme.example` is acme's already
      because: nobody can be recognised as two customers'
      try: `tix customer show acme` says who they are
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --domain @acme.example"), @"
    --- stderr
    error: `acme.example` is acme's already
      because: nobody can be recognised as two customers'
      try: `tix customer show acme` says who they are
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --handle GitHub:ada"), @"
    --- stderr
    error: `github:ada` is acme's already
      because: nobody can be recognised as two customers'
      try: `tix customer show acme` says who they are
    --- exit 4
    ");
}

#[test]
fn what_nobody_is_recognised_by_is_an_error() {
    let desk = with_acme();
    let said = |line: &str| failing(&desk, line);
    assert_snapshot!(said("customer new kumo --domain Gmail.com"), @"
    --- stderr
    error: `gmail.com` is nobody's domain
      because: anybody can have an address there
      try: give the addresses of their people, each with --mail
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --domain co.uk"), @"
    --- stderr
    error: `co.uk` is nobody's domain
      because: what is below it belongs to many
      try: give the addresses of their people, each with --mail
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --domain kumo"), @"
    --- stderr
    error: `kumo` is no mail domain
      try: domains look like acme.example
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --mail kumo"), @"
    --- stderr
    error: `kumo` is no mail address
      try: addresses look like ada@acme.example
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --handle 'ku mo'"), @"
    --- stderr
    error: `ku mo` is no handle
      try: handles look like github:ada
    --- exit 4
    ");
    assert_snapshot!(said("customer new kumo --mail -ada@acme.example"), @"
    --- stderr
    error: `ada@acme.example` cannot be taken from a new customer
      try: `tix customer edit` changes one that there is
    --- exit 2
    ");
    assert_snapshot!(said("customer new kumo --tier glod"), @"
    --- stderr
    error: no tier `glod`
      try: did you mean `gold`?
    --- exit 3
    ");
}

#[test]
fn what_cannot_be_done_with_a_customer_is_an_error() {
    let desk = with_acme();
    let said = |line: &str| failing(&desk, line);
    assert_snapshot!(said("customer edit acme"), @"
    --- stderr
    error: nothing to change is given
      try: give --title, --mail, --domain, --handle, --tier or --note, or --no-mail and the like
    --- exit 2
    ");
    assert_snapshot!(said("customer edit acme --mail +a@b.example --no-mail a@b.example"), @"
    --- stderr
    error: `a@b.example` cannot be added and taken away at once
    --- exit 4
    ");
    assert_snapshot!(said("customer edit acne --tier gold"), @"
    --- stderr
    error: no customer `acne`
      try: did you mean `acme`?
    --- exit 3
    ");
    assert_snapshot!(said("customer show nobody"), @"
    --- stderr
    error: no customer `nobody`
      try: `tix customer list` lists them
    --- exit 3
    ");
    assert_snapshot!(said("customer merge acme"), @"
    --- stderr
    error: 2 values required by '<CUSTOMER> <CUSTOMER>...'; only 1 was provided
      try: `tix help COMMAND` shows its flags
    --- exit 2
    ");
    assert_snapshot!(said("customer merge acme acme"), @"
    --- stderr
    error: acme cannot be merged into itself
    --- exit 4
    ");
    assert_snapshot!(said("customer merge kumo acme"), @"
    --- stderr
    error: no customer `kumo`
      try: `tix customer list` lists them
    --- exit 3
    ");
    assert_snapshot!(said("new One --customer acne"), @"
    --- stderr
    error: no customer `acne`
      try: did you mean `acme`?
    --- exit 3
    ");
}

#[test]
fn tickets_that_were_there_before_become_theirs() {
    let desk = tiered();
    for (id, who) in
        [("1", "ada@acme.example"), ("2", "Bo <bo@eu.acme.example>"), ("3", "cy@notacme.example")]
    {
        assert_eq!(desk.words(&format!("new One -r '{who}'")), id);
    }
    desk.ok("new One -r cy --ref github:owner/repo#1");
    desk.ok("new One -r ada@acme.example --tier silver");
    desk.ok("close 2");
    let updated = desk.ticket("1")["updated_at"].clone();
    assert_snapshot!(desk.run("customer new acme --domain acme.example --tier gold -n").transcript(), @"would: kept customer acme: tier: gold, +@acme.example · 3 tickets are acme's now, 2 of them open");
    there_and_back(&desk, "customer new acme --domain acme.example --tier gold");
    assert_eq!(whose(&desk, "1"), is("acme", "gold"));
    assert_eq!(whose(&desk, "2"), is("acme", "-"));
    assert_eq!(whose(&desk, "3"), is("-", "-"));
    assert_eq!(whose(&desk, "5"), is("acme", "silver"));
    assert_eq!(desk.ticket("1")["updated_at"], updated);
    assert_eq!(desk.ticket("1")["sla"]["clocks"][0]["target_s"], 4 * 3600);
    assert_snapshot!(desk.run("customer edit acme --handle github:cy --mail cy@notacme.example").transcript(), @"✓ customer acme: +cy@notacme.example, +github:cy · 2 open tickets are acme's now");
    there_and_back(&desk, "customer edit acme --tier silver");
    assert_eq!(whose(&desk, "1"), is("acme", "silver"));
    assert_eq!(whose(&desk, "2"), is("acme", "-"));
    assert_snapshot!(desk.run("customer edit acme --tier none").transcript(), @"✓ customer acme: tier: none · 4 open tickets are under no tier now");
    assert_eq!(whose(&desk, "1"), is("acme", "-"));
    // What is another's stays so.
    desk.ok("customer new ada --mail ada@acme.example");
    assert_eq!(whose(&desk, "1"), is("acme", "-"));
}

#[test]
fn customers_are_made_one_and_parted_again() {
    let desk = tiered();
    desk.ok(
        "customer new acme --domain acme.example --mail x@home.example --note One. --tier gold",
    );
    desk.ok("customer new kumo --domain kumo.example --title Kumo --note Two.");
    for who in ["a@acme.example", "b@acme.example", "c@kumo.example"] {
        desk.ok(&format!("new One -r {who}"));
    }
    desk.ok("edit 2 --tier silver");
    desk.ok("new One -r d@acme.example");
    desk.ok("close 4");
    assert_snapshot!(desk.run("customer merge acme kumo -n").transcript(), @"would: merged customer acme into kumo: 3 tickets are kumo's now, 2 of them open");
    there_and_back(&desk, "customer merge acme kumo");
    // What was redone says what it was.
    let log = desk.words("log --columns summary");
    assert!(log.contains(": merged customer `acme` into `kumo`"), "{log}");
    for (id, tier) in [("1", "gold"), ("2", "silver"), ("3", "gold"), ("4", "gold")] {
        assert_eq!(whose(&desk, id), is("kumo", tier), "{id}");
    }
    assert_snapshot!(desk.run("customer show kumo").transcript(), @"
    kumo · Kumo
    tier        gold
    mail        x@home.example
    domains     acme.example, kumo.example
    tickets     4, 3 of them open

    ── NOTE, internal
       Two.

       One.

    ID  STATUS  TITLE  UPDATED
    #4  closed  One    18m ago
    #2  new     One    20m ago
    #3  new     One    21m ago
    #1  new     One    23m ago
    ");
    desk.ok("customer new acme --tier silver");
    assert_snapshot!(desk.run("customer merge kumo acme").transcript(), @"
    --- stderr
    error: give acme 4 tickets?
      because: nobody is there to confirm
      try: add --yes, or --dry-run to see what would be done
    --- exit 6
    ");
    assert_snapshot!(desk.run("customer merge kumo acme --yes").transcript(), @"✓ merged customer kumo into acme: 4 tickets are acme's now, 3 of them open");
    assert_eq!(whose(&desk, "1"), is("acme", "silver"));
    assert_eq!(desk.words("new One -r e@kumo.example --json --jq .data.customer"), "acme");
}

#[test]
fn every_change_can_be_taken_back() {
    let desk = tiered();
    desk.ok("new One -r ada@acme.example");
    there_and_back(&desk, "customer new acme --note One");
    there_and_back(&desk, "customer edit acme --mail ada@acme.example --tier gold");
    there_and_back(&desk, "customer edit acme --note Two");
    there_and_back(&desk, "customer new kumo --mail bo@kumo.example");
    there_and_back(&desk, "customer rm kumo");
    there_and_back(&desk, "edit 1 --customer=");
}

#[test]
fn queries_find_customers_by_their_name() {
    let desk = tiered();
    desk.ok("customer new acme --domain acme.example --tier gold");
    desk.ok("new One -r ada@acme.example");
    desk.ok("new Two -r bo");
    for (query, found) in [
        ("customer:acme", "1"),
        ("customer:ACME", "1"),
        ("requester:ada@acme.example", "1"),
        ("tier:gold", "1"),
        ("has:customer", "1"),
        ("no:customer", "2"),
        ("-customer:acme", "2"),
    ] {
        assert_eq!(desk.words(&format!("list -q {query}")), found, "{query}");
    }
    for words in [
        ["list", "customer:"],
        ["count", "customer:ac"],
        ["new", "--customer="],
        ["edit", "--customer=ac"],
    ] {
        let offered = desk.command("__complete fish").args(words).output().unwrap();
        let offered = String::from_utf8(offered.stdout).unwrap();
        assert!(
            offered.lines().any(|line| line.starts_with(words[1]) && line.contains("acme")),
            "{words:?}: {offered}"
        );
    }
    let shown = desk.screen(100, "list").stdout;
    assert!(shown.contains("ada@acme.example, acme"), "{shown}");
    assert!(desk.ok("show 1").contains("customer    acme (gold)"));
}

#[test]
fn an_export_brings_customer_and_tier_to_another_desk() {
    let desk = tiered();
    desk.ok("customer new acme --domain acme.example --tier gold");
    desk.ok("new One -r ada@acme.example");
    let text = desk.ok("export jsonl");
    let other = Desk::new();
    assert_eq!(other.feed("import jsonl -", &text).code, 0);
    assert_eq!(whose(&other, "1"), is("acme", "gold"));
    assert_eq!(other.ok("export jsonl"), text);
}

#[test]
fn what_is_noted_of_a_customer_stays_among_us() {
    let desk = tiered();
    desk.ok("customer new acme --domain acme.example --note canary");
    desk.ok("new One -r ada@acme.example -m Hello");
    desk.ok("canned new all -m '{{customer}} {{requester}} {{title}}'");
    for line in [
        "show 1 --public",
        "show 1 --public --json",
        "show 1 --json",
        "list --json",
        "export jsonl id:1",
        "canned show all --for 1",
        "log 1 --json",
        "search acme --json",
    ] {
        assert!(!desk.ok(line).contains("canary"), "{line}");
    }
    assert!(desk.ok("customer show acme").contains("NOTE, internal\n   canary\n"));
}

#[test]
fn what_strangers_write_does_no_harm() {
    let desk = Desk::new();
    let hostile = "x\u{1b}[31m\u{202e}";
    let mut command = desk.command("customer new acme --domain acme.example");
    command.args(["--title", hostile, "--note", hostile]).output().unwrap();
    for line in ["customer list", "customer show acme"] {
        let shown = desk.screen(80, line).stdout;
        assert!(shown.contains('x') && !shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }
}

#[test]
fn what_customers_are_recognised_by_is_the_same_after_a_rebuild() {
    let desk = tiered();
    desk.ok("new One -r ada@acme.example");
    desk.ok("customer new acme --domain acme.example --tier gold");
    desk.ok("customer new kumo --mail k@kumo.example --handle k");
    desk.ok("customer merge kumo acme");
    desk.ok("undo");
    desk.ok("customer rm kumo");
    let now = Timestamp(1_788_253_200_000);
    let author = Author { by: "Mira".parse().unwrap(), now, secret: [99; 32] };
    let (mut store, _) = Store::create(&desk.path("tix.db"), &author).unwrap();
    let before = store.derived().unwrap();
    assert_eq!(before["party"].len(), 1, "{:?}", before["party"]);
    store.rebuild().unwrap();
    assert_eq!(store.derived().unwrap(), before);
}
