//! The desk itself is not there for a while, or cannot be written: nothing is lost, the program says so and goes on by
//! itself.

use super::ledger::nothing_is_lost;
use super::program::{End, Program, Run};
use super::stories::Scene;
use crate::story::letters::{fresh_id, plain};
use crate::story::world::somebody;
use crate::support::{Wire, eventually, mail_server, postgres, sqlite};
use otklik_core::types::DeliveryState;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A letter lands; its name in the Maildir.
fn lands(scene: &Scene) -> String {
    let letter = plain(&somebody(), &scene.world.ours, &fresh_id(), "", "Ещё вопрос.");
    scene.world.lands(&scene.world.clock.now().to_string(), &letter)
}

async fn is_settled(scene: &Scene, name: &str) {
    let sql = format!("SELECT count(*) FROM raw_items WHERE transport_id = '{name}' AND fate <> 'pending'");
    eventually("a fate for the letter", async || (scene.world.count(&sql) == 1).then_some(())).await;
}

async fn ends_well(mut run: Run) {
    run.is_told_to_stop();
    assert_eq!(run.ends().await, End::Exited(0), "{}", run.said());
}

fn names_of(scene: &Scene, more: &[String]) -> Vec<String> {
    let first = scene.world.sql("SELECT transport_id FROM raw_items ORDER BY pk LIMIT 1");
    std::iter::once(first).chain(more.iter().cloned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_for_a_while_loses_nothing_and_is_found_again() {
    let Some(engine) = postgres() else { return };
    let url = engine.url().to_owned();
    let Some(mut scene) = Scene::new(engine, false).await else { return };
    let (wire, through) = Wire::before(&url).await;
    scene.program = Program::of(&scene.world).expect("a binary").with_desk(through);
    let go = scene.world.engine.folder().join("conclude.go");
    let order = format!("sender.answered=wait:{}", go.display());
    let mut serve = scene.program.start(&["serve"], scene.world.clock.now(), &order);

    // The server has the letter, and the worker must record it just while the database goes away.
    let sent = scene.reply().await;
    let here = go.with_extension("here");
    eventually("the server's yes", async || here.exists().then_some(())).await;
    wire.is(false);
    let landed = [lands(&scene), lands(&scene)];
    std::fs::write(&go, "").expect("a sign");
    eventually("a call for the database", async || wire.was_used().then_some(())).await;
    eventually("a word about it", async || serve.said().contains("desk-unreachable").then_some(())).await;
    assert_eq!(scene.state(sent).await, DeliveryState::Sending);
    let later = scene.reply().await;
    assert!(serve.is_running(), "{}", serve.said());

    wire.is(true);
    for name in &landed {
        is_settled(&scene, name).await;
    }
    for id in [sent, later] {
        eventually("the reply to be accepted", async || {
            (scene.state(id).await == DeliveryState::Accepted).then_some(())
        })
        .await;
    }
    ends_well(serve).await;
    assert_eq!(scene.arrived().await, 2, "each once");
    nothing_is_lost(&scene.world, &names_of(&scene, &landed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_the_program_goes_on_when_there_is_space() {
    let Some(mut scene) = Scene::new(sqlite(), false).await else { return };
    // No file may grow beyond this, as on a full disk; the signal that the kernel sends for it is ignored.
    let script = "trap '' XFSZ; ulimit -S -f 64; exec \"$@\"";
    scene.program = Program::of(&scene.world).expect("a binary").within(&["/bin/sh", "-c", script, "sh"]);
    let sent = scene.reply().await;
    let landed = [lands(&scene)];
    let mut serve = scene.program.start(&["serve"], scene.world.clock.now(), "");
    eventually("a word about the disk", async || {
        let said = serve.said();
        (said.contains("io reason=sqlite") || said.contains("disk-full")).then_some(())
    })
    .await;
    assert!(serve.is_running(), "{}", serve.said());
    assert!(scene.world.maildir.join("new").join(&landed[0]).exists(), "not acknowledged");
    assert_eq!(scene.state(sent).await, DeliveryState::Scheduled);

    let more = Command::new("prlimit")
        .args(["--pid", &serve.pid().to_string(), "--fsize=unlimited"])
        .status()
        .expect("prlimit");
    assert!(more.success());
    is_settled(&scene, &landed[0]).await;
    eventually("the reply to be accepted", async || {
        (scene.state(sent).await == DeliveryState::Accepted).then_some(())
    })
    .await;
    ends_well(serve).await;
    assert_eq!(scene.arrived().await, 1);
    nothing_is_lost(&scene.world, &names_of(&scene, &landed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_may_only_be_read_takes_nothing_and_says_so() {
    if mail_server().is_none() {
        return;
    }
    let Some(mut scene) = Scene::new(sqlite(), false).await else { return };
    let sent = scene.reply().await;
    let landed = [lands(&scene)];
    let folder = scene.world.engine.folder().to_owned();
    let mut program = Program::of(&scene.world).expect("a binary").copied();
    if nix::unistd::geteuid().is_root() {
        // Root may write everywhere.
        program = program.within(&["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
    }
    scene.program = program;
    for entry in std::fs::read_dir(&folder).expect("the folder").flatten() {
        if entry.file_name().to_string_lossy().starts_with("desk.sqlite") {
            allow(&entry.path(), 0o444);
        }
    }
    for (path, mode) in [("", 0o755), ("Maildir", 0o755), ("Maildir/new", 0o777), ("Maildir/cur", 0o777)] {
        allow(&folder.join(path), mode);
    }
    allow(&scene.world.maildir.join("new").join(&landed[0]), 0o644);
    let mut run = scene.program.start(&["serve", "--once"], scene.world.clock.now(), "");
    let (end, said) = (run.ends().await, run.said());
    assert_eq!(end, End::Exited(1), "{said}");
    assert!(said.contains("read-only"), "{said}");
    assert!(scene.world.maildir.join("new").join(&landed[0]).exists(), "not acknowledged");
    assert_eq!(scene.state(sent).await, DeliveryState::Scheduled);

    for entry in std::fs::read_dir(&folder).expect("the folder").flatten() {
        if entry.file_name().to_string_lossy().starts_with("desk.sqlite") {
            allow(&entry.path(), 0o600);
        }
    }
    scene.world.run().await;
    assert_eq!((scene.state(sent).await, scene.arrived().await), (DeliveryState::Accepted, 1));
    nothing_is_lost(&scene.world, &names_of(&scene, &landed)).await;
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("rights");
}
