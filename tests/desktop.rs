//! The desktop around the window, with the real program on a bus and a display of its own: tray, notifications, one
//! instance, links, what a window may do.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use std::time::Duration;

use harness::{App, Bubbles, Bus, Display, Friend, Gateway, PATIENCE, Panel, Place, Window, until};

/// What a stranger's link names; it must be in no log.
const CODE: &str = "q7xk2mcanary";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_hidden_start_lives_in_the_tray_until_it_is_opened() {
    let place = Place::new("a_hidden_start_lives_in_the_tray_until_it_is_opened");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let panel = Panel::start(&bus).await;
    let _app = App::start(&place, &display, &bus, &["--minimized"]);

    let rows =
        until(PATIENCE, async || Some(panel.rows().await).filter(|rows| !rows.is_empty())).await.unwrap();
    let labels: Vec<_> =
        rows.iter().map(|(_, label)| label.as_str()).filter(|label| !label.is_empty()).collect();
    let expected =
        ["No device", "In no group", "Open Hearth", "Mini window", "Mute notifications", "Settings", "Quit"];
    assert_eq!(labels, expected);
    assert_eq!(panel.icon_sizes().await, [22, 32, 48]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!display.window_is_shown().await, "no window was opened");

    panel.choose("Mini window").await;
    assert!(display.shows_window(true).await, "the mini window opens alone");
    tokio::time::sleep(Duration::from_secs(1)).await;
    panel.choose("Mini window").await;
    assert!(display.shows_window(false).await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(App::runs(&place).is_some(), "without it Hearth lives on in the tray");

    panel.press().await;
    assert!(display.shows_window(true).await);
    panel.choose("Quit").await;
    assert!(display.shows_window(false).await);
    let ended = until(PATIENCE, async || App::runs(&place).is_none().then_some(())).await;
    assert!(ended.is_some(), "the program ends");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn without_a_tray_a_hidden_start_still_opens_its_window_and_a_late_tray_is_taken_up() {
    let place =
        Place::new("without_a_tray_a_hidden_start_still_opens_its_window_and_a_late_tray_is_taken_up");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let _app = App::start(&place, &display, &bus, &["--minimized"]);
    assert!(display.shows_window(true).await, "there is no other way to reach it");
    let panel = Panel::start(&bus).await;
    panel.choose("Quit").await;
    assert!(until(PATIENCE, async || App::runs(&place).is_none().then_some(())).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_friend_who_asks_is_notified_and_pressing_it_opens_the_window() {
    let place = Place::new("a_friend_who_asks_is_notified_and_pressing_it_opens_the_window");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let (_panel, bubbles) = (Panel::start(&bus).await, Bubbles::start(&bus).await);
    let gateway = Gateway::start(&place).await;
    let mut friend = Friend::creates(&place, &gateway.url, "Sunday").await;
    let code = friend.code().await;
    let _app =
        App::start(&place, &display, &bus, &["--minimized", "--gateway", &gateway.url, "--join", &code]);
    friend.is_with(2).await;

    friend.tell(r#"{"command":"ask_to_start"}"#).await;
    let bubble = bubbles.says("Juniper wants to start").await;
    assert_eq!(bubble.body, "Sunday: get ready to join in.");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(bubbles.shown().len(), 1, "{:?}", bubbles.shown());
    assert!(!format!("{:?}", bubbles.shown()).contains(&code));

    assert!(!display.window_is_shown().await);
    bubbles.press(&bubble).await;
    assert!(display.shows_window(true).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_second_start_hands_its_link_over_and_joins_nothing() {
    let place = Place::new("a_second_start_hands_its_link_over_and_joins_nothing");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let _panel = Panel::start(&bus).await;
    let _app = App::start(&place, &display, &bus, &["--minimized"]);
    until(PATIENCE, async || place.home().join("hearth/instance.json").exists().then_some(())).await.unwrap();

    assert!(App::start_again(&place, &display, &bus, &["--minimized"]).await, "a second start ends well");
    assert!(display.shows_window(true).await, "the first comes to the front");
    let link = format!("hearth://join/{CODE}");
    assert!(App::start_again(&place, &display, &bus, &[&link]).await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let log = std::fs::read_to_string(place.keep("app.log")).unwrap();
    assert!(log.contains("started again"), "the log tells of it");
    assert!(!log.contains(CODE), "a link is in no log");
    let mut folders = vec![place.home().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(content) = std::fs::read(&path) {
                let found = content.windows(CODE.len()).any(|bytes| bytes == CODE.as_bytes());
                assert!(!found, "a link is in no file, but in {}", path.display());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_window_shows_an_invite_and_may_do_nothing_but_the_contract() {
    let place = Place::new("a_window_shows_an_invite_and_may_do_nothing_but_the_contract");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let window = Window::open(&place, &display, &bus, None).await;
    window.reads("[data-test=nav-session]", |_| true).await;

    let refused = window
        .script(
            "const [done] = arguments;
             const calls = ['plugin:window|set_title', 'plugin:window|create', 'plugin:webview|create_webview_window',
               'plugin:event|emit', 'plugin:fs|read_file', 'plugin:shell|open', 'plugin:http|fetch', 'nonsense'];
             Promise.all(calls.map((call) => window.__TAURI_INTERNALS__.invoke(call).then(() => call, () => null)))
               .then((allowed) => done(allowed.filter((call) => call)))",
        )
        .await;
    assert_eq!(refused, serde_json::json!([]), "nothing of Tauri's own is allowed");
    let opened = window.script("arguments[0](window.open('https://example.org/') === null)").await;
    assert_eq!(opened, true, "no other window can be opened");

    let link = format!("hearth://join/{CODE}");
    assert!(App::start_again(&place, &display, &bus, &[&link]).await);
    let seen = until(PATIENCE, async || {
        let seen = window
            .script(
                "const [done] = arguments;
                 const told = window.hearthTold;
                 window.hearthTold = (events) => {
                   told(events);
                   const view = events.find(({ event }) => event === 'view')?.view;
                   if (!view) return;
                   window.hearthTold = told;
                   done({ invite: view.desk.invite, group: view.group });
                 };
                 window.__TAURI_INTERNALS__.invoke('subscribe')",
            )
            .await;
        (seen["invite"]["code"] == CODE).then_some(seen)
    });
    let seen = seen.await.expect("the invite waits for a click");
    assert_eq!(seen["group"], serde_json::Value::Null, "nothing was joined");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn closing_hides_the_window_where_a_tray_is_and_ends_the_program_where_none_is() {
    let place = Place::new("closing_hides_the_window_where_a_tray_is_and_ends_the_program_where_none_is");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let panel = Panel::start(&bus).await;
    let data = place.home().join("hearth");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("companion.json"), r#"{"version":1,"settings":{"closeToTray":true}}"#).unwrap();
    let _app = App::start(&place, &display, &bus, &[]);
    assert!(display.shows_window(true).await);
    until(PATIENCE, async || Some(panel.rows().await).filter(|rows| !rows.is_empty())).await.unwrap();

    display.close_window().await;
    assert!(display.shows_window(false).await);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(App::runs(&place).is_some(), "it lives on in the tray");
    assert!(data.join("window.json").exists(), "its place is remembered");
    panel.press().await;
    assert!(display.shows_window(true).await);

    drop(panel);
    let noticed = until(PATIENCE, async || {
        let log = std::fs::read_to_string(place.keep("app.log")).unwrap();
        log.contains("the tray is gone").then_some(())
    });
    assert!(noticed.await.is_some());
    tokio::time::sleep(Duration::from_secs(1)).await;
    display.close_window().await;
    assert!(display.shows_window(false).await, "the window is closed");
    assert!(until(PATIENCE, async || App::runs(&place).is_none().then_some(())).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_window_that_was_hidden_comes_back_when_the_tray_goes_for_good() {
    let place = Place::new("a_window_that_was_hidden_comes_back_when_the_tray_goes_for_good");
    let bus = Bus::start(&place).await;
    let display = Display::start(&place).await;
    let panel = Panel::start(&bus).await;
    let _app = App::start(&place, &display, &bus, &["--minimized"]);
    until(PATIENCE, async || Some(panel.rows().await).filter(|rows| !rows.is_empty())).await.unwrap();
    assert!(!display.window_is_shown().await);
    drop(panel);
    assert!(display.shows_window(true).await, "nothing else would bring it back");
}
