use super::super::SortKey;
use super::*;
use crate::domain::dates::Clock;
use crate::domain::words::Priority;

fn context() -> Context {
    let now = Timestamp::from_rfc3339("2026-09-01T15:10:00+02:00").unwrap();
    let clock = Clock { now, zone: chrono_tz::Tz::Europe__Berlin };
    let views =
        [("mine", "assignee:@me sort:due"), ("loop", "label:x view:knot"), ("knot", "view:loop")];
    let views = views.map(|(name, query)| (name.to_owned(), query.to_owned())).into();
    Context { clock, me: "Me <me@tix.example>".parse().unwrap(), views }
}

fn read(text: &str) -> Query {
    query(text, &context()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn one(text: &str) -> Filter {
    let Filter::All(mut all) = read(text).filter else { panic!("{text}") };
    assert_eq!(all.len(), 1, "{text}");
    all.remove(0)
}

#[test]
fn terms_side_by_side_are_all_wanted() {
    let query = read("is:open label:bug -label:wontfix sort:-updated,due");
    let Filter::All(all) = query.filter else { panic!() };
    assert_eq!(all.len(), 3);
    assert_eq!(all[2], Filter::Not(Box::new(Filter::Label("wontfix".into()))));
    assert_eq!(query.sort[0], Sort { key: SortKey::Updated, descending: true });
    assert!(query.scoped);
}

#[test]
fn upper_and_lower_case_are_the_same() {
    for (upper, lower) in [
        ("Label:bug Is:Open", "label:bug is:open"),
        ("assignee:@ME", "assignee:@me"),
        ("SORT:-Updated,DUE", "sort:-updated,due"),
        ("id:B7", "id:b7"),
        ("updated:<-30D due:FRI", "updated:<-30d due:fri"),
    ] {
        assert_eq!(read(upper), read(lower), "{upper}");
    }
}

#[test]
fn or_and_parentheses_group() {
    let Filter::Any(any) = read("is:new OR label:bug is:hold").filter else { panic!() };
    assert_eq!(any.len(), 2);
    let Filter::Any(any) = one("(is:new OR is:hold)") else { panic!() };
    assert_eq!(any.len(), 2);
    assert!(matches!(one("-(is:new is:hold)"), Filter::Not(_)));
    assert!(matches!(one("NOT is:new"), Filter::Not(_)));
}

#[test]
fn comparisons_and_ranges_become_bounds() {
    let high = Priority::High.rank();
    assert_eq!(one("priority:>=high"), Filter::Rank(Ranked::Priority, high, i64::MAX));
    assert_eq!(one("messages:>5"), Filter::Count(Counted::Messages, 6, i64::MAX));
    let at = |text| Some(Timestamp::from_rfc3339(text).unwrap());
    let january_to_march = (at("2025-12-31T23:00:00Z"), at("2026-03-31T22:00:00Z"));
    let Filter::Time(Moment::Created, from, to) = one("created:2026-01..2026-03") else { panic!() };
    assert_eq!((from, to), january_to_march);
    let Filter::Time(_, None, to) = one("updated:<-30d") else { panic!() };
    assert_eq!(to, at("2026-08-02T13:10:00Z"));
}

#[test]
fn values_may_be_quoted_and_several() {
    let Filter::Any(any) = one("label:bug,\"good first issue\"") else { panic!() };
    assert_eq!(any[1], Filter::Label("good first issue".into()));
    let words = |text| Phrase::read(text).unwrap();
    assert_eq!(one("\"null pointer: x\""), Filter::Words(None, words("null pointer x")));
    assert_eq!(one("title:foo(bar)"), Filter::Words(Some(Place::Title), words("foo bar")));
}

#[test]
fn a_view_is_the_query_saved_under_its_name() {
    let query = read("label:bug view:mine");
    let me = "Me <me@tix.example>".parse().unwrap();
    let Filter::All(all) = query.filter else { panic!() };
    assert_eq!(all[1], Filter::Person(Role::Assignee, me));
    assert_eq!(query.sort, [Sort { key: SortKey::Due, descending: false }]);
    assert_eq!(read("sort:-id view:mine").sort[0].key, SortKey::Id);
    assert_eq!(read("VIEW:Mine"), read("view:mine"));
    for text in ["view:none", "view:loop", "is:open (view:knot)"] {
        assert!(super::query(text, &context()).is_err(), "{text}");
    }
}

#[test]
fn a_first_response_has_a_time_and_a_length() {
    assert_eq!(one("first-response:>4h"), Filter::Length(Length::FirstResponse, 14401, i64::MAX));
    assert_eq!(one("first-response:1h..2d"), Filter::Length(Length::FirstResponse, 3600, 172_800));
    assert!(matches!(one("first-response:>-4h"), Filter::Time(Moment::FirstResponse, ..)));
    assert!(matches!(one("first-response:2026-08"), Filter::Time(Moment::FirstResponse, ..)));
    assert_eq!(one("sla:<2h"), Filter::Length(Length::Sla, i64::MIN, 7199));
}

#[test]
fn an_error_marks_the_word_and_offers_the_nearest() {
    let error = query("label:bug statsu:open", &context()).unwrap_err();
    assert_eq!(
        error.why.unwrap(),
        "no key `statsu`\n    label:bug statsu:open\n              ^^^^^^^^^^^"
    );
    assert!(error.hint.unwrap().contains("did you mean `status`?"));
    for text in [
        "status:opne",
        "is:",
        "(is:open",
        "is:open)",
        "OR",
        "x OR",
        "x OR sort:id",
        "sort:id OR x",
        "()",
        "x OR ()",
        "(sort:id)",
        "AND",
        "x AND",
        "AND x",
        "x OR AND y",
        "NOT",
        "NOT AND x",
        "NOT sort:id",
        "-sort:id",
        "due_at:today",
        "12:30",
        "标签:bug",
        "\"x",
        "created:32",
        "messages:x",
        "sla:tomorrow",
        "+++",
        "title:***",
        "id:nonsense",
        "id:42.1",
        "id:@",
    ] {
        assert!(query(text, &context()).is_err(), "{text}");
    }
    assert!(query(&"(".repeat(5000), &context()).is_err());
    assert!(query(&"NOT ".repeat(5000), &context()).is_err());
}
