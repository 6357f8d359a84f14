//! The curves of the sesh, so that a page that comes late can draw them from the start.

use std::time::Instant;

use crate::view::{OverlayStage, OverlayView, Trail};

/// Between two points, ms.
const STEP_MS: u32 = 500;

/// Points of one curve; when there are more, every other one goes.
const LONGEST: usize = 600;

/// The curves of the sesh that runs, or of the last one.
#[derive(Debug, Default)]
pub(crate) struct Trails {
    began: Option<Instant>,
    running: bool,
    trails: Vec<Trail>,
}

impl Trails {
    /// Notes the temperatures of a view while a sesh runs.
    pub fn take(&mut self, now: Instant, view: &OverlayView) {
        let running = view.stage == OverlayStage::Seshing;
        if running && !self.running {
            self.began = Some(now);
            self.trails.clear();
        }
        self.running = running;
        if !view.look.temperatures {
            self.trails.clear();
        }
        if running {
            let ms = match view.elapsed_s {
                Some(elapsed) => (elapsed.max(0.0) * 1000.0) as u32,
                None => {
                    let began = self.began.unwrap_or(now);
                    u32::try_from(now.saturating_duration_since(began).as_millis()).unwrap_or(u32::MAX)
                }
            };
            for member in view.members.iter().filter(|member| !member.away) {
                if let Some(celsius) = member.celsius {
                    self.add(member.id, ms, celsius);
                }
            }
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<Trail> {
        self.trails.clone()
    }

    fn add(&mut self, member: u32, ms: u32, celsius: f32) {
        let index = self.trails.iter().position(|trail| trail.member == member).unwrap_or_else(|| {
            self.trails.push(Trail { member, points: Vec::new() });
            self.trails.len() - 1
        });
        let points = &mut self.trails[index].points;
        if points.last().is_some_and(|(last, _)| ms < last.saturating_add(STEP_MS)) {
            return;
        }
        points.push((ms, celsius));
        if points.len() > LONGEST {
            let mut keep = false;
            points.retain(|_| {
                keep = !keep;
                keep
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::view::{OverlayLook, OverlayMember};

    fn view(stage: OverlayStage, celsius: f32) -> OverlayView {
        let member = OverlayMember {
            id: 7,
            celsius: Some(celsius),
            ..serde_json::from_str(
                r#"{"id":7,"name":null,"me":true,"led":null,"activity":"preheat","celsius":null,
                    "targetCelsius":null,"leftS":null,"holdS":null,"ready":true,"away":false}"#,
            )
            .unwrap()
        };
        OverlayView { stage, members: vec![member], ..OverlayView::default() }
    }

    #[test]
    fn a_sesh_leaves_curves_that_the_next_one_replaces() {
        let mut trails = Trails::default();
        let start = hearth_clock::Clock::new().now().instant;
        trails.take(start, &view(OverlayStage::Chilling, 20.0));
        assert!(trails.all().is_empty());
        for tick in 0..10 {
            trails.take(
                start + Duration::from_millis(250 * tick),
                &view(OverlayStage::Seshing, 20.0 + tick as f32),
            );
        }
        trails.take(start + Duration::from_secs(9), &view(OverlayStage::Ended, 99.0));
        let points = trails.all().remove(0).points;
        assert_eq!(points, [(0, 20.0), (500, 22.0), (1000, 24.0), (1500, 26.0), (2000, 28.0)]);
        trails.take(start + Duration::from_secs(60), &view(OverlayStage::Seshing, 31.0));
        assert_eq!(trails.all().remove(0).points, [(0, 31.0)]);
    }

    #[test]
    fn an_endless_sesh_does_not_grow_for_ever() {
        let mut trails = Trails::default();
        let start = hearth_clock::Clock::new().now().instant;
        for tick in 0..20_000 {
            trails.take(start + Duration::from_millis(500 * tick), &view(OverlayStage::Seshing, 200.0));
        }
        let points = trails.all().remove(0).points;
        assert!(points.len() <= LONGEST);
        assert_eq!(points[0].0, 0);
    }

    #[test]
    fn hidden_temperatures_leave_no_curves() {
        let mut trails = Trails::default();
        let start = hearth_clock::Clock::new().now().instant;
        trails.take(start, &view(OverlayStage::Seshing, 20.0));
        let look = OverlayLook { temperatures: false, ..OverlayLook::default() };
        let hidden = OverlayView { look, ..view(OverlayStage::Seshing, 30.0) };
        trails.take(start + Duration::from_secs(1), &hidden.modest());
        assert!(trails.all().is_empty());
    }
}
