//! Weak evidence takes a second proof: another person, or a call to the chair. One person alone links nobody by a name.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World};
use crate::support::{Engine, engines};
use otklik_core::desk::{Confirmed, ImportRequest, OrgRow, read_registry};
use otklik_core::types::{
    Actor, AppealId, MatchClass, MemberId, MemberProof, MemberState, OrgLevel, Role, UnlinkReason, Untrusted,
};

const REGISTRY: &str = "id,ppo,fio_raw,phone_raw,email,joined_raw,status_raw\n\
    N1,north,Северова Анна Ивановна,+7 900 111-22-33,severova@example.org,2010,на учёте\n\
    N2,north,Южин Пётр Ильич,+7 900 111-22-44,,01.12.2026,на учёте\n\
    N3,north,Западов Илья Ильич,+7 900 111-22-55,,2001,выбыл 10.11.2026\n";

struct Scene {
    world: World,
    appeal: AppealId,
    first: Actor,
    second: Actor,
}

impl Scene {
    async fn new(engine: Engine, from: &str, text: &str) -> Self {
        let world = World::new(engine, Plan::default()).await;
        let registry = read_registry(REGISTRY.as_bytes(), None).expect("a registry");
        world
            .desk
            .import_members(&world.head, ImportRequest::of(registry, "registry.csv", true))
            .await
            .expect("imported");
        world.lands("2026-11-16T09:00:00+03:00", &plain(from, &world.ours, &fresh_id(), "", text));
        world.run().await;
        let appeal = world.only().await.id;
        let first = world.person("Гусев", Role::Lawyer, None).await;
        let second = world.person("Орлов", Role::Lawyer, None).await;
        Self { world, appeal, first, second }
    }

    async fn member(&self, id: &str) -> MemberId {
        self.world.desk.member_by_source(&self.world.head, &Untrusted::new(id)).await.expect("the row")
    }

    async fn says(&self, who: &Actor, member: MemberId) -> Confirmed {
        self.world.desk.confirm_member(who, self.appeal, member).await.expect("said")
    }

    async fn state(&self) -> Option<MemberState> {
        self.world.show(self.appeal).await.row.member_state
    }

    async fn actions(&self) -> Vec<String> {
        let history = self.world.desk.history(&self.world.head, self.appeal).await.expect("the history");
        history.into_iter().map(|line| line.action).filter(|action| action.contains("membership")).collect()
    }
}

#[tokio::test]
async fn a_weak_match_is_linked_by_a_second_person_and_not_by_the_first_twice() {
    for engine in engines() {
        let scene = Scene::new(engine, "somebody@example.com", "Подскажите, пожалуйста.").await;
        let (on, member) = (scene.world.on(), scene.member("N1").await);
        assert_eq!(scene.says(&scene.first, member).await, Confirmed::Awaits, "{on}");
        assert_eq!(scene.says(&scene.first, member).await, Confirmed::Awaits, "{on}: one person is one word");
        assert_eq!(scene.state().await, None, "{on}: nobody is linked");
        let card = scene.world.desk.match_card(&scene.second, scene.appeal).await.expect("a card");
        let said = card.said.expect("what the first has said");
        assert_eq!((said.by.name.as_str(), said.proof, said.member), ("Гусев", None, member), "{on}");
        let linked = Confirmed::Linked(MemberProof::Person);
        assert_eq!(scene.says(&scene.second, member).await, linked, "{on}");
        let shown = scene.world.show(scene.appeal).await;
        assert_eq!(shown.row.member_id, Some(member), "{on}");
        let said = shown.said.expect("how it was proved");
        assert_eq!((said.class, said.proof), (MatchClass::None, Some(MemberProof::Person)), "{on}");
        assert_eq!(scene.actions().await, ["membership.proposed", "membership.confirmed"], "{on}");
        let unlink = scene.world.desk.unlink_member(&scene.first, scene.appeal, UnlinkReason::OtherPerson);
        unlink.await.expect("taken back");
        assert_eq!(scene.world.show(scene.appeal).await.said, None, "{on}");
        assert_eq!(scene.says(&scene.second, member).await, Confirmed::Awaits, "{on}: it begins anew");
        scene.world.holds().await;
    }
}

#[tokio::test]
async fn another_row_is_another_word_and_a_word_can_be_taken_back() {
    for engine in engines() {
        let scene = Scene::new(engine, "somebody@example.com", "Подскажите, пожалуйста.").await;
        let (on, desk) = (scene.world.on(), &scene.world.desk);
        let (one, other) = (scene.member("N1").await, scene.member("N2").await);
        assert_eq!(scene.says(&scene.first, one).await, Confirmed::Awaits, "{on}");
        assert_eq!(scene.says(&scene.second, other).await, Confirmed::Awaits, "{on}: they disagree");
        desk.unlink_member(&scene.first, scene.appeal, UnlinkReason::AuthorSays).await.expect("taken back");
        assert_eq!(scene.says(&scene.first, other).await, Confirmed::Awaits, "{on}");
        let nothing = desk.unlink_member(&scene.second, scene.appeal, UnlinkReason::Other).await;
        nothing.expect("what was said may be taken back by another");
        let nothing = desk.unlink_member(&scene.second, scene.appeal, UnlinkReason::Other).await;
        assert_eq!(nothing.expect_err("nothing is left").code, "member-not-linked", "{on}");
        scene.world.holds().await;
    }
}

