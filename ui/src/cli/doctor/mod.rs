//! `otklik doctor`: whether everything around the desk is as it should be, in plain words, with a next step for what is
//! not. It changes nothing and works without a desk, since a desk that does not open is what it is asked about.

mod around;
mod desk;

use super::Run;
use crate::i18n::{Arg, Phrase};
use otklik_core::error::{Error, Result};
use serde_json::{Value, json};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Fine,
    /// It works, but somebody should know.
    Warning,
    /// Something does not work.
    Problem,
}

impl Level {
    fn code(self) -> &'static str {
        match self {
            Level::Fine => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        }
    }
}

/// One finding. Its sentence is `check-CODE`, its next step `check-CODE-do`.
struct Check {
    /// `configuration`, `desk`, `state`, `person`, `intake`, `outgoing`, `terminal`, `clock`.
    area: &'static str,
    level: Level,
    code: &'static str,
    args: Vec<(&'static str, Arg)>,
    /// What the desk said, in its own sentence, instead of one of ours.
    said: Option<Phrase>,
}

impl Check {
    fn new(area: &'static str, level: Level, code: &'static str) -> Self {
        Self { area, level, code, args: Vec::new(), said: None }
    }

    fn fine(area: &'static str, code: &'static str) -> Self {
        Self::new(area, Level::Fine, code)
    }

    fn warning(area: &'static str, code: &'static str) -> Self {
        Self::new(area, Level::Warning, code)
    }

    fn problem(area: &'static str, code: &'static str) -> Self {
        Self::new(area, Level::Problem, code)
    }

    fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl Run {
    /// Exit code 1 when something does not work.
    pub async fn doctor(&self) -> Result<u8> {
        let mut checks = self.check_configuration();
        checks.extend(self.check_desk().await);
        checks.extend(self.check_terminal());
        let sick = checks.iter().any(|check| check.level == Level::Problem);
        if self.out.json {
            let list: Vec<Value> = checks.iter().map(|check| self.check_value(check)).collect();
            self.out.value(&json!({ "ok": !sick, "checks": list }))?;
        } else {
            checks.iter().try_for_each(|check| self.check_lines(check))?;
        }
        Ok(if sick { 1 } else { 0 })
    }

    /// An error of the desk as a finding; its sentence says what to do already.
    fn refused(&self, area: &'static str, error: &Error) -> Check {
        Check { said: Some(self.out.tr.error(error)), ..Check::problem(area, error.code) }
    }

    fn sentence(&self, check: &Check) -> Phrase {
        let ours = || self.out.tr.with(&format!("check-{}", check.code), &check.args);
        check.said.clone().unwrap_or_else(ours)
    }

    fn next_step(&self, check: &Check) -> Option<Phrase> {
        let step = || self.out.tr.find(&format!("check-{}-do", check.code), &check.args);
        if check.level == Level::Fine { None } else { step() }
    }

    fn check_value(&self, check: &Check) -> Value {
        json!({
            "area": check.area,
            "state": check.level.code(),
            "code": check.code,
            "message": self.sentence(check).as_str(),
            "next_step": self.next_step(check).map(String::from),
        })
    }

    fn check_lines(&self, check: &Check) -> Result<()> {
        let tr = &self.out.tr;
        let sign = match check.level {
            Level::Fine => tr.text("check-sign-ok"),
            Level::Warning => tr.text("check-sign-warning"),
            Level::Problem => tr.text("check-sign-problem"),
        };
        let area = tr.coded("check-area", check.area);
        self.out.line(format!("{sign} {area}: {}", self.sentence(check)))?;
        match self.next_step(check) {
            Some(step) => self.out.line(format!("    -> {step}")),
            None => Ok(()),
        }
    }
}
