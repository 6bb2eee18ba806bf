//! Appeals of a former system: their own id is kept as `origin`, importing twice adds nothing, and nothing goes out.

use super::act::{Act, detached, number};
use super::journal::Entry;
use super::{Desk, queue, replay};
use crate::error::{Error, Result};
use crate::rules::clock::{ClockEvent, replay as replay_clock};
use crate::rules::normalise;
use crate::rules::roles::UseCase;
use crate::store::messages::{NewAttachment, NewMessage};
use crate::store::{appeals, desk_row, messages, terms};
use crate::types::{
    Actor, AppealId, AppealNumber, AttachmentId, Channel, Direction, MessageId, Purpose, Stage, Untrusted,
    Urgency,
};
use jiff::Timestamp;
use serde_json::Value;

/// An appeal as a former system gives it.
#[derive(Clone, Debug)]
pub struct FormerAppeal {
    pub id: String,
    pub channel: Channel,
    pub received_at: Timestamp,
    pub from_name: Untrusted,
    pub from_phone: Untrusted,
    pub from_email: Untrusted,
    pub org_stated: Untrusted,
    pub subject: Untrusted,
    pub body: Untrusted,
    /// Names only: a former system's files are not in the list.
    pub attachments: Vec<Untrusted>,
}

/// What an import has done, or would do.
#[derive(Clone, Debug, Default)]
pub struct AppealImport {
    pub new: Vec<AppealNumber>,
    /// Imported before.
    pub known: usize,
    /// Entries that cannot be read: their place in the list from 1, and why.
    pub unreadable: Vec<(usize, &'static str)>,
}

/// Reads a list, or an object whose `appeals` is the list. Unknown keys are ignored; an entry that cannot be read is told
/// by its place and does not stop the others.
#[allow(clippy::type_complexity)]
pub fn read_former_appeals(json: &[u8]) -> Result<(Vec<FormerAppeal>, Vec<(usize, &'static str)>)> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    let value: Value = serde_json::from_slice(json)
        .map_err(|error| Error::usage("bad-json").arg("line", error.line()).because(error))?;
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut object) => match object.remove("appeals") {
            Some(Value::Array(list)) => list,
            _ => return Err(Error::usage("no-appeals-in-file")),
        },
        _ => return Err(Error::usage("no-appeals-in-file")),
    };
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    for (place, entry) in (1..).zip(&list) {
        match former(entry) {
            Ok(appeal) => read.push(appeal),
            Err(why) => unreadable.push((place, why)),
        }
    }
    Ok((read, unreadable))
}

fn former(entry: &Value) -> std::result::Result<FormerAppeal, &'static str> {
    let entry = entry.as_object().ok_or("not-an-object")?;
    let text = |key: &str| Untrusted::new(entry.get(key).and_then(Value::as_str).unwrap_or_default());
    let id = match entry.get("id") {
        Some(Value::String(id)) if !id.is_empty() && id.len() <= 200 => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err("no-id"),
    };
    let received_at = entry.get("received_at").and_then(Value::as_str).ok_or("no-received-at")?;
    let attachments =
        entry.get("attachments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(FormerAppeal {
        id,
        channel: entry
            .get("channel")
            .and_then(Value::as_str)
            .and_then(Channel::parse)
            .ok_or("bad-channel")?,
        received_at: received_at.parse().map_err(|_| "bad-received-at")?,
        from_name: text("from_name"),
        from_phone: text("from_phone"),
        from_email: text("from_email"),
        org_stated: text("ppo_stated"),
        subject: text("subject"),
        body: text("body"),
        attachments: attachments.iter().filter_map(Value::as_str).map(Untrusted::new).collect(),
    })
}

impl Desk {
    /// Imports appeals in one transaction; with `apply` false only says what it would do.
    pub async fn import_appeals(
        &self,
        actor: &Actor,
        former: Vec<FormerAppeal>,
        apply: bool,
    ) -> Result<AppealImport> {
        let (desk, actor) = (self.clone(), actor.clone());
        detached(async move {
            let mut act = desk.begin(&actor, UseCase::AppealImport).await?;
            let mut report = AppealImport::default();
            for appeal in former {
                let origin = Untrusted::new(&appeal.id);
                match appeals::by_origin(&mut act.conn(), &origin).await? {
                    Some(_) => report.known += 1,
                    None => report.new.push(add(&mut act, appeal).await?),
                }
            }
            if apply {
                act.commit().await?;
            }
            Ok(report)
        })
        .await
    }
}

async fn add(act: &mut Act, former: FormerAppeal) -> Result<AppealNumber> {
    let ground = act.ground.clone();
    let year = former.received_at.to_zoned(ground.zone.clone()).year();
    let seq = desk_row::count_up(&mut act.conn(), &format!("appeal:{year}")).await?;
    let events = [ClockEvent::Received(former.received_at)];
    let state = replay_clock(&events, ground.settings.policy, &ground.calendar, &ground.zone, act.now);
    let email = normalise::email(former.from_email.raw_for(Purpose::Matching)).map(Untrusted::new);
    let urgency = if former.channel == Channel::Sos { Urgency::Sos } else { Urgency::Normal };
    let id = AppealId::new();
    let appeal = appeals::NewAppeal {
        id: id.0,
        year: i64::from(year),
        seq,
        origin: Some(Untrusted::new(&former.id)),
        channel: former.channel.code(),
        account_id: None,
        received_at: former.received_at.as_millisecond(),
        author_name: former.from_name.clone(),
        author_email: email.clone(),
        author_phone: Some(former.from_phone.clone()).filter(|phone| !phone.is_empty()),
        org_stated: former.org_stated,
        subject: former.subject.clone(),
        stage: Stage::New.code(),
        urgency: urgency.code(),
        ground: ground.settings.ground.clone(),
        clock: replay::columns(&ground, &state, []),
        imported: true,
        now: act.now_ms(),
    };
    appeals::insert(&mut act.conn(), &appeal).await?;
    let message = MessageId::new();
    let row = NewMessage {
        id: message.0,
        appeal_id: id.0,
        direction: Direction::In.code(),
        channel: former.channel.code(),
        at: former.received_at.as_millisecond(),
        stored_at: act.now_ms(),
        from_text: former.from_name,
        from_address: email.clone(),
        participants: email.unwrap_or_default(),
        subject: former.subject,
        body: former.body,
        ..Default::default()
    };
    messages::insert(&mut act.conn(), &row).await?;
    terms::insert(&mut act.conn(), row.id, &queue::index_terms(&row.subject, &row.body)).await?;
    for (position, name) in (0i64..).zip(former.attachments) {
        let file = NewAttachment {
            id: AttachmentId::new().0,
            message_id: message.0,
            position,
            part_path: None,
            file_name: name,
            content_type: Untrusted::default(),
            size: 0,
            sha256: None,
        };
        messages::insert_attachment(&mut act.conn(), &file).await?;
    }
    let entry = Entry::new("appeal.imported")
        .first()
        .about_appeal(id)
        .occurred_at(former.received_at)
        .code("channel", None::<&str>, Some(former.channel.code()))
        .refers("message", message);
    act.record(entry).await?;
    Ok(number(i64::from(year), seq))
}
