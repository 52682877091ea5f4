//! What the columns of a table are.

use std::collections::BTreeMap;

use super::tools::Tool;
use crate::error::{Error, Result, listed, nearest};
use crate::import::Options;
use crate::import::headers::{Kind, alike, columns_of, is_ours};
use crate::import::table::Table;
use crate::import::words;

/// What a column is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Title,
    Description,
    Status,
    Resolution,
    Priority,
    Labels,
    Assignee,
    Requester,
    RequesterEmail,
    Customer,
    Tier,
    Created,
    Updated,
    Closed,
    Due,
    Id,
    Ref,
    Comment,
    Url,
    Ignore,
    /// Kept under a name.
    Named(String),
    /// The rest is only ever known by the tool.
    AssigneeEmail,
    /// Comments that are or may be internal.
    Note,
    /// A list or column of a board, which may say the status.
    Section,
    Archived,
    Ticked,
    Channel,
    Snoozed,
    DuplicateOf,
    Parent,
    ParentName,
    Checklists,
    Files,
}

/// The fields that `--map` knows.
const FIELDS: [(&str, Field); 21] = [
    ("title", Field::Title),
    ("description", Field::Description),
    ("status", Field::Status),
    ("resolution", Field::Resolution),
    ("priority", Field::Priority),
    ("labels", Field::Labels),
    ("assignee", Field::Assignee),
    ("requester", Field::Requester),
    ("requester_email", Field::RequesterEmail),
    ("customer", Field::Customer),
    ("tier", Field::Tier),
    ("created", Field::Created),
    ("updated", Field::Updated),
    ("closed", Field::Closed),
    ("due", Field::Due),
    ("id", Field::Id),
    ("ref", Field::Ref),
    ("comment", Field::Comment),
    ("note", Field::Note),
    ("url", Field::Url),
    ("ignore", Field::Ignore),
];

impl Field {
    /// The field of a name that somebody gave.
    fn named(text: &str) -> Result<Self> {
        if let Some(name) = text.strip_prefix("field:") {
            let name = name.trim().to_lowercase();
            if name.is_empty() || is_ours(&name) {
                return Err(Error::invalid(format!("`{text}` cannot be a field of your own")));
            }
            return Ok(Self::Named(name));
        }
        let lower = text.to_lowercase().replace('-', "_");
        let found = FIELDS.iter().find(|(name, _)| *name == lower).map(|(_, field)| field.clone());
        found.ok_or_else(|| {
            let names = || FIELDS.iter().map(|(name, _)| *name).chain(["field:NAME"]);
            let error = Error::invalid(format!("no field `{text}` for --map"))
                .because(format!("there are {}", listed(names())));
            match nearest(&lower, names()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error,
            }
        })
    }

    /// What the person reads that it is.
    fn shown(&self) -> &str {
        match self {
            Field::Named(name) => name,
            Field::AssigneeEmail => "assignee",
            Field::Note => "note",
            Field::Section => "status",
            Field::Archived | Field::Ticked => "closed",
            Field::Channel => "channel",
            Field::Snoozed => "snoozed",
            Field::DuplicateOf | Field::Parent => "links",
            Field::ParentName => "parent",
            Field::Checklists | Field::Files => "description",
            field => FIELDS.iter().find(|(_, it)| it == field).map_or("", |(name, _)| name),
        }
    }
}

/// What the columns of a table are.
pub(super) struct Plan {
    pub(super) tool: Option<Tool>,
    header: Vec<String>,
    fields: Vec<Field>,
    /// The columns of each field.
    columns: BTreeMap<Field, Vec<usize>>,
    /// Columns in which nothing stands.
    empty: Vec<bool>,
    /// The keys are of no use: a spreadsheet has rounded them.
    rounded: bool,
}

impl Plan {
    /// What the columns of a table are.
    ///
    /// # Errors
    /// Exit 4 when a column or a field of `--map` is not there, exit 3 when none is the title.
    pub(super) fn of(table: &Table, options: &Options, name: &str) -> Result<Self> {
        let tool = Tool::of(&table.header);
        let mut fields = guessed(table, tool);
        for (column, field) in &options.map {
            let field = Field::named(field)?;
            let is = |known: &String| alike(known) == alike(column);
            let places = table.header.iter().enumerate().filter(|(_, known)| is(known));
            let places: Vec<usize> = places.map(|(place, _)| place).collect();
            if places.is_empty() {
                return Err(Error::invalid(format!("{name} has no column `{column}`"))
                    .because(columns_are(&table.header)));
            }
            let many = [Field::Comment, Field::Note, Field::Labels, Field::Ignore, Field::Ref];
            if !many.contains(&field) {
                // What was guessed for it is something of its own then.
                for (place, known) in fields.iter_mut().enumerate() {
                    if *known == field && !places.contains(&place) {
                        *known = own(&table.header[place]);
                    }
                }
            }
            for place in places {
                fields[place] = field.clone();
            }
        }
        let mut columns: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
        for (place, field) in fields.iter().enumerate() {
            columns.entry(field.clone()).or_default().push(place);
        }
        if !columns.contains_key(&Field::Title) {
            return Err(untitled(table, name));
        }
        let header = table.header.clone();
        let says = |place: usize| {
            let cells = || table.rows.iter().filter_map(|(_, row)| row.get(place));
            cells().any(|cell| !words::is_nothing(cell))
        };
        let empty = (0..header.len()).map(|place| !says(place)).collect();
        let mut plan = Self { tool, header, fields, columns, empty, rounded: false };
        plan.rounded =
            table.rows.iter().any(|(_, row)| plan.cell(row, &Field::Id).is_some_and(rounded));
        Ok(plan)
    }

