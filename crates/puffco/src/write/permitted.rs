//! The list of what may be written (facts/puffco-ble.md §23). Factory reset, bond deletion, heater tuning and
//! firmware are not on it.

use uuid::Uuid;

use crate::legacy;

const FILES: [&str; 15] = [
    "/p/app/mc",
    "/p/app/hcs",
    "/p/app/tmpo",
    "/p/app/timo",
    "/p/app/ltrn/cmd",
    "/p/app/ltrn/colr",
    "/p/app/ltrn/time",
    "/p/app/ltrn/scpd",
    "/u/app/ui/lbrt",
    "/u/app/ui/stlm",
    "/u/sys/name",
    "/u/bat/msoc",
    "/p/sys/time",
    "/p/logv/aud/sel",
    "/p/logv/flt/sel",
];

const PROFILE_LEAVES: [&str; 9] = ["name", "temp", "time", "colr", "phcl", "accl", "btmp", "btim", "intn"];

/// The legacy characteristics, by suffix: the same things as the files.
const SUFFIXES: [u16; 22] = [
    0x0040, 0x0041, 0x0042, 0x0044, 0x0045, 0x0046, 0x0048, 0x0049, 0x004a, 0x004b, 0x004d, 0x0054, 0x0061,
    0x0062, 0x0063, 0x0064, 0x0065, 0x0067, 0x0068, 0x00c1, 0x00d1, 0x00e0,
];

/// Whether a file may be written at all.
#[must_use]
pub fn is_allowed(path: &str) -> bool {
    let in_profile = |rest: &str| {
        let mut parts = rest.splitn(2, '/');
        let slot = parts.next().is_some_and(|slot| matches!(slot, "0" | "1" | "2" | "3"));
        slot && parts.next().is_some_and(|leaf| PROFILE_LEAVES.contains(&leaf))
    };
    FILES.contains(&path)
        || path.strip_prefix("/p/app/thc/").is_some_and(|leaf| PROFILE_LEAVES.contains(&leaf))
        || path.strip_prefix("/u/app/hc/").is_some_and(in_profile)
}

/// Whether a characteristic of the legacy generation may be written at all.
#[must_use]
pub fn is_allowed_characteristic(id: Uuid) -> bool {
    SUFFIXES.iter().any(|suffix| legacy::characteristic(*suffix) == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bricks_or_resets_a_device_is_not_on_the_list() {
        for path in [
            "/p/app/facr",
            "/p/app/bt/delb",
            "/p/htr/tun/pco",
            "/u/app/hc/4/temp",
            "/u/app/hc/0/../1/temp",
            "/u/app/hc/0/thrt",
            "/p/app/mc/",
            "",
        ] {
            assert!(!is_allowed(path), "{path}");
        }
        for suffix in [0x0043, 0x004f, 0x00e1, 0x00e7, 0x0100, 0x0101] {
            assert!(!is_allowed_characteristic(legacy::characteristic(suffix)), "{suffix:#x}");
        }
    }
}
