//! `tix assign`.

use clap::Args;

use super::bulk::{Done, Targets};
use crate::cx::Cx;
use crate::domain::event::Field;
use crate::error::Result;
use crate::view::View;

/// Say who of us works on tickets
#[derive(Args, Debug)]
pub(crate) struct Assign {
    /// `Name <mail>`, a mail address or a name; `@me` is you, an empty text is nobody
    #[arg(value_name = "WHO")]
    who: String,
    #[command(flatten)]
    targets: Targets,
}

impl Assign {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let who = cx.person(&self.who)?;
        let name = who.as_ref().map_or("nobody".to_owned(), |who| who.short().to_owned());
        self.targets.each(cx, "assign", |desk, uid| {
            let number = desk.ticket(uid)?.number();
            Ok(if desk.set(uid, Field::Assignee(who.clone()))? {
                Done::Changed(format!("#{number} assigned to {name}"))
            } else {
                Done::Already(format!("#{number} is already assigned to {name}"))
            })
        })
    }
}
