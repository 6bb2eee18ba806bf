//! What the registry masks is opened for the work on an appeal, by whoever may work on it, and the journal says so.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, somebody};
use crate::support::engines;
use otklik_core::desk::views::MemberView;
use otklik_core::desk::{ImportRequest, read_registry};
use otklik_core::types::{AppealId, MemberId, Role, Untrusted};

const REGISTRY: &str = "id,ppo,fio_raw,birth_raw,phone_raw,email\n\
    N1,north,Северова Анна Ивановна,14.03.1987,+7 900 111-22-33,anna@example.org\n";

async fn with_a_member(engine: crate::support::Engine) -> (World, AppealId, MemberId) {
    let world = World::new(engine, Plan::default()).await;
    let registry = read_registry(REGISTRY.as_bytes(), None).expect("a registry");
    world
        .desk
        .import_members(&world.head, ImportRequest::of(registry, "registry.csv", true))
        .await
        .expect("imported");
    let letter = plain(&somebody(), &world.ours, &fresh_id(), "Вопрос", "Мой телефон +7 900 111-22-33.");
    world.lands("2026-11-16T09:00:00+03:00", &letter);
    world.run().await;
    let member = world.desk.member_by_source(&world.head, &Untrusted::new("N1")).await.expect("the row");
    let id = world.only().await.id;
    (world, id, member)
}

fn personal(view: &MemberView) -> [String; 3] {
    [&view.birth, &view.phone, &view.email].map(|field| field.display().as_str().to_owned())
}

const MASKED: [&str; 3] = ["··.··.1987", "+· ··· ···-··-33", "a···@···"];

#[tokio::test]
async fn every_view_of_the_registry_is_masked_and_opening_one_is_told_by_the_appeals_history() {
    for engine in engines() {
        let (world, appeal, member) = with_a_member(engine).await;
        let (desk, on) = (&world.desk, world.on());
        let lawyer = world.person("Гусев", Role::Lawyer, None).await;
        let card = desk.match_card(&lawyer, appeal).await.expect("a card");
        assert_eq!(personal(&card.candidates[0].member), MASKED, "{on}");
        assert!(
            card.candidates[0].facts_for.contains(&"phone_equal".to_owned()),
            "{on}: matching sees it all"
        );
        let hits = desk.find_members(&lawyer, "Северова", 5).await.expect("hits");
        assert_eq!(personal(&hits[0].member), MASKED, "{on}");
        let by_phone = desk.find_members(&lawyer, "89001112233", 5).await.expect("hits");
        assert_eq!(personal(&by_phone[0].member), MASKED, "{on}: what was asked by is not shown either");
        assert_eq!(personal(&desk.member(&lawyer, member).await.expect("the row")), MASKED, "{on}");
        desk.confirm_member(&lawyer, appeal, member).await.expect("confirmed");
        let shown = desk.appeal(&lawyer, appeal).await.expect("the appeal");
        assert_eq!(personal(&shown.member.expect("linked")), MASKED, "{on}");

        let opened = desk.open_member(&lawyer, appeal, member).await.expect("opened");
        assert!(opened.opened, "{on}");
        assert_eq!(personal(&opened), ["14.03.1987", "+7 900 111-22-33", "anna@example.org"], "{on}");
        let history = desk.history(&world.head, appeal).await.expect("its history");
        let line = history.iter().find(|line| line.action == "member.opened").expect("the opening is there");
        assert_eq!(
            line.names.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(),
            ["Северова Анна Ивановна"]
        );
        // Opened for one is not opened for all, nor for the next time.
        assert_eq!(personal(&desk.member(&lawyer, member).await.expect("the row")), MASKED, "{on}");
        world.holds().await;
    }
}

#[tokio::test]
async fn without_an_appeal_in_reach_nothing_is_opened_and_nothing_is_journalled() {
    for engine in engines() {
        let (world, appeal, member) = with_a_member(engine).await;
        let (desk, on) = (&world.desk, world.on());
        let nothing =
            desk.open_member(&world.head, AppealId::new(), member).await.expect_err("no such appeal");
        assert_eq!(nothing.code, "no-appeal", "{on}");
        let nobody = desk.open_member(&world.head, appeal, MemberId::new()).await.expect_err("no such row");
        assert_eq!(nobody.code, "no-member", "{on}");
        let local = world.person("Северный", Role::Lawyer, Some("north")).await;
        let hidden =
            desk.open_member(&local, appeal, member).await.expect_err("the appeal belongs nowhere yet");
        assert_eq!(hidden.code, "no-appeal", "{on}");
        let chair = world.person("Председатель", Role::Chair, Some("north")).await;
        assert_eq!(
            desk.open_member(&chair, appeal, member).await.expect_err("refused").code,
            "not-allowed",
            "{on}"
        );
        assert_eq!(world.count("SELECT count(*) FROM journal WHERE action = 'member.opened'"), 0, "{on}");
    }
}
