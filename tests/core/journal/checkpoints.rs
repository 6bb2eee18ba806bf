//! Signing every hour: when it is due, who signs, and what stands outside the desk.

use super::bench::{Bench, TIMER};
use super::{codes, on_both};
use otklik_core::desk::{CheckpointOutcome as Outcome, KeyState};
use otklik_core::types::FindingCode as F;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

on_both!(
    a_checkpoint_is_due_when_rows_have_come_and_an_hour_has_passed,
    a_machine_without_the_key_says_so_and_signs_nothing,
    a_key_that_others_may_read_or_that_is_not_the_desks_signs_nothing,
    what_a_dying_process_did_not_write_outside_is_written_by_the_next,
    a_desk_that_lost_checkpoints_is_not_signed_over,
    of_two_who_sign_at_once_one_does,
    a_journal_of_more_rows_than_are_read_at_once_is_proved,
    only_the_timer_signs_and_only_some_roles_verify,
);

fn outside(bench: &Bench) -> PathBuf {
    bench.desk.state_dir().join("checkpoints.jsonl")
}

fn lines(bench: &Bench) -> usize {
    std::fs::read_to_string(outside(bench)).expect("the file outside").lines().count()
}

async fn made(bench: &Bench) -> bool {
    matches!(bench.desk.checkpoint(&TIMER).await.expect("no error"), Outcome::Made(_))
}

async fn a_checkpoint_is_due_when_rows_have_come_and_an_hour_has_passed(bench: Bench) {
    let (first, _) = bench.story().await;
    assert!(made(&bench).await, "the first one waits for nothing");
    assert!(!made(&bench).await, "no row has come");
    bench.desk.note(&bench.head, first, "ещё".into()).await.expect("noted");
    assert!(!made(&bench).await, "no hour has passed");
    bench.pass(1);
    let second = bench.desk.checkpoint(&TIMER).await.expect("no error");
    let Outcome::Made(second) = second else { panic!("{second:?}") };
    assert_eq!((second.n, second.last_seq), (2, bench.newest()));
    assert_eq!(second.rows_covered, bench.number("SELECT count(*) FROM journal"));
    assert_eq!(lines(&bench), 2);
    let mode = outside(&bench).metadata().expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    bench.pass(1);
    assert!(!made(&bench).await, "an hour without rows needs no signature");
}

async fn a_machine_without_the_key_says_so_and_signs_nothing(bench: Bench) {
    bench.story().await;
    std::fs::remove_file(bench.desk.state_dir().join("journal.key")).expect("the key");
    assert_eq!(bench.desk.checkpoint(&TIMER).await.expect("no error"), Outcome::NoKey);
    let proved = bench.desk.verify_journal(&bench.head).await.expect("it reads");
    assert_eq!(
        (proved.ok, proved.key, proved.checkpoints, proved.outside),
        (true, KeyState::Absent, 0, None)
    );
    assert_eq!(proved.unproven, proved.rows);
}

