//! The loop of a session.

use super::ask::carry_out;
use super::output::Output;
use super::{Ended, Settings};
use crate::app::{self, Ask, Effect, Exit, Failure, Generation, Model, Msg, Wake};
use crate::term::{AnsiBackend, ESCAPE_TIMEOUT, Input, Parser, TermEvent};
use otklik_core::desk::{Desk, Heard};
use otklik_core::types::Actor;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWrite;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

/// No two frames are nearer than this: sixty a second are more than an eye sees.
const FRAME_EVERY: Duration = Duration::from_millis(16);
/// How long the first frame waits for the first answers: one without them would be gone before anybody had read it.
const FIRST_ANSWERS: Duration = Duration::from_millis(50);
/// Answers that may wait for the session; then whoever has one waits.
const ANSWERS: usize = 64;
/// Events taken in one go before a frame is drawn: a paste comes in several.
const BATCH: usize = 64;
/// How long a session that ends waits for its writes.
const LAST_WRITES: Duration = Duration::from_secs(10);

pub(super) struct Driver {
    desk: Arc<Desk>,
    actor: Actor,
    settings: Settings,
    model: Model,
    parser: Parser,
    terminal: Terminal<AnsiBackend>,
    output: Output,
    answers: mpsc::Receiver<Msg>,
    answer_to: mpsc::Sender<Msg>,
    wakes: Vec<(Instant, Wake)>,
    escape_at: Option<Instant>,
    tasks: JoinSet<()>,
    /// Tells when the last write that was asked for is done: writes go one after another.
    last_write: Option<watch::Receiver<bool>>,
    /// The earliest moment of the next frame.
    frame_at: Instant,
    /// Whether any frame has been drawn.
    has_drawn: bool,
    ended: Option<Ended>,
}

/// What the loop woke up for.
enum Woken {
    Terminal(Option<TermEvent>),
    Answer(Option<Msg>),
    Heard(Heard),
    Wake,
    Escape,
    Tick,
    Frame,
    Written(std::io::Result<()>),
}

