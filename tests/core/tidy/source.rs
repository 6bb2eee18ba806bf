//! The project's text files as the rules read them: whole, without comments and literals, and without their test modules.

use std::path::Path;

/// One text file of the project.
pub struct Source {
    /// Relative to the project, with `/`.
    pub path: String,
    pub text: String,
    /// Rust only: the text with comments and literals blanked, line by line as long as the original.
    pub code: String,
    /// Rust only: `code` with its `#[cfg(test)]` modules blanked as well: what ships.
    pub shipped: String,
}

/// Everything that the rules look at.
pub struct Project {
    pub files: Vec<Source>,
}

/// A rule broken at a place.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let code = if path.ends_with(".rs") { blank_literals(text) } else { String::new() };
        let shipped = blank_tests(&code);
        Self { path: path.to_owned(), text: text.to_owned(), code, shipped }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether this file is part of the program, not of its tests.
    pub fn ships(&self) -> bool {
        self.is_rust() && (self.path.starts_with("src/") || self.path.starts_with("ui/src/"))
    }

    pub fn is_test(&self) -> bool {
        self.is_rust() && self.path.starts_with("tests/")
    }

    pub fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, what: what.into() }
    }

    /// A finding for each line of `code` where `word` stands and no letter, digit or underscore touches it.
    pub fn findings_of(&self, code: &str, word: &str) -> Vec<Finding> {
        let lines = code.lines().enumerate().filter(|(_, line)| has_word(line, word));
        lines.map(|(index, _)| self.finding(index + 1, word)).collect()
    }
}

impl Project {
    /// Reads the project from its root: text files, without build output, version control and stored desks.
    pub fn load() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of the project").flatten() {
                let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
                if path.is_dir() {
                    let hidden = name.starts_with('.') && name != ".ci";
                    let built = name == "target" || folder == root && name.starts_with("target");
                    if !hidden && !built {
                        folders.push(path);
                    }
                } else if name == ".git" {
                    // A second checkout of the project has a file in the place of version control's folder.
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    let path = path.strip_prefix(root).expect("below the root");
                    files.push(Source::new(&path.to_string_lossy(), &text));
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        assert!(files.iter().any(|file| file.path == "src/lib.rs"), "the project is not where it was built");
        Self { files }
    }

    pub fn find(&self, path: &str) -> Option<&Source> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// Whether `word` stands in `line` by itself. It may begin or end with punctuation.
pub fn has_word(line: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (starts, ends) = (is_letter(word.chars().next()), is_letter(word.chars().next_back()));
    line.match_indices(word).any(|(at, _)| {
        let before = starts && is_letter(line[..at].chars().next_back());
        let after = ends && is_letter(line[at + word.len()..].chars().next());
        !before && !after
    })
}

/// Replaces comments, strings and characters by spaces; line breaks stay, so that line numbers hold.
fn blank_literals(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_end(&chars, at);
        if end > at {
            out.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// Where the comment, string or character that begins at `at` ends; `at` itself when none begins here.
fn literal_end(chars: &[char], at: usize) -> usize {
    let starts = |offset: usize, text: &str| {
        text.chars().enumerate().all(|(i, c)| chars.get(at + offset + i) == Some(&c))
    };
    let touches_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    if starts(0, "//") {
        return (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len());
    }
    if starts(0, "/*") {
        return comment_end(chars, at);
    }
    if starts(0, "\"") {
        return quoted_end(chars, at + 1, '"');
    }
    // r"…", r#"…"#, br#"…"#: no escapes, closed by as many hashes as opened it.
    let prefix = if starts(0, "br") { 2 } else { usize::from(starts(0, "r")) };
    if prefix > 0 && !touches_word {
        let hashes = chars[at + prefix..].iter().take_while(|&&c| c == '#').count();
        if chars.get(at + prefix + hashes) == Some(&'"') {
            let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let body = at + prefix + hashes + 1;
            let end = (body..chars.len()).find(|&i| chars[i..].starts_with(&closing));
            return end.map_or(chars.len(), |i| i + closing.len());
        }
    }
    // 'x' and '\n' are characters, 'x without a closing quote is a lifetime.
    if starts(0, "'") {
        if starts(1, "\\") {
            return quoted_end(chars, at + 1, '\'');
        }
        if chars.get(at + 2) == Some(&'\'') {
            return at + 3;
        }
    }
    at
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0;
    let mut i = at;
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn quoted_end(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// Blanks what follows each `#[cfg(test)]`: the module, function or use item.
fn blank_tests(code: &str) -> String {
    let mut out = code.to_owned();
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let rest = &code[at + mark.len()..];
        let end = match rest.find(['{', ';']) {
            Some(open) if rest[open..].starts_with('{') => open + block_length(&rest[open..]),
            Some(semicolon) => semicolon + 1,
            None => rest.len(),
        };
        let range = at..at + mark.len() + end;
        let blank: String = code[range.clone()].chars().flat_map(blank_char).collect();
        out.replace_range(range, &blank);
    }
    out
}

/// As many bytes as the character had, so that offsets hold.
fn blank_char(c: char) -> std::iter::RepeatN<char> {
    if c == '\n' { std::iter::repeat_n('\n', 1) } else { std::iter::repeat_n(' ', c.len_utf8()) }
}

/// The length of the block that begins with `{`, to its closing brace.
pub fn block_length(code: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code_and_lifetimes_are() {
        let text = "let a = \"x\\\" // y\"; // sqlx\nlet b = r#\"sqlx\"#; /* a /* b */ c */ let c: &'a str = f('\"', '\\'');\n";
        let source = Source::new("src/x.rs", text);
        assert!(!source.code.contains("sqlx") && !source.code.contains('y'), "{}", source.code);
        assert!(source.code.contains("let c: &'a str = f("), "{}", source.code);
        assert_eq!(source.code.lines().count(), text.lines().count());
    }

    #[test]
    fn test_modules_do_not_ship() {
        let source =
            Source::new("src/x.rs", "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c(); } }\nfn d() {}\n");
        assert!(source.shipped.contains("fn a") && source.shipped.contains("fn d"));
        assert!(!source.shipped.contains("fn b"), "{}", source.shipped);
        let source = Source::new("src/x.rs", "#[cfg(test)]\nmod tests;\nfn d() { e() }\n");
        assert!(source.shipped.contains("fn d"), "{}", source.shipped);
    }

    #[test]
    fn a_word_inside_a_longer_word_is_not_that_word() {
        assert!(has_word("use sqlx::query;", "sqlx"));
        assert!(!has_word("use my_sqlx;", "sqlx") && !has_word("raw_format(x)", "raw_for("));
    }
}
