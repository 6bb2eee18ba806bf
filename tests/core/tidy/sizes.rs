//! Sizes of files and functions.

use super::source::{Finding, Project, Source, block_length};

/// Past this a file has stopped being about one thing.
const FILE_LINES: usize = 700;
/// The tree should read as a list of what the program can do: half of the files fit on three screens.
const MEDIAN_FILE_LINES: usize = 200;
/// Nineteen functions of twenty fit on one screen; no function needs three.
const P95_FUNCTION_LINES: usize = 50;
const FUNCTION_LINES: usize = 120;

pub fn files(project: &Project) -> Vec<Finding> {
    let rust: Vec<&Source> = project.files.iter().filter(|file| file.is_rust()).collect();
    let mut lines: Vec<usize> = rust.iter().map(|file| file.text.lines().count()).collect();
    let long = rust.iter().zip(&lines).filter(|&(_, &lines)| lines > FILE_LINES);
    let mut found: Vec<Finding> = long
        .map(|(file, lines)| file.finding(1, format!("{lines} lines, of {FILE_LINES} at most")))
        .collect();
    lines.sort_unstable();
    let median = lines.get(lines.len() / 2).copied().unwrap_or(0);
    eprintln!("files: {}, lines: {}, median {median}", lines.len(), lines.iter().sum::<usize>());
    if median > MEDIAN_FILE_LINES {
        found.push(Finding {
            path: ".".into(),
            line: 1,
            what: format!("the median file has {median} lines"),
        });
    }
    found
}

pub fn functions(project: &Project) -> Vec<Finding> {
    let mut all: Vec<(usize, Finding)> = Vec::new();
    for file in project.files.iter().filter(|file| file.ships()) {
        let sizes = function_sizes(&file.shipped).into_iter();
        all.extend(
            sizes.map(|(line, name, size)| (size, file.finding(line, format!("fn {name}: {size} lines")))),
        );
    }
    all.sort_by_key(|(size, _)| *size);
    let p95 = all.get(all.len() * 95 / 100).map_or(0, |(size, _)| *size);
    eprintln!("functions that ship: {}, p95 {p95} lines", all.len());
    for (_, longest) in all.iter().rev().take(8) {
        eprintln!("  {}:{} {}", longest.path, longest.line, longest.what);
    }
    let limit = if p95 > P95_FUNCTION_LINES { P95_FUNCTION_LINES } else { FUNCTION_LINES };
    all.into_iter().filter(|(size, _)| *size > limit).map(|(_, finding)| finding).collect()
}

/// Line, name and length of each function that has a body. `code` holds no comments and no literals.
fn function_sizes(code: &str) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (at, mark) in code.match_indices("fn ") {
        let touches = code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let rest = &code[at + mark.len()..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(open) = rest.find(['{', ';']).filter(|&i| rest[i..].starts_with('{')) else { continue };
        if touches || name.is_empty() {
            continue;
        }
        let body = &rest[..open + block_length(&rest[open..])];
        found.push((code[..at].matches('\n').count() + 1, name, body.matches('\n').count() + 1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_as_long_as_its_lines_from_name_to_brace() {
        let code = "fn a() {}\ntrait T { fn b(&self); }\npub fn c<'a>(\n    x: u8,\n) -> u8 {\n    if x { 1 } else { 2 }\n}\n";
        assert_eq!(function_sizes(code), [(1, "a".into(), 1), (3, "c".into(), 5)]);
    }
}
