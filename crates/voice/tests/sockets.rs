//! People in a voice room on real sockets, in real time, with simulated microphones and speakers.
#![allow(clippy::unwrap_used, reason = "tests")]

mod loopback;

use std::time::Duration;

use hearth_voice::device::DeviceError;
use hearth_voice::device::simulated::NAME;
use hearth_voice::driver::{DeviceState, Request, VoiceConfig};
use hearth_voice::{Cleaning, Wish};
use loopback::House;

fn plain() -> VoiceConfig {
    VoiceConfig { cleaning: Cleaning { echo: false, noise: false }, ..VoiceConfig::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hear_each_other_over_real_sockets() {
    let mut house = House::new();
    for _ in 0..5 {
        house.join(plain());
        house.run(0.2).await;
    }
    house.run_until_connected().await;
    house.run(2.0).await;
    house.assert_all_hear(4.0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_microphone_is_opened_when_asked_for_and_closed_when_not() {
    let mut house = House::new();
    let muted = house.join(VoiceConfig { muted: true, ..plain() });
    house.run(0.5).await;
    assert_eq!(house.parties[muted].devices.microphone_opened(), 0);
    assert!(house.parties[muted].microphone.is_empty());
    house.parties[muted].handle.request(Request::Wish(Wish::Mute(false)));
    house.until("open", |house| !house.parties[muted].microphone.is_empty()).await;
    assert!(house.parties[muted].devices.microphone_is_open());
    assert_eq!(house.parties[muted].microphone, [DeviceState::Open(NAME.into())]);
    house.parties[muted].handle.request(Request::Wish(Wish::Mute(true)));
    house.until("closed", |house| !house.parties[muted].devices.microphone_is_open()).await;
    house.until("told", |house| house.parties[muted].microphone.len() > 1).await;
    assert_eq!(house.parties[muted].microphone[1..], [DeviceState::Closed]);
    house.parties[muted].handle.request(Request::Wish(Wish::Mute(false)));
    house.until("open again", |house| house.parties[muted].microphone.len() > 2).await;
    // Whoever leaves lets it go.
    let devices = house.parties[muted].devices.clone();
    assert!(devices.microphone_is_open());
    drop(house);
    let closed = async {
        while devices.microphone_is_open() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), closed).await.unwrap();
    assert_eq!(devices.microphone_opened(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_unplugged_is_told_and_taken_up_again() {
    let mut house = House::new();
    let who = house.join(VoiceConfig { microphone: Some("Headset".into()), ..plain() });
    let told = |count: usize| move |house: &House| house.parties[who].microphone.len() >= count;
    house.until("open", told(1)).await;
    let open = [DeviceState::Open(NAME.into())];
    assert_eq!(house.parties[who].microphone, open, "there is no headset: the system's choice");
    house.parties[who].devices.refuse(Some(DeviceError::Denied));
    house.parties[who].devices.unplug();
    house.until("gone, and refused", told(3)).await;
    let gone = [DeviceState::Failed(DeviceError::Gone), DeviceState::Failed(DeviceError::Denied)];
    assert_eq!(house.parties[who].microphone[1..], gone);
    house.parties[who].devices.refuse(None);
    house.until("open again", told(4)).await;
    assert_eq!(house.parties[who].microphone[3..], open);
}
