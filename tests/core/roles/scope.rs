//! Whose rows somebody sees: those of their subtree and no others, wherever rows are listed, counted, found or changed.

use crate::story::letters::{fresh_id, plain};
use crate::story::world::{Plan, World, somebody};
use crate::support::engines;
use otklik_core::desk::reply::AppealEdit;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::QueueFilter;
use otklik_core::desk::{AccountEdit, ChannelTrust, ImportRequest, NewAccount, OrgRow, read_registry};
use otklik_core::types::{
    Actor, AppealId, NumberQuery, OrgLevel, Purpose, ReplyKind, Role, Stage, UnlinkReason, Untrusted,
};

const REGISTRY: &str = "id,ppo,fio_raw,phone_raw\n\
    N1,north-shop,Северова Анна Ивановна,+79001112233\nS1,south,Южин Пётр Петрович,+79001112244\n";

/// Two branches below one root; one appeal of a member of each, and one that belongs nowhere yet.
async fn branches(world: &World) -> [AppealId; 3] {
    let org = |code: &str, level, parent: Option<&str>| OrgRow {
        code: code.into(),
        level,
        name: Untrusted::new(code),
        parent: parent.map(Untrusted::new),
        life: Default::default(),
    };
    let rows = vec![
        org("root", OrgLevel::Regional, None),
        org("north", OrgLevel::Local, Some("root")),
        org("north-shop", OrgLevel::Primary, Some("north")),
        org("south", OrgLevel::Local, Some("root")),
    ];
    world.desk.import_orgs(&world.head, rows, true).await.expect("a tree");
    let registry = read_registry(REGISTRY.as_bytes(), None).expect("a registry");
    world
        .desk
        .import_members(&world.head, ImportRequest::of(registry, "registry.csv", true))
        .await
        .expect("members");
    let mut ids = Vec::new();
    for (n, words) in ["северный вопрос", "южный вопрос", "ничей вопрос"].into_iter().enumerate()
    {
        world.lands("2026-11-16T09:00:00+03:00", &plain(&somebody(), &world.ours, &fresh_id(), "", words));
        world.run().await;
        let known: Vec<AppealId> = ids.clone();
        let row = world.rows().await.into_iter().find(|row| !known.contains(&row.id)).expect("a new appeal");
        if n < 2 {
            let member = Untrusted::new(["N1", "S1"][n]);
            let member = world.desk.member_by_source(&world.head, &member).await.expect("the member");
            let call = world.desk.confirm_by_call(&world.head, row.id, member, String::new());
            call.await.expect("confirmed");
        }
        ids.push(row.id);
    }
    ids.try_into().expect("three")
}

async fn found(world: &World, actor: &Actor, words: &str) -> usize {
    let filter = QueueFilter { search: Some(words.into()), ..QueueFilter::default() };
    world.desk.queue_page(actor, &filter, Default::default(), 10).await.expect("a page").rows.len()
}

#[tokio::test]
async fn whoever_works_in_a_subtree_sees_its_rows_and_no_others() {
    for engine in engines() {
        let out = format!("folder:{}", engine.folder().join("out").display());
        let world = World::new(engine, Plan { outgoing: &out, ..Plan::default() }).await;
        let [north, south, nowhere] = branches(&world).await;
        let lawyer = world.person("Северный", Role::Lawyer, Some("north")).await;
        let desk = &world.desk;
        let on = world.on();

        let rows: Vec<AppealId> = world.rows_of(&lawyer).await.iter().map(|row| row.id).collect();
        assert_eq!(rows, [north], "{on}");
        let counts = desk.queue_counts(&lawyer).await.expect("counts");
        assert_eq!((counts.all, counts.new), (1, 1), "{on}");
        assert_eq!(found(&world, &lawyer, "вопрос").await, 1);
        assert_eq!(
            (found(&world, &lawyer, "южный").await, found(&world, &world.head, "южный").await),
            (0, 1)
        );
        let deliveries = desk.deliveries(&lawyer, DeliveryFilter::All, 10).await.expect("deliveries");
        assert_eq!(
            deliveries.iter().map(|delivery| delivery.appeal).collect::<Vec<_>>(),
            [Some(north)],
            "{on}"
        );
        let hits = desk.find_members(&lawyer, "Южин", 10).await.expect("hits");
        assert!(hits.iter().all(|hit| hit.member.source_id.raw_for(Purpose::Store) == "N1"), "{on}");
        assert_eq!(desk.find_members(&lawyer, "Северова", 10).await.expect("hits").len(), 1);
        desk.appeal(&lawyer, north).await.expect("their own");
        desk.match_card(&lawyer, north).await.expect("their own");

        let southern = desk.member_by_source(&world.head, &Untrusted::new("S1")).await.expect("a member");
        let delivery = world.desk.deliveries(&world.head, DeliveryFilter::All, 10).await.expect("deliveries");
        for other in [south, nowhere] {
            let sent = delivery.iter().find(|delivery| delivery.appeal == Some(other)).expect("a receipt").id;
            let number = world.show(other).await.row.number;
            let number = NumberQuery { year: Some(number.year), seq: number.seq };
            let tried = [
                desk.appeal(&lawyer, other).await.map(drop),
                desk.history(&lawyer, other).await.map(drop),
                desk.match_card(&lawyer, other).await.map(drop),
                desk.find_number(&lawyer, number).await.map(drop),
                desk.queue_key(&lawyer, other).await.map(drop),
                desk.take(&lawyer, other).await,
                desk.mark_read(&lawyer, other).await,
                desk.edit(&lawyer, other, AppealEdit::default()).await,
                desk.set_stage(&lawyer, other, Stage::Closed).await,
                desk.close_unanswered(&lawyer, other).await,
                desk.note(&lawyer, other, "х".into()).await.map(drop),
                desk.save_draft(&lawyer, other, "х".into(), ReplyKind::Response, None).await,
                desk.send_reply(&lawyer, super::request(other)).await.map(drop),
                desk.weigh_member(&lawyer, other, southern).await.map(drop),
                desk.confirm_member(&lawyer, other, southern).await.map(drop),
                desk.unlink_member(&lawyer, other, UnlinkReason::Other).await.map(drop),
                desk.undo_delivery(&lawyer, sent).await,
                desk.retry_delivery(&lawyer, sent).await,
                desk.drop_delivery(&lawyer, sent).await,
                desk.redirect_delivery(&lawyer, sent, "a@example.org", true).await.map(drop),
                desk.member(&lawyer, southern).await.map(drop),
            ];
            for (n, done) in tried.into_iter().enumerate() {
                let error = done.expect_err("out of scope");
                assert_eq!(error.kind, otklik_core::error::ErrorKind::NotFound, "{on} {n}: {error:?}");
            }
        }
        world.holds().await;
    }
}

