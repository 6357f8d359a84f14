//! People in a voice room on real sockets, in real time, with simulated microphones and speakers.
#![allow(clippy::unwrap_used, reason = "tests")]

mod loopback;

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
    house.run_until_connected(20).await;
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
    house.run(0.5).await;
    assert!(house.parties[muted].devices.microphone_is_open());
    assert_eq!(house.parties[muted].microphone, [DeviceState::Open(NAME.into())]);
    house.parties[muted].handle.request(Request::Wish(Wish::Mute(true)));
    house.run(0.5).await;
    assert!(!house.parties[muted].devices.microphone_is_open());
    assert_eq!(house.parties[muted].microphone[1..], [DeviceState::Closed]);
    house.parties[muted].handle.request(Request::Wish(Wish::Mute(false)));
    house.run(0.3).await;
    // Whoever leaves lets it go.
    let devices = house.parties[muted].devices.clone();
    drop(house);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!devices.microphone_is_open());
    assert_eq!(devices.microphone_opened(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_unplugged_is_told_and_taken_up_again() {
    let mut house = House::new();
    let who = house.join(VoiceConfig { microphone: Some("Headset".into()), ..plain() });
    house.run(0.5).await;
    let open = [DeviceState::Open(NAME.into())];
    assert_eq!(house.parties[who].microphone, open, "there is no headset: the system's choice");
    house.parties[who].devices.refuse(Some(DeviceError::Denied));
    house.parties[who].devices.unplug();
    house.run(3.0).await;
    let gone = [DeviceState::Failed(DeviceError::Gone), DeviceState::Failed(DeviceError::Denied)];
    assert_eq!(house.parties[who].microphone[1..], gone);
    house.parties[who].devices.refuse(None);
    house.run(3.0).await;
    assert_eq!(house.parties[who].microphone[3..], open);
}
