//! Fixed windows, per session and per address. A refused call is counted but does not lengthen its window, as
//! the TypeScript gateway has it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use hearth_dialects::puff::Op;

use super::config::{AddressLimits, RateLimit, VOICE_OF_SESSION, of_session};
use crate::address::network;

/// One window.
#[derive(Clone, Copy, Debug)]
struct Window {
    ends: Instant,
    count: u32,
}

/// Counts calls of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket(Option<Window>);

impl Bucket {
    /// Counts one call; whether it is within the limit.
    fn take(&mut self, now: Instant, limit: RateLimit) -> bool {
        match &mut self.0 {
            Some(window) if now < window.ends => {
                window.count = window.count.saturating_add(1);
                window.count <= limit.count
            }
            _ => {
                self.0 = Some(Window { ends: now + limit.per, count: 1 });
                limit.count > 0
            }
        }
    }

    /// How long the window still is.
    fn left(&self, now: Instant) -> Duration {
        self.0.map(|window| window.ends.saturating_duration_since(now)).unwrap_or_default()
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.0.is_none_or(|window| now >= window.ends)
    }
}

/// The counts of one session.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionRates {
    ops: Vec<(Op, Bucket)>,
    voice: Bucket,
}

impl SessionRates {
    /// Counts one operation; whether it may go on.
    pub fn take(&mut self, now: Instant, op: Op) -> bool {
        let Some(limit) = of_session(op) else { return true };
        // The aliases share the window of the operation that they stand for.
        let op = match op {
            Op::Away | Op::Strain | Op::Mobile => Op::UpdateUser,
            other => other,
        };
        if let Some((_, bucket)) = self.ops.iter_mut().find(|(known, _)| *known == op) {
            return bucket.take(now, limit);
        }
        let mut bucket = Bucket::default();
        let allowed = bucket.take(now, limit);
        self.ops.push((op, bucket));
        allowed
    }

    /// Counts one question for access to a voice room, or tells how long to wait for the next.
    pub fn take_voice(&mut self, now: Instant) -> Result<(), Duration> {
        if self.voice.take(now, VOICE_OF_SESSION) { Ok(()) } else { Err(self.voice.left(now)) }
    }
}

/// What is counted for an address.
#[derive(Clone, Copy, Debug)]
pub(super) enum AddressCall {
    Connect,
    Frame,
    Voice,
    Op(Op),
}

/// The counts of one address.
#[derive(Debug, Default)]
struct Counts {
    connects: Bucket,
    creates: Bucket,
    joins: Bucket,
    resumes: Bucket,
    device_states: Bucket,
    leaves: Bucket,
    disconnects: Bucket,
    links: Bucket,
    voice: Bucket,
    frames: Bucket,
}

/// The counts of all addresses.
#[derive(Debug)]
pub(super) struct AddressRates {
    limits: AddressLimits,
    counts: HashMap<IpAddr, Counts>,
    swept: Option<Instant>,
}

impl AddressRates {
    const SWEEP: Duration = Duration::from_secs(60);

    pub fn new(limits: AddressLimits) -> Self {
        Self { limits, counts: HashMap::new(), swept: None }
    }

    /// Counts one call of `address`; whether it may go on.
    pub fn take(&mut self, now: Instant, address: IpAddr, call: AddressCall) -> bool {
        let address = network(address);
        if address.is_loopback() && !self.limits.loopback {
            return true;
        }
        self.sweep(now);
        let counts = self.counts.entry(address).or_default();
        let (bucket, limit) = match call {
            AddressCall::Connect => (&mut counts.connects, self.limits.connects),
            AddressCall::Frame => (&mut counts.frames, self.limits.frames),
            AddressCall::Voice => (&mut counts.voice, self.limits.voice),
            AddressCall::Op(Op::Create) => (&mut counts.creates, self.limits.creates),
            AddressCall::Op(Op::Join) => (&mut counts.joins, self.limits.joins),
            AddressCall::Op(Op::Resume) => (&mut counts.resumes, self.limits.resumes),
            AddressCall::Op(Op::DeviceState) => (&mut counts.device_states, self.limits.device_states),
            AddressCall::Op(Op::Leave) => (&mut counts.leaves, self.limits.leaves),
            AddressCall::Op(Op::DisconnectDevice) => (&mut counts.disconnects, self.limits.disconnects),
            AddressCall::Op(Op::LinkUser) => (&mut counts.links, self.limits.links),
            AddressCall::Op(_) => return true,
        };
        bucket.take(now, limit)
    }

    /// Forgets addresses whose windows are all over.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_some_and(|swept| now < swept + Self::SWEEP) {
            return;
        }
        self.swept = Some(now);
        self.counts.retain(|_, counts| {
            let Counts {
                connects,
                creates,
                joins,
                resumes,
                device_states,
                leaves,
                disconnects,
                links,
                voice,
                frames,
            } = counts;
            let buckets =
                [connects, creates, joins, resumes, device_states, leaves, disconnects, links, voice, frames];
            !buckets.into_iter().all(|bucket| bucket.is_idle(now))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: RateLimit = RateLimit { count: 3, per: Duration::from_secs(10) };

    fn start() -> Instant {
        hearth_clock::Clock::new().now().instant
    }

    #[test]
    fn refused_calls_do_not_lengthen_the_window() {
        let t0 = start();
        let mut bucket = Bucket::default();
        let taken: Vec<bool> = (0..5).map(|i| bucket.take(t0 + Duration::from_secs(i), THREE)).collect();
        assert_eq!(taken, [true, true, true, false, false]);
        assert!(!bucket.take(t0 + Duration::from_millis(9_999), THREE));
        assert!(bucket.take(t0 + Duration::from_secs(10), THREE));
    }

    #[test]
    fn eight_device_states_a_second_are_never_too_fast() {
        let t0 = start();
        let mut rates = SessionRates::default();
        for i in 0..8 * 600 {
            assert!(rates.take(t0 + Duration::from_millis(125) * i, Op::DeviceState), "{i}");
        }
    }

    #[test]
    fn aliases_share_the_window_of_op_6() {
        let t0 = start();
        let mut rates = SessionRates::default();
        for _ in 0..5 {
            assert!(rates.take(t0, Op::UpdateUser));
            assert!(rates.take(t0, Op::Away));
        }
        assert!(!rates.take(t0, Op::Strain));
    }

    #[test]
    fn an_address_is_limited_across_connections_but_loopback_is_not() {
        let t0 = start();
        let mut rates = AddressRates::new(AddressLimits { connects: THREE, ..AddressLimits::default() });
        let far: IpAddr = "203.0.113.9".parse().unwrap();
        let mapped: IpAddr = "::ffff:203.0.113.9".parse().unwrap();
        let near: IpAddr = "127.0.0.1".parse().unwrap();
        let allowed = |rates: &mut AddressRates, address| rates.take(t0, address, AddressCall::Connect);
        assert!(allowed(&mut rates, far) && allowed(&mut rates, mapped) && allowed(&mut rates, far));
        assert!(!allowed(&mut rates, mapped));
        assert!((0..100).all(|_| allowed(&mut rates, near)));
    }

    #[test]
    fn addresses_are_forgotten_when_their_windows_are_over() {
        let t0 = start();
        let mut rates = AddressRates::new(AddressLimits::default());
        for i in 0..100_u8 {
            rates.take(t0, IpAddr::from([203, 0, 113, i]), AddressCall::Connect);
        }
        rates.take(t0 + Duration::from_secs(120), IpAddr::from([198, 51, 100, 1]), AddressCall::Connect);
        assert_eq!(rates.counts.len(), 1);
    }
}
