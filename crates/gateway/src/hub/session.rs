//! One client as the hub knows it: its link, its device and its marks. It outlives its socket by the grace time.

use std::time::Instant;

use hearth_dialects::puff::{DeviceState, Member, SessionId, User, VoiceChannel};

use super::group::GroupKey;
use super::rates::SessionRates;
use super::token::TokenHash;
use super::{ConnectionId, Peer};

/// Names a session inside the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SessionKey(pub u64);

/// How a session is reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    /// Over this socket.
    Connected {
        connection: ConnectionId,
        /// The last frame of any kind.
        heard: Instant,
        /// When it is looked at again.
        check_at: Instant,
    },
    /// Not at all; it can be resumed until then.
    Dropped {
        until: Instant,
        /// It was the gateway that went away: no start without whoever is on the way back.
        by_restart: bool,
    },
}

#[derive(Debug)]
pub(super) struct Session {
    pub id: SessionId,
    pub token: TokenHash,
    pub peer: Peer,
    pub link: Link,
    pub group: Option<GroupKey>,
    /// Only while in a group.
    pub device: Option<Box<DeviceState>>,
    /// The serial number says that model 13 is in truth model 15 (facts §6). The number itself is not kept.
    pub desert: bool,
    pub away: bool,
    pub mobile: bool,
    pub strain: Option<String>,
    /// The account that it is signed in with.
    pub user: Option<Box<User>>,
    /// When it signed in, ms since 1970.
    pub linked_ms: u64,
    /// The account that speaks for it in the voice room of its group, while it is signed in with none.
    pub guest: Option<String>,
    /// The account is in the voice room of its group.
    pub in_room: bool,
    /// The voice channel that an account service tells of.
    pub voice: Option<Box<VoiceChannel>>,
    /// ISO 8601.
    pub joined: String,
    pub rates: SessionRates,
    /// Ids of devices whose counters it wants (op 22).
    pub watched: Vec<String>,
}

impl Session {
    pub const fn connection(&self) -> Option<ConnectionId> {
        match self.link {
            Link::Connected { connection, .. } => Some(connection),
            Link::Dropped { .. } => None,
        }
    }

    pub const fn is_connected(&self) -> bool {
        matches!(self.link, Link::Connected { .. })
    }

    pub const fn deadline(&self) -> Instant {
        match self.link {
            Link::Connected { check_at, .. } => check_at,
            Link::Dropped { until, .. } => until,
        }
    }

    pub fn is_sesher(&self) -> bool {
        self.device.as_deref().is_some_and(DeviceState::is_sesher)
    }

    /// The operating state of its device, when it is a sesher.
    pub fn operating_state(&self) -> Option<u8> {
        self.device.as_deref().filter(|device| device.is_sesher())?.state
    }

    /// Counted when it is asked whether everybody is ready.
    pub fn is_counted(&self) -> bool {
        self.is_sesher() && self.is_connected() && !self.away
    }

    /// Counted before the gateway was restarted, and on the way back.
    pub fn is_expected(&self) -> bool {
        self.is_sesher() && !self.away && matches!(self.link, Link::Dropped { by_restart: true, .. })
    }

    pub fn user_id(&self) -> Option<&str> {
        self.user.as_deref().map(|user| user.id.as_str())
    }

    /// What its client sends as the MAC of its device.
    pub fn device_mac(&self) -> Option<&str> {
        self.device.as_ref()?.device_mac.as_deref()
    }

    pub fn member(&self) -> Member {
        Member {
            session_id: self.id.clone(),
            device_state: self.device.as_deref().cloned(),
            away: self.away,
            group_joined: self.joined.clone(),
            disconnected: !self.is_connected(),
            mobile: self.mobile,
            strain: self.strain.clone(),
            user: self.user.as_deref().cloned(),
            voice: self.shown_voice(),
        }
    }

    /// Takes over what a client told of its device, and gives back what others may know of it: the serial number
    /// goes no further, and the one model that only the serial number tells apart is put right.
    pub fn take_device(&mut self, mut patch: DeviceState) -> DeviceState {
        const ONYX: &str = "13";
        const DESERT: &str = "15";
        if let Some(serial) = patch.serial_number.take() {
            self.desert = serial.starts_with("74");
        }
        let known = self.device.as_ref().and_then(|device| device.device_model.as_deref());
        if self.desert && patch.device_model.as_deref().or(known) == Some(ONYX) {
            patch.device_model = Some(DESERT.to_owned());
        }
        // A device is one of which something is known: the others, who are sent nothing of an empty change, and
        // those who join later see the same.
        if !patch.is_empty() {
            self.device.get_or_insert_default().merge(&patch);
        }
        patch
    }

    /// Forgets what belongs to a membership.
    pub fn clear_membership(&mut self) {
        self.group = None;
        self.guest = None;
        self.in_room = false;
        self.device = None;
        self.desert = false;
        self.strain = None;
    }
}