impl Driver {
    pub fn new<W>(desk: Arc<Desk>, actor: Actor, settings: Settings, model: Model, output: W) -> Self
    where
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let (columns, rows) = settings.size;
        let backend =
            AnsiBackend::new(columns, rows, settings.theme.depth).synchronized(settings.synchronized);
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, columns, rows)) };
        let Ok(terminal) = Terminal::with_options(backend, options);
        let (answer_to, answers) = mpsc::channel(ANSWERS);
        Self {
            desk,
            actor,
            settings,
            model,
            parser: Parser::new(),
            terminal,
            output: Output::new(output),
            answers,
            answer_to,
            wakes: Vec::new(),
            escape_at: None,
            tasks: JoinSet::new(),
            last_write: None,
            frame_at: Instant::now() + FIRST_ANSWERS,
            has_drawn: false,
            ended: None,
        }
    }

    pub async fn run(
        mut self,
        mut events: mpsc::Receiver<TermEvent>,
        mut changes: mpsc::Receiver<Heard>,
    ) -> Ended {
        self.guarded(|driver| {
            let effects = app::start(&mut driver.model);
            driver.perform(effects);
        });
        self.draw_if_due();
        while self.ended.is_none() {
            let woken = self.next(&mut events, &mut changes).await;
            self.take(woken, &mut events).await;
            self.draw_if_due();
        }
        self.finish().await
    }

    /// Waits for whatever comes first; what the person does goes before everything else.
    async fn next(
        &mut self,
        events: &mut mpsc::Receiver<TermEvent>,
        changes: &mut mpsc::Receiver<Heard>,
    ) -> Woken {
        let now = self.desk.clock().now();
        let tick_at = Instant::now() + app::tick_after(&self.model, now);
        let wake_at = self.wakes.iter().map(|(at, _)| *at).min();
        let frame_at = (self.model.dirty && !self.output.is_busy()).then_some(self.frame_at);
        tokio::select! {
            biased;
            event = events.recv() => Woken::Terminal(event),
            answer = self.answers.recv() => Woken::Answer(answer),
            Some(heard) = changes.recv() => Woken::Heard(heard),
            () = until(self.escape_at) => Woken::Escape,
            () = until(wake_at) => Woken::Wake,
            written = self.output.written() => Woken::Written(written),
            () = until(frame_at) => Woken::Frame,
            () = sleep_until(tick_at) => Woken::Tick,
        }
    }

    /// Takes in what the loop woke up for and everything else that is ready.
    async fn take(&mut self, woken: Woken, events: &mut mpsc::Receiver<TermEvent>) {
        let now = self.desk.clock().now();
        self.tell(Msg::Tick(now));
        match woken {
            Woken::Terminal(event) => {
                self.terminal_event(event);
                for _ in 0..BATCH {
                    let Ok(event) = events.try_recv() else { break };
                    self.terminal_event(Some(event));
                }
            }
            Woken::Answer(answer) => {
                if let Some(answer) = answer {
                    self.tell(answer);
                }
                while let Ok(answer) = self.answers.try_recv() {
                    self.tell(answer);
                }
                if !self.has_drawn && !self.model.asks.any(|_| true) {
                    self.frame_at = Instant::now();
                }
            }
            Woken::Heard(heard) => self.tell(match heard {
                Heard::Changed => Msg::Changed,
                Heard::Silent => Msg::DeskSilent,
                Heard::Back => Msg::DeskBack,
            }),
            Woken::Wake => self.wake(),
            Woken::Escape => {
                self.escape_at = None;
                let mut inputs = Vec::new();
                self.parser.flush_escape(&mut inputs);
                self.inputs(inputs);
            }
            Woken::Written(Err(_)) => self.tell(Msg::Hangup),
            Woken::Tick | Woken::Frame | Woken::Written(Ok(())) => {}
        }
    }

    fn terminal_event(&mut self, event: Option<TermEvent>) {
        match event {
            Some(TermEvent::Bytes(bytes)) => {
                let mut inputs = Vec::new();
                self.parser.feed(&bytes, &mut inputs);
                self.escape_at = self.parser.is_waiting().then(|| Instant::now() + ESCAPE_TIMEOUT);
                self.inputs(inputs);
            }
            Some(TermEvent::Resize(columns, rows)) => {
                self.tell(Msg::Resize(columns, rows));
                self.clear((columns, rows));
            }
            Some(TermEvent::Hangup) | None => self.tell(Msg::Hangup),
        }
    }

    fn inputs(&mut self, inputs: Vec<Input>) {
        for input in inputs {
            self.tell(Msg::Input(input));
        }
    }

    fn wake(&mut self) {
        let now = Instant::now();
        let (due, later) = self.wakes.drain(..).partition(|(at, _)| *at <= now);
        self.wakes = later;
        let mut due: Vec<(Instant, Wake)> = due;
        due.sort_by_key(|(at, _)| *at);
        for (_, wake) in due {
            self.tell(Msg::Woke(wake));
        }
    }

    fn tell(&mut self, msg: Msg) {
        self.guarded(|driver| {
            let effects = app::update(&mut driver.model, msg);
            driver.perform(effects);
        });
    }

    /// Runs a part of the console; if it panics, the session is over and its draft still to be saved.
    fn guarded(&mut self, act: impl FnOnce(&mut Self)) {
        if self.ended.is_none() && catch_unwind(AssertUnwindSafe(|| act(self))).is_err() {
            self.ended = Some(Ended::Panicked);
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { generation, ask } => self.ask(generation, ask),
                Effect::Wake { wake, after } => self.wakes.push((Instant::now() + after, wake)),
                Effect::Quit(Exit::Asked) => self.ended = Some(Ended::Left),
                Effect::Quit(Exit::HungUp) => self.ended = Some(Ended::HungUp),
            }
        }
    }

    /// Puts a question to the desk in a task of its own. Writes go one after another in the order in which they were
    /// asked for; a read that must show them waits for those before it.
    fn ask(&mut self, generation: Generation, ask: Ask) {
        while self.tasks.try_join_next().is_some() {}
        let is_write = ask.is_write();
        let before = if is_write || ask.waits_for_writes() { self.last_write.clone() } else { None };
        let done = is_write.then(|| {
            let (done, is_done) = watch::channel(false);
            self.last_write = Some(is_done);
            done
        });
        let (desk, actor, home) = (Arc::clone(&self.desk), self.actor.clone(), self.settings.home.clone());
        let answer_to = self.answer_to.clone();
        self.tasks.spawn(async move {
            if let Some(mut before) = before {
                // A writer that is gone has ended, however it ended.
                let _ = before.wait_for(|done| *done).await;
            }
            let result = carry_out(&desk, &actor, home.as_deref(), ask).await.map_err(Failure::from);
            if let Some(done) = done {
                done.send_replace(true);
            }
            // A session that has ended needs no answer.
            let _ = answer_to.send(Msg::Answer { generation, result }).await;
        });
    }

    fn clear(&mut self, (columns, rows): (u16, u16)) {
        self.terminal.backend_mut().set_size(columns, rows);
        let Ok(()) = self.terminal.resize(Rect::new(0, 0, columns, rows));
        self.model.dirty = true;
    }

    fn draw_if_due(&mut self) {
        if std::mem::take(&mut self.model.redraw) {
            self.clear(self.model.env.size);
        }
        if self.ended.is_some()
            || !self.model.dirty
            || self.output.is_busy()
            || Instant::now() < self.frame_at
        {
            return;
        }
        let view = self.settings.view;
        self.guarded(|driver| {
            let Ok(_) = driver.terminal.draw(|frame| view(&driver.model, frame));
        });
        if self.ended.is_none() {
            self.model.dirty = false;
            self.has_drawn = true;
            self.frame_at = Instant::now() + FRAME_EVERY;
            let frame = self.terminal.backend_mut().take_output();
            self.output.send(frame);
        }
    }

    /// Waits for the writes under way; after a panic saves the draft, read from what is left of the model.
    async fn finish(mut self) -> Ended {
        let ended = self.ended.unwrap_or(Ended::Left);
        if ended == Ended::Panicked {
            let effects = catch_unwind(AssertUnwindSafe(|| {
                let mut effects = Vec::new();
                app::update::save_drafts(&mut self.model, &mut effects);
                effects
            }));
            self.perform(effects.unwrap_or_default());
        }
        self.answers.close();
        if let Some(mut last) = self.last_write.take() {
            let _ = timeout(LAST_WRITES, last.wait_for(|done| *done)).await;
        }
        if self.output.is_busy() && ended == Ended::Left {
            let _ = timeout(FRAME_EVERY * 10, self.output.written()).await;
        }
        // Writes that are still under way go on: the desk carries each out in a task of its own.
        self.tasks.detach_all();
        ended
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
