//! What the overlay shows, as plain data: the types that cross the socket, and nothing else does.
//!
//! There is no place in them for group codes, tokens, serial numbers or addresses. TypeScript gets them from
//! `ui/src/overlay/contract.ts`, which a test generates.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that a page can show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverlayView {
    /// Stage of the session.
    pub stage: OverlayStage,
    /// Members that are ready, while awaiting.
    pub ready: u32,
    /// Members that count: with a device, not away.
    pub counted: u32,
    /// In the countdown: ms until the devices start, at the moment at which this view was made. A duration, so
    /// that the clocks of the program and the page need not agree.
    pub countdown_ms: Option<u32>,
    /// While seshing: seconds since the start, at the moment at which this view was made.
    pub elapsed_s: Option<f32>,
    /// Between the first and the last preheat of the sesh that runs or just ended, ms.
    pub skew_ms: Option<u32>,
    /// Name of the group; `null` alone, and when it is not to be shown.
    pub group: Option<String>,
    /// Number of the sesh that runs or just ended, else of the last one; `null` when there was none.
    pub sesh: Option<u32>,
    /// Unit of temperatures on screen. Those in here are always °C.
    pub unit: OverlayUnit,
    /// Language of the few words on screen.
    pub tongue: OverlayTongue,
    /// The members in the order in which they are shown.
    pub members: Vec<OverlayMember>,
    /// How it looks, unless an address says otherwise.
    pub look: OverlayLook,
}

/// Stages of a session, as an audience sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverlayStage {
    /// In no group: at most this person's own device.
    #[default]
    Alone,
    /// Nothing asked.
    Chilling,
    /// Members get ready.
    Awaiting,
    /// 3-2-1.
    Countdown,
    /// Heating.
    Seshing,
    /// A sesh has just ended.
    Ended,
}

/// A person with a device, or this person's device alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OverlayMember {
    /// Tells members apart, for as long as they are in the group; says nothing about them.
    pub id: u32,
    /// Name, never "You"; `null` when names are hidden.
    pub name: Option<String>,
    /// The one whose computer this is: outlined, and alone in the layout [`Single`](OverlayLayout::Single).
    pub me: bool,
    /// Light of the device, `#rrggbb`.
    pub led: Option<String>,
    /// What the device is doing.
    pub activity: OverlayActivity,
    /// Chamber temperature.
    pub celsius: Option<f32>,
    /// Target of the running heat, or of the selected profile.
    pub target_celsius: Option<f32>,
    /// At temperature: seconds left, at the moment at which this was made.
    pub left_s: Option<f32>,
    /// At temperature: planned seconds.
    pub hold_s: Option<f32>,
    /// Ready; in the countdown: takes part.
    pub ready: bool,
    /// Away.
    pub away: bool,
}

/// What a member's device is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverlayActivity {
    /// Not known, or something that does not matter here (start-up, pairing, battery display).
    #[default]
    Unknown,
    /// Off or asleep.
    Asleep,
    /// The link to it is lost.
    Lost,
    /// Idle.
    Idle,
    /// Choosing a profile; in a group: ready.
    Selecting,
    /// Heating up.
    Preheat,
    /// At temperature.
    Active,
    /// Cooling down.
    Fade,
}

/// Unit of temperatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverlayUnit {
    /// °F.
    #[default]
    Fahrenheit,
    /// °C.
    Celsius,
}

/// Languages of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverlayTongue {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

/// How it looks. An address can override each of these for one source; what is hidden here stays hidden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct OverlayLook {
    /// What is drawn.
    pub layout: OverlayLayout,
    /// Names of members and of the group. Hidden ones do not leave this program.
    pub names: bool,
    /// Temperatures and targets. Hidden ones do not leave this program.
    pub temperatures: bool,
    /// 3-2-1 before a sesh.
    pub countdown: bool,
    /// One colour for everybody, `#rrggbb`; `null`: each device's light.
    pub accent: Option<String>,
    /// How opaque the dark chips are, 0.7 to 1: below that they cannot be read over a bright picture.
    pub chips: f32,
    /// Size, 0.5 to 3.
    pub scale: f32,
    /// Where on the page.
    pub position: OverlayPosition,
}

impl Default for OverlayLook {
    fn default() -> Self {
        Self {
            layout: OverlayLayout::default(),
            names: true,
            temperatures: true,
            countdown: true,
            accent: None,
            chips: 0.86,
            scale: 1.0,
            position: OverlayPosition::default(),
        }
    }
}

