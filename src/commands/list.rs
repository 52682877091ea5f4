//! `tix list`.

use clap::Args;

use super::asked::{self, Asked, term};
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::view::View;

/// List tickets
///
/// Without words about the status, only open tickets. `tix help query` says what a query can be.
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    asked: Asked,
    /// Closed tickets too, and without the default scope
    #[arg(long)]
    all: bool,
    /// With this label; several separated by commas are any of them
    #[arg(short, long, value_name = "LABELS")]
    label: Vec<String>,
    /// Assigned to WHO; `@me` is you
    #[arg(short, long, value_name = "WHO")]
    assignee: Option<String>,
    /// Of this priority: low, normal, high or urgent
    #[arg(short, long, value_name = "PRIORITY")]
    priority: Option<String>,
    /// Of this status: new, open, pending, hold or closed
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Asked by WHO
    #[arg(short, long, value_name = "WHO")]
    requester: Option<String>,
}

impl List {
    /// Does it say what the query means, and do nothing else?
    pub(crate) fn explains(&self) -> bool {
        self.asked.explain
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let (mut text, mut query) = self.asked.query(cx, self.terms())?;
        let scope = cx.config.scope.clone().filter(|_| !self.all);
        if let Some(scope) = &scope {
            let narrow = cx.query(std::slice::from_ref(scope)).map_err(|e| {
                let hint =
                    "`tix config set scope QUERY` changes it, `tix config unset scope` lifts it";
                Error::invalid("the config's `scope` cannot be used").because(e).hint(hint)
            })?;
            query = query.narrowed(narrow);
            text = format!("{text} ({scope})");
            if !cx.io.stdout || cx.machine {
                cx.say(&format!("only tickets in your scope: {scope} (--all for all)"));
            }
        }
        if !self.all {
            query = asked::open(query);
        }
        if let Some(view) = self.asked.instead(cx, (text.trim(), &query), false)? {
            return Ok(view);
        }
        // The list, its head, its last line and the prompt fit on the screen.
        let limit = self.asked.limit(asked::fits(cx));
        Ok(View::Tickets(asked::rows(cx, query, limit, self.asked.shape(scope))?))
    }

    /// What the flags stand for in a query.
    fn terms(&self) -> Vec<String> {
        let flags = [
            ("assignee", &self.assignee),
            ("priority", &self.priority),
            ("status", &self.status),
            ("requester", &self.requester),
        ];
        let labels = self.label.iter().map(|labels| term("label", labels));
        let flags = flags.iter().filter_map(|(key, value)| Some(term(key, value.as_deref()?)));
        labels.chain(flags).collect()
    }
}
