//! The texts of the queue's pages. Each walks an index in the order that is shown, so that a page costs what it shows and not
//! what the desk holds; a text for each index, because a plan is chosen before the values are known. What else narrows a page
//! is checked on the way: on `appeals_queue` without touching the row, since that index holds every column that is asked.

use super::queue::{Narrow, Run, Scope, appeal_in_scope, columns};

/// The conditions of every page, whichever index it walks.
macro_rules! page {
    ($from:expr, $sort:expr, $which:expr, $past:expr, $order:expr) => {
        concat!(
            columns!($from, $sort),
            "WHERE ",
            $which,
            " AND ",
            $past,
            " AND ($6 IS NULL OR a.stage = $6) AND ($7 IS NULL OR a.assignee_id = $7) ",
            "AND ($8 IS NULL OR a.channel = $8) AND ($10 = 0 OR a.unanswered_due_at < $11) ",
            "AND ($9 IS NULL OR ',' || a.topics || ',' LIKE '%,' || $9 || ',%') AND ",
            appeal_in_scope!(),
            " ORDER BY ",
            $order,
            " LIMIT $12"
        )
    };
}

/// Forwards, what is due first on top; and backwards from a key.
macro_rules! by_due {
    ($which:expr) => {
        by_due!("appeals a", $which, "a.next_due_at", "a.pk")
    };
    ($from:expr, $which:expr, $due:expr, $pk:expr) => {
        (
            page!(
                $from,
                $due,
                $which,
                concat!("(", $due, ", ", $pk, ") > ($4, $5)"),
                concat!($due, ", ", $pk)
            ),
            page!(
                $from,
                $due,
                $which,
                concat!("(", $due, ", ", $pk, ") < ($4, $5)"),
                concat!($due, " DESC, ", $pk, " DESC")
            ),
        )
    };
}

/// Newest first: forwards means towards smaller keys. A key of this order has no due.
macro_rules! by_newest {
    ($from:expr, $which:expr, $pk:expr) => {
        (
            page!(
                $from,
                "0 * a.pk",
                $which,
                concat!("$4 IS NOT NULL AND ", $pk, " < $5"),
                concat!($pk, " DESC")
            ),
            page!($from, "0 * a.pk", $which, concat!("$4 IS NOT NULL AND ", $pk, " > $5"), $pk),
        )
    };
}

/// The topics' own index, then the row. CROSS JOIN keeps SQLite from walking the appeals instead.
macro_rules! by_topic {
    () => {
        "appeal_topics t CROSS JOIN appeals a"
    };
}

/// The field whose index is walked.
#[derive(Clone, Copy)]
enum By {
    Due,
    Stage,
    Assignee,
    Channel,
    Topic,
}

/// A filter of one field walks that field's index; several fields are checked along the due order, where none of them
/// costs a look at the row, unless one is an assignee, who has few.
fn by(scope: &Scope, narrow: &Narrow) -> By {
    let fields = [
        (narrow.assignee.is_some(), By::Assignee),
        (narrow.topic.is_some(), By::Topic),
        (narrow.channel.is_some(), By::Channel),
        (narrow.stage.is_some(), By::Stage),
    ];
    let mut named = fields.into_iter().filter(|(named, _)| *named).map(|(_, by)| by);
    match (named.next(), named.next()) {
        (Some(By::Assignee), _) => By::Assignee,
        (Some(by), None) if scope.whole != 0 && narrow.overdue == 0 => by,
        _ => By::Due,
    }
}

/// The text of a run, forwards or backwards. Parameters: scope `$1` to `$3`, key `$4` and `$5`, stage, assignee, channel,
/// topic, overdue or not, now, limit.
pub(super) fn text(run: Run, scope: &Scope, narrow: &Narrow, forwards: bool) -> &'static str {
    let (forward, backward) = match run {
        Run::Mine => by_due!("a.open = 1 AND a.assignee_id = $2"),
        Run::New => by_due!("a.open = 1 AND a.stage = 'new'"),
        Run::Urgent => by_due!("a.open = 1 AND a.urgent = 1"),
        Run::Overdue => {
            by_due!("appeals a", "a.open = 1 AND a.unanswered_due_at < $11", "a.unanswered_due_at", "a.pk")
        }
        Run::Open => open(by(scope, narrow)),
        Run::Closed => closed(by(scope, narrow)),
        Run::Any => any(by(scope, narrow)),
    };
    if forwards { forward } else { backward }
}

fn open(by: By) -> (&'static str, &'static str) {
    match by {
        By::Due => by_due!("a.open = 1"),
        By::Stage => by_due!("a.open = 1 AND a.stage = $6"),
        By::Assignee => by_due!("a.open = 1 AND a.assignee_id = $7"),
        By::Channel => by_due!("a.open = 1 AND a.channel = $8"),
        By::Topic => by_due!(
            by_topic!(),
            "t.open = 1 AND t.topic = $9 AND a.pk = t.appeal_pk",
            "t.next_due_at",
            "t.appeal_pk"
        ),
    }
}

fn closed(by: By) -> (&'static str, &'static str) {
    match by {
        By::Due => by_newest!("appeals a", "a.open = 0", "a.pk"),
        By::Stage => by_newest!("appeals a", "a.open = 0 AND a.stage = $6", "a.pk"),
        By::Assignee => by_newest!("appeals a", "a.open = 0 AND a.assignee_id = $7", "a.pk"),
        By::Channel => by_newest!("appeals a", "a.open = 0 AND a.channel = $8", "a.pk"),
        By::Topic => {
            by_newest!(by_topic!(), "t.open = 0 AND t.topic = $9 AND a.pk = t.appeal_pk", "t.appeal_pk")
        }
    }
}

fn any(by: By) -> (&'static str, &'static str) {
    match by {
        By::Due => by_due!("a.pk > 0"),
        By::Stage => by_due!("a.stage = $6"),
        By::Assignee => by_due!("a.assignee_id = $7"),
        By::Channel => by_due!("a.channel = $8"),
        By::Topic => {
            by_due!(by_topic!(), "t.topic = $9 AND a.pk = t.appeal_pk", "t.next_due_at", "t.appeal_pk")
        }
    }
}
