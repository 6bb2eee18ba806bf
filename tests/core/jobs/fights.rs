//! Fights: two processes on one desk, round after round. Whoever wins, nothing is sent twice, lost or deadlocked.

use super::Office;
use crate::mail::scripted::Act::Say;
use crate::mail::scripted::Script;
use crate::story::world::sender;
use crate::support::{engines, eventually, scaled};
use otklik_core::desk::Attempt;
use otklik_core::desk::reply::{AppealEdit, ReplyRequest};
use otklik_core::jobs;
use otklik_core::types::{Actor, DeliveryState, ReplyKind, Stage, Untrusted, Urgency};
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_either_taken_back_or_sent_and_never_both() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (other, head) = (office.world.another().await, office.world.head.clone());
        let (mut gone, mut kept) = (0, 0);
        for round in 0..scaled(150) {
            let sent = office.reply().await;
            let before = office.server.heard().letters.len();
            let run = jobs::run_once(&office.world.desk, "worker");
            // The head start moves through the worker's steps, so that the undo meets each of them.
            let undo = async {
                for _ in 0..(round * 7) % 160 {
                    tokio::task::yield_now().await;
                }
                other.undo_delivery(&head, sent.id).await
            };
            let (run, undo) = tokio::join!(run, undo);
            run.unwrap_or_else(|error| panic!("{} round {round}: {error:?}", office.world.on()));
            let letters = office.server.heard().letters.len() - before;
            let state = office.delivery(sent.id).await.state;
            match undo {
                Ok(()) => {
                    assert_eq!((state, letters), (DeliveryState::Cancelled, 0), "round {round}");
                    let draft = office.world.show(office.appeal).await.draft.expect("the draft is back");
                    assert!(draft.text.contains("Так нельзя."), "round {round}");
                    let empty = String::new();
                    let kind = otklik_core::types::ReplyKind::Response;
                    let saved = other.save_draft(&head, office.appeal, empty, kind, None).await;
                    saved.expect("the draft is cleared for the next round");
                }
                Err(error) => {
                    assert_eq!(error.code, "already-gone", "round {round}");
                    assert_eq!((state, letters), (DeliveryState::Accepted, 1), "round {round}");
                }
            }
            *if letters == 0 { &mut kept } else { &mut gone } += 1;
        }
        eprintln!("{}: {gone} sent, {kept} taken back", office.world.on());
        office.world.holds().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_taken_back_while_its_server_refuses_stops_no_worker() {
    for engine in engines() {
        let office = Office::new(engine, Script { rcpt: Say("451 later"), ..Script::default() }).await;
        let (other, head) = (office.world.another().await, office.world.head.clone());
        for round in 0..scaled(60) {
            let sent = office.reply().await;
            let run = jobs::run_once(&office.world.desk, "worker");
            let undo = async {
                for _ in 0..(round * 7) % 160 {
                    tokio::task::yield_now().await;
                }
                other.undo_delivery(&head, sent.id).await
            };
            let (run, undo) = tokio::join!(run, undo);
            run.unwrap_or_else(|error| panic!("{} round {round}: {error:?}", office.world.on()));
            undo.unwrap_or_else(|error| panic!("{} round {round}: {error:?}", office.world.on()));
            assert_eq!(office.delivery(sent.id).await.state, DeliveryState::Cancelled, "round {round}");
        }
        assert_eq!(office.server.heard().letters.len(), 0);
        office.world.holds().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_send_send_each_letter_once() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let rounds = scaled(40).max(8);
        let mut sent = Vec::new();
        for _ in 0..rounds {
            sent.push(office.reply().await.id);
        }
        let (stop, stopped) = watch::channel(false);
        let other = office.world.another().await;
        let workers = [office.world.desk.clone(), other.clone()].map(|desk| {
            let owner = jobs::owner_name();
            tokio::spawn(jobs::run(desk, owner, stopped.clone()))
        });
        eventually("every letter leaves", async || {
            (office.server.heard().letters.len() >= rounds).then_some(())
        })
        .await;
        stop.send(true).expect("somebody listens");
        for worker in workers {
            worker.await.expect("the workers end by themselves");
        }
        assert_eq!(office.server.heard().letters.len(), rounds, "{}", office.world.on());
        for id in sent {
            assert_eq!(office.delivery(id).await.state, DeliveryState::Accepted);
        }
        office.world.holds().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_workers_on_one_appeal_wait_for_each_other_and_never_fail() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (other, head) = (office.world.another().await, office.world.head.clone());
        for round in 0..scaled(60) {
            let desk = &office.world.desk;
            let sent = office.reply().await;
            desk.lease_delivery(&sender(), "worker").await.expect("a lease").expect("a delivery");
            assert!(desk.start_delivery(&sender(), "worker", sent.id).await.expect("started"));
            let urgency = if round % 2 == 0 { Urgency::High } else { Urgency::Normal };
            let edit = AppealEdit { urgency: Some(urgency), ..AppealEdit::default() };
            let worker = sender();
            let proof = Attempt::Accepted { proof: Untrusted::new("250 taken") };
            let (concluded, noted, edited, drafted) = tokio::join!(
                desk.conclude_delivery(&worker, "worker", sent.id, proof),
                other.note(&head, office.appeal, "заметка".into()),
                other.edit(&head, office.appeal, edit),
                desk.save_draft(&head, office.appeal, "черновик".into(), ReplyKind::Response, None),
            );
            let on = office.world.on();
            concluded.unwrap_or_else(|error| panic!("{on} round {round}: {error:?}"));
            noted.unwrap_or_else(|error| panic!("{on} round {round}: {error:?}"));
            edited.unwrap_or_else(|error| panic!("{on} round {round}: {error:?}"));
            drafted.unwrap_or_else(|error| panic!("{on} round {round}: {error:?}"));
        }
        office.world.holds().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_at_once_one_gets_it_and_each_other_is_told_who() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let world = &office.world;
        let mut people = Vec::new();
        for name in ["Анна", "Борис", "Вера", "Глеб"] {
            let desk = world.another().await;
            people.push((name, desk, world.person(name, otklik_core::types::Role::Lawyer, None).await));
        }
        for round in 0..scaled(40) {
            let nobody = AppealEdit { assignee: Some(None), ..AppealEdit::default() };
            world.desk.edit(&world.head, office.appeal, nobody).await.expect("put back");
            let takes = people.iter().map(|(name, desk, actor)| {
                let (name, desk, actor, appeal) = (*name, desk.clone(), actor.clone(), office.appeal);
                tokio::spawn(async move { (name, desk.take(&actor, appeal).await) })
            });
            let (mut winners, mut told) = (Vec::new(), Vec::new());
            for take in takes.collect::<Vec<_>>() {
                match take.await.expect("a take") {
                    (name, Ok(())) => winners.push(name.to_owned()),
                    (_, Err(error)) => {
                        assert_eq!(error.code, "taken-by-other", "round {round}: {error:?}");
                        told.push(error.args[0].1.clone());
                    }
                }
            }
            assert_eq!(winners.len(), 1, "{} round {round}", world.on());
            assert_eq!(told, vec![winners[0].clone(); 3]);
            let row = world.only().await;
            assert_eq!(
                (row.stage, row.assignee.map(|staff| staff.name)),
                (Stage::Taken, Some(winners.remove(0)))
            );
        }
        world.holds().await;
        for (_, desk, _) in people {
            desk.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_readers_at_once_do_not_starve_each_other() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (desk, head) = (office.world.desk.clone(), office.world.head.clone());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let (desk, head, appeal) = (desk.clone(), head.clone(), office.appeal);
            tasks.spawn(async move {
                desk.find_members(&head, "иванов", 5).await.map(|_| ())?;
                desk.appeal(&head, appeal).await.map(|_| ())?;
                desk.queue_counts(&head).await.map(|_| ())
            });
        }
        let all = async {
            while let Some(done) = tasks.join_next().await {
                done.expect("a reader").unwrap_or_else(|error| panic!("{}: {error:?}", office.world.on()));
            }
        };
        // Far above what they need, far below the pool's own patience of 30 s, which a starved reader would spend.
        tokio::time::timeout(std::time::Duration::from_secs(20), all)
            .await
            .expect("no reader waits for another");
    }
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_is_told_who_was_quicker_and_keeps_the_draft() {
    for engine in engines() {
        let office = Office::new(engine, Script::default()).await;
        let (world, appeal) = (&office.world, office.appeal);
        let nobody = AppealEdit { assignee: Some(None), ..AppealEdit::default() };
        world.desk.edit(&world.head, appeal, nobody).await.expect("put back");
        let seen = world.show(appeal).await.last_message;
        let mut people = Vec::new();
        for name in ["Анна", "Борис"] {
            people.push((name, world.person(name, otklik_core::types::Role::Lawyer, None).await));
        }
        let send = async |name: &'static str, actor: &Actor| {
            let text = format!("Пишет {name}.");
            world
                .desk
                .save_draft(actor, appeal, text.clone(), ReplyKind::Response, seen)
                .await
                .expect("kept");
            let request = ReplyRequest {
                appeal,
                text,
                kind: ReplyKind::Response,
                seen,
                idempotency_key: uuid::Uuid::new_v4(),
                immediately: true,
                cc: Vec::new(),
                files: Vec::new(),
            };
            world.desk.send_reply(actor, request).await
        };
        let (one, other) = tokio::join!(send(people[0].0, &people[0].1), send(people[1].0, &people[1].1));
        let (winner, loser, error) = match (one, other) {
            (Ok(_), Err(error)) => (people[0].0, &people[1], error),
            (Err(error), Ok(_)) => (people[1].0, &people[0], error),
            both => panic!("one of two: {both:?}"),
        };
        assert_eq!(error.code, "answered-meanwhile", "{}: {error:?}", world.on());
        let at = world.clock.now().to_zoned(world.desk.zone()).strftime("%H:%M").to_string();
        assert_eq!(error.args, [("name", winner.to_owned()), ("time", at)], "{}", world.on());
        let view = world.desk.appeal(&loser.1, appeal).await.expect("seen");
        assert_eq!(view.draft.expect("a draft").text, format!("Пишет {}.", loser.0), "{}", world.on());
        world.holds().await;
    }
}
