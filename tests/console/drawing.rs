//! Text reaches the screen through `widgets::text` alone: nowhere else is a span, a paragraph or a cell made of a string.

use std::path::Path;

/// What makes cells out of raw strings, and the rooms that may.
const MAKERS: &[&str] = &[
    "set_symbol(",
    "set_char(",
    "set_string(",
    "set_stringn(",
    "Span::raw(",
    "Span::styled(",
    "Span::from(",
    "Line::raw(",
    "Line::styled(",
    "Text::raw(",
    "Text::styled(",
    "Paragraph::new(",
    "List::new(",
    "Table::new(",
    "Tabs::new(",
    ".title(",
];
// The command line prints lines and has a table of its own; it makes no cells.
const MAY: &[&str] = &["widgets/text.rs", "term/", "cli/"];

#[test]
fn only_the_text_room_makes_cells_out_of_strings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    crate::language::rust_files(&root, &mut files);
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        if MAY.iter().any(|may| name.starts_with(may)) {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        let drawn = source.split("#[cfg(test)]").next().unwrap_or_default();
        let makers = MAKERS.iter().filter(|maker| drawn.contains(*maker));
        found.extend(makers.map(|maker| format!("{name}: {maker}…)")));
    }
    assert!(found.is_empty(), "draw with widgets::text instead: {found:?}");
}
