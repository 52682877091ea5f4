use super::*;

pub(super) fn store() -> (Store, Author) {
    let now = at("2026-09-01T12:00:00Z");
    let author = Author { by: person("Tester"), now, secret: [7; 32] };
    (Store::in_memory(&author, Machine(0)).unwrap(), author)
}

fn meet(store: &mut Store, author: &mut Author, json: &str) -> Vec<Met> {
    author.secret[0] += 1;
    let drafts: Vec<Draft> = items(json)
        .into_iter()
        .filter_map(|item| if let Item::Draft(draft) = item { Some(*draft) } else { None })
        .collect();
    let meet = |w: &mut crate::store::Writer<'_>| drafts.into_iter().map(|d| w.meet(d)).collect();
    store.change(author, meet).unwrap()
}

#[test]
fn nul_and_control_characters_arrive_as_they_are() {
    let (mut store, mut author) = store();
    let json = r#"{"number":1,"title":"a\u0000b","body":"c\u0000\u001b[31m","labels":["d\u0000e"],
        "user":{"login":"f\u0000"},"comments":[{"id":1,"body":"\u0000","createdAt":"2026-01-01T00:00:00Z"}]}"#;
    assert_eq!(meet(&mut store, &mut author, json), [Met::Added]);
    assert_eq!(meet(&mut store, &mut author, json), [Met::Known]);
    let ticket = store.read().ticket(Uid::of_source("github:issues#1")).unwrap();
    assert_eq!((ticket.now.title.as_str(), ticket.description()), ("a\0b", "c\0\u{1b}[31m"));
    let derived = store.derived().unwrap();
    store.rebuild().unwrap();
    assert_eq!(store.derived().unwrap(), derived);
}

#[test]
fn a_closed_issue_without_any_date_is_met_again() {
    let (mut store, mut author) = store();
    let json =
        r#"{"number":1,"title":"x","state":"closed","comments":[{"body":"a"},{"body":"b"}]}"#;
    assert_eq!(meet(&mut store, &mut author, json), [Met::Added]);
    assert_eq!(meet(&mut store, &mut author, json), [Met::Known]);
}
