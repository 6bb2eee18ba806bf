//! Who is who: contacts that are linked with a confirmation and carried to the next appeal as a proposal, never as a decision, and
//! what contradicts itself, found as it arises and settled by a person with a reason.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, somebody};
use crate::support::{Engine, engines};
use otklik_core::desk::views::{Candidate, MatchCard};
use otklik_core::desk::{
    ChannelTrust, Confirmation, Confirmed, ConflictView, IdentitiesOf, IdentityView, ImportRequest,
    NewIdentity, OrgRow, read_registry,
};
use otklik_core::types::{
    Actor, AppealId, ConflictKind, ConflictState, ContactKind, LinkGround, MatchClass, MemberId, MemberProof,
    OrgLevel, Purpose, Role, UnlinkReason, Untrusted,
};

const REGISTRY: &str = "id,ppo,fio_raw,phone_raw,email\n\
    N1,north,Северова Анна Ивановна,+7 900 111-22-33,\nN2,north,Северов Пётр Ильич,+7 900 111-22-44,\n\
    S1,south,Южин Олег Олегович,+7 900 111-22-55,\n";

struct Scene {
    world: World,
    lawyer: Actor,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let world = World::new(engine, Plan { receipts: false, ..Plan::default() }).await;
        let org = |code: &str, level, parent: Option<&str>| OrgRow {
            code: code.into(),
            level,
            name: Untrusted::new(code),
            parent: parent.map(Untrusted::new),
            life: Default::default(),
        };
        let rows = vec![
            org("region", OrgLevel::Regional, None),
            org("north", OrgLevel::Primary, Some("region")),
            org("south", OrgLevel::Primary, Some("region")),
        ];
        world.desk.import_orgs(&world.head, rows, true).await.expect("organisations");
        let registry = read_registry(REGISTRY.as_bytes(), None).expect("a registry");
        let request = ImportRequest::of(registry, "registry.csv", true);
        world.desk.import_members(&world.head, request).await.expect("imported");
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        Self { world, lawyer }
    }

    async fn member(&self, id: &str) -> MemberId {
        self.world.desk.member_by_source(&self.world.head, &Untrusted::new(id)).await.expect("the row")
    }

    /// A new appeal from this address.
    async fn writes(&self, from: &str, text: &str) -> AppealId {
        let letter = plain(from, &self.world.ours, &fresh_id(), "", text);
        self.lands(&letter).await
    }

    /// A new appeal of this letter.
    async fn lands(&self, letter: &[u8]) -> AppealId {
        let known: Vec<AppealId> = self.world.rows().await.iter().map(|row| row.id).collect();
        self.world.lands("2026-11-16T09:00:00+03:00", letter);
        self.world.run().await;
        let rows = self.world.rows().await;
        rows.into_iter().map(|row| row.id).find(|id| !known.contains(id)).expect("a new appeal")
    }

    async fn confirm(&self, appeal: AppealId, member: MemberId) -> Confirmed {
        let called = self.world.desk.confirm_by_call(&self.lawyer, appeal, member, "да".into()).await;
        called.expect("confirmed")
    }

    async fn card(&self, appeal: AppealId) -> MatchCard {
        self.world.desk.match_card(&self.lawyer, appeal).await.expect("a card")
    }

    async fn candidate(&self, appeal: AppealId, member: MemberId) -> Option<Candidate> {
        self.card(appeal).await.candidates.into_iter().find(|candidate| candidate.member.id == member)
    }

    async fn of(&self, appeal: AppealId) -> Vec<IdentityView> {
        self.world.desk.identities(&self.lawyer, IdentitiesOf::Appeal(appeal), false).await.expect("contacts")
    }

    async fn conflicts(&self) -> Vec<ConflictView> {
        let found = self.world.desk.conflicts(&self.lawyer, false, 10).await.expect("conflicts");
        let counted = self.world.desk.queue_counts(&self.lawyer).await.expect("counts").conflicts;
        assert_eq!(counted, i64::try_from(found.len()).expect("few"), "{}", self.world.on());
        found
    }

    async fn linked(&self, appeal: AppealId) -> Option<MemberId> {
        self.world.show(appeal).await.row.member_id
    }

    async fn actions(&self, appeal: AppealId) -> Vec<String> {
        let history = self.world.desk.history(&self.world.head, appeal).await.expect("the history");
        history.into_iter().map(|line| line.action).collect()
    }
}

