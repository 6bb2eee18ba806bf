//! Nothing that happens towards an author tells whether they are in the registry (wall 6): the same statements run, equally
//! often, in the same order, whether the registry knows them or not.
//!
//! What sqlx runs is heard by the whole process, so the test runs once more in a process where it is alone.

#[path = "../../bench/support/statements.rs"]
mod statements;

use super::letters::{fresh_id, plain};
use super::world::{Plan, World};
use crate::support::{Engine, engines};
use otklik_core::desk::reply::ReplyRequest;
use otklik_core::desk::{ImportRequest, read_registry};
use otklik_core::types::{MessageId, ReplyKind};
use statements::Statements;
use std::process::Command;

const ALONE: &str = "OTKLIK_STATEMENTS_ALONE";
const AUTHOR: &str = "severova@example.org";

/// A letter, its receipt, another that joins, a reply, and an answer to it: the statements of each step.
async fn life(engine: Engine, statements: &Statements, registered: bool) -> Vec<(&'static str, Vec<String>)> {
    let out = format!("folder:{}", engine.folder().join("out").display());
    let world = World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await;
    let known = if registered { AUTHOR } else { "otherwise@example.org" };
    let registry = format!("id,fio_raw,phone_raw,email\nN1,Северова Анна Ивановна,+79001112233,{known}\n");
    let registry = read_registry(registry.as_bytes(), None).expect("a registry");
    world
        .desk
        .import_members(&world.head, ImportRequest::of(registry, "registry.csv", true))
        .await
        .expect("imported");
    let mut steps = Vec::new();
    let first = fresh_id();
    world.lands("2026-11-16T09:00:00+03:00", &plain(AUTHOR, &world.ours, &first, "", "Помогите."));
    steps.push(("a letter and its receipt", statements.of(world.run()).await.1));
    let appeal = world.only().await.id;
    let answers = format!("In-Reply-To: <{first}>\r\nReferences: <{first}>\r\n");
    let more = plain(AUTHOR, &world.ours, &fresh_id(), &answers, "Вот ещё.");
    world.lands("2026-11-16T09:05:00+03:00", &more);
    steps.push(("a letter that joins", statements.of(world.run()).await.1));
    let shown = world.show(appeal).await;
    let request = ReplyRequest {
        appeal,
        text: "Мы занимаемся этим.".into(),
        kind: ReplyKind::Response,
        seen: shown.last_message,
        idempotency_key: MessageId::new().0,
        immediately: true,
        cc: Vec::new(),
        files: Vec::new(),
    };
    let reply = async {
        world.desk.send_reply(&world.head, request).await.expect("a reply");
        world.run().await;
    };
    steps.push(("a reply", statements.of(reply).await.1));
    steps
}

/// Without what a pool says to a connection that is used again: it depends on how many there are.
fn told(statements: Vec<String>) -> Vec<String> {
    statements.into_iter().filter(|statement| statement != "ROLLBACK").collect()
}

#[test]
fn the_same_statements_run_for_the_registered_and_the_unregistered() {
    if std::env::var_os(ALONE).is_none() {
        let program = std::env::current_exe().expect("this test program");
        let name = "story::same_for_all::the_same_statements_run_for_the_registered_and_the_unregistered";
        let ran = Command::new(program).args(["--exact", name, "--nocapture"]).env(ALONE, "1").output();
        let ran = ran.expect("it runs");
        let told = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{told}\n{}", String::from_utf8_lossy(&ran.stderr));
        assert!(told.contains("1 passed"), "{told}");
        return;
    }
    let statements = Statements::install();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for (one, other) in engines().into_iter().zip(engines()) {
            let on = one.name;
            let registered = life(one, &statements, true).await;
            let unregistered = life(other, &statements, false).await;
            for ((step, of_registered), (_, of_other)) in registered.into_iter().zip(unregistered) {
                let (registered, other) = (told(of_registered), told(of_other));
                assert!(registered.len() > 3, "{on}, {step}: something was heard");
                let differ = registered.iter().zip(&other).find(|(one, other)| one != other);
                assert_eq!(differ, None, "{on}, {step}");
                assert_eq!(registered.len(), other.len(), "{on}, {step}");
            }
        }
    });
}
