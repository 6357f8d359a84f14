//! The sheet's tables of attributes (facts/puffco-ble.md §14), as far as a firmware has them, with the values that
//! a device begins with.

use super::super::number::Kind;
use super::super::state::mode;
use super::{Access, Attributes};
use crate::config::{LedApi, SimConfig};
use crate::light::{self, Rgb};
use crate::revision;

/// The extra heat and time of a boost, °C and seconds.
const BOOST: (f64, f64) = (5.0, 15.0);
const LANTERN_S: f64 = 7200.0;
/// A colour document and what is left behind it.
const DOCUMENT_CAPACITY: usize = 1024;

impl Attributes {
    pub(super) fn add_system(&mut self, config: &SimConfig) {
        use Access::{Read, ReadWrite};
        let mut mac = config.address.to_vec();
        mac.reverse();
        self.number("/p/sys/hw/mdcd", Kind::Word, Read, f64::from(config.model_code));
        self.add("/p/sys/hw/ser", Kind::Text(32), Read, Some(config.serial.clone().into_bytes()));
        self.number("/p/sys/hw/ver", Kind::Word, Read, f64::from(config.hardware));
        self.number("/p/sys/fw/ver", Kind::Word, Read, f64::from(config.firmware));
        self.add("/p/sys/fw/gith", Kind::Text(8), Read, Some(b"a1b2c3d".to_vec()));
        if config.firmware >= revision::API_FILE {
            self.number("/p/sys/fw/api", Kind::Word, Read, f64::from(config.firmware));
        }
        self.number("/p/sys/fw/bver", Kind::Word, Read, 4.0);
        self.add("/p/sys/fw/bgit", Kind::Text(8), Read, Some(b"0f1e2d3".to_vec()));
        self.add("/p/sys/bt/mac", Kind::Bytes(6), Read, Some(mac));
        self.live("/p/sys/uptm", Kind::Float, Read);
        self.live("/p/sys/time", Kind::Word, ReadWrite);
        self.add("/u/sys/name", Kind::Text(32), ReadWrite, Some(text(&config.name, 32)));
        self.number("/u/sys/bday", Kind::Word, ReadWrite, f64::from(config.birthday));
        self.add("/u/sys/bdk", Kind::Bytes(16), Read, Some(vec![0; 16]));
        self.number("/u/sys/bdc", Kind::Word, Read, 0.0);
        self.number("/p/app/mc", Kind::Code, ReadWrite, f64::from(mode::IDLE));
        self.number("/p/app/hcs", Kind::Code, ReadWrite, f64::from(config.selected.min(3)));
        self.number("/p/app/nhc", Kind::Code, Read, 4.0);
        self.number("/u/app/rdym/hc", Kind::Count, ReadWrite, 0.0);
        self.number("/p/app/bt/ufca", Kind::Word, Read, 0.0);
        self.number("/p/app/bt/ufcc", Kind::Word, Read, 0.0);
    }

    pub(super) fn add_battery(&mut self) {
        use Access::{Read, ReadWrite};
        for (leaf, kind) in [
            ("soc", Kind::Percent),
            ("volt", Kind::Milli),
            ("curr", Kind::Milli),
            ("temp", Kind::Celsius),
            ("chg/stat", Kind::Code),
            ("chg/src", Kind::Code),
            ("chg/etf", Kind::Count),
            ("chg/elap", Kind::Count),
            ("chg/iout", Kind::Milli),
        ] {
            self.live(&format!("/p/bat/{leaf}"), kind, Read);
        }
        self.number("/p/bat/cap", Kind::Float, Read, 6018.0);
        self.number("/u/bat/msoc", Kind::Percent, ReadWrite, 100.0);
        self.number("/u/app/lbws", Kind::Percent, ReadWrite, 10.0);
    }

    pub(super) fn add_heater(&mut self) {
        use Access::{Read, ReadWrite};
        for (path, kind) in [
            ("/p/app/stat/id", Kind::Code),
            ("/p/app/stat/elap", Kind::StateSeconds),
            ("/p/app/stat/tott", Kind::StateSeconds),
            ("/p/app/htr/temp", Kind::Celsius),
            ("/p/app/htr/tcmd", Kind::Celsius),
            ("/p/htr/temp", Kind::Celsius),
            ("/p/htr/tcmd", Kind::Celsius),
            ("/p/htr/stet", Kind::Celsius),
            ("/p/htr/chmt", Kind::Code),
            ("/p/htr/chdt", Kind::Word),
            ("/p/htr/pwr", Kind::Float),
            ("/p/htr/duty", Kind::Float),
            ("/p/htr/vavg", Kind::Float),
            ("/p/htr/iavg", Kind::Float),
        ] {
            self.live(path, kind, Read);
        }
        self.number("/p/htr/res", Kind::Float, Read, 0.42);
        self.number("/p/magm/bfld", Kind::Float, Read, 31.5);
        self.number("/p/app/htr/inh", Kind::Float, Read, 0.0);
        for leaf in ["pco", "ico", "dco"] {
            self.number(&format!("/p/htr/tun/{leaf}"), Kind::Float, Read, 0.5);
        }
        self.number("/p/app/tmpo", Kind::Celsius, ReadWrite, 0.0);
        self.number("/p/app/timo", Kind::ProfileSeconds, ReadWrite, 0.0);
    }

