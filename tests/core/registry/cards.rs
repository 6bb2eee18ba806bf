//! Digital membership cards: what a check says of a card that is in order, and of every kind that is not.

use super::{csv, import};
use crate::story::world::{Plan, World};
use crate::support::{engines, postgres, sqlite};
use jiff::ToSpan;
use otklik_core::desk::{CardCheck, CardRef, CardRequest, Desk, DeskUrl, MemberCard, OrgRow};
use otklik_core::types::{Actor, CardReason, CardState, MemberId, MemberStatus, OrgLevel, Role, Untrusted};
use std::os::unix::fs::PermissionsExt;

const REGISTRY: &str = "id,ppo,fio_raw,birth_raw,phone_raw,status_raw\n\
    N1,north,Северова Анна Ивановна,12.03.1984,+79001112233,на учёте\n\
    S1,south,Южин Пётр Петрович,01.02.1975,+79001112244,на учёте\n\
    L1,north,Бывший Иван Иванович,01.02.1970,+79001112255,выбыл\n";

async fn members(world: &World) -> [MemberId; 3] {
    let org = |code: &str| OrgRow {
        code: code.into(),
        level: OrgLevel::Local,
        name: Untrusted::new(code),
        parent: None,
        life: Default::default(),
    };
    world.desk.import_orgs(&world.head, vec![org("north"), org("south")], true).await.expect("organisations");
    import(world, csv(REGISTRY), "registry.csv").await;
    let mut ids = Vec::new();
    for id in ["N1", "S1", "L1"] {
        ids.push(world.desk.member_by_source(&world.head, &Untrusted::new(id)).await.expect("a row"));
    }
    ids.try_into().expect("three")
}

async fn issued(desk: &Desk, who: &Actor, member: MemberId) -> (MemberCard, String) {
    let card = desk.issue_card(who, member, CardRequest::default()).await.expect("a card");
    let token = card.token.clone().expect("its text");
    (card, token)
}

async fn check(desk: &Desk, who: &Actor, token: &str) -> CardCheck {
    desk.check_card(who, token).await.expect("an answer")
}

async fn state(world: &World, token: &str) -> CardState {
    check(&world.desk, &world.head, token).await.state
}

#[tokio::test]
async fn a_card_is_issued_once_shown_again_checked_and_taken_back() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let (desk, head, on) = (&world.desk, &world.head, world.on());
        let [anna, _, left] = members(&world).await;
        let none = desk.member_card(head, anna).await.expect("a row without a card");
        assert!(none.card.is_none() && none.token.is_none(), "{on}");
        let (card, token) = issued(desk, head, anna).await;
        assert!(card.is_new, "{on}");
        let (again, same) = issued(desk, head, anna).await;
        assert_eq!((again.is_new, &same), (false, &token), "{on}: a card that counts is not issued twice");
        assert_eq!(desk.member_card(head, anna).await.expect("the card").token, Some(token.clone()), "{on}");
        let found = check(desk, head, &format!(" {} ", token.to_lowercase())).await;
        let view = found.card.expect("the card is known");
        assert_eq!((found.state, view.state), (CardState::Valid, CardState::Valid), "{on}");
        assert_eq!(view.holder.name.display_line().as_str(), "Северова Анна Ивановна", "{on}");
        assert_eq!((view.holder.member, view.holder.status), (anna, MemberStatus::Active), "{on}");
        assert_eq!(view.expires_on.to_string(), "2027-11-16", "{on}");

        let anew = CardRequest { anew: true, ..CardRequest::default() };
        let second = desk.issue_card(head, anna, anew).await.expect("another").token.expect("its text");
        assert_ne!(second, token, "{on}");
        let former = check(desk, head, &token).await;
        let reason = former.card.and_then(|card| card.reason);
        assert_eq!((former.state, reason), (CardState::Revoked, Some(CardReason::Replaced)), "{on}");
        let taken = desk.revoke_card(head, CardRef::Of(anna), CardReason::Lost).await.expect("taken back");
        assert_eq!((taken.state, taken.reason), (CardState::Revoked, Some(CardReason::Lost)), "{on}");
        assert_eq!(state(&world, &second).await, CardState::Revoked, "{on}");
        let twice = desk.revoke_card(head, CardRef::Card(taken.id), CardReason::Lost).await;
        assert_eq!(twice.expect_err("once").code, "card-revoked", "{on}");
        let none = desk.revoke_card(head, CardRef::Of(anna), CardReason::Lost).await;
        assert_eq!(none.expect_err("nothing held").code, "no-card", "{on}");
        let counts = (desk.cards(head, false, 9).await.expect("cards"), desk.cards(head, true, 9).await);
        assert_eq!((counts.0.len(), counts.1.expect("cards").len()), (0, 2), "{on}");

        let refused = desk.issue_card(head, left, CardRequest::default()).await;
        assert_eq!(refused.expect_err("has left").code, "card-member-left", "{on}");
        for until in ["2026-11-15", "2032-01-01", "2200-01-01"] {
            let request = CardRequest { until: Some(until.parse().expect("a day")), anew: false };
            let refused = desk.issue_card(head, anna, request).await;
            assert_eq!(refused.expect_err("no such day").code, "card-until", "{on} {until}");
        }
        let rows =
            "SELECT count(*) FROM journal WHERE action IN ('card.issued', 'card.revoked', 'card-key.made')";
        assert_eq!(world.count(rows), 5, "{on}: two issued, two taken back, one key");
        assert!(desk.verify_journal(head).await.expect("the journal").ok, "{on}");
    }
}

