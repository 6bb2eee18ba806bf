//! The queue's pages: whichever index a page walks, it shows what the whole list shows, narrowed by hand.

use crate::story::world::{Plan, World, moment};
use crate::support::{Engine, engines};
use jiff::SignedDuration;
use otklik_core::desk::reply::AppealEdit;
use otklik_core::desk::views::{PageFrom, QueueFilter, QueueRow, QueueTab};
use otklik_core::desk::{FormerAppeal, ImportRequest, OrgRow, read_registry};
use otklik_core::types::{
    Actor, AppealId, Channel, OrgLevel, ResponseState, Role, StaffId, Stage, Topic, Untrusted, Urgency,
};

const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Phone, Channel::Vk];
const TOPICS: [Topic; 4] = [Topic::Dismissal, Topic::Safety, Topic::SafetySout, Topic::WorkingTime];
const STAGES: [Stage; 4] = [Stage::Sorted, Stage::Closed, Stage::Spam, Stage::Thanks];
/// Rows of a page: few, so that there are many pages.
const PAGE: usize = 7;

/// A desk of 60 appeals in every state that can be had by hand.
struct Queue {
    world: World,
    lawyer: Actor,
    /// Sees the appeals of one organisation's members only.
    local: Actor,
}

impl Queue {
    async fn new(engine: Engine) -> Self {
        let world = World::new(engine, Plan::default()).await;
        organisations(&world).await;
        let lawyer = world.person("Правовой", Role::Lawyer, None).await;
        let local = world.person("Местный", Role::Lawyer, Some("D1")).await;
        let former: Vec<FormerAppeal> = (0..60).map(|n| former(&world, n)).collect();
        world.desk.import_appeals(&world.head, former, true).await.expect("an import");
        let queue = Self { world, lawyer, local };
        let ids: Vec<AppealId> = queue.world.rows().await.iter().map(|row| row.id).collect();
        for (n, id) in ids.into_iter().enumerate() {
            queue.live(n, id).await;
        }
        queue
    }

    /// What happens to the appeal of a number.
    async fn live(&self, n: usize, id: AppealId) {
        let (desk, head) = (&self.world.desk, &self.world.head);
        let topics = if n.is_multiple_of(5) { vec![] } else { vec![TOPICS[n % 4], TOPICS[n * n % 4]] };
        let urgency = n.is_multiple_of(6).then_some(Urgency::High);
        let edit = AppealEdit { topics: Some(topics), urgency, assignee: None };
        desk.edit(head, id, edit).await.expect("an edit");
        if n.is_multiple_of(3) {
            desk.take(if n.is_multiple_of(2) { &self.lawyer } else { head }, id).await.expect("taken");
        }
        if n.is_multiple_of(4) {
            let member = Untrusted::new(format!("M{}", 1 + n / 4 % 2));
            let member = desk.member_by_source(head, &member).await.expect("a member");
            desk.confirm_by_call(head, id, member, String::new()).await.expect("confirmed");
        }
        if n.is_multiple_of(7) {
            match STAGES[n / 7 % 4] {
                Stage::Closed => desk.close_unanswered(head, id).await.expect("closed"),
                stage => desk.set_stage(head, id, stage).await.expect("a stage"),
            }
        }
    }

    /// Every page of a filter, forwards or backwards, in the queue's order.
    async fn pages(&self, actor: &Actor, filter: &QueueFilter, forwards: bool) -> Vec<AppealId> {
        let mut ids = Vec::new();
        let mut from = if forwards { PageFrom::Start } else { PageFrom::End };
        loop {
            let page = self.world.desk.queue_page(actor, filter, from, PAGE).await;
            let page = page.unwrap_or_else(|error| panic!("{}: {filter:?}: {error:?}", self.world.on()));
            let found = page.rows.iter().map(|row| row.id);
            match (forwards, page.rows.first(), page.rows.last()) {
                (true, _, last) => {
                    ids.extend(found);
                    let Some(last) = last.filter(|_| !page.at_end) else { return ids };
                    from = PageFrom::After(last.key);
                }
                (false, first, _) => {
                    ids.splice(..0, found);
                    let Some(first) = first.filter(|_| !page.at_start) else { return ids };
                    from = PageFrom::Before(first.key);
                }
            }
        }
    }
}

async fn organisations(world: &World) {
    let row = |code: &str, level, parent: Option<&str>| OrgRow {
        code: code.into(),
        level,
        name: Untrusted::new(code),
        parent: parent.map(Into::into),
        life: Default::default(),
    };
    let rows = vec![
        row("R", OrgLevel::Regional, None),
        row("D1", OrgLevel::Local, Some("R")),
        row("D2", OrgLevel::Local, Some("R")),
        row("P1", OrgLevel::Primary, Some("D1")),
        row("P2", OrgLevel::Primary, Some("D2")),
    ];
    world.desk.import_orgs(&world.head, rows, true).await.expect("organisations");
    let registry = "id,ppo,fio_raw\nM1,P1,Семёнова Алёна Игоревна\nM2,P2,Ахметов Тимур Рустамович\n";
    let file = read_registry(registry.as_bytes(), None).expect("a registry");
    world
        .desk
        .import_members(&world.head, ImportRequest::of(file, "registry.csv", true))
        .await
        .expect("members");
}

