//! Support tiers: what is promised, and that what is in use stays.

use insta::assert_snapshot;

use crate::desk::Desk;

/// A desk with a calendar, a tier that has it, and an open ticket under the tier.
fn sold() -> Desk {
    let desk = Desk::new();
    desk.ok("calendar new office --tz Europe/Berlin --hours 'mon-fri 09:00-17:00'");
    desk.ok("tier new gold --calendar office --first 4h --next 8h --resolve 5bd");
    desk.file("in.jsonl", r#"{"id":"7","title":"Printer","tier":"gold"}"#);
    desk.ok("import jsonl in.jsonl");
    desk
}

#[test]
fn a_tier_is_kept_changed_and_taken_away() {
    let desk = Desk::new();
    desk.ok("new One");
    assert_snapshot!(desk.screen(80, "tier").transcript(), @"
    no tiers yet
    `tix tier new NAME --first 4h --resolve 5bd` keeps one
    ");
    assert_snapshot!(desk.run("tier new Gold --first 4h --resolve 5BD --urgent-first 1h --low-first none --about 'For who pays 統一'").transcript(), @"✓ kept the tier gold: first 4h, urgent 1h, low none; resolve 5bd; calendar 24x7");
    assert_snapshot!(desk.run("tier new free").transcript(), @"
    ✓ kept the tier free: nothing promised; calendar 24x7
    --- stderr
    note: the tier promises nothing; --first, --next and --resolve set targets
    ");
    assert_snapshot!(desk.screen(80, "tier show gold").transcript(), @"
    gold  calendar 24x7
    For who pays 統一

                    URGENT  HIGH  NORMAL  LOW
    first response  1h      4h    4h      –
    next response   –       –     –       –
    resolution      5bd     5bd   5bd     5bd

    0 open tickets · 0 customers
    ");
    assert_snapshot!(desk.run("tier edit gold --urgent-first= --next 90m --about=").transcript(), @"✓ kept the tier gold: first 4h, low none; next 1h30m; resolve 5bd; calendar 24x7");
    assert_snapshot!(desk.run("tier edit gold --next 1h30m").transcript(), @"
    --- stderr
    note: the tier `gold` is so already
    ");
    assert_snapshot!(desk.screen(80, "tier list").transcript(), @"
    NAME  CALENDAR  FIRST         NEXT   RESOLVE
    free  24x7      –             –      –
    gold  24x7      4h, low none  1h30m  5bd
    ");
    assert_snapshot!(desk.screen(40, "tier list").transcript(), @"
    NAME  CALENDAR  FIRST     NEXT   RESOLVE
    free  24x7      –         –      –
    gold  24x7      4h, low…  1h30m  5bd
    ");
    assert_snapshot!(desk.run("tier list").transcript(), @"
    free	24x7	any=,high=,low=,normal=,urgent=	any=,high=,low=,normal=,urgent=	any=,high=,low=,normal=,urgent=	
    gold	24x7	any=4h,high=4h,low=,normal=4h,urgent=4h	any=1h30m,high=1h30m,low=1h30m,normal=1h30m,urgent=1h30m	any=5bd,high=5bd,low=5bd,normal=5bd,urgent=5bd
    ");
    let gold = desk.json("tier show gold")["data"].clone();
    assert_eq!(gold["calendar"], "24x7");
    assert_eq!(gold["first_response"]["any"], "4h");
    assert!(gold["first_response"]["low"].is_null());
    assert_eq!(gold["next_response"]["urgent"], "1h30m");
    assert_snapshot!(desk.run("tier rm gold -n").transcript(), @"would: took away the tier gold");
    assert_snapshot!(desk.run("tier rm gold free").transcript(), @"
    ✓ took away the tier gold
    ✓ took away the tier free
    ");
    desk.ok("undo");
    assert_eq!(desk.words("tier list --columns name"), "free gold");
    desk.ok("undo");
    assert_eq!(desk.json("tier show gold")["data"]["about"], "For who pays 統一");
}

#[test]
fn what_is_no_tier_is_refused_and_says_why() {
    let desk = sold();
    for (line, code, words) in [
        ("tier new gold --first 1h", 4, "`tix tier edit gold` changes it"),
        ("tier new 'a/b'", 4, "cannot be the name of a tier"),
        ("tier new tin --calendar ofice", 3, "did you mean `office`?"),
        ("tier new tin --first 0", 4, "--first: `0` is no target"),
        ("tier new tin --urgent-next 0h", 4, "nothing can be done in no time"),
        ("tier new tin --resolve 5d", 4, "a day of business is `bd`"),
        ("tier new tin --resolve 5", 4, "it has no unit"),
        ("tier new tin --resolve soon", 4, "it is no length of time"),
        ("tier new tin --low-resolve 9999bd", 4, "over ten years"),
        ("tier edit gold", 2, "nothing is to be changed"),
        ("tier edit gold --calendar office --no-calendar", 2, "cannot be used with"),
        ("tier edit god --first 1h", 3, "did you mean `gold`?"),
        ("tier show god", 3, "did you mean `gold`?"),
        ("tier rm gold", 4, "1 open ticket has it"),
        ("calendar rm office", 4, "the clocks of the tier `gold` run by it"),
    ] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{line}\n{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{line}\n{}", ran.stderr);
    }
}

#[test]
fn open_tickets_keep_the_old_targets_and_whoever_changes_them_is_told() {
    let desk = sold();
    assert_snapshot!(desk.run("tier edit gold --first 2h").transcript(), @"
    ✓ kept the tier gold: first 2h; next 8h; resolve 5bd; calendar office
    --- stderr
    note: 1 open ticket keeps the old targets until `tix sla recalc`
    ");
    assert_snapshot!(desk.run("calendar edit office --hours 'mon-fri 9-18'").transcript(), @"
    ✓ kept the calendar office: mon-fri 09:00-18:00 (Europe/Berlin)
    --- stderr
    note: 1 open ticket keeps the old targets until `tix sla recalc`
    ");
    assert_eq!(desk.json("tier show gold")["data"]["open_tickets"], 1);
    assert_eq!(desk.json("calendar show office")["data"]["tiers"][0], "gold");
    desk.ok(&format!("close {} --as solved", desk.words("list -q")));
    for line in ["tier edit gold --first 3h", "calendar edit office --hours 'mon-fri 9-19'"] {
        assert_eq!(desk.run(line).stderr, "", "{line}");
    }
    // A second name of the same calendar, or none, frees it.
    desk.ok("tier edit gold --no-calendar");
    desk.ok("calendar rm office");
    desk.ok("tier rm gold");
    assert_eq!(desk.ok("tier list"), "");
}

#[test]
fn what_a_tier_is_said_to_be_reaches_no_terminal_alive() {
    let desk = Desk::new();
    desk.ok("tier new gold --first 4h --about '\u{1b}[31mred\u{202e}'");
    desk.ok("calendar new office --tz UTC --hours 24x7 --holiday '12-25=\u{1b}[31mred'");
    for line in ["tier show gold", "tier list", "calendar show office", "tier show gold --csv"] {
        for ran in [desk.run(line), desk.screen(80, line)] {
            assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{line}: {}", ran.stdout);
        }
    }
    assert!(desk.ok("calendar show office").contains("␛[31mred"));
}
