use insta::assert_snapshot;

use super::there_and_back;
use crate::desk::Desk;

#[test]
fn columns_that_are_not_known_are_said_with_map() {
    let desk = Desk::new();
    let file = desk.file("t.csv", "Was;Wie weit;Etage\nDrucker;erledigt;2\nFax;offen;3\n");
    assert_snapshot!(desk.run(&format!("import csv {file}")).transcript(), @"
    --- stderr
    note: made the desk ~/tix.db (`tix info` says more)
    error: which column of ~/t.csv is the title is not known
      because: its columns are `Was`, `Wie weit`, `Etage`
      try: say it with --map, such as `--map 'Was=title'`
    --- exit 4
    ");
    let map = "--map Was=title --map 'Wie weit=status' --map Etage=field:floor";
    assert_snapshot!(desk.run(&format!("import csv {file} {map}")).transcript(), @"
    ✓ 2 tickets added, 0 messages
    --- stderr
    note: ~/t.csv: floor is `Etage`, status is `Wie weit`, title is `Was`
    ");
    assert_snapshot!(desk.ok("list --all"), @"
    2	open	normal				Fax	2026-09-01T09:01:00Z
    1	closed	normal				Drucker	2026-09-01T09:01:00Z
    ");
    assert_snapshot!(desk.run(&format!("import csv {file} --map Was=titel")).transcript(), @"
    --- stderr
    error: no field `titel` for --map
      because: there are `title`, `description`, `status`, `resolution`, `priority`, `labels`, `assignee`, `requester`, `requester_email`, `customer`, `tier`, `created`, `updated`, `closed`, `due`, `id`, `ref`, `comment`, `note`, `url`, `ignore` and `field:NAME`
      try: did you mean `title`?
    --- exit 4
    ");
    assert_snapshot!(desk.run(&format!("import csv {file} --map Wo=title")).transcript(), @"
    --- stderr
    error: ~/t.csv has no column `Wo`
      because: its columns are `Was`, `Wie weit`, `Etage`
    --- exit 4
    ");
}

#[test]
fn a_list_of_tix_is_read_on_another_desk() {
    let desk = Desk::new();
    desk.ok("new '=1+1' -p high -l vip,ink -r 'Ada <ada@x.example>'");
    desk.ok("new Printer -m 'It stopped.'");
    desk.ok("close 2 --as wontfix");
    let list = desk.ok("list --all --csv --columns id,status,resolution,priority,labels,title,requester,created_at,updated_at,closed_at,customer");
    let file = desk.file("list.csv", &list);
    let other = Desk::new();
    let file = other.file("list.csv", std::fs::read(file).unwrap());
    other.ok(&format!("import auto {file}"));
    let columns = "status,resolution,priority,labels,title,requester,created_at,closed_at";
    let of = |desk: &Desk| desk.ok(&format!("list --all --sort created --csv --columns {columns}"));
    assert_eq!(of(&other), of(&desk));
    there_and_back(&Desk::new(), "csv", &file);
}
