//! Older firmware: one characteristic per attribute (facts/puffco-ble.md §6).

use std::time::Duration;

use puffco::link::LinkError;
use puffco_sim::{OperatingState, SimConfig, SimModel, ids, revision};

use crate::client::{Client, LEGACY_KEY, token};

fn device(letters: &str) -> Client {
    let firmware = revision::number(letters).unwrap();
    Client::connected(SimConfig::new(SimModel::Og).with_firmware(firmware))
}

fn opened() -> Client {
    let mut client = device("X");
    let seed = read(&mut client, 0xe0).unwrap();
    write(&mut client, 0xe0, &token(&LEGACY_KEY, &seed)).unwrap();
    client
}

fn read(client: &mut Client, suffix: u16) -> Result<Vec<u8>, LinkError> {
    client.sim.read(client.now, ids::legacy(suffix))
}

fn write(client: &mut Client, suffix: u16, data: &[u8]) -> Result<(), LinkError> {
    client.sim.write(client.now, ids::legacy(suffix), data)
}

fn float(client: &mut Client, suffix: u16) -> f32 {
    f32::from_le_bytes(read(client, suffix).unwrap().try_into().unwrap())
}

#[test]
fn it_has_the_other_service_and_tells_so() {
    let mut client = device("X");
    let gatt = client.sim.gatt();
    assert!(gatt.has_service(ids::LEGACY) && !gatt.has_service(ids::LORAX));
    assert_eq!(client.sim.read(client.now, ids::SOFTWARE_REVISION), Ok(b"X".to_vec()));
    assert_eq!(client.sim.read(client.now, ids::MODEL_NUMBER), Ok(b"0".to_vec()));
    assert_eq!(client.sim.read(client.now, ids::SERIAL_NUMBER).unwrap().len(), 19);
    assert_eq!(
        client.sim.write(client.now, ids::COMMAND, &[0, 0, 2]),
        Err(LinkError::NoCharacteristic(ids::COMMAND))
    );
    client.sim.disconnect(client.now);
    assert_eq!(client.sim.advertisement().unwrap().services, [ids::LEGACY]);
}

#[test]
fn firmware_w_is_free_and_firmware_x_wants_its_key() {
    let mut free = device("W");
    assert_eq!(float(&mut free, 0x20), 82.0);
    assert_eq!(read(&mut free, 0xe0), Err(LinkError::NoCharacteristic(ids::legacy(0xe0))));
    let mut locked = device("X");
    assert!(matches!(read(&mut locked, 0x20), Err(LinkError::Other(_))));
    assert!(matches!(write(&mut locked, 0x40, &7.0_f32.to_le_bytes()), Err(LinkError::Other(_))));
    let seed = read(&mut locked, 0xe0).unwrap();
    write(&mut locked, 0xe0, &token(&[0; 16], &seed)).unwrap();
    assert!(read(&mut locked, 0x20).is_err(), "a wrong key");
    write(&mut locked, 0xe0, &token(&LEGACY_KEY, &seed)).unwrap();
    assert_eq!(float(&mut locked, 0x20), 82.0);
    locked.sim.disconnect(locked.now);
    locked.connect();
    assert_ne!(read(&mut locked, 0xe0).unwrap(), seed, "a new seed for each link");
    assert!(read(&mut locked, 0x20).is_err());
}

#[test]
fn a_heat_is_a_float_and_counts_as_one() {
    let mut client = opened();
    assert_eq!(float(&mut client, 0x22), 5.0);
    assert_eq!(float(&mut client, 0x31), 4.0);
    write(&mut client, 0x40, &7.0_f32.to_le_bytes()).unwrap();
    client.until_state(7, 5);
    assert_eq!((float(&mut client, 0x22), client.sim.heat_writes()), (7.0, 1));
    assert_eq!(float(&mut client, 0x26), 238.0);
    client.until_state(8, 60);
    assert_eq!(float(&mut client, 0x24), 60.0);
    write(&mut client, 0x40, &9.0_f32.to_le_bytes()).unwrap();
    client.pass(Duration::from_secs(1));
    assert_eq!(float(&mut client, 0x24), 75.0);
    write(&mut client, 0x40, &8.0_f32.to_le_bytes()).unwrap();
    client.until_state(5, 20);
    assert_eq!(client.sim.counters().modes(8), 1);
}

