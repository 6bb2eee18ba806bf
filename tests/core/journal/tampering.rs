//! What somebody with the database in his hands can do, and where it shows.

use super::bench::{Bench, TIMER, hex};
use super::{codes, on_both};
use ed25519_dalek::{Signer, SigningKey};
use otklik_core::desk::{CheckpointOutcome, KeyState, Verification};
use otklik_core::types::{AppealId, FindingCode as F};

on_both!(
    an_untouched_journal_is_proved_and_says_what_is_not_signed_yet,
    an_altered_row_is_found,
    an_altered_row_with_every_hash_recomputed_is_found_by_the_signature,
    rows_put_in_another_order_are_found,
    a_reordering_with_every_hash_recomputed_is_found,
    a_removed_row_is_found,
    a_row_removed_with_its_links_and_everything_renumbered_is_found,
    a_cut_tail_is_found,
    a_cut_tail_with_mended_heads_is_found_by_the_checkpoint,
    cut_checkpoints_are_found_by_the_file_outside,
    a_dropped_subject_is_found_while_its_appeal_stands,
    a_subject_dropped_without_a_trace_is_found_by_the_signature,
    an_altered_value_is_found_and_a_blanked_one_is_not,
    another_key_with_every_checkpoint_signed_anew_is_found,
    a_forged_checkpoint_is_found,
    what_is_done_between_two_checkpoints_is_blamed_on_the_second,
    rows_after_the_last_checkpoint_are_only_chained_and_counted_as_unproven,
    stored_clocks_are_compared_with_their_replay,
);

async fn signed(bench: &Bench) -> (AppealId, AppealId) {
    let appeals = bench.story().await;
    let made = bench.desk.checkpoint_now(&TIMER).await.expect("signed");
    assert!(matches!(made, CheckpointOutcome::Made(_)), "{made:?}");
    appeals
}

async fn verify(bench: &Bench) -> Verification {
    bench.desk.verify_journal(&bench.head).await.expect("it reads")
}

fn of(appeal: AppealId) -> String {
    format!("appeal:{appeal}")
}

async fn an_untouched_journal_is_proved_and_says_what_is_not_signed_yet(bench: Bench) {
    let (first, _) = signed(&bench).await;
    let proved = verify(&bench).await;
    assert!(proved.ok && proved.findings.is_empty(), "{proved:?}");
    assert_eq!((proved.unproven, proved.checkpoints, proved.outside), (0, 1, Some(1)));
    assert_eq!((proved.rows, proved.key), (bench.number("SELECT count(*) FROM journal"), KeyState::Here));
    assert_eq!(proved.subjects, bench.number("SELECT count(*) FROM journal_heads"));
    bench.desk.note(&bench.head, first, "ещё".into()).await.expect("noted");
    let proved = verify(&bench).await;
    assert!(proved.ok, "{proved:?}");
    assert_eq!(proved.unproven, 1);
}

async fn an_altered_row_is_found(bench: Bench) {
    let (first, _) = signed(&bench).await;
    let seq = bench.number(&format!(
        "SELECT j.seq FROM journal j JOIN journal_links l ON l.seq = j.seq \
         WHERE j.action = 'appeal.taken' AND l.subject = '{}'",
        of(first)
    ));
    bench.run(&format!("UPDATE journal SET actor_id = 'somebody-else' WHERE seq = {seq}"));
    let found = verify(&bench).await;
    assert!(!found.ok);
    assert_eq!(codes(&found), [F::RowAltered], "{found:?}");
    assert_eq!(found.findings[0].seq, Some(seq));
}

async fn an_altered_row_with_every_hash_recomputed_is_found_by_the_signature(bench: Bench) {
    signed(&bench).await;
    bench.recompute();
    assert!(verify(&bench).await.ok, "recomputing alone changes nothing");
    bench.run("UPDATE journal SET recorded_at = recorded_at - 7200000 WHERE action = 'appeal.taken'");
    bench.recompute();
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::RootMismatch], "{found:?}");
    assert_eq!(found.findings[0].checkpoint, Some(1));
    // Who also recomputes the root meets the signature.
    bench.run(&format!("UPDATE checkpoints SET root = {}", bench.bytes(&"ab".repeat(32))));
    let found = verify(&bench).await;
    assert!(codes(&found).contains(&F::SignatureWrong), "{found:?}");
    assert!(codes(&found).contains(&F::CheckpointDiffers), "{found:?}");
}

