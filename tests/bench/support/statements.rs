//! The SQL that the program runs, taken from what sqlx logs, so that a floor runs the same text and not a copy of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// Hears statements while told to; otherwise costs one look at a flag.
#[derive(Clone, Default)]
pub struct Statements {
    listening: Arc<AtomicBool>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Statements {
    /// Becomes the process's subscriber: once.
    pub fn install() -> Self {
        let statements = Self::default();
        tracing::subscriber::set_global_default(statements.clone()).expect("the only subscriber");
        statements
    }

    /// The statements that `work` ran, in order.
    pub async fn of<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        self.heard.lock().expect("the list").clear();
        self.listening.store(true, Ordering::SeqCst);
        let done = work.await;
        self.listening.store(false, Ordering::SeqCst);
        let heard = std::mem::take(&mut *self.heard.lock().expect("the list"));
        (done, heard)
    }
}

#[derive(Default)]
struct Text {
    summary: String,
    statement: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.trim().clone_into(&mut self.statement),
            _ => {}
        }
    }
}

impl Subscriber for Statements {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == "sqlx::query" { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query" && self.listening.load(Ordering::Relaxed)
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        // A short statement is its own summary and stands nowhere else.
        let sql = if text.statement.is_empty() { text.summary } else { text.statement };
        self.heard.lock().expect("the list").push(sql);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
