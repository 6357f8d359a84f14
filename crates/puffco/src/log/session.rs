//! The dabs that a log tells of: heats that reached their temperature, and what became of them.

use std::time::Duration;

use super::{Heat, HeatMoment, HeatProfile, Placed, Record};

/// A heat that reached its temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Index of the entry that tells that it was reached.
    pub index: u32,
    /// When that was, since 1970.
    pub at: Duration,
    /// The profile, where the log tells it.
    pub profile: Option<HeatProfile>,
    /// Temperature of the profile, °C.
    pub nominal_celsius: Option<f32>,
    /// The highest temperature that the log has of it, °C.
    pub peak_celsius: Option<f32>,
    /// How long the firmware thought that heating up would take, seconds.
    pub estimate_s: Option<f32>,
    /// How long it took, seconds.
    pub preheat_s: Option<f32>,
    /// How long the temperature was held, seconds.
    pub held_s: Option<f32>,
    /// How many times it was boosted.
    pub boosts: u32,
    /// How it ended, where the log has that.
    pub ending: Option<Ending>,
}

/// How a heat ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ran to its end.
    Completed,
    /// It was stopped.
    Aborted,
    /// It failed.
    Faulted,
}

/// The heats that reached their temperature, oldest first. Those whose time is not known are left out.
#[must_use]
pub fn sessions(entries: &[Placed]) -> Vec<Session> {
    let mut sessions = Vec::new();
    // The heat whose end was not seen yet; `None` also while one is under way that has no place in time.
    let mut open: Option<Session> = None;
    for placed in entries {
        let boundary = match &placed.record {
            Record::Heat(heat) if heat.moment == HeatMoment::Reached => begin_v1(placed, heat),
            Record::Reached(reached) => placed.at.map(|at| Session {
                profile: reached.profile,
                nominal_celsius: reached.nominal_celsius,
                ..bare(placed.entry.index, at, (reached.estimate_s, reached.preheat_s))
            }),
            record if starts_anew(record) => None,
            record => {
                if let Some(session) = &mut open {
                    session.hear(placed, record);
                }
                continue;
            }
        };
        sessions.extend(std::mem::replace(&mut open, boundary));
    }
    sessions.extend(open);
    sessions
}

/// Entries after which nothing belongs to an earlier heat.
fn starts_anew(record: &Record) -> bool {
    match record {
        Record::Heat(heat) => matches!(heat.moment, HeatMoment::Started | HeatMoment::AbortedInPreheat),
        Record::HeatV2 { moment, .. } => *moment == HeatMoment::Started,
        Record::Boot(_) | Record::FactoryReset => true,
        _ => false,
    }
}

fn begin_v1(placed: &Placed, heat: &Heat) -> Option<Session> {
    let nominal_celsius = Some(heat.nominal_celsius).filter(|celsius| *celsius > 0.0);
    Some(Session {
        profile: heat.profile.filter(|_| nominal_celsius.is_some()),
        nominal_celsius: nominal_celsius.filter(|_| heat.profile.is_some()),
        peak_celsius: measured(heat),
        ..bare(placed.entry.index, placed.at?, (heat.planned_s, heat.elapsed_s))
    })
}

/// Without one of the two times the other says nothing.
fn bare(index: u32, at: Duration, (estimate_s, preheat_s): (f32, f32)) -> Session {
    let both = estimate_s > 0.0 && preheat_s > 0.0;
    Session {
        index,
        at,
        profile: None,
        nominal_celsius: None,
        peak_celsius: None,
        estimate_s: both.then_some(estimate_s),
        preheat_s: both.then_some(preheat_s),
        held_s: None,
        boosts: 0,
        ending: None,
    }
}

fn measured(heat: &Heat) -> Option<f32> {
    Some(heat.actual_celsius).filter(|celsius| *celsius > 0.0)
}

