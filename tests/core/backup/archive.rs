//! The file: complete or not there, readable by its owner only, never in the place of another by accident.

use super::{Bench, story, target};
use crate::journal::on_both;
use otklik_core::desk::{Desk, DeskUrl};
use otklik_core::types::{Actor, Role, Worker};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

on_both!(
    a_backup_is_one_file_of_its_owner_with_every_table_and_without_the_key,
    a_backup_replaces_a_file_only_when_asked,
    a_backup_that_cannot_be_written_leaves_nothing_behind,
    only_who_sees_the_whole_desk_may_copy_it,
    people_go_on_working_while_a_backup_is_made,
    the_journal_knows_who_made_a_backup,
);

/// Names and contents of the members.
fn members(file: &Path) -> Vec<(String, Vec<u8>)> {
    let packed = zstd::Decoder::new(std::fs::File::open(file).expect("the file")).expect("zstd");
    let mut archive = tar::Archive::new(packed);
    let mut found = Vec::new();
    for entry in archive.entries().expect("members") {
        let (mut entry, mut bytes) = (entry.expect("a member"), Vec::new());
        entry.read_to_end(&mut bytes).expect("its bytes");
        found.push((entry.path().expect("a path").display().to_string(), bytes));
    }
    found
}

/// What a folder holds.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with("desk.sqlite"));
    names.sort();
    names
}

async fn a_backup_is_one_file_of_its_owner_with_every_table_and_without_the_key(bench: Bench) {
    story(&bench).await;
    let report = bench.desk.backup(&bench.head, &target(&bench), false).await.expect("a backup");
    let meta = target(&bench).metadata().expect("the file");
    assert_eq!((meta.permissions().mode() & 0o777, meta.len()), (0o600, report.bytes));
    let members = members(&target(&bench));
    assert_eq!(members.first().expect("members").0, "otklik.json");
    let (last, manifest) = members.last().expect("members");
    assert_eq!(last, "manifest.json");
    let manifest: serde_json::Value = serde_json::from_slice(manifest).expect("JSON");
    let rows = |table: &str| {
        let tables = manifest["tables"].as_array().expect("tables");
        tables.iter().find(|entry| entry["name"] == table).expect(table)["rows"].as_i64().expect("a number")
    };
    for table in ["appeals", "messages", "drafts", "journal", "checkpoints", "raw_pieces", "deliveries"] {
        // The row that notes the backup comes after it.
        let later = i64::from(table == "journal");
        assert_eq!(rows(table), bench.number(&format!("SELECT count(*) FROM {table}")) - later, "{table}");
    }
    assert_eq!(manifest["engine"], bench.engine.name);
    let key = std::fs::read(bench.desk.state_dir().join("journal.key")).expect("the key");
    let holds = |bytes: &[u8]| bytes.windows(key.len()).any(|window| window == key);
    assert!(!members.iter().any(|(_, bytes)| holds(bytes)), "the private key is in the backup");
    assert!(members.iter().any(|(name, _)| name == "checkpoints.jsonl"));
}

async fn a_backup_replaces_a_file_only_when_asked(bench: Bench) {
    bench.story().await;
    std::fs::write(target(&bench), "precious").expect("a file");
    let refused = bench.desk.backup(&bench.head, &target(&bench), false).await.expect_err("refused");
    assert_eq!(refused.code, "file-exists");
    assert_eq!(std::fs::read(target(&bench)).expect("the file"), b"precious");
    bench.desk.backup(&bench.head, &target(&bench), true).await.expect("a backup");
    assert!(members(&target(&bench)).len() > 10);
}

async fn a_backup_that_cannot_be_written_leaves_nothing_behind(bench: Bench) {
    bench.story().await;
    let before = names(bench.engine.folder());
    let absent = bench.engine.folder().join("no such folder").join("copy");
    assert_eq!(bench.desk.backup(&bench.head, &absent, false).await.expect_err("refused").code, "no-folder");
    // A system folder that takes no file from anybody, not even from root.
    let proc = Path::new("/proc/copy.tar.zst");
    let refused = bench.desk.backup(&bench.head, proc, false).await.expect_err("refused");
    assert!(["no-file", "file-denied"].contains(&refused.code), "{refused}");
    if bench.engine.name == "sqlite" {
        // Reading breaks off half-way: what was written so far is gone again.
        bench.run("UPDATE messages SET body = CAST(x'ff' AS TEXT)");
        let refused = bench.desk.backup(&bench.head, &target(&bench), false).await.expect_err("refused");
        assert_eq!(refused.code, "store");
        assert_eq!(names(bench.engine.folder()), before);
    }
    // A column that this program does not know how to copy must not be left out in silence.
    bench.run("ALTER TABLE messages ADD COLUMN broken REAL DEFAULT 1.5");
    let refused = bench.desk.backup(&bench.head, &target(&bench), false).await.expect_err("refused");
    assert_eq!(refused.code, "desk-damaged");
    assert_eq!(names(bench.engine.folder()), before);
}

async fn only_who_sees_the_whole_desk_may_copy_it(bench: Bench) {
    bench.story().await;
    let file = otklik_core::desk::read_orgs(b"code,level,name\nnorth,local,North\n").expect("a tree");
    bench.desk.import_orgs(&bench.head, file.rows, true).await.expect("imported");
    let with = async |role: Role, org: Option<&str>| {
        let name = format!("{} {}", role.code(), org.unwrap_or("everywhere"));
        bench.desk.add_staff(&bench.head, &name, role, None, org).await.expect("a new person");
        bench.desk.act_as(&name).await.expect("the person is there")
    };
    let refused = [
        with(Role::Lawyer, None).await,
        with(Role::Auditor, None).await,
        with(Role::Head, Some("north")).await,
        Actor::Worker(Worker::Timer),
    ];
    for actor in refused {
        let error = bench.desk.backup(&actor, &target(&bench), false).await.expect_err("refused");
        assert_eq!(error.code, "not-allowed", "{actor:?}");
    }
    assert!(!target(&bench).exists());
    bench.desk.backup(&with(Role::Admin, None).await, &target(&bench), false).await.expect("a backup");
}

async fn people_go_on_working_while_a_backup_is_made(bench: Bench) {
    let (first, _) = story(&bench).await;
    let work = async {
        for n in 0..20 {
            bench.desk.note(&bench.head, first, format!("во время копии {n}")).await.expect("noted");
            bench.desk.checkpoint_now(&crate::journal::bench::TIMER).await.expect("signed");
        }
    };
    let file = target(&bench);
    let (copied, ()) = tokio::join!(bench.desk.backup(&bench.head, &file, false), work);
    copied.expect("a backup");
    // One moment: whatever the copy has of those notes, it is whole and proved.
    let url =
        DeskUrl::parse(&format!("sqlite:{}", bench.engine.folder().join("other").display())).expect("a URL");
    let state = bench.engine.folder().join("other-state");
    let restored = Desk::restore(&url, bench.clock.clone(), &state, &file).await.expect("restored");
    assert!(restored.verification.ok, "{restored:?}");
}

async fn the_journal_knows_who_made_a_backup(bench: Bench) {
    bench.story().await;
    let report = bench.desk.backup(&bench.head, &target(&bench), false).await.expect("a backup");
    assert!(report.recorded);
    let newest = bench.query("SELECT action, actor_kind, actor_id FROM journal ORDER BY seq DESC LIMIT 1");
    let me = bench.head.staff().expect("a person").to_string();
    assert_eq!(newest[0], ["desk.backup".to_owned(), "person".to_owned(), me]);
}