#[tokio::test]
async fn the_chair_s_word_proves_and_strong_evidence_needs_none() {
    for engine in engines() {
        let scene = Scene::new(engine, "somebody@example.com", "Мой телефон +7 900 111-22-33.").await;
        let (on, desk) = (scene.world.on(), &scene.world.desk);
        let strange = scene.member("N2").await;
        let told = "Да, состоит с 2010 года".to_owned();
        let called = desk.confirm_by_call(&scene.first, scene.appeal, strange, told).await.expect("linked");
        assert_eq!(called, Confirmed::Linked(MemberProof::ChairCall), "{on}");
        desk.unlink_member(&scene.first, scene.appeal, UnlinkReason::OtherPerson).await.expect("taken back");
        let own = scene.member("N1").await;
        assert_eq!(scene.says(&scene.first, own).await, Confirmed::Linked(MemberProof::Evidence), "{on}");
        let said = scene.world.show(scene.appeal).await.said.expect("how it was proved");
        assert_eq!(said.proof, Some(MemberProof::Evidence), "{on}");
        assert!(matches!(said.class, MatchClass::Likely | MatchClass::Strong), "{on}: {:?}", said.class);
        scene.world.holds().await;
    }
}

#[tokio::test]
async fn membership_is_that_of_the_day_of_receipt_where_no_other_day_is_known() {
    for engine in engines() {
        let scene = Scene::new(engine, "somebody@example.com", "Телефон +7 900 111-22-55.").await;
        let on = scene.world.on();
        let card = scene.world.desk.match_card(&scene.first, scene.appeal).await.expect("a card");
        assert_eq!(card.proposed, MemberState::Lapsed, "{on}: left six days before");
        let gone = scene.member("N3").await;
        assert_eq!(scene.says(&scene.first, gone).await, Confirmed::Linked(MemberProof::Evidence), "{on}");
        assert_eq!(scene.state().await, Some(MemberState::Lapsed), "{on}");
    }
}

#[tokio::test]
async fn a_registry_without_rows_says_of_nobody_that_they_are_no_member() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let letter = plain("somebody@example.com", &world.ours, &fresh_id(), "", "Подскажите, пожалуйста.");
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        let proposed = async || world.desk.match_card(&world.head, appeal).await.expect("a card").proposed;
        assert_eq!(proposed().await, MemberState::Unverifiable, "{}", world.on());
        let registry = read_registry(REGISTRY.as_bytes(), None).expect("a registry");
        let request = ImportRequest::of(registry, "registry.csv", true);
        world.desk.import_members(&world.head, request).await.expect("imported");
        assert_eq!(proposed().await, MemberState::NotMember, "{}", world.on());
    }
}

#[tokio::test]
async fn whether_later_members_count_is_a_setting_and_who_has_left_is_told_apart() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let (on, desk) = (world.on(), &world.desk);
        let org = OrgRow {
            code: "north".into(),
            level: OrgLevel::Primary,
            name: "Север".into(),
            parent: None,
            life: Default::default(),
        };
        desk.import_orgs(&world.head, vec![org], true).await.expect("an organisation");
        let registry = read_registry(REGISTRY.as_bytes(), None).expect("a registry");
        desk.import_members(&world.head, ImportRequest::of(registry, "registry.csv", true))
            .await
            .expect("imported");
        let org = desk.organisations(&world.head).await.expect("organisations").remove(0);
        assert_eq!((org.members, org.left_members), (2, 1), "{on}");

        let letter = plain("x@example.com", &world.ours, &fresh_id(), "", "Телефон +7 900 111-22-44.");
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        let lawyer = world.person("Гусев", Role::Lawyer, None).await;
        let proposed = async || desk.match_card(&lawyer, appeal).await.expect("a card").proposed;
        assert_eq!(proposed().await, MemberState::Member, "{on}: joined after the letter");
        let refused = desk.set_later_members(&lawyer, false).await;
        assert_eq!(refused.expect_err("a setting of the desk").code, "not-allowed", "{on}");
        desk.set_later_members(&world.head, false).await.expect("set");
        assert_eq!(proposed().await, MemberState::NotMember, "{on}");
        let other = world.another().await;
        assert!(!other.settings().later_members_count, "{on}: it stands in the desk");
        desk.set_later_members(&world.head, true).await.expect("set");
        let member = desk.member_by_source(&world.head, &Untrusted::new("N2")).await.expect("the row");
        desk.confirm_member(&lawyer, appeal, member).await.expect("linked");
        assert_eq!(
            world.only().await.member_class,
            Some(MatchClass::Likely),
            "{on}: a list says how well it held"
        );
        world.holds().await;
    }
}
