//! What a simulated device does badly, as observed on real ones: set one by one, by name on a command line,
//! or drawn from a seed.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// How its watches fail (facts/puffco-ble.md §11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WatchQuirk {
    /// They do not.
    #[default]
    None,
    /// WATCH is answered with an error.
    Refused,
    /// A watch falls silent this long after it was set.
    Lapse(Duration),
}

/// What it does badly. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quirks {
    /// So many links are dropped as soon as they are opened (§8 note d).
    pub first_connects_fail: u32,
    /// Its advertisement names no services (§2.1).
    pub no_services_advertised: bool,
    /// A link with a bond that was not unlocked yet is dropped after this much silence (§8 note a: 0.5 s).
    pub idle_drop: Option<Duration>,
    /// Share of heater readings, 0..=1, that are NaN although there is a chamber.
    pub nan_readings: f64,
    /// Share of state readings in mid-heat, 0..=1, that say IDLE (§19).
    pub spurious_idle: f64,
    /// From a request to its reply, least and most. `None` leaves it to
    /// [`SimConfig::reply_delay`](crate::SimConfig::reply_delay); zero and zero replies before the write returns.
    pub latency: Option<(Duration, Duration)>,
    /// Share of requests, 0..=1, that are carried out and not answered.
    pub lost_replies: f64,
    /// Share of replies and events, 0..=1, that come twice.
    pub duplicated_replies: f64,
    /// Negotiated MTU. A frame longer than this less 3 vanishes; a notification is cut there.
    pub mtu: Option<u16>,
    /// The computer believes in a bond that the device has forgotten (§10).
    pub bond_lost: bool,
    /// How its watches fail.
    pub watches: WatchQuirk,
    /// GET_LIMITS has no answer.
    pub limits_unanswered: bool,
    /// The unlock is refused, whatever the token.
    pub unlock_refused: bool,
    /// Paths that this firmware does not have (§7.5: status 2).
    pub missing: BTreeSet<String>,
    /// Its clock was set, and is off by so many seconds.
    pub clock_off: Option<i64>,
    /// Stale bytes after each colour document (§17.3).
    pub stale_light_bytes: u16,
}

/// A quirk that cannot be had, with what would do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuirkError {
    /// There is no such quirk.
    #[error("no quirk `{0}`; there are {names}", names = NAMES.join(", "))]
    Unknown(String),
    /// Its value is missing or out of range.
    #[error("quirk `{name}` {wants}")]
    Value {
        /// Which one.
        name: &'static str,
        /// What its value may be.
        wants: &'static str,
    },
}

/// The quirks by the names that [`Quirks::set`] takes.
pub const NAMES: [&str; 18] = [
    "first-connects-fail",
    "no-services-advertised",
    "idle-drop",
    "nan-readings",
    "spurious-idle",
    "latency",
    "early-replies",
    "lost-replies",
    "duplicated-replies",
    "mtu",
    "bond-lost",
    "watches",
    "limits-unanswered",
    "unlock-refused",
    "missing",
    "clock-off",
    "stale-light-bytes",
    "random",
];