impl Session {
    /// Takes in what came after it was reached. Only its first end counts.
    fn hear(&mut self, placed: &Placed, record: &Record) {
        if self.ending.is_some() {
            return;
        }
        match record {
            Record::Heat(heat) => {
                self.peak_celsius =
                    [self.peak_celsius, measured(heat)].into_iter().flatten().reduce(f32::max);
                match heat.moment {
                    HeatMoment::Boosted => self.boosts += 1,
                    HeatMoment::Completed => self.end(Ending::Completed, Some(heat.elapsed_s)),
                    HeatMoment::Aborted => self.end(Ending::Aborted, Some(heat.elapsed_s)),
                    HeatMoment::Faulted => self.end(Ending::Faulted, Some(heat.elapsed_s)),
                    HeatMoment::Started | HeatMoment::AbortedInPreheat | HeatMoment::Reached => {}
                }
            }
            Record::HeatV2 { moment: HeatMoment::Completed, .. } => {
                // This generation does not tell how long: the two times do.
                let held = placed.at.and_then(|end| end.checked_sub(self.at));
                self.end(Ending::Completed, held.map(|held| held.as_secs_f32()));
            }
            _ => {}
        }
    }

    fn end(&mut self, ending: Ending, held_s: Option<f32>) {
        self.ending = Some(ending);
        self.held_s = held_s;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ENTRY_LENGTH, LogEntry, LogKind, place};
    use super::*;

    const START: u32 = 1_700_000_000;

    /// A heat entry of the first generation at this second, at 283.0 °C planned.
    fn heat(second: u32, code: u8, actual_tenths: i16, elapsed_hundredths: u16) -> LogEntry {
        let mut bytes = [0; ENTRY_LENGTH];
        bytes[..4].copy_from_slice(&(START + second).to_le_bytes());
        bytes[4] = code;
        bytes[5] = 0x90;
        bytes[6..8].copy_from_slice(&2830_i16.to_le_bytes());
        bytes[10..12].copy_from_slice(&actual_tenths.to_le_bytes());
        bytes[12..14].copy_from_slice(&6000_u16.to_le_bytes());
        bytes[14..].copy_from_slice(&elapsed_hundredths.to_le_bytes());
        LogEntry { index: second, bytes }
    }

    fn told(entries: &[LogEntry]) -> Vec<Session> {
        sessions(&place(LogKind::Audit, entries, None, Duration::from_secs(u64::from(START))))
    }

    #[test]
    fn a_dab_has_its_peak_its_boosts_and_its_end() {
        let log = [
            heat(1, 3, 250, 0),
            heat(20, 9, 2829, 2400),
            heat(40, 7, 2861, 2000),
            heat(50, 7, 2902, 3000),
            heat(99, 6, 2899, 7900),
        ];
        let [session] = &told(&log)[..] else { panic!("one dab") };
        assert_eq!((session.profile, session.nominal_celsius), (Some(HeatProfile::Slot(1)), Some(283.0)));
        assert_eq!((session.estimate_s, session.preheat_s), (Some(60.0), Some(24.0)));
        assert_eq!((session.peak_celsius, session.boosts), (Some(290.2), 2));
        assert_eq!((session.held_s, session.ending), (Some(79.0), Some(Ending::Completed)));
    }

    #[test]
    fn a_heat_that_was_stopped_before_its_temperature_is_no_dab() {
        assert_eq!(told(&[heat(1, 3, 250, 0), heat(9, 4, 900, 800)]), []);
    }

    #[test]
    fn an_end_without_its_beginning_belongs_to_no_dab() {
        let log = [heat(1, 9, 2830, 2000), heat(9, 3, 250, 0), heat(30, 5, 2830, 1000)];
        let [session] = &told(&log)[..] else { panic!("one dab") };
        assert_eq!((session.held_s, session.ending), (None, None));
    }

    #[test]
    fn the_second_generation_is_held_until_its_completion() {
        let mut reached = heat(10, 20, 0, 0);
        reached.bytes[5..].copy_from_slice(&[0, 7, 110, 0, 0, 0x60, 9, 0xca, 8, 0, 0]);
        let [session] = &told(&[reached, heat(55, 18, 0, 0)])[..] else { panic!("one dab") };
        assert_eq!((session.profile, session.held_s), (Some(HeatProfile::OneOff), Some(45.0)));
        assert_eq!((session.estimate_s, session.preheat_s), (Some(24.0), Some(22.5)));
    }

    #[test]
    fn only_the_first_end_counts() {
        let log = [heat(1, 9, 2830, 2000), heat(9, 5, 2830, 800), heat(30, 6, 3100, 9900)];
        let [session] = &told(&log)[..] else { panic!("one dab") };
        assert_eq!((session.held_s, session.ending), (Some(8.0), Some(Ending::Aborted)));
        assert_eq!(session.peak_celsius, Some(283.0));
    }
}
