//! Address lists (RFC 5322 section 3.4): display names are outside text, addresses are lower case and checked.

use super::encoded_word;
use crate::types::Untrusted;
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

/// How much of one header is read and how many addresses are kept of it: nobody writes to us and hundreds more.
const MAX_HEADER: usize = 64 * 1024;
pub(crate) const MAX_ADDRESSES: usize = 200;
/// How much of the end of a longer header is searched for its address.
const MAX_TAIL: usize = 1024;

/// Somebody's address: the name as they write it, the address in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub name: Untrusted,
    pub addr: String,
}

impl Address {
    /// An address with a name; `None` if it is not one that mail can be sent to.
    pub fn new(name: &str, addr: &str) -> Option<Self> {
        Some(Self { name: Untrusted::new(name), addr: checked(addr)? })
    }

    /// What stands before the at sign.
    pub fn local(&self) -> &str {
        self.addr.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the at sign.
    pub fn domain(&self) -> &str {
        self.addr.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The address in lower case if it has the shape of one: a local part and a domain, no blanks, controls or brackets
/// (RFC 5321 section 4.1.2; quoted local parts are not taken, since no mailbox of a person has one).
pub fn checked(addr: &str) -> Option<String> {
    let addr = addr.trim().trim_matches(['<', '>']).to_lowercase();
    let (local, domain) = addr.rsplit_once('@')?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"\u{fffd}".contains(c);
    let valid = (1..=64).contains(&local.len())
        && (1..=253).contains(&domain.len())
        && addr.chars().all(plain)
        && !local.contains('@')
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with('-')
        && !domain.contains("..");
    valid.then_some(addr)
}

/// The addresses of a header's value, and whether some were left out.
pub(crate) fn list(value: &[u8]) -> (Vec<Address>, bool) {
    let mut text = encoded_word::normalise(value, MAX_HEADER);
    text.push('\n');
    let parsed = MessageStream::new(text.as_bytes()).parse_address();
    let HeaderValue::Address(parsed) = parsed else { return (Vec::new(), false) };
    let mut found: Vec<Address> = Vec::new();
    let mut more = value.len() > MAX_HEADER;
    for entry in parsed.iter() {
        if found.len() >= MAX_ADDRESSES {
            more = true;
            break;
        }
        let addr = entry.address.as_deref().and_then(checked);
        let name = entry.name.as_deref().unwrap_or_default();
        // A name that is the address, written without brackets or at sign's neighbour, is the address.
        let addr = addr.or_else(|| name.split_whitespace().find_map(checked));
        if let Some(addr) = addr {
            found.push(Address { name: Untrusted::new(clean_name(name, &addr)), addr });
        }
    }
    if found.is_empty() {
        found.extend(behind_a_long_name(value));
    }
    (found, more)
}

/// The address at the end of a header whose name is longer than what is read of it.
fn behind_a_long_name(value: &[u8]) -> Option<Address> {
    let tail = &value[value.len().checked_sub(MAX_TAIL).filter(|_| value.len() > MAX_HEADER)?..];
    let open = tail.iter().rposition(|byte| *byte == b'<')?;
    let addr = String::from_utf8_lossy(tail[open + 1..].split(|byte| *byte == b'>').next()?).into_owned();
    let name = encoded_word::normalise(value, MAX_HEADER);
    let addr = checked(&addr)?;
    Some(Address { name: Untrusted::new(clean_name(&name, &addr)), addr })
}

fn clean_name(name: &str, addr: &str) -> String {
    let name = name.trim();
    let inner =
        ['"', '\''].into_iter().find_map(|q| name.strip_prefix(q).and_then(|rest| rest.strip_suffix(q)));
    let name = inner.unwrap_or(name).trim();
    if name.eq_ignore_ascii_case(addr) {
        String::new()
    } else {
        name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Purpose;

    fn one(value: &str) -> (String, String) {
        let (found, _) = list(value.as_bytes());
        let first = found.first().unwrap_or_else(|| panic!("no address in {value}"));
        (first.name.raw_for(Purpose::Matching).to_owned(), first.addr.clone())
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        let cases = [
            (" Лена <Lena@Example.ORG>\r\n", "Лена", "lena@example.org"),
            ("=?koi8-r?B?8NLJ18XU?= <a@example.org>", "Привет", "a@example.org"),
            (
                "=?utf-8?Q?=D0=98=D0=B2=D0?=\r\n =?utf-8?Q?=B0=D0=BD?= <a@example.org>",
                "Иван",
                "a@example.org",
            ),
            ("=?utf-8?Q?Ivan=2C_=22x=22?= <a@example.org>", "Ivan, \"x\"", "a@example.org"),
            ("\"=?utf-8?B?0J/RgA==?=\" <a@example.org>", "Пр", "a@example.org"),
            ("a@example.org (Ivan)", "Ivan", "a@example.org"),
            ("\"a@example.org\" <b@example.org>", "a@example.org", "b@example.org"),
            ("a@example.org", "", "a@example.org"),
            ("=?utf-8?B?0J/RgA==?=<a@example.org>", "Пр", "a@example.org"),
        ];
        for (value, name, addr) in cases {
            assert_eq!(one(value), (name.to_owned(), addr.to_owned()), "{value}");
        }
    }

    #[test]
    fn a_name_of_100_kb_does_not_lose_the_address_behind_it() {
        for name in ["Лена ".repeat(20_000), format!("\"{}\"", "a, b ".repeat(20_000))] {
            let (found, more) = list(format!(" {name} <Lena@Example.org>\r\n").as_bytes());
            assert_eq!(found.first().map(|found| found.addr.as_str()), Some("lena@example.org"));
            assert!(more && found[0].name.raw_for(Purpose::Matching).chars().count() <= 200);
        }
    }

    #[test]
    fn hostile_lists_are_bounded() {
        let many = "a@example.org, ".repeat(100_000);
        assert_eq!(list(many.as_bytes()).0.len(), MAX_ADDRESSES);
        let nested = format!("{}a@example.org", "(".repeat(100_000));
        let _ = list(nested.as_bytes());
    }

    #[test]
    fn what_cannot_be_mailed_to_is_no_address() {
        for bad in ["", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b@c", "a@.b", "a@b..c", "<>"] {
            assert_eq!(checked(bad), None, "{bad}");
        }
    }
}
