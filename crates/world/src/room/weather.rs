//! How badly a room's radio behaves: shares and delays, and what a damaged frame looks like.

use std::time::Duration;

use puffco::gatt;
use puffco::link::LinkError;
use rand::RngExt;
use rand::rngs::StdRng;
use uuid::Uuid;

use crate::options::Range;

/// What goes wrong by itself, all the time. Shares are of 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weather {
    /// Tries to connect that fail, at once or soon.
    pub connect_refused: f64,
    /// Tries to connect of which nothing is heard for as long as the radio waits, or ever.
    pub connect_hangs: f64,
    /// Tries to connect that take seconds.
    pub connect_slow: f64,
    /// Links on which no services are found.
    pub discovery_fails: f64,
    /// Operations that vanish; nothing is told of them.
    pub operation_lost: f64,
    /// Operations that are stuck for up to some seconds, and everything after them.
    pub operation_late: f64,
    /// Operations of which the contrary of what happened is told.
    pub operation_lied: f64,
    /// Operations around which the link breaks, before or after they arrive.
    pub link_breaks: f64,
    /// Notifications that vanish.
    pub notice_lost: f64,
    /// Notifications that come twice.
    pub notice_twice: f64,
    /// Notifications that are overtaken by later ones.
    pub notice_late: f64,
    /// Notifications and values read that are damaged.
    pub damaged: f64,
    /// One way between machine and device.
    pub delay: Range,
    /// A link that is lost is noticed after this.
    pub notices: Range,
}

impl Weather {
    /// Nothing goes wrong; a connection interval of 30 ms or less.
    pub const FAIR: Self = Self {
        connect_refused: 0.0,
        connect_hangs: 0.0,
        connect_slow: 0.0,
        discovery_fails: 0.0,
        operation_lost: 0.0,
        operation_late: 0.0,
        operation_lied: 0.0,
        link_breaks: 0.0,
        notice_lost: 0.0,
        notice_twice: 0.0,
        notice_late: 0.0,
        damaged: 0.0,
        delay: Range::ms(2, 30),
        notices: Range::ms(0, 100),
    };

    pub const CONNECTS_FAIL: Self = Self {
        connect_refused: 0.3,
        connect_hangs: 0.1,
        connect_slow: 0.2,
        discovery_fails: 0.15,
        link_breaks: 0.01,
        notices: Range::ms(0, 4000),
        ..Self::FAIR
    };
    pub const FRAMES_LOST: Self =
        Self { operation_lost: 0.03, notice_lost: 0.05, notice_twice: 0.1, link_breaks: 0.003, ..Self::FAIR };
    pub const FRAMES_DAMAGED: Self = Self { damaged: 0.05, notice_twice: 0.02, ..Self::FAIR };
    pub const LIES: Self = Self { operation_lied: 0.04, operation_lost: 0.01, ..Self::FAIR };
    pub const SLOW: Self = Self {
        connect_slow: 0.3,
        operation_late: 0.02,
        notice_late: 0.1,
        delay: Range::ms(20, 250),
        ..Self::FAIR
    };
    pub const LINKS_BREAK: Self = Self { link_breaks: 0.02, notices: Range::ms(0, 2000), ..Self::FAIR };
    pub const STORM: Self = Self {
        connect_refused: 0.15,
        connect_hangs: 0.05,
        connect_slow: 0.1,
        discovery_fails: 0.05,
        operation_lost: 0.01,
        operation_late: 0.01,
        operation_lied: 0.01,
        link_breaks: 0.005,
        notice_lost: 0.02,
        notice_twice: 0.1,
        notice_late: 0.05,
        damaged: 0.02,
        delay: Range::ms(2, 120),
        notices: Range::ms(0, 3000),
    };

    /// Whether what a machine hears is what was said: then it must tell the truth.
    pub fn is_honest(&self) -> bool {
        self.damaged == 0.0 && self.operation_lied == 0.0
    }

