//! The header block (RFC 5322 section 2.2) as ranges of the raw bytes, read with the mistakes that real mail has: lines
//! that are no headers, a missing blank line, an mbox `From ` line, fields of megabytes. Nothing is copied.

/// No letter needs more fields; the rest of a larger block is passed over and noted.
pub(crate) const MAX_FIELDS: usize = 1000;

/// One header field: the name as it stands and the value with its folds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    pub name: &'a [u8],
    pub value: &'a [u8],
}

/// The fields of one header block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'a> {
    pub list: Vec<Field<'a>>,
    pub truncated: bool,
}

impl<'a> Fields<'a> {
    /// Every value of the field `name` (any case), in their order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.list.iter().filter(move |f| f.name.eq_ignore_ascii_case(name.as_bytes())).map(|f| f.value)
    }

    /// The first value of the field `name`.
    pub(crate) fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The first value of the field `name` as trimmed text, bounded, for fields that carry tokens.
    pub(crate) fn token(&self, name: &str) -> Option<String> {
        self.first(name).map(token_text).filter(|text| !text.is_empty())
    }
}

/// A value as trimmed, unfolded text of at most 1,000 bytes.
pub(crate) fn token_text(value: &[u8]) -> String {
    String::from_utf8_lossy(&unfold(value, 1000)).trim().replace('\0', "\u{fffd}")
}

/// The value on one line: each fold (RFC 5322 section 2.2.3) becomes one space. At most `limit` bytes are read.
pub(crate) fn unfold(value: &[u8], limit: usize) -> Vec<u8> {
    let value = &value[..value.len().min(limit)];
    let mut flat = Vec::with_capacity(value.len());
    for byte in value {
        match byte {
            b'\r' | b'\n' => {}
            b'\t' => flat.push(b' '),
            other => flat.push(*other),
        }
    }
    flat
}

/// The index after the line that starts at `start`.
pub(crate) fn line_end(raw: &[u8], start: usize) -> usize {
    raw[start..].iter().position(|b| *b == b'\n').map_or(raw.len(), |at| start + at + 1)
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| matches!(b, b'\r' | b'\n'))
}

/// The name's length if the line starts a field.
fn field_name(line: &[u8]) -> Option<usize> {
    let colon = line.iter().take(128).position(|b| *b == b':')?;
    let name = &line[..colon];
    let trimmed = name.trim_ascii_end();
    let valid = !trimmed.is_empty() && trimmed.iter().all(|b| b.is_ascii_graphic());
    valid.then_some(trimmed.len())
}

/// Reads the block that starts at `start`; returns its fields and where the body starts. `is_boundary` says whether a
/// line ends the enclosing part: a part may have headers and nothing else.
pub(crate) fn read<'a>(
    raw: &'a [u8],
    start: usize,
    is_boundary: impl Fn(&[u8]) -> bool,
) -> (Fields<'a>, usize) {
    let mut fields = Fields::default();
    let mut open: Option<(&'a [u8], usize, usize)> = None;
    let mut position = start;
    let mut body = None;
    while position < raw.len() {
        let end = line_end(raw, position);
        let line = &raw[position..end];
        if is_blank(line) {
            body = Some(end);
            break;
        }
        if line.starts_with(b"--") && is_boundary(line) {
            body = Some(position);
            break;
        }
        if matches!(line[0], b' ' | b'\t') && open.is_some() {
            open = open.map(|(name, from, _)| (name, from, end));
        } else if let Some(length) = field_name(line) {
            close(&mut fields, raw, open.take());
            let colon = line.iter().position(|b| *b == b':').unwrap_or(length);
            open = Some((&line[..length], position + colon + 1, end));
        } else if position == start && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            // The separator of an mbox file, which some delivery agents leave in.
        } else if open.is_some() && next_is_field(raw, end) {
            // A fold that lost its leading blank: the field goes on.
            open = open.map(|(name, from, _)| (name, from, end));
        } else {
            body = Some(position);
            break;
        }
        position = end;
    }
    close(&mut fields, raw, open);
    (fields, body.unwrap_or(raw.len()))
}

fn next_is_field(raw: &[u8], start: usize) -> bool {
    start < raw.len() && {
        let line = &raw[start..line_end(raw, start)];
        !is_blank(line) && field_name(line).is_some()
    }
}

fn close<'a>(fields: &mut Fields<'a>, raw: &'a [u8], open: Option<(&'a [u8], usize, usize)>) {
    if let Some((name, from, to)) = open {
        if fields.list.len() < MAX_FIELDS {
            fields.list.push(Field { name, value: &raw[from.min(to)..to] });
        } else {
            fields.truncated = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &[u8]) -> (Vec<String>, usize) {
        let (fields, body) = read(raw, 0, |_| false);
        (fields.list.iter().map(|f| String::from_utf8_lossy(f.name).into_owned()).collect(), body)
    }

    #[test]
    fn folds_belong_to_their_field_and_the_body_starts_after_the_blank_line() {
        let raw = b"Subject: a\r\n b\r\nTo: c@example.org\r\n\r\nbody";
        let (fields, body) = read(raw, 0, |_| false);
        assert_eq!(unfold(fields.first("SUBJECT").unwrap(), 100).trim_ascii(), b"a b");
        assert_eq!(&raw[body..], b"body");
    }

    #[test]
    fn a_letter_without_headers_is_all_body() {
        assert_eq!(names("Здравствуйте, меня уволили\r\n".as_bytes()).1, 0);
    }

    #[test]
    fn a_missing_blank_line_loses_no_text() {
        let raw = b"Subject: a\r\nHello there\r\nand more\r\n";
        let (found, body) = names(raw);
        assert_eq!((found.len(), &raw[body..]), (1, &b"Hello there\r\nand more\r\n"[..]));
    }

    #[test]
    fn an_mbox_line_and_a_lost_fold_are_passed_over() {
        let (found, _) = names(b"From a Mon\nSubject: a\nlost fold\nTo: x\n\nb");
        assert_eq!(found, ["Subject", "To"]);
    }

    #[test]
    fn fields_beyond_the_cap_are_noted() {
        let raw = "X-A: 1\r\n".repeat(MAX_FIELDS + 5);
        let (fields, _) = read(raw.as_bytes(), 0, |_| false);
        assert!(fields.truncated && fields.list.len() == MAX_FIELDS);
    }
}
