//! What the attributes say and take while the device lives: clock, lantern, profiles, battery, heat.

use std::time::Duration;

use puffco_sim::{Charger, SimConfig};

use crate::client::Client;

#[test]
fn the_clock_counts_from_boot_until_it_is_set() {
    let mut client = Client::unlocked();
    client.pass(Duration::from_secs(20));
    let unset = client.word("/p/sys/time");
    assert!((20..25).contains(&unset), "{unset}");
    assert_eq!(client.write("/p/sys/time", &1_700_000_000_u32.to_le_bytes()), 0);
    client.pass(Duration::from_secs(10));
    let set = client.word("/p/sys/time");
    assert!((1_700_000_010..1_700_000_012).contains(&set), "{set}");
    assert!((30.0..35.0).contains(&client.float("/p/sys/uptm")));
}

#[test]
fn a_fast_device_keeps_the_worlds_time() {
    let mut client = Client::unlocked_with(SimConfig { speed: 20.0, ..SimConfig::default() });
    client.pass(Duration::from_secs(20));
    let unset = client.word("/p/sys/time");
    assert!((20..25).contains(&unset), "{unset}");
}

#[test]
fn a_birthday_that_was_never_set_is_1000() {
    let mut client = Client::unlocked_with(SimConfig { birthday: 1000, ..SimConfig::default() });
    assert_eq!(client.word("/u/sys/bday"), 1000);
}

#[test]
fn the_lantern_shines_for_its_time() {
    let mut client = Client::unlocked();
    assert_eq!(client.float("/p/app/ltrn/time"), 7200.0);
    client.write("/p/app/ltrn/time", &30.0_f32.to_le_bytes());
    client.write("/p/app/ltrn/colr", &[0, 0xff, 0x32, 0, 1, 0, 0, 0]);
    assert_eq!(client.float("/p/app/ltrn/remt"), 0.0);
    client.write("/p/app/ltrn/cmd", &[1]);
    client.pass(Duration::from_secs(10));
    let left = client.float("/p/app/ltrn/remt");
    assert!((18.0..21.0).contains(&left), "{left}");
    assert_eq!(client.read("/p/app/led/aclr")[..3], [0, 0xff, 0x32]);
    client.pass(Duration::from_secs(21));
    assert_eq!((client.float("/p/app/ltrn/remt"), client.read("/p/app/ltrn/cmd")), (0.0, vec![0]));
    assert_eq!(client.log_codes("aud").last(), Some(&13));
    assert_eq!(client.read("/p/app/led/aclr")[..3], [0xff, 0x7a, 0x2e]);
}

#[test]
fn writing_the_selection_reloads_the_running_copy() {
    let mut client = Client::unlocked();
    client.write("/u/app/hc/0/temp", &251.0_f32.to_le_bytes());
    assert_eq!(client.float("/p/app/thc/temp"), 238.0);
    client.write("/p/app/hcs", &[0]);
    assert_eq!(client.float("/p/app/thc/temp"), 251.0);
    client.write("/p/app/hcs", &[3]);
    assert_eq!(client.read("/p/app/thc/name")[..10], *b"Full blaze");
    assert_eq!(client.write("/p/app/hcs", &[4]), 22);
}

#[test]
fn a_shorter_text_leaves_its_tail_and_one_that_is_too_long_is_refused() {
    let mut client = Client::unlocked();
    assert_eq!(client.write("/u/app/hc/0/name", b"Dusk"), 0);
    assert_eq!(client.read("/u/app/hc/0/name")[..9], *b"Dusk burn");
    assert_eq!(client.write("/u/app/hc/0/name", &[b'x'; 33]), 22);
}

#[test]
fn numbers_of_a_wrong_length_or_that_are_none_are_refused() {
    let mut client = Client::unlocked();
    for data in [&[0, 0][..], &[0; 8], &f32::NAN.to_le_bytes(), &f32::INFINITY.to_le_bytes()] {
        assert_eq!(client.write("/u/app/hc/0/temp", data), 22, "{data:?}");
    }
    assert_eq!(client.write("/u/app/ui/lbrt", &[0; 5]), 22);
    assert_eq!(client.float("/u/app/hc/0/temp"), 238.0);
}

