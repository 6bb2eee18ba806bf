//! Fail points: where they may stand, and that nothing of them ships.

use super::source::{Finding, Project};

/// Where something durable or irrevocable happens step by step. A rule, a screen or a type has no gap to be killed in.
const ROOMS: &[&str] = &["src/desk/", "src/jobs/", "src/mail/"];
/// What may know whether the feature is on: the points themselves, and the size of a letter's blocks.
const KNOW_THE_FEATURE: &[&str] = &["src/fail_points.rs", "src/mail/smtp/transmit.rs"];

/// Every fail point: where it stands and its name.
pub fn points(project: &Project) -> Vec<(Finding, String)> {
    let mut found = Vec::new();
    for file in project.files.iter().filter(|file| file.ships()) {
        for (index, line) in file.text.lines().enumerate() {
            let Some((_, rest)) = line.split_once("fail_point!(\"") else { continue };
            let name = rest.split('"').next().unwrap_or_default().to_owned();
            found.push((file.finding(index + 1, format!("the fail point {name}")), name));
        }
    }
    found
}

pub fn fail_points(project: &Project) -> Vec<Finding> {
    let all = points(project);
    let mut found = Vec::new();
    for (index, (finding, name)) in all.iter().enumerate() {
        if !ROOMS.iter().any(|room| finding.path.starts_with(room)) {
            found.push(file_says(finding, "stands outside desk, jobs and mail"));
        }
        if all[..index].iter().any(|(_, other)| other == name) {
            found.push(file_says(finding, "stands twice: a test would not know which gap it means"));
        }
    }
    for file in &project.files {
        let ships = file.ships() && !KNOW_THE_FEATURE.contains(&file.path.as_str());
        if file.path.ends_with("Cargo.toml") || ships {
            let switches = file.text.lines().enumerate().filter(|(_, line)| {
                let by_default = line.trim_start().starts_with("default =") || line.contains("features = [");
                line.contains("fail-points") && (ships || by_default)
            });
            found.extend(switches.map(|(index, _)| file.finding(index + 1, "the feature fail-points")));
        }
    }
    found
}

fn file_says(finding: &Finding, what: &str) -> Finding {
    Finding { path: finding.path.clone(), line: finding.line, what: format!("{} {what}", finding.what) }
}
