//! Whose tickets are: customers are recognised by who asks, and what changes with them is recorded
//! on their tickets.
//!
//! None of that is news of a ticket, so it does not count as its last update.

use rusqlite::{Connection, OptionalExtension, Row};

use super::derive::Term;
use super::read::{Reader, packed};
use super::write::Writer;
use crate::domain::customer::{Customer, keys_of};
use crate::domain::event::{Event, Field, Mark, Opening, Swap};
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::words::Status;
use crate::error::{Error, Result};
use crate::view::{self, Time};

/// How many of a customer's tickets are shown.
const LATEST: i64 = 5;

/// Customers with so many open tickets and so many in all.
const COUNTED: &str = "SELECT substr(k.key, 10), k.value,
        (SELECT count(*) FROM term x CROSS JOIN ticket t ON t.id = x.ticket
         WHERE x.kind = 4 AND x.key = substr(k.key, 10) AND t.status < 4),
        (SELECT count(*) FROM term x WHERE x.kind = 4 AND x.key = substr(k.key, 10))
     FROM kept k";

/// A customer by name, and the tier that they are under.
struct Whose {
    name: String,
    tier: Option<String>,
}

/// So many tickets, and so many of them open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theirs {
    /// All.
    pub all: u64,
    /// The open ones.
    pub open: u64,
}

