//! What is wrong with an address that a person has typed, so that they need not find it by themselves.

use super::compose::mailbox;
use super::parse::Address;

/// The address, in lower case, or what is wrong with it: `blank` inside, `at` none or several, `nobody` before the at sign, `dots`
/// two together or one at an end of the name, `signs` that no address has, `domain`, `long`. RFC 5321 section 4.1.2, without quoted
/// names: a letter can be sent to whatever is returned.
pub fn typed_address(text: &str) -> Result<Address, &'static str> {
    match Address::new("", text) {
        Some(address) if mailbox(&address).is_ok() => Ok(address),
        _ => Err(fault(text.trim().trim_matches(['<', '>']))),
    }
}

fn fault(text: &str) -> &'static str {
    let mut parts = text.split('@');
    let (local, domain) = match (parts.next(), parts.next(), parts.next()) {
        (Some(local), Some(domain), None) => (local, domain),
        _ => return "at",
    };
    let strange = |c: char| c.is_control() || "<>()[]\\,;:\"\u{fffd}".contains(c);
    match () {
        () if text.contains(char::is_whitespace) => "blank",
        () if local.is_empty() => "nobody",
        () if local.starts_with('.') || local.ends_with('.') || local.contains("..") => "dots",
        () if local.len() > 64 || domain.len() > 253 => "long",
        () if local.contains(strange) => "signs",
        () if mailbox_of(&format!("x@{domain}")) => "signs",
        () => "domain",
    }
}

fn mailbox_of(text: &str) -> bool {
    Address::new("", text).is_some_and(|address| mailbox(&address).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slip_has_its_reason_and_what_is_returned_can_be_written_to() {
        for (text, why) in [
            ("anna.example.org", "at"),
            ("anna@b@example.org", "at"),
            ("anna orlova@example.org", "blank"),
            ("@example.org", "nobody"),
            ("a..b@example.org", "dots"),
            (".ab@example.org", "dots"),
            ("ab.@example.org", "dots"),
            ("a,b@example.org", "signs"),
            ("anna@example..org", "domain"),
            ("anna@-example.org", "domain"),
            ("anna@", "domain"),
        ] {
            assert_eq!(typed_address(text).map(|address| address.addr), Err(why), "{text}");
        }
        for text in ["Anna.Orlova@Example.org", " <anna@example.org> ", "anna@почта.рф", "анна@почта.рф"]
        {
            assert!(typed_address(text).is_ok(), "{text}");
        }
    }
}
