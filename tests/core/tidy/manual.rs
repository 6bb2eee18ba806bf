//! The manual lists every code that the program prints, in both languages.

use super::source::{Finding, Project, Source};

const MANUALS: &[&str] = &["docs/manual/ru.md", "docs/manual/en.md"];

/// Enumerations of the types room whose codes never leave the program, so that no manual needs them.
const INTERNAL: &[&str] = &[];

/// One enumeration with stable codes.
struct Enumeration {
    name: String,
    codes: Vec<String>,
}

/// Every code of every enumeration stands in both manuals as `code`.
pub fn codes(project: &Project) -> Vec<Finding> {
    let types = project.files.iter().filter(|file| file.path.starts_with("src/types/"));
    let enumerations: Vec<Enumeration> = types.flat_map(enumerations).collect();
    let manuals = MANUALS.iter().filter_map(|path| project.find(path));
    let mut found = Vec::new();
    for manual in manuals {
        for enumeration in enumerations.iter().filter(|e| !INTERNAL.contains(&e.name.as_str())) {
            let missing = enumeration.codes.iter().filter(|code| !manual.text.contains(&format!("`{code}`")));
            found.extend(
                missing
                    .map(|code| manual.finding(1, format!("says nothing of {} `{code}`", enumeration.name))),
            );
        }
    }
    found
}

/// The architecture names the tests that show each invariant: a name that no test has any more shows nothing.
pub fn named_tests(project: &Project) -> Vec<Finding> {
    let Some(page) = project.find("docs/architecture.md") else { return Vec::new() };
    let is_test = |name: &str| {
        let sign = format!("fn {name}(");
        project.files.iter().any(|file| file.is_rust() && file.code.contains(&sign))
    };
    let mut found = Vec::new();
    for (index, line) in page.text.lines().enumerate() {
        let names = line.split('`').skip(1).step_by(2).filter(|word| word.matches('_').count() >= 3);
        let plain = names
            .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
        found.extend(
            plain
                .filter(|name| !is_test(name))
                .map(|name| page.finding(index + 1, format!("no test {name}"))),
        );
    }
    found
}

/// Reads the blocks of the `codes!` macro: `Name { Variant = "code", … }`.
fn enumerations(file: &Source) -> Vec<Enumeration> {
    let mut found = Vec::new();
    for (at, mark) in file.text.match_indices("codes! {") {
        let block = &file.text[at + mark.len() - 1..];
        let block = &block[..super::source::block_length(block)];
        let lines = block[1..].lines().map(|line| line.split("///").next().unwrap_or_default());
        let plain: String = lines.collect::<Vec<_>>().join("\n");
        let Some((name, body)) = plain.split_once('{') else { continue };
        let codes = body.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        found.push(Enumeration { name: name.trim().to_owned(), codes });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_past_their_comments() {
        let text = "codes! {\n    /// A \"word\" here.\n    Way {\n        /// In.\n        In = \"in\", Out = \"out\",\n    }\n}\n";
        let read = enumerations(&Source::new("src/types/x.rs", text));
        assert_eq!(
            (read[0].name.as_str(), &read[0].codes[..]),
            ("Way", &["in".to_owned(), "out".to_owned()][..])
        );
    }
}
