//! Mail that machines write: answers by themselves, and reports of mail that could not be delivered.

use super::head::Head;
use super::parts::Part;

/// Was it written by a machine on its own? Lists and bulk mail are not: people write them.
pub(super) fn wrote(mail: &Part<'_>) -> bool {
    let head = &mail.head;
    let word = |name: &str| head.word(name);
    let submitted = word("auto-submitted").is_some_and(|word| word != "no");
    let replied =
        ["x-autoreply", "x-autorespond", "x-auto-reply", "x-auto-response", "x-autoreply-from"];
    let replied = replied.iter().any(|name| word(name).is_some_and(|word| word != "no"));
    let precedence = word("precedence").or_else(|| word("x-precedence"));
    let precedence =
        precedence.is_some_and(|word| matches!(word.as_str(), "auto_reply" | "auto-reply"));
    submitted || replied || precedence || reports(mail) || comes_from_nobody(head)
}

/// Does it report what became of another mail?
pub(super) fn reports(mail: &Part<'_>) -> bool {
    let kind = mail.param("report-type").unwrap_or_default().to_ascii_lowercase();
    let known = matches!(
        kind.as_str(),
        "delivery-status" | "disposition-notification" | "feedback-report" | ""
    );
    (mail.kind == "multipart/report" && known) || mail.head.has("x-failed-recipients")
}

/// No answer is wanted, and its sender is the mail system.
fn comes_from_nobody(head: &Head<'_>) -> bool {
    let empty = head.raw("return-path").is_some_and(|path| path.trim_ascii() == b"<>");
    let from = head.raw("from").map(|from| String::from_utf8_lossy(&from).to_ascii_lowercase());
    let daemon = from.is_some_and(|from| {
        ["mailer-daemon", "mail delivery", "postmaster@"].iter().any(|name| from.contains(name))
    });
    empty && daemon
}

/// May a mail with this header report what became of another?
pub(super) fn may_report(head: &Head<'_>) -> bool {
    let kind = head.word("content-type").is_some_and(|kind| kind == "multipart/report");
    kind || head.has("x-failed-recipients") || comes_from_nobody(head)
}

/// The Message-IDs of the mails that a report is about, as far as it brings them along.
pub(super) fn about(mail: &Part<'_>) -> Vec<String> {
    if !reports(mail) && !comes_from_nobody(&mail.head) {
        return Vec::new();
    }
    let mut ids = Vec::new();
    for part in mail.leaves() {
        let kind = part.kind.as_str();
        if matches!(kind, "message/rfc822" | "text/rfc822-headers" | "message/global") {
            let bytes = part.bytes();
            ids.extend(Head::of_mail(&bytes).0.id());
        } else if kind == "message/disposition-notification" {
            let bytes = part.bytes();
            ids.extend(Head::of_mail(&bytes).0.ids("original-message-id"));
        } else if kind == "text/plain" && ids.is_empty() {
            ids.extend(copied(&part.text()));
        }
    }
    ids
}

/// The Message-ID in a copy of a mail that stands in the text of a report.
fn copied(text: &str) -> Option<String> {
    let lines = text.lines().map(|line| line.trim_start_matches(['>', ' ']));
    let mut named = lines
        .filter(|line| line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:")));
    Head::of(named.next()?.as_bytes()).0.id()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote(head: &str) -> bool {
        super::wrote(&Part::of(format!("{head}\n\ntext").as_bytes()))
    }

    #[test]
    fn machines_are_known_by_what_they_say_of_themselves() {
        for head in [
            "Auto-Submitted: auto-replied (vacation)",
            "X-Autoreply: yes",
            "Precedence: auto_reply",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            "Return-Path: <>\nFrom: MAILER-DAEMON@x (Mail)",
        ] {
            assert!(wrote(head), "{head}");
        }
        for head in [
            "Auto-Submitted: no",
            "Precedence: bulk",
            "Precedence: list",
            "Return-Path: <>",
            "From: Ada",
        ] {
            assert!(!wrote(head), "{head}");
        }
    }

    #[test]
    fn a_report_says_what_it_is_about() {
        let mail = "Content-Type: multipart/report; boundary=x; report-type=delivery-status\n\n\
            --x\n\nfailed\n--x\nContent-Type: message/rfc822\n\nMessage-ID: <a@b>\n\ntext\n--x--\n";
        assert_eq!(about(&Part::of(mail.as_bytes())), ["a@b"]);
        let text = "Return-Path: <>\nFrom: MAILER-DAEMON@x\n\nIt failed.\n\n> Message-Id: <c@d>\n";
        assert_eq!(about(&Part::of(text.as_bytes())), ["c@d"]);
        assert_eq!(
            about(&Part::of(mail.replace("report;", "mixed;").as_bytes())),
            Vec::<String>::new()
        );
    }
}
