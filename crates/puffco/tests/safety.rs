//! What may be written to a heater in somebody's hand: nothing outside of the ranges, nothing that means
//! something else to a device of the other dialect, and nothing to a place that is not on the list
//! (facts/puffco-ble.md §16, §23).
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ops::RangeInclusive;

use puffco::attribute::Attribute;
use puffco::firmware::Revision;
use puffco::gatt;
use puffco::generation::{Encoding, Generation, LedApi};
use puffco::legacy::characteristic;
use puffco::number::{Dialect, Quantity};
use puffco::setting::{
    BOOST_CELSIUS, BOOST_SECONDS, LANTERN_SECONDS, LONGEST_DEVICE_NAME, LONGEST_PROFILE_NAME, MAX_CHARGE,
    PROFILE_CELSIUS, PROFILE_SECONDS, Setting, Slot,
};
use puffco::write::{Write, WriteError, is_allowed, is_allowed_characteristic};
use uuid::Uuid;

const FIRMWARE: Revision = Revision(39);

/// A setting that is a number, with its range and its quantity.
type Numeric = (fn(f32) -> Setting, RangeInclusive<f32>, Quantity);

fn slot() -> Slot {
    Slot::new(2).unwrap()
}

const NUMERIC: [Numeric; 6] = [
    (|value| Setting::ProfileCelsius(slot(), value), PROFILE_CELSIUS, Quantity::Celsius),
    (|value| Setting::ProfileSeconds(slot(), value), PROFILE_SECONDS, Quantity::ProfileSeconds),
    (|value| Setting::ProfileBoostCelsius(slot(), value), BOOST_CELSIUS, Quantity::Celsius),
    (|value| Setting::ProfileBoostSeconds(slot(), value), BOOST_SECONDS, Quantity::ProfileSeconds),
    (Setting::LanternSeconds, LANTERN_SECONDS, Quantity::StateSeconds),
    (Setting::MaxCharge, MAX_CHARGE, Quantity::Percent),
];

fn encoding(dialect: Dialect) -> Encoding {
    Encoding { generation: Generation::Lorax, dialect: Some(dialect), lights: Some(LedApi::Records) }
}

/// Floats of every size and sign, NaNs and infinities among them.
fn all_sizes() -> impl Iterator<Item = f32> {
    (0..=u32::MAX).step_by(40_009).map(f32::from_bits)
}

/// Numbers of a range, its ends among them.
fn within(range: &RangeInclusive<f32>) -> Vec<f32> {
    let (least, most) = (*range.start(), *range.end());
    (0..=5000_u16).map(|step| least + (most - least) * f32::from(step) / 5000.0).collect()
}

#[test]
fn nothing_outside_of_its_range_is_encoded_in_any_dialect() {
    for (setting, range, _) in NUMERIC {
        for value in all_sizes() {
            for dialect in [Dialect::Float, Dialect::Integer] {
                let encoded = setting(value).encode(encoding(dialect), FIRMWARE);
                assert_eq!(encoded.is_ok(), range.contains(&value), "{:?}", setting(value));
            }
        }
    }
}

#[test]
fn what_is_encoded_is_read_back_as_it_was() {
    for (setting, range, quantity) in NUMERIC {
        for value in within(&range) {
            for dialect in [Dialect::Float, Dialect::Integer] {
                let bytes = setting(value).encode(encoding(dialect), FIRMWARE).unwrap();
                let kept = quantity.decode(dialect, &bytes).unwrap();
                assert!(setting(value).is_kept_as(&setting(kept)), "{:?} became {kept}", setting(value));
            }
        }
    }
}

#[test]
fn a_number_of_one_dialect_is_never_in_range_in_the_other() {
    let others = [(Dialect::Float, Dialect::Integer), (Dialect::Integer, Dialect::Float)];
    for (setting, range, quantity) in NUMERIC {
        // Nothing is nothing in both.
        for value in within(&range).into_iter().filter(|value| *value != 0.0) {
            for (written, read) in others {
                let bytes = setting(value).encode(encoding(written), FIRMWARE).unwrap();
                let zero = bytes == [0; 4];
                let misread = quantity.decode(read, &bytes);
                let harmless = zero || misread.is_none_or(|misread| !range.contains(&misread));
                assert!(harmless, "{:?} is {misread:?} to {read:?}", setting(value));
            }
        }
    }
}

