//! Views of a sesh with five people, for pictures and measurements.

#![allow(dead_code, reason = "the measurement needs one of them")]

use hearth_overlay::{OverlayActivity, OverlayMember, OverlayStage, OverlayView};

/// A member at the start of a chilling group.
fn person(id: u32, name: &str, led: &str, target: f32) -> OverlayMember {
    OverlayMember {
        id,
        name: Some(name.to_owned()),
        me: id == 1,
        led: Some(led.to_owned()),
        activity: OverlayActivity::Idle,
        celsius: Some(24.0 + id as f32),
        target_celsius: Some(target),
        left_s: None,
        hold_s: None,
        ready: false,
        away: false,
    }
}

/// Everybody is there, nothing is asked; the fourth is away.
pub fn chilling() -> OverlayView {
    let mut members = vec![
        person(1, "Rowan", "#ff6a1a", 285.0),
        person(2, "Mika", "#12d6c5", 274.0),
        person(3, "Theo", "#7a5cff", 265.0),
        person(4, "June", "#ff4f9a", 270.0),
        person(5, "Sol", "#4fd65a", 254.0),
    ];
    members[3].away = true;
    OverlayView {
        stage: OverlayStage::Chilling,
        counted: 4,
        group: Some("Sunday slow burn".to_owned()),
        sesh: Some(14),
        members,
        ..OverlayView::default()
    }
}

/// Three of four are ready.
pub fn awaiting() -> OverlayView {
    let mut view = OverlayView { stage: OverlayStage::Awaiting, ready: 3, ..chilling() };
    for index in [0, 1, 2] {
        view.members[index].ready = true;
        view.members[index].activity = OverlayActivity::Selecting;
    }
    view
}

/// It starts in a moment.
pub fn countdown() -> OverlayView {
    let mut view = OverlayView { stage: OverlayStage::Countdown, countdown_ms: Some(3_000), ..awaiting() };
    view.ready = 4;
    view.members[4].ready = true;
    view
}

/// `seconds` into the sesh: three at temperature after 30 s, one still heating.
pub fn seshing(seconds: f32) -> OverlayView {
    let mut view = OverlayView {
        stage: OverlayStage::Seshing,
        countdown_ms: None,
        elapsed_s: Some(seconds),
        skew_ms: Some(84),
        sesh: Some(15),
        ..countdown()
    };
    for (index, speed) in [(0, 9.6_f32), (1, 8.9), (2, 9.2), (4, 6.2)] {
        let member = &mut view.members[index];
        let target = member.target_celsius.unwrap_or_default();
        let celsius = 25.0 + (target - 20.0) * (1.0 - (-seconds * speed / 60.0).exp());
        member.activity = OverlayActivity::Preheat;
        member.celsius = Some(celsius.min(target + 1.0));
        if celsius >= target - 3.0 {
            member.activity = OverlayActivity::Active;
            member.hold_s = Some(40.0);
            member.left_s = Some((66.0 - seconds - index as f32 * 3.0).max(0.0));
        }
    }
    view
}

/// It is over.
pub fn ended() -> OverlayView {
    let mut view = OverlayView { stage: OverlayStage::Ended, elapsed_s: None, ..seshing(70.0) };
    for member in &mut view.members {
        member.ready = false;
        member.left_s = None;
        if !member.away {
            member.activity = OverlayActivity::Fade;
        }
    }
    view.members[4].activity = OverlayActivity::Lost;
    view.members[2].activity = OverlayActivity::Asleep;
    view
}
