//! Organisations with a history: skipped levels, renames and closures with their days.

use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::desk::read_orgs;
use otklik_core::types::OrgLevel;

#[tokio::test]
async fn renames_and_closures_are_kept_with_their_days_and_a_former_name_still_finds() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let import = async |text: &str| {
            let file = read_orgs(text.as_bytes()).expect("organisations");
            assert_eq!(file.unreadable, [], "{on}");
            world.desk.import_orgs(&world.head, file.rows, true).await.expect("imported")
        };
        // A level is left out: a primary organisation right below the regional one, a shop below it.
        let first = r#"[{"id": "R", "level": "regional", "name": "Область", "parent": null},
            {"id": "P", "level": "primary", "name": "ППО завода", "parent": "R", "valid_from": "2001-03-01"},
            {"id": "C", "level": "shop", "name": "Цех", "parent": "P",
             "former_names": [{"name": "Участок", "until": "1999-01-01"}, "Бригада"]}]"#;
        assert_eq!(import(first).await.new, 3, "{on}");
        assert_eq!(import(first).await.same, 3, "{on}");
        let second =
            "id;level;name;parent;renamed_on;closed_on\nP;primary;ППО комбината;R;01.07.2026;2026-10-31\n";
        assert_eq!(import(second).await.changed, 1, "{on}");
        assert_eq!(import(second).await.same, 1, "{on}");
        let all = world.desk.organisations(&world.head).await.expect("a tree");
        let of =
            |code: &str| all.iter().find(|org| org.code.display().as_str() == code).expect("an organisation");
        let names = |code: &str| -> Vec<(String, Option<String>)> {
            let names = &of(code).former_names;
            names.iter().map(|(name, until)| (name.display().into_string(), until.clone())).collect()
        };
        let day = |text: &str| Some(text.to_owned());
        assert_eq!(names("P"), [("ППО завода".to_owned(), day("2026-07-01"))], "{on}");
        let mut former = names("C");
        former.sort();
        assert_eq!(former, [("Бригада".to_owned(), None), ("Участок".to_owned(), day("1999-01-01"))], "{on}");
        assert_eq!(
            (&of("P").opened_on, &of("P").closed_on),
            (&day("2001-03-01"), &day("2026-10-31")),
            "{on}"
        );
        assert_eq!((of("C").level, of("P").parent), (OrgLevel::Shop, Some(of("R").id)), "{on}");
        let members = super::csv("ФИО;ППО\nПетрова Анна Ильинична;ППО завода\n");
        let done = super::import(&world, members, "a.csv").await;
        assert_eq!(done.unknown_orgs, [], "{on}: by its former name");
        let file = read_orgs(b"id,level,name,closed_on\nX,primary,Y,someday\n").expect("a file");
        assert_eq!(file.unreadable, [(1, "no-date")]);
    }
}
