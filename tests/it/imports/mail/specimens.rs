//! Real mailboxes, where they are at hand.

use crate::imports::{settles, specimen};

#[test]
fn real_mailboxes_come_once_and_can_be_taken_back() {
    for name in [
        "mbox/perceval_mbox_complex.mbox",
        "mbox/mimekit_issue1189.mbox",
        "mbox/mime4j_mbox.rlug",
        "mbox/ponymail_attachments.mbox",
        "mbox/ietf_mailbox_from",
        "eml/redmine",
        "eml/zammad",
        "eml/ruby-mail",
        "eml/python",
        "maildir/notmuch-default",
    ] {
        let Some(path) = specimen(&format!("mail/{name}")) else { continue };
        settles("mail", &path);
    }
}
