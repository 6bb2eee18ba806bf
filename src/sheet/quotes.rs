//! Whether every quotation mark of a CSV is closed where it was meant to be. One that is not makes a single cell of all the rows
//! up to the next mark, and nobody would miss them: such a file is refused with its line, never read in part.

use crate::error::{Error, Result};

/// Lines by which it is told how many separators a row has.
const HEAD: usize = 30;

/// Looks through a whole file. `line` is the number of its first line.
///
/// # Errors
/// `csv-quote` with the line in which the mark stands.
pub fn check(text: &str, separator: u8, line: u64) -> Result<()> {
    let bytes = text.as_bytes();
    let between = |text: &[u8]| text.iter().filter(|&&byte| byte == separator).count();
    let width = text.lines().take(HEAD).map(|line| between(line.as_bytes())).max().unwrap_or(0);
    let (mut at, mut line, mut begins) = (0, line, true);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte != b'"' || !begins {
            begins = byte == separator || byte == b'\n' || byte == b'\r';
            line += u64::from(byte == b'\n');
            continue;
        }
        let refused = || Error::usage("csv-quote").arg("line", line);
        let end = closing(bytes, at).ok_or_else(refused)?;
        let inside = &bytes[at..end];
        let lines = inside.iter().filter(|&&byte| byte == b'\n').count();
        let ends_field =
            bytes.get(end + 1).is_none_or(|&next| next == separator || next == b'\n' || next == b'\r');
        // The mark that opens a later cell has closed this one, or whole rows stand in it.
        let swallows =
            width > 1 && inside.split(|&byte| byte == b'\n').skip(1).any(|row| between(row) >= width);
        if lines > 0 && (!ends_field || swallows) {
            return Err(refused());
        }
        line += lines as u64;
        (at, begins) = (end + 1, false);
    }
    Ok(())
}

/// Where the mark stands that closes a cell whose text begins at `from`; two together are one of the text.
fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_are_closed_pass_and_one_that_is_not_is_told_with_its_line() {
        let good = [
            "a;b;c\n1;\"x \"\"y\"\" z\";3\n",
            "a;b;c\n1;\"two\nlines; and a separator\";3\n",
            "a;b;c\n1;OOO \"Ромашка\";3\n2;\"ООО\" Ромашка;3\n",
            "a;b;c\n\"\";\"\";\"\"\n",
            "a;b;c\n1;2;\"end\"",
        ];
        for text in good {
            assert!(check(text, b';', 1).is_ok(), "{text}");
        }
        let bad = [
            ("a;b;c\n1;\"open;3\n2;x;4\n", "2"),
            ("a;b;c\n1;ok;3\n2;\"open;3\n3;x;4\n4;\"closed\";5\n", "3"),
            ("a;b;c\n1;\"open;3\n3;x;4\n4;x;\"\"\n5;6;7\n", "2"),
            ("a;b;c\n1;\"open;3\n3;x;4\n4;x;y\"\n5;6;7\n", "2"),
        ];
        for (text, line) in bad {
            let error = check(text, b';', 1).expect_err(text);
            assert_eq!(
                (error.code, error.args.as_slice()),
                ("csv-quote", &[("line", line.to_owned())][..]),
                "{text}"
            );
        }
    }
}
