//! The demo is a real desk, filled fast: whatever proves a real one must prove it too.

use otklik_core::clock::Clock;
use otklik_core::desk::{Desk, DeskUrl};
use otklik_ui::demo::{Demo, Size};

#[tokio::test]
async fn the_demo_desk_is_proved_by_its_journal_backed_up_and_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::starting_at("2026-11-16T10:00:00+03:00".parse().expect("a moment"));
    let size = Size { members: 3000, appeals: 60 };
    let demo = Demo::make(folder.path(), "nobody".into(), clock.clone(), size).await.expect("a demo");
    let head = demo.staff[0].clone();
    let journal = demo.desk.verify_journal(&head).await.expect("it reads");
    assert!(journal.ok && journal.rows > 60, "{journal:?}");
    let clocks = demo.desk.verify_clocks(&head).await.expect("it reads");
    assert!(clocks.ok && clocks.appeals >= 60, "{clocks:?}");
    let file = folder.path().join("copy.tar.zst");
    demo.desk.backup(&head, &file, false).await.expect("a backup");
    let url = DeskUrl::parse(&format!("sqlite:{}", folder.path().join("again").display())).expect("a URL");
    let report =
        Desk::restore(&url, clock, &folder.path().join("state-again"), &file).await.expect("restored");
    assert!(report.verification.ok && report.rows > 3060, "{report:?}");
}
