//! `otklik digest`: what the morning digest would say now to whoever asks.

use super::{Run, Seat};
use crate::screens::digest::view::said;
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
        said(&data, &self.out.tr).into_iter().try_for_each(|(_, line)| self.out.line(line))
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