#[test]
fn charging_tells_its_source_and_stops_where_it_is_told_to() {
    let mut client = Client::unlocked_with(SimConfig { battery_percent: 79.5, ..SimConfig::default() });
    assert_eq!((client.read("/p/bat/chg/stat"), client.read("/p/bat/chg/src")), (vec![4], vec![3]));
    assert!(client.float("/p/bat/chg/etf").is_nan());
    client.write("/u/bat/msoc", &80.0_f32.to_le_bytes());
    client.sim.set_charger(client.now, Some(Charger::Dock));
    assert_eq!((client.read("/p/bat/chg/stat"), client.read("/p/bat/chg/src")), (vec![0], vec![2]));
    let eta = client.float("/p/bat/chg/etf");
    assert!((10.0..20.0).contains(&eta), "{eta}");
    client.pass(Duration::from_secs(60));
    assert_eq!((client.read("/p/bat/chg/stat"), client.float("/p/bat/soc")), (vec![2], 80.0));
    client.sim.set_charger(client.now, None);
    assert_eq!(client.log_codes("aud")[1..], [0, 2, 1]);
}

#[test]
fn outside_a_cycle_there_is_no_end_and_without_a_chamber_no_temperature() {
    let mut client = Client::unlocked();
    assert_eq!(client.float("/p/app/stat/tott"), f32::INFINITY);
    let changes = client.word("/p/htr/chdt");
    client.sim.set_chamber(client.now, 0);
    assert!(client.float("/p/app/htr/temp").is_nan());
    assert_eq!(client.word("/p/htr/chdt"), changes + 1);
}

#[test]
fn a_heat_counts_in_both_odometers() {
    let mut client = Client::unlocked();
    let (life, trip) = (client.float("/p/app/odom/0/nc"), client.float("/p/app/odom/1/nc"));
    client.write("/p/app/mc", &[7]);
    client.until_state(8, 60);
    assert_eq!(client.float("/p/app/stat/tott"), 60.0);
    client.until_state(9, 120);
    assert_eq!(client.float("/p/app/odom/0/nc"), life + 1.0);
    assert_eq!(client.float("/p/app/odom/1/nc"), trip + 1.0);
    assert!(client.float("/p/app/odom/1/tm") > trip * 72.0 + 60.0);
}

#[test]
fn a_preheat_that_outlasts_its_estimate_wants_no_attention_all_the_time() {
    let mut client = Client::unlocked();
    client.write("/p/app/mc", &[7]);
    client.until_state(7, 5);
    client.write("/p/app/tmpo", &40.0_f32.to_le_bytes());
    let (end, mut turns) = (client.now + Duration::from_secs(60), 0);
    while client.sim.operating_state().0 == 7 && client.now < end {
        client.now = client.sim.poll_timeout().unwrap();
        client.sim.handle_timeout(client.now);
        turns += 1;
        assert!(turns < 2000, "{turns} turns");
    }
    assert_eq!(client.sim.operating_state().0, 8);
}

#[test]
fn an_offset_changes_the_target_of_this_heat_only() {
    let mut client = Client::unlocked();
    client.write("/p/app/tmpo", &5.0_f32.to_le_bytes());
    client.write("/p/app/mc", &[7]);
    client.until_state(7, 5);
    assert_eq!(client.float("/p/app/htr/tcmd"), 243.0);
    client.write("/p/app/tmpo", &7.0_f32.to_le_bytes());
    assert_eq!(client.float("/p/app/htr/tcmd"), 245.0);
    client.write("/p/app/mc", &[9]);
    client.pass(Duration::from_secs(1));
    assert_eq!(client.float("/p/app/htr/tcmd"), 250.0);
    client.write("/p/app/mc", &[8]);
    client.until_state(5, 10);
    assert_eq!(client.float("/p/app/tmpo"), 0.0);
}

#[test]
fn whoever_looks_after_it_may_set_what_clients_cannot() {
    let mut client = Client::unlocked();
    client.sim.set_attribute(client.now, "/p/bat/temp", &61.5_f32.to_le_bytes());
    assert_eq!(client.float("/p/bat/temp"), 61.5);
    client.sim.release_attribute("/p/bat/temp");
    assert_eq!(client.float("/p/bat/temp"), 25.5);
    client.sim.set_attribute(client.now, "/p/sys/hw/ser", b"odd");
    assert_eq!(client.read("/p/sys/hw/ser"), b"odd");
    assert_eq!(client.sim.counters().writes("/p/bat/temp"), 0);
}