    /// The cells of a field that say something, in order.
    pub(super) fn cells<'r>(
        &self,
        row: &'r [String],
        field: &Field,
    ) -> impl Iterator<Item = (usize, &'r str)> {
        let places = self.columns.get(field).map_or(&[][..], Vec::as_slice);
        let cells = places.iter().filter_map(|place| Some((*place, row.get(*place)?.trim())));
        cells.filter(|(_, cell)| !cell.is_empty()).collect::<Vec<_>>().into_iter()
    }

    /// The first of them that names something.
    pub(super) fn cell<'r>(&self, row: &'r [String], field: &Field) -> Option<&'r str> {
        self.cells(row, field).find_map(|(_, cell)| words::something(cell))
    }

    /// Is there a column of this field?
    pub(super) fn has(&self, field: &Field) -> bool {
        self.columns.contains_key(field)
    }

    /// Does a column say that its times are UTC?
    pub(super) fn is_utc(&self, column: usize) -> bool {
        self.header.get(column).is_some_and(|name| name.to_lowercase().contains("utc"))
    }

    /// Columns that are kept under names of their own.
    pub(super) fn named(&self) -> impl Iterator<Item = (usize, &str)> {
        self.fields.iter().enumerate().filter_map(|(place, field)| match field {
            Field::Named(name) => Some((place, name.as_str())),
            _ => None,
        })
    }

    /// The reference that a row's own key makes.
    pub(super) fn key(&self, row: &[String]) -> Option<String> {
        if self.tool == Some(Tool::Trello) {
            let url = self.cell(row, &Field::Url).and_then(|url| url.split("/c/").nth(1));
            let short = url.and_then(|rest| rest.split('/').next()).filter(|it| !it.is_empty());
            let name = short.or_else(|| self.cell(row, &Field::Id))?;
            return Some(format!("trello:{name}"));
        }
        if self.tool == Some(Tool::Tix)
            && let Some(first) = self.cell(row, &Field::Ref).and_then(|refs| refs.split(',').next())
            && crate::domain::ids::is_source(first.trim())
        {
            return Some(first.trim().to_owned());
        }
        let key = self.cell(row, &Field::Id).filter(|_| !self.rounded)?;
        Some(format!("csv:{}", key.trim_start_matches('#')))
    }

    /// The moments of a row, as they must have followed each other.
    pub(super) fn moments<'r>(&self, row: &'r [String]) -> Vec<Vec<&'r str>> {
        let all = |fields: &[Field]| {
            fields.iter().filter_map(|field| self.cell(row, field)).collect::<Vec<_>>()
        };
        let mut moments = vec![
            all(&[Field::Created, Field::Updated]),
            all(&[Field::Created, Field::Closed]),
            all(&[Field::Due]),
        ];
        let said = self.cells(row, &Field::Comment);
        moments.extend(said.filter_map(|(_, cell)| Some(vec![cell.split(';').next()?])));
        moments
    }

    /// What to tell of what was taken for what.
    pub(super) fn note(&self, name: &str) -> String {
        let mut taken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let (mut kept, mut left) = (Vec::new(), Vec::new());
        for (place, field) in self.fields.iter().enumerate() {
            let column = format!("`{}`", self.header[place]);
            match field {
                Field::Ignore | Field::Named(_) if self.empty[place] => {}
                Field::Ignore => left.push(column),
                Field::Named(name) if alike(&self.header[place]) == *name => kept.push(column),
                field => taken.entry(field.shown()).or_default().push(column),
            }
        }
        let of = self.tool.map(|tool| format!(" is of {}", tool.name())).unwrap_or_default();
        let taken =
            taken.iter().map(|(field, columns)| format!("{field} is {}", columns.join(" and ")));
        let mut text = format!("{name}{of}: {}", taken.collect::<Vec<_>>().join(", "));
        for (what, columns) in [("kept as fields", kept), ("left out", left)] {
            if !columns.is_empty() {
                text.extend(["; ", what, ": ", &columns.join(", ")]);
            }
        }
        if self.rounded {
            text.push_str(
                "; its ids were rounded by a spreadsheet, so rows are known by title and time",
            );
        }
        text
    }
}

