//! Articles found by their words, and those that are like a ticket.

use insta::assert_snapshot;

use super::filled;

#[test]
fn articles_are_found_by_their_words() {
    let desk = filled();
    desk.ok("kb new Settings -m 'The settings page, not the password.'");
    assert_snapshot!(desk.run("kb search password").transcript(), @"
    how-to-reset-a-password	How to reset a password	Open **Settings**, then *Reset*.
    settings	Settings	… settings page, not the password.
    ");
    assert_snapshot!(desk.screen(60, "kb search password SETTINGS").transcript(), @"
    settings  Settings
        The settings page, not the password.
    how-to-reset-a-password  How to reset a password
        Open **Settings**, then *Reset*.
    ");
    assert_snapshot!(desk.screen(60, "kb search '\"another one\"'").transcript(), @"
    print  Printers
        Buy another one.
    ");
    assert_snapshot!(desk.screen(60, "kb search login").transcript(), @"
    how-to-reset-a-password  How to reset a password
        Open **Settings**, then *Reset*.
    ");
    assert_snapshot!(desk.screen(60, "kb search nothing").transcript(), @"no articles match");
    assert_snapshot!(desk.run("kb search nothing --fail-empty").transcript(), @"
    --- stderr
    error: no articles match
    --- exit 3
    ");
    assert_snapshot!(desk.run("kb search '**'").transcript(), @"
    --- stderr
    error: nothing to search for
      because: no word has a letter in it
    --- exit 4
    ");
    assert_eq!(desk.words("kb search pass* -q -L 1"), "how-to-reset-a-password");
    let found = desk.json("kb search password -L 1");
    assert_eq!((&found["meta"]["total"], &found["meta"]["truncated"]), (&2.into(), &true.into()));
    // What changes is found as it is now.
    desk.ok("kb edit settings -m 登录失败怎么办");
    assert_eq!(desk.words("kb search 失败 -q"), "settings");
    assert_eq!(desk.words("kb search password -q"), "how-to-reset-a-password");
    desk.ok("undo");
    assert_eq!(desk.words("kb search 失败 -q"), "");
}

#[test]
fn a_search_for_tickets_names_articles_besides() {
    let desk = filled();
    assert_snapshot!(desk.screen(80, "search password").transcript(), @"
    #1  I cannot reset my password  new · 4m ago

    1 article of the knowledge base:
      how-to-reset-a-password  How to reset a password
    ");
    assert_snapshot!(desk.screen(80, "search 'buy another'").transcript(), @"
    no tickets match

    1 article of the knowledge base:
      print  Printers
    ");
    // On a pipe there are tickets only, and in JSON the articles stand apart.
    assert_eq!(desk.words("search password -q"), "1");
    let found = desk.json("search password");
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(found["meta"]["articles"][0]["name"], "how-to-reset-a-password");
    for line in ["search password label:x", "search note:password", "search 'crash NOT password'"] {
        assert_eq!(desk.json(line)["meta"]["articles"], serde_json::json!([]), "{line}");
    }
    assert!(!desk.ok("list password --json").contains("articles"));
}

#[test]
fn articles_that_are_like_a_ticket_are_named() {
    let desk = filled();
    assert_snapshot!(desk.screen(80, "similar 1").transcript(), @"
    no similar tickets

    1 article of the knowledge base:
      how-to-reset-a-password  How to reset a password
    ");
    let like = desk.json("similar 'My password must be reset'");
    let names = |found: &serde_json::Value| found["meta"]["articles"].as_array().unwrap().len();
    assert_eq!((names(&like), names(&desk.json("similar 2"))), (1, 0));
    let score = like["meta"]["articles"][0]["score"].as_f64().unwrap();
    assert!((0.5..=1.0).contains(&score), "{score}");
}
