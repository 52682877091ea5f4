//! `tix merge`.

use clap::Args;

use super::bulk::{self, Done, Targets};
use super::reply;
use crate::cx::Cx;
use crate::error::{Error, Result, counted};
use crate::view::View;

/// Make tickets part of another
///
/// The last ID is the ticket that the others become part of: it gets their messages as they were
/// said, and answers to their names from now on. They keep what they had and are closed as
/// duplicates; `tix undo` parts them again. Where one of them waits for us, the whole does: it is opened
/// again or woken. Of a ticket that is part of it already, messages that
/// came later are moved.
#[derive(Args, Debug)]
#[command(override_usage = "tix merge [OPTIONS] <ID>... <INTO>\n       \
                            tix merge [OPTIONS] --where <QUERY> --into <ID>")]
pub(crate) struct Merge {
    #[command(flatten)]
    targets: Targets,
    /// The ticket that they become part of, if it is not the last ID
    #[arg(long, value_name = "ID")]
    into: Option<String>,
}

impl Merge {
    pub(crate) fn run(mut self, cx: &mut Cx) -> Result<View<'_>> {
        let name = self.into.take().or_else(|| {
            let last = if self.targets.query.is_none() { self.targets.ids.pop() } else { None };
            last.filter(|_| !self.targets.ids.is_empty())
        });
        let name = name.ok_or_else(|| {
            Error::usage("it is not said which ticket they become part of")
                .hint("give it last, or with --into: tix merge 7 8 5")
        })?;
        let named = bulk::own(cx, &name)?;
        let into = bulk::find(cx, &name)?;
        let mut found = self.targets.find_by(cx, bulk::own)?;
        if self.targets.query.is_some() {
            found.all.retain(|(uid, ())| *uid != into);
        }
        found.also.push(into);
        self.targets.all(cx, "merge", found, |desk, uid, ()| {
            let merged = desk.merge(uid, named)?;
            let (number, other) = (desk.ticket(uid)?.number(), desk.ticket(into)?.number());
            let messages = counted(merged.messages as u64, "message");
            let then = merged.woken.map_or("", reply::woken);
            Ok(match (merged.new, merged.messages) {
                (true, _) => {
                    Done::Changed(format!("#{number} merged into #{other} ({messages}){then}"))
                }
                (false, 0) => Done::Already(format!("#{number} is already merged into #{other}")),
                (false, _) => Done::Changed(format!(
                    "#{number} is already merged into #{other}, later messages moved ({messages}){then}"
                )),
            })
        })
    }
}
