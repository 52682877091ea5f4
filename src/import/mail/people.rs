//! People in headers: names and addresses, groups, comments, and what archives made of them.

use super::words;
use crate::domain::person::Person;

/// How many people of a field are read.
const COUNT_MAX: usize = 100;

/// The people in a field, in their order.
pub(super) fn people(field: &[u8], charset: Option<&str>) -> Vec<Person> {
    let text = words::unicode(field, charset);
    let mut people = Vec::new();
    let mut one = One::default();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if people.len() >= COUNT_MAX {
            break;
        }
        match one.take(c, &mut chars) {
            Cut::No => {}
            Cut::Person => people.extend(std::mem::take(&mut one).person()),
            // What stood before it names a group.
            Cut::Group => one = One::default(),
        }
    }
    people.extend(one.person());
    people
}

/// What a character ends.
enum Cut {
    No,
    Person,
    Group,
}

/// What was read of a person.
#[derive(Default)]
struct One {
    words: String,
    address: Option<String>,
    comment: String,
    /// A part of the name stands in quotes.
    quoted: bool,
}

impl One {
    fn take(&mut self, c: char, chars: &mut std::str::Chars<'_>) -> Cut {
        match c {
            '"' => {
                self.quoted = true;
                quoted(chars, &mut self.words);
            }
            '(' => comment(chars, &mut self.comment),
            '<' if self.address.is_none() => {
                let rest = chars.as_str();
                let end = rest.find(['>', ',']).filter(|end| !rest[..*end].contains('<'));
                // Without an end it goes to the next blank.
                let end = end.or_else(|| rest.find(char::is_whitespace)).unwrap_or(rest.len());
                self.address = Some(rest[..end].to_owned());
                let closed = usize::from(rest[end..].starts_with('>'));
                *chars = rest[end + closed..].chars();
            }
            ',' | ';' => return Cut::Person,
            ':' if self.address.is_none()
                && !self.words.contains('@')
                && !chars.as_str().starts_with("//") =>
            {
                return Cut::Group;
            }
            c => self.words.push(c),
        }
        Cut::No
    }

    fn person(self) -> Option<Person> {
        let comment = tidy(&words::decoded(self.comment.trim()));
        let name = tidy(&words::decoded(self.words.trim()));
        match self.address.map(|address| tidy(&address)) {
            Some(address) => {
                // A route before it is no part of an address.
                let bare = address.rsplit_once(':').map_or(address.as_str(), |(_, bare)| bare);
                let name = if name.is_empty() { comment } else { name };
                let email = Some(bare).filter(|bare| is_address(bare));
                let known = Some(name.as_str()).filter(|name| !name.is_empty());
                let known = known.or(Some(bare).filter(|_| email.is_none()));
                person(known, email)
            }
            None if is_address(&name) && !self.quoted => {
                person(Some(comment.as_str()).filter(|it| !it.is_empty()), Some(&name))
            }
            None if comment.is_empty() => person(Some(&name), None),
            None => person(Some(&comment), None),
        }
    }
}

/// Who bears this name and has this address. A name that is the address again says nothing.
fn person(name: Option<&str>, email: Option<&str>) -> Option<Person> {
    let name = name.map(|name| name.trim_matches(['\'', '"', ' '])).filter(|name| !name.is_empty());
    let name = name.filter(|name| email.is_none_or(|email| !email.eq_ignore_ascii_case(name)));
    match (name, email) {
        // What only looks like an address in a name is none.
        (Some(name), None) => Person::new(Some(&name.replace('@', " at ")), None),
        (name, email) => Person::new(name, email),
    }
}

/// Can mail be sent there: one `@` with something on both sides, and nothing that archives put in?
pub(super) fn is_address(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !"|<>()[]\\,;:\"".contains(c);
    let Some((user, host)) = text.rsplit_once('@') else { return false };
    let literal = host.starts_with('[') && host.ends_with(']') && host.len() > 2;
    let host = literal || (!host.is_empty() && host.chars().all(fits) && !host.starts_with('.'));
    !user.is_empty() && !user.contains('@') && user.chars().all(fits) && host
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn quoted(chars: &mut std::str::Chars<'_>, to: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            '\\' => to.extend(chars.next()),
            c => to.push(c),
        }
    }
}

fn comment(chars: &mut std::str::Chars<'_>, to: &mut String) {
    let mut depth = 1u32;
    if !to.is_empty() {
        to.push(' ');
    }
    while let Some(c) = chars.next() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\\' => {
                to.extend(chars.next());
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
        to.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str) -> Vec<String> {
        people(field.as_bytes(), None).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn people_are_read_in_every_form() {
        for (field, person) in [
            ("Ada <ada@x.example>", "Ada <ada@x.example>"),
            ("\"Linn, John\" <jl@x.example>", "Linn, John <jl@x.example>"),
            ("ada@x.example (Ada \\(L.\\))", "Ada (L.) <ada@x.example>"),
            ("=?utf-8?Q?J=C3=B6rg?= =?utf-8?Q?_B=2E?= <j@x>", "Jörg B. <j@x>"),
            ("<ada@x.example>", "ada@x.example"),
            ("\"ada@x.example\" <ada@x.example>", "ada@x.example"),
            ("ada@x.example", "ada@x.example"),
            ("Ada <@a,@b:ada@x.example>", "Ada"),
            ("Ada <ada@x.example", "Ada <ada@x.example>"),
            ("ada at x.example (Ada L.)", "Ada L."),
            ("du@@@@dr|@n @end|ng |rom gm@||@com (Dmitri)", "Dmitri"),
            ("ada at x.example", "ada at x.example"),
            ("a@@b|c", "a at at b|c"),
            ("'Ada' <ada@x.example>", "Ada <ada@x.example>"),
            ("Mail Delivery System <>", "Mail Delivery System"),
        ] {
            let found = read(field);
            assert_eq!(found.first().map(String::as_str), Some(person), "{field}");
        }
        assert_eq!(read("Team: a@x, B <b@x>; c@x"), ["a@x", "B <b@x>", "c@x"]);
        assert_eq!(read("undisclosed-recipients:;"), Vec::<String>::new());
        assert_eq!(read(" , ,"), Vec::<String>::new());
    }

    #[test]
    fn long_fields_take_no_time() {
        let start = std::time::Instant::now();
        for piece in ["<", "(", "\"", "a@b,", "a:", "<a ", "a "] {
            people(piece.repeat(200_000).as_bytes(), None);
        }
        assert!(start.elapsed().as_secs() < 20);
    }
}
