//! `otklik member card` and `otklik member verify`: the digital membership card as text, as a code on the terminal, as a
//! picture; and what a check of one says. A picture never overwrites a file.

use super::args::{CardVerb, MemberCard as Asked};
use super::out::{Table, to_stdout};
use super::registry::line_of;
use super::shapes::moment;
use super::{Run, Seat, ask, body};
use crate::term::system_size;
use crate::theme::Depth;
use crate::widgets::qr::{QUIET, Qr};
use jiff::tz::TimeZone;
use otklik_core::desk::{CardCheck, CardHolder, CardRef, CardRequest, CardView, MemberCard};
use otklik_core::error::{Error, Result};
use otklik_core::types::{CardId, CardReason, CardState, MemberStatus, Untrusted};
use ratatui::layout::Size;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;

/// Pixels of a module's side.
const MODULE: usize = 8;
/// Bytes of a card given on standard input that are looked at; more are no card.
const LONGEST: usize = 1 << 16;

impl Run {
    pub(super) async fn member_card(&self, seat: &Seat, asked: Asked) -> Result<()> {
        match asked.verb {
            Some(CardVerb::List { all, limit }) => self.card_list(seat, all, limit).await,
            Some(CardVerb::Revoke { id, reason, yes }) => self.card_revoke(seat, &id, reason, yes).await,
            Some(CardVerb::Keys) => self.card_keys(seat).await,
            Some(CardVerb::NewKey) => {
                let key = seat.desk.new_card_key(&seat.actor).await?;
                let folder = seat.desk.state_dir().display().to_string();
                let args = [("key", key.id.clone().into()), ("folder", folder.into())];
                self.out.done(
                    &self.out.tr.with("cli-said-card-key", &args),
                    json!({ "done": "made", "key": key.id }),
                )
            }
            Some(CardVerb::RetireKey { key, yes }) => {
                ask::confirm(&self.out, yes, &self.out.tr.text("cli-ask-retire-key"))?;
                seat.desk.retire_card_key(&seat.actor, &key).await?;
                let sentence = self.out.tr.with("cli-said-card-key-retired", &[("key", key.clone().into())]);
                self.out.done(&sentence, json!({ "done": "retired", "key": key }))
            }
            None => self.card_issue(seat, asked).await,
        }
    }

    async fn card_issue(&self, seat: &Seat, asked: Asked) -> Result<()> {
        let free = |path: &Path| match path.symlink_metadata() {
            Ok(_) => Err(Error::conflict("file-exists").arg("file", path.display())),
            Err(_) => Ok(()),
        };
        // Before a card is issued that somebody would not get.
        asked.png.iter().chain(&asked.svg).try_for_each(|path| free(path))?;
        let member = self.member_named(seat, &asked.id.unwrap_or_default()).await?;
        let request = CardRequest { until: asked.until, anew: asked.new };
        let card = seat.desk.issue_card(&seat.actor, member, request).await?;
        let token = card.token.clone().ok_or_else(|| Error::conflict("card-key-elsewhere"))?;
        let paper = Qr::for_paper(&token).ok_or_else(|| Error::failed("internal"))?;
        if let Some(path) = &asked.png {
            write_new(path, &png_of(&paper)?)?;
        }
        if let Some(path) = &asked.svg {
            write_new(path, svg_of(&paper).as_bytes())?;
        }
        if self.out.json {
            return self.out.value(&issued(&card, &seat.desk.zone()));
        }
        self.card_said(&card, &seat.desk.zone())?;
        for path in asked.png.iter().chain(&asked.svg) {
            let file = path.display().to_string();
            self.out.line(self.out.tr.with("cli-said-card-file", &[("file", file.into())]))?;
        }
        if asked.png.is_none() && asked.svg.is_none() && std::io::stdout().is_terminal() {
            self.code_on_terminal(&token)?;
        }
        self.out.line(token)
    }

    /// The code, if the window has room for a camera to find it.
    fn code_on_terminal(&self, token: &str) -> Result<()> {
        let Some(code) = Qr::for_screen(token) else { return Ok(()) };
        let (columns, _) = system_size();
        let Some(quiet) = code.quiet_in(Size::new(columns, u16::MAX)) else {
            let args = [("columns", code.cells(QUIET).width.into())];
            return self.out.line(self.out.tr.with("cli-said-card-narrow", &args));
        };
        let var = |name: &str| std::env::var(name).ok();
        let depth = Depth::of_terminal(
            &var("TERM").unwrap_or_default(),
            var("COLORTERM").as_deref(),
            var("NO_COLOR").as_deref(),
        );
        let mut text = String::new();
        for line in code.lines(quiet) {
            let (on, off) = crate::term::white_on_black(depth);
            let _ = writeln!(text, "{on}{line}{off}");
        }
        to_stdout(&text)
    }

