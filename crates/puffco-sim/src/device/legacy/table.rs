//! The sheet's table of legacy characteristics (facts/puffco-ble.md §6.2): which attribute each one is, and how
//! it looks.

use crate::revision;

/// How an attribute looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A float, also where newer firmware has one byte.
    Float,
    /// A whole number of four bytes, also where newer firmware has one.
    Word,
    /// As it is.
    Same,
    /// The entry of a log that was selected.
    Entry,
    /// The profile that 0062 to 006B are about.
    Pointer,
    /// Seed and key.
    Access,
    /// Can be written, and does nothing. Some of these must never be written.
    Sink,
}

/// One row of the sheet's table.
pub(super) struct Row {
    pub(super) suffix: u16,
    /// With `{}` for the slot of the pointer.
    pub(super) path: &'static str,
    pub(super) form: Form,
    /// `r`, `w` or `rw`.
    pub(super) access: &'static str,
    /// The first firmware that has it.
    pub(super) since: u32,
}

const fn row(suffix: u16, path: &'static str, form: Form, access: &'static str) -> Row {
    Row { suffix, path, form, access, since: 0 }
}

/// First revisions with a chamber type and with mood lights.
const V: u32 = 17;
const X: u32 = 19;

pub(super) const TABLE: [Row; 85] = {
    use Form::{Access, Entry, Float, Pointer, Same, Sink, Word};
    [
        row(0x0001, "/p/sys/bt/mac", Same, "r"),
        row(0x0002, "/p/sys/fw/gith", Same, "r"),
        row(0x0020, "/p/bat/soc", Float, "r"),
        row(0x0021, "/p/bat/volt", Float, "r"),
        row(0x0022, "/p/app/stat/id", Float, "r"),
        row(0x0023, "/p/app/stat/elap", Float, "r"),
        row(0x0024, "/p/app/stat/tott", Float, "r"),
        row(0x0025, "/p/app/htr/temp", Float, "r"),
        row(0x0026, "/p/app/htr/tcmd", Float, "r"),
        row(0x0027, "/p/app/led/aclr", Same, "r"),
        row(0x0028, "/p/htr/pwr", Float, "r"),
        row(0x0029, "/p/htr/duty", Float, "r"),
        row(0x002a, "/p/htr/vavg", Float, "r"),
        row(0x002b, "/p/htr/iavg", Float, "r"),
        row(0x002c, "/p/htr/stet", Float, "r"),
        row(0x002d, "/p/htr/res", Float, "r"),
        row(0x002e, "/p/bat/chg/iout", Float, "r"),
        row(0x002f, "/p/app/odom/0/nc", Float, "r"),
        row(0x0030, "/p/app/odom/0/tm", Float, "r"),
        row(0x0031, "/p/bat/chg/stat", Float, "r"),
        row(0x0032, "/p/bat/chg/elap", Float, "r"),
        row(0x0033, "/p/bat/chg/etf", Float, "r"),
        row(0x0034, "/p/bat/temp", Float, "r"),
        row(0x0035, "/p/sys/uptm", Float, "r"),
        row(0x0036, "/p/magm/bfld", Float, "r"),
        row(0x0037, "/p/bat/chg/iout", Float, "r"),
        row(0x0038, "/p/bat/cap", Float, "r"),
        row(0x0039, "/p/bat/curr", Float, "r"),
        row(0x003a, "/p/app/info/drem", Float, "r"),
        row(0x003b, "/p/app/info/dpd", Float, "r"),
        row(0x003c, "/p/htr/temp", Float, "r"),
        row(0x003d, "/p/htr/tcmd", Float, "r"),
        row(0x003e, "/p/bat/chg/src", Float, "r"),
        Row { since: V, ..row(0x003f, "/p/htr/chmt", Float, "r") },
        row(0x0040, "/p/app/mc", Float, "w"),
        row(0x0041, "/p/app/hcs", Float, "rw"),
        row(0x0042, "/u/app/ui/stlm", Word, "rw"),
        row(0x0043, "", Sink, "w"),
        row(0x0044, "/p/sys/time", Word, "rw"),
        row(0x0045, "/p/app/tmpo", Float, "w"),
        row(0x0046, "/p/app/timo", Float, "w"),
        row(0x0047, "/p/app/ltrn/scpd", Same, "rw"),
        row(0x0048, "/p/app/ltrn/colr", Same, "rw"),
        row(0x0049, "/p/app/ltrn/time", Float, "rw"),
        row(0x004a, "/p/app/ltrn/cmd", Word, "rw"),
        row(0x004b, "/u/app/ui/lbrt", Same, "rw"),
        row(0x004c, "/u/app/rdym/hc", Float, "rw"),
        row(0x004d, "/u/sys/name", Same, "rw"),
        row(0x004e, "/u/sys/bday", Word, "rw"),
        row(0x004f, "", Sink, "w"),
        row(0x0050, "", Sink, "w"),
        row(0x0051, "/p/app/odom/1/nc", Float, "r"),
        row(0x0052, "/p/app/odom/1/tm", Float, "r"),
        Row { since: V, ..row(0x0053, "/p/app/led/pclr", Same, "w") },
        Row { since: revision::BATTERY_PRESERVATION, ..row(0x0054, "/u/bat/msoc", Float, "rw") },
        row(0x0060, "/p/app/nhc", Float, "r"),
        row(0x0061, "", Pointer, "rw"),
        row(0x0062, "/u/app/hc/{}/name", Same, "rw"),
        row(0x0063, "/u/app/hc/{}/temp", Float, "rw"),
        row(0x0064, "/u/app/hc/{}/time", Float, "rw"),
        row(0x0065, "/u/app/hc/{}/colr", Same, "rw"),
        Row { since: X, ..row(0x0066, "/u/app/hc/{}/scpd", Same, "rw") },
        row(0x0067, "/u/app/hc/{}/btmp", Float, "rw"),
        row(0x0068, "/u/app/hc/{}/btim", Float, "rw"),
        row(0x0069, "/u/app/hc/{}/thrt", Float, "rw"),
        row(0x006a, "/u/app/hc/{}/phcl", Same, "rw"),
        row(0x006b, "/u/app/hc/{}/accl", Same, "rw"),
        row(0x00c1, "/p/logv/aud/sel", Word, "rw"),
        row(0x00c2, "/p/logv/aud/entr", Entry, "r"),
        row(0x00c3, "/p/logv/aud/begn", Word, "r"),
        row(0x00c4, "/p/logv/aud/end", Word, "r"),
        row(0x00d1, "/p/logv/flt/sel", Word, "rw"),
        row(0x00d2, "/p/logv/flt/entr", Entry, "r"),
        row(0x00d3, "/p/logv/flt/begn", Word, "r"),
        row(0x00d4, "/p/logv/flt/end", Word, "r"),
        Row { since: revision::ACCESS_KEY, ..row(0x00e0, "", Access, "rw") },
        row(0x00e1, "", Sink, "w"),
        row(0x00e2, "", Sink, "w"),
        row(0x00e3, "", Sink, "w"),
        row(0x00e4, "", Sink, "w"),
        row(0x00e5, "", Sink, "w"),
        row(0x00e6, "", Sink, "w"),
        row(0x00e7, "", Sink, "w"),
        row(0x0100, "", Sink, "w"),
        row(0x0101, "", Sink, "w"),
    ]
};
