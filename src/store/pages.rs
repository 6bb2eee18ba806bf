//! The texts of the queue's pages. Each walks an index in the order that is shown, so that a page costs what it shows and not
//! what the desk holds; a text for each index, because a plan is chosen before the values are known. What else narrows a page
//! is checked on the way, where the index holds the columns without touching the row.

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

/// The field that leads. What the indexes of those before the topic's hold lets every field behind them be checked without the
/// row; the topics' index holds nothing but the order. Among open appeals the due order holds everything and is short, so
/// there a topic leads alone or not at all; among those of all times any field is better than that order.
fn by(run: Run, scope: &Scope, narrow: &Narrow) -> By {
    let alone = scope.whole != 0 && narrow.overdue == 0;
    let fields = [
        (narrow.assignee.is_some(), By::Assignee),
        (narrow.channel.is_some(), By::Channel),
        (narrow.stage.is_some(), By::Stage),
        (narrow.topic.is_some() && (alone || run != Run::Open), By::Topic),
    ];
    fields.into_iter().find_map(|(named, by)| named.then_some(by)).unwrap_or(By::Due)
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
        Run::Open => open(by(run, scope, narrow)),
        Run::Closed => closed(by(run, scope, narrow)),
        Run::Any => any(by(run, scope, narrow)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, migrate, sqlite};

    /// The runs with the field that leads, and the index that must be walked then.
    const WALKS: &[(Run, &str, &str)] = &[
        (Run::Mine, "", "appeals_mine"),
        (Run::New, "", "appeals_open_by_stage"),
        (Run::Urgent, "", "appeals_urgent"),
        (Run::Overdue, "", "appeals_overdue"),
        (Run::Open, "", "appeals_queue"),
        (Run::Open, "s", "appeals_open_by_stage"),
        (Run::Open, "a", "appeals_mine"),
        (Run::Open, "c", "appeals_open_by_channel"),
        (Run::Open, "t", "appeal_topics_queue"),
        (Run::Closed, "", "appeals_closed"),
        (Run::Closed, "s", "appeals_closed_by_stage"),
        (Run::Closed, "a", "appeals_closed_by_assignee"),
        (Run::Closed, "c", "appeals_closed_by_channel"),
        (Run::Closed, "t", "appeal_topics_closed"),
        (Run::Any, "", "appeals_all"),
        (Run::Any, "s", "appeals_by_stage"),
        (Run::Any, "a", "appeals_by_assignee"),
        (Run::Any, "c", "appeals_by_channel"),
        (Run::Any, "t", "appeal_topics_all"),
    ];

    async fn plan(store: &Store, sql: &'static str) -> Vec<String> {
        let Store::Sqlite { writer, .. } = store else { unreachable!("the store is SQLite") };
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let lines: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(writer).await.unwrap();
        lines.into_iter().map(|(_, _, _, detail)| detail).collect()
    }

    #[tokio::test]
    async fn every_page_walks_the_index_of_the_field_that_leads_and_sorts_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = sqlite::open(&folder.path().join("desk.sqlite"), true).await.unwrap();
        migrate::Steps::SHIPPED.run_to(&store, migrate::schema_version()).await.unwrap();
        let scope = Scope { whole: 1, staff: uuid::Uuid::nil(), roles: String::new() };
        for (run, field, index) in WALKS {
            let narrow = Narrow {
                stage: (*field == "s").then_some("new"),
                assignee: (*field == "a").then(uuid::Uuid::nil),
                topic: (*field == "t").then_some("wages"),
                channel: (*field == "c").then_some("email"),
                ..Narrow::default()
            };
            for forwards in [true, false] {
                let plan = plan(&store, text(*run, &scope, &narrow, forwards)).await;
                let walks = format!("INDEX {index} (");
                let first = plan.first().map(String::as_str).unwrap_or_default();
                assert!(first.contains(&walks), "{run:?} by {field:?} does not walk {index}: {plan:#?}");
                let sorts = plan.iter().any(|line| line.contains("ORDER BY"));
                assert!(!sorts, "{run:?} by {field:?} sorts: {plan:#?}");
            }
        }
    }
}
