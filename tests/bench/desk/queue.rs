//! The queue: a page of 50 by due for every tab, filter and combination, and the counts of the tabs; beside the same SQL by
//! rusqlite, or by psql where the desk is PostgreSQL, and beside a desk of 10,000 appeals.

use super::floor;
use crate::support::made::{self, Size};
use crate::support::measure::{Series, heading, verdict};
use crate::support::place::{Place, places};
use crate::support::random::Random;
use crate::support::statements::Statements;
use crate::support::{appeals, number};
use jiff::Timestamp;
use otklik_core::desk::Desk;
use otklik_core::desk::views::{PageFrom, QueueFilter, QueueKey, QueueTab};
use otklik_core::rules::roles::{self, UseCase};
use otklik_core::types::{Actor, Channel, Role, StaffId, Stage, Topic};
use rusqlite::types::Value;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const PAGE: usize = 50;
/// The values that the page's text takes, in its order.
const TYPES: &str = "bigint, uuid, text, bigint, bigint, text, uuid, text, text, bigint, bigint, bigint";

/// The stages that are open; the made desk has no others in its queue.
const OPEN: &[Stage] = &[Stage::New, Stage::Sorted, Stage::Taken, Stage::UnderControl];

/// How strict the aim of a case is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A tab, or one filter.
    One,
    Combination,
}

/// Whose queue.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Head,
    Lawyer,
    DistrictLawyer,
}

struct Case {
    name: &'static str,
    kind: Kind,
    who: Who,
    tab: QueueTab,
    /// Fields that each run draws anew: `s`tage (`z`: of those that are not open), `a`ssignee, `t`opic, `c`hannel, `o`verdue, every stage (`*`).
    narrow: &'static str,
    /// `^` from the start, `$` from the end, `>` and `<` from a place in the middle.
    from: char,
}

const fn case(
    name: &'static str,
    kind: Kind,
    who: Who,
    tab: QueueTab,
    narrow: &'static str,
    from: char,
) -> Case {
    Case { name, kind, who, tab, narrow, from }
}

const CASES: &[Case] = {
    use Kind::{Combination, One};
    use QueueTab::{All, Closed, Mine, New, Overdue, Urgent};
    use Who::{DistrictLawyer, Head, Lawyer};
    &[
        case("tab all", One, Head, All, "", '^'),
        case("tab all, last page", One, Head, All, "", '$'),
        case("tab all, next page", One, Head, All, "", '>'),
        case("tab all, page before", One, Head, All, "", '<'),
        case("tab mine", One, Lawyer, Mine, "", '^'),
        case("tab new", One, Head, New, "", '^'),
        case("tab urgent", One, Head, Urgent, "", '^'),
        case("tab overdue", One, Head, Overdue, "", '^'),
        case("tab closed", One, Head, Closed, "", '^'),
        case("all, one stage", One, Head, All, "s", '^'),
        case("all, one assignee", One, Head, All, "a", '^'),
        case("all, one topic", One, Head, All, "t", '^'),
        case("all, one channel", One, Head, All, "c", '^'),
        case("all, overdue", One, Head, All, "o", '^'),
        case("every stage, one stage", One, Head, All, "*s", '^'),
        case("every stage, one assignee", One, Head, All, "*a", '^'),
        case("every stage, one topic", One, Head, All, "*t", '^'),
        case("every stage, one channel", One, Head, All, "*c", '^'),
        case("closed, one stage", One, Head, Closed, "z", '^'),
        case("closed, one assignee", One, Head, Closed, "a", '^'),
        case("closed, one topic", One, Head, Closed, "t", '^'),
        case("closed, one channel", One, Head, Closed, "c", '^'),
        case("one district, tab all", Combination, DistrictLawyer, All, "", '^'),
        case("one district, tab mine", Combination, DistrictLawyer, Mine, "", '^'),
        case("topic and assignee", Combination, Head, All, "ta", '^'),
        case("topic and channel", Combination, Head, All, "tc", '^'),
        case("stage and channel", Combination, Head, All, "sc", '^'),
        case("stage, topic, assignee", Combination, Head, All, "sta", '^'),
        case("stage, topic, channel, assignee", Combination, Head, All, "stca", '^'),
        case("overdue, topic, channel", Combination, Head, All, "otc", '^'),
        case("mine, topic and channel", Combination, Lawyer, Mine, "tc", '^'),
        case("new, topic and channel", Combination, Head, New, "tc", '^'),
        case("urgent, topic and channel", Combination, Head, Urgent, "tc", '^'),
        case("closed, topic and channel", Combination, Head, Closed, "tc", '^'),
        case("closed, stage and channel", Combination, Head, Closed, "zc", '^'),
        case("closed, topic and assignee", Combination, Head, Closed, "ta", '^'),
        case("every stage, topic and channel", Combination, Head, All, "*tc", '^'),
        case("every stage, stage and channel", Combination, Head, All, "*sc", '^'),
        case("one district, tab closed", Combination, DistrictLawyer, Closed, "", '^'),
        case("every stage, topic and assignee", Combination, Head, All, "*ta", '^'),
        case("every stage, all four", Combination, Head, All, "*stca", '^'),
        case("one district, topic and stage", Combination, DistrictLawyer, All, "ts", '^'),
    ]
};

