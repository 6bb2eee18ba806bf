//! A role that is taken away holds nowhere any more, and a role that is given holds at once: also in another process, and for
//! whoever had begun to work before.

use crate::story::letters::{fresh_id, plain};
use crate::story::world::{Plan, World, somebody};
use crate::support::{engines, eventually};
use otklik_core::desk::Desk;
use otklik_core::error::Error;
use otklik_core::types::{Actor, AppealId, Role};

async fn with_an_appeal(engine: crate::support::Engine) -> (World, AppealId) {
    let world = World::new(engine, Plan::default()).await;
    world.lands("2026-11-16T09:00:00+03:00", &plain(&somebody(), &world.ours, &fresh_id(), "", "вопрос"));
    world.run().await;
    let id = world.only().await.id;
    (world, id)
}

/// What is refused to the actor now: reads and writes, wherever a session would do them.
async fn refused(desk: &Desk, actor: &Actor, appeal: AppealId) -> Vec<&'static str> {
    let tried = [
        ("take", desk.take(actor, appeal).await),
        ("note", desk.note(actor, appeal, "заметка".into()).await.map(drop)),
        ("appeal", desk.appeal(actor, appeal).await.map(drop)),
        ("queue", desk.queue_page(actor, &Default::default(), Default::default(), 5).await.map(drop)),
        ("counts", desk.queue_counts(actor).await.map(drop)),
        ("find", desk.find_members(actor, "иванов", 5).await.map(drop)),
        ("card", desk.match_card(actor, appeal).await.map(drop)),
    ];
    let refused = |done: &Result<(), Error>| matches!(done, Err(error) if error.code == "not-allowed");
    tried.into_iter().filter(|(_, done)| refused(done)).map(|(name, _)| name).collect()
}

const ALL: usize = 7;

#[tokio::test]
async fn a_role_taken_away_in_one_process_is_refused_in_another_at_once() {
    for engine in engines() {
        let (world, appeal) = with_an_appeal(engine).await;
        let lawyer = world.person("Гусев", Role::Lawyer, None).await;
        let staff = lawyer.staff().expect("a person");
        let other = world.another().await;
        assert_eq!(refused(&other, &lawyer, appeal).await, [""; 0], "{}", world.on());

        world.desk.set_role(&world.head, staff, Role::Lawyer, None, false).await.expect("taken away");
        assert_eq!(refused(&other, &lawyer, appeal).await.len(), ALL, "{}", world.on());
        assert_eq!(refused(&world.desk, &lawyer, appeal).await.len(), ALL, "{}", world.on());

        // Given again, it holds for the session that had begun with it.
        world.desk.set_role(&world.head, staff, Role::Lawyer, None, true).await.expect("given");
        assert_eq!(refused(&other, &lawyer, appeal).await, [""; 0], "{}", world.on());
    }
}

#[tokio::test]
async fn a_process_that_listens_is_told_and_refuses_reads_without_asking_and_writes_at_once() {
    for engine in engines() {
        let (world, appeal) = with_an_appeal(engine).await;
        let lawyer = world.person("Гусев", Role::Lawyer, None).await;
        let staff = lawyer.staff().expect("a person");
        let other = world.another().await;
        let _feed = other.feed().await.expect("a feed");
        assert_eq!(refused(&other, &lawyer, appeal).await, [""; 0], "{}", world.on());

        world.desk.set_role(&world.head, staff, Role::Lawyer, None, false).await.expect("taken away");
        let write = other.take(&lawyer, appeal).await.expect_err("a write looks itself");
        assert_eq!(write.code, "not-allowed", "{}", world.on());
        eventually("every read is refused too", async || {
            (refused(&other, &lawyer, appeal).await.len() == ALL).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_role_narrowed_to_a_subtree_no_longer_holds_in_the_whole_desk() {
    for engine in engines() {
        let (world, appeal) = with_an_appeal(engine).await;
        let file = otklik_core::desk::read_orgs(b"code,level,name\nnorth,local,North\n").expect("a tree");
        world.desk.import_orgs(&world.head, file.rows, true).await.expect("imported");
        let lawyer = world.person("Гусев", Role::Lawyer, None).await;
        let staff = lawyer.staff().expect("a person");
        let other = world.another().await;
        assert_eq!(other.queue_counts(&lawyer).await.expect("counts").all, 1);

        world.desk.set_role(&world.head, staff, Role::Lawyer, Some("north"), true).await.expect("given");
        world.desk.set_role(&world.head, staff, Role::Lawyer, None, false).await.expect("taken away");
        assert_eq!(other.queue_counts(&lawyer).await.expect("counts").all, 0, "{}", world.on());
        let hidden = other.appeal(&lawyer, appeal).await.expect_err("it belongs nowhere yet");
        assert_eq!(hidden.code, "no-appeal", "{}", world.on());
    }
}
