//! A session over a real desk: bytes in, frames out through a terminal emulator. A test waits for what the screen shows.

use crate::support::{Wire, postgres};
use jiff::{SignedDuration, Timestamp};
use otklik_core::clock::Clock;
use otklik_core::desk::settings::Settings as DeskSettings;
use otklik_core::desk::views::DeliveryFilter;
use otklik_core::desk::views::{PageFrom, QueueFilter};
use otklik_core::desk::{Desk, DeskUrl, InitRequest, NewAccount, read_former_appeals};
use otklik_core::types::{Actor, AppealId, DeliveryState, Role};
use otklik_ui::app::Model;
use otklik_ui::i18n::Lang;
use otklik_ui::keymap::Keymap;
use otklik_ui::session::{Ended, Settings, run};
use otklik_ui::term::TermEvent;
use otklik_ui::theme::{Depth, Theme};
use ratatui::Frame;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Far longer than anything takes on a busy machine: only a failing test spends it.
const PATIENCE: Duration = Duration::from_secs(60);

struct Place {
    desk: Arc<Desk>,
    actor: Actor,
    _folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = DeskUrl::Sqlite(folder.path().join("desk.db"));
        Self::at(url, folder).await
    }

    async fn at(url: DeskUrl, folder: TempDir) -> Self {
        let clock = Clock::starting_at("2026-11-16T10:00:00+03:00".parse().unwrap());
        let settings = DeskSettings {
            organisation: "Приозёрская обл. орг.".into(),
            ..DeskSettings::default()
        };
        let request = InitRequest {
            settings,
            me: "Орлова А. П.".into(),
            role: Role::Head,
            os_user: Some("orlova".into()),
            demo: true,
        };
        let desk = Desk::init(&url, clock, folder.path(), request).await.unwrap();
        let actor = desk.authenticate("orlova").await.unwrap();
        let account = NewAccount {
            name: "почта".into(),
            address: "appeals@example.org".into(),
            incoming: format!("maildir:{}", folder.path().display()),
            outgoing: format!("folder:{}", folder.path().display()),
            since: Timestamp::UNIX_EPOCH,
            ..NewAccount::default()
        };
        desk.add_channel(&actor, account).await.unwrap();
        Self { desk: Arc::new(desk), actor, _folder: folder }
    }

    async fn add_appeal(&self, id: &str, name: &str) {
        let received = self.desk.clock().now() - SignedDuration::from_hours(2);
        let json = format!(
            r#"[{{"id":"{id}","channel":"email","received_at":"{received}","from_name":"{name}",
            "from_email":"alena@example.org","subject":"Увольнение","body":"Меня уволили за прогул."}}]"#
        );
        let (former, unreadable) = read_former_appeals(json.as_bytes()).unwrap();
        assert!(unreadable.is_empty());
        self.desk.import_appeals(&self.actor, former, true).await.unwrap();
    }

    async fn first_appeal(&self) -> AppealId {
        let page =
            self.desk.queue_page(&self.actor, &QueueFilter::default(), PageFrom::Start, 10).await.unwrap();
        page.rows[0].id
    }

    async fn draft(&self) -> Option<String> {
        let id = self.first_appeal().await;
        self.desk.appeal(&self.actor, id).await.unwrap().draft.map(|draft| draft.text)
    }

    fn console(&self, settings: Settings) -> Terminal {
        let (columns, rows) = settings.size;
        let (events, receiver) = mpsc::channel(64);
        let (ours, theirs) = duplex(64 * 1024);
        let session =
            tokio::spawn(run(Arc::clone(&self.desk), self.actor.clone(), settings, receiver, theirs));
        let [rows, columns] = [rows, columns].map(|n| std::num::NonZero::new(n).unwrap());
        let screen = Arc::new((Mutex::new(vt100::Parser::new(rows, columns, 0)), Notify::new()));
        let reader = tokio::spawn(read_frames(ours, Arc::clone(&screen)));
        Terminal { events, screen, session, reader }
    }
}

type Screen = Arc<(Mutex<vt100::Parser>, Notify)>;

async fn read_frames(mut from: DuplexStream, screen: Screen) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        screen.0.lock().unwrap().process(&buffer[..n]);
        screen.1.notify_one();
    }
}

struct Terminal {
    events: mpsc::Sender<TermEvent>,
    screen: Screen,
    session: JoinHandle<otklik_core::error::Result<Ended>>,
    reader: JoinHandle<()>,
}

impl Terminal {
    async fn send(&self, bytes: &str) {
        self.events.send(TermEvent::Bytes(bytes.as_bytes().to_vec())).await.unwrap();
    }