impl Reader<'_> {
    /// Every customer, by name, with how many of their tickets are open.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn customers(&self) -> Result<Vec<view::Customer>> {
        let sql =
            format!("{COUNTED} WHERE k.key > 'customer/' AND k.key < 'customer0' ORDER BY k.key");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(customer_of(row)?);
        }
        Ok(all)
    }

    /// The customer of this name with the tickets that changed last, if there is one.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn customer(&self, name: &str) -> Result<Option<view::Customer>> {
        let sql = format!("{COUNTED} WHERE k.key = ?1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([key(name)])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let latest = Some(self.latest_of(name)?);
        Ok(Some(view::Customer { latest, ..customer_of(row)? }))
    }

    fn latest_of(self, name: &str) -> Result<Vec<view::Latest>> {
        let sql = "SELECT t.machine << 32 | t.n, t.title, t.status, t.updated_at
             FROM term x CROSS JOIN ticket t ON t.id = x.ticket
             WHERE x.kind = 4 AND x.key = ?1 ORDER BY t.updated_at DESC, t.id DESC LIMIT ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map((name, LATEST), |row| {
            Ok(view::Latest {
                id: packed(row.get(0)?).to_string(),
                title: row.get(1)?,
                status: Status::from_rank(row.get(2)?).unwrap_or(Status::Open),
                updated_at: Time(Timestamp(row.get(3)?)),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The tickets of a customer.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn tickets_of(&self, customer: &str) -> Result<Vec<Uid>> {
        of(self.conn, customer, false)
    }
}

impl Writer<'_> {
    /// The customer of this name as they stand now.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn customer(&mut self, name: &str) -> Result<Option<view::Customer>> {
        self.settle()?;
        Reader::new(self.connection()).customer(name)
    }

    /// The customer who is kept under this name.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn kept_customer(&self, name: &str) -> Result<Option<Customer>> {
        let kept = Reader::new(self.connection()).kept(&key(name))?;
        kept.map(|value| Customer::read(&value)).transpose()
    }

    /// Keeps a customer under this name, or nobody; says whether that changed anything.
    ///
    /// # Errors
    /// Exit 4 when they would be recognised by what another customer is recognised by.
    pub fn keep_customer(&mut self, name: &str, customer: Option<&Customer>) -> Result<bool> {
        for key in customer.map(Customer::keys).unwrap_or_default() {
            self.unless_taken(name, &key)?;
        }
        let value = customer.map(Customer::write).transpose()?;
        self.put(&key(name), value.as_deref())
    }

    fn unless_taken(&self, name: &str, key: &str) -> Result<()> {
        let sql = "SELECT customer FROM party WHERE key = ?1 AND customer <> ?2 LIMIT 1";
        let mut statement = self.connection().prepare_cached(sql)?;
        let taken = statement.query_row((key, name), |row| row.get::<_, String>(0)).optional()?;
        let Some(other) = taken else { return Ok(()) };
        let said = key.strip_prefix('@').unwrap_or(key);
        Err(Error::invalid(format!("`{said}` is {other}'s already"))
            .because("nobody can be recognised as two customers'")
            .hint(format!("`tix customer show {other}` says who they are")))
    }

    /// Whose customer asks in this ticket; none where that is said, or nobody is recognised.
    fn recognised(&mut self, now: &Opening) -> Result<Option<Whose>> {
        let Some(person) = now.requester.as_ref().filter(|_| now.customer.is_none()) else {
            return Ok(None);
        };
        if !self.has_parties()? {
            return Ok(None);
        }
        let mut keys = keys_of(person);
        // Where it comes from, a name may be a handle: `github:ada`.
        if let Some(name) = &person.name {
            let place = usize::from(person.email.is_some());
            let handle = |source: &str| format!("{source}:{name}").to_lowercase();
            let sources = now.refs.iter().filter_map(|name| name.split_once(':'));
            keys.splice(place..place, sources.map(|(source, _)| handle(source)));
        }
        whose(self.connection(), &keys)
    }

    /// Is anybody recognised as a customer's? Asked once, as there may be none.
    fn has_parties(&mut self) -> Result<bool> {
        if let Some(any) = self.parties {
            return Ok(any);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM party)";
        let any = self.connection().prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(*self.parties.insert(any))
    }

    /// Says whose customer asks, if that is known and not said, and under which tier they are.
    pub(super) fn recognise_in(&mut self, opening: &mut Opening) -> Result<()> {
        if let Some(whose) = self.recognised(opening)? {
            opening.customer = Some(whose.name);
            opening.tier = opening.tier.take().or(whose.tier);
        }
        Ok(())
    }

    /// Says on a ticket whose customer asks, if that is known and not said; says whether it was.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn recognise(&mut self, uid: Uid) -> Result<bool> {
        let now = self.ticket(uid)?.now.clone();
        let Some(whose) = self.recognised(&now)? else { return Ok(false) };
        self.becomes(uid, Field::Customer(Some(whose.name)))?;
        if let Some(tier) = whose.tier.filter(|_| now.tier.is_none()) {
            self.becomes(uid, Field::Tier(Some(tier)))?;
        }
        Ok(true)
    }

    /// Sets a field because of what is known of a customer.
    fn becomes(&mut self, uid: Uid, to: Field) -> Result<bool> {
        let from = self.ticket(uid)?.value(&to);
        let event = Event::Set(Box::new(Swap { from, to }));
        self.record_as(uid, None, Some(Mark::Follows), event)
    }

    /// Makes a ticket this customer's, or nobody's. Where it was under no tier or that of whose it
    /// was, it comes under theirs.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn give(&mut self, uid: Uid, to: Option<&str>) -> Result<()> {
        let (was, tier) = {
            let now = &self.ticket(uid)?.now;
            (now.customer.clone(), now.tier.clone())
        };
        if !self.set(uid, Field::Customer(to.map(ToOwned::to_owned)))? {
            return Ok(());
        }
        let former = was.map_or(Ok(None), |name| tier_of(self.connection(), &name))?;
        let theirs = to.map_or(Ok(None), |name| tier_of(self.connection(), name))?;
        if follows(tier.as_deref(), former.as_deref()) {
            self.set(uid, Field::Tier(theirs))?;
        }
        Ok(())
    }

    /// Says whose they are on the tickets that nobody was known for and on which somebody asks who
    /// is recognised by one of these keys of the customer.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn adopt(&mut self, customer: &str, keys: &[String]) -> Result<Theirs> {
        self.settle()?;
        let mut theirs = Theirs::default();
        for uid in asked_by(self.connection(), keys)? {
            let now = self.ticket(uid)?.now.clone();
            let Some(whose) = self.recognised(&now)?.filter(|whose| whose.name == customer) else {
                continue;
            };
            self.becomes(uid, Field::Customer(Some(whose.name)))?;
            theirs.all += 1;
            if now.state.status != Status::Closed {
                theirs.open += 1;
                let tier = now.tier.or(whose.tier);
                self.becomes(uid, Field::Tier(tier))?;
            }
        }
        Ok(theirs)
    }

    /// Brings the open tickets of a customer that were under no tier, or under their former one,
    /// under the one that they have now; says how many.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn promote(&mut self, customer: &str, former: Option<&str>) -> Result<u64> {
        self.settle()?;
        let tier = tier_of(self.connection(), customer)?;
        let mut changed = 0;
        for uid in of(self.connection(), customer, true)? {
            let now = self.ticket(uid)?.now.tier.clone();
            if follows(now.as_deref(), former) {
                changed += u64::from(self.becomes(uid, Field::Tier(tier.clone()))?);
            }
        }
        Ok(changed)
    }

    /// Makes the tickets of a customer those of another; the open ones that were under their tier
    /// or none come under the other's.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn hand_over(&mut self, from: &str, into: &str, former: Option<&str>) -> Result<Theirs> {
        self.settle()?;
        let tier = tier_of(self.connection(), into)?;
        let mut theirs = Theirs::default();
        for uid in of(self.connection(), from, false)? {
            let now = &self.ticket(uid)?.now;
            let open = now.state.status != Status::Closed;
            let follows = open && follows(now.tier.as_deref(), former);
            self.becomes(uid, Field::Customer(Some(into.to_owned())))?;
            if follows {
                self.becomes(uid, Field::Tier(tier.clone()))?;
            }
            theirs.all += 1;
            theirs.open += u64::from(open);
        }
        Ok(theirs)
    }
}

