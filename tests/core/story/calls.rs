//! Calls to authors who are not members: a task for each, attempts, the promise that only a conversation meets, and the
//! application that goes to a chair on the author's word.

use super::letters::{fresh_id, plain};
use super::world::{Plan, World, moment, somebody};
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::{CallRow, CallView};
use otklik_core::desk::{ImportRequest, JoinRequest, NewCall, OrgRow, read_registry};
use otklik_core::mail;
use otklik_core::types::{
    Actor, AppealId, ApplicationState, CallEnd, CallOutcome, Consent, DeliveryKind, MemberState, OrgLevel,
    Purpose, ResponseState, Role, Stage, Untrusted,
};

const TEXT: &str = "Я не член профсоюза, но меня увольняют. Мой телефон 8 900 111-22-33.";

struct Scene {
    world: World,
    lawyer: Actor,
    appeal: AppealId,
    author: String,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let out = format!("folder:{}", engine.folder().join("out").display());
        let world = World::new(engine, Plan { outgoing: &out, receipts: false, ..Plan::default() }).await;
        let lawyer = world.person("Ахметов Т. Р.", Role::Lawyer, None).await;
        let author = somebody();
        let letter = plain(&format!("Северова Анна <{author}>"), &world.ours, &fresh_id(), "", TEXT);
        world.lands("2026-11-16T09:00:00+03:00", &letter);
        world.run().await;
        let appeal = world.only().await.id;
        Self { world, lawyer, appeal, author }
    }

    async fn state(&self, state: MemberState) {
        self.world.desk.set_member_state(&self.lawyer, self.appeal, state).await.expect("stated");
    }

    async fn log(&self, call: NewCall) -> Result<(), &'static str> {
        let logged = self.world.desk.log_call(&self.lawyer, self.appeal, call).await;
        logged.map(drop).map_err(|error| error.code)
    }

    async fn call(&self) -> CallView {
        self.world.desk.call(&self.lawyer, self.appeal).await.expect("a task")
    }

    async fn open(&self) -> Vec<CallRow> {
        self.world.desk.calls(&self.lawyer, false, 100).await.expect("tasks")
    }

    async fn response(&self) -> (ResponseState, Option<jiff::Timestamp>) {
        let row = self.world.only().await;
        (row.response.state, row.response.met_at)
    }

    /// The letters that have left, whole.
    fn sent(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.world.engine.folder().join("out")).into_iter().flatten().flatten();
        let letters = files.map(|file| std::fs::read(file.path()).expect("a letter"));
        letters.map(|bytes| String::from_utf8(bytes).expect("ASCII")).collect()
    }
}

