//! The MIME structure (RFC 2046) of raw bytes as a flat list of nodes with byte ranges. One pass over the lines, no
//! recursion, no copies, bounded depth and number of parts: `mail_parser::MessageParser` nests attached messages as deep as
//! a sender likes and drops them recursively, which a crafted letter turns into a stack overflow.

use super::header::{self, Fields};
use super::params::Parameterised;
use super::transfer::Transfer;
use std::ops::Range;

/// Parts beyond this are not taken apart; the rest of the letter stays in the raw bytes.
pub(crate) const MAX_PARTS: usize = 1000;
/// Multiparts nested deeper than this are read as text.
pub(crate) const MAX_DEPTH: usize = 24;

/// One entity: the letter itself, a multipart, or a leaf.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    /// The place in the structure, numbered as IMAP does (RFC 9051 section 6.4.5): `2.1`. The letter itself has none.
    pub path: String,
    pub fields: Fields<'a>,
    pub kind: Parameterised,
    pub disposition: Parameterised,
    pub transfer: Transfer,
    pub body: Range<usize>,
    pub children: Vec<usize>,
    pub multipart: bool,
}

impl Node<'_> {
    /// The media type; `text/plain` where none is given (RFC 2045 section 5.2).
    pub(crate) fn media(&self) -> &str {
        if self.kind.main.contains('/') { &self.kind.main } else { "text/plain" }
    }

    /// The file name that the sender gave.
    pub(crate) fn file_name(&self) -> Option<&str> {
        let given = self.disposition.param("filename").or_else(|| self.kind.param("name"));
        given.map(str::trim).filter(|name| !name.is_empty())
    }
}

/// The structure, and what of it was left out.
#[derive(Debug, Default)]
pub(crate) struct Tree<'a> {
    pub nodes: Vec<Node<'a>>,
    pub parts_truncated: bool,
    pub depth_truncated: bool,
}

struct Open {
    node: usize,
    boundary: Vec<u8>,
}

/// Takes the letter apart. The list has at least one node, the letter itself.
pub(crate) fn build(raw: &[u8]) -> Tree<'_> {
    let mut builder = Builder { raw, tree: Tree::default(), stack: Vec::new(), leaf: None };
    let mut position = builder.enter(0, None);
    while position < raw.len() && !builder.stack.is_empty() {
        let end = header::line_end(raw, position);
        let line = &raw[position..end];
        match builder.boundary(line) {
            Some((level, closing)) => {
                builder.close_to(level, position, closing);
                let full = builder.tree.nodes.len() >= MAX_PARTS;
                if closing {
                    position = end;
                } else if full {
                    builder.tree.parts_truncated = true;
                    break;
                } else {
                    position = builder.enter(end, Some(level));
                }
            }
            None => position = end,
        }
    }
    builder.finish()
}

struct Builder<'a> {
    raw: &'a [u8],
    tree: Tree<'a>,
    stack: Vec<Open>,
    leaf: Option<usize>,
}

impl<'a> Builder<'a> {
    /// Reads the headers at `start` and adds the node; returns where its body starts.
    fn enter(&mut self, start: usize, parent_level: Option<usize>) -> usize {
        let (fields, body) = header::read(self.raw, start, |line| self.boundary(line).is_some());
        let kind = fields.first("Content-Type").map(Parameterised::parse).unwrap_or_default();
        let disposition = fields.first("Content-Disposition").map(Parameterised::parse).unwrap_or_default();
        let transfer =
            fields.token("Content-Transfer-Encoding").map_or(Transfer::Identity, |t| Transfer::parse(&t));
        let parent = parent_level.map(|level| self.stack[level].node);
        let index = self.tree.nodes.len();
        let path = parent.map_or_else(String::new, |parent| {
            let parent = &self.tree.nodes[parent];
            let number = parent.children.len() + 1;
            if parent.path.is_empty() { number.to_string() } else { format!("{}.{number}", parent.path) }
        });
        let boundary = kind.main.starts_with("multipart/").then(|| kind.param("boundary")).flatten();
        let boundary = boundary.map(|b| b.trim_end().as_bytes().to_vec()).filter(|b| !b.is_empty());
        let too_deep = boundary.is_some() && self.stack.len() >= MAX_DEPTH;
        self.tree.depth_truncated |= too_deep;
        let multipart = boundary.is_some() && !too_deep;
        let mut kind = if multipart || !kind.main.starts_with("multipart/") {
            kind
        } else {
            Parameterised::plain_text()
        };
        if let Some(parent) = parent {
            self.tree.nodes[parent].children.push(index);
            if self.tree.nodes[parent].kind.main == "multipart/digest" && kind.main.is_empty() {
                kind.main = "message/rfc822".into();
            }
        }
        self.tree.nodes.push(Node {
            path,
            fields,
            kind,
            disposition,
            transfer,
            body: body..self.raw.len(),
            children: Vec::new(),
            multipart,
        });
        match boundary {
            Some(boundary) if multipart => self.stack.push(Open { node: index, boundary }),
            _ => self.leaf = Some(index),
        }
        body
    }

