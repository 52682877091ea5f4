//! Words in many languages are found where they stand, in texts of ours and of others, and as soon
//! as they stand there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::oracle::dice::Dice;
use crate::oracle::naive::Ticket;
use crate::oracle::text::stands;

/// The IDs that a query finds.
fn found(desk: &Desk, query: &str) -> Vec<String> {
    let ran = desk.command("list --all -q sort:id").arg("--").arg(query).output().unwrap();
    assert!(ran.status.success(), "{query}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap().lines().map(ToOwned::to_owned).collect()
}

const TICKETS: [(&str, &str); 10] = [
    (
        "无法登录后台",
        "升级到 2.0 版以后，登录页面一直转圈。Chrome 和 Safari 都不行，提示“密码错误”。",
    ),
    ("导出的 CSV 是乱码", "用 Excel 打开导出文件，中文全部变成乱码；用WPS打开正常。"),
    (
        "Không đăng nhập được",
        "Sau khi nâng cấp, tôi không thể đăng nhập bằng tài khoản Google nữa. Mật khẩu đúng.",
    ),
    ("Lỗi khi xuất tệp", "Tệp xuất ra bị lỗi phông chữ: tiếng Việt hiển thị sai dấu."),
    (
        "ログインできません",
        "アップデート後、ﾊﾟｽﾜｰﾄﾞを入れても「エラーが発生しました」と表示されます。東京オフィス全員です。",
    ),
    (
        "請求書のＰＤＦが文字化けする",
        "Windows 11 で開くと文字化けします。Macでは正常に表示できます。",
    ),
    (
        "Не могу войти в систему",
        "После обновления пароль не принимается. Ещё раз пробовал — ошибка 403.",
    ),
    ("Ошибка экспорта", "При экспорте в CSV русские буквы превращаются в вопросительные знаки."),
    ("로그인이 안 됩니다", "업데이트 이후 비밀번호를 입력해도 오류가 납니다."),
    ("เข้าสู่ระบบไม่ได้", "หลังอัปเดตแล้วรหัสผ่านใช้ไม่ได้ ขึ้นข้อความว่าเกิดข้อผิดพลาด"),
];

fn filled() -> Desk {
    let desk = Desk::new();
    let lines =
        TICKETS.map(|(title, text)| json!({ "title": title, "description": text }).to_string());
    let file = desk.file("tickets.jsonl", lines.join("\n"));
    desk.ok(&format!("import jsonl {file}"));
    desk
}

#[test]
fn words_of_many_languages_are_found() {
    let desk = filled();
    for (query, ids) in [
        ("登录", "1"),
        ("录页面", "1"),
        ("密码错误", "1"),
        ("码", "1 2"),
        ("乱码", "2"),
        ("Excel打开", "2"),
        ("用WPS打开", "2"),
        ("“密码错误”", "1"),
        ("打开 导出", "2"),
        ("đăng nhập", "3"),
        ("dang nhap", "3"),
        ("ĐĂNG NHẬP", "3"),
        ("đa\u{306}ng", "3"),
        ("\"nhập đăng\"", ""),
        ("lỗi", "4"),
        ("loi", "4"),
        ("tieng viet", "4"),
        ("ログイン", "5"),
        ("ﾛｸﾞｲﾝ", "5"),
        ("パスワード", "5"),
        ("スワート", ""),
        ("東京オフィス", "5"),
        ("文字化け", "6"),
        ("PDF", "6"),
        ("pdfが", "6"),
        ("表示", "5 6"),
        ("正常", "2 6"),
        ("войти", "7"),
        ("ВОЙТИ", "7"),
        ("еще", "7"),
        ("ещё", "7"),
        ("ошибка", "7 8"),
        ("экспорт", ""),
        ("экспорт*", "8"),
        ("\"ошибка экспорта\"", "8"),
        ("로그인", "9"),
        ("비밀번호", "9"),
        ("밀번", "9"),
        ("ระบบ", "10"),
        ("รหัสผ่าน", "10"),
        ("csv", "2 8"),
        ("title:登录", "1"),
        ("title:密码", ""),
        ("body:пароль OR title:로그인", "7 9"),
        ("-登录 码", "2"),
    ] {
        assert_eq!(found(&desk, query).join(" "), ids, "{query}");
    }
}

#[test]
fn a_search_is_current_after_every_change() {
    let desk = filled();
    let is = |query: &str, ids: &str| assert_eq!(found(&desk, query).join(" "), ids, "{query}");
    desk.ok("edit 1 --title '支付失败'");
    is("title:登录", "");
    is("登录", "1");
    is("支付失败", "1");
    desk.ok("undo");
    is("支付", "");
    is("title:登录", "1");
    desk.ok("redo");
    is("title:支付", "1");
    desk.ok("reply 7 -m 'Попробуйте сбросить пароль'");
    desk.ok("comment 7 -m 'Странно: куки?'");
    is("сбросить", "7");
    is("note:куки -body:куки", "7");
    desk.ok("undo");
    is("куки", "");
    is("сбросить", "7");
    desk.ok("undo");
    is("сбросить", "");
    desk.ok("redo");
    is("сбросить", "7");
    let line = json!({ "title": "支付页面白屏", "description": "付款后显示白屏" }).to_string();
    let file = desk.file("more.jsonl", line);
    desk.ok(&format!("import jsonl {file}"));
    is("支付", "1 11");
    desk.ok("undo");
    is("支付", "1");
    is("白屏", "");
    desk.ok("redo");
    is("白屏", "11");
    desk.ok("close 11 --as solved");
    is("白屏 is:closed", "11");
    // What is derived is made anew.
    let conn = rusqlite::Connection::open(desk.path("tix.db")).unwrap();
    conn.execute_batch("DROP TABLE text; PRAGMA user_version = 1;").unwrap();
    drop(conn);
    is("支付", "1 11");
    is("сбросить", "7");
    is("title:登录 OR куки", "");
}

/// Where the exports of others are, if they are at hand.
fn data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    path.exists().then_some(path)
}

