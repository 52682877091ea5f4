//! What is exported is safe to open, whatever stands in it.

use std::cell::RefCell;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer};

use super::{CORPUS, acts, desk};
use crate::desk::{Desk, feed};

/// The tags of a page, and its text.
#[derive(Default)]
struct Page {
    tags: RefCell<Vec<Tag>>,
    text: RefCell<String>,
}

impl TokenSink for Page {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tags.borrow_mut().push(tag),
            Token::CharacterTokens(text) => self.text.borrow_mut().push_str(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn read(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Page::default(), html5ever::tokenizer::TokenizerOpts::default());
    drop(tokenizer.feed(&input));
    tokenizer.end();
    tokenizer.sink
}

const TAGS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "nav",
    "article",
    "header",
    "section",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "dl",
    "dt",
    "dd",
    "span",
    "strong",
    "small",
    "time",
    "ul",
    "ol",
    "li",
    "a",
    "pre",
    "code",
    "em",
    "del",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "hr",
];

/// What is active or not ours in a page.
fn faults(html: &str) -> Vec<String> {
    let page = read(html);
    let mut faults = Vec::new();
    for tag in page.tags.borrow().iter() {
        let name = tag.name.to_string();
        if !TAGS.contains(&name.as_str()) {
            faults.push(format!("<{name}>"));
        }
        for attribute in &tag.attrs {
            let (key, value) = (attribute.name.local.to_string(), attribute.value.to_string());
            let lower = value.trim().to_lowercase();
            let fine = match key.as_str() {
                "href" => {
                    let scheme = lower.split(['/', '?', '#']).next().unwrap_or("");
                    !scheme.contains(':')
                        || ["http:", "https:"].contains(&scheme)
                        || scheme.starts_with("mailto:")
                }
                "class" | "id" | "dir" | "lang" | "charset" | "content" | "name" | "http-equiv"
                | "scope" | "datetime" | "rel" | "download" | "start" => true,
                _ => false,
            };
            if !fine {
                faults.push(format!("<{name} {key}={value:?}>"));
            }
        }
    }
    faults
}

#[test]
fn pages_hold_nothing_that_acts() {
    assert_eq!(faults("<p onclick=x>"), ["<p onclick=\"x\">"]);
    assert_eq!(faults("<script>x</script><a href=' javascript:x'>").len(), 3);
    let desk = desk();
    let html = desk.ok("export html");
    assert_eq!(faults(&html), [""; 0]);
    assert_eq!(acts(&html, &['\t']), None);
    // Every text is there, as text.
    let page = read(&html);
    let text = page.text.borrow();
    for wanted in [
        "<script>alert(1)</script>",
        "</title></style></textarea>--><svg onload=alert(1)>",
        "␛]52;c;b3duZWQ=␇",
        "&lt;b&gt;&amp;&#27;[2J",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    desk.ok("export html --to site");
    let mut pages = 0;
    for (name, bytes) in files(&desk.path("site")) {
        if Path::new(&name).extension().is_some_and(|end| end == "html") {
            pages += 1;
            assert_eq!(faults(std::str::from_utf8(&bytes).unwrap()), [""; 0], "{name}");
        }
    }
    assert!(pages > CORPUS.len() / 2, "{pages}");
}

/// The files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let inner = files(&path).into_iter();
            found.extend(inner.map(|(inside, bytes)| (format!("{name}/{inside}"), bytes)));
        } else {
            found.push((name, std::fs::read(&path).unwrap()));
        }
    }
    found
}

#[test]
fn files_have_harmless_names_and_stay_where_they_belong() {
    let desk = desk();
    std::fs::create_dir(desk.path("saved")).unwrap();
    let before: Vec<String> = files(desk.folder()).into_iter().map(|(name, _)| name).collect();
    for id in 1..=CORPUS.len() {
        let ran = desk.run(&format!("attach {id} --save --to saved"));
        assert!([0, 3].contains(&ran.code), "{id}: {}", ran.stderr);
    }
    desk.ok("export html --to site");
    let mut count = 0;
    for (name, _) in files(desk.folder()) {
        if before.contains(&name) {
            continue;
        }
        assert!(
            name.starts_with("saved/") || name.starts_with("site/") || name.starts_with("tix.db"),
            "{name}"
        );
        assert_eq!(acts(&name, &[]), None, "{name}");
        let last = name.rsplit('/').next().unwrap();
        assert!(!last.starts_with(['.', '-', '~']) && !last.contains([':', '\\', '\n']), "{name}");
        assert!(last.len() <= 120, "{name}");
        count += 1;
    }
    assert!(count > CORPUS.len(), "{count}");
    assert!(!desk.path("owned").exists() && !Path::new("/etc/owned.txt").exists());
}

