//! A question to a chair about somebody's membership: on the author's word only, naming no appeal, answered once from the address that
//! it went to. The answer is evidence beside the appeal and confirms nobody.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, somebody};
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::{ImportRequest, NewIdentity, OrgRow, QueryRequest, QueryView, read_registry};
use otklik_core::mail;
use otklik_core::types::{
    Actor, AppealId, ChairAnswer, Consent, DeliveryKind, LinkGround, OrgId, OrgLevel, Purpose,
    QuarantineReason, QueryState, Role, Untrusted,
};

struct Scene {
    world: World,
    lawyer: Actor,
    appeal: AppealId,
    author: String,
    org: OrgId,
    chair: String,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let out = format!("folder:{}", engine.folder().join("out").display());
        let world = World::new(engine, Plan { outgoing: &out, receipts: false, ..Plan::default() }).await;
        let org = |code: &str, level, parent: Option<&str>| OrgRow {
            code: code.into(),
            level,
            name: Untrusted::new(format!("Организация {code}")),
            parent: parent.map(Untrusted::new),
            life: Default::default(),
        };
        let rows = vec![
            org("region", OrgLevel::Regional, None),
            org("local", OrgLevel::Local, Some("region")),
            org("north", OrgLevel::Primary, Some("local")),
            org("south", OrgLevel::Primary, Some("local")),
        ];
        world.desk.import_orgs(&world.head, rows, true).await.expect("organisations");
        let registry = read_registry("id,ppo,fio_raw\nN1,north,Северова Анна Ивановна\n".as_bytes(), None);
        let request = ImportRequest::of(registry.expect("a registry"), "registry.csv", true);
        world.desk.import_members(&world.head, request).await.expect("imported");
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let (author, chair) = (somebody(), somebody());
        let text = "Меня увольняют. Мой телефон 8 900 111-22-33.";
        let letter = plain(&format!("Северова Анна <{author}>"), &world.ours, &fresh_id(), "", text);
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        let orgs = world.desk.organisations(&world.head).await.expect("organisations");
        let code = |code: &Untrusted| code.raw_for(Purpose::Matching) == "north";
        let org = orgs.iter().find(|org| code(&org.code)).expect("the organisation").id;
        Self { world, lawyer, appeal, author, org, chair }
    }

    fn ask(&self, agreed: bool) -> QueryRequest {
        QueryRequest { org: self.org, to: Some(self.chair.clone()), agreed, immediately: false }
    }

    async fn asks(&self, agreed: bool) -> Result<(), &'static str> {
        let asked = self.world.desk.ask_chair(&self.lawyer, self.appeal, self.ask(agreed)).await;
        asked.map(drop).map_err(|error| error.code)
    }

    async fn newest(&self) -> QueryView {
        let card = self.world.desk.match_card(&self.lawyer, self.appeal).await.expect("a card");
        let list = self.world.desk.chair_queries(&self.lawyer, self.appeal).await.expect("queries");
        assert_eq!(card.queries.len(), list.len(), "{}", self.world.on());
        card.queries.into_iter().next().expect("a query")
    }

    /// The letters that have left, whole.
    fn sent(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(self.world.engine.folder().join("out")).into_iter().flatten().flatten();
        files.map(|file| std::fs::read(file.path()).expect("a letter")).collect()
    }

    /// A letter lands from this address as an answer to that Message-ID.
    async fn answers(&self, from: &str, id: &str, text: &str) {
        let headers = format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n");
        let letter = plain(from, &self.world.ours, &fresh_id(), &headers, text);
        self.world.lands("2026-11-16T11:00:00+03:00", &letter);
        self.world.run().await;
    }

    async fn held(&self) -> Vec<String> {
        let rows = self.world.desk.quarantine(&self.lawyer, None, 10).await.expect("a list");
        rows.into_iter().map(|row| row.reason).collect()
    }
}

