//! The program is killed, stopped and failed in every gap of receiving and sending, against the real mail server, and what
//! came and what left is compared with that server's own log: nothing acknowledged is lost, nothing is sent twice, and
//! nobody is asked about a letter of which nothing went out.
//!
//! `OTKLIK_FAIL_POINTS_BINARY` names a binary that was built with the feature `fail-points`; `tests/run` builds one.

mod ledger;
mod outages;
mod points;
mod program;
mod rounds;
mod stories;