#[test]
fn a_document_holds_no_markup_of_strangers() {
    use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
    let desk = desk();
    let text = desk.ok("export md");
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let (mut wrong, mut headings) = (Vec::new(), 0);
    let mut quoted = 0;
    for (event, place) in Parser::new_ext(&text, options).into_offset_iter() {
        match event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::Image { .. } | Tag::HtmlBlock) => {
                wrong.push(&text[place]);
            }
            Event::Start(Tag::Link { link_type, dest_url, .. })
                if !matches!(link_type, LinkType::Autolink | LinkType::Email)
                    || dest_url.starts_with("javascript") =>
            {
                wrong.push(&text[place]);
            }
            Event::Start(Tag::BlockQuote(_)) => quoted += 1,
            Event::End(pulldown_cmark::TagEnd::BlockQuote(_)) => quoted -= 1,
            Event::Start(Tag::Heading { .. }) if quoted == 0 => headings += 1,
            _ => {}
        }
    }
    assert_eq!(wrong, [""; 0]);
    // The document's own headings are those of its tickets and their public messages.
    let list = desk.json("list --all -L 0");
    let tickets = list["data"].as_array().unwrap().len();
    assert!(tickets >= CORPUS.len() - 1, "{tickets}");
    let messages = text.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(headings, 1 + tickets + messages);
    assert_eq!(acts(&text, &['\t']), None);
}

#[test]
fn a_spreadsheet_runs_no_cell_and_reads_back() {
    let desk = desk();
    for line in [
        "export csv",
        "export jira",
        "list --all -L 0 --csv --columns id,title,labels,requester,assignee,customer,tier,refs,fields,description",
        "count --by requester --csv",
        "log -L 0 --csv",
    ] {
        let text = desk.ok(line);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let mut cells = 0;
        for record in reader.records() {
            for cell in &record.unwrap() {
                cells += 1;
                let first = cell.chars().next();
                let begins = cell.trim_start().chars().next();
                let runs =
                    matches!(begins, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
                // A number of ours is one.
                let words = cell.parse::<f64>().is_err();
                assert!(
                    !(runs && words || matches!(first, Some('\t' | '\r' | '\n'))),
                    "{line}: {cell:?}"
                );
            }
        }
        assert!(
            cells > CORPUS.len() || line.starts_with("count") || line.starts_with("log"),
            "{line}: {cells}"
        );
    }
    // What comes back is what a list shows, and what comes back again is the same.
    let first = desk.ok("export csv");
    let other = Desk::new();
    other.file("back.csv", &first);
    other.ok("import csv back.csv");
    let titles = |desk: &Desk| {
        let list = desk.json("list --all -L 0");
        let titles = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["title"].as_str().unwrap().to_owned());
        let mut titles: Vec<String> = titles.collect();
        titles.sort();
        titles
    };
    let second = other.ok("export csv");
    let third = Desk::new();
    third.file("back.csv", &second);
    third.ok("import csv back.csv");
    assert_eq!(titles(&other), titles(&third));
    let formulas = |desk: &Desk| {
        titles(desk).into_iter().filter(|title| title.contains("cmd|")).collect::<Vec<_>>()
    };
    assert_eq!(formulas(&other), ["=cmd|' /C calc'!A0"]);
}

#[test]
fn a_mail_has_the_headers_that_we_give_it() {
    const HEADERS: &[&str] = &[
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
    ];
    let desk = desk();
    let mbox = desk.ok("export mbox");
    assert!(mbox.is_ascii());
    assert_eq!(acts(&mbox, &['\t']), None);
    let mut mails = 0;
    let mut check = |mail: &str| {
        mails += 1;
        let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
        for header in parsed.headers() {
            let name = header.name().to_lowercase();
            assert!(HEADERS.contains(&name.as_str()), "{name} in\n{mail}");
        }
        let subject = parsed.subject().unwrap_or_default();
        assert!(!subject.contains(['\r', '\n']), "{subject:?}");
        let to: Vec<String> = parsed
            .to()
            .map(|to| to.iter().filter_map(|it| it.address().map(ToOwned::to_owned)).collect())
            .unwrap_or_default();
        assert!(to.iter().all(|it| !it.contains("owned@evil")), "{to:?} in\n{mail}");
    };
    for mail in mbox.split("\nFrom ") {
        let mail = mail.split_once('\n').unwrap().1;
        check(mail);
    }
    for id in 1..=CORPUS.len() {
        let reply = feed(&mut desk.command(&format!("reply {id} -m 'Hello'")), "");
        assert!([0, 4].contains(&reply.code), "{id}: {}", reply.stderr);
        let ran = desk.run(&format!("export eml {id}"));
        assert!([0, 3, 4].contains(&ran.code), "{id}: {}", ran.stderr);
        if ran.code == 0 {
            assert!(ran.stdout.is_ascii());
            check(&ran.stdout);
        }
    }
    assert!(mails > CORPUS.len(), "{mails}");
}
