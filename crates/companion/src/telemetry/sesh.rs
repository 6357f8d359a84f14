//! What happens in the group, as the followers of the device in use are told.

use serde::{Deserialize, Serialize};

use crate::contract::{Stage, StageView};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SeshEvent {
    /// Somebody asked everyone to get ready.
    Inquiry,
    /// So many are ready now, of so many that count.
    Ready {
        /// Ready.
        ready: u32,
        /// Devices that count.
        counted: u32,
        /// This device is.
        me: bool,
    },
    /// Devices start together.
    Countdown {
        /// When, ms since 1970 by the clock of the sender.
        start_at: u64,
        /// How many.
        devices: u32,
        /// This device is among them.
        me: bool,
    },
    /// They heat.
    Heating {
        /// Since when, ms since 1970 by the clock of the sender.
        started_at: u64,
        /// How many.
        devices: u32,
    },
    /// The last one has left its heat.
    Ended {
        /// Between the first and the last that began, ms, where that was measured.
        #[serde(default)]
        skew_ms: Option<u32>,
    },
}

/// Turns what a person sees of the sesh into events.
#[derive(Clone, Debug, Default)]
pub struct SeshFollower {
    before: Option<Seen>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    stage: Stage,
    ready: (u32, u32, bool),
    countdown: Option<(u64, u32, bool)>,
    ended: Option<u64>,
}

impl SeshFollower {
    /// Looks at the stage: what happened since the last look. What was so from the beginning did not happen now.
    pub fn look(&mut self, view: &StageView) -> Vec<SeshEvent> {
        let seen = Seen {
            stage: view.stage,
            ready: (view.ready, view.counted, view.me_ready),
            countdown: view.start_at.map(|at| (at as u64, view.devices, view.armed)),
            ended: view.last_ended_at.map(|at| at as u64),
        };
        let Some(before) = self.before.replace(seen) else { return Vec::new() };
        let mut news = Vec::new();
        let began = before.stage != seen.stage;
        match seen.stage {
            Stage::Awaiting => {
                if began {
                    news.push(SeshEvent::Inquiry);
                }
                let (ready, counted, me) = seen.ready;
                if before.ready != seen.ready && (ready > 0 || !began) {
                    news.push(SeshEvent::Ready { ready, counted, me });
                }
            }
            Stage::Countdown => {
                if let Some((start_at, devices, me)) =
                    seen.countdown.filter(|_| before.countdown != seen.countdown)
                {
                    news.push(SeshEvent::Countdown { start_at, devices, me });
                }
            }
            Stage::Seshing if began => {
                let started_at = view.since.unwrap_or_default() as u64;
                news.push(SeshEvent::Heating { started_at, devices: view.devices });
            }
            Stage::Seshing | Stage::Alone | Stage::Joining | Stage::Chilling => {}
        }
        if seen.ended.is_some() && seen.ended != before.ended {
            news.push(SeshEvent::Ended { skew_ms: view.skew_ms });
        }
        news
    }
}
