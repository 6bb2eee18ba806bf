//! What an import does to rows that are there already: it changes, marks as missing, and stops where it cannot tell.

use super::{csv, import, import_as};
use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::desk::{ImportRequest, ImportWatch};
use otklik_core::types::{DuesState, MemberStatus, RowFate, Untrusted};
use std::sync::Arc;

#[tokio::test]
async fn a_change_is_told_field_by_field_and_columns_that_are_not_there_stay() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let first = "ФИО;Дата рождения;№ билета;Телефон;Взносы;Дата выбытия\n\
            Петрова Анна Ильинична;01.02.1980;0122;8 900 000-01-01;уплачиваются;\n\
            Сосин Пётр Ильич;03.04.1970;0123;;долг;01.05.2026\n";
        import(&world, csv(first), "a.csv").await;
        // Married: another surname on the same card; nothing said of the telephone.
        let second =
            "ФИО;Прежняя фамилия;№ билета\nИванова Анна Ильинична;Петрова;0122\nСосин Пётр Ильич;;0123\n";
        let done = import(&world, csv(second), "b.csv").await;
        assert_eq!(
            (done.counts.changed, done.counts.same, done.counts.new),
            (1, 1, 0),
            "{on}: {:?}",
            done.counts
        );
        let row = done.diff.iter().find(|row| row.fate == RowFate::Changed).expect("a change");
        let plain = |text: &Untrusted| text.display().as_str().to_owned();
        let changes: Vec<_> = row
            .changes
            .iter()
            .map(|change| (change.field, plain(&change.before), plain(&change.after)))
            .collect();
        let expected = [
            ("fio_raw", "Петрова Анна Ильинична".to_owned(), "Иванова Анна Ильинична".to_owned()),
            ("former_raw", String::new(), "Петрова".to_owned()),
        ];
        assert_eq!((row.line, changes), (2, expected.to_vec()), "{on}");
        let anna = world.desk.member(&world.head, row.member.expect("a row")).await.expect("seen");
        assert_eq!(
            (plain(&anna.phone).as_str(), anna.dues_state),
            ("· ··· ···-··-01", DuesState::Paid),
            "{on}"
        );
        assert_eq!((plain(&anna.former_surname).as_str(), anna.source_line), ("Петрова", 2), "{on}");
        let peter = &world.desk.find_members(&world.head, "Сосин", 1).await.expect("found")[0].member;
        assert_eq!((peter.status, peter.dues_state), (MemberStatus::Left, DuesState::Debt), "{on}");
    }
}

#[tokio::test]
async fn a_row_that_is_no_longer_in_the_file_is_missing_and_not_left() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let all = "id,ppo,fio_raw,status_raw\nM1,A,Петрова Анна Ильинична,на учёте\nM2,A,Сосин Пётр Ильич,на учёте\n\
            M3,B,Орлова Инна Ильинична,на учёте\n";
        import(&world, csv(all), "a.csv").await;
        let fewer = "id,ppo,fio_raw,status_raw\nM1,A,Петрова Анна Ильинична,на учёте\n";
        let mut partial = ImportRequest::of(csv(fewer), "b.csv", false);
        partial.partial = true;
        assert_eq!(import_as(&world, &world.head, partial).await.counts.vanished, 0, "{on}: only some");
        let done = import(&world, csv(fewer), "b.csv").await;
        let gone: Vec<_> =
            done.diff.iter().map(|row| (row.fate, row.line, row.name.display().into_string())).collect();
        // Row 3 of its own file; B is not in this file, so nothing is said of it.
        assert_eq!(gone, [(RowFate::Vanished, 3, "Сосин Пётр Ильич".to_owned())], "{on}");
        let id = world.desk.member_by_source(&world.head, &Untrusted::new("M2")).await.expect("still there");
        let row = world.desk.member(&world.head, id).await.expect("seen");
        assert!(row.missing_since.is_some() && row.status == MemberStatus::Active, "{on}: missing, not left");
        let again = import(&world, csv(fewer), "b.csv").await;
        assert_eq!(again.counts.vanished, 0, "{on}: told once");
        let back = import(&world, csv(all), "a.csv").await;
        assert_eq!((back.counts.changed, back.counts.same), (1, 2), "{on}");
        let row = world.desk.member(&world.head, id).await.expect("seen");
        assert!(row.missing_since.is_none(), "{on}: back again");
    }
}

#[tokio::test]
async fn whose_row_it_is_cannot_always_be_told_and_then_nothing_is_done() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let first = "id,ppo,fio_raw,birth_raw,card_raw\n\
            M1,A,Петрова Анна Ильинична,01.02.1980,0122\n\
            M2,A,Сосин Пётр Ильич,,0123\nM3,A,Сосин Пётр Ильич,,0124\n";
        import(&world, csv(first), "a.csv").await;
        let second = "id,ppo,fio_raw,birth_raw,card_raw\n\
            M1,A,Чужой Семён Львович,05.06.1990,\n\
            ,A,Чужой Семён Львович,05.06.1990,0122\n\
            ,A,Сосин Пётр Ильич,,\n\
            M9,A,Новый Иван Ильич,,\n\
            M9,A,Новый Иван Ильич,,\n\
            ,A,Петрова Анна Ильинична,01.02.1980,\n";
        let mut request = ImportRequest::of(csv(second), "b.csv", false);
        request.partial = true;
        let done = import_as(&world, &world.head, request).await;
        let told: Vec<_> =
            done.diff.iter().filter_map(|row| Some((row.line, row.why?, row.other_line))).collect();
        let mut expected = vec![
            (2, "id-of-another", None),
            (3, "card-of-another", None),
            (4, "several-rows", None),
            (6, "doubled-row", Some(5)),
        ];
        expected.sort_unstable();
        let mut told = told;
        told.sort_unstable();
        assert_eq!(told, expected, "{on}");
        assert_eq!((done.counts.new, done.counts.changed), (1, 1), "{on}: {:?}", done.counts);
    }
}

#[tokio::test]
async fn a_stopped_import_and_one_that_was_shown_otherwise_leave_the_registry_as_it_was() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let rows: String = (0..3000).map(|n| format!("M{n},Северова Анна Ивановна\n")).collect();
        let mut request = ImportRequest::of(csv(&format!("id,fio_raw\n{rows}")), "a.csv", true);
        request.watch = Arc::new(ImportWatch::default());
        request.watch.cancel();
        let error = world.desk.import_members(&world.head, request.clone()).await.expect_err("stopped");
        assert_eq!(error.code, "import-cancelled", "{on}");
        // In its middle: once the first rows are written.
        request.watch = Arc::new(ImportWatch::default());
        let watch = request.watch.clone();
        let stopper = tokio::spawn(async move {
            while watch.progress().0 == 0 {
                tokio::task::yield_now().await;
            }
            watch.cancel();
        });
        let done = world.desk.import_members(&world.head, request.clone()).await;
        stopper.await.expect("stopped");
        assert_eq!(done.expect_err("stopped").code, "import-cancelled", "{on}");
        assert!(world.desk.member_imports(&world.head, 9).await.expect("a list").is_empty(), "{on}");
        assert!(
            world.desk.find_members(&world.head, "Северова", 1).await.expect("a look-up").is_empty(),
            "{on}"
        );
        request.watch = Arc::new(ImportWatch::default());
        request.expected = Some(Default::default());
        let error = world.desk.import_members(&world.head, request).await.expect_err("another");
        assert_eq!(error.code, "import-changed", "{on}");
        assert!(
            world.desk.find_members(&world.head, "Северова", 1).await.expect("a look-up").is_empty(),
            "{on}"
        );
    }
}