#[test]
fn the_mode_as_an_integer_heats_nothing() {
    let mut client = opened();
    assert!(write(&mut client, 0x40, &[7, 0, 0, 0]).is_err());
    assert!(write(&mut client, 0x40, &[7]).is_err());
    client.pass(Duration::from_secs(2));
    assert_eq!(client.sim.operating_state(), OperatingState::IDLE);
}

#[test]
fn profiles_are_reached_by_the_pointer_and_selected_by_a_float() {
    let mut client = opened();
    write(&mut client, 0x61, &[2, 0, 0, 0]).unwrap();
    assert_eq!(read(&mut client, 0x62).unwrap()[..8], *b"Campfire");
    write(&mut client, 0x63, &270.0_f32.to_le_bytes()).unwrap();
    write(&mut client, 0x65, &[1, 2, 3, 0, 1, 0, 0, 0]).unwrap();
    assert_eq!((float(&mut client, 0x63), float(&mut client, 0x41)), (270.0, 0.0));
    write(&mut client, 0x41, &2.0_f32.to_le_bytes()).unwrap();
    assert_eq!(read(&mut client, 0x41).unwrap(), [0, 0, 0, 0x40]);
    assert!(write(&mut client, 0x41, &4.0_f32.to_le_bytes()).is_err());
    assert_eq!(read(&mut client, 0x27).unwrap()[..3], [1, 2, 3]);
    assert_eq!(client.sim.counters().writes("/u/app/hc/2/temp"), 1);
}

#[test]
fn switches_are_four_bytes_and_the_rest_is_as_it_is() {
    let mut client = opened();
    write(&mut client, 0x42, &[1, 0, 0, 0]).unwrap();
    assert_eq!(read(&mut client, 0x42).unwrap(), [1, 0, 0, 0]);
    write(&mut client, 0x4a, &[1, 0, 0, 0]).unwrap();
    assert_eq!(read(&mut client, 0x4a).unwrap(), [1, 0, 0, 0]);
    write(&mut client, 0x4d, b"Old friend\0").unwrap();
    assert_eq!(client.sim.name(), "Old friend");
    assert_eq!(read(&mut client, 0x01).unwrap(), [0xe2, 0x3b, 0x0e, 0x14, 0x2e, 0x84]);
    write(&mut client, 0x44, &1_700_000_000_u32.to_le_bytes()).unwrap();
    assert_eq!(read(&mut client, 0x44).unwrap(), 1_700_000_000_u32.to_le_bytes());
    assert_eq!(read(&mut client, 0x2f).unwrap().len(), 4);
}

#[test]
fn its_logs_are_read_by_the_pointer_without_waiting() {
    let mut client = opened();
    let begin = u32::from_le_bytes(read(&mut client, 0xc3).unwrap().try_into().unwrap());
    let end = u32::from_le_bytes(read(&mut client, 0xc4).unwrap().try_into().unwrap());
    assert_eq!(end, begin + 2);
    write(&mut client, 0xc1, &(begin + 1).to_le_bytes()).unwrap();
    let entry = read(&mut client, 0xc2).unwrap();
    assert_eq!((entry.len(), entry[4]), (16, 8));
    let begin = u32::from_le_bytes(read(&mut client, 0xd3).unwrap().try_into().unwrap());
    write(&mut client, 0xd1, &(begin + 1).to_le_bytes()).unwrap();
    assert_eq!(read(&mut client, 0xd2).unwrap()[4], 12);
}

#[test]
fn replies_that_get_lost_time_out() {
    let mut client = opened();
    client.sim.faults_mut().lost_replies = 1;
    assert_eq!(write(&mut client, 0x40, &7.0_f32.to_le_bytes()), Err(LinkError::TimedOut));
    assert_eq!(client.sim.heat_writes(), 1, "it was done all the same");
    client.sim.faults_mut().lost_commands = 1;
    assert_eq!(write(&mut client, 0x40, &9.0_f32.to_le_bytes()), Err(LinkError::TimedOut));
    assert_eq!(client.sim.counters().modes(9), 0);
}

#[test]
fn battery_preservation_came_with_y() {
    let has = |letters| device(letters).sim.gatt().has_characteristic(ids::legacy(0x54));
    assert_eq!((has("X"), has("Y")), (false, true));
}