pub async fn run(statements: &Statements) {
    let great = Size { appeals: appeals(), members: number("OTKLIK_BENCH_MEMBERS", appeals()) };
    let small = Size { appeals: 10_000, members: 10_000 };
    for (great_place, small_place) in
        places(&great.name(made::VERSION)).into_iter().zip(places(&small.name(made::VERSION)))
    {
        let mut own = HashMap::new();
        let desk = made::desk(&small_place, small).await;
        for row in measured(statements, &small_place, &desk, small).await {
            own.insert(row.name, row.desk);
        }
        let counts = counts(statements, &small_place, &desk).await;
        desk.close().await;
        let desk = made::desk(&great_place, great).await;
        print(&great_place, great, &measured(statements, &great_place, &desk, great).await, &own);
        print_counts(&great_place, &self::counts(statements, &great_place, &desk).await, &counts);
        desk.close().await;
    }
}

struct Row {
    name: &'static str,
    kind: Kind,
    desk: Series,
    floor: Series,
}

async fn measured(statements: &Statements, place: &Place, desk: &Desk, size: Size) -> Vec<Row> {
    let actors = [made::head(desk).await, made::lawyer(desk, false).await, made::lawyer(desk, true).await];
    let mut rows = Vec::new();
    for case in CASES {
        let actor = &actors[case.who as usize];
        let (desk, floor) = pages(statements, place, desk, case, actor, size).await;
        rows.push(Row { name: case.name, kind: case.kind, desk, floor });
    }
    rows
}

/// A draw of a case: what the desk is asked, and the values of its text.
fn draw(
    case: &Case,
    actor: &Actor,
    now: Timestamp,
    random: &mut Random,
) -> (QueueFilter, PageFrom, Vec<Value>) {
    let has = |field: char| case.narrow.contains(field);
    let stages: Vec<Stage> =
        Stage::ALL.iter().copied().filter(|stage| has('*') || OPEN.contains(stage) != has('z')).collect();
    let filter = QueueFilter {
        tab: case.tab,
        any_stage: has('*'),
        stage: (has('s') || has('z')).then(|| random.pick(&stages)),
        assignee: has('a').then(|| StaffId(made::staff_id(1 + random.below(40)))),
        topic: has('t').then(|| random.pick(Topic::ALL)),
        channel: has('c').then(|| random.pick(Channel::ALL)),
        overdue: has('o'),
        search: None,
    };
    // The desk's clock runs on while it is measured.
    let now = now.as_millisecond();
    let middle = QueueKey { due_ms: now + random.below(80_000_000) as i64, pk: random.below(1000) as i64 };
    let (from, past) = match case.from {
        '$' => (PageFrom::End, (i64::MAX, i64::MAX)),
        '>' => (PageFrom::After(middle), (middle.due_ms, middle.pk)),
        '<' => (PageFrom::Before(middle), (middle.due_ms, middle.pk)),
        // Closed runs go towards smaller keys.
        _ if case.tab == QueueTab::Closed => (PageFrom::Start, (i64::MAX, i64::MAX)),
        _ => (PageFrom::Start, (i64::MIN, i64::MIN)),
    };
    let text = |code: Option<&'static str>| code.map_or(Value::Null, |code| Value::Text(code.to_owned()));
    let mut values = scope(actor);
    values.extend([
        Value::Integer(past.0),
        Value::Integer(past.1),
        text(filter.stage.map(Stage::code)),
        filter.assignee.map_or(Value::Null, |staff| Value::Blob(staff.0.as_bytes().to_vec())),
        text(filter.channel.map(Channel::code)),
        text(filter.topic.map(Topic::code)),
        Value::Integer(i64::from(filter.overdue)),
        Value::Integer(now),
        Value::Integer(PAGE as i64 + 1),
    ]);
    (filter, from, values)
}