async fn a_key_that_others_may_read_or_that_is_not_the_desks_signs_nothing(bench: Bench) {
    bench.story().await;
    let key = bench.desk.state_dir().join("journal.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    let refused = bench.desk.checkpoint(&TIMER).await.expect_err("refused");
    assert_eq!(refused.code, "journal-key-open");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    std::fs::write(&key, "00".repeat(32)).expect("another key");
    assert_eq!(bench.desk.checkpoint(&TIMER).await.expect("no error"), Outcome::ForeignKey);
    std::fs::write(&key, "no key").expect("rubbish");
    assert_eq!(bench.desk.checkpoint(&TIMER).await.expect_err("refused").code, "journal-key-damaged");
}

async fn what_a_dying_process_did_not_write_outside_is_written_by_the_next(bench: Bench) {
    let (first, _) = bench.story().await;
    assert!(made(&bench).await);
    bench.desk.note(&bench.head, first, "ещё".into()).await.expect("noted");
    bench.pass(1);
    assert!(made(&bench).await);
    // The process died after the commit: half of the line stands there.
    let whole = std::fs::read_to_string(outside(&bench)).expect("the file outside");
    let first_line = whole.find('\n').expect("a line") + 1;
    std::fs::write(outside(&bench), &whole[..first_line + 40]).expect("torn");
    let proved = bench.desk.verify_journal(&bench.head).await.expect("it reads");
    assert!(proved.ok && proved.outside == Some(1), "a torn line accuses nobody: {proved:?}");
    assert!(!made(&bench).await);
    assert_eq!(std::fs::read_to_string(outside(&bench)).expect("the file"), whole);
    std::fs::remove_file(outside(&bench)).expect("the file");
    assert!(!made(&bench).await);
    assert_eq!(std::fs::read_to_string(outside(&bench)).expect("the file"), whole);
    std::fs::write(outside(&bench), format!("rubbish\n{whole}")).expect("written");
    let found = bench.desk.verify_journal(&bench.head).await.expect("it reads");
    assert_eq!(codes(&found), [F::OutsideDamaged]);
}

async fn a_desk_that_lost_checkpoints_is_not_signed_over(bench: Bench) {
    let (first, _) = bench.story().await;
    assert!(made(&bench).await);
    bench.run("DELETE FROM checkpoints");
    bench.desk.note(&bench.head, first, "ещё".into()).await.expect("noted");
    bench.pass(1);
    let refused = bench.desk.checkpoint(&TIMER).await.expect("no error");
    assert_eq!(refused, Outcome::DeskBehind { outside: 1 });
    assert_eq!((lines(&bench), bench.number("SELECT count(*) FROM checkpoints")), (1, 0));
}

async fn of_two_who_sign_at_once_one_does(bench: Bench) {
    bench.story().await;
    let (one, other) = (bench.desk.clone(), bench.desk.clone());
    let (a, b) = tokio::join!(one.checkpoint(&TIMER), other.checkpoint(&TIMER));
    let outcomes = [a.expect("no error"), b.expect("no error")];
    let made = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Made(_))).count();
    assert_eq!(made, 1, "{outcomes:?}");
    let proved = bench.desk.verify_journal(&bench.head).await.expect("it reads");
    assert!(proved.ok && proved.checkpoints == 1, "{proved:?}");
}

async fn a_journal_of_more_rows_than_are_read_at_once_is_proved(bench: Bench) {
    let (first, second) = bench.story().await;
    for n in 0..1100 {
        let appeal = if n % 3 == 0 { second } else { first };
        bench.desk.note(&bench.head, appeal, format!("заметка {n}")).await.expect("noted");
        if n == 600 {
            bench.desk.checkpoint_now(&TIMER).await.expect("signed");
        }
    }
    bench.desk.checkpoint_now(&TIMER).await.expect("signed");
    let proved = bench.desk.verify_journal(&bench.head).await.expect("it reads");
    assert!(proved.ok && proved.rows > 1100 && proved.unproven == 0, "{proved:?}");
    let seq = bench.newest() - 5;
    bench.run(&format!("UPDATE journal SET action = 'appeal.taken' WHERE seq = {seq}"));
    let found = bench.desk.verify_journal(&bench.head).await.expect("it reads");
    assert_eq!(
        found.findings.iter().map(|f| (f.code, f.seq)).collect::<Vec<_>>(),
        [(F::RowAltered, Some(seq))]
    );
}

async fn only_the_timer_signs_and_only_some_roles_verify(bench: Bench) {
    bench.story().await;
    assert_eq!(bench.desk.checkpoint(&bench.head).await.expect_err("refused").code, "not-allowed");
    assert_eq!(bench.desk.verify_journal(&TIMER).await.expect_err("refused").code, "not-allowed");
    assert_eq!(bench.desk.verify_clocks(&TIMER).await.expect_err("refused").code, "not-allowed");
}