/// What is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverlayLayout {
    /// The stage and every member, side by side.
    #[default]
    Strip,
    /// One large gauge: this person's.
    Single,
    /// The heat curves of the sesh.
    Chart,
}

/// Where on the page it lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum OverlayPosition {
    TopLeft,
    Top,
    TopRight,
    #[default]
    BottomLeft,
    Bottom,
    BottomRight,
}

/// What the program says to a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OverlayMessage {
    /// First: everything, with the curves so far.
    Hello {
        /// What to show.
        view: OverlayView,
        /// The curves of the sesh that runs or just ended.
        trails: Vec<Trail>,
    },
    /// More than members' values changed.
    View {
        /// What to show.
        view: OverlayView,
    },
    /// The values of these members changed.
    Members {
        /// The members, whole.
        members: Vec<OverlayMember>,
    },
}

/// A member's curve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Trail {
    /// [`OverlayMember::id`].
    pub member: u32,
    /// Points: ms since the sesh began, °C.
    pub points: Vec<(u32, f32)>,
}

impl OverlayView {
    /// This view with `ms` gone by since it was made.
    #[must_use]
    pub(crate) fn aged(mut self, ms: u64) -> Self {
        let seconds = ms as f32 / 1000.0;
        let whole = u32::try_from(ms).unwrap_or(u32::MAX);
        self.countdown_ms = self.countdown_ms.map(|left| left.saturating_sub(whole));
        self.elapsed_s = self.elapsed_s.map(|elapsed| elapsed + seconds);
        for member in &mut self.members {
            member.left_s = member.left_s.map(|left| (left - seconds).max(0.0));
        }
        self
    }

    /// This view without what its look hides, and without numbers that are none.
    #[must_use]
    pub(crate) fn modest(mut self) -> Self {
        for member in &mut self.members {
            for number in
                [&mut member.celsius, &mut member.target_celsius, &mut member.left_s, &mut member.hold_s]
            {
                *number = number.filter(|number| number.is_finite());
            }
        }
        self.elapsed_s = self.elapsed_s.filter(|elapsed| elapsed.is_finite());
        if !self.look.names {
            self = self.nameless();
        }
        if !self.look.temperatures {
            for member in &mut self.members {
                member.celsius = None;
                member.target_celsius = None;
            }
        }
        self
    }

    /// This view without names.
    #[must_use]
    pub(crate) fn nameless(mut self) -> Self {
        self.group = None;
        for member in &mut self.members {
            member.name = None;
        }
        self
    }
}

impl OverlayMessage {
    /// This message without names.
    #[must_use]
    pub(crate) fn nameless(self) -> Self {
        match self {
            Self::Hello { view, trails } => Self::Hello { view: view.nameless(), trails },
            Self::View { view } => Self::View { view: view.nameless() },
            Self::Members { mut members } => {
                for member in &mut members {
                    member.name = None;
                }
                Self::Members { members }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_look_hides_is_taken_out() {
        let member = OverlayMember { name: Some("Rowan".into()), celsius: Some(280.0), ..member(1) };
        let look = OverlayLook { names: false, temperatures: false, ..OverlayLook::default() };
        let view = OverlayView {
            group: Some("Attic".into()),
            members: vec![member],
            look,
            ..OverlayView::default()
        };
        let text = serde_json::to_string(&view.modest()).unwrap();
        for hidden in ["Rowan", "Attic", "280"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }

    #[test]
    fn durations_go_on_while_a_view_waits() {
        let active = OverlayMember { left_s: Some(1.5), ..member(1) };
        let view = OverlayView {
            countdown_ms: Some(2_500),
            elapsed_s: Some(10.0),
            members: vec![active],
            ..OverlayView::default()
        };
        let later = view.aged(2_000);
        assert_eq!(later.countdown_ms, Some(500));
        assert_eq!(later.elapsed_s, Some(12.0));
        assert_eq!(later.members[0].left_s, Some(0.0));
    }

    fn member(id: u32) -> OverlayMember {
        OverlayMember {
            id,
            name: None,
            me: false,
            led: None,
            activity: OverlayActivity::Idle,
            celsius: None,
            target_celsius: None,
            left_s: None,
            hold_s: None,
            ready: false,
            away: false,
        }
    }
}
