//! The shortcut, with the real program and real keys of an X11 display: it is heard while no window of Hearth is there.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use std::time::Duration;

use harness::{App, Bus, Display, Friend, Gateway, Panel, Place, keysym};
use hearth_companion::radios::demo_device;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn the_shortcut_asks_the_group_to_start_while_no_window_is_open() {
    let place = Place::new("the_shortcut_asks_the_group_to_start_while_no_window_is_open");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let _panel = Panel::start(&bus).await;
    let gateway = Gateway::start(&place).await;
    let friend = Friend::creates(&place, &gateway.url, "Sunday").await;
    let code = friend.code().await;
    let device = format!("sim:{}", demo_device().address.map(|byte| format!("{byte:02X}")).join(":"));
    let data = place.home().join("hearth");
    let saved = json!({
        "version": 1,
        "settings": { "shortcut": "Ctrl+Alt+H" },
        "devices": [{ "id": device, "name": "Ember", "model": "Peak Pro", "simulated": true }],
        "inUse": device,
    });
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("companion.json"), saved.to_string()).unwrap();
    let _app =
        App::start(&place, &display, &bus, &["--minimized", "--gateway", &gateway.url, "--join", &code]);
    let both = |event: &serde_json::Value| {
        let members = event["group"]["members"].as_array();
        members.is_some_and(|members| {
            members.len() == 2 && members.iter().all(|member| member["sesher"] == true)
        })
    };
    friend.sees("both devices", both).await;

    let asked = |event: &serde_json::Value| event["stage"]["stage"] == "awaiting";
    display.press_keys(&[keysym::ALT, keysym::H]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!friend.saw(asked), "other keys do nothing");
    display.press_keys(&[keysym::CONTROL, keysym::ALT, keysym::H]).await;
    friend.sees("that somebody wants to start", asked).await;
    assert!(!display.window_is_shown().await, "no window came up for it");
}
