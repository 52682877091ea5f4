//! What promises rest on, as it changes at random.

use proptest::prelude::*;
use proptest::sample::select;
use tix::domain::article::Article;
use tix::domain::calendar::Calendar;
use tix::domain::clocks::Name;
use tix::domain::customer::Customer;
use tix::domain::tier::Tier;
use tix::domain::words::Priority;

use crate::desk::Move;

/// That an article helps with a ticket, which nobody here may know.
const HELPS: &str = "kb-link/reset/07070707-0707-0707-0707-070707070707";

fn article(title: &str, reference: &str) -> String {
    let article = Article {
        title: title.to_owned(),
        body: "Open the settings.".to_owned(),
        reference: Some(reference.to_owned()),
        ..Article::default()
    };
    article.from_source().write().unwrap()
}

/// Few tiers, calendars and customers, each in versions of which one is none.
pub(crate) fn promises() -> impl Strategy<Value = Move> {
    let tier = |calendar: Option<&str>, first: &str| {
        let mut tier = Tier::default();
        tier.calendar = calendar.map(ToOwned::to_owned);
        tier.promise(Name::FirstResponse, None, first).unwrap();
        tier.promise(Name::Resolution, Some(Priority::High), "2bd").unwrap();
        Some(tier.write().unwrap())
    };
    let calendar = |hours: &str| {
        let mut calendar = Calendar::new(chrono_tz::Tz::Europe__Berlin);
        calendar.set_hours([hours]).unwrap();
        Some(calendar.write().unwrap())
    };
    let globex = Customer {
        mails: vec!["ada@acme.example".to_owned()],
        tier: Some("red".to_owned()),
        ..Customer::default()
    };
    select(vec![
        Move::Keep("tier/red", tier(Some("office"), "1h")),
        Move::Keep("tier/red", tier(None, "30m")),
        Move::Keep("tier/red", None),
        Move::Keep("calendar/office", calendar("mon-fri 09:00-17:00")),
        Move::Keep("calendar/office", calendar("24x7")),
        Move::Keep("calendar/office", None),
        Move::Keep("recalc/red", Some("one".to_owned())),
        Move::Keep("recalc/red", Some("two".to_owned())),
        Move::Keep("customer/globex", Some(globex.write().unwrap())),
        Move::Keep("customer/globex", None),
        Move::Keep("kb/reset", Some(article("Reset a password", "forum:1"))),
        Move::Keep("kb/reset", Some(article("红 Reset", "forum:2"))),
        Move::Keep("kb/reset", None),
        Move::Keep(HELPS, Some("linked".to_owned())),
        Move::Keep(HELPS, None),
    ])
}
