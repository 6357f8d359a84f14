//! What tells the models and firmwares apart (facts/puffco-ble.md §3, §5.1, §13, §17.2).

use std::time::Duration;

use puffco::link::LinkError;
use puffco_sim::{LedApi, Quirks, SimConfig, SimModel, UpdateService, ids, revision};

use crate::client::Client;

#[test]
fn models_have_their_codes_and_serials() {
    let known = [
        ("og", 0, "21"),
        ("indiglow", 2, "25"),
        ("opal", 1, "22"),
        ("guardian", 4, "26"),
        ("raichu", 0xffff_ffff, "51"),
        ("onyx", 13, "71"),
        ("pearl", 12, "72"),
        ("desert", 15, "74"),
        ("desert-13", 13, "74"),
        ("flourish", 17, "75"),
        ("storm", 19, "78"),
        ("daybreak", 23, "81"),
        ("plasma", 25, "83"),
        ("glacier", 26, "84"),
        ("proxy-onyx", 0, "10"),
        ("proxy-haze", 1, "11"),
    ];
    for (name, code, product) in known {
        let model: SimModel = name.parse().unwrap();
        let mut client = Client::unlocked_with(SimConfig::new(model));
        let serial = client.read("/p/sys/hw/ser");
        assert_eq!((client.word("/p/sys/hw/mdcd"), serial.len()), (code, 19), "{name}");
        assert!(serial.starts_with(product.as_bytes()), "{name}");
    }
}

#[test]
fn a_proxy_has_integers_in_place_of_floats() {
    let mut client = Client::unlocked_with(SimConfig::new(SimModel::ProxyHaze));
    for (path, least, most) in [
        ("/u/app/hc/0/temp", 2380, 2380),
        ("/p/app/thc/temp", 2380, 2380),
        ("/u/app/hc/0/time", 12_000, 12_000),
        ("/u/app/hc/0/btmp", 50, 50),
        ("/u/app/hc/0/btim", 3000, 3000),
        ("/p/bat/soc", 8200, 8200),
        ("/u/bat/msoc", 10_000, 10_000),
        ("/p/app/htr/temp", 235, 245),
        ("/p/app/htr/tcmd", 0, 0),
        ("/p/app/stat/tott", -1, -1),
        ("/p/bat/chg/etf", -1, -1),
        ("/p/app/odom/0/nc", 420, 420),
        ("/p/app/info/dpd", 430, 430),
        ("/p/app/info/drem", 3280, 3280),
        ("/p/app/ltrn/time", 7_200_000, 7_200_000),
        ("/p/bat/curr", -45, -45),
        ("/p/bat/volt", 4000, 4100),
    ] {
        let value = client.integer(path);
        assert!((least..=most).contains(&value), "{path}: {value}");
        assert_eq!(client.read(path).len(), 4, "{path}");
    }
    client.pass(Duration::from_secs(2));
    assert!(client.integer("/p/app/stat/elap") > 2000, "milliseconds");
    client.sim.set_chamber(client.now, 0);
    assert_eq!(client.integer("/p/app/htr/temp"), -1);
}

#[test]
fn a_float_written_to_a_proxy_is_the_enormous_number_that_it_is() {
    let mut client = Client::unlocked_with(SimConfig::new(SimModel::ProxyOnyx));
    assert_eq!(client.write("/u/app/hc/0/temp", &260.0_f32.to_le_bytes()), 0);
    assert_eq!(client.integer("/u/app/hc/0/temp"), 1_132_593_152);
}

#[test]
fn each_firmware_has_what_it_brought() {
    for (letters, api, records, total) in [
        ("AC", false, true, true),
        ("AF", false, true, true),
        ("AG", false, true, true),
        ("AJ", false, true, true),
        ("AT", true, true, true),
        ("AV", true, true, true),
        ("AW", true, false, false),
        ("AX", true, false, false),
    ] {
        let number = revision::number(letters).unwrap();
        let mut client = Client::unlocked_with(SimConfig::default().with_firmware(number));
        assert_eq!(client.word("/p/sys/fw/ver"), number);
        let has = |client: &mut Client, path: &str| client.status_of(path) == 0;
        assert_eq!(has(&mut client, "/p/sys/fw/api"), api, "{letters}");
        assert_eq!(has(&mut client, "/u/app/hc/0/phcl"), records, "{letters}");
        assert_eq!(has(&mut client, "/p/app/thc/accl"), records, "{letters}");
        assert_eq!(has(&mut client, "/p/app/info/dtot"), total, "{letters}");
        assert_eq!(client.read("/u/app/hc/0/colr").len() == 8, records, "{letters}");
    }
}

#[test]
fn the_led_api_may_be_another_than_the_firmwares() {
    let config = SimConfig { led_api: Some(LedApi::Documents), ..SimConfig::new(SimModel::Opal) };
    let mut client = Client::unlocked_with(config);
    assert_eq!(client.status_of("/u/app/hc/0/phcl"), 2);
    assert!(client.read("/u/app/hc/0/colr").len() > 8);
}

#[test]
fn a_document_may_have_stale_bytes_behind_it() {
    let clean =
        Client::unlocked().sim.attribute(hearth_clock::Clock::new().now().instant, "/u/app/hc/0/colr");
    let mut client = Client::with_quirks(Quirks { stale_light_bytes: 40, ..Quirks::default() });
    let stale = client.sim.attribute(client.now, "/u/app/hc/0/colr").unwrap();
    let clean = clean.unwrap();
    assert_eq!((stale.len(), &stale[..clean.len()]), (clean.len() + 40, &clean[..]));
}

#[test]
fn the_update_service_is_one_of_two_or_none() {
    for (update_service, has_ota, has_pup) in [
        (UpdateService::Ota, true, false),
        (UpdateService::Pup, false, true),
        (UpdateService::None, false, false),
    ] {
        let mut client =
            Client::connected(SimConfig { update_service, bonded: true, ..SimConfig::default() });
        let gatt = client.sim.gatt();
        assert_eq!((gatt.has_service(ids::OTA), gatt.has_service(ids::PUP)), (has_ota, has_pup));
        for (id, has) in [(ids::OTA_APP_VERSION, has_ota), (ids::PUP_APP_VERSION, has_pup)] {
            let version = client.sim.read(client.now, id).ok();
            assert_eq!(version, has.then(|| vec![39, 0, 0, 0]));
        }
        let mut stranger = Client::connected(SimConfig { update_service, ..SimConfig::default() });
        for (id, has) in [(ids::OTA_APP_VERSION, has_ota), (ids::PUP_APP_VERSION, has_pup)] {
            let asks_for_a_bond = matches!(stranger.sim.read(stranger.now, id), Err(LinkError::NotPaired(_)));
            assert_eq!(asks_for_a_bond, has);
        }
    }
}