/// The first three values of every text: whole desk or not, who, which roles.
fn scope(actor: &Actor) -> Vec<Value> {
    let whole = matches!(roles::scope(actor, UseCase::QueueList), roles::Scope::Everywhere);
    let staff = actor.staff().map_or(uuid::Uuid::nil(), |staff| staff.0);
    let allowed = Role::ALL.iter().filter(|role| roles::allowed(**role, UseCase::QueueList));
    let allowed = allowed.fold(String::from(","), |roles, role| roles + role.code() + ",");
    vec![Value::Integer(i64::from(whole)), Value::Blob(staff.as_bytes().to_vec()), Value::Text(allowed)]
}

/// How often a case is run: so many times, or as often as fits into a few seconds.
struct Budget {
    left: u64,
    until: Instant,
}

impl Budget {
    fn new() -> Self {
        Self { left: number("OTKLIK_BENCH_REPEATS", 300), until: Instant::now() + Duration::from_secs(8) }
    }

    fn another(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0 && Instant::now() < self.until
    }
}

async fn pages(
    statements: &Statements,
    place: &Place,
    desk: &Desk,
    case: &Case,
    actor: &Actor,
    size: Size,
) -> (Series, Series) {
    let mut random = Random::new(size.appeals);
    let (mut ours, mut floor) = (Series::default(), Series::default());
    let (filter, from, _) = draw(case, actor, desk.clock().now(), &mut random);
    let page = || desk.queue_page(actor, &filter, from, PAGE);
    page().await.expect(case.name);
    let (_, texts) = statements.of(page()).await;
    // What an actor may do is asked before it.
    let text = texts.iter().find(|text| text.contains("sort_due")).expect("the page's text");
    let connection = (place.engine == "sqlite").then(|| floor::reader(place));
    let mut drawn = Vec::new();
    let mut budget = Budget::new();
    while budget.another() {
        let (filter, from, values) = draw(case, actor, desk.clock().now(), &mut random);
        let found = ours.time_async(desk.queue_page(actor, &filter, from, PAGE)).await.expect(case.name);
        let Some(connection) = &connection else {
            drawn.push(values);
            continue;
        };
        let has_limits = floor::column(connection, text, "has_limits");
        let rows = floor.time(|| {
            let rows = floor::read(connection, text, &values);
            let ids: Vec<Value> = rows
                .iter()
                .take(PAGE)
                .filter(|row| row[has_limits] != Value::Integer(0))
                .map(|row| row[1].clone())
                .collect();
            limits(connection, &ids);
            rows
        });
        assert_eq!(rows.len().min(PAGE), found.rows.len(), "{}: the floor found something else", case.name);
    }
    if connection.is_none() {
        floor = floor::psql(place, text, TYPES, &drawn[..drawn.len().min(100)]);
    }
    (ours, floor)
}

/// The statutory dates of the rows that have some, sixteen at a time, as the desk reads them.
fn limits(connection: &rusqlite::Connection, ids: &[Value]) {
    const SQL: &str = "SELECT appeal_id, rule, kind, anchor, proof, file_by, deadline, deadline_shifted, done FROM limitations \
        WHERE appeal_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
        ORDER BY appeal_id, deadline IS NULL, deadline, rule";
    for some in ids.chunks(16) {
        let mut values = some.to_vec();
        values.resize(16, Value::Null);
        floor::read(connection, SQL, &values);
    }
}