#[tokio::test]
async fn a_card_counts_until_its_last_day_and_as_long_as_its_holder_is_a_member() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let [anna, pyotr, _] = members(&world).await;
        let (_, token) = issued(&world.desk, &world.head, anna).await;
        let until = CardRequest { until: Some("2026-11-16".parse().expect("today")), anew: false };
        let short = world.desk.issue_card(&world.head, pyotr, until).await.expect("until today");
        let short = short.token.expect("its text");
        assert_eq!(state(&world, &short).await, CardState::Valid, "{on}: the last day counts");
        world.clock.set(world.clock.now() + 24.hours());
        assert_eq!(state(&world, &short).await, CardState::Expired, "{on}");
        let (renewed, _) = issued(&world.desk, &world.head, pyotr).await;
        assert!(renewed.is_new, "{on}: what has expired is replaced");

        let vanished = REGISTRY.lines().filter(|line| !line.starts_with("N1")).collect::<Vec<_>>().join("\n");
        import(&world, csv(&vanished), "registry.csv").await;
        let found = check(&world.desk, &world.head, &token).await;
        assert_eq!(found.state, CardState::Valid, "{on}: missing is not left");
        assert!(found.card.expect("known").holder.missing_since.is_some(), "{on}: and is told");
        let gone = REGISTRY.replace("+79001112233,на учёте", "+79001112233,выбыл");
        import(&world, csv(&gone), "registry.csv").await;
        let found = check(&world.desk, &world.head, &token).await;
        assert_eq!(found.state, CardState::HolderLeft, "{on}");
        assert_eq!(found.card.expect("known").holder.status, MemberStatus::Left, "{on}");
    }
}

