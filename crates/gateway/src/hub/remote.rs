//! Actions that an owner starts from elsewhere (facts/puff-gateway.md §7): which of an account's sessions are
//! told. Whether a heater obeys is up to the companion and its owner's consent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearth_clock::Now;
use hearth_dialects::puff::{Event, RemoteActionKind};
use serde_json::Value;

use super::Hub;
use super::session::{Session, SessionKey};

/// One action for the sessions of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteAction {
    /// Which, as the wire numbers them.
    pub action: u64,
    /// For which device (`id` or `device_id`) or group (`group_id`); passed on as it is.
    pub data: Option<Value>,
}

/// Who was told of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// So many sessions of the account. None, when it is here but no session fits: in no group, or without
    /// the device that was meant.
    Sessions(usize),
    /// Nobody is signed in with this account.
    NoSuchUser,
    /// There is no such action; nobody was told.
    UnknownAction,
}

impl Hub {
    /// Tells the sessions that an action is meant for. Only sessions in a group are told.
    pub fn remote_action(&mut self, _now: Now, user_id: &str, action: RemoteAction) -> Reached {
        let RemoteAction { action, data } = action;
        let Some(kind) = RemoteActionKind::from_code(action) else { return Reached::UnknownAction };
        let sessions = self.sessions_of(user_id);
        if sessions.is_empty() {
            return Reached::NoSuchUser;
        }
        let targets = self.targets(kind, data.as_ref(), &sessions);
        for &key in &targets {
            self.tell(key, Event::RemoteAction { action, data: data.clone() });
        }
        Reached::Sessions(targets.len())
    }

    fn targets(&self, kind: RemoteActionKind, data: Option<&Value>, keys: &[SessionKey]) -> Vec<SessionKey> {
        let text = |name: &str| data.and_then(|data| data.get(name)).and_then(Value::as_str);
        let here = || {
            let sessions = keys.iter().filter_map(|key| Some((*key, self.sessions.get(key)?)));
            sessions.filter(|(_, session)| session.group.is_some() && session.is_connected())
        };
        let first = |fits: &dyn Fn(&Session) -> bool| -> Vec<SessionKey> {
            here().find(|(_, session)| fits(session)).map(|(key, _)| key).into_iter().collect()
        };
        match kind {
            RemoteActionKind::Refresh | RemoteActionKind::Disconnect => here().map(|(key, _)| key).collect(),
            RemoteActionKind::BeginHeat | RemoteActionKind::CancelHeat => match text("id") {
                Some(id) => first(&|session| has_device(session, id)),
                None => first(&|session| session.device.is_some()),
            },
            RemoteActionKind::Inquire
            | RemoteActionKind::SkipStart
            | RemoteActionKind::Ready
            | RemoteActionKind::Unready => match (text("group_id"), text("device_id")) {
                (Some(code), _) => first(&|session| {
                    session
                        .group
                        .and_then(|key| self.groups.get(&key))
                        .is_some_and(|group| group.id.0 == code)
                }),
                (None, Some(id)) => first(&|session| has_device(session, id)),
                (None, None) => first(&|_| true),
            },
        }
    }
}

fn has_device(session: &Session, id: &str) -> bool {
    session.device_mac().is_some_and(|mac| device_id(mac) == id)
}

/// How a device is named to those who do not sit in its group: `device_` and the base64 of what its owner's
/// client sends as its MAC.
pub(super) fn device_id(mac: &str) -> String {
    format!("device_{}", STANDARD.encode(mac))
}