/// The sequences of the two notes of the first appeal.
fn notes(bench: &Bench, appeal: AppealId) -> (String, String) {
    let rows = bench.query(&format!(
        "SELECT j.seq FROM journal j JOIN journal_links l ON l.seq = j.seq \
         WHERE j.action = 'appeal.noted' AND l.subject = '{}' ORDER BY j.seq",
        of(appeal)
    ));
    (rows[0][0].clone(), rows[1][0].clone())
}

/// Swaps what two rows say, their hashes and values included.
fn swap(bench: &Bench, a: &str, b: &str) {
    let shift = |from: &str, to: &str| {
        format!(
            "UPDATE journal SET seq = {to} WHERE seq = {from}; UPDATE versions SET seq = {to} WHERE seq = {from};"
        )
    };
    bench.run(&[shift(a, "-1"), shift(b, a), shift("-1", b)].concat());
}

async fn rows_put_in_another_order_are_found(bench: Bench) {
    let (first, _) = signed(&bench).await;
    let (a, b) = notes(&bench, first);
    swap(&bench, &a, &b);
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::ChainBroken, F::RootMismatch], "{found:?}");
    assert!(found.findings.iter().any(|finding| finding.subject == Some(of(first))));
}

async fn a_reordering_with_every_hash_recomputed_is_found(bench: Bench) {
    let (first, _) = signed(&bench).await;
    let (a, b) = notes(&bench, first);
    swap(&bench, &a, &b);
    bench.recompute();
    assert_eq!(codes(&verify(&bench).await), [F::RootMismatch]);
}

async fn a_removed_row_is_found(bench: Bench) {
    let (first, _) = signed(&bench).await;
    let (a, _) = notes(&bench, first);
    bench.run(&format!("DELETE FROM versions WHERE seq = {a}; DELETE FROM journal WHERE seq = {a}"));
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::RowRemoved, F::RootMismatch, F::RowCount], "{found:?}");
    bench.run(&format!("DELETE FROM journal_links WHERE seq = {a}"));
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::RowRemoved, F::RootMismatch, F::RowCount], "{found:?}");
}

fn remove(bench: &Bench, seq: &str) {
    bench.run(&format!(
        "DELETE FROM versions WHERE seq = {seq}; DELETE FROM journal_links WHERE seq = {seq}; \
         DELETE FROM journal WHERE seq = {seq}"
    ));
}

async fn a_row_removed_with_its_links_and_everything_renumbered_is_found(bench: Bench) {
    let (first, _) = signed(&bench).await;
    remove(&bench, &notes(&bench, first).0);
    bench.recompute();
    assert_eq!(codes(&verify(&bench).await), [F::RootMismatch, F::RowCount]);
}

async fn a_cut_tail_is_found(bench: Bench) {
    signed(&bench).await;
    let (appeal, _) = (bench.letter(3).await, ());
    bench.desk.note(&bench.head, appeal, "последняя".into()).await.expect("noted");
    remove(&bench, &bench.newest().to_string());
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::TailCut], "{found:?}");
    assert_eq!(found.findings[0].subject, Some(of(appeal)));
}

async fn a_cut_tail_with_mended_heads_is_found_by_the_checkpoint(bench: Bench) {
    signed(&bench).await;
    remove(&bench, &bench.newest().to_string());
    bench.recompute();
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::TailCut, F::RootMismatch, F::RowCount], "{found:?}");
    assert!(found.findings.iter().all(|finding| finding.checkpoint == Some(1)));
}

async fn cut_checkpoints_are_found_by_the_file_outside(bench: Bench) {
    let (first, _) = signed(&bench).await;
    bench.desk.note(&bench.head, first, "после точки".into()).await.expect("noted");
    bench.pass(2);
    assert!(matches!(bench.desk.checkpoint(&TIMER).await, Ok(CheckpointOutcome::Made(_))));
    remove(&bench, &bench.newest().to_string());
    bench.recompute();
    bench.run("DELETE FROM checkpoints WHERE n = 2");
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::CheckpointLost], "inside the desk all is well: {found:?}");
    assert_eq!((found.findings[0].checkpoint, found.checkpoints, found.outside), (Some(2), 1, Some(2)));
}

