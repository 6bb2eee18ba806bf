//! Imports and the demonstration: nothing is written without a yes, and nothing twice.

use super::Place;
use serde_json::json;

const REGISTRY: &str = "id;ppo;fio_raw;birth_raw;card_raw;position;phone_raw;email;joined_raw;dues_raw;status_raw;union\n\
M001;P1;Ёлкина Анна Ивановна;01.02.1980;100;nurse;+7 900 000-00-01;elkina@example.org;2010;paid;на учёте;x\n\
M002;P1;Сосин Пётр Петрович;1975;101;driver;;;;;выбыл;x\n\
;P1;;;;;;;;;;\n";

fn members(place: &Place) -> usize {
    place.json(&["member", "find", "М001"]).as_array().map_or(0, Vec::len)
        + place.json(&["member", "find", "Ёлкина"]).as_array().map_or(0, Vec::len)
}

#[test]
fn an_import_shows_asks_and_is_done_once() {
    let place = Place::new();
    place.init(&[]);
    let file = place.path("registry.csv");
    std::fs::write(&file, REGISTRY).expect("a file");
    let file = file.display().to_string();
    let unasked = place.run(&["member", "import", &file]);
    assert_eq!(unasked.code, 2, "{unasked:?}");
    let dry = place.json(&["member", "import", &file, "--dry-run"]);
    assert_eq!((&dry["new"], &dry["applied"]), (&json!(2), &json!(false)));
    assert_eq!(dry["unreadable"], json!([{ "place": 4, "why": "no-name" }]));
    assert_eq!(members(&place), 0, "a dry run writes nothing");
    let done = place.json(&["member", "import", &file, "--yes"]);
    assert_eq!((&done["new"], &done["applied"]), (&json!(2), &json!(true)));
    let again = place.with_input(&["member", "import", "-", "--yes", "--json"], REGISTRY.as_bytes(), &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.out.contains("\"same\": 2") && again.out.contains("\"new\": 0"), "{again:?}");
    let shown = place.json(&["member", "show", "M001"]);
    assert_eq!((&shown["source_id"], &shown["organisation"]), (&json!("M001"), &json!("P1")));
}

