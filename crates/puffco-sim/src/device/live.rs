//! Attributes that are made when they are read, and what writing an attribute sets in motion.

use super::appliance::Appliance;
use super::attributes::Reading;
use super::logs::{Entry, Log, audit};
use super::number::Kind;
use super::status::Status;
use crate::light;

impl Appliance {
    /// The bytes of an attribute; `None` when there is none to read.
    pub(super) fn read_attribute(&mut self, path: &str) -> Option<Vec<u8>> {
        let kind = match self.attributes.read(path)? {
            Reading::Kept(bytes) => return Some(bytes),
            Reading::Live(kind) => kind,
        };
        if let Some(bytes) = self.forced.get(path) {
            return Some(bytes.clone());
        }
        match (kind, log_leaf(path)) {
            (Kind::Bytes(_), Some((log, _))) => Some(self.log(log).entry(self.lived).to_vec()),
            (Kind::Bytes(_), None) => Some(light::record(self.attributes.shown())),
            _ => Some(kind.encode(self.attributes.numbers(), self.number(path))),
        }
    }

    /// The present value of a number.
    pub(super) fn number(&mut self, path: &str) -> f64 {
        if let Some((log, leaf)) = log_leaf(path) {
            let (log, lived) = (self.log(log), self.lived);
            return f64::from(match leaf {
                "begn" => log.begin(),
                "end" => log.end(),
                "sel" => log.selected(),
                _ => log.current(lived),
            });
        }
        let heating = self.operating.is_heating();
        let on = |value: f64| if heating { value } else { 0.0 };
        match path {
            "/p/app/stat/id" => f64::from(self.operating.0),
            "/p/app/stat/elap" => self.elapsed(),
            "/p/app/stat/tott" => self.total(),
            "/p/app/htr/temp" | "/p/htr/temp" | "/p/htr/stet" => f64::from(self.measured()),
            "/p/app/htr/tcmd" | "/p/htr/tcmd" => f64::from(self.target),
            "/p/htr/chmt" => f64::from(self.chamber),
            "/p/htr/chdt" => f64::from(self.chamber_changes),
            "/p/htr/pwr" => on(38.0),
            "/p/htr/duty" => on(0.6),
            "/p/htr/vavg" => on(4.1),
            "/p/htr/iavg" => on(9.3),
            "/p/bat/soc" => f64::from(self.battery),
            "/p/bat/volt" => self.volts(),
            "/p/bat/curr" => self.amps(),
            "/p/bat/temp" => 25.5 + on(4.0),
            "/p/bat/chg/stat" => f64::from(self.charge_state()),
            "/p/bat/chg/src" => f64::from(self.charge_source()),
            "/p/bat/chg/etf" => self.seconds_to_full(),
            "/p/bat/chg/elap" => self.seconds_on_charger(),
            "/p/bat/chg/iout" => self.charge_amps(),
            "/p/app/odom/0/nc" | "/p/app/info/dtot" => f64::from(self.heats),
            "/p/app/odom/0/tm" => self.heat_seconds,
            "/p/app/odom/1/nc" => f64::from(self.trip_heats),
            "/p/app/odom/1/tm" => self.trip_seconds,
            "/p/app/info/drem" => self.heats_left(),
            "/p/app/info/dpd" => self.heats_per_day(),
            "/p/sys/uptm" => self.uptime(),
            "/p/sys/time" => f64::from(self.unix_clock()),
            "/p/app/ltrn/remt" => self.lantern_left(),
            _ => self.attributes.value(path),
        }
    }

    /// A client writes an attribute.
    pub(super) fn write_attribute(&mut self, path: &str, offset: u16, data: &[u8]) -> Status {
        let status = self.attributes.write(path, usize::from(offset), data);
        if status != Status::OK || data.is_empty() {
            return status;
        }
        let numbers = self.attributes.numbers();
        let value = self.attributes.kind(path).map_or(0.0, |kind| kind.decode(numbers, data));
        match path {
            "/p/app/mc" => self.command(value as u8),
            "/p/app/ltrn/cmd" => self.light_lantern(value > 0.0),
            "/p/app/tmpo" => self.retarget(),
            "/p/sys/time" => self.set_clock(value as u32),
            "/p/logv/aud/sel" => self.logs.audit.select(value as u32, self.lived),
            "/p/logv/flt/sel" => self.logs.fault.select(value as u32, self.lived),
            _ => {}
        }
        status
    }

    /// Whoever looks after the device sets an attribute, also one that clients cannot write.
    pub(super) fn force_attribute(&mut self, path: &str, bytes: &[u8]) {
        if !self.attributes.replace(path, bytes) {
            self.forced.insert(path.to_owned(), bytes.to_vec());
        }
    }

    fn log(&self, name: &str) -> &Log {
        if name == "aud" { &self.logs.audit } else { &self.logs.fault }
    }

    fn set_clock(&mut self, unix: u32) {
        let (before, uptime) = (self.unix_clock(), self.uptime() as u32);
        self.clock_base = Some(f64::from(unix) - self.lived);
        let details = [before.to_le_bytes(), uptime.to_le_bytes()].concat();
        let entry = Entry::new(self.unix_clock(), audit::CLOCK_SET).with(8, &details);
        self.logs.audit.push(entry);
    }
}

/// The log and the leaf that a path names.
fn log_leaf(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/p/logv/")?.split_once('/')
}
