//! `otklik digest`: what the morning digest would say now to whoever asks.

use super::{Run, Seat};
use otklik_core::desk::{DigestChannel, DigestData};
use otklik_core::error::Result;
use otklik_core::types::Fate;
use serde_json::{Value, json};

impl Run {
    pub async fn digest(&self) -> Result<()> {
        let seat = self.seat().await?;
        let Seat { desk, actor } = &seat;
        let data = desk.digest(actor).await?;
        if self.out.json {
            return self.out.value(&value(&data));
        }
        self.lines(&data).iter().try_for_each(|line| self.out.line(line))
    }

    fn lines(&self, data: &DigestData) -> Vec<String> {
        let tr = &self.out.tr;
        let mut lines = Vec::new();
        let mut list = |key: &str, items: Vec<String>| {
            if !items.is_empty() {
                let args = [("count", items.len().into()), ("numbers", items.join(", ").into())];
                lines.push(String::from(tr.with(key, &args)));
            }
        };
        list("cli-digest-overdue", data.overdue.iter().map(ToString::to_string).collect());
        list("cli-digest-today", data.today.iter().map(|(number, _)| number.to_string()).collect());
        let law = data.law.iter().map(|(number, day)| format!("{number} ({day})"));
        list("cli-digest-law", law.collect());
        for (key, count) in [
            ("cli-digest-new", data.new),
            ("cli-digest-failed", data.failed),
            ("cli-digest-doubted", data.doubted),
            ("cli-digest-held", data.held),
            ("cli-digest-quarantined", data.quarantined),
        ] {
            if count > 0 {
                lines.push(tr.with(key, &[("count", count.into())]).into());
            }
        }
        for channel in &data.channels {
            let key = if channel.is_well() { "cli-digest-channel-well" } else { "cli-digest-channel-ill" };
            let args = [("name", channel.name.as_str().into()), ("fetched", channel.fetched.into())];
            lines.push(tr.with(key, &args).into());
        }
        if data.is_quiet() {
            lines.insert(0, tr.text("cli-digest-quiet").into());
        }
        lines
    }
}

fn value(data: &DigestData) -> Value {
    let today = data.today.iter().map(|(number, at)| json!({ "number": number.to_string(), "due_at": at }));
    let law = data.law.iter().map(|(number, day)| json!({ "number": number.to_string(), "file_by": day }));
    json!({
        "overdue": data.overdue.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "today": today.collect::<Vec<_>>(),
        "limitations": law.collect::<Vec<_>>(),
        "new": data.new,
        "failed": data.failed,
        "doubted": data.doubted,
        "held": data.held,
        "quarantined": data.quarantined,
        "quiet": data.is_quiet(),
        "channels": data.channels.iter().map(channel).collect::<Vec<_>>(),
    })
}

fn channel(channel: &DigestChannel) -> Value {
    let mut value = json!({
        "name": channel.name,
        "runs": channel.runs,
        "well": channel.is_well(),
        "fetched": channel.fetched,
        "compared_at": channel.compared.map(|(at, _)| at),
        "missing": channel.compared.and_then(|(_, missing)| missing),
    });
    for (fate, count) in Fate::ALL.iter().zip(channel.fates) {
        value[fate.code()] = count.into();
    }
    value
}