impl Quirks {
    /// Sets one quirk from `name` or `name=value`. `random` replaces all by [`Self::drawn`] with that seed, or with
    /// `seed` when it names none.
    ///
    /// # Errors
    /// For a name that there is not, or a value that is out of range; says what there is.
    pub fn set(&mut self, text: &str, seed: u64) -> Result<(), QuirkError> {
        let (given, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let name = NAMES
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(given))
            .ok_or_else(|| QuirkError::Unknown(given.to_owned()))?;
        let wants = |wants| QuirkError::Value { name, wants };
        let number = |wants_text, default: Option<f64>, range: std::ops::RangeInclusive<f64>| {
            let number = value.map_or(default, |value| value.parse().ok());
            number.filter(|number| range.contains(number)).ok_or(wants(wants_text))
        };
        let share = |default| number("takes a share from 0 to 1", Some(default), 0.0..=1.0);
        let seconds = |text, default| number(text, default, 0.001..=3600.0).map(Duration::from_secs_f64);
        let bare = || match value {
            None | Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(wants("takes no value")),
        };
        match name {
            "first-connects-fail" => {
                self.first_connects_fail =
                    number("takes a count up to 1000", Some(1.0), 0.0..=1000.0)? as u32;
            }
            "no-services-advertised" => self.no_services_advertised = bare()?,
            "idle-drop" => self.idle_drop = Some(seconds("takes seconds from 0.001 to 3600", Some(0.5))?),
            "nan-readings" => self.nan_readings = share(0.2)?,
            "spurious-idle" => self.spurious_idle = share(0.05)?,
            "latency" => {
                self.latency = Some(value.and_then(range_ms).ok_or(wants("takes LEAST..MOST in ms"))?)
            }
            "early-replies" => self.latency = bare()?.then_some((Duration::ZERO, Duration::ZERO)),
            "lost-replies" => self.lost_replies = share(0.05)?,
            "duplicated-replies" => self.duplicated_replies = share(0.2)?,
            "mtu" => self.mtu = Some(number("takes 23 to 517", None, 23.0..=517.0)? as u16),
            "bond-lost" => self.bond_lost = bare()?,
            "watches" => {
                let wanted = "takes `refused` or `lapse=SECONDS`";
                self.watches = match value {
                    Some("refused") => WatchQuirk::Refused,
                    Some(value) => {
                        let after = value.strip_prefix("lapse=").and_then(|after| after.parse().ok());
                        let after =
                            after.filter(|after| (0.001..=3600.0).contains(after)).ok_or(wants(wanted))?;
                        WatchQuirk::Lapse(Duration::from_secs_f64(after))
                    }
                    None => return Err(wants(wanted)),
                };
            }
            "limits-unanswered" => self.limits_unanswered = bare()?,
            "unlock-refused" => self.unlock_refused = bare()?,
            "missing" => {
                let path = value
                    .filter(|path| path.starts_with('/'))
                    .ok_or(wants("takes a path, as /p/app/info/drem"))?;
                self.missing.insert(path.to_owned());
            }
            "clock-off" => {
                let most = f64::from(i32::MAX);
                self.clock_off =
                    Some(number("takes seconds, either sign", Some(3600.0), -most..=most)? as i64);
            }
            "stale-light-bytes" => {
                self.stale_light_bytes = number("takes 0 to 600", Some(64.0), 0.0..=600.0)? as u16;
            }
            _ => {
                let seed = match value {
                    Some(value) => value.parse().map_err(|_| wants("takes a seed"))?,
                    None => seed,
                };
                *self = Self::drawn(seed);
            }
        }
        Ok(())
    }

    /// A set of quirks that a client can live with, always the same for a seed. Those that nobody can work with
    /// are left out: an MTU of 23, a lost bond, a refused unlock.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed ^ 0x5155_4952_4b53);
        let mut quirks = Self::default();
        let mut now_and_then = |share: f64| rng.random_bool(share).then(|| rng.random::<f64>());
        if let Some(luck) = now_and_then(0.4) {
            quirks.first_connects_fail = 1 + (luck * 2.0) as u32;
        }
        quirks.no_services_advertised = now_and_then(0.3).is_some();
        quirks.idle_drop = now_and_then(0.3).map(|_| Duration::from_millis(500));
        quirks.nan_readings = now_and_then(0.3).map_or(0.0, |luck| luck * 0.2);
        quirks.spurious_idle = now_and_then(0.3).map_or(0.0, |luck| luck * 0.05);
        quirks.latency = now_and_then(0.5).map(|luck| {
            let least = Duration::from_millis((luck * 60.0) as u64);
            (least, least + Duration::from_millis((luck * 200.0) as u64))
        });
        quirks.lost_replies = now_and_then(0.3).map_or(0.0, |luck| luck * 0.03);
        quirks.duplicated_replies = now_and_then(0.3).map_or(0.0, |luck| luck * 0.3);
        quirks.mtu = now_and_then(0.4).map(|luck| if luck < 0.5 { 185 } else { 247 });
        quirks.watches = match now_and_then(0.4) {
            Some(..0.5) => WatchQuirk::Refused,
            Some(luck) => WatchQuirk::Lapse(Duration::from_secs_f64(1.0 + luck * 20.0)),
            None => WatchQuirk::None,
        };
        // Who waits for limits that never come says nothing meanwhile.
        quirks.limits_unanswered = now_and_then(0.1).is_some() && quirks.idle_drop.is_none();
        for path in ["/p/app/info/drem", "/p/app/info/dpd", "/p/app/ltrn/remt", "/p/bat/cap"] {
            if now_and_then(0.1).is_some() {
                quirks.missing.insert(path.to_owned());
            }
        }
        quirks.clock_off = now_and_then(0.3).map(|luck| (luck * 14_400.0) as i64 - 7200);
        quirks.stale_light_bytes = now_and_then(0.3).map_or(0, |luck| (luck * 200.0) as u16);
        quirks
    }
}

