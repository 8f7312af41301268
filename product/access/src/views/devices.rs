//! What an account sees of its open sessions.

use ejia_db::Txn;
use ejia_kernel::{Instant, Problem, SessionId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::device;
use crate::model::{Account, Door};
use crate::rules::{MEMBER_IDLE, OFFICER_IDLE, lives};
use crate::store::sessions::{self, Open};

/// One open session.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct DeviceLine {
    /// Which.
    pub(crate) id: String,
    /// What it was opened with.
    pub(crate) device: String,
    /// Where it counts.
    pub(crate) place: String,
    /// Since when.
    pub(crate) opened: String,
    /// When it was last used, to the minute.
    pub(crate) seen: String,
    /// Whether it is the one that looks.
    pub(crate) this: bool,
}

/// 【登录设备】 of whoever looks.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct DevicesView {
    /// His open sessions, the last one first.
    pub(crate) devices: Vec<DeviceLine>,
    /// After how many minutes without a request one ends.
    pub(crate) idle: u64,
}

impl DevicesView {
    /// Whether there are others than the one that looks.
    pub(crate) fn others(&self) -> bool {
        self.devices.iter().any(|line| !line.this)
    }
}

/// The open sessions of an account, as the session `this` sees them.
pub(crate) fn list(txn: &mut Txn<'_>, account: Account, this: SessionId) -> Result<DevicesView, Problem> {
    let idle = if matches!(account, Account::Administrator(_)) { OFFICER_IDLE } else { MEMBER_IDLE };
    let now = txn.now();
    let open = sessions::of(txn, account)?;
    let alive = open.into_iter().filter(|one| one.id == this || lives(now, one.opened, one.seen, idle));
    let devices = alive.map(|one| line(one, this, now)).collect();
    Ok(DevicesView { devices, idle: idle.as_secs() / 60 })
}

fn line(one: Open, this: SessionId, now: Instant) -> DeviceLine {
    let place = match (one.door, one.encrypted) {
        (_, true) if one.computer.is_empty() => "加密通道".to_owned(),
        (_, true) => format!("加密通道（{}）", one.computer),
        (Door::Web, false) => "网页端".to_owned(),
        (Door::Phone, false) => "微信端".to_owned(),
    };
    let this = one.id == this;
    DeviceLine {
        id: one.id.to_string(),
        device: device::shown(one.device),
        place,
        opened: one.opened.to_string(),
        seen: if this { now } else { one.seen }.to_string(),
        this,
    }
}