fn print(place: &Place, size: Size, rows: &[Row], small: &HashMap<&'static str, Series>) {
    let floor = if place.engine == "sqlite" { "rusqlite" } else { "psql" };
    heading(&format!(
        "queue page of {PAGE}, {}: {} appeals, {} open, ms",
        place.engine,
        size.appeals,
        size.open()
    ));
    println!(
        "{:34} {:>8} {:>8} {:>8}  {:>8} {:>8} {:>6}  {:>8} {:>6}",
        "",
        "p50",
        "p99",
        "CPU",
        format!("{floor} p50"),
        "p99",
        "ratio",
        "at 10000",
        "ratio"
    );
    for row in rows {
        let own = &small[row.name];
        let aim = match (row.kind, place.engine) {
            (Kind::Combination, _) => 20.0,
            (Kind::One, "sqlite") => 1.0,
            (Kind::One, _) => 6.0,
        };
        println!(
            "{:34} {:8.2} {:8.2} {:8.2}  {:8.2} {:8.2} {:6.1}  {:8.2} {:6.1}  {}",
            row.name,
            row.desk.p50(),
            row.desk.p99(),
            row.desk.cpu_each(),
            row.floor.p50(),
            row.floor.p99(),
            row.desk.p50() / row.floor.p50(),
            own.p50(),
            row.desk.p50() / own.p50(),
            verdict(row.desk.p99(), aim),
        );
    }
}

/// All tab counts, for the head and for one district: `(who, desk, floor)`.
async fn counts(statements: &Statements, place: &Place, desk: &Desk) -> Vec<(&'static str, Series, Series)> {
    let mut found = Vec::new();
    let actors = [
        ("all tab counts", made::head(desk).await),
        ("all tab counts, one district", made::lawyer(desk, true).await),
    ];
    for (name, actor) in actors {
        desk.queue_counts(&actor).await.expect("counts");
        let (_, texts) = statements.of(desk.queue_counts(&actor)).await;
        let mut values = scope(&actor);
        values.push(Value::Integer(made::now().as_millisecond()));
        let (mut ours, mut floor) = (Series::default(), Series::default());
        let connection = (place.engine == "sqlite").then(|| floor::reader(place));
        let mut budget = Budget::new();
        while budget.another() {
            ours.time_async(desk.queue_counts(&actor)).await.expect("counts");
            if let Some(connection) = &connection {
                floor.time(|| texts.iter().for_each(|text| drop(floor::read(connection, text, &values))));
            }
        }
        if connection.is_none() {
            let one = |text: &String| {
                let values = if text.contains("$4") { &values[..] } else { &values[..3] };
                let types =
                    if text.contains("$4") { "bigint, uuid, text, bigint" } else { "bigint, uuid, text" };
                floor::psql(place, text, types, &vec![values.to_vec(); 100])
            };
            floor = sum(&texts.iter().map(one).collect::<Vec<_>>());
        }
        found.push((name, ours, floor));
    }
    found
}

/// Texts that follow each other, as one.
fn sum(parts: &[Series]) -> Series {
    let mut sum = Series::default();
    for percentile in 1..=100 {
        let whole: f64 = parts.iter().map(|part| part.at(f64::from(percentile))).sum();
        sum.add(Duration::from_secs_f64(whole / 1000.0), Duration::ZERO, 1);
    }
    sum
}

fn print_counts(place: &Place, rows: &[(&str, Series, Series)], small: &[(&str, Series, Series)]) {
    for ((name, desk, floor), (_, own, _)) in rows.iter().zip(small) {
        println!(
            "{:34} {:8.2} {:8.2} {:8.2}  {:8.2} {:8.2} {:6.1}  {:8.2} {:6.1}  {}, ratio {}",
            name,
            desk.p50(),
            desk.p99(),
            desk.cpu_each(),
            floor.p50(),
            floor.p99(),
            desk.p50() / floor.p50(),
            own.p50(),
            desk.p50() / own.p50(),
            verdict(desk.p99(), 12.0),
            if place.engine == "sqlite" { verdict(desk.p50() / floor.p50(), 2.0) } else { String::new() },
        );
    }
}
