//! The logs fill with what happens, in the codes of the firmware (facts/puffco-ble.md §18).

use std::time::Duration;

use puffco_sim::{SimConfig, SimModel};

use crate::client::Client;

fn heated(config: SimConfig) -> Client {
    let mut client = Client::unlocked_with(config);
    client.write("/p/app/mc", &[7]);
    client.until_state(8, 60);
    client.write("/p/app/mc", &[9]);
    client.until_state(9, 200);
    client.until_state(5, 20);
    client.write("/p/app/mc", &[7]);
    client.until_state(7, 5);
    client.pass(Duration::from_secs(1));
    client.write("/p/app/mc", &[8]);
    client.until_state(5, 20);
    client
}

#[test]
fn older_firmware_writes_the_first_generation_of_codes() {
    let mut client = heated(SimConfig::new(SimModel::Opal));
    // Boot, preheat, reached, boosted, complete; preheat and its abort.
    assert_eq!(client.log_codes("aud"), [8, 3, 9, 7, 6, 3, 4]);
    let begin = client.word("/p/logv/aud/begn");
    let complete = client.log_entry("aud", begin + 5);
    assert_eq!(complete[5], 0x80, "profile 0");
    let word = |at: usize| u16::from_le_bytes([complete[at], complete[at + 1]]);
    assert_eq!(word(6), 2380);
    assert_eq!(word(8), 2430, "boosted by 5");
    assert!((2400..2460).contains(&word(10)), "{}", word(10));
    assert_eq!(word(12), 7500, "60 s and a boost of 15");
    assert!((7500..7520).contains(&word(14)), "{}", word(14));
}

#[test]
fn newer_firmware_writes_the_second() {
    let mut client = heated(SimConfig::default());
    assert_eq!(client.log_codes("aud"), [8, 15, 20, 7, 18, 15, 4]);
    let begin = client.word("/p/logv/aud/begn");
    let reached = client.log_entry("aud", begin + 3);
    assert_eq!((reached[6] & 7, reached[7]), (0, 238 - 150));
    let seconds = u16::from_le_bytes([reached[12], reached[13]]);
    assert!((1000..4000).contains(&seconds), "{seconds}");
}

#[test]
fn a_heat_that_cannot_be_is_a_fault() {
    let mut client = Client::unlocked();
    client.sim.set_chamber(client.now, 0);
    client.write("/p/app/mc", &[7]);
    client.pass(Duration::from_secs(1));
    client.sim.set_chamber(client.now, 3);
    client.sim.set_battery(client.now, 3.0);
    client.write("/p/app/mc", &[7]);
    client.pass(Duration::from_secs(1));
    assert_eq!(client.log_codes("flt"), [12, 5, 2]);
    assert_eq!(client.log_codes("aud"), [8]);
}

#[test]
fn a_boot_and_a_clock_that_is_set_are_written_down() {
    let mut client = Client::unlocked();
    client.write("/p/sys/time", &1_700_000_000_u32.to_le_bytes());
    client.write("/p/app/mc", &[0]);
    client.pass(Duration::from_secs(1));
    client.sim.press(client.now);
    client.connect();
    client.unlock();
    assert_eq!(client.log_codes("aud"), [8, 11, 8]);
    let begin = client.word("/p/logv/aud/begn");
    let boot = client.log_entry("aud", begin + 3);
    assert!(u32::from_le_bytes(boot[..4].try_into().unwrap()) >= 1_700_000_000, "the clock goes on");
    assert_eq!(boot[8..12], [1, 0, 0, 0]);
    assert!(client.float("/p/sys/uptm") < 5.0);
}

#[test]
fn the_entry_is_there_a_moment_after_it_was_selected() {
    let mut client = Client::unlocked();
    let begin = client.word("/p/logv/aud/begn");
    assert!(begin > 0, "older entries were overwritten");
    client.patience = Duration::from_millis(0);
    let body = [&[0, 0, 0], &b"/p/logv/aud/sel\0"[..], &(begin + 1).to_le_bytes()].concat();
    client.ask(0x11, &body);
    assert_ne!(client.sim.attribute(client.now, "/p/logv/aud/curr").unwrap(), (begin + 1).to_le_bytes());
    client.pass(Duration::from_millis(20));
    assert_eq!(client.sim.attribute(client.now, "/p/logv/aud/curr").unwrap(), (begin + 1).to_le_bytes());
    for outside in [begin, begin + 2] {
        client.patience = Duration::from_millis(50);
        assert_eq!(client.log_entry("aud", outside), [0; 16]);
    }
}
