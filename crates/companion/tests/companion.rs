//! A whole companion, as it runs.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::time::Duration;

use futures::StreamExt;
use hearth_companion::contract::{Command, Event, LinkView};
use hearth_companion::{Companion, Options};

#[tokio::test]
async fn a_remembered_device_of_a_radio_that_this_run_lacks_answers_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let device = r#"{ "id": "ble:gone", "name": "Ember", "model": "Peak Pro", "simulated": false }"#;
    let saved = format!(r#"{{ "version": 1, "devices": [{device}], "inUse": "ble:gone" }}"#);
    std::fs::write(directory.path().join("companion.json"), saved).unwrap();
    let options = Options { data_dir: Some(directory.path().to_owned()), ..Options::ephemeral() };
    let companion = Companion::start(options).await.unwrap();
    let mut events = companion.subscribe();
    companion.command(Command::StopHeat);
    let (mut failed, mut told) = (false, false);
    let story = async {
        while !(failed && told) {
            let (devices, notices) = match events.next().await.unwrap() {
                Event::View { view } => (view.devices, view.notices),
                Event::Devices { devices } => (devices, Vec::new()),
                Event::Notices { notices } => (Vec::new(), notices),
                _ => continue,
            };
            failed |= devices.iter().any(|device| matches!(device.link, LinkView::Failed { .. }));
            told |= notices.iter().any(|notice| notice.code == "not_stopping");
        }
    };
    tokio::time::timeout(Duration::from_secs(10), story).await.unwrap();
    companion.shutdown().await;
}