fn raw(text: &Untrusted) -> &str {
    text.raw_for(Purpose::Matching)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_address_is_carried_to_the_next_appeal_as_a_proposal_and_confirms_nobody() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, row, address) = (scene.world.on(), scene.member("N1").await, somebody());
        let from = |name: &str| format!("{name} <{address}>");
        let first = scene.writes(&from("Северова Анна"), "Мой телефон +7 900 111-22-33.").await;
        let unlinked = scene.writes(&from("Северова Анна"), "Ещё вопрос.").await;
        let class = scene.candidate(unlinked, row).await.map(|one| one.class);
        assert_eq!(class, Some(MatchClass::None), "{on}: equal addresses alone say nothing");
        assert!(scene.of(unlinked).await.is_empty(), "{on}");

        let confirmed = scene.world.desk.confirm_member(&scene.lawyer, first, row).await.expect("confirmed");
        assert_eq!(confirmed, Confirmed::Linked(MemberProof::Evidence), "{on}");
        let number = scene.world.show(first).await.row.number;
        let known = scene.of(unlinked).await.remove(0);
        assert_eq!(
            (known.kind, raw(&known.value), known.member),
            (ContactKind::Email, address.as_str(), row),
            "{on}"
        );
        assert_eq!((known.ground, known.by.name.as_str()), (LinkGround::Appeal, "Ахметов Т. Р."), "{on}");
        assert_eq!(known.appeal, Some((first, number)), "{on}: on which ground");
        assert_eq!(scene.world.show(unlinked).await.identities.len(), 1, "{on}: told beside the appeal too");
        let card = scene.card(unlinked).await;
        assert_eq!((card.class, card.identities.len()), (MatchClass::Strong, 1), "{on}");
        let facts = scene.candidate(unlinked, row).await.expect("a candidate").facts_for;
        assert!(facts.contains(&"contact_linked".to_owned()), "{on}: {facts:?}");
        assert_eq!(scene.linked(unlinked).await, None, "{on}: a proposal decides nothing");

        // Somebody else at the same mailbox, and one who gives no name.
        let other = scene.writes(&from("Востоков Илья Петрович"), "Я пишу с чужой почты.").await;
        assert_eq!(scene.candidate(other, row).await.map(|one| one.class), Some(MatchClass::Weak), "{on}");
        let unnamed = scene.writes(&address, "Без подписи.").await;
        assert_eq!(
            scene.candidate(unnamed, row).await.map(|one| one.class),
            Some(MatchClass::Likely),
            "{on}"
        );

        scene
            .world
            .desk
            .unlink_member(&scene.lawyer, first, UnlinkReason::OtherPerson)
            .await
            .expect("taken back");
        assert!(scene.of(unlinked).await.is_empty(), "{on}: what rested on it has gone with it");
        assert_eq!(scene.card(unlinked).await.identities.len(), 0, "{on}");
        let all =
            scene.world.desk.identities(&scene.lawyer, IdentitiesOf::Member(row), true).await.expect("all");
        let end = all[0].ended.as_ref().expect("it was taken back");
        assert_eq!((end.reason, end.by.name.as_str()), (UnlinkReason::OtherPerson, "Ахметов Т. Р."), "{on}");
        let actions = scene.actions(first).await;
        for action in ["identity.linked", "identity.unlinked"] {
            assert!(actions.iter().any(|done| done == action), "{on}: {actions:?}");
        }
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_by_hand_on_a_ground_outlives_one_of_its_appeals_and_is_taken_back_with_a_reason() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, desk, row, address) =
            (scene.world.on(), &scene.world.desk, scene.member("N1").await, somebody());
        let from = format!("Северова Анна <{address}>");
        let first = scene.writes(&from, "Мой телефон +7 900 111-22-33.").await;
        let second = scene.writes(&from, "Мой телефон +7 900 111-22-33, ещё вопрос.").await;
        desk.confirm_member(&scene.lawyer, first, row).await.expect("confirmed");
        desk.confirm_member(&scene.lawyer, second, row).await.expect("confirmed");
        desk.unlink_member(&scene.lawyer, first, UnlinkReason::AuthorSays).await.expect("taken back");
        let rests = scene.of(second).await;
        assert_eq!(
            rests.first().and_then(|one| one.appeal).map(|(id, _)| id),
            Some(second),
            "{on}: it rests on the other"
        );

        let alone = Confirmation { told: None, contacts: false };
        let third = scene.writes(&format!("Северов Пётр <{}>", somebody()), "+7 900 111-22-44").await;
        let other = scene.member("N2").await;
        desk.confirm_as(&scene.lawyer, third, other, alone).await.expect("confirmed");
        assert!(scene.of(third).await.is_empty(), "{on}: a shared contact is not linked");

        let by_hand = |contact: &str, note: &str| NewIdentity {
            member: other,
            contact: contact.into(),
            ground: LinkGround::Document,
            appeal: None,
            note: note.into(),
        };
        let refused = async |new| desk.link_identity(&scene.lawyer, new).await.expect_err("refused").code;
        assert_eq!(refused(by_hand("8 900 555-66-77", " ")).await, "reason-empty", "{on}");
        assert_eq!(refused(by_hand("не контакт", "справка")).await, "bad-contact", "{on}");
        assert_eq!(refused(by_hand(&scene.world.ours, "справка")).await, "own-address", "{on}");
        for false_one in ["anna\u{202e}@example.org", "\u{430}nna@example.org", "anna@ex\u{430}mple.org"] {
            assert_eq!(refused(by_hand(false_one, "справка")).await, "bad-address", "{on}: {false_one}");
        }
        let of_appeal =
            NewIdentity { ground: LinkGround::Appeal, ..by_hand("8 900 555-66-77", "справка") };
        assert_eq!(refused(of_appeal).await, "member-not-linked", "{on}");
        let id =
            desk.link_identity(&scene.lawyer, by_hand("8 900 555-66-77", "справка")).await.expect("linked");
        assert_eq!(refused(by_hand("+79005556677", "справка")).await, "identity-held", "{on}");
        let fourth =
            scene.writes(&format!("Пётр Северов <{}>", somebody()), "Звоните: 8 900 555 66 77").await;
        assert_eq!(
            scene.candidate(fourth, other).await.map(|one| one.class),
            Some(MatchClass::Strong),
            "{on}"
        );
        let unlink = async |reason, note: &str| {
            let done = desk.unlink_identity(&scene.lawyer, id, reason, note.to_owned()).await;
            done.map_err(|error| error.code)
        };
        assert_eq!(unlink(UnlinkReason::Other, "").await, Err("reason-empty"), "{on}");
        assert_eq!(unlink(UnlinkReason::Other, "номер сменился").await, Ok(()), "{on}");
        assert_eq!(unlink(UnlinkReason::OtherPerson, "").await, Err("identity-ended"), "{on}");
        assert_ne!(
            scene.candidate(fourth, other).await.map(|one| one.class),
            Some(MatchClass::Strong),
            "{on}"
        );
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_claim_one_row_are_told_before_and_settled_after_and_nobody_changes_by_itself() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, desk, row) = (scene.world.on(), &scene.world.desk, scene.member("N1").await);
        let first = scene.writes(&format!("Северова Анна <{}>", somebody()), "+7 900 111-22-33").await;
        let second =
            scene.writes(&format!("Востоков Илья Петрович <{}>", somebody()), "+7 900 111-22-33").await;
        scene.confirm(first, row).await;
        assert!(scene.conflicts().await.is_empty(), "{on}");
        let told = scene.candidate(second, row).await.expect("a candidate").claimed;
        assert_eq!(
            told.first().and_then(|claim| claim.appeal).map(|(id, _)| id),
            Some(first),
            "{on}: before anybody confirms"
        );
        let weighed = desk.weigh_member(&scene.lawyer, second, row).await.expect("weighed");
        assert_eq!(weighed.claimed.len(), 1, "{on}");

        scene.confirm(second, row).await;
        let found = scene.conflicts().await.remove(0);
        assert_eq!((found.kind, found.state), (ConflictKind::RowClaimed, ConflictState::Open), "{on}");
        assert_eq!(
            (scene.linked(first).await, scene.linked(second).await),
            (Some(row), Some(row)),
            "{on}: nothing changed"
        );
        assert_eq!(desk.check_conflicts(&scene.lawyer).await.expect("checked"), 0, "{on}: known");
        let settle = async |decision, reason: &str| {
            let done = desk.settle_conflict(&scene.lawyer, found.id, decision, reason.to_owned()).await;
            done.map_err(|error| error.code)
        };
        assert_eq!(settle(ConflictState::BothRight, "").await, Err("reason-empty"), "{on}");
        assert_eq!(settle(ConflictState::Gone, "так").await, Err("conflict-decision"), "{on}");
        let (keep, goes) = match found.first.appeal.map(|(id, _)| id) == Some(first) {
            true => (ConflictState::KeptFirst, second),
            false => (ConflictState::KeptSecond, second),
        };
        assert_eq!(settle(keep, "председатель узнал голос").await, Ok(()), "{on}");
        assert_eq!(settle(keep, "ещё раз").await, Err("conflict-settled"), "{on}");
        assert_eq!((scene.linked(first).await, scene.linked(goes).await), (Some(row), None), "{on}");
        assert!(scene.conflicts().await.is_empty(), "{on}");
        let settled = desk.conflicts(&scene.lawyer, true, 10).await.expect("all").remove(0);
        assert_eq!((settled.state, raw(&settled.reason)), (keep, "председатель узнал голос"), "{on}");
        assert!(scene.actions(second).await.contains(&"conflict.settled".to_owned()), "{on}");

        // Confirmed again, it is found again; both being right it is found no more, whatever the two of them write.
        scene.confirm(second, row).await;
        let again = scene.conflicts().await.remove(0);
        let both =
            desk.settle_conflict(&scene.lawyer, again.id, ConflictState::BothRight, "сменил имя".into());
        both.await.expect("settled");
        let third = scene.writes(&format!("Востоков Илья <{}>", somebody()), "+7 900 111-22-33").await;
        scene.confirm(third, row).await;
        assert!(scene.conflicts().await.is_empty(), "{on}");
        scene.world.sql("DELETE FROM conflicts");
        assert_eq!(
            desk.check_conflicts(&scene.lawyer).await.expect("checked"),
            1,
            "{on}: found by looking over all"
        );
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_contact_of_two_rows_waits_for_a_person_and_points_to_neither_and_scope_hides_the_other_side() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, desk, address) = (scene.world.on(), &scene.world.desk, somebody());
        let (north, south) = (scene.member("N1").await, scene.member("S1").await);
        let first = scene.writes(&format!("Северова Анна <{address}>"), "+7 900 111-22-33").await;
        let second = scene.writes(&format!("Южин Олег <{address}>"), "+7 900 111-22-55").await;
        scene.confirm(first, north).await;
        assert_eq!(scene.card(second).await.identities[0].member, north, "{on}: told before");
        scene.confirm(second, south).await;
        let found = scene.conflicts().await.remove(0);
        assert_eq!(found.kind, ConflictKind::ContactShared, "{on}");
        assert_eq!(found.contact.as_ref().map(|(_, value)| raw(value)), Some(address.as_str()), "{on}");
        let third = scene.writes(&address, "Без имени.").await;
        let classes = [scene.candidate(third, north).await, scene.candidate(third, south).await];
        let classes = classes.map(|one| one.expect("a candidate").class);
        assert_eq!(classes, [MatchClass::Weak, MatchClass::Weak], "{on}: it points to neither");

        // A lawyer of the south sees their side only, and cannot take the other's away.
        let far = scene.world.person("Южный Ю. Ю.", Role::Lawyer, Some("south")).await;
        let seen = desk.conflicts(&far, false, 10).await.expect("theirs").remove(0);
        let sides = [&seen.first, &seen.second].map(|side| side.member.as_ref().map(|row| row.id));
        assert!(sides.contains(&Some(south)) && sides.contains(&None), "{on}: {sides:?}");
        let keep_own = if sides[0].is_some() { ConflictState::KeptFirst } else { ConflictState::KeptSecond };
        let refused = desk.settle_conflict(&far, seen.id, keep_own, "моя".into()).await;
        assert_eq!(refused.expect_err("out of scope").code, "conflict-elsewhere", "{on}");
        let both = desk.settle_conflict(&far, seen.id, ConflictState::BothRight, "обе".into()).await;
        assert_eq!(both.expect_err("over a hidden side").code, "conflict-elsewhere", "{on}");
        let stranger = scene.world.person("Чужой Ч. Ч.", Role::Chair, Some("south")).await;
        assert_eq!(desk.conflicts(&stranger, false, 10).await.expect_err("no").code, "not-allowed", "{on}");
        assert_eq!(scene.conflicts().await.len(), 1, "{on}: nothing was settled");

        desk.unlink_member(&scene.lawyer, second, UnlinkReason::OtherPerson).await.expect("taken back");
        assert!(scene.conflicts().await.is_empty(), "{on}: one side has gone");
        let all = desk.conflicts(&scene.lawyer, true, 10).await.expect("all");
        assert_eq!(all[0].state, ConflictState::Gone, "{on}");
        assert_eq!(scene.linked(first).await, Some(north), "{on}");
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_answers_go_says_nothing_of_the_author_and_links_nobody() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, row, known) = (scene.world.on(), scene.member("N1").await, somebody());
        let first =
            scene.writes(&format!("Северова Анна Ивановна <{known}>"), "Мой телефон +7 900 111-22-33.").await;
        scene.confirm(first, row).await;
        let from = somebody();
        let letter = plain(
            &format!("Северова Анна Ивановна <{from}>"),
            &scene.world.ours,
            &fresh_id(),
            &format!("Reply-To: {known}\r\n"),
            "Ещё вопрос.",
        );
        let forged = scene.lands(&letter).await;
        let card = scene.card(forged).await;
        assert_eq!((card.class, card.identities.len()), (MatchClass::None, 0), "{on}");
        let shown = scene.world.show(forged).await;
        let told = [&shown.author_email, &shown.wrote_from].map(|one| one.as_ref().map(raw));
        assert_eq!(told, [Some(known.as_str()), Some(from.as_str())], "{on}: both are told");
        assert!(scene.of(forged).await.is_empty(), "{on}");
        assert_eq!(scene.world.show(first).await.wrote_from, None, "{on}: they are one");

        // A confirmation links the address of From; taken back, the link of the other one rests on no Reply-To.
        scene.confirm(forged, row).await;
        let linked: Vec<String> =
            scene.of(forged).await.iter().map(|one| raw(&one.value).to_owned()).collect();
        assert_eq!(linked, [from], "{on}");
        scene.world.desk.unlink_member(&scene.lawyer, first, UnlinkReason::AuthorSays).await.expect("back");
        assert!(scene.of(first).await.is_empty(), "{on}");
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_letter_that_failed_the_check_of_its_sender_proposes_nobody() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, row, known) = (scene.world.on(), scene.member("N1").await, somebody());
        let trust = ChannelTrust { authserv_id: Some("mx.union.example".into()), ..Default::default() };
        scene.world.desk.trust_channel(&scene.world.head, "mail", trust).await.expect("trusted");
        let from = format!("Северова Анна Ивановна <{known}>");
        let first = scene.writes(&from, "Мой телефон +7 900 111-22-33.").await;
        scene.confirm(first, row).await;
        scene.world.sql(&format!("UPDATE members SET email = '{known}' WHERE source_id = 'N1'"));
        let failed = b"Authentication-Results: mx.union.example; dmarc=fail\r\n";
        let letter = plain(&from, &scene.world.ours, &fresh_id(), "", "Ещё вопрос.");
        let forged = scene.lands(&[&failed[..], &letter].concat()).await;
        let card = scene.card(forged).await;
        assert_eq!((card.class, card.identities.len()), (MatchClass::None, 0), "{on}");
        let found = scene.candidate(forged, row).await.expect("a row of that name");
        assert_eq!(found.facts_for, ["name_equal"], "{on}");
        assert_eq!(found.facts_against, ["sender_failed"], "{on}");
        let said = scene.world.desk.confirm_member(&scene.lawyer, forged, row).await.expect("said");
        assert_eq!(said, Confirmed::Awaits, "{on}: a name alone takes a second person");
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_no_namesakes_of_a_row_whose_name_is_another_one() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (on, address) = (scene.world.on(), somebody());
        scene.world.sql(&format!("UPDATE members SET email = '{address}' WHERE source_id IN ('N1', 'N2')"));
        let appeal = scene.writes(&format!("Северова Анна Ивановна <{address}>"), "Вопрос.").await;
        let (own, other) = (scene.member("N1").await, scene.member("N2").await);
        let own = scene.candidate(appeal, own).await.expect("a candidate");
        assert_eq!(own.class, MatchClass::Likely, "{on}: the address is another's too");
        let other = scene.candidate(appeal, other).await.expect("a candidate");
        assert_eq!(other.facts_against, ["name_differs"], "{on}");
        scene.world.holds().await;
    }
}
