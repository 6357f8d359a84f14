//! What the device remembers of what it was asked.

use std::time::Duration;

use puffco_sim::{SimConfig, SimModel, UpdateService, ids};

use crate::client::Client;

#[test]
fn writes_are_counted_by_path_and_instant() {
    let mut client = Client::unlocked();
    client.write("/u/app/ui/stlm", &[1]);
    client.pass(Duration::from_secs(3));
    let at = client.now;
    client.write("/p/app/mc", &[7]);
    client.write("/p/app/mc", &[8]);
    let counters = client.sim.counters();
    assert_eq!((counters.writes("/p/app/mc"), counters.writes("/u/app/ui/stlm")), (2, 1));
    assert_eq!(counters.heats_written_at(), [at]);
    let history: Vec<_> =
        counters.history().map(|written| (written.path.as_str(), written.data.as_slice())).collect();
    assert_eq!(history, [("/u/app/ui/stlm", &[1][..]), ("/p/app/mc", &[7]), ("/p/app/mc", &[8])]);
    assert!(counters.forbidden().is_empty());
}

#[test]
fn round_trips_are_counted() {
    let mut client = Client::unlocked();
    let before = client.sim.counters().round_trips;
    client.read("/p/bat/soc");
    client.write("/u/app/ui/stlm", &[1]);
    client.sim.read(client.now, ids::VERSION).unwrap();
    client.pass(Duration::from_secs(60));
    assert_eq!(client.sim.counters().round_trips - before, 3);
}

#[test]
fn what_must_never_be_written_is_remembered() {
    let mut client = Client::unlocked();
    client.write("/p/app/facr", &[1]);
    client.write("/p/app/bt/delb", &[1]);
    client.write("/p/htr/tun/pco", &1.0_f32.to_le_bytes());
    client.write("/p/app/mc", &[10]);
    client.ask(0x13, b"/u/sys/name");
    client.sim.write(client.now, ids::PUP_TRIGGER, &[1]).unwrap();
    let forbidden: Vec<_> =
        client.sim.counters().forbidden().iter().map(|written| written.path.clone()).collect();
    let trigger = ids::PUP_TRIGGER.to_string();
    assert_eq!(
        forbidden,
        ["/p/app/facr", "/p/app/bt/delb", "/p/htr/tun/pco", "/p/app/mc", "UNLINK", &trigger]
    );
}

#[test]
fn so_is_it_on_older_firmware() {
    let config = SimConfig::new(SimModel::Og).with_firmware(18);
    let mut client = Client::connected(SimConfig { update_service: UpdateService::Ota, ..config });
    for suffix in [0x43, 0x4f, 0xe1, 0xe7, 0x100, 0x101] {
        client.sim.write(client.now, ids::legacy(suffix), &[1, 0, 0, 0]).unwrap();
    }
    client.sim.write(client.now, ids::legacy(0x40), &10.0_f32.to_le_bytes()).unwrap();
    client.sim.write(client.now, ids::OTA_CONTROL, &[0]).unwrap();
    assert_eq!(client.sim.counters().forbidden().len(), 8);
}