fn raw(text: &Untrusted) -> &str {
    text.raw_for(Purpose::Matching)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_member_is_called_and_only_a_conversation_meets_the_promise() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (world, on) = (&scene.world, scene.world.on());
        assert!(scene.open().await.is_empty(), "{on}");
        scene.state(MemberState::NotMember).await;
        let row = scene.open().await.remove(0);
        assert_eq!((raw(&row.author), row.attempts, row.next_at), ("Северова Анна", 0, None), "{on}");
        assert_eq!(row.phone.as_ref().map(raw), Some("+79001112233"), "{on}: from the text");
        assert_eq!(world.desk.queue_counts(&scene.lawyer).await.expect("counts").calls, 1, "{on}");
        let call = scene.call().await;
        assert_eq!(call.tel.as_deref(), Some("tel:+79001112233"), "{on}");

        scene.log(NewCall::of(CallOutcome::NoAnswer)).await.expect("logged");
        scene.log(NewCall::of(CallOutcome::WrongNumber)).await.expect("logged");
        assert_eq!(scene.response().await, (ResponseState::Running, None), "{on}: nobody was reached");
        scene.log(NewCall::of(CallOutcome::NoAnswer)).await.expect("logged");
        let row = scene.open().await.remove(0);
        let next = row.next_at.expect("a proposed moment");
        // The response is due at nine the next morning: there is time for another attempt before it.
        let (from, until) = (moment("2026-11-16T18:00:00+03:00"), moment("2026-11-16T18:01:00+03:00"));
        assert!(row.attempts == 3 && next >= from && next < until, "{on}: {next}");

        let of = |at: &str| NewCall { at: Some(moment(at)), ..NewCall::of(CallOutcome::Explained) };
        assert_eq!(scene.log(of("2026-11-16T11:00:00+03:00")).await, Err("call-in-future"), "{on}");
        assert_eq!(scene.log(of("2026-11-16T08:59:00+03:00")).await, Err("call-before-appeal"), "{on}");
        world.clock.set(moment("2026-11-16T12:40:00+03:00"));
        let gist = "Рассказал о помощи и о вступлении".to_owned();
        scene.log(NewCall { gist: gist.clone(), ..of("2026-11-16T10:30:00+03:00") }).await.expect("logged");
        let met = Some(moment("2026-11-16T10:30:00+03:00"));
        assert_eq!(scene.response().await, (ResponseState::Met, met), "{on}: from the time of the call");
        let attempt = scene.call().await.attempts.pop().expect("the attempt");
        assert!(attempt.late && raw(&attempt.gist) == gist, "{on}: {attempt:?}");
        assert!(attempt.entered_at >= moment("2026-11-16T12:40:00+03:00"), "{on}: {attempt:?}");
        world.holds().await;

        // A key that was pressed by mistake takes nothing away from the author.
        world.desk.strike_call(&scene.lawyer, scene.appeal).await.expect("taken back");
        assert_eq!(scene.response().await, (ResponseState::Running, None), "{on}");
        let refused = world.desk.close_call(&scene.lawyer, scene.appeal, CallEnd::Advised, true).await;
        assert_eq!(refused.expect_err("nobody spoke with the author").code, "not-advised", "{on}");
        world.holds().await;

        scene.log(NewCall::of(CallOutcome::Explained)).await.expect("logged");
        world.desk.close_call(&scene.lawyer, scene.appeal, CallEnd::Advised, true).await.expect("closed");
        let view = world.show(scene.appeal).await;
        assert_eq!((view.row.stage, view.row.response.state), (Stage::Closed, ResponseState::Met), "{on}");
        assert_eq!(view.calls.len(), 5, "{on}: the appeal shows its calls");
        assert!(view.row.merits_met_at.is_none(), "{on}: a conversation answers nothing on the merits");
        let actions: Vec<&str> = view.journal.iter().map(|line| line.action.as_str()).collect();
        assert!(
            ["call.opened", "call.logged", "call.struck", "call.closed"].iter().all(|a| actions.contains(a)),
            "{on}"
        );
        assert!(
            scene.open().await.is_empty()
                && scene.log(of("2026-11-16T11:00:00+03:00")).await == Err("call-done")
        );
        assert_eq!(
            world.desk.calls(&scene.lawyer, true, 10).await.expect("all")[0].ended,
            Some(CallEnd::Advised)
        );
        world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_when_the_author_turns_out_a_member_before_anybody_has_called() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (desk, on) = (&scene.world.desk, scene.world.on());
        let registry = "id,ppo,fio_raw,phone_raw\nN1,north,Северова Анна Ивановна,+7 900 111-22-33\n";
        let registry = read_registry(registry.as_bytes(), None).expect("a registry");
        let request = ImportRequest::of(registry, "registry.csv", true);
        desk.import_members(&scene.world.head, request).await.expect("imported");
        let member = desk.member_by_source(&scene.lawyer, &Untrusted::new("N1")).await.expect("the row");

        scene.state(MemberState::NotMember).await;
        desk.confirm_member(&scene.lawyer, scene.appeal, member).await.expect("linked");
        assert!(scene.open().await.is_empty(), "{on}");
        assert_eq!(scene.call().await.row.ended, Some(CallEnd::NotNeeded), "{on}");
        desk.unlink_member(&scene.lawyer, scene.appeal, otklik_core::types::UnlinkReason::Other)
            .await
            .expect("taken back");

        scene.state(MemberState::NotMember).await;
        assert_eq!(scene.open().await.len(), 1, "{on}: it is open again");
        scene.log(NewCall::of(CallOutcome::NoAnswer)).await.expect("logged");
        desk.confirm_member(&scene.lawyer, scene.appeal, member).await.expect("linked");
        assert_eq!(scene.open().await.len(), 1, "{on}: somebody has called, so somebody ends it");
        desk.close_call(&scene.lawyer, scene.appeal, CallEnd::NotNeeded, false).await.expect("ended");
        assert_eq!(scene.world.only().await.stage, Stage::New, "{on}: the appeal goes on");
        desk.add_call(&scene.lawyer, scene.appeal).await.expect("by hand");
        assert_eq!(scene.open().await.len(), 1, "{on}");
        scene.world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_seen_and_made_in_scope_only_and_the_script_is_the_organisations() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (world, on) = (&scene.world, scene.world.on());
        join_orgs(world).await;
        let other = world.person("Чужой Ч. Ч.", Role::Lawyer, Some("north")).await;
        scene.state(MemberState::NotMember).await;
        assert!(world.desk.calls(&other, true, 10).await.expect("none").is_empty(), "{on}");
        assert_eq!(world.desk.queue_counts(&other).await.expect("counts").calls, 0, "{on}");
        assert_eq!(
            world.desk.call(&other, scene.appeal).await.expect_err("out of scope").code,
            "no-appeal",
            "{on}"
        );
        let logged = world.desk.log_call(&other, scene.appeal, NewCall::of(CallOutcome::NoAnswer)).await;
        assert_eq!(logged.expect_err("out of scope").code, "no-appeal", "{on}");

        assert!(scene.call().await.script.is_none(), "{on}: the program's own");
        let script = Some("{union}: здравствуйте, {name}! Обращение {number}.".to_owned());
        let refused = world.desk.set_call_script(&scene.lawyer, script.clone()).await;
        assert_eq!(refused.expect_err("a setting of the desk").code, "not-allowed", "{on}");
        world.desk.set_call_script(&world.head, script).await.expect("set");
        let said = scene.call().await.script.expect("a script");
        let number = world.only().await.number;
        let wanted =
            format!("Приозёрская областная организация: здравствуйте, Северова Анна! Обращение {number}.");
        assert_eq!(raw(&said), wanted, "{on}");
        // Another process reads it when it next looks.
        world
            .desk
            .set_call_number(&scene.lawyer, scene.appeal, Some("8 (900) 555-66-77".into()))
            .await
            .expect("set");
        assert_eq!(scene.call().await.tel.as_deref(), Some("tel:+79005556677"), "{on}");
        world.holds().await;
    }
}

