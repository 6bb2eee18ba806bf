//! The rules beside labelled appeals that stand outside the repository, in `../shared/data`; where they are absent, this says
//! so and proves nothing.

use jiff::civil::Date;
use otklik_core::rules::calendar::Calendar;
use otklik_core::rules::limitation::{Term, dates, days_left};
use otklik_core::rules::lookup::{Lookup, LookupRow};
use otklik_core::rules::matching::{Author, Fact, RegistryRow, facts};
use otklik_core::rules::membership::{Weighed, claims, is_elected, judge};
use otklik_core::types::{LimitationKind, MemberStatus};
use serde_json::Value;

fn labelled() -> Option<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/appeals.json");
    match std::fs::read(path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            eprintln!("skipped: the labelled appeals are not here");
            None
        }
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().into_iter().flatten()
}

fn date(value: &Value, field: &str) -> Date {
    text(value, field).parse().unwrap()
}

#[test]
fn labelled_limitation_dates_are_computed() {
    let Some(data) = labelled() else { return };
    let calendar = Calendar::with_days_off(
        list(&data, "nonworking_days").map(|day| day.as_str().unwrap().parse().unwrap()),
    );
    let today: Date = text(&data, "reference_now")[..10].parse().unwrap();
    for appeal in list(&data, "appeals") {
        for row in list(&appeal["expected"], "limitation") {
            let rule = &data["rules"][text(row, "rule")];
            let number = rule["term"].as_u64().unwrap() as u16;
            let term = match text(rule, "unit").as_str() {
                "month" => Term::Months(number),
                "day" => Term::Days(number),
                _ => Term::Workdays(number),
            };
            let kind = if text(rule, "kind") == "event" {
                LimitationKind::Event
            } else {
                LimitationKind::Limitation
            };
            let dates = dates(kind, term, date(row, "trigger_date"), &calendar).unwrap();
            let label = (date(row, "deadline"), date(row, "deadline_shifted"));
            assert_eq!((dates.deadline, dates.deadline_shifted), label, "{}", text(appeal, "id"));
            let left = row["days_left_at_reference"].as_i64().unwrap();
            assert_eq!(i64::from(days_left(dates.deadline, today)), left, "{}", text(appeal, "id"));
        }
    }
}

fn registry(data: &Value) -> Vec<(String, RegistryRow)> {
    let org = |id: &str| list(data, "orgs").find(|org| text(org, "id") == id);
    let orgs = |id: String| {
        let chain = std::iter::successors(org(&id), |node| org(node["parent"].as_str()?));
        chain.map(|node| text(node, "name")).collect()
    };
    let row = |row: &Value| RegistryRow {
        name: text(row, "fio_raw"),
        phones: vec![text(row, "phone_raw")],
        email: Some(text(row, "email")),
        card: Some(text(row, "card_raw")),
        orgs: orgs(text(row, "ppo")),
        // As the import reads them (`desk::registry`).
        status: Some(if text(row, "status_raw") == "на учёте" {
            MemberStatus::Active
        } else {
            MemberStatus::Left
        }),
        elected: is_elected(&text(row, "position")),
        ..RegistryRow::default()
    };
    list(data, "registry").map(|value| (text(value, "id"), row(value))).collect()
}

#[test]
fn every_labelled_author_gets_the_state_the_class_and_the_row() {
    let Some(data) = labelled() else { return };
    let rows = registry(&data);
    for appeal in list(&data, "appeals") {
        let field = |name| text(appeal, name);
        let (name, body) = (field("from_name"), field("body"));
        let author =
            Author::new(&name, &field("from_phone"), &field("from_email"), &field("ppo_stated"), &body);
        let weigh =
            |(_, row): &(String, RegistryRow)| Weighed { row: row.clone(), facts: facts(&author, row) };
        let weighed: Vec<Weighed> = rows.iter().map(weigh).collect();
        let judged = judge(&author, claims(&name, &body, field("channel") == "staff"), &weighed);
        let expected = &appeal["expected"]["member"];
        let row = judged.candidate.map(|at| rows[at].0.as_str());
        assert_eq!(
            (judged.state.code(), judged.class.code(), row),
            (
                text(expected, "status").as_str(),
                text(expected, "confidence").as_str(),
                expected["registry_id"].as_str()
            ),
            "{}",
            field("id")
        );
    }
}

#[test]
fn labelled_members_have_facts_and_strangers_have_no_identifier() {
    let Some(data) = labelled() else { return };
    let rows = registry(&data);
    let identifiers = [Fact::PhoneEqual, Fact::EmailEqual, Fact::CardEqual];
    for appeal in list(&data, "appeals") {
        let field = |name| text(appeal, name);
        let author = Author::new(
            &field("from_name"),
            &field("from_phone"),
            &field("from_email"),
            &field("ppo_stated"),
            &field("body"),
        );
        let member = &appeal["expected"]["member"];
        for (id, row) in &rows {
            let found = facts(&author, row);
            let identified = found.facts_for.iter().any(|fact| identifiers.contains(fact));
            let meant = member["registry_id"].as_str() == Some(id);
            assert_eq!(
                identified,
                meant && text(member, "confidence") != "weak",
                "{} {id}: {found:?}",
                field("id")
            );
            if meant && text(member, "confidence") == "strong" {
                let differs = found.facts_against.contains(&Fact::NameDiffers);
                assert!(
                    !differs && !found.facts_against.contains(&Fact::OrgDiffers),
                    "{} {found:?}",
                    field("id")
                );
            }
        }
    }
}

#[test]
fn every_labelled_row_is_found_by_its_name_and_card() {
    let Some(data) = labelled() else { return };
    let rows = registry(&data);
    let looked_up = |(key, (_, row)): (u32, &(String, RegistryRow))| LookupRow {
        key,
        name: row.name.clone(),
        phones: row.phones.clone(),
        email: row.email.clone(),
        card: row.card.clone(),
        org: None,
    };
    let index = Lookup::build((0..).zip(&rows).map(looked_up), []);
    for (id, row) in &rows {
        for query in [row.name.clone(), row.card.clone().unwrap()] {
            let hits = index.find(&query, 10, None);
            assert!(hits.iter().any(|hit| &rows[hit.key as usize].0 == id), "{query}");
        }
    }
}
