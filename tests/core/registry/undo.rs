//! An import is taken back whole, or not at all where something stands on it.

use super::{csv, import};
use crate::story::letters::{fresh_id, plain};
use crate::story::world::{Plan, World};
use crate::support::engines;
use otklik_core::types::{UnlinkReason, Untrusted};

const FIRST: &str = "id,ppo,fio_raw,phone_raw\nM1,A,Петрова Анна Ильинична,\"8 900 000-01-01, 8 900 000-01-02\"\nM2,A,Сосин Пётр Ильич,\n";
const SECOND: &str =
    "id,ppo,fio_raw,phone_raw\nM1,A,Петрова Анна Ильинична,8 900 000-01-09\nM3,Z,Орлова Инна Ильинична,\n";

async fn state(world: &World) -> Vec<(String, String, bool)> {
    let mut rows = Vec::new();
    for id in ["M1", "M2", "M3"] {
        let Ok(found) = world.desk.member_by_source(&world.head, &Untrusted::new(id)).await else { continue };
        let row = world.desk.member(&world.head, found).await.expect("seen");
        rows.push((id.to_owned(), row.phone.display().into_string(), row.missing_since.is_some()));
    }
    rows
}

async fn org_codes(world: &World) -> Vec<String> {
    let all = world.desk.organisations(&world.head).await.expect("a tree");
    all.iter().map(|org| org.code.display().into_string()).collect()
}

#[tokio::test]
async fn an_import_taken_back_leaves_the_registry_as_it_was_before() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let (desk, head, on) = (&world.desk, &world.head, world.on());
        let first = import(&world, csv(FIRST), "a.csv").await;
        let (before, orgs) = (state(&world).await, org_codes(&world).await);
        let second = import(&world, csv(SECOND), "b.csv").await;
        assert_eq!((second.counts.new, second.counts.changed, second.counts.vanished), (1, 1, 1), "{on}");
        assert_ne!(state(&world).await, before, "{on}");
        let error = desk.undo_member_import(head, first.id).await.expect_err("the second stands on it");
        assert_eq!(error.code, "import-changed-later", "{on}");
        let undone = desk.undo_member_import(head, None).await.expect("taken back");
        assert_eq!((Some(undone.id), undone.removed, undone.restored), (second.id, 1, 2), "{on}");
        assert_eq!((state(&world).await, org_codes(&world).await), (before, orgs), "{on}");
        let found = desk.find_members(head, "Орлова", 5).await.expect("a look-up");
        assert!(found.is_empty(), "{on}: the look-up knows at once");
        let error = desk.undo_member_import(head, second.id).await.expect_err("done");
        assert_eq!(error.code, "import-undone", "{on}");
        let list = desk.member_imports(head, 9).await.expect("a list");
        let told: Vec<_> = list.iter().map(|import| (Some(import.id), import.undone_at.is_some())).collect();
        assert_eq!(told, [(second.id, true), (first.id, false)], "{on}");
        desk.undo_member_import(head, first.id).await.expect("now it stands alone");
        assert!(state(&world).await.is_empty() && org_codes(&world).await.is_empty(), "{on}");
        let error = desk.undo_member_import(head, None).await.expect_err("none left");
        assert_eq!(error.code, "no-import", "{on}");
        let again = import(&world, csv(FIRST), "a.csv").await;
        assert_eq!(again.counts.new, 2, "{on}: it can be imported again");
    }
}

#[tokio::test]
async fn an_appeal_that_is_linked_to_a_row_holds_the_import() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let (desk, head, on) = (&world.desk, &world.head, world.on());
        import(&world, csv(FIRST), "a.csv").await;
        let letter =
            plain("a@example.org", &world.ours, &fresh_id(), "Вопрос", "Мой телефон 8 900 000-01-01.");
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        let member = desk.member_by_source(head, &Untrusted::new("M1")).await.expect("a row");
        desk.confirm_member(head, appeal, member).await.expect("linked");
        let error = desk.undo_member_import(head, None).await.expect_err("linked");
        assert_eq!(error.code, "import-linked", "{on}");
        assert!(
            error.args.iter().any(|(name, value)| *name == "number" && value.starts_with("2026-")),
            "{on}: {error}"
        );
        assert_eq!(state(&world).await.len(), 2, "{on}");
        // A later import changes the row, and taking that back keeps the link.
        import(&world, csv(SECOND), "b.csv").await;
        desk.undo_member_import(head, None).await.expect("taken back");
        let shown = desk.appeal(head, appeal).await.expect("shown");
        assert_eq!(shown.member.map(|row| row.id), Some(member), "{on}: the link stands");
        desk.unlink_member(head, appeal, UnlinkReason::Other).await.expect("unlinked");
        desk.undo_member_import(head, None).await.expect("nothing stands on it");
    }
}