    fn card_said(&self, card: &MemberCard, zone: &TimeZone) -> Result<()> {
        let tr = &self.out.tr;
        let key = if card.is_new { "cli-said-card-issued" } else { "cli-said-card-held" };
        let (day, at) = match &card.card {
            Some(card) => (tr.day_full(card.expires_on), tr.date_full(card.issued_at, zone)),
            None => return Ok(()),
        };
        let args = [("who", self.holder(&card.holder).into()), ("day", day.into()), ("at", at.into())];
        self.out.line(tr.with(key, &args))
    }

    /// Name and organisation.
    fn holder(&self, holder: &CardHolder) -> String {
        let org = holder.organisation.as_ref().map(|org| line_of(&org.name));
        let org = org.unwrap_or_else(|| self.out.tr.text("cli-word-no-organisation").into());
        format!("{}, {org}", line_of(&holder.name))
    }

    async fn card_revoke(&self, seat: &Seat, text: &str, reason: CardReason, yes: bool) -> Result<()> {
        let which = match self.member_named(seat, text).await {
            Ok(member) if seat.desk.member(&seat.actor, member).await.is_ok() => CardRef::Of(member),
            _ => CardRef::Card(CardId::parse(text).ok_or_else(|| Error::not_found("no-card"))?),
        };
        ask::confirm(&self.out, yes, &self.out.tr.text("cli-ask-revoke-card"))?;
        let card = seat.desk.revoke_card(&seat.actor, which, reason).await?;
        let args = [("who", self.holder(&card.holder).into()), ("reason", self.out.tr.word(reason).into())];
        self.out.done(&self.out.tr.with("cli-said-card-revoked", &args), shape(&card, &seat.desk.zone()))
    }