#[test]
fn an_import_is_shown_row_by_row_mapped_listed_and_taken_back() {
    let place = Place::new();
    place.init(&[]);
    let write = |name: &str, text: &str| {
        std::fs::write(place.path(name), text).expect("a file");
        place.path(name).display().to_string()
    };
    let first =
        write("a.csv", "Кто;Что;№ билета\nПетрова Анна Ильинична;врач;0122\nСосин Пётр Ильич;врач;0123\n");
    let map = write("map.json", r#"{"columns": {"Что": "position"}}"#);
    let done = place.json(&["member", "import", &first, "--map", &map, "--yes"]);
    assert_eq!(
        (&done["new"], &done["rows"], &done["format"]),
        (&json!(2), &json!(2), &json!("csv")),
        "{done}"
    );
    let columns: Vec<_> = done["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| (&column["field"], &column["why"]))
        .collect();
    assert_eq!(columns[1], (&json!("position"), &json!("given")), "{done}");
    let again = place.json(&["member", "import", &first, "--dry-run"]);
    assert_eq!((&again["same"], &again["columns"][1]["why"]), (&json!(2), &json!("saved")), "{again}");
    let second = write("b.csv", "Кто;Что;№ билета\nПетрова Анна Ильинична;главный врач;0122\nИтого: 1;;\n");
    let said = place.run(&["member", "import", &second, "--dry-run"]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in ["Line 2", "position: врач -> главный врач", "Line 3", "Сосин Пётр Ильич", "Rows in all: 2."]
    {
        assert!(said.err.contains(words) || said.out.contains(words), "{words}: {said:?}");
    }
    let done = place.json(&["member", "import", &second, "--yes"]);
    let diff: Vec<_> =
        done["diff"].as_array().expect("rows").iter().map(|row| (&row["fate"], &row["line"])).collect();
    let expected =
        [("unreadable", 3), ("changed", 2), ("vanished", 3)].map(|(fate, line)| (json!(fate), json!(line)));
    assert_eq!(diff, expected.iter().map(|(fate, line)| (fate, line)).collect::<Vec<_>>(), "{done}");
    let list = place.json(&["member", "import", "list"]);
    assert_eq!((&list[0]["id"], &list[0]["counts"]["vanished"]), (&done["id"], &json!(1)), "{list}");
    let unasked = place.run(&["member", "import", "undo"]);
    assert_eq!(unasked.code, 2, "{unasked:?}");
    let first_id = list[1]["id"].as_str().expect("an id").to_owned();
    let refused = place.run(&["member", "import", "undo", &first_id, "--yes", "--json"]);
    assert!(refused.code == 5 && refused.out.contains("import-changed-later"), "{refused:?}");
    let undone = place.json(&["member", "import", "undo", "--yes"]);
    assert_eq!((&undone["removed"], &undone["restored"]), (&json!(0), &json!(2)), "{undone}");
    let list = place.json(&["member", "import", "list"]);
    assert!(list[0]["undone_at"].is_string() && list[1]["undone_at"].is_null(), "{list}");
    let missing = place.run(&["member", "import", &first, "--map", &map, "--org", "none", "--yes"]);
    assert_eq!(missing.code, 4, "{missing:?}");
    let page = write("c.xls", "<html><table></table></html>");
    let refused = place.run(&["member", "import", &page, "--yes", "--json"]);
    assert!(refused.code == 2 && refused.out.contains("sheet-is-html"), "{refused:?}");
    place.ok(&["journal", "verify"]);
}

#[test]
fn organisations_come_as_json_or_csv_and_their_staff_is_scoped() {
    let place = Place::new();
    place.init(&["--demo"]);
    let json = r#"{"orgs": [{"id": "R", "level": "regional", "name": "Region"},
        {"id": "A", "level": "primary", "name": "First", "parent": "R"}]}"#;
    let done = place.with_input(&["org", "import", "-", "--yes", "--json"], json.as_bytes(), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let csv = "code,level,name,parent\nA,primary,Renamed,R\nB,primary,Second,R\n";
    let done = place.with_input(&["org", "import", "-", "--yes", "--json"], csv.as_bytes(), &[]);
    assert!(done.out.contains("\"changed\": 1") && done.out.contains("\"new\": 1"), "{done:?}");
    let list = place.json(&["org", "list"]);
    let codes: Vec<_> =
        list.as_array().expect("a list").iter().map(|org| (&org["code"], &org["parent"])).collect();
    assert_eq!(codes, [(&json!("A"), &json!("R")), (&json!("B"), &json!("R")), (&json!("R"), &json!(null))]);
    place.ok(&["staff", "add", "Boris Petrov", "--role", "lawyer", "--org", "A"]);
    place.ok(&["staff", "role", "Boris", "social", "--org", "B"]);
    place.ok(&["staff", "role", "Boris", "social", "--org", "B", "--remove"]);
    let staff = place.json(&["staff", "list"]);
    let boris = staff.as_array().expect("a list").iter().find(|person| person["name"] == "Boris Petrov");
    assert_eq!(boris.expect("Boris")["grants"], json!([{ "role": "lawyer", "organisation": "A" }]));
}

#[test]
fn appeals_of_a_former_system_come_in_once_and_get_no_receipt() {
    let place = Place::new();
    place.init(&[]);
    let file = r#"{"appeals": [{"id": "A01", "channel": "app", "received_at": "2026-11-13T19:42:00+03:00",
        "from_name": "Лена", "from_email": "lena@example.org", "from_phone": "", "ppo_stated": "больница",
        "subject": "УВОЛИЛИ", "body": "текст", "attachments": ["order.jpg"], "expected": {"x": 1}}]}"#;
    for (round, (new, known)) in [(1, 0), (0, 1)].into_iter().enumerate() {
        let done = place.with_input(&["appeal", "import", "-", "--yes", "--json"], file.as_bytes(), &[]);
        assert_eq!(done.code, 0, "{done:?}");
        let done: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
        let count = done["new"].as_array().map_or(0, Vec::len);
        assert_eq!((count, &done["known"]), (new, &json!(known)), "round {round}");
    }
    place.ok(&["serve", "--once"]);
    assert!(place.sent().is_empty(), "an imported appeal causes no receipt");
    let list = place.json(&["appeal", "list"]);
    assert_eq!((list.as_array().map(Vec::len), &list[0]["origin"]), (Some(1), &json!("A01")));
    let shown = place.json(&["appeal", "show", "1"]);
    assert_eq!(shown["messages"][0]["attachments"][0]["name"], "order.jpg");
    assert_eq!(
        place.run(&["appeal", "save", "1", "order.jpg", "--to", "."]).code,
        4,
        "only its name is known"
    );
}