    /// Which open multipart the line delimits, innermost first, and whether it closes it.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let rest = line.strip_prefix(b"--")?.trim_ascii_end();
        self.stack.iter().enumerate().rev().find_map(|(level, open)| {
            let after = rest.strip_prefix(open.boundary.as_slice())?;
            match after {
                b"" => Some((level, false)),
                b"--" => Some((level, true)),
                _ => None,
            }
        })
    }

    /// Ends everything inside the multipart at `level`, whose delimiter line starts at `at`.
    fn close_to(&mut self, level: usize, at: usize, closing: bool) {
        let before =
            self.raw[..at].strip_suffix(b"\n").map_or(at, |cut| cut.strip_suffix(b"\r").unwrap_or(cut).len());
        if let Some(leaf) = self.leaf.take() {
            self.end(leaf, before);
        }
        let keep = if closing { level } else { level + 1 };
        for open in self.stack.split_off(keep) {
            self.end(open.node, before);
        }
    }

    fn end(&mut self, node: usize, at: usize) {
        let body = &mut self.tree.nodes[node].body;
        body.end = at.max(body.start);
    }

    /// A multipart in which no delimiter was found is a text of its own.
    fn finish(mut self) -> Tree<'a> {
        for node in &mut self.tree.nodes {
            if node.multipart && node.children.is_empty() {
                node.multipart = false;
                node.kind = Parameterised::plain_text();
            }
        }
        self.tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(raw: &str) -> Vec<(String, String, String)> {
        let tree = build(raw.as_bytes());
        let body = |n: &Node<'_>| String::from_utf8_lossy(&raw.as_bytes()[n.body.clone()]).into_owned();
        let leaves = tree.nodes.iter().filter(|n| !n.multipart);
        leaves.map(|n| (n.path.clone(), n.media().to_owned(), body(n))).collect()
    }

    fn leaf(path: &str, media: &str, body: &str) -> (String, String, String) {
        (path.into(), media.into(), body.into())
    }

    #[test]
    fn nested_multiparts_are_numbered_and_cut_before_the_line_end_of_the_delimiter() {
        let raw = "Content-Type: multipart/mixed; boundary=a\r\n\r\npreamble\r\n--a\r\nContent-Type: multipart/alternative; \
                   boundary=\"a b\"\r\n\r\n--a b\r\n\r\nplain\r\n--a b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--a b--\r\n\
                   \r\n--a\r\nContent-Type: image/png\r\n\r\nPNG\r\n--a--\r\nepilogue";
        let expected = [
            leaf("1.1", "text/plain", "plain"),
            leaf("1.2", "text/html", "<p>"),
            leaf("2", "image/png", "PNG"),
        ];
        assert_eq!(shape(raw), expected);
    }

    #[test]
    fn a_boundary_that_begins_like_another_is_not_taken_for_it() {
        let raw = "Content-Type: multipart/mixed; boundary=ab\n\n--ab\n\none\n--abc\nstill one\n--ab--\n";
        assert_eq!(shape(raw), [leaf("1", "text/plain", "one\n--abc\nstill one")]);
    }

    #[test]
    fn an_inner_multipart_that_is_never_closed_ends_with_the_outer_one() {
        let raw = "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n\
                   --o\n\ny\n--o--\n";
        assert_eq!(shape(raw), [leaf("1.1", "text/plain", "x"), leaf("2", "text/plain", "y")]);
    }

    #[test]
    fn a_multipart_without_parts_is_text() {
        assert_eq!(
            shape("Content-Type: multipart/mixed; boundary=x\n\nhello"),
            [leaf("", "text/plain", "hello")]
        );
    }

    #[test]
    fn parts_and_depth_are_bounded() {
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(10_000));
        let tree = build(many.as_bytes());
        assert!(tree.parts_truncated && tree.nodes.len() == MAX_PARTS);
        let deep: String =
            (0..5_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
        assert!(build(deep.as_bytes()).depth_truncated);
    }
}