async fn join_orgs(world: &World) {
    let row = |code: &str, level, parent: Option<&str>| OrgRow {
        code: Untrusted::new(code),
        level,
        name: Untrusted::new(format!("Организация {code}")),
        parent: parent.map(Untrusted::new),
        life: Default::default(),
    };
    let rows = vec![row("region", OrgLevel::Regional, None), row("north", OrgLevel::Primary, Some("region"))];
    world.desk.import_orgs(&world.head, rows, true).await.expect("organisations");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_goes_on_the_authors_word_names_no_appeal_and_its_code_confirms_it_once() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (world, on) = (&scene.world, scene.world.on());
        join_orgs(world).await;
        let org = world.desk.join_targets(&scene.lawyer).await.expect("targets");
        assert_eq!(org.len(), 1, "{on}: primary ones only");
        let chair = somebody();
        let join = |to: Option<&str>, agreed| JoinRequest {
            org: org[0].org,
            to: to.map(str::to_owned),
            agreed,
            workplace: Some("Северная больница".into()),
            immediately: false,
        };
        let ask = async |request| {
            let done = world.desk.join_call(&scene.lawyer, scene.appeal, request).await;
            done.map(drop).map_err(|error| error.code)
        };
        scene.state(MemberState::NotMember).await;
        assert_eq!(ask(join(Some(&chair), true)).await, Err("not-asked-to-join"), "{on}");
        scene.log(NewCall::of(CallOutcome::AskedToJoin)).await.expect("logged");
        let met = scene.response().await;
        assert_eq!(ask(join(Some(&chair), false)).await, Err("needs-consent"), "{on}");
        assert_eq!(ask(join(None, true)).await, Err("no-chair-address"), "{on}");
        assert_eq!(
            world.only().await.name_to_chair,
            Consent::NotAsked,
            "{on}: what was refused has left no trace"
        );
        let person = world.person("Председатель П. П.", Role::Chair, Some("north")).await;
        world
            .desk
            .set_mailbox(&world.head, person.staff().expect("a person"), Some(&chair))
            .await
            .expect("set");
        ask(join(None, true)).await.expect("sent");
        assert_eq!(world.only().await.name_to_chair, Consent::Yes, "{on}");
        assert_eq!(ask(join(None, false)).await, Err("application-waits"), "{on}");
        let stuck = world.desk.strike_call(&scene.lawyer, scene.appeal).await;
        assert_eq!(stuck.expect_err("an application rests on it").code, "application-waits", "{on}");
        world.pass(SignedDuration::from_mins(1));
        world.run().await;

        let letters = scene.sent();
        assert_eq!(letters.len(), 1, "{on}");
        let read = mail::parse(letters[0].as_bytes());
        let text = raw(&read.text).to_owned();
        for said in ["Северова Анна", "+79001112233", "Организация north", "Место работы: Северная больница"]
        {
            assert!(text.contains(said), "{on}: {said}: {text}");
        }
        let number = world.only().await.number.to_string();
        for hidden in [number.as_str(), "увольняют", scene.author.as_str()] {
            assert!(!letters[0].contains(hidden) && !text.contains(hidden), "{on}: {hidden}: {text}");
        }
        assert_eq!(scene.response().await, met, "{on}: it answers nobody");
        let delivery = world
            .desk
            .deliveries(&scene.lawyer, DeliveryFilter::All, 10)
            .await
            .expect("deliveries")
            .remove(0);
        assert_eq!(delivery.kind, DeliveryKind::Application, "{on}");
        let code = text.lines().skip_while(|line| *line != "Код:").nth(1).expect("a code").to_owned();

        let wrong = world.desk.confirm_application(&scene.lawyer, scene.appeal, "7K3M-H4AC-DEFX").await;
        assert_eq!(wrong.expect_err("a wrong code").code, "application-code", "{on}");
        // The chair's answer: one that only quotes the letter confirms nothing and waits for a person.
        let id = read.message_id.clone().expect("a Message-ID");
        let answer = |text: &str| {
            let headers = format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n");
            plain(&chair, &world.ours, &fresh_id(), &headers, text)
        };
        world.lands("2026-11-16T11:00:00+03:00", &answer(&format!("Не вступает.\r\n\r\n{text}")));
        let stranger = plain(&somebody(), &world.ours, &fresh_id(), "", &format!("ПРИНЯТО {code}"));
        world.lands("2026-11-16T11:02:00+03:00", &stranger);
        world.lands("2026-11-16T11:05:00+03:00", &answer("ПРИНЯТО 7K3M-H4AC-DEFX"));
        world.run().await;
        let reasons = |rows: Vec<otklik_core::desk::views::QuarantineRow>| {
            let mut reasons: Vec<String> = rows.into_iter().map(|row| row.reason).collect();
            reasons.sort();
            reasons
        };
        let quarantined = world.desk.quarantine(&scene.lawyer, None, 10).await.expect("quarantine");
        assert_eq!(reasons(quarantined), ["application-answer", "application-code", "chair-sender"], "{on}");
        assert_eq!(scene.call().await.row.application, Some(ApplicationState::Waiting), "{on}");

        world.lands(
            "2026-11-16T11:10:00+03:00",
            &answer(&format!("Добрый день!\r\nпринято: {}\r\n", code.to_lowercase())),
        );
        world.run().await;
        let application = scene.call().await.application.expect("an application");
        assert_eq!(application.state, ApplicationState::Confirmed, "{on}");
        assert_eq!(world.rows().await.len(), 1, "{on}: a chair's answer is no appeal");
        assert!(world.only().await.unread, "{on}: somebody is told");
        let used = world.desk.confirm_application(&scene.lawyer, scene.appeal, &code).await;
        assert_eq!(used.expect_err("used").code, "application-confirmed", "{on}");
        world.lands("2026-11-16T11:15:00+03:00", &answer(&format!("Принято {code}")));
        world.run().await;
        let quarantined = world.desk.quarantine(&scene.lawyer, None, 10).await.expect("quarantine");
        assert_eq!(quarantined.len(), 4, "{on}: a used code changes nothing");
        world.holds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_a_person_enters_holds_for_a_month_and_another_application_takes_its_place() {
    for engine in engines() {
        let scene = Scene::new(engine).await;
        let (world, on) = (&scene.world, scene.world.on());
        join_orgs(world).await;
        let org = world.desk.join_targets(&scene.lawyer).await.expect("targets")[0].org;
        world.desk.add_call(&scene.lawyer, scene.appeal).await.expect("by hand");
        scene.log(NewCall::of(CallOutcome::AskedToJoin)).await.expect("logged");
        for _ in 0..2 {
            let request =
                JoinRequest { org, to: Some(somebody()), agreed: true, workplace: None, immediately: true };
            world.desk.join_call(&scene.lawyer, scene.appeal, request).await.expect("sent");
            world.pass(SignedDuration::from_mins(1));
            world.run().await;
        }
        let mut codes: Vec<String> = Vec::new();
        for letter in scene.sent() {
            let text = raw(&mail::parse(letter.as_bytes()).text).to_owned();
            codes.extend(text.lines().skip_while(|line| *line != "Код:").nth(1).map(str::to_owned));
        }
        assert_eq!(codes.len(), 2, "{on}");
        let mut said = Vec::new();
        world.pass(SignedDuration::from_hours(24 * 31));
        for code in &codes {
            let late = world.desk.confirm_application(&scene.lawyer, scene.appeal, code).await;
            said.push(late.expect_err("it holds no longer").code);
        }
        said.sort_unstable();
        assert_eq!(said, ["application-expired", "application-withdrawn"], "{on}");
        assert_eq!(scene.call().await.row.application, Some(ApplicationState::Expired), "{on}");
        world.pass(SignedDuration::from_hours(-24 * 20));
        let mut confirmed = 0;
        for code in &codes {
            let done =
                world.desk.confirm_application(&scene.lawyer, scene.appeal, &code.replace('-', " ")).await;
            confirmed += usize::from(done.is_ok());
        }
        assert_eq!(confirmed, 1, "{on}");
        world.holds().await;
    }
}