#[test]
fn what_means_nothing_in_a_registry_is_told_by_line_and_column_and_kept() {
    let place = Place::new();
    place.init(&[]);
    let text =
        "id;fio_raw;birth_raw;phone_raw;email;status_raw\nM1;Петрова Анна;32.13.1975;+7900;плохо;чтото\n";
    // Windows-1251, as a spreadsheet saves it.
    let byte = |c: char| match c {
        'А'..='я' => u8::try_from(u32::from(c) - u32::from('А') + 0xc0).expect("a letter"),
        _ => u8::try_from(u32::from(c)).expect("ASCII"),
    };
    let bytes: Vec<u8> = text.chars().map(byte).collect();
    let said = place.with_input(&["member", "import", "-", "--yes"], &bytes, &[]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.contains("windows-1251") && said.err.contains("\";\""), "{said:?}");
    for column in ["birth_raw", "phone_raw", "email", "status_raw"] {
        assert!(said.err.contains(&format!("Line 2, column {column}: ")), "{column}: {said:?}");
    }
    let again = place.with_input(&["member", "import", "-", "--yes", "--json"], &bytes, &[]);
    let again: serde_json::Value = serde_json::from_str(&again.out).expect("JSON");
    assert_eq!((&again["encoding"], &again["separator"]), (&json!("windows-1251"), &json!(";")));
    let told = json!({ "line": 2, "column": "birth_raw", "why": "no-date" });
    assert_eq!((again["unclear"].as_array().map(Vec::len), &again["unclear"][0]), (Some(4), &told));
    let member = place.json(&["member", "show", "M1"]);
    assert_eq!(member["name"], "Петрова Анна", "{member}");
}

#[test]
fn an_author_is_found_confirmed_and_let_go_again() {
    let place = Place::new();
    place.init(&[]);
    let done = place.with_input(&["member", "import", "-", "--yes"], REGISTRY.as_bytes(), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let bytes = super::letter("Елкина Анна <elkina@example.org>", "s", "1@example.com", "", "text");
    place.deliver("1.x", &bytes);
    place.ok(&["serve", "--once"]);
    let card = place.json(&["appeal", "match", "1"]);
    assert_eq!(card["candidates"][0]["member"]["source_id"], "M001", "{card}");
    assert_eq!(card["membership"]["state"], json!(null), "looking links nobody");
    place.ok(&["appeal", "confirm", "1", "--member", "M001", "--yes"]);
    let row = &place.json(&["appeal", "list"])[0];
    assert_eq!((&row["membership"]["state"], &row["organisation"]), (&json!("member"), &json!("P1")));
    place.ok(&["appeal", "unlink", "1"]);
    assert_eq!(place.json(&["appeal", "list"])[0]["membership"]["member_id"], json!(null));
    place.ok(&["journal", "verify"]);
}

#[test]
fn the_demonstration_is_whole_and_its_journal_proves_it() {
    let place = Place::new();
    let folder = place.path("demo");
    std::fs::create_dir(&folder).expect("a folder");
    let at = folder.display().to_string();
    place.ok(&["demo", "--members", "300", "--appeals", "40", "--only-make", &at]);
    let desk = format!("sqlite:{at}/desk.sqlite");
    let state = format!("{at}/state");
    let run = |args: &[&str]| {
        let said = place.with_input(args, b"", &[("OTKLIK_DESK", &desk), ("OTKLIK_STATE", &state)]);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said.out
    };
    run(&["journal", "verify"]);
    let list: serde_json::Value = serde_json::from_str(&run(&["appeal", "list", "--json"])).expect("JSON");
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), 40);
    let some = |test: &dyn Fn(&serde_json::Value) -> bool| list.iter().any(test);
    assert!(some(&|row| row["stage"] == "answered") && some(&|row| row["stage"] == "new"));
    assert!(some(&|row| row["limitations"][0]["file_by"].is_string()));
    assert!(some(&|row| row["membership"]["state"] == "member"));
    let orgs: serde_json::Value = serde_json::from_str(&run(&["org", "list", "--json"])).expect("JSON");
    let sum = |count: &str| -> i64 {
        orgs.as_array().expect("a list").iter().filter_map(|org| org[count].as_i64()).sum()
    };
    let (members, left) = (sum("members"), sum("left_members"));
    assert_eq!((orgs.as_array().map(Vec::len), members + left), (Some(15), 300));
    assert!(members > left && left > 0, "{members} members, {left} left");
}

