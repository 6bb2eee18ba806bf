//! The console as a person meets it: keys are typed as bytes, answers of the desk are given by the test, and what the
//! screen shows is read back. Nothing waits: time is moved by the test.

mod calls;
mod card;
mod check;
mod conflicts;
mod digital;
mod earlier;
mod fixture;
mod frame;
mod imports;
mod incoming;
mod outgoing;
mod outside;
mod queue;
mod recipients;
mod reply;
mod settings;
mod thread;

use jiff::{SignedDuration, Timestamp};
use otklik_core::desk::views::{
    AppealView, CallRow, CallView, ChannelView, DeliveryFilter, DeliveryView, HistoryLetter, Intake,
    JoinTarget, MatchCard, MemberHit, OrgView, QuarantineRow, QuarantineView, QueueCounts, QueueRow,
    ReportView, StaffView,
};
use otklik_core::desk::{AccountRoutes, CheckReport, ConflictView, DigestData, MemberCard};
use otklik_core::desk::{ImportView, MemberImport, read_registry};
use otklik_core::error::Error;
use otklik_core::types::{AppealId, StaffId};
use otklik_ui::app::{
    Answer, Ask, ChannelSettings, Effect, Env, Exit, Failure, Generation, Me, Model, Msg, Wake, start,
    update, view,
};
use otklik_ui::i18n::{Lang, Tr, has_gap};
use otklik_ui::keymap::Keymap;
use otklik_ui::term::{Input, Parser};
use otklik_ui::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Which questions fail, and with what code.
pub type Failing = (fn(&Ask) -> bool, &'static str);

/// What the scripted desk holds and how it answers.
#[derive(Default)]
pub struct FakeDesk {
    pub rows: Vec<QueueRow>,
    pub appeals: HashMap<AppealId, AppealView>,
    pub counts: QueueCounts,
    pub intake: Option<Intake>,
    pub staff: Vec<StaffView>,
    pub deliveries: Vec<DeliveryView>,
    /// Which of them were last asked for.
    pub filter: Option<DeliveryFilter>,
    pub card: Option<MatchCard>,
    pub calls: Vec<CallRow>,
    pub call: Option<CallView>,
    pub targets: Vec<JoinTarget>,
    pub conflicts: Vec<ConflictView>,
    pub hits: Vec<MemberHit>,
    pub digital: Option<MemberCard>,
    pub check: Option<CheckReport>,
    /// What the registry was last asked for.
    pub asked_for: Option<String>,
    pub channels: Vec<ChannelView>,
    pub unmatched: Vec<ReportView>,
    pub routes: Vec<AccountRoutes>,
    pub digest: DigestData,
    pub completes: (String, Vec<String>),
    pub quarantine: Vec<QuarantineRow>,
    pub raw: Option<QuarantineView>,
    pub earlier: Vec<HistoryLetter>,
    pub orgs: Vec<OrgView>,
    pub imports: Vec<ImportView>,
    /// The bytes of whatever registry file is opened.
    pub registry: Vec<u8>,
    /// What it would change, and what it changes.
    pub import: MemberImport,
    /// Reads that fail, by a test on the question.
    pub failing: Option<Failing>,
    /// The next write is refused with this.
    pub refusing: Option<Error>,
}

impl FakeDesk {
    fn answer(&mut self, ask: &Ask) -> Result<Answer, Error> {
        if let Some((fails, code)) = self.failing
            && fails(ask)
        {
            return Err(Error::failed(code));
        }
        if ask.is_write()
            && let Some(error) = self.refusing.take()
        {
            return Err(error);
        }
        let missing = || Error::not_found("no-appeal");
        Ok(match ask {
            Ask::Organisation => Answer::Organisation("Приозёрская обл. орг.".into()),
            Ask::Staff => Answer::Staff(self.staff.clone()),
            Ask::Counts => Answer::Counts(self.counts.clone()),
            Ask::Intake => Answer::Intake(self.intake.unwrap_or(Intake::Running)),
            Ask::Queue { from, limit, .. } => Answer::Queue(fixture::page(&self.rows, *from, *limit)),
            Ask::Pane(id) | Ask::Appeal(id) => {
                Answer::Appeal(Box::new(self.appeals.get(id).cloned().ok_or_else(missing)?))
            }
            Ask::Deliveries { filter, .. } => {
                self.filter = Some(*filter);
                Answer::Deliveries(self.deliveries.clone())
            }
            Ask::Calls { .. } => Answer::Calls(self.calls.clone()),
            Ask::Call(_) => Answer::Call(Box::new(self.call.clone().ok_or_else(missing)?)),
            Ask::Conflicts { .. } => Answer::Conflicts(self.conflicts.clone()),
            Ask::JoinTargets(_) => Answer::JoinTargets(self.targets.clone()),
            Ask::MatchCard(_) => Answer::MatchCard(Box::new(self.card.clone().ok_or_else(missing)?)),
            Ask::FindMembers { query, .. } => {
                self.asked_for = Some(query.clone());
                Answer::Members(self.hits.clone())
            }
            Ask::CheckMembers { .. } => Answer::Check(Box::new(self.check.clone().ok_or_else(missing)?)),
            Ask::MemberCard(_) => Answer::MemberCard(Box::new(self.digital.clone().ok_or_else(missing)?)),
            Ask::CompletePath(_) => Answer::Completed(self.completes.0.clone(), self.completes.1.clone()),
            Ask::Channels => Answer::Channels(self.channels.clone(), self.unmatched.clone()),
            Ask::ChannelSettings(name) => {
                let channel =
                    self.channels.iter().find(|channel| channel.name == *name).ok_or_else(missing)?;
                let routes = self.routes.iter().find(|routes| routes.name == *name).ok_or_else(missing)?;
                let (channel, routes, orgs) = (channel.clone(), routes.clone(), self.orgs.clone());
                Answer::ChannelSettings(Box::new(ChannelSettings { channel, routes, orgs }))
            }
            Ask::SetChannel { .. } => Answer::ChannelSet(0, Vec::new()),
            Ask::Digest => {
                Answer::Digest(Box::new(self.digest.clone()), self.staff.first().cloned().map(Box::new))
            }
            Ask::Quarantine { .. } => Answer::Quarantine(self.quarantine.clone()),
            Ask::FindEarlier { .. } => {
                Answer::Earlier(self.earlier.iter().map(|letter| letter.row.clone()).collect())
            }
            Ask::EarlierLetter(id) => {
                let letter = self.earlier.iter().find(|letter| letter.row.id == *id);
                Answer::EarlierLetter(Box::new(letter.cloned().ok_or_else(missing)?))
            }
            Ask::AppealFromEarlier(_) => {
                let row = self.rows.first().ok_or_else(missing)?;
                Answer::AppealMade(row.id, row.number)
            }
            Ask::RawItem(_) => Answer::RawItem(Box::new(self.raw.clone().ok_or_else(missing)?)),
            Ask::OpenMember(_, id) => {
                let names = self.card.iter().flat_map(|card| &card.candidates).map(|c| &c.member);
                let row = names.chain(self.hits.iter().map(|hit| &hit.member)).find(|row| row.id == *id);
                let name = row.ok_or_else(missing)?.name.display().as_str().to_owned();
                let n = id.0.as_u128() - 0x5000;
                Answer::Member(Box::new(fixture::member(n, &name)))
            }
            Ask::Orgs => Answer::Orgs(self.orgs.clone()),
            Ask::Imports { .. } => Answer::Imports(self.imports.clone()),
            Ask::ReadRegistry { sheet, .. } => {
                Answer::Registry(Box::new(read_registry(&self.registry, sheet.as_deref())?))
            }
            Ask::CompareRegistry(_) | Ask::LoadRegistry(_) => Answer::Import(Box::new(self.import.clone())),
            Ask::ImportProgress(_) => Answer::Progress(3000, 80_000),
            Ask::SaveAttachment { dir, .. } => Answer::Saved(dir.join("prikaz.pdf")),
            _ => Answer::Done,
        })
    }
}

/// A console under test.
pub struct Console {
    pub model: Model,
    pub desk: FakeDesk,
    parser: Parser,
    terminal: Terminal<TestBackend>,
    asked: Vec<(Generation, Ask)>,
    wakes: Vec<(Timestamp, Wake)>,
    /// Every change asked for, in order.
    pub written: Vec<Ask>,
    pub exit: Option<Exit>,
    pub draws: usize,
}

impl Console {
    pub fn new(columns: u16, rows: u16, lang: Lang, desk: FakeDesk) -> Self {
        let mut console = Self::unanswered(columns, rows, lang, desk);
        console.settle();
        console
    }

    /// A console whose first questions have not been answered yet.
    pub fn unanswered(columns: u16, rows: u16, lang: Lang, desk: FakeDesk) -> Self {
        let other = if lang == Lang::Ru { Lang::En } else { Lang::Ru };
        let env = Env {
            tr: Tr::new(lang),
            other_tr: Tr::new(other),
            theme: Theme::dark(Depth::Mono),
            keymap: Arc::new(Keymap::shipped().unwrap()),
            now: fixture::now(),
            zone: fixture::zone(),
            size: (columns, rows),
            me: Me { staff: Some(fixture::ME), name: "Орлова А. П.".into(), roles: Vec::new() },
            session: Uuid::from_u128(7),
            save_dir: PathBuf::from("/home/orlova"),
        };
        let mut console = Self {
            model: Model::new(env),
            desk,
            parser: Parser::new(),
            terminal: Terminal::new(TestBackend::new(columns, rows)).unwrap(),
            asked: Vec::new(),
            wakes: Vec::new(),
            written: Vec::new(),
            exit: None,
            draws: 0,
        };
        let effects = start(&mut console.model);
        console.take(effects);
        console
    }

    /// The console at 120×32 in Russian with the fixture's five appeals.
    pub fn wide() -> Self {
        Self::new(120, 32, Lang::Ru, fixture::desk())
    }

    /// The same at 80×24.
    pub fn narrow() -> Self {
        Self::new(80, 24, Lang::Ru, fixture::desk())
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { generation, ask } => {
                    if ask.is_write() {
                        self.written.push(ask.clone());
                    }
                    self.asked.push((generation, ask));
                }
                Effect::Wake { wake, after } => {
                    let after = SignedDuration::try_from(after).unwrap();
                    self.wakes.push((self.model.env.now + after, wake));
                }
                Effect::Quit(exit) => self.exit = Some(exit),
            }
        }
    }

    pub fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.take(effects);
    }

    /// Lets the desk answer the oldest question.
    pub fn answer_next(&mut self) -> bool {
        if self.asked.is_empty() {
            return false;
        }
        let (generation, ask) = self.asked.remove(0);
        let result = self.desk.answer(&ask).map_err(Failure::from);
        self.send(Msg::Answer { generation, result });
        true
    }

    /// Lets the desk answer everything, and what follows from that.
    pub fn settle(&mut self) {
        for _ in 0..200 {
            if !self.answer_next() {
                return;
            }
        }
        panic!("the console never stops asking: {:?}", self.asked);
    }

    /// Questions that wait for an answer.
    pub fn pending(&self) -> Vec<&Ask> {
        self.asked.iter().map(|(_, ask)| ask).collect()
    }

    /// Moves time on, wakes what asked for it, and lets the desk answer.
    pub fn wait(&mut self, time: Duration) {
        self.pass(time);
        self.settle();
    }

    /// Moves time on and wakes what asked for it; the desk stays silent.
    pub fn pass(&mut self, time: Duration) {
        let until = self.model.env.now + SignedDuration::try_from(time).unwrap();
        while let Some(at) = self.wakes.iter().map(|(at, _)| *at).min().filter(|at| *at <= until) {
            let place = self.wakes.iter().position(|(when, _)| *when == at).unwrap();
            let (_, wake) = self.wakes.remove(place);
            self.send(Msg::Tick(at));
            self.send(Msg::Woke(wake));
        }
        self.send(Msg::Tick(until));
    }

    /// Bytes as a terminal sends them, all at once.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let mut inputs = Vec::new();
        self.parser.feed(bytes, &mut inputs);
        self.parser.flush_escape(&mut inputs);
        for input in inputs {
            self.input(input);
        }
    }

    fn input(&mut self, input: Input) {
        self.send(Msg::Input(input));
    }

    /// One key by its name, then all that follows from it: the guard's wait, the answers.
    pub fn key(&mut self, name: &str) {
        self.bytes(fixture::key(name).as_bytes());
        self.wait(Duration::from_millis(1100));
    }

    pub fn keys(&mut self, names: &str) {
        for name in names.split(' ') {
            self.key(name);
        }
    }

    /// Text typed as fast as a machine types.
    pub fn type_text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// What the screen shows now, a line a row.
    pub fn screen(&mut self) -> String {
        let size = self.model.env.size;
        if self.terminal.backend().buffer().area.as_size() != size.into() {
            self.terminal.backend_mut().resize(size.0, size.1);
            self.terminal.resize(ratatui::layout::Rect::new(0, 0, size.0, size.1)).unwrap();
        }
        self.terminal.draw(|frame| view(&self.model, frame)).unwrap();
        self.draws += 1;
        let buffer = self.terminal.backend().buffer();
        let rows = buffer.area.rows().map(|row| {
            let line: String = row.columns().map(|cell| buffer[(cell.x, cell.y)].symbol()).collect();
            line.trim_end().to_owned()
        });
        let screen = rows.collect::<Vec<_>>().join("\n");
        assert!(!has_gap(&screen), "a text is missing:\n{screen}");
        screen
    }

    pub fn shows(&mut self, text: &str) {
        let screen = self.screen();
        assert!(screen.contains(text), "«{text}» is not on the screen:\n{screen}");
    }

    pub fn hides(&mut self, text: &str) {
        let screen = self.screen();
        assert!(!screen.contains(text), "«{text}» is on the screen:\n{screen}");
    }

    /// The number of the row under the cursor.
    pub fn selected(&self) -> i64 {
        self.model.queue.selected_row().unwrap().number.seq
    }

    /// The last change asked for.
    pub fn last_written(&self) -> &Ask {
        self.written.last().expect("nothing was asked to be changed")
    }
}

/// Another person at the desk.
pub const OTHER: StaffId = StaffId(Uuid::from_u128(0xb));