/// What each column is by its name, or by the tool that wrote it.
fn guessed(table: &Table, tool: Option<Tool>) -> Vec<Field> {
    let plain: Vec<String> = table.header.iter().map(|name| unnumbered(name)).collect();
    let known = columns_of(&plain);
    let mut fields: Vec<Field> = table.header.iter().map(|name| own(name)).collect();
    for (kind, places) in &known {
        if let Some(field) = field_of(*kind, |kind| known.contains_key(&kind)) {
            for place in places {
                fields[*place] = field.clone();
            }
        }
    }
    for (place, name) in table.header.iter().enumerate() {
        let Some(field) = tool.and_then(|tool| tool.field(name)).or_else(|| reference(name)) else {
            continue;
        };
        if field == Field::Requester {
            let others = fields.iter_mut().filter(|it| **it == Field::Requester);
            others.for_each(|it| *it = Field::Ignore);
        }
        fields[place] = field;
    }
    // A name is only a title where something has a status.
    if !fields.contains(&Field::Title) && known.contains_key(&Kind::Status) {
        const NAMES: [&str; 5] = ["name", "task", "issue", "item", "aufgabe"];
        let named = |name: &String| NAMES.contains(&alike(name).as_str());
        if let Some(place) = table.header.iter().position(named) {
            fields[place] = Field::Title;
        }
    }
    for (place, field) in fields.iter_mut().enumerate() {
        if matches!(field, Field::Comment | Field::Files) && counts(table, place) {
            *field = Field::Ignore;
        }
    }
    fields
}

/// What a column of a kind is, beside others.
fn field_of(kind: Kind, has: impl Fn(Kind) -> bool) -> Option<Field> {
    Some(match kind {
        Kind::Title => Field::Title,
        Kind::Key => Field::Id,
        Kind::Id if !has(Kind::Key) => Field::Id,
        Kind::Status => Field::Status,
        Kind::Category if !has(Kind::Status) => Field::Status,
        Kind::Priority => Field::Priority,
        Kind::Resolution => Field::Resolution,
        Kind::Assignee => Field::Assignee,
        Kind::AssigneeEmail => Field::AssigneeEmail,
        Kind::Requester => Field::Requester,
        Kind::Creator if !has(Kind::Requester) => Field::Requester,
        Kind::RequesterEmail => Field::RequesterEmail,
        Kind::Created => Field::Created,
        Kind::Updated => Field::Updated,
        Kind::Closed => Field::Closed,
        Kind::Due => Field::Due,
        Kind::Description => Field::Description,
        Kind::Labels => Field::Labels,
        Kind::Comment => Field::Comment,
        Kind::PrivateComment => Field::Note,
        Kind::Attachment => Field::Files,
        Kind::Customer => Field::Customer,
        Kind::Tier => Field::Tier,
        Kind::Url => Field::Url,
        Kind::Noise => Field::Ignore,
        _ => return None,
    })
}

/// The field of a column that holds other names of a ticket.
fn reference(column: &str) -> Option<Field> {
    ["ref", "refs", "external reference"].contains(&alike(column).as_str()).then_some(Field::Ref)
}

/// A column that is kept under its own name.
fn own(column: &str) -> Field {
    let name = alike(column);
    match name {
        name if name.is_empty() => Field::Ignore,
        name if is_ours(&name) => Field::Named(format!("{name} (column)")),
        name => Field::Named(name),
    }
}

/// The name of a column without a number at its end: `comment1`.
fn unnumbered(name: &str) -> String {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    if alike(plain).starts_with("comment") { plain.to_owned() } else { name.to_owned() }
}

/// Does a column only count something?
fn counts(table: &Table, place: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|(_, row)| row.get(place)).peekable();
    let digits = |cell: &String| cell.trim().bytes().all(|c| c.is_ascii_digit());
    cells.peek().is_some() && cells.all(digits)
}

/// Was a key rounded, as spreadsheets do it: `1.20176E+15`?
fn rounded(key: &str) -> bool {
    let Some((digits, power)) = key.split_once(['E', 'e']) else { return false };
    let number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(number)
        && power.starts_with('+')
        && power[1..].bytes().all(|c| c.is_ascii_digit())
}

fn columns_are(header: &[String]) -> String {
    const MOST: usize = 40;
    let names: Vec<String> = header.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if header.len() > MOST { " and more" } else { "" };
    format!("its columns are {}{more}", names.join(", "))
}

/// No column is the title.
fn untitled(table: &Table, name: &str) -> Error {
    let header = &table.header;
    let first = header.iter().find(|name| !name.is_empty()).map_or("COLUMN", String::as_str);
    let first: String = first.chars().take(40).collect();
    let map = shell_words::quote(&format!("{first}=title")).into_owned();
    Error::not_found(format!("which column of {name} is the title is not known"))
        .because(columns_are(header))
        .hint(format!("say it with --map, such as `--map {map}`"))
}