    async fn card_list(&self, seat: &Seat, all: bool, limit: usize) -> Result<()> {
        let (found, zone) = (seat.desk.cards(&seat.actor, all, limit).await?, seat.desk.zone());
        if self.out.json {
            return self.out.value(&found.iter().map(|card| shape(card, &zone)).collect::<Vec<Value>>());
        }
        let tr = &self.out.tr;
        if found.is_empty() {
            return self.out.line(tr.text("cli-said-no-cards"));
        }
        let mut table = Table::of(tr, &["name", "organisation", "state", "until", "key", "id"]);
        for card in &found {
            let org = card.holder.organisation.as_ref().map(|org| line_of(&org.name)).unwrap_or_default();
            table.row(vec![
                line_of(&card.holder.name),
                org,
                tr.word(card.state).into(),
                tr.day_full(card.expires_on).into(),
                card.key.clone(),
                card.id.to_string(),
            ]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    async fn card_keys(&self, seat: &Seat) -> Result<()> {
        let (keys, zone) = (seat.desk.card_keys(&seat.actor).await?, seat.desk.zone());
        let tr = &self.out.tr;
        if self.out.json {
            let shape = |key: &otklik_core::desk::CardKeyView| {
                json!({
                    "id": key.id, "made_at": moment(key.made_at, &zone),
                    "retired_at": key.retired_at.map(|at| moment(at, &zone)), "here": key.here,
                })
            };
            return self.out.value(&keys.iter().map(shape).collect::<Vec<Value>>());
        }
        if keys.is_empty() {
            return self.out.line(tr.text("cli-said-no-card-keys"));
        }
        let mut table = Table::of(tr, &["key", "when", "state"]);
        for key in &keys {
            let state = match (key.retired_at, key.here) {
                (Some(_), _) => "cli-word-key-retired",
                (None, true) => "cli-word-key-here",
                (None, false) => "cli-word-key-elsewhere",
            };
            let made = tr.date_full(key.made_at, &zone).into();
            table.row(vec![key.id.clone(), made, tr.text(state).into()]);
        }
        table.lines().iter().try_for_each(|line| self.out.line(line))
    }

    /// Exit code 1 for a card that does not count, whatever the reason.
    pub(super) async fn card_verify(&self, seat: &Seat, token: &str) -> Result<u8> {
        let text = match token {
            "-" => given()?,
            token => token.to_owned(),
        };
        let check = seat.desk.check_card(&seat.actor, &text).await?;
        let zone = seat.desk.zone();
        if self.out.json {
            let card = check.card.as_ref().map(|card| shape(card, &zone));
            self.out.value(&json!({ "state": check.state, "card": card }))?;
        } else {
            self.checked(&check, &zone)?;
        }
        Ok(if check.state == CardState::Valid { 0 } else { 1 })
    }

    fn checked(&self, check: &CardCheck, zone: &TimeZone) -> Result<()> {
        let tr = &self.out.tr;
        self.out.line(tr.coded("cli-card", check.state.code()))?;
        let Some(card) = &check.card else { return Ok(()) };
        let status = tr.word(card.holder.status);
        let args = [("who", self.holder(&card.holder).into()), ("status", status.into())];
        self.out.line(tr.with("cli-card-holder", &args))?;
        if let Some(since) = card.holder.missing_since {
            let at = moment(since, zone);
            self.out.line(tr.with("member-line-missing", &[("at", at.into())]))?;
        }
        if card.holder.status == MemberStatus::Unknown {
            self.out.line(tr.text("cli-card-status-unknown"))?;
        }
        let args = [
            ("at", tr.date_full(card.issued_at, zone).into()),
            ("by", card.issued_by.name.clone().into()),
            ("day", tr.day_full(card.expires_on).into()),
        ];
        self.out.line(tr.with("cli-card-issued", &args))?;
        if let (Some(at), Some(reason)) = (card.revoked_at, card.reason) {
            let args = [("at", tr.date_full(at, zone).into()), ("reason", tr.word(reason).into())];
            self.out.line(tr.with("cli-card-revoked-at", &args))?;
        }
        Ok(())
    }
}

/// A card from standard input. What is longer or no text is no card, which the check says.
fn given() -> Result<String> {
    let mut bytes = body::bytes(Path::new("-"))?;
    bytes.truncate(LONGEST);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn issued(card: &MemberCard, zone: &TimeZone) -> Value {
    json!({
        "is_new": card.is_new,
        "token": card.token,
        "card": card.card.as_ref().map(|card| shape(card, zone)),
    })
}

fn shape(card: &CardView, zone: &TimeZone) -> Value {
    let text = |text: &Untrusted| text.for_json();
    let holder = &card.holder;
    json!({
        "id": card.id,
        "state": card.state,
        "member_id": holder.member,
        "name": text(&holder.name),
        "organisation": holder.organisation.as_ref().map(|org| text(&org.code)),
        "organisation_name": holder.organisation.as_ref().map(|org| text(&org.name)),
        "status": holder.status,
        "missing_since": holder.missing_since.map(|at| moment(at, zone)),
        "key": card.key,
        "issued_at": moment(card.issued_at, zone),
        "issued_by": card.issued_by.name,
        "expires_on": card.expires_on.to_string(),
        "revoked_at": card.revoked_at.map(|at| moment(at, zone)),
        "revoked_by": card.revoked_by.as_ref().map(|staff| &staff.name),
        "reason": card.reason,
    })
}

/// Black on white, one bit a pixel, with the quiet zone.
fn png_of(code: &Qr) -> Result<Vec<u8>> {
    let side = (code.size() + 2 * QUIET) * MODULE;
    let mut pixels = vec![0xff_u8; side.div_ceil(8) * side];
    for y in 0..side {
        for x in 0..side {
            let module = |at: usize| (at / MODULE).checked_sub(QUIET);
            if let (Some(column), Some(row)) = (module(x), module(y))
                && code.is_dark(column, row)
            {
                pixels[y * side.div_ceil(8) + x / 8] &= !(0x80 >> (x % 8));
            }
        }
    }
    let mut bytes = Vec::new();
    let pixel_side = u32::try_from(side).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut bytes, pixel_side, pixel_side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let failed = |error| Error::failed("internal").because(error);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// One path of squares on a white ground.
fn svg_of(code: &Qr) -> String {
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.is_dark(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>\n"
    )
}

/// Writes a file that is not there yet, readable by its owner only.
fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let failed = |error: std::io::Error| {
        let made = match error.kind() {
            ErrorKind::AlreadyExists => Error::conflict("file-exists"),
            ErrorKind::NotFound | ErrorKind::NotADirectory => Error::not_found("no-folder"),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::failed("file-denied"),
            kind => Error::failed("io").arg("reason", kind),
        };
        made.arg("file", path.display()).because(error)
    };
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}
