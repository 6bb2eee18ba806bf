//! The gaps: every fail point of the source, with what it takes to get there and what a kill there may leave behind.

use crate::tidy;

/// How the program comes to a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Letters come in and receipts and replies go out.
    Mail,
    /// Once an hour.
    Hour,
    /// A worker was killed before the first byte of a letter.
    LeftBefore,
    /// A worker was killed after it.
    LeftAfter,
    /// A person's command, or a folder instead of a server: told in `stories`.
    Told,
}

#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub name: &'static str,
    pub way: Way,
    /// Up to which time that it comes here a run of two letters surely comes.
    pub times: u64,
    /// In an open transaction of the desk.
    pub in_transaction: bool,
}

const fn at(name: &'static str, way: Way, times: u64) -> Point {
    Point { name, way, times, in_transaction: false }
}

const fn within(name: &'static str, way: Way, times: u64) -> Point {
    Point { in_transaction: true, ..at(name, way, times) }
}

pub const POINTS: &[Point] = &[
    at("intake.read", Way::Mail, 1),
    within("store.written", Way::Mail, 1),
    at("store.committed", Way::Mail, 1),
    at("intake.stored", Way::Mail, 1),
    at("intake.acknowledged", Way::Mail, 1),
    at("parse.read", Way::Mail, 1),
    within("receipt.written", Way::Mail, 2),
    within("parse.settled", Way::Mail, 2),
    at("parse.committed", Way::Mail, 1),
    within("lease.written", Way::Mail, 1),
    at("lease.committed", Way::Mail, 1),
    at("smtp.opened", Way::Mail, 1),
    at("smtp.mail", Way::Mail, 2),
    at("smtp.rcpt", Way::Mail, 2),
    at("smtp.data", Way::Mail, 2),
    within("start.written", Way::Mail, 2),
    at("start.committed", Way::Mail, 2),
    at("sender.begun", Way::Mail, 2),
    at("smtp.block", Way::Mail, 4),
    at("smtp.ended", Way::Mail, 2),
    at("sender.answered", Way::Mail, 2),
    within("conclude.written", Way::Mail, 2),
    at("conclude.committed", Way::Mail, 2),
    within("checkpoint.written", Way::Hour, 1),
    at("checkpoint.committed", Way::Hour, 1),
    at("sweep.found", Way::LeftBefore, 1),
    at("sweep.proven", Way::LeftBefore, 1),
    within("sweep.put-back", Way::LeftBefore, 1),
    within("sweep.written", Way::LeftAfter, 1),
    at("sweep.committed", Way::LeftAfter, 1),
    at("copy.claimed", Way::Told, 1),
    at("copy.searched", Way::Told, 1),
    at("copy.appended", Way::Told, 1),
    within("copy.written", Way::Told, 1),
    at("copy.committed", Way::Told, 1),
    at("reconcile.compared", Way::Told, 1),
    within("reconcile.written", Way::Told, 1),
    within("reply.written", Way::Told, 1),
    at("reply.committed", Way::Told, 1),
    within("undo.written", Way::Told, 1),
    at("undo.committed", Way::Told, 1),
    at("folder.written", Way::Told, 1),
    at("folder.named", Way::Told, 1),
];

/// The points that serving comes to by itself.
pub fn of_serving() -> impl Iterator<Item = Point> {
    POINTS.iter().copied().filter(|point| point.way != Way::Told)
}

#[test]
fn every_fail_point_of_the_source_is_in_the_table_and_no_other() {
    let mut source = tidy::fail_point_names();
    let mut table: Vec<String> = POINTS.iter().map(|point| point.name.to_owned()).collect();
    source.sort();
    table.sort();
    assert_eq!(source, table);
}