#[tokio::test]
async fn keys_are_changed_without_harm_and_a_retired_one_takes_its_cards_with_it() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let (desk, head, on) = (&world.desk, &world.head, world.on());
        let [anna, pyotr, _] = members(&world).await;
        let (first, old) = issued(desk, head, anna).await;
        let first_key = first.card.expect("a card").key;
        let file = desk.state_dir().join(format!("card-{first_key}.key"));
        let mode = std::fs::metadata(&file).expect("the key's file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{on}");
        world.clock.set(world.clock.now() + 1.hours());
        let second_key = desk.new_card_key(head).await.expect("another key").id;
        let (second, new) = issued(desk, head, pyotr).await;
        assert_eq!(second.card.expect("a card").key, second_key, "{on}: the newest signs");
        for token in [&old, &new] {
            assert_eq!(state(&world, token).await, CardState::Valid, "{on}");
        }
        desk.retire_card_key(head, &first_key).await.expect("retired");
        let twice = desk.retire_card_key(head, &first_key).await;
        assert_eq!(twice.expect_err("once").code, "card-key-retired", "{on}");
        assert_eq!(state(&world, &old).await, CardState::KeyRetired, "{on}");
        assert_eq!(state(&world, &new).await, CardState::Valid, "{on}");
        let (renewed, _) = issued(desk, head, anna).await;
        assert!(renewed.is_new && renewed.card.expect("a card").key == second_key, "{on}");
        let keys: Vec<bool> =
            desk.card_keys(head).await.expect("keys").iter().map(|key| key.retired_at.is_some()).collect();
        assert_eq!(keys, [false, true], "{on}");

        // A machine without the key checks and does not sign.
        let url = DeskUrl::parse(world.engine.url()).expect("an address");
        let elsewhere = world.engine.folder().join("elsewhere");
        let other = Desk::open(&url, world.clock.clone(), &elsewhere).await.expect("the same desk");
        assert_eq!(check(&other, head, &new).await.state, CardState::Valid, "{on}");
        let shown = other.member_card(head, pyotr).await.expect("the card");
        assert!(shown.card.is_some() && shown.token.is_none(), "{on}");
        let anew = CardRequest { anew: true, ..CardRequest::default() };
        let refused = other.issue_card(head, pyotr, anew).await.expect_err("no key here");
        assert_eq!(refused.code, "card-key-absent", "{on}");
        assert_eq!(state(&world, &new).await, CardState::Valid, "{on}: nothing was taken back");
        other.new_card_key(head).await.expect("a key of its own");
        let third = other.issue_card(head, anna, anew).await.expect("a card").token.expect("its text");
        assert_eq!(state(&world, &third).await, CardState::Valid, "{on}");
        other.close().await;

        let file = desk.state_dir().join(format!("card-{second_key}.key"));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("rights");
        let refused = desk.issue_card(head, pyotr, anew).await.expect_err("others may read it");
        assert_eq!(refused.code, "card-key-open", "{on}");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("rights");
        std::fs::write(&file, "00".repeat(32)).expect("another key");
        let refused = desk.member_card(head, pyotr).await.expect_err("not the key");
        assert_eq!(refused.code, "card-key-damaged", "{on}");
    }
}

#[tokio::test]
async fn hostile_cards_get_a_clear_answer() {
    for engine in engines() {
        let name = engine.name;
        let world = World::new(engine, Plan::default()).await;
        let [anna, ..] = members(&world).await;
        let (_, token) = issued(&world.desk, &world.head, anna).await;
        let place = if name == "sqlite" { sqlite() } else { postgres().expect("the same engine") };
        let stranger = World::new(place, Plan::default()).await;
        let [theirs, ..] = members(&stranger).await;
        let (_, foreign) = issued(&stranger.desk, &stranger.head, theirs).await;
        assert_eq!(state(&world, &foreign).await, CardState::UnknownKey, "{name}: another desk's");

        let long = "A".repeat(10 << 20);
        let cut = &token[..token.len() - 1];
        for text in ["", "нет", "eyJhbGciOiJFZERTQSJ9.e30.AAAA", &long, cut, "OTKLIK1-====", "\u{0}"] {
            assert_eq!(state(&world, text).await, CardState::Damaged, "{name}");
        }
        // In the digits of the id, of the day and of the signature, never in those of the key.
        for at in [20, 40, 45, 60, 100, 140] {
            let mut altered = token.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'C' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert_eq!(state(&world, &altered).await, CardState::Forged, "{name}: letter {at}");
        }
        // Whoever brings this desk's key to another one has made no card of it.
        let key = "SELECT public FROM card_keys";
        let (ours, copied) = match name {
            "sqlite" => ("hex(public)", "x'"),
            _ => ("encode(public, 'hex')", "decode('"),
        };
        let public = world.sql(&key.replace("public", ours));
        let id = world.sql("SELECT id FROM card_keys");
        let end = if name == "sqlite" { "'" } else { "', 'hex')" };
        stranger.sql(&format!(
            "INSERT INTO card_keys (id, public, made_at) VALUES ('{id}', {copied}{public}{end}, 1)"
        ));
        assert_eq!(state(&stranger, &token).await, CardState::Forged, "{name}: another desk with our key");
        world.sql("DELETE FROM member_cards");
        assert_eq!(state(&world, &token).await, CardState::UnknownCard, "{name}: older than the card");
    }
}

