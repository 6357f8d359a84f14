//! The end of the app in the middle of a heat that it started: the device is told to stop before the program
//! goes, so that no heater is left on with nobody there.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use harness::{Bus, Display, PATIENCE, Place, Simulator, Window, until};

/// Operating states of the device: heating up, at temperature (facts/puffco-ble.md §7).
const PREHEAT: u64 = 7;
const ACTIVE: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn an_app_that_is_told_to_end_stops_its_heat_first() {
    let place = Place::new("an_app_that_is_told_to_end_stops_its_heat_first");
    let bus = Bus::start(&place).await;
    let simulator = Simulator::start(&place, &bus, 1.0).await;
    let display = Display::start(&place).await;
    let window = Window::open(&place, &display, &bus, None).await;

    window.click("[data-test=add-device]").await;
    window.click("[data-test=found-device][data-id^='ble:']").await;
    window.click("[data-test=nav-session]").await;
    window.click("[data-test=stage-primary][data-action=heat-now]").await;
    window.reads("[data-test=hero-state]", |text| text == "Preheating").await;
    assert_eq!(simulator.states().last(), Some(&PREHEAT));

    window.tell_to_end();
    let stopped = until(PATIENCE, async || (simulator.states().last() != Some(&PREHEAT)).then_some(())).await;
    assert!(stopped.is_some(), "the device heats on");
    assert!(
        !simulator.states().contains(&ACTIVE),
        "it never came to its temperature: {:?}",
        simulator.states()
    );
    assert!(window.is_gone().await, "the program ends by itself");
    assert_eq!(simulator.heats(), 1);
}