#[tokio::test]
async fn an_account_of_another_organisation_is_neither_seen_nor_tested_compared_or_changed_by_its_name() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        branches(&world).await;
        let desk = &world.desk;
        for (name, org) in [("northern", "north-shop"), ("southern", "south")] {
            let new = NewAccount { name: name.into(), org: Some(org.into()), ..world.another_account() };
            desk.add_channel(&world.head, new).await.expect("an account");
        }
        let lawyer = world.person("Северный", Role::Lawyer, Some("north")).await;
        let admin = world.person("Севернадмин", Role::Admin, Some("north")).await;
        let on = world.on();
        for actor in [&lawyer, &admin] {
            let seen = desk.channels(actor).await.expect("a list");
            assert_eq!(seen.iter().map(|seen| seen.name.as_str()).collect::<Vec<_>>(), ["northern"], "{on}");
            let routes = desk.account_routes(actor).await.expect("routes");
            assert_eq!(
                routes.iter().map(|seen| seen.name.as_str()).collect::<Vec<_>>(),
                ["northern"],
                "{on}"
            );
            desk.accounts_to_reconcile(actor, Some("northern")).await.expect("their own");
            assert_eq!(desk.accounts_to_reconcile(actor, None).await.expect("theirs").len(), 1, "{on}");
        }
        for other in ["southern", "mail"] {
            let edit = AccountEdit { enabled: Some(false), ..AccountEdit::default() };
            let tried = [
                desk.accounts_to_reconcile(&lawyer, Some(other)).await.map(drop),
                desk.accounts_to_reconcile(&admin, Some(other)).await.map(drop),
                desk.edit_channel(&admin, other, edit).await.map(drop),
                desk.trust_channel(&admin, other, ChannelTrust::default()).await,
                desk.put_address(&admin, other, "more@example.org", None).await,
                desk.remove_address(&admin, other, "more@example.org").await,
            ];
            for (n, done) in tried.into_iter().enumerate() {
                let code = done.expect_err("out of scope").code;
                // Setting up channels is for whoever has the whole desk.
                assert_eq!(code, if n < 2 { "no-channel" } else { "not-allowed" }, "{on} {other} {n}");
            }
        }
        // An address of the north at a shared mailbox lets its team see that mailbox.
        desk.put_address(&world.head, "mail", "north@example.org", Some("north")).await.expect("an address");
        let seen = desk.channels(&lawyer).await.expect("a list");
        assert_eq!(seen.len(), 2, "{on}");
    }
}

#[tokio::test]
async fn whoever_holds_a_role_in_a_subtree_does_not_do_there_what_concerns_the_whole_desk() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        branches(&world).await;
        let head = world.person("Глава севера", Role::Head, Some("north")).await;
        let admin = world.person("Админ севера", Role::Admin, Some("north")).await;
        let desk = &world.desk;
        let me = admin.staff().expect("a person");
        let tried = [
            desk.add_staff(&admin, "Свой", Role::Admin, None, None).await.map(drop),
            desk.set_role(&admin, me, Role::Admin, None, true).await,
            desk.add_channel(&admin, world.another_account()).await.map(drop),
            desk.import_orgs(&head, Vec::new(), true).await.map(drop),
            desk.import_members(&head, ImportRequest::of(Default::default(), "registry.csv", true))
                .await
                .map(drop),
            desk.import_appeals(&head, Vec::new(), true).await.map(drop),
            desk.backup(&head, &world.engine.folder().join("b"), true).await.map(drop),
        ];
        for (n, done) in tried.into_iter().enumerate() {
            let error = done.expect_err("not theirs");
            assert_eq!(error.code, "not-allowed", "{} {n}: {error:?}", world.on());
        }
    }
}