fn drop_subject(bench: &Bench, subject: &str) {
    bench.run(&format!(
        "DELETE FROM versions WHERE seq IN (SELECT seq FROM journal_links WHERE subject = '{subject}'); \
         DELETE FROM journal WHERE seq IN (SELECT seq FROM journal_links WHERE subject = '{subject}'); \
         DELETE FROM journal_links WHERE subject = '{subject}'; \
         DELETE FROM journal_heads WHERE subject = '{subject}'; \
         DELETE FROM journal_links WHERE seq NOT IN (SELECT seq FROM journal); \
         DELETE FROM journal_heads WHERE subject NOT IN (SELECT subject FROM journal_links)"
    ));
}

async fn a_dropped_subject_is_found_while_its_appeal_stands(bench: Bench) {
    bench.story().await;
    let (_, second) = (bench.letter(3).await, bench.letter(4).await);
    drop_subject(&bench, &of(second));
    bench.recompute();
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::SubjectDropped], "{found:?}");
    assert_eq!(found.findings[0].subject, Some(of(second)));
}

async fn a_subject_dropped_without_a_trace_is_found_by_the_signature(bench: Bench) {
    let (_, second) = signed(&bench).await;
    drop_subject(&bench, &of(second));
    bench.recompute();
    // The appeal goes too: whatever refers to it first.
    let appeal = format!("(SELECT id FROM appeals WHERE id = {})", uuid(&bench, second));
    bench.run(&format!(
        "DELETE FROM deliveries WHERE appeal_id = {appeal}; DELETE FROM drafts WHERE appeal_id = {appeal}; \
         DELETE FROM messages WHERE appeal_id = {appeal}; DELETE FROM appeals WHERE id = {appeal}"
    ));
    assert_eq!(codes(&verify(&bench).await), [F::RootMismatch, F::RowCount]);
}

fn uuid(bench: &Bench, id: AppealId) -> String {
    if bench.engine.name == "sqlite" { format!("x'{}'", id.0.simple()) } else { format!("'{id}'::uuid") }
}

async fn an_altered_value_is_found_and_a_blanked_one_is_not(bench: Bench) {
    let (first, _) = signed(&bench).await;
    let (a, b) = notes(&bench, first);
    bench.run(&format!("UPDATE versions SET value = NULL, salt = NULL WHERE seq = {a}"));
    assert!(verify(&bench).await.ok, "erasure blanks, and the chain holds");
    bench.run(&format!("UPDATE versions SET value = 'Приказ не получен' WHERE seq = {b}"));
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::ValueAltered], "{found:?}");
    bench.run(&format!("DELETE FROM versions WHERE seq = {b}"));
    assert_eq!(codes(&verify(&bench).await), [F::ValueMissing]);
    bench.run(&format!("UPDATE versions SET seq = 999999 WHERE seq = {a}"));
    assert_eq!(codes(&verify(&bench).await), [F::ValueMissing, F::ValueForeign]);
}

async fn another_key_with_every_checkpoint_signed_anew_is_found(bench: Bench) {
    signed(&bench).await;
    bench.run("UPDATE journal SET recorded_at = recorded_at - 7200000 WHERE action = 'appeal.taken'");
    bench.recompute();
    let forged = root(&bench);
    let own = SigningKey::from_bytes(&[7; 32]);
    let row = &bench.query("SELECT n, at, last_seq, rows_covered FROM checkpoints")[0];
    let statement = format!(
        "otklik journal checkpoint 1\ndesk {}\nn {}\nat {}\nlast_seq {}\nrows {}\nroot {forged}\n",
        bench.desk.id(),
        row[0],
        row[1],
        row[2],
        row[3]
    );
    let signature = hex(&own.sign(statement.as_bytes()).to_bytes());
    bench.run(&format!(
        "UPDATE checkpoints SET root = {}, signature = {}; UPDATE desk SET journal_key = {}",
        bench.bytes(&forged),
        bench.bytes(&signature),
        bench.bytes(&hex(own.verifying_key().as_bytes()))
    ));
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::CheckpointDiffers, F::KeyForeign], "{found:?}");
    assert_eq!(found.key, KeyState::Foreign);
    // On a machine that has neither the key nor the file the forgery is perfect, and the report says what is missing.
    std::fs::remove_dir_all(bench.desk.state_dir()).expect("the state folder");
    let fooled = verify(&bench).await;
    assert!(fooled.ok);
    assert_eq!((fooled.key, fooled.outside), (KeyState::Absent, None));
}