#[tokio::test]
async fn a_chair_issues_and_checks_cards_of_their_own_and_learns_nothing_of_others() {
    for engine in engines() {
        let world = World::new(engine, Plan::default()).await;
        let on = world.on();
        let [anna, pyotr, _] = members(&world).await;
        let chair = world.person("Председатель", Role::Chair, Some("north")).await;
        let (_, theirs) = issued(&world.desk, &chair, anna).await;
        assert_eq!(check(&world.desk, &chair, &theirs).await.state, CardState::Valid, "{on}");
        let (southern, token) = issued(&world.desk, &world.head, pyotr).await;
        let found = check(&world.desk, &chair, &token).await;
        assert_eq!((found.state, found.card), (CardState::OutOfScope, None), "{on}");
        let refused = world.desk.issue_card(&chair, pyotr, CardRequest::default()).await;
        assert_eq!(refused.expect_err("not theirs").code, "no-member", "{on}");
        let refused = world.desk.member_card(&chair, pyotr).await;
        assert_eq!(refused.expect_err("not theirs").code, "no-member", "{on}");
        let card = CardRef::Card(southern.card.expect("a card").id);
        for which in [card, CardRef::Of(pyotr)] {
            let refused = world.desk.revoke_card(&chair, which, CardReason::Lost).await;
            assert_eq!(refused.expect_err("not theirs").code, "no-card", "{on}");
        }
        let listed = world.desk.cards(&chair, true, 9).await.expect("cards");
        let listed: Vec<MemberId> = listed.iter().map(|card| card.holder.member).collect();
        assert_eq!(listed, [anna], "{on}");
    }
}

#[tokio::test]
async fn a_backup_brings_the_cards_and_never_the_key_and_rows_with_cards_stay() {
    for engine in engines() {
        let name = engine.name;
        let world = World::new(engine, Plan::default()).await;
        let [anna, ..] = members(&world).await;
        let (_, token) = issued(&world.desk, &world.head, anna).await;
        let refused = world.desk.undo_member_import(&world.head, None).await;
        assert_eq!(refused.expect_err("a card stands on it").code, "import-has-cards", "{name}");
        let file = world.engine.folder().join("desk.backup");
        world.desk.backup(&world.head, &file, false).await.expect("a backup");
        let place = if name == "sqlite" { sqlite() } else { postgres().expect("the same engine") };
        let url = DeskUrl::parse(place.url()).expect("an address");
        let state = place.folder().join("state");
        Desk::restore(&url, world.clock.clone(), &state, &file).await.expect("restored");
        let restored = Desk::open(&url, world.clock.clone(), &state).await.expect("the restored desk");
        let head = restored.act_as("Орлова А.").await.expect("the head");
        assert_eq!(check(&restored, &head, &token).await.state, CardState::Valid, "{name}");
        let shown = restored.member_card(&head, anna).await.expect("the card");
        assert!(shown.card.is_some() && shown.token.is_none(), "{name}: the key was not in the backup");
        restored.close().await;
    }
}