    /// What becomes of a try to connect.
    pub fn connect(&self, rng: &mut StdRng) -> ConnectFate {
        let delay = Range::ms(100, 500).draw(rng);
        if rng.random_bool(self.connect_refused) {
            let errors = [
                LinkError::Disconnected,
                LinkError::TimedOut,
                LinkError::NotFound,
                LinkError::Other("le-connection-abort-by-local".to_owned()),
            ];
            let error = errors[rng.random_range(0..errors.len())].clone();
            return ConnectFate::Refused(Range::ms(1, 900).draw(rng), error);
        }
        if rng.random_bool(self.connect_hangs) {
            return ConnectFate::Hangs;
        }
        let slow = rng.random_bool(self.connect_slow);
        ConnectFate::Tries(if slow { Range::ms(1_000, 20_000).draw(rng) } else { delay })
    }

    /// What becomes of an operation.
    pub fn operation(&self, rng: &mut StdRng) -> OperationFate {
        let lost = rng.random_bool(self.operation_lost);
        let told = if rng.random_bool(self.operation_lied) {
            if lost || rng.random_bool(0.5) { Told::Done } else { Told::Failed(failure(rng)) }
        } else if lost {
            Told::Nothing
        } else {
            Told::Truth
        };
        // "Done" is a lie only about what did not arrive.
        let arrives = !lost && told != Told::Done;
        let breaks = rng
            .random_bool(self.link_breaks)
            .then(|| if rng.random_bool(0.5) { Break::Before } else { Break::After });
        let stuck = if rng.random_bool(self.operation_late) {
            Range::ms(200, 4_000).draw(rng)
        } else {
            Duration::ZERO
        };
        OperationFate { arrives, told, breaks, stuck }
    }
}

fn failure(rng: &mut StdRng) -> LinkError {
    match rng.random_range(0..4) {
        0 => LinkError::TimedOut,
        1 => LinkError::Disconnected,
        2 => LinkError::Other("org.bluez.Error.InProgress".to_owned()),
        _ => LinkError::Other("Failed to initiate write".to_owned()),
    }
}

/// See [`Weather::connect`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ConnectFate {
    /// Fails with this, after this.
    Refused(Duration, LinkError),
    /// Nothing is heard of it.
    Hangs,
    /// Reaches a device that listens, after this.
    Tries(Duration),
}

/// See [`Weather::operation`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OperationFate {
    pub arrives: bool,
    pub told: Told,
    pub breaks: Option<Break>,
    pub stuck: Duration,
}

/// What the machine is told of its operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// What happened.
    Truth,
    /// That it is done.
    Done,
    /// That it failed.
    Failed(LinkError),
    /// Nothing.
    Nothing,
}

/// When the link breaks around an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    Before,
    After,
}

/// A sequence number that no request has: a machine skips it (puffco-ble §7.1).
pub(crate) const NO_SEQUENCE: [u8; 2] = [0xff, 0xff];

/// Damages a notification: too short, too long, of a wrong type, of a wrong sequence number, or noise.
pub(crate) fn damage(rng: &mut StdRng, characteristic: Uuid, mut value: Vec<u8>) -> (Uuid, Vec<u8>) {
    let header = if characteristic == gatt::EVENT { 6 } else { 3 };
    match rng.random_range(0..7) {
        0 => value.truncate(rng.random_range(0..header)),
        1 => value.truncate(header + value.len().saturating_sub(header) / 2),
        2 => lengthen(rng, &mut value),
        3 => {
            let other = if characteristic == gatt::EVENT { gatt::REPLY } else { gatt::EVENT };
            return (other, value);
        }
        4 if value.len() >= 2 => value[..2].copy_from_slice(&NO_SEQUENCE),
        5 if value.len() > header => noise(rng, &mut value[header..]),
        _ => noise(rng, &mut value),
    }
    (characteristic, value)
}

/// Damages a value that was read.
pub(crate) fn damage_value(rng: &mut StdRng, mut value: Vec<u8>) -> Vec<u8> {
    match rng.random_range(0..4) {
        0 => value.clear(),
        1 => value.truncate(value.len() / 2),
        2 => lengthen(rng, &mut value),
        _ => noise(rng, &mut value),
    }
    value
}

fn lengthen(rng: &mut StdRng, value: &mut Vec<u8>) {
    let more = rng.random_range(1..60);
    value.extend((0..more).map(|_| rng.random::<u8>()));
}

fn noise(rng: &mut StdRng, bytes: &mut [u8]) {
    rng.fill(bytes);
}
