//! What a frame costs in which nothing has changed: the view and ratatui's difference, in this process.

use crate::desks::OnDisk;
use crate::support::made;
use crate::support::measure::Series;
use otklik_core::clock::Clock;
use otklik_core::desk::Desk;
use otklik_core::types::Actor;
use otklik_ui::app::{self, Answer, Ask, Effect, Env, Me, Model, Msg};
use otklik_ui::i18n::{Lang, Tr};
use otklik_ui::keymap::Keymap;
use otklik_ui::term::AnsiBackend;
use otklik_ui::theme::{Depth, Theme};
use ratatui::Terminal;
use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

/// Draws the first screen of this desk again and again.
pub async fn unchanged(on_disk: &OnDisk, (columns, rows): (u16, u16), repeats: u64) -> Series {
    let state = on_disk.place.folder.join("state");
    let clock = Clock::starting_at(made::now());
    let desk = Desk::open(&made::url(&on_disk.place), clock, &state).await.expect("the desk");
    let actor = made::head(&desk).await;
    let mut model = Model::new(env(&desk, &actor, (columns, rows)));
    let mut effects: VecDeque<Effect> = app::start(&mut model).into();
    while let Some(effect) = effects.pop_front() {
        if let Effect::Ask { generation, ask } = effect {
            let result = Ok(answer(&desk, &actor, ask).await);
            effects.extend(app::update(&mut model, Msg::Answer { generation, result }));
        }
    }
    desk.close().await;
    let backend = AnsiBackend::new(columns, rows, Depth::Ansi256);
    let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, columns, rows)) };
    let Ok(mut terminal) = Terminal::with_options(backend, options);
    let mut series = Series::default();
    for repeat in 0..=repeats {
        let draw = || {
            let Ok(_) = terminal.draw(|frame| app::view(&model, frame));
            terminal.backend_mut().take_output().len()
        };
        // The first draws everything.
        let bytes = if repeat == 0 { std::hint::black_box({ draw }()) } else { series.time(draw) };
        assert_eq!(bytes > 100, repeat == 0, "only the first frame has anything to write: {bytes}");
    }
    series
}

fn env(desk: &Desk, actor: &Actor, size: (u16, u16)) -> Env {
    Env {
        tr: Tr::new(Lang::Ru),
        other_tr: Tr::new(Lang::En),
        theme: Theme::dark(Depth::Ansi256),
        keymap: Arc::new(Keymap::shipped().expect("the keymap")),
        now: desk.clock().now(),
        zone: desk.zone(),
        size,
        me: Me { staff: actor.staff(), name: String::new(), roles: actor.roles().collect() },
        session: uuid::Uuid::nil(),
        save_dir: PathBuf::from("."),
    }
}

/// What the first screen asks.
async fn answer(desk: &Desk, actor: &Actor, ask: Ask) -> Answer {
    match ask {
        Ask::Organisation => Answer::Organisation(desk.organisation_name()),
        Ask::Staff => Answer::Staff(desk.staff(actor).await.expect("staff")),
        Ask::Counts => Answer::Counts(desk.queue_counts(actor).await.expect("counts")),
        Ask::Intake => Answer::Intake(desk.intake(actor).await.expect("intake")),
        Ask::Queue { filter, from, limit } => {
            Answer::Queue(desk.queue_page(actor, &filter, from, limit).await.expect("a page"))
        }
        Ask::Pane(id) => Answer::Appeal(Box::new(desk.appeal(actor, id).await.expect("an appeal"))),
        other => panic!("the first screen does not ask {other:?}"),
    }
}
