//! A backup holds the whole desk, on either engine, and a restore gives it back: or refuses, and leaves the place as it was.

mod archive;
mod migrate;
mod restore;

use crate::journal::bench::{Bench, TIMER};
use otklik_core::types::{AppealId, ReplyKind};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A signed story with a draft, and receipts that have left.
async fn story(bench: &Bench) -> (AppealId, AppealId) {
    let (first, second) = bench.story().await;
    bench.deliver().await;
    let draft = "Уважаемая Алёна Игоревна! «Черновик»".to_owned();
    bench.desk.save_draft(&bench.head, second, draft, ReplyKind::Response, None).await.expect("a draft");
    bench.desk.checkpoint_now(&TIMER).await.expect("signed");
    bench.desk.note(&bench.head, first, "после точки".into()).await.expect("noted");
    (first, second)
}

fn target(bench: &Bench) -> PathBuf {
    bench.engine.folder().join("copy.tar.zst")
}

/// Every row of every table, in a form that does not depend on the engine.
fn dump(bench: &Bench) -> BTreeMap<&'static str, Vec<Vec<String>>> {
    let plain = |cell: String| {
        let cell = cell.strip_prefix("\\x").map(str::to_owned).unwrap_or(cell);
        uuid::Uuid::parse_str(&cell).map_or(cell, |id| id.simple().to_string())
    };
    let rows = |table: &'static str| {
        let found = bench.query(&format!("SELECT * FROM {table}"));
        let mut rows: Vec<Vec<String>> =
            found.into_iter().map(|row| row.into_iter().map(plain).collect()).collect();
        rows.sort();
        (table, rows)
    };
    TABLES.iter().copied().map(rows).collect()
}

/// All that a desk is; leases and the index of words are not.
const TABLES: &[&str] = &[
    "desk",
    "orgs",
    "org_closure",
    "staff",
    "staff_grants",
    "org_names",
    "members",
    "member_contacts",
    "card_keys",
    "member_cards",
    "imports",
    "import_changes",
    "import_layouts",
    "accounts",
    "account_addresses",
    "mailboxes",
    "reconciliations",
    "raw_items",
    "raw_pieces",
    "history_letters",
    "counters",
    "appeals",
    "appeal_topics",
    "appeal_links",
    "appeal_orgs",
    "appeal_tokens",
    "reports",
    "messages",
    "attachments",
    "limitations",
    "drafts",
    "draft_files",
    "draft_pieces",
    "mail_tokens",
    "deliveries",
    "member_links",
    "call_tasks",
    "call_attempts",
    "call_applications",
    "identities",
    "conflicts",
    "member_queries",
    "idempotency",
    "journal",
    "journal_links",
    "journal_heads",
    "checkpoints",
    "versions",
];