fn raw(text: &Untrusted) -> &str {
    text.raw_for(Purpose::Matching)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chair_is_asked_on_the_authors_word_without_a_word_of_the_appeal_and_the_answer_confirms_nobody() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (world, on) = (&scene.world, scene.world.on());
        assert_eq!(scene.asks(false).await, Err("needs-consent"), "{on}");
        assert_eq!(world.only().await.name_to_chair, Consent::NotAsked, "{on}: nothing is left of a refusal");
        assert_eq!(scene.asks(true).await, Ok(()), "{on}");
        assert_eq!(world.only().await.name_to_chair, Consent::Yes, "{on}");

        // It can be taken back as long as a reply, and then counts for nothing.
        world.run().await;
        assert!(scene.sent().is_empty(), "{on}: not yet");
        let delivery =
            world.desk.deliveries(&scene.lawyer, DeliveryFilter::All, 10).await.expect("one").remove(0);
        assert_eq!(delivery.kind, DeliveryKind::MemberQuery, "{on}");
        world.desk.undo_delivery(&scene.lawyer, delivery.id).await.expect("taken back");
        assert_eq!(scene.newest().await.state, QueryState::Withdrawn, "{on}");
        assert_eq!(scene.asks(false).await, Ok(()), "{on}: the word was given");
        world.pass(SignedDuration::from_mins(1));
        world.run().await;

        let letters = scene.sent();
        assert_eq!(letters.len(), 1, "{on}");
        let read = mail::parse(&letters[0]);
        let text = raw(&read.text).to_owned();
        assert!(text.contains("Северова Анна") && text.contains("Организация north"), "{on}: {text}");
        let number = world.only().await.number.to_string();
        for hidden in [number.as_str(), "увольняют", "обращени", "900", "111-22", scene.author.as_str()]
        {
            assert!(!text.contains(hidden), "{on}: {hidden}: {text}");
        }
        let code = text.lines().skip_while(|line| *line != "Код:").nth(1).expect("a code").to_owned();
        let id = read.message_id.clone().expect("a Message-ID");

        // Quoted whole it answers nothing; from elsewhere the right code answers nothing either, and both wait for a person.
        scene.answers(&scene.chair, &id, &format!("Не помню такую.\r\n\r\n{text}")).await;
        scene.answers(&somebody(), &id, &format!("СОСТОИТ {code}")).await;
        let held = scene.held().await;
        assert!(held.iter().any(|why| why == QuarantineReason::QueryAnswer.code()), "{on}: {held:?}");
        assert!(held.iter().any(|why| why == QuarantineReason::ChairSender.code()), "{on}: {held:?}");
        assert_eq!(scene.newest().await.state, QueryState::Waiting, "{on}");

        scene.answers(&scene.chair, &id, &format!("Состоит {code} с 2015 года\r\n")).await;
        let answered = scene.newest().await;
        let told = (answered.state, answered.answer, raw(&answered.told));
        assert_eq!(told, (QueryState::Answered, Some(ChairAnswer::Member), "с 2015 года"), "{on}");
        assert!(answered.answered_by.is_none(), "{on}: the letter brought it");
        let shown = world.only().await;
        assert_eq!((shown.member_id, shown.member_state), (None, None), "{on}: it confirms nobody");
        scene.answers(&scene.chair, &id, &format!("НЕ СОСТОИТ {code}")).await;
        assert_eq!(scene.newest().await.answer, Some(ChairAnswer::Member), "{on}: once");
        let history = world.desk.history(&world.head, scene.appeal).await.expect("the history");
        let actions: Vec<&str> = history.iter().map(|line| line.action.as_str()).collect();
        assert!(actions.contains(&"query.sent") && actions.contains(&"query.answered"), "{on}: {actions:?}");
        world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chairs_answer_by_telephone_is_entered_once_by_whoever_sees_the_appeal() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (desk, on) = (&scene.world.desk, scene.world.on());
        let enter = async |who: &Actor, answer| {
            let done = desk.answer_query(who, scene.appeal, answer, "говорит, выбыла в мае".into()).await;
            done.map_err(|error| error.code)
        };
        assert_eq!(enter(&scene.lawyer, ChairAnswer::NotMember).await, Err("no-query"), "{on}");
        scene.asks(true).await.expect("asked");
        let other = scene.world.person("Чужой Ч. Ч.", Role::Lawyer, Some("north")).await;
        assert_eq!(enter(&other, ChairAnswer::NotMember).await, Err("no-appeal"), "{on}: out of scope");
        assert_eq!(enter(&scene.lawyer, ChairAnswer::NotMember).await, Ok(()), "{on}");
        let answered = scene.newest().await;
        assert_eq!(answered.answer, Some(ChairAnswer::NotMember), "{on}");
        assert_eq!(answered.answered_by.map(|by| by.name).as_deref(), Some("Ахметов Т. Р."), "{on}");
        assert_eq!(enter(&scene.lawyer, ChairAnswer::Member).await, Err("no-query"), "{on}: answered");
        let nobody = QueryRequest { to: None, ..scene.ask(true) };
        let refused = desk.ask_chair(&scene.lawyer, scene.appeal, nobody).await;
        assert_eq!(refused.expect_err("nobody's mailbox is known").code, "no-chair-address", "{on}");
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authors_word_is_for_one_organisation_and_the_code_never_goes_to_the_author() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (desk, on) = (&scene.world.desk, scene.world.on());
        let ask = async |request: QueryRequest| {
            let done = desk.ask_chair(&scene.lawyer, scene.appeal, request).await;
            done.map(drop).map_err(|error| error.code)
        };
        let to_author = |to: String| QueryRequest { to: Some(to), ..scene.ask(true) };
        assert_eq!(ask(to_author(scene.author.to_uppercase())).await, Err("chair-is-author"), "{on}");
        let row = desk.member_by_source(&scene.world.head, &Untrusted::new("N1")).await.expect("the row");
        desk.confirm_by_call(&scene.lawyer, scene.appeal, row, "да".into()).await.expect("confirmed");
        let second = somebody();
        let linked = NewIdentity {
            member: row,
            contact: second.clone(),
            ground: LinkGround::Document,
            appeal: None,
            note: "справка".into(),
        };
        desk.link_identity(&scene.lawyer, linked).await.expect("linked");
        assert_eq!(ask(to_author(second)).await, Err("chair-is-author"), "{on}: a linked contact");
        assert_eq!(scene.world.only().await.name_to_chair, Consent::NotAsked, "{on}: nothing is left");

        assert_eq!(scene.asks(true).await, Ok(()), "{on}");
        assert_eq!(scene.asks(false).await, Ok(()), "{on}: the word was given");
        let orgs = desk.organisations(&scene.world.head).await.expect("organisations");
        let south = orgs.iter().find(|org| raw(&org.code) == "south").expect("the other one").id;
        let elsewhere = |agreed| QueryRequest { org: south, ..scene.ask(agreed) };
        assert_eq!(ask(elsewhere(false)).await, Err("needs-consent"), "{on}: not for this one");
        assert_eq!(ask(elsewhere(true)).await, Ok(()), "{on}");
        assert_eq!(ask(elsewhere(false)).await, Ok(()), "{on}");
        scene.world.holds().await;
    }
}