#[test]
fn the_registry_is_masked_until_it_is_opened_for_an_appeal() {
    let place = Place::new();
    place.init(&["--demo"]);
    let registry = "id,fio_raw,birth_raw,phone_raw,email\nM1,Северова Анна,14.03.1987,+7 900 111-22-33,anna@example.org\n";
    let done = place.with_input(&["member", "import", "-", "--yes"], registry.as_bytes(), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let appeals = r#"[{"id": "F1", "channel": "email", "received_at": "2026-11-10T10:00:00+03:00",
        "from_name": "Anna", "subject": "Question", "body": "Text"}]"#;
    let done = place.with_input(&["appeal", "import", "-", "--yes"], appeals.as_bytes(), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let number = place.json(&["appeal", "list"])[0]["number"].as_str().expect("a number").to_owned();
    for args in
        [vec!["member", "show", "M1"], vec!["member", "find", "Северова"], vec!["appeal", "match", &number]]
    {
        let shown = place.run(&args);
        assert!(
            shown.code == 0 && !shown.out.contains("900 111") && !shown.out.contains("14.03"),
            "{shown:?}"
        );
    }
    assert_eq!(place.json(&["member", "show", "M1"])["opened"], json!(false));
    let opened = place.json(&["member", "show", "M1", "--open-for", &number]);
    assert_eq!((&opened["phone"], &opened["opened"]), (&json!("+7 900 111-22-33"), &json!(true)));
    let plain = place.run(&["member", "show", "M1", "--open-for", &number]);
    assert!(plain.out.contains("anna@example.org") && plain.out.contains("14.03.1987"), "{plain:?}");
    let history = place.json(&["appeal", "show", &number])["journal"].to_string();
    assert_eq!(history.matches("member.opened").count(), 2, "{history}");
    let missing = place.run(&["member", "show", "M1", "--open-for", "999"]);
    assert_eq!(missing.code, 4, "{missing:?}");
}

#[test]
fn an_organisation_named_by_an_attacker_is_safe_wherever_it_is_told() {
    let place = Place::new();
    place.init(&["--demo"]);
    let tree = "code,level,name\nA\u{202e}1,primary,\u{1b}[31mZlo\u{202e}gro\u{e0041}\n";
    let done = place.with_input(&["org", "import", "-", "--yes", "--json"], tree.as_bytes(), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let registry = "id,fio_raw,ppo\nM1,Северова Анна,A\u{202e}1\nM2,Южин Пётр,B\u{200b}\u{1b}]0;x\u{7}\n";
    let import = ["member", "import", "-", "--yes", "--json"];
    let imported = place.with_input(&import, registry.as_bytes(), &[]);
    assert_eq!(imported.code, 0, "{imported:?}");
    assert!(imported.out.contains("unknown_organisations"), "{imported:?}");
    place.ok(&["staff", "add", "Boris Petrov", "--role", "lawyer", "--org", "A\u{202e}1"]);
    let told = [vec!["org", "list"], vec!["member", "find", "Северова"], vec!["staff", "list"]];
    let programs = told.iter().map(|args| [args.as_slice(), &["--json"]].concat());
    let shown = told.iter().cloned().chain(programs).map(|args| place.run(&args)).chain([imported]);
    for shown in shown {
        assert_eq!(shown.code, 0, "{shown:?}");
        let dangerous = |c: char| matches!(c, '\u{1b}' | '\u{7}' | '\u{202e}' | '\u{200b}' | '\u{e0041}');
        assert!(!shown.out.contains(dangerous), "{shown:?}");
    }
}
