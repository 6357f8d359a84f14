//! What a network does to packets: it loses some, delays each by another time, so that they come in another order, and
//! can be cut. What happens follows from a seed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What happens to packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// So many of a hundred are lost.
    pub loss: u64,
    /// Every packet takes this long.
    pub delay: Duration,
    /// And up to this long on top, each by itself.
    pub jitter: Duration,
}

/// Numbers that follow from a seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

/// A network between people on this computer. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Rough(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    weather: Weather,
    random: Random,
    cut: bool,
    sent: u64,
    lost: u64,
}

impl Random {
    /// Other seeds, other numbers.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// The next one; 0 when nothing is below.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if end == 0 { 0 } else { self.0 % end }
    }
}

impl Weather {
    /// Of a hundred packets five are lost, and each comes up to 50 ms late.
    pub const BAD: Self = Self { loss: 5, delay: Duration::ZERO, jitter: Duration::from_millis(50) };

    /// How long the next packet takes; nothing when it is lost.
    pub fn takes(&self, random: &mut Random) -> Option<Duration> {
        if random.below(100) < self.loss {
            return None;
        }
        Some(self.delay + Duration::from_micros(random.below(self.jitter.as_micros() as u64)))
    }
}

impl Rough {
    /// A network in this weather.
    #[must_use]
    pub fn new(weather: Weather, seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State { weather, random: Random::new(seed), cut: false, sent: 0, lost: 0 })))
    }

    /// From now on the weather is another one.
    pub fn set_weather(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// From now on no packet arrives, also none that is on its way; or they do again.
    pub fn cut(&self, cut: bool) {
        self.state().cut = cut;
    }

    /// No packet arrives.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.state().cut
    }

    /// How many packets were sent, and how many of them were lost, since the beginning.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let state = self.state();
        (state.sent, state.lost)
    }

    /// How long a packet takes that is sent now; nothing when it is lost.
    pub(crate) fn takes(&self) -> Option<Duration> {
        let mut state = self.state();
        let State { weather, random, cut, .. } = &mut *state;
        let takes = if *cut { None } else { weather.takes(random) };
        state.sent += 1;
        state.lost += u64::from(takes.is_none());
        takes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_weather_loses_and_delays_as_much_as_it_says_and_a_cut_loses_all() {
        let rough = Rough::new(Weather::BAD, 1);
        let taken: Vec<_> = (0..10_000).filter_map(|_| rough.takes()).collect();
        assert!((9_400..9_600).contains(&taken.len()), "{}", taken.len());
        let mean = taken.iter().sum::<Duration>() / taken.len() as u32;
        assert!((24..26).contains(&mean.as_millis()), "{mean:?}");
        assert!(taken.iter().all(|takes| *takes < Duration::from_millis(50)));
        rough.clone().cut(true);
        assert!((0..100).all(|_| rough.takes().is_none()));
        let (sent, lost) = rough.counts();
        assert_eq!((sent, lost), (10_100, 10_100 - taken.len() as u64));
        rough.cut(false);
        rough.set_weather(Weather::default());
        assert_eq!(rough.takes(), Some(Duration::ZERO));
    }
}