fn former(world: &World, n: usize) -> FormerAppeal {
    let hours = i64::try_from(n).expect("a small number");
    FormerAppeal {
        id: format!("F{n}"),
        channel: CHANNELS[n % 3],
        // Some are overdue, and several came at the same moment.
        received_at: moment("2026-11-15T02:00:00+03:00") + SignedDuration::from_hours(hours / 2),
        from_name: Untrusted::new(format!("{} {n}", world.on())),
        from_phone: Untrusted::default(),
        from_email: Untrusted::new("author@example.org"),
        org_stated: Untrusted::default(),
        subject: Untrusted::new("Вопрос"),
        body: Untrusted::new("Прошу разъяснить"),
        attachments: Vec::new(),
    }
}

/// The list narrowed by hand, in the order of its tab.
fn by_hand(rows: &[QueueRow], filter: &QueueFilter, me: Option<StaffId>) -> Vec<AppealId> {
    // A filter asks only whether nobody has responded in time; the tab, and the list of every stage, ask what is open too.
    let breached = |row: &QueueRow| row.response.state == ResponseState::Breached;
    let overdue = |row: &QueueRow| row.stage.is_open() && breached(row);
    let assignee = |row: &QueueRow| row.assignee.as_ref().map(|staff| staff.id);
    let in_tab = |row: &QueueRow| match filter.tab {
        _ if filter.any_stage => !filter.overdue || overdue(row),
        QueueTab::Mine => row.stage.is_open() && assignee(row) == me,
        QueueTab::New => row.stage == Stage::New,
        QueueTab::Urgent => row.stage.is_open() && matches!(row.urgency, Urgency::Sos | Urgency::High),
        QueueTab::All => row.stage.is_open(),
        QueueTab::Overdue => overdue(row),
        QueueTab::Closed => !row.stage.is_open(),
    };
    let mut kept: Vec<&QueueRow> = rows
        .iter()
        .filter(|row| in_tab(row))
        .filter(|row| filter.stage.is_none_or(|stage| row.stage == stage))
        .filter(|row| filter.assignee.is_none_or(|staff| assignee(row) == Some(staff)))
        .filter(|row| filter.topic.is_none_or(|topic| row.topics.contains(&topic)))
        .filter(|row| filter.channel.is_none_or(|channel| row.channel == channel))
        .filter(|row| !filter.overdue || breached(row))
        .collect();
    let by_response =
        filter.tab == QueueTab::Overdue && !filter.any_stage || filter.any_stage && filter.overdue;
    match filter.tab {
        QueueTab::Closed if !filter.any_stage => kept.sort_by_key(|row| std::cmp::Reverse(row.key.pk)),
        _ if by_response => kept.sort_by_key(|row| (row.response.due_at, row.key.pk)),
        _ => kept.sort_by_key(|row| row.key),
    }
    kept.into_iter().map(|row| row.id).collect()
}

/// Every narrowing by none, one or several fields, of every tab.
fn filters(lawyer: StaffId) -> Vec<QueueFilter> {
    let mut filters = Vec::new();
    for (number, tab) in QueueTab::ALL.iter().copied().chain([QueueTab::All]).enumerate() {
        for stage in [None, Some(Stage::Taken), Some(Stage::New), Some(Stage::Spam)] {
            for assignee in [None, Some(lawyer)] {
                for topic in [None, Some(Topic::Safety), Some(Topic::WorkingTime)] {
                    for (channel, overdue) in [
                        (None, false),
                        (Some(Channel::Phone), false),
                        (None, true),
                        (Some(Channel::Email), true),
                    ] {
                        let any_stage = number == QueueTab::ALL.len();
                        filters.push(QueueFilter {
                            tab,
                            any_stage,
                            stage,
                            assignee,
                            topic,
                            channel,
                            overdue,
                            search: None,
                        });
                    }
                }
            }
        }
    }
    filters
}

#[tokio::test]
async fn every_page_of_every_filter_shows_what_the_whole_list_shows() {
    for engine in engines() {
        let queue = Queue::new(engine).await;
        let lawyer = queue.lawyer.staff().expect("a person");
        for actor in [&queue.lawyer, &queue.local] {
            let rows = queue.world.rows_of(actor).await;
            let shown = filters(lawyer);
            let mut found = 0;
            for filter in &shown {
                let expected = by_hand(&rows, filter, actor.staff());
                found += usize::from(!expected.is_empty());
                for forwards in [true, false] {
                    let pages = queue.pages(actor, filter, forwards).await;
                    assert_eq!(pages, expected, "{}, forwards {forwards}: {filter:?}", queue.world.on());
                }
            }
            assert!(found > shown.len() / 20, "{found} of {} filters show something", shown.len());
        }
        let (all, own) = (queue.world.rows().await.len(), queue.world.rows_of(&queue.local).await.len());
        assert!((all, own) == (60, 8), "{}: the local lawyer sees {own} of {all}", queue.world.on());
    }
}

#[tokio::test]
async fn the_counts_of_the_tabs_are_the_lengths_of_their_lists() {
    for engine in engines() {
        let queue = Queue::new(engine).await;
        for actor in [&queue.world.head, &queue.lawyer, &queue.local] {
            let counts = queue.world.desk.queue_counts(actor).await.expect("counts");
            let rows = queue.world.rows_of(actor).await;
            let length = |tab| {
                let filter = QueueFilter { tab, ..QueueFilter::default() };
                i64::try_from(by_hand(&rows, &filter, actor.staff()).len()).expect("a length")
            };
            let lengths = [QueueTab::Mine, QueueTab::New, QueueTab::Urgent, QueueTab::All, QueueTab::Overdue];
            let counted = [counts.mine, counts.new, counts.urgent, counts.all, counts.overdue];
            assert_eq!(counted, lengths.map(length), "{}", queue.world.on());
        }
    }
}
