//! The member look-up over a desk: what changes is found at once, in every process, and a file of the index that is damaged or
//! of another past is as good as none.

use super::world::{Plan, World};
use crate::support::{engines, postgres, sqlite};
use otklik_core::desk::{Desk, DeskUrl, ImportRequest, read_registry};
use otklik_core::types::Actor;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;

async fn import(desk: &Desk, head: &Actor, rows: &[(&str, &str, &str)]) {
    let mut file = String::from("id,fio_raw,phone_raw\n");
    rows.iter().for_each(|(id, name, phone)| writeln!(file, "{id},{name},{phone}").expect("a line"));
    let file = read_registry(file.as_bytes(), None).expect("a registry");
    desk.import_members(head, ImportRequest::of(file, "registry.csv", true)).await.expect("imported");
}

async fn names(desk: &Desk, actor: &Actor, query: &str) -> Vec<String> {
    let hits = desk.find_members(actor, query, 10).await.expect("hits");
    hits.iter().map(|hit| hit.member.name.display_line().into_string()).collect()
}

async fn another_process(world: &World) -> Desk {
    let url = DeskUrl::parse(world.engine.url()).expect("an address");
    let state = world.engine.folder().join("state");
    Desk::open(&url, world.clock.clone(), &state).await.expect("the same desk")
}

#[tokio::test]
async fn rows_that_change_are_found_at_once_in_every_process() {
    for engine in engines() {
        let name = engine.name;
        let world = World::new(engine, Plan::default()).await;
        let (desk, head) = (&world.desk, &world.head);
        import(desk, head, &[("M1", "Северова Анна Ивановна", "+79001112233")]).await;
        let other = another_process(&world).await;
        for desk in [desk, &other] {
            assert_eq!(names(desk, head, "северова").await.len(), 1, "{name}");
        }
        let changed = [("M1", "Полярная Анна Ивановна", "+79001112299"), ("M2", "Южин Пётр", "89001112244")];
        import(&other, head, &changed).await;
        for desk in [desk, &other] {
            assert_eq!(names(desk, head, "юджин").await, ["Южин Пётр"], "{name}: a new row, mistyped");
            assert_eq!(names(desk, head, "полярной").await, ["Полярная Анна Ивановна"], "{name}");
            assert_eq!(names(desk, head, "2299").await, ["Полярная Анна Ивановна"], "{name}");
            assert!(names(desk, head, "северова").await.is_empty(), "{name}: what it was is not found");
            assert!(names(desk, head, "2233").await.is_empty(), "{name}");
        }
        other.close().await;
    }
}

/// A registry large enough to have its index in a file.
fn many() -> Vec<(String, String)> {
    (0..2_100).map(|n| (format!("K{n}"), format!("Кедрова{n} Анна"))).collect()
}

#[tokio::test]
async fn the_index_is_had_from_its_file_and_a_bad_file_is_survived() {
    for engine in engines() {
        let name = engine.name;
        let world = World::new(engine, Plan::default()).await;
        let head = &world.head;
        let many = many();
        let rows: Vec<_> = many.iter().map(|(id, name)| (id.as_str(), name.as_str(), "")).collect();
        import(&world.desk, head, &rows).await;
        assert_eq!(names(&world.desk, head, "кедрова17").await[0], "Кедрова17 Анна", "{name}");
        let file = world.desk.state_dir().join("lookup.index");
        let mode = std::fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        // A process that starts later has the index from the file, and what changed since from the desk.
        import(&world.desk, head, &[("K17", "Сосновский Илья", ""), ("M1", "Еловая Вера", "")]).await;
        let later = another_process(&world).await;
        for (query, found) in [("еловая", "Еловая Вера"), ("сосновский", "Сосновский Илья")]
        {
            assert_eq!(names(&later, head, query).await, [found], "{name}");
        }
        assert_eq!(names(&later, head, "кедрова18 анна").await[0], "Кедрова18 Анна", "{name}");
        later.close().await;
        let whole = std::fs::read(&file).expect("the file");
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        for bytes in [&damaged[..], &whole[..whole.len() - 7], b"", b"otklik-1"] {
            std::fs::write(&file, bytes).expect("a bad file");
            let later = another_process(&world).await;
            assert_eq!(names(&later, head, "еловая").await, ["Еловая Вера"], "{name}");
            assert_eq!(names(&later, head, "кедрова20 анна").await[0], "Кедрова20 Анна", "{name}");
            later.close().await;
            assert!(std::fs::read(&file).expect("the file").len() > 1000, "{name}: it is written anew");
        }
    }
}

#[tokio::test]
async fn a_file_of_another_past_is_not_taken() {
    for engine in engines() {
        let name = engine.name;
        let world = World::new(engine, Plan::default()).await;
        let head = &world.head;
        let many = many();
        let rows: Vec<_> = many.iter().map(|(id, name)| (id.as_str(), name.as_str(), "")).collect();
        import(&world.desk, head, &rows).await;
        assert_eq!(names(&world.desk, head, "кедрова7 анна").await[0], "Кедрова7 Анна", "{name}");
        let backup = world.engine.folder().join("desk.backup");
        world.desk.backup(head, &backup, false).await.expect("a backup");
        import(&world.desk, head, &[("K7", "Сосновский Илья", "")]).await;
        let file = world.desk.state_dir().join("lookup.index");
        // The newest file knows the change that the restored desk has not seen.
        std::fs::remove_file(&file).expect("the older file");
        let later = another_process(&world).await;
        assert_eq!(names(&later, head, "сосновский").await, ["Сосновский Илья"], "{name}");
        later.close().await;
        let place = if name == "sqlite" { sqlite() } else { postgres().expect("the same engine") };
        let url = DeskUrl::parse(place.url()).expect("an address");
        let state = world.engine.folder().join("state");
        Desk::restore(&url, world.clock.clone(), &state, &backup).await.expect("restored");
        let restored = Desk::open(&url, world.clock.clone(), &state).await.expect("the restored desk");
        let head = restored.act_as("Орлова А.").await.expect("the head");
        import(&restored, &head, &[("M9", "Еловая Вера", "")]).await;
        assert_eq!(names(&restored, &head, "кедрова7 анна").await[0], "Кедрова7 Анна", "{name}");
        assert!(names(&restored, &head, "сосновский").await.is_empty(), "{name}");
        restored.close().await;
    }
}