    pub(super) fn add_counters(&mut self, config: &SimConfig) {
        for leaf in ["0/nc", "0/tm", "1/nc", "1/tm"] {
            self.live(&format!("/p/app/odom/{leaf}"), Kind::Counter, Access::Read);
        }
        self.live("/p/app/info/drem", Kind::Rate, Access::Read);
        self.live("/p/app/info/dpd", Kind::Rate, Access::Read);
        if config.firmware <= revision::LAST_OF_RECORDS {
            self.live("/p/app/info/dtot", Kind::Word, Access::Read);
        }
    }

    pub(super) fn add_lights(&mut self, config: &SimConfig) {
        use Access::{Read, ReadWrite, Write};
        self.add("/u/app/ui/lbrt", Kind::Bytes(4), ReadWrite, Some(vec![0xff; 4]));
        self.number("/u/app/ui/stlm", Kind::Code, ReadWrite, 0.0);
        self.number("/p/app/ltrn/cmd", Kind::Code, ReadWrite, 0.0);
        let white = light::record(Rgb(0xff, 0xff, 0xff));
        self.add("/p/app/ltrn/colr", light_kind(config), ReadWrite, Some(white));
        self.number("/p/app/ltrn/time", Kind::StateSeconds, ReadWrite, LANTERN_S);
        self.live("/p/app/ltrn/remt", Kind::StateSeconds, Read);
        self.add("/p/app/ltrn/scpd", Kind::Bytes(128), ReadWrite, Some(vec![0xff; 128]));
        self.live("/p/app/led/aclr", Kind::Bytes(8), Read);
        self.add("/p/app/led/pclr", Kind::Light(8), Write, Some(vec![0; 8]));
        for leaf in ["dia", "diao", "dif", "difo"] {
            self.number(&format!("/p/app/led/{leaf}"), Kind::Float, ReadWrite, 0.0);
        }
        for (array, count, length) in [("ca", 8, 128), ("oa", 8, 80), ("aa", 6, 64)] {
            for index in 0..count {
                let path = format!("/u/app/led/{array}/{index}");
                self.add(&path, Kind::Bytes(length), ReadWrite, Some(vec![0; length]));
            }
        }
    }

    pub(super) fn add_logs(&mut self) {
        for log in ["aud", "flt"] {
            for leaf in ["curr", "begn", "end"] {
                self.live(&format!("/p/logv/{log}/{leaf}"), Kind::Word, Access::Read);
            }
            self.live(&format!("/p/logv/{log}/sel"), Kind::Word, Access::ReadWrite);
            self.live(&format!("/p/logv/{log}/entr"), Kind::Bytes(16), Access::Read);
        }
    }

    pub(super) fn add_profiles(&mut self, config: &SimConfig) {
        for (slot, profile) in config.profiles.iter().enumerate() {
            let color = color_file(config, profile.color);
            let values = [
                ("temp", Kind::Celsius, f64::from(profile.celsius)),
                ("time", Kind::ProfileSeconds, f64::from(profile.seconds)),
                ("intn", Kind::Float, f64::from(profile.intensity)),
                ("btmp", Kind::Celsius, BOOST.0),
                ("btim", Kind::ProfileSeconds, BOOST.1),
                ("thrt", Kind::Celsius, f64::from(profile.celsius) - 10.0),
            ];
            for (leaf, kind, value) in values {
                self.number(&format!("/u/app/hc/{slot}/{leaf}"), kind, Access::ReadWrite, value);
            }
            let mut add = |leaf: &str, kind, bytes| {
                self.add(&format!("/u/app/hc/{slot}/{leaf}"), kind, Access::ReadWrite, Some(bytes));
            };
            add("name", Kind::Text(32), text(&profile.name, 32));
            add("scpd", Kind::Bytes(128), vec![0xff; 128]);
            add("colr", light_kind(config), color.clone());
            if config.led_api() == LedApi::Records {
                add("phcl", Kind::Light(8), color.clone());
                add("accl", Kind::Light(8), color);
            }
        }
    }
}

fn light_kind(config: &SimConfig) -> Kind {
    Kind::Light(if config.led_api() == LedApi::Records { 8 } else { DOCUMENT_CAPACITY })
}

fn color_file(config: &SimConfig, color: Rgb) -> Vec<u8> {
    match config.led_api() {
        LedApi::Records => light::record(color),
        LedApi::Documents => {
            let mut file = light::document(color);
            // What a longer document before this one left behind.
            file.extend((0..config.quirks.stale_light_bytes).map(|at| (at as u8).wrapping_mul(37) | 0x40));
            file
        }
    }
}

fn text(value: &str, capacity: usize) -> Vec<u8> {
    let mut bytes = value.as_bytes().to_vec();
    bytes.truncate(capacity - 1);
    bytes.resize(capacity, 0);
    bytes
}