/// The root over the whole journal, as the program makes it.
fn root(bench: &Bench) -> String {
    use super::bench::feed;
    use sha2::{Digest, Sha256};
    let bytes = |text: &str| -> Vec<u8> {
        (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex"))
            .collect()
    };
    let mut hash = Sha256::new();
    feed(&mut hash, b"otklik journal root 1");
    feed(&mut hash, b"");
    for row in bench.query(&format!("SELECT seq, {} FROM journal ORDER BY seq", bench.hex("row_hash"))) {
        feed(&mut hash, b"row");
        feed(&mut hash, &row[0].parse::<i64>().expect("a sequence").to_be_bytes());
        feed(&mut hash, &bytes(&row[1]));
        let mut links = bench.query(&format!(
            "SELECT subject, subject_seq, {} FROM journal_links WHERE seq = {}",
            bench.hex("hash"),
            row[0]
        ));
        links.sort();
        for link in links {
            feed(&mut hash, b"link");
            feed(&mut hash, link[0].as_bytes());
            feed(&mut hash, &link[1].parse::<i64>().expect("a number").to_be_bytes());
            feed(&mut hash, &bytes(&link[2]));
        }
    }
    hex(&hash.finalize())
}

async fn a_forged_checkpoint_is_found(bench: Bench) {
    let (first, _) = signed(&bench).await;
    bench.run("UPDATE checkpoints SET at = at - 1");
    assert_eq!(codes(&verify(&bench).await), [F::SignatureWrong]);
    bench.run("UPDATE checkpoints SET at = at + 1");
    bench.desk.note(&bench.head, first, "x".into()).await.expect("noted");
    bench.desk.checkpoint_now(&TIMER).await.expect("signed");
    assert!(verify(&bench).await.ok);
    bench.run("DELETE FROM checkpoints WHERE n = 1");
    let found = verify(&bench).await;
    assert!(
        codes(&found).contains(&F::CheckpointGap) && codes(&found).contains(&F::CheckpointLost),
        "{found:?}"
    );
}

async fn what_is_done_between_two_checkpoints_is_blamed_on_the_second(bench: Bench) {
    let (first, second) = signed(&bench).await;
    for (n, appeal) in [(2, first), (3, second)] {
        bench.desk.note(&bench.head, appeal, format!("заметка {n}")).await.expect("noted");
        bench.desk.checkpoint_now(&TIMER).await.expect("signed");
    }
    let middle = bench.number("SELECT last_seq FROM checkpoints WHERE n = 2");
    remove(&bench, &middle.to_string());
    bench.recompute();
    let found = verify(&bench).await;
    assert_eq!(codes(&found), [F::RootMismatch, F::RowCount], "{found:?}");
    assert!(found.findings.iter().all(|finding| finding.checkpoint == Some(2)), "{found:?}");
}

async fn rows_after_the_last_checkpoint_are_only_chained_and_counted_as_unproven(bench: Bench) {
    let (first, _) = signed(&bench).await;
    bench.desk.note(&bench.head, first, "не подписано".into()).await.expect("noted");
    bench.run(&format!("UPDATE journal SET actor_id = 'x' WHERE seq = {}", bench.newest()));
    assert_eq!(codes(&verify(&bench).await), [F::RowAltered]);
    bench.recompute();
    let fooled = verify(&bench).await;
    assert!(fooled.ok && fooled.unproven == 1, "{fooled:?}");
}

async fn stored_clocks_are_compared_with_their_replay(bench: Bench) {
    let (first, second) = signed(&bench).await;
    let clocks = bench.desk.verify_clocks(&bench.head).await.expect("it reads");
    assert!(clocks.ok && clocks.appeals == 2, "{clocks:?}");
    bench.run(&format!(
        "UPDATE appeals SET response_due_at = response_due_at + 3600000 WHERE id = {}",
        uuid(&bench, second)
    ));
    let clocks = bench.desk.verify_clocks(&bench.head).await.expect("it reads");
    assert_eq!(clocks.findings.len(), 1, "{clocks:?}");
    assert_eq!(
        (clocks.findings[0].code, clocks.findings[0].subject.clone()),
        (F::ClockDiffers, Some(of(second)))
    );
    assert_ne!(first, second);
}
