//! The heat chart: every member's temperature from a common zero.

use std::time::Duration;

use crate::contract::{ChartView, Curve};

/// At most one point in this time for each member.
const SPACING_MS: u32 = 200;
/// A chart ends after this long, whatever devices say.
const LONGEST: Duration = Duration::from_secs(300);

/// Who a curve belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Owner {
    /// Session id, or `me` alone.
    pub member: String,
    /// Name.
    pub name: String,
    /// This person.
    pub me: bool,
    /// `#rrggbb`.
    pub led: Option<String>,
    /// °C.
    pub target_celsius: Option<f32>,
}

/// A point that was added: ms since the start, °C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// ms since the start.
    pub ms: u32,
    /// °C.
    pub celsius: f32,
}

/// The chart of the present or last heat.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Chart {
    started_ms: Option<u64>,
    live: bool,
    curves: Vec<Curve>,
}

impl Chart {
    /// Starts anew at `at_ms`; points before it are not taken.
    pub fn begin(&mut self, at_ms: u64) {
        *self = Self { started_ms: Some(at_ms), live: true, curves: Vec::new() };
    }

    /// The heat is over; the curves stay.
    pub fn end(&mut self) {
        self.live = false;
    }

    /// Points are taken.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// The member that this person's curve was begun as: it goes on under that id when the group is left, or
    /// joined again as another member, in the middle of a heat.
    #[must_use]
    pub fn own_member(&self) -> Option<&str> {
        let own = self.curves.iter().find(|curve| curve.me && self.live)?;
        Some(&own.member)
    }

    /// Ends a chart that has gone on for too long. Whether it ended just now.
    pub fn expire(&mut self, now_ms: u64) -> bool {
        let since = now_ms.saturating_sub(self.started_ms.unwrap_or(now_ms));
        let over = self.live && Duration::from_millis(since) > LONGEST;
        self.live &= !over;
        over
    }

    /// Takes a temperature. Gives the point back when it was added, and whether the curve is new.
    pub fn take(&mut self, now_ms: u64, owner: &Owner, celsius: f32) -> Option<(Sample, bool)> {
        let since = now_ms.checked_sub(self.started_ms?)?;
        let ms = u32::try_from(since).ok().filter(|_| self.live && celsius.is_finite())?;
        if Duration::from_millis(since) > LONGEST {
            return None;
        }
        let new = !self.curves.iter().any(|curve| curve.member == owner.member);
        if new {
            self.curves.push(Curve {
                member: owner.member.clone(),
                name: owner.name.clone(),
                me: owner.me,
                led: owner.led.clone(),
                target_celsius: owner.target_celsius,
                points: Vec::new(),
            });
        }
        let curve = self.curves.iter_mut().find(|curve| curve.member == owner.member)?;
        if curve.points.last().is_some_and(|(last, _)| ms < last + SPACING_MS) {
            return None;
        }
        curve.points.push((ms, celsius));
        Some((Sample { ms, celsius }, new))
    }

    /// As faces see it.
    #[must_use]
    pub fn view(&self) -> ChartView {
        ChartView {
            started_at: self.started_ms.map(|ms| ms as f64),
            live: self.live,
            curves: self.curves.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner { member: "a".into(), name: "Ember".into(), me: true, led: None, target_celsius: None }
    }

    #[test]
    fn points_before_the_start_are_not_taken() {
        let mut chart = Chart::default();
        assert_eq!(chart.take(1_000, &owner(), 20.0), None);
        chart.begin(2_000);
        assert_eq!(chart.take(1_999, &owner(), 20.0), None);
        assert!(chart.take(2_000, &owner(), 20.0).is_some());
    }

    #[test]
    fn points_are_thinned_and_nothing_is_taken_after_the_end() {
        let mut chart = Chart::default();
        chart.begin(0);
        assert!(chart.take(0, &owner(), 20.0).is_some_and(|(_, new)| new));
        assert_eq!(chart.take(100, &owner(), 21.0), None);
        assert!(chart.take(250, &owner(), 22.0).is_some_and(|(_, new)| !new));
        assert_eq!(chart.take(500, &owner(), f32::NAN), None);
        chart.end();
        assert_eq!(chart.take(1_000, &owner(), 30.0), None);
        assert_eq!(chart.view().curves[0].points, vec![(0, 20.0), (250, 22.0)]);
    }
}