    fn contents(&self) -> String {
        self.screen.0.lock().unwrap().screen().contents()
    }

    async fn shows(&self, text: &str) {
        let seen = async {
            while !self.contents().contains(text) {
                self.screen.1.notified().await;
            }
        };
        if timeout(PATIENCE, seen).await.is_err() {
            panic!("«{text}» never came:\n{}", self.contents());
        }
    }

    async fn ends(self) -> Ended {
        let ended = timeout(PATIENCE, self.session).await.expect("the session never ended").unwrap().unwrap();
        self.reader.abort();
        ended
    }
}

fn settings() -> Settings {
    let keymap = Arc::new(Keymap::shipped().unwrap());
    Settings::new(Lang::Ru, Theme::dark(Depth::Mono), keymap, (120, 32))
}

/// Waits until the probe gives something.
async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        let mut steps = tokio::time::interval(Duration::from_millis(20));
        loop {
            steps.tick().await;
            if let Some(value) = probe().await {
                return value;
            }
        }
    };
    timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

#[tokio::test]
async fn a_new_appeal_appears_by_itself_and_f10_leaves() {
    let place = Place::new().await;
    let terminal = place.console(settings());
    terminal.shows("Открытых обращений нет").await;
    place.add_appeal("17", "Семёнова Алёна").await;
    terminal.shows("Семёнова Алёна").await;
    terminal.send("\x1b[21~").await;
    assert_eq!(terminal.ends().await, Ended::Left);
}

#[tokio::test]
async fn two_consoles_on_one_desk_see_who_took_it() {
    let place = Place::new().await;
    place.add_appeal("17", "Семёнова Алёна").await;
    let (one, two) = (place.console(settings()), place.console(settings()));
    one.shows("Семёнова Алёна").await;
    two.shows("исполнитель: нет").await;
    one.send("\x1bOQ").await;
    one.shows("теперь ваше").await;
    two.shows("исполнитель: Орлова А. П.").await;
}

#[tokio::test]
async fn a_reply_typed_and_sent_leaves_as_a_delivery_and_can_be_taken_back() {
    let place = Place::new().await;
    place.add_appeal("17", "Семёнова Алёна").await;
    let terminal = place.console(settings());
    terminal.shows("Семёнова Алёна").await;
    terminal.send("\x1bOS").await;
    terminal.shows("Ответ: alena@example.org").await;
    terminal.send("Здравствуйте! Вашим делом занимаюсь я.").await;
    terminal.shows("черновик сохранён").await;
    terminal.send("\x1b[19~").await;
    terminal.shows("Ответ принят к отправке").await;
    let deliveries = place.desk.deliveries(&place.actor, DeliveryFilter::Open, 10).await.unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].state, DeliveryState::Scheduled);
    assert_eq!(place.draft().await, None, "what is sent is no draft any more");
    terminal.send("\x1a").await;
    terminal.shows("текст снова в черновике").await;
    terminal.shows("Ответ: alena@example.org").await;
    assert_eq!(place.draft().await.as_deref(), Some("Здравствуйте! Вашим делом занимаюсь я."));
}

