//! Files that are on a ticket already, and which of them a name means.

use std::path::PathBuf;

use super::name;
use crate::commands::bulk;
use crate::cx::Cx;
use crate::domain::event::{Attachment, size_in_words};
use crate::domain::ids::{Number, Reference, Uid};
use crate::domain::words::MessageKind;
use crate::error::{Error, Result, nearest};
use crate::render;

/// A ticket, or one message on it.
pub(super) struct Found {
    pub(super) uid: Uid,
    pub(super) ticket: Number,
    /// The message, if one was named.
    pub(super) message: Option<(Number, MessageKind)>,
    /// The files, in the order of their messages.
    pub(super) files: Vec<There>,
}

/// A file and its message.
#[derive(Clone)]
pub(super) struct There {
    pub(super) message: Number,
    pub(super) kind: MessageKind,
    pub(super) file: Attachment,
}

impl Found {
    /// What `id` names, with the files there, or only those that are `public`.
    pub(super) fn at(cx: &mut Cx, id: &str, public: bool) -> Result<Self> {
        let (fold, named) = if bulk::names_message(id) {
            let (fold, number) = bulk::find_message(cx, id)?;
            (fold, Some(number))
        } else {
            let reference: Reference = id.parse()?;
            (bulk::desk_for(cx, &reference)?.find(&reference)?, None)
        };
        let named = named.and_then(|number| fold.post(number));
        let mut found = Self {
            uid: fold.uid,
            ticket: fold.number(),
            message: named.map(|post| (post.message.number, post.message.kind)),
            files: Vec::new(),
        };
        for post in fold.conversation() {
            let (message, kind) = (post.message.number, post.message.kind);
            let wanted = found.message.is_none_or(|(named, _)| named == message);
            if wanted && (!public || kind == MessageKind::Reply) {
                let there = |file: &Attachment| There { message, kind, file: file.clone() };
                found.files.extend(post.attachments.iter().map(there));
            }
        }
        Ok(found)
    }

    /// What was named: `#42`, or `42.3`.
    pub(super) fn called(&self) -> String {
        let id = |(number, _)| self.id(number);
        self.message.map_or_else(|| format!("#{}", self.ticket), id)
    }

    /// The ID of a message.
    pub(super) fn id(&self, message: Number) -> String {
        format!("{}.{}", self.ticket, message.within(self.ticket))
    }

    /// The files of these names, or all of them where there are no names.
    pub(super) fn wanted(&self, names: &[PathBuf]) -> Result<Vec<There>> {
        if self.files.is_empty() {
            return Err(Error::not_found(format!("{} has no files", self.called())));
        }
        if names.is_empty() { Ok(self.files.clone()) } else { self.named(names) }
    }

    /// The files of these names, one for each.
    pub(super) fn named(&self, names: &[PathBuf]) -> Result<Vec<There>> {
        let mut files: Vec<There> = Vec::with_capacity(names.len());
        for name in names {
            let there = self.one(&name.to_string_lossy())?;
            let same = |other: &There| (other.message, &other.file) == (there.message, &there.file);
            if !files.iter().any(same) {
                files.push(there.clone());
            }
        }
        Ok(files)
    }

    fn one(&self, name: &str) -> Result<&There> {
        let hash = name.to_ascii_lowercase();
        // As it is, else as it is shown or saved, else by its hash.
        let fits: [&dyn Fn(&Attachment) -> bool; 3] = [
            &|file| file.name == name,
            &|file| render::line(&file.name) == name || name::safe(&file.name) == name,
            &|file| hash.len() >= 6 && file.hash.to_string().starts_with(&hash),
        ];
        for fits in fits {
            let found: Vec<&There> = self.files.iter().filter(|it| fits(&it.file)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Ok(one),
                many => return Err(self.ambiguous(name, many)),
            }
        }
        let error = Error::not_found(format!("no file `{name}` on {}", self.called()));
        Err(match nearest(name, self.files.iter().map(|it| it.file.name.as_str())) {
            Some(near) => error.hint(format!("did you mean `{}`?", render::line(near))),
            None => error.hint(format!("`tix attach {}` lists the files", self.ticket)),
        })
    }

    /// Several files fit.
    pub(super) fn ambiguous(&self, name: &str, files: &[&There]) -> Error {
        let lines = files.iter().take(10).map(|there| {
            let (file, hash) = (&there.file, there.file.hash.to_string());
            format!(
                "\n    {} {} {} ({})",
                self.id(there.message),
                &hash[..8],
                render::line(&file.name),
                size_in_words(file.size)
            )
        });
        Error::invalid(format!("`{name}` fits {} files on {}", files.len(), self.called()))
            .because(format!("there are{}", lines.collect::<String>()))
            .hint("name the message instead of the ticket, or the file by the start of its hash")
    }
}
