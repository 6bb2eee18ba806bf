//! Two programs of different age at one desk: the older one stops, and nobody's words are lost.

use super::{Bench, story};
use crate::journal::bench::{TIMER, engine};
use crate::journal::on_both;
use otklik_core::desk::{Desk, DeskUrl, migrate};
use otklik_core::types::ReplyKind;

on_both!(
    a_desk_of_this_schema_needs_no_upgrade_and_no_backup,
    a_newer_desk_is_refused_and_left_alone,
    a_program_that_has_become_older_stops_writing_and_its_draft_is_kept,
    where_there_is_no_desk_there_is_nothing_to_upgrade,
);

async fn a_desk_of_this_schema_needs_no_upgrade_and_no_backup(bench: Bench) {
    story(&bench).await;
    let report =
        migrate(&bench.url(), bench.clock.clone(), &bench.state_root()).await.expect("nothing to do");
    assert!(report.from == report.to && report.backup.is_none(), "{report:?}");
    assert!(bench.desk.verify_journal(&bench.head).await.expect("it reads").ok);
}

async fn a_newer_desk_is_refused_and_left_alone(bench: Bench) {
    bench.story().await;
    let success = if bench.engine.name == "sqlite" { "1" } else { "true" };
    let empty = bench.bytes("00");
    bench.run(&format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99999, 'tomorrow', {success}, {empty}, 0)"
    ));
    let refused = migrate(&bench.url(), bench.clock.clone(), &bench.state_root()).await.expect_err("refused");
    assert_eq!(refused.code, "desk-newer");
    let refused = Desk::open(&bench.url(), bench.clock.clone(), &bench.state_root()).await.map(|_| ());
    assert_eq!(refused.expect_err("refused").code, "desk-newer");
}

async fn a_program_that_has_become_older_stops_writing_and_its_draft_is_kept(bench: Bench) {
    let (first, _) = bench.story().await;
    let text = "Уважаемая Алёна Игоревна, приказ незаконен".to_owned();
    let save = |text: String| bench.desk.save_draft(&bench.head, first, text, ReplyKind::Merits, None);
    save(text.clone()).await.expect("saved");
    bench.run("UPDATE desk SET schema_version = schema_version + 1");
    let rows = bench.newest();
    assert_eq!(save("переписано старой программой".into()).await.expect_err("refused").code, "desk-newer");
    let note = bench.desk.note(&bench.head, first, "x".into()).await.expect_err("refused");
    assert_eq!(note.code, "desk-newer");
    assert_eq!(bench.desk.take(&bench.head, first).await.expect_err("refused").code, "desk-newer");
    assert_eq!(bench.desk.checkpoint_now(&TIMER).await.expect_err("refused").code, "desk-newer");
    assert_eq!(bench.newest(), rows);
    assert_eq!(bench.query("SELECT text FROM drafts"), [[text]]);
    // It may still read, so that whoever sees the message can also see what was kept.
    let view = bench.desk.appeal(&bench.head, first).await.expect("it reads");
    assert!(view.draft.is_some());
}

async fn where_there_is_no_desk_there_is_nothing_to_upgrade(bench: Bench) {
    let Some(empty) = engine(bench.engine.name) else { return };
    let url = DeskUrl::parse(empty.url()).expect("an address");
    let refused = migrate(&url, bench.clock.clone(), &bench.state_root()).await.expect_err("refused");
    assert_eq!(refused.code, "no-desk");
}