#[test]
fn numbers_are_not_encoded_before_the_dialect_is_known() {
    for (setting, range, _) in NUMERIC {
        let unsure = Encoding { dialect: None, ..encoding(Dialect::Float) };
        let encoded = setting(*range.start()).encode(unsure, FIRMWARE);
        assert_eq!(encoded, Err(WriteError::DialectUnknown));
    }
}

#[test]
fn only_the_four_intensities_are_encoded() {
    for value in all_sizes() {
        let setting = Setting::ProfileIntensity(slot(), value);
        let known = [0.0, 0.5, 1.0, 1.5].contains(&value);
        assert_eq!(setting.encode(encoding(Dialect::Float), FIRMWARE).is_ok(), known, "{value}");
    }
}

#[test]
fn a_shorter_name_leaves_nothing_of_a_longer_one() {
    type Named = fn(String) -> Setting;
    let names: [(Named, usize); 2] = [
        (Setting::Name, LONGEST_DEVICE_NAME),
        (|name| Setting::ProfileName(slot(), name), LONGEST_PROFILE_NAME),
    ];
    for (setting, longest) in names {
        let bytes = |name: &str| setting(name.to_owned()).encode(encoding(Dialect::Float), FIRMWARE);
        let mut file = bytes(&"x".repeat(longest)).unwrap();
        let short = bytes("Ember").unwrap();
        file[..short.len()].copy_from_slice(&short);
        assert_eq!(file.split(|byte| *byte == 0).next(), Some(&b"Ember"[..]));
        assert!(file[5..].iter().all(|byte| *byte == 0), "{file:?}");
        for wrong in ["", "  ", "a\0b", "a\nb", &"x".repeat(longest + 1), &"é".repeat(longest / 2 + 1)] {
            assert_eq!(bytes(wrong), Err(WriteError::BadText { longest }), "{wrong:?}");
        }
    }
}

/// Every file that the facts name and nobody here writes.
const NEVER: [&str; 60] = [
    "/p/app/facr",
    "/p/app/bt/delb",
    "/p/app/bt/tba",
    "/p/app/bt/ufca",
    "/p/app/bt/ufcc",
    "/p/htr/tun/pco",
    "/p/htr/tun/ico",
    "/p/htr/tun/dco",
    "/p/htr/temp",
    "/p/htr/tcmd",
    "/p/htr/pwr",
    "/p/htr/chmt",
    "/p/htr/chdt",
    "/p/app/stat/id",
    "/p/app/stat/elap",
    "/p/app/stat/tott",
    "/p/app/htr/temp",
    "/p/app/htr/tcmd",
    "/p/app/htr/inh",
    "/p/app/hcp",
    "/p/app/nhc",
    "/p/app/led/aclr",
    "/p/app/led/pclr",
    "/p/app/led/dia",
    "/p/app/ltrn/remt",
    "/p/app/odom/0/nc",
    "/p/app/odom/1/tm",
    "/p/app/info/drem",
    "/p/app/info/dpd",
    "/p/sys/hw/mdcd",
    "/p/sys/hw/ser",
    "/p/sys/hw/ver",
    "/p/sys/fw/ver",
    "/p/sys/fw/gith",
    "/p/sys/fw/api",
    "/p/sys/fw/bver",
    "/p/sys/bt/mac",
    "/p/sys/uptm",
    "/p/bat/soc",
    "/p/bat/volt",
    "/p/bat/cap",
    "/p/bat/chg/stat",
    "/p/bat/chg/src",
    "/p/logv/aud/curr",
    "/p/logv/aud/entr",
    "/p/logv/flt/begn",
    "/p/logv/flt/end",
    "/p/magm/bfld",
    "/u/sys/bday",
    "/u/sys/bdk",
    "/u/sys/bdc",
    "/u/app/lbws",
    "/u/app/rdym/hc",
    "/u/app/hc/0/thrt",
    "/u/app/hc/0/scpd",
    "/u/app/hc/4/temp",
    "/u/app/hc/-1/temp",
    "/u/app/led/ca/0",
    "/u/app/led/oa/0",
    "/u/app/led/aa/0",
];