#[tokio::test]
async fn what_was_typed_is_saved_without_a_key_and_survives_a_hang_up() {
    let place = Place::new().await;
    place.add_appeal("17", "Семёнова Алёна").await;
    let terminal = place.console(settings());
    terminal.shows("Семёнова Алёна").await;
    terminal.send("\x1bOS").await;
    terminal.shows("Ответ: alena@example.org").await;
    terminal.send("Первые слова").await;
    let saved = eventually("the draft", async || place.draft().await).await;
    assert_eq!(saved, "Первые слова");
    terminal.send(" и последние").await;
    terminal.shows("Первые слова и последние").await;
    terminal.events.send(TermEvent::Hangup).await.unwrap();
    assert_eq!(terminal.ends().await, Ended::HungUp);
    assert_eq!(place.draft().await.as_deref(), Some("Первые слова и последние"));
    let again = place.console(settings());
    again.shows("Семёнова Алёна").await;
    again.send("\x1bOS").await;
    again.shows("Первые слова и последние").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_gone_the_console_says_since_when_and_goes_on_with_what_was_typed() {
    let Some(engine) = postgres() else { return };
    let (wire, through) = Wire::before(engine.url()).await;
    let place = Place::at(DeskUrl::parse(&through).unwrap(), TempDir::new().unwrap()).await;
    place.add_appeal("17", "Семёнова Алёна").await;
    let terminal = place.console(settings());
    terminal.shows("Семёнова Алёна").await;
    terminal.shows("Приём: ").await;
    terminal.send("\x1bOS").await;
    terminal.shows("Ответ: alena@example.org").await;
    wire.is(false);
    terminal.shows("БАЗА НЕ ОТВЕЧАЕТ с ").await;
    assert!(!terminal.contents().contains("Приём: "), "nobody knows whether mail comes in");
    terminal.send("Пока базы не было").await;
    terminal.shows("Пока базы не было").await;

    wire.is(true);
    let saved = eventually("the draft", async || place.draft().await).await;
    assert_eq!(saved, "Пока базы не было");
    terminal.shows("Приём: ").await;
    place.add_appeal("18", "Сосин Пётр").await;
    terminal.send("\x1b\x1b").await;
    terminal.shows("Сосин Пётр").await;
    assert!(!terminal.contents().contains("БАЗА НЕ ОТВЕЧАЕТ"));
}

#[tokio::test]
async fn a_registry_is_loaded_and_taken_back_at_the_console() {
    let place = Place::new().await;
    let file = place._folder.path().join("реестр.csv");
    let rows = "Ф.И.О.;Дата рожд.\nСемёнова Алёна Игоревна;14.03.1987\nСафонов Пётр Ильич;02.11.1992\n";
    std::fs::write(&file, rows).unwrap();
    let known = async || place.desk.find_members(&place.actor, "Семёнова", 10).await.unwrap().len();
    let terminal = place.console(settings());
    terminal.shows("Открытых обращений нет").await;
    terminal.send("4").await;
    terminal.shows("фамилия, телефон").await;
    terminal.send("\x1bOQ").await;
    terminal.shows("Загрузок ещё не было").await;
    terminal.send("\x1bOQ").await;
    terminal.shows("Файл реестра").await;
    // The line begins with a folder: it is emptied first.
    terminal.send("\x15").await;
    terminal.send(&file.display().to_string()).await;
    terminal.send("\r").await;
    terminal.shows("реестр.csv: csv").await;
    terminal.send("\x1b[18~").await;
    terminal.shows("Новых: 2").await;
    assert_eq!(known().await, 0, "comparing writes nothing");
    terminal.send("\x1b[19~").await;
    terminal.shows("Загрузить реестр?").await;
    terminal.send("\x1b[C\r").await;
    terminal.shows("Реестр загружен: новых 2").await;
    assert_eq!(known().await, 1);
    terminal.shows("действует").await;
    terminal.send("\x1b[19~").await;
    terminal.shows("Отменить загрузку?").await;
    terminal.send("\x1b[C\r").await;
    terminal.shows("реестр такой, как до неё").await;
    assert_eq!(known().await, 0);
}

/// Fails once the reply holds a certain word.
fn failing_view(model: &Model, frame: &mut Frame<'_>) {
    let text = model.appeal().and_then(|state| state.reply.as_ref()).map(|reply| reply.editor.text());
    assert!(
        !text.is_some_and(|text| text.as_str().contains("бах")),
        "the view fails, as the test wants it to"
    );
    otklik_ui::app::view(model, frame);
}

#[tokio::test]
async fn a_panic_ends_the_session_with_70_and_keeps_the_draft() {
    let place = Place::new().await;
    place.add_appeal("17", "Семёнова Алёна").await;
    let terminal = place.console(Settings { view: failing_view, ..settings() });
    terminal.shows("Семёнова Алёна").await;
    terminal.send("\x1bOS").await;
    terminal.shows("Ответ: alena@example.org").await;
    terminal.send("До беды и бах").await;
    let ended = terminal.ends().await;
    assert_eq!((ended, ended.exit_code()), (Ended::Panicked, 70));
    assert_eq!(place.draft().await.as_deref(), Some("До беды и бах"));
}

#[tokio::test]
async fn a_terminal_that_takes_no_bytes_does_not_keep_the_session_from_its_hang_up() {
    let place = Place::new().await;
    place.add_appeal("17", "Семёнова Алёна").await;
    let (events, receiver) = mpsc::channel(64);
    // Nobody reads from the other end, and it holds less than a frame.
    let (_blocked, theirs) = duplex(16);
    let session =
        tokio::spawn(run(Arc::clone(&place.desk), place.actor.clone(), settings(), receiver, theirs));
    for _ in 0..200 {
        events.send(TermEvent::Bytes(b"j".to_vec())).await.unwrap();
    }
    events.send(TermEvent::Hangup).await.unwrap();
    let ended = timeout(PATIENCE, session).await.expect("the session never ended").unwrap().unwrap();
    assert_eq!(ended, Ended::HungUp);
}