/// Is a ticket under this tier because its customer was under that?
fn follows(tier: Option<&str>, of_customer: Option<&str>) -> bool {
    tier.is_none_or(|tier| of_customer.is_some_and(|it| it.eq_ignore_ascii_case(tier)))
}

fn key(name: &str) -> String {
    format!("customer/{name}")
}

fn customer_of(row: &Row<'_>) -> Result<view::Customer> {
    let value: String = row.get(1)?;
    let count = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
    Ok(view::Customer::of(row.get(0)?, Customer::read(&value)?, (count(2)?, count(3)?)))
}

/// The customer who is recognised by the first of these keys that is anybody's.
fn whose(conn: &Connection, keys: &[String]) -> Result<Option<Whose>> {
    // On a desk that others add to, a key may be two customers'.
    let sql = "SELECT customer FROM party WHERE key = ?1 ORDER BY customer LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    for key in keys {
        if let Some(name) = statement.query_row([key], |row| row.get(0)).optional()? {
            let name: String = name;
            let tier = tier_of(conn, &name)?;
            return Ok(Some(Whose { name, tier }));
        }
    }
    Ok(None)
}

/// The tier that a customer is under; none of one that is not kept.
fn tier_of(conn: &Connection, customer: &str) -> Result<Option<String>> {
    let value = Reader::new(conn).kept(&key(&customer.to_lowercase()))?;
    Ok(value.and_then(|value| Customer::read(&value).ok()).and_then(|customer| customer.tier))
}

/// The tickets of a customer, or the open ones, in the order of their rows.
fn of(conn: &Connection, customer: &str, open: bool) -> Result<Vec<Uid>> {
    let sql = "SELECT t.uid FROM term x CROSS JOIN ticket t ON t.id = x.ticket
         WHERE x.kind = ?1 AND x.key = ?2 AND t.status < ?3 ORDER BY x.ticket";
    let below = if open { Status::Closed.rank() } else { i64::MAX };
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement
        .query_map((Term::Customer as i64, customer, below), |row| Ok(Uid(row.get(0)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The tickets that are nobody's and on which somebody asks who may be recognised by these keys.
fn asked_by(conn: &Connection, keys: &[String]) -> Result<Vec<Uid>> {
    let mut found = Vec::new();
    let mut add = |condition: &str, names: Vec<String>| -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "SELECT x.ticket, t.uid FROM term x CROSS JOIN ticket t ON t.id = x.ticket
             WHERE x.kind = 3 AND {condition} AND t.customer IS NULL"
        );
        let names = serde_json::to_string(&names).map_err(std::io::Error::from)?;
        let mut statement = conn.prepare_cached(&sql)?;
        for row in statement.query_map([names], |row| Ok((row.get(0)?, Uid(row.get(1)?))))? {
            found.push(row?);
        }
        Ok(())
    };
    let (domains, people): (Vec<&String>, Vec<&String>) =
        keys.iter().partition(|key| key.starts_with('@'));
    let names = people.iter().flat_map(|key| {
        let name = key.split_once(':').map(|(_, name)| name.to_owned());
        name.into_iter().chain([(*key).clone()])
    });
    add("x.key IN (SELECT value FROM json_each(?1))", names.collect())?;
    // A domain, and one below it.
    let ends = domains.iter().flat_map(|key| [(*key).clone(), key.replacen('@', ".", 1)]);
    let ends_so = "instr(x.key, '@') > 0 AND EXISTS (SELECT 1 FROM json_each(?1) e
         WHERE substr(x.key, -length(e.value)) = e.value)";
    add(ends_so, ends.collect())?;
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(|(_, uid): (i64, Uid)| uid).collect())
}
