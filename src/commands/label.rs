//! `tix label`.

use std::collections::BTreeSet;

use clap::Args;

use super::bulk::{Done, Targets};
use crate::cx::Cx;
use crate::domain::event::{Event, label_of};
use crate::domain::ids::Uid;
use crate::error::{Error, Result};
use crate::store::Writer;
use crate::view::View;

/// Put labels on tickets or take them off
///
/// `tix label +bug,-question 42` puts `bug` on and takes `question` off; a label without a sign is
/// put on.
#[derive(Args, Debug)]
pub(crate) struct Label {
    /// The labels, separated by commas: +a,-b
    #[arg(value_name = "LABELS", allow_hyphen_values = true)]
    labels: String,
    #[command(flatten)]
    targets: Targets,
}

impl Label {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut delta = Delta::read(&[self.labels])?;
        delta.on.append(&mut delta.plain);
        if delta.on.is_empty() && delta.off.is_empty() {
            return Err(Error::invalid("no label is given").hint("labels look like +bug,-question"));
        }
        self.targets.each(cx, "label", |desk, uid| {
            let number = desk.ticket(uid)?.number();
            let changed = delta.apply(desk, uid)?;
            Ok(if changed.is_empty() {
                Done::Already(format!("#{number} has these labels already"))
            } else {
                Done::Changed(format!("#{number} {}", changed.join(", ")))
            })
        })
    }
}

/// Labels from the command line: to put on, to take off, and those without a sign.
#[derive(Debug, Default)]
pub(super) struct Delta {
    pub(super) on: BTreeSet<String>,
    pub(super) off: BTreeSet<String>,
    pub(super) plain: BTreeSet<String>,
}

impl Delta {
    pub(super) fn read(given: &[String]) -> Result<Self> {
        Self::read_as(given, label_of)
    }

    /// The same of other names, each as `of` reads it.
    pub(super) fn read_as(given: &[String], of: fn(&str) -> Result<String>) -> Result<Self> {
        let mut delta = Self::default();
        for word in given.iter().flat_map(|words| words.split(',')).map(str::trim) {
            match (word.strip_prefix('+'), word.strip_prefix('-')) {
                (Some(label), _) => delta.on.insert(of(label)?),
                (_, Some(label)) => delta.off.insert(of(label)?),
                _ if word.is_empty() => false,
                _ => delta.plain.insert(of(word)?),
            };
        }
        if let Some(label) = delta.on.intersection(&delta.off).next() {
            return Err(Error::invalid(format!(
                "`{label}` cannot be put on and taken off at once"
            )));
        }
        if !delta.on.is_empty() || !delta.off.is_empty() {
            // Among signs, a label without one is put on too.
            delta.on.append(&mut delta.plain);
        }
        Ok(delta)
    }

    /// Does it; returns what changed, in words.
    pub(super) fn apply(&self, desk: &mut Writer<'_>, uid: Uid) -> Result<Vec<String>> {
        let mut changed = Vec::new();
        for label in &self.on {
            if desk.record(uid, Event::Labelled(label.clone()))? {
                changed.push(format!("+{label}"));
            }
        }
        for label in &self.off {
            if desk.record(uid, Event::Unlabelled(label.clone()))? {
                changed.push(format!("-{label}"));
            }
        }
        Ok(changed)
    }
}
