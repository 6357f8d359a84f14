//! What a hub can be told: times, limits and rates. The defaults are those of the design.

use std::time::Duration;

use hearth_dialects::puff::Op;

/// At most `count` in any window of length `per` that starts with the first one counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How many.
    pub count: u32,
    /// In how long.
    pub per: Duration,
}

impl RateLimit {
    const fn new(count: u32, seconds: u64) -> Self {
        Self { count, per: Duration::from_secs(seconds) }
    }
}

/// Which limits apply to one session. `None`: unlimited.
#[must_use]
pub(super) fn of_session(op: Op) -> Option<RateLimit> {
    // The TypeScript gateway's table (facts/puff-gateway.md §5); 4, 7, 10 and 421 are unlimited there. A client
    // that sends eight device states a second stays well below the limit of op 4.
    Some(match op {
        Op::Join => RateLimit::new(2, 5),
        Op::Create => RateLimit::new(1, 30),
        Op::DeviceState => RateLimit::new(250, 10),
        Op::Edit
        | Op::UpdateUser
        | Op::Away
        | Op::Strain
        | Op::Mobile
        | Op::Message
        | Op::Kick
        | Op::Leave
        | Op::DisconnectDevice => RateLimit::new(10, 10),
        Op::Inquire | Op::Stop => RateLimit::new(3, 10),
        Op::Start => RateLimit::new(1, 10),
        Op::Resume => RateLimit::new(1, 60),
        Op::Reaction => RateLimit::new(15, 5),
        Op::Delete => RateLimit::new(2, 10),
        Op::Transfer => RateLimit::new(5, 10),
        Op::LinkUser => RateLimit::new(2, 60),
        Op::WatchDevice => RateLimit::new(2, 30),
        Op::Clock => RateLimit::new(30, 10),
        Op::Heartbeat | Op::Hello | Op::Event => return None,
    })
}

/// How often one session may ask for access to a voice room: often enough for who comes and goes, and a token is good for a
/// quarter of an hour.
pub(super) const VOICE_OF_SESSION: RateLimit = RateLimit::new(10, 60);

/// Limits of one address, so that reconnecting does not reset them. Generous: a household shares an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLimits {
    /// New connections.
    pub connects: RateLimit,
    /// Created groups.
    pub creates: RateLimit,
    /// Attempts to join, which are also attempts to guess codes.
    pub joins: RateLimit,
    /// Attempts to resume.
    pub resumes: RateLimit,
    /// Device states.
    pub device_states: RateLimit,
    /// Leaving a group; each time costs the others a list of members.
    pub leaves: RateLimit,
    /// Disconnecting devices.
    pub disconnects: RateLimit,
    /// Attempts to sign in, which are also attempts to guess account tokens.
    pub links: RateLimit,
    /// Attempts to go into voice rooms, which are also attempts to guess the tokens of sessions.
    pub voice: RateLimit,
    /// Frames of any kind.
    pub frames: RateLimit,
    /// Whether they hold for loopback addresses too.
    pub loopback: bool,
}

impl Default for AddressLimits {
    fn default() -> Self {
        Self {
            connects: RateLimit::new(120, 60),
            creates: RateLimit::new(30, 60),
            joins: RateLimit::new(60, 60),
            resumes: RateLimit::new(60, 60),
            device_states: RateLimit::new(10_000, 10),
            leaves: RateLimit::new(200, 10),
            disconnects: RateLimit::new(200, 10),
            links: RateLimit::new(60, 60),
            voice: RateLimit::new(60, 60),
            frames: RateLimit::new(20_000, 10),
            loopback: false,
        }
    }
}

/// Times and limits of a [`super::Hub`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubConfig {
    /// What the hello tells as the gateway's version.
    pub version: String,
    /// How often clients are asked to beat.
    pub heartbeat_interval: Duration,
    /// How often it is checked that something came; a socket that was silent for that long is closed, so the
    /// effective limit is one to two of these.
    pub heartbeat_check: Duration,
    /// How long a dropped session can be resumed.
    pub grace: Duration,
    /// How long sessions that were connected when the gateway ended cleanly can be resumed, by wall time; long enough
    /// for a new process to start and for its clients to come back spread out.
    pub restart_grace: Duration,
    /// How long an empty group stays.
    pub empty_group: Duration,
    /// A sesh ends at the latest after this.
    pub sesh_limit: Duration,
    /// A participant whose device has not begun to heat this long after the start is not waited for any more.
    pub no_show: Duration,
    /// From the decision to start to the instant at which devices are told to heat. Web clients heat two seconds
    /// after they hear of it; the rest is for the way to them.
    pub start_lead: Duration,
    /// The list of public groups is sent at most this often.
    pub public_list_gap: Duration,
    /// What these lists may use of the network on average, all recipients together: the more there is to send, the
    /// rarer it is sent.
    pub public_list_bytes_per_second: u64,
    /// Changes of counts and states alone go to the lobby at most this often.
    pub public_counts_gap: Duration,
    /// The longest list of public groups.
    pub public_list_length: usize,
    /// How many groups there can be.
    pub groups: usize,
    /// How many members a group can have.
    pub group_members: usize,
    /// How many devices one session can watch (op 22).
    pub watched_devices: usize,
    /// Groups have communities in the chat core.
    pub communities: bool,
    /// Limits per address.
    pub address: AddressLimits,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            heartbeat_interval: Duration::from_secs(10),
            heartbeat_check: Duration::from_secs(15),
            grace: Duration::from_secs(10),
            restart_grace: Duration::from_secs(30),
            empty_group: Duration::from_secs(30),
            sesh_limit: Duration::from_secs(180),
            no_show: Duration::from_secs(20),
            start_lead: Duration::from_millis(2_100),
            public_list_gap: Duration::from_secs(1),
            public_list_bytes_per_second: 4 * 1024 * 1024,
            public_counts_gap: Duration::from_secs(2),
            public_list_length: 200,
            groups: 20_000,
            group_members: 100,
            watched_devices: 16,
            communities: false,
            address: AddressLimits::default(),
        }
    }
}