/// The texts of a file that hold more than ASCII.
fn texts(name: &str) -> Vec<String> {
    let Some(path) = data(name) else { return Vec::new() };
    let text = std::fs::read_to_string(path).unwrap();
    let mut found = BTreeSet::new();
    match serde_json::from_str(&text) {
        Ok(json) => strings(&json, &mut found),
        Err(_) => found.extend(text.lines().map(ToOwned::to_owned)),
    }
    found.retain(|text| !text.is_ascii());
    found.into_iter().collect()
}

fn strings(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(all) => all.iter().for_each(|one| strings(one, found)),
        Value::Object(all) => all.values().for_each(|one| strings(one, found)),
        _ => {}
    }
}

fn exported(desk: &Desk) -> Vec<Ticket> {
    let read = |line: &str| {
        let json: Value = serde_json::from_str(line).unwrap();
        let number = json["id"].as_str().unwrap().to_owned();
        Ticket::new(json, vec![number])
    };
    desk.ok("export jsonl").lines().map(read).collect()
}

/// Looks for words and pieces of a script that stand in the tickets: each is found exactly where it
/// stands. Says for how many that was tried.
fn try_script(desk: &Desk, tickets: &[Ticket], script: fn(char) -> bool, many: usize) -> usize {
    let mut runs = BTreeSet::new();
    for ticket in tickets {
        let bodies = ticket.json["messages"].as_array().unwrap().iter();
        let texts = bodies.map(|message| &message["body"]).chain([&ticket.json["title"]]);
        for text in texts.filter_map(Value::as_str) {
            let cut = text.split(|c: char| !script(c)).filter(|run| run.chars().count() > 1);
            runs.extend(cut.map(ToOwned::to_owned));
        }
    }
    let runs: Vec<String> = runs.into_iter().collect();
    let mut dice = Dice::new(runs.len() as u64);
    let mut tried = 0;
    for _ in 0..if runs.is_empty() { 0 } else { many } {
        let run: Vec<char> = dice.pick(&runs).chars().collect();
        let from = if dice.one_in(2) { 0 } else { dice.below(run.len() - 1) };
        let length = if dice.one_in(3) { run.len() } else { 2 + dice.below(3) };
        let mut wanted: String = run.iter().skip(from).take(length).collect();
        if dice.one_in(4) {
            wanted.push('*');
        }
        let expected: Vec<&str> = tickets
            .iter()
            .filter(|ticket| ticket.texts("").iter().any(|text| stands(text, &wanted)))
            .filter_map(|ticket| ticket.text("id"))
            .collect();
        assert_eq!(found(desk, &format!("\"{wanted}\"")), expected, "{wanted}");
        tried += 1;
    }
    tried
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_japanese(c: char) -> bool {
    is_chinese(c) || ('\u{3041}'..='\u{30ff}').contains(&c)
}

fn is_russian(c: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&c)
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{250}' || ('\u{1e00}'..='\u{1eff}').contains(&c)
}

#[test]
fn pieces_of_our_texts_are_found_where_they_stand() {
    let desk = filled();
    let tickets = exported(&desk);
    for script in [is_chinese, is_japanese, is_russian, is_latin] {
        assert_eq!(try_script(&desk, &tickets, script, 40), 40);
    }
}

#[test]
fn pieces_of_real_texts_are_found_where_they_stand() {
    let desk = Desk::new();
    let mut imported = 0;
    for name in [
        "github/mimofan_wrapped_rest.json",
        "github/vscode-mssql_gh_issue_list.json",
        "github/swagger-parser_custom.json",
        "github/k8s-cc_gh_issue_list.json",
    ] {
        if let Some(path) = data(name) {
            desk.ok(&format!("import github {} --repo some/thing", path.display()));
            imported += 1;
        }
    }
    let mut lines = String::new();
    for name in [
        "discourse/perceval_discourse_topic_1148.json",
        "discourse/perceval_discourse_topic_1149.json",
        "slack/slackdump-threads/CHY5HUESG.json",
        "slack/mattermost_posts.json",
        "jira/other-tracker-csv/linear_sample-03.csv",
    ] {
        for (place, text) in texts(name).into_iter().enumerate() {
            let line = json!({ "title": format!("{name} {place}"), "description": text });
            lines += &line.to_string();
            lines.push('\n');
        }
    }
    if imported == 0 && lines.is_empty() {
        return;
    }
    desk.ok(&format!("import jsonl {}", desk.file("texts.jsonl", lines)));
    let tickets = exported(&desk);
    let tried = [is_chinese, is_russian, is_latin, is_japanese]
        .map(|script| try_script(&desk, &tickets, script, 50));
    assert!(imported < 4 || tried[..3] == [50; 3], "{tried:?}");
}
