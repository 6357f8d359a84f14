//! A person who has nothing but the computer: Hearth as it opens for the first time, with the gateway in this
//! program, a simulated device and simulated friends.
//!
//! With `HEARTH_UPDATE_PICTURES=1` it also makes the picture of the README anew.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use std::time::Duration;

use harness::{Bus, Display, Place, Simulator, Window};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_first_look_ends_in_a_sesh_with_simulated_friends() {
    let place = Place::new("a_first_look_ends_in_a_sesh_with_simulated_friends");
    let bus = Bus::start(&place).await;
    let _simulator = Simulator::start(&place, &bus, 1.0).await;
    let display = Display::start(&place).await;
    let window = Window::open(&place, &display, &bus, None).await;
    window.resize(1120, 740).await;

    window.click("[data-test=add-device]").await;
    window.reads("[data-test=found-device][data-id^='ble:']", |_| true).await;
    window.screenshot("01-found").await;
    window.click("[data-test=found-device][data-id^='sim:']").await;
    window.click("[data-test=nav-session]").await;
    window.reads("[data-test=hero-state]", |text| text == "Idle").await;
    window.click("[data-test=create-group]").await;
    window.type_into("[data-test=group-name]", "Sunday slow burn").await;
    window.click("[data-test=create-confirm]").await;
    for friend in ["Mika", "Theo"] {
        window.shows("[data-test=member]", friend).await;
    }
    window.says("Simulated friends").await;
    window.click("[data-test=stage-primary][data-action=ask]").await;
    window.click("[data-test=press-button]").await;
    window.reads("[data-test=stage-message]", |text| text.contains("Starting in")).await;
    window.reads("[data-test=hero-state]", |text| text == "At temp").await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    for theme in ["light", "dark"] {
        window.resize(1120, 740).await;
        window.dress(theme).await;
        window.screenshot(&format!("02-sesh-{theme}")).await;
        window.resize(400, 720).await;
        window.screenshot(&format!("03-sesh-narrow-{theme}")).await;
    }
    if std::env::var_os("HEARTH_UPDATE_PICTURES").is_some() {
        let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/images/sesh.png");
        std::fs::copy(place.keep("02-sesh-dark.png"), picture).unwrap();
    }
    window.click("[data-test=stop-heat], [data-test=stage-primary][data-action=stop-heat]").await;
    window.reads("[data-test=hero-state]", |text| text == "Fading" || text == "Idle").await;
    window.close().await;
}
