//! A conversation of mails as a ticket.

use std::collections::{BTreeSet, HashMap};

use super::reading::Mail;
use super::subject;
use crate::domain::draft::Draft;
use crate::domain::event::title_in;
use crate::domain::ids::Uid;
use crate::domain::mail_id;
use crate::domain::words::Channel;
use crate::error::Result;
use crate::import::record::{Record, Reply, unknown};

/// How many mails that are not there a ticket names.
const GHOSTS_MAX: usize = 50;

/// How many mails of one Message-ID are held against another.
const SAME_MAX: usize = 50;

/// The mails of a conversation, each once, and how many came again.
pub(super) fn distinct(mails: Vec<Mail>) -> (Vec<Mail>, usize) {
    let mut kept: Vec<Mail> = Vec::with_capacity(mails.len());
    let mut named: HashMap<String, Vec<usize>> = HashMap::new();
    let mut repeats = 0;
    for mut mail in mails {
        let name = mail.name.clone();
        let places = named.entry(name.clone()).or_default();
        let repeated = places.iter().take(SAME_MAX).any(|place| same(&kept[*place], &mail));
        if !places.is_empty() {
            let author = mail.author.clone().unwrap_or_else(unknown);
            mail.name = mail_id::apart(&mail.name, &author, mail.at, &mail.text);
        }
        if repeated || (mail.name != name && named.contains_key(&mail.name)) {
            repeats += 1;
            continue;
        }
        for name in [name, mail.name.clone()] {
            let places = named.entry(name).or_default();
            if places.last() != Some(&kept.len()) {
                places.push(kept.len());
            }
        }
        kept.push(mail);
    }
    (kept, repeats)
}

/// Are two of one Message-ID the same mail? Lists write below the text on its way.
fn same(one: &Mail, two: &Mail) -> bool {
    let text = mail_id::alike(&one.text, &two.text);
    let files = |mail: &Mail| mail.files.iter().map(|file| file.hash).collect::<BTreeSet<_>>();
    let said = one.author == two.author && one.at == two.at && one.subject == two.subject;
    said && text && files(one) == files(two)
}

/// The ticket that they are, and for each mail the names of those before it.
///
/// # Errors
/// Exit 4, saying what of it cannot be kept.
pub(super) fn draft(mails: Vec<Mail>) -> Result<(Draft, Vec<Vec<String>>)> {
    let root = root(&mails);
    let first = &mails[0];
    let whole = first.subject.clone().unwrap_or_default();
    let (bare, tags) = subject::parts(&whole);
    let named = Some(bare).filter(|bare| !bare.is_empty());
    let title =
        named.or_else(|| title_in(&first.text)).unwrap_or_else(|| "(no subject)".to_owned());
    let mut record = Record::new(root.clone(), Channel::Email, title.clone());
    if whole.split_whitespace().collect::<Vec<_>>().join(" ") != title {
        record.field("subject", &whole);
    }
    record.labels = first.list.clone().map_or(tags, |list| vec![list]);
    record.url.clone_from(&first.url);
    record.requester.clone_from(&first.author);
    record.created = first.at;
    record.refs = ghosts(&mails);
    let before = mails.iter().map(|mail| mail.before.clone()).collect();
    let (own, to, automatic) = (first.name.clone(), first.to.clone(), first.automatic);
    let mut mails = mails.into_iter();
    if let Some(first) = mails.next() {
        (record.description, record.attachments) = (Some(first.text), first.files);
    }
    record.replies = mails.map(reply).collect();
    let mut draft = record.draft()?;
    if let Some(description) = draft.messages.first_mut() {
        (description.reference, description.to) = (Some(own), to);
        description.automatic = automatic;
    }
    if let Some((ours, _)) = mail_id::read(root.trim_start_matches("mail:")) {
        draft.uid = Some(ours);
    }
    debug_assert!(draft.uid.is_some_and(|uid| uid != Uid::DESK));
    Ok((draft, before))
}

fn reply(mail: Mail) -> Reply {
    let Mail { name, author, at, text, files, to, automatic, .. } = mail;
    Reply { name: Some(name), attachments: files, to, automatic, ..Reply::new(author, at, text) }
}

/// The name of the mail that a conversation began with, be it there or not.
fn root(mails: &[Mail]) -> String {
    let places: HashMap<&str, &Mail> =
        mails.iter().rev().map(|mail| (mail.name.as_str(), mail)).collect();
    let (mut root, mut passed) = (mails[0].name.as_str(), BTreeSet::new());
    while let Some(above) = places.get(root).and_then(|mail| mail.before.last()) {
        if !passed.insert(root) {
            // They answer each other: the first stands for all.
            return mails[0].name.clone();
        }
        root = above;
    }
    root.to_owned()
}

/// The names of mails that are not there: one of them may come later.
fn ghosts(mails: &[Mail]) -> Vec<String> {
    let there: BTreeSet<&str> = mails.iter().map(|mail| mail.name.as_str()).collect();
    let before = mails.iter().flat_map(|mail| &mail.before);
    let ghosts: BTreeSet<&String> = before.filter(|name| !there.contains(name.as_str())).collect();
    ghosts.into_iter().take(GHOSTS_MAX).cloned().collect()
}
