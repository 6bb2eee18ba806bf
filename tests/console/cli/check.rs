//! The check of the registry by the command line: counts, rows, and the chair's list without what they do not need.

use super::Place;
use serde_json::json;

const REGISTRY: &str = "id;ppo;fio_raw;birth_raw;phone_raw;email;status_raw\n\
M1;P1;Ёлкина Анна Ивановна;01.02.1980;+7 900 000-00-01;elkina@example.org;на учёте\n\
M2;P1;ЕЛКИНА Анна Ивановна;01.02.1980;;;на учёте\n\
M3;P2;Елкина Анна Ивановна;01.02.1980;;;на учёте\n\
=M4;P1;Сосин Пётр;01.02.2030;;;на учёте\n\
M5;P2;Дубов Олег;01.01.1990;+7 900 000-00-01;;на учёте\n";

fn place() -> Place {
    let place = Place::new();
    place.init(&[]);
    let file = place.path("registry.csv");
    std::fs::write(&file, REGISTRY).expect("a file");
    place.ok(&["member", "import", &file.display().to_string(), "--yes"]);
    place
}

#[test]
fn a_check_names_rows_with_ids_and_what_to_do() {
    let place = place();
    let value = place.json(&["member", "check"]);
    let counts = json!({ "same_person": 1, "impossible_birth": 1, "shared_phone": 1 });
    assert_eq!((&value["rows"], &value["counts"]), (&json!(5), &counts));
    let ids: Vec<_> =
        value["findings"][0]["rows"].as_array().expect("rows").iter().map(|row| &row["source_id"]).collect();
    assert_eq!(ids, [&json!("M1"), &json!("M2"), &json!("M3")], "{value}");
    let said = place.ok(&["member", "check", "--kind", "same_person"]);
    for words in ["One person twice: 1", "keep one row", "M1", "line 2 of", "M3"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("M5") && !said.contains("900"), "{said}");
    let cut = place.ok(&["member", "check", "--limit", "0"]);
    assert!(cut.contains("and 1 more") && !cut.contains("M1"), "{cut}");
}

#[test]
fn the_chairs_list_names_their_own_rows_and_nothing_that_they_do_not_need() {
    let place = place();
    let unnamed = place.run(&["member", "check", "--for-chair"]);
    assert_eq!(unnamed.code, 2, "{unnamed:?}");
    let text = place.ok(&["member", "check", "--for-chair", "--org", "P1"]);
    for words in ["[ ] Ёлкина Анна Ивановна", "M2", "1 more in another organisation", "Сосин Пётр; =M4"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let csv = place.ok(&["member", "check", "--for-chair=csv", "--org", "P1"]);
    assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n") && csv.contains(";'=M4;"), "{csv}");
    for list in [text, csv] {
        for needless in ["M3", "M5", "Дубов", "900", "elkina", "1980", "2030"] {
            assert!(!list.contains(needless), "{needless}: {list}");
        }
    }
    let missing = place.run(&["member", "check", "--org", "none"]);
    assert_eq!(missing.code, 4, "{missing:?}");
}