#[test]
fn files_that_are_not_on_the_list_are_not_written() {
    for path in NEVER {
        assert!(!is_allowed(path), "{path}");
    }
}

#[test]
fn nothing_like_a_file_on_the_list_is_on_it() {
    let profile = |leaf: &str| format!("/u/app/hc/1/{leaf}");
    let listed = ["/p/app/mc", "/p/app/hcs", "/p/app/ltrn/colr", "/u/sys/name", "/p/app/thc/temp"]
        .map(str::to_owned)
        .into_iter()
        .chain(["temp", "time", "colr", "phcl"].map(profile));
    for path in listed {
        assert!(is_allowed(&path), "{path}");
        let parent = path.rsplit_once('/').unwrap().0;
        let changed = [
            path.to_uppercase(),
            path.replace('/', "//"),
            path[1..].to_owned(),
            format!("{path}/"),
            format!("{path}\0"),
            format!("{path}\0/p/app/facr"),
            format!(" {path}"),
            format!("{path} "),
            format!("{path}x"),
            format!("/p{path}"),
            format!("{parent}/../{path}"),
            format!("{path}/../../app/facr"),
            format!("{parent}/./{path}"),
            path.replace("app", "app/./"),
            path.replace('e', "е"),
            parent.to_owned(),
            path[..path.len() - 1].to_owned(),
        ];
        for path in changed.into_iter().filter(|changed| *changed != path) {
            assert!(!is_allowed(&path), "{path:?}");
        }
    }
    for number in 0..=u8::MAX {
        let path = format!("/u/app/hc/{number}/temp");
        assert_eq!(is_allowed(&path), number <= 3, "{path}");
        assert!(!is_allowed(&format!("/u/app/hc/0{number}/temp")), "0{path}");
    }
}

#[test]
fn of_the_older_generation_only_the_listed_characteristics_are_written() {
    let listed = [
        0x0040, 0x0041, 0x0042, 0x0044, 0x0045, 0x0046, 0x0048, 0x0049, 0x004a, 0x004b, 0x004d, 0x0054,
        0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0067, 0x0068, 0x00c1, 0x00d1, 0x00e0,
    ];
    for suffix in 0..=u16::MAX {
        assert_eq!(
            is_allowed_characteristic(characteristic(suffix)),
            listed.contains(&suffix),
            "{suffix:#x}"
        );
    }
    // Bonds, factory reset, heater tuning, raw memory.
    for suffix in [0x0043, 0x004f, 0x0050, 0x00e1, 0x00e7, 0x0100, 0x0101] {
        assert!(!listed.contains(&suffix));
    }
}

#[test]
fn update_services_are_never_written() {
    let updates = [
        "c830ee3e-0e32-4780-a51d-b1b0b38089a4",
        "c364cf1d-117f-4a3b-baae-3e2fce5a248f",
        "58b0a7aa-d89f-4bf2-961d-0d892d7439d8",
        "f7bf3564-fb6d-4e53-88a4-5e37e0326063",
        "984227f3-34fc-4045-a5d0-2c581f81a153",
        "0d77cc11-4ac1-49f2-bfa9-cd96ac7a92f8",
    ];
    let ids = updates.map(|id| id.parse::<Uuid>().unwrap());
    let others =
        [gatt::OTA_SERVICE, gatt::PUP_SERVICE, gatt::VERSION, gatt::REPLY, gatt::EVENT, gatt::COMMAND];
    for id in ids.into_iter().chain(others) {
        assert!(!is_allowed_characteristic(id), "{id}");
    }
}

#[test]
fn every_setting_goes_to_where_it_is_read_and_nowhere_else() {
    let settings: Vec<Setting> = NUMERIC.iter().map(|(setting, range, _)| setting(*range.end())).collect();
    for generation in [Generation::Lorax, Generation::Legacy] {
        for setting in &settings {
            let target = Write::Set(setting.clone()).target(generation).unwrap();
            let source = setting.attribute().source(generation).unwrap();
            let inside = |text: String| text[text.find('(').or(text.find('{')).unwrap()..].to_owned();
            assert_eq!(inside(format!("{target:?}")), inside(format!("{source:?}")));
        }
    }
    assert!(Attribute::all().filter(|attribute| is_allowed(&attribute.path())).count() >= 9 + 4 * 7);
}
