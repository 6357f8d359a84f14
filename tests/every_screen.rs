//! Every screen of the window, with what really happened on it: from the first steps to a sesh, its recap in the
//! history, the lobby, the devices, the community and the settings, in both languages; on a computer without Bluetooth.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use std::time::Duration;

use harness::{Bus, Display, Place, Window, until};

/// No sesh of simulated friends is longer.
const A_SESH: Duration = Duration::from_secs(150);
/// The sizes in which each screen is kept as a picture.
const SIZES: [(&str, u32, u32); 2] = [("wide", 1120, 740), ("narrow", 400, 720)];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn from_the_first_steps_every_screen_shows_what_happened() {
    let place = Place::new("from_the_first_steps_every_screen_shows_what_happened");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let window = Window::open_anew(&place, &display, &bus, None).await;

    window.reads("[data-test=welcome]", |_| true).await;
    for (size, width, height) in SIZES {
        window.resize(width, height).await;
        window.screenshot(&format!("01-welcome-{size}")).await;
    }
    window.resize(1120, 740).await;
    window.click("[data-test=try-it]").await;
    for friend in ["Mika", "Theo"] {
        window.shows("[data-test=member]", friend).await;
    }
    window.click("[data-test=stage-primary][data-action=ask]").await;
    window.click("[data-test=press-button]").await;
    window.reads("[data-test=hero-state]", |text| text == "At temp").await;
    window.screenshot("02-heated").await;
    window.click("[data-test=stop-heat], [data-test=stage-primary][data-action=stop-heat]").await;
    // The friends heat to their end.
    let ended = until(A_SESH, async || {
        window.text("[data-test=sesh-counter]").await.filter(|counter| counter == "1")
    });
    assert!(ended.await.is_some(), "the sesh counts");

    window.click("[data-test=nav-history]").await;
    window.shows("[data-test=sesh-row]", "#1").await;
    window.shows("[data-test=recap]", "Mika").await;
    window.has("[data-test=heat-chart]", "data-curves", "3").await;
    picture(&window, "history", "03").await;

    picture(&window, "lobby", "04").await;
    window.click("[data-test=nav-devices]").await;
    window.reads("[data-test=device-item]", |_| true).await;
    picture(&window, "devices", "05").await;
    picture(&window, "community", "05").await;

    for pane in ["gateways", "automation", "notifications", "appearance", "startup", "overlay", "diagnostics"]
    {
        window.click("[data-test=nav-settings]").await;
        window.click(&format!("[data-test=settings-{pane}]")).await;
        window.screenshot(&format!("06-{pane}")).await;
    }
    window.click("[data-test=settings-appearance]").await;
    window.click("[data-test=language-de]").await;
    window.shows("[data-test=nav-devices]", "Geräte").await;
    picture(&window, "session", "07-german").await;
    window.close().await;
}

/// Pictures of a screen in each size and theme.
async fn picture(window: &Window<'_>, screen: &str, name: &str) {
    for theme in ["light", "dark"] {
        window.resize(1120, 740).await;
        window.dress(theme).await;
        window.click(&format!("[data-test=nav-{screen}]")).await;
        for (size, width, height) in SIZES {
            window.resize(width, height).await;
            window.reads(&format!("[data-test=screen-{screen}]"), |_| true).await;
            window.screenshot(&format!("{name}-{screen}-{size}-{theme}")).await;
        }
    }
    window.resize(1120, 740).await;
}