/// `20..200`
fn range_ms(text: &str) -> Option<(Duration, Duration)> {
    let (least, most) = text.split_once("..")?;
    let (least, most): (u64, u64) = (least.parse().ok()?, most.parse().ok()?);
    (least <= most && most <= 60_000).then(|| (Duration::from_millis(least), Duration::from_millis(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quirks(texts: &[&str]) -> Result<Quirks, QuirkError> {
        let mut quirks = Quirks::default();
        texts.iter().try_for_each(|text| quirks.set(text, 7))?;
        Ok(quirks)
    }

    #[test]
    fn quirks_are_set_by_name_and_value() {
        let set =
            quirks(&["first-connects-fail=2", "idle-drop", "latency=20..200", "mtu=185", "watches=lapse=3"]);
        let wanted = Quirks {
            first_connects_fail: 2,
            idle_drop: Some(Duration::from_millis(500)),
            latency: Some((Duration::from_millis(20), Duration::from_millis(200))),
            mtu: Some(185),
            watches: WatchQuirk::Lapse(Duration::from_secs(3)),
            ..Quirks::default()
        };
        assert_eq!(set, Ok(wanted));
        assert_eq!(quirks(&["missing=/a", "missing=/b"]).map(|quirks| quirks.missing.len()), Ok(2));
    }

    #[test]
    fn what_cannot_be_had_is_refused_with_what_can() {
        let unknown = quirks(&["explodes"]).unwrap_err();
        assert!(unknown.to_string().contains("first-connects-fail"), "{unknown}");
        for wrong in [
            "mtu",
            "mtu=22",
            "mtu=NaN",
            "lost-replies=1.5",
            "nan-readings=NaN",
            "latency=9",
            "latency=200..20",
            "watches=maybe",
            "watches=lapse=-1",
            "missing=soc",
            "bond-lost=perhaps",
            "clock-off=now",
            "idle-drop=0",
            "random=x",
        ] {
            let error = quirks(&[wrong]).unwrap_err();
            assert!(matches!(error, QuirkError::Value { .. }), "{wrong}: {error}");
        }
    }

    #[test]
    fn every_name_is_understood() {
        for name in NAMES {
            let with_value = format!("{name}=?");
            for text in [name, &with_value] {
                assert!(!matches!(quirks(&[text]), Err(QuirkError::Unknown(_))), "{text}");
            }
        }
    }

    #[test]
    fn a_seed_draws_the_same_quirks_each_time_and_another_seed_others() {
        assert_eq!(Quirks::drawn(5), Quirks::drawn(5));
        let different = (0..50).filter(|seed| Quirks::drawn(*seed) != Quirks::drawn(seed + 1)).count();
        assert!(different > 45, "{different}");
        assert_eq!(quirks(&["random"]), Ok(Quirks::drawn(7)));
        assert_eq!(quirks(&["random=5"]), Ok(Quirks::drawn(5)));
    }
}
