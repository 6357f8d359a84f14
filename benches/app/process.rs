//! What processes cost, as Linux tells it: memory as proportional set size, processor time in ticks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One process.
#[derive(Debug)]
pub struct Cost {
    /// Name of its program.
    pub name: String,
    /// Memory, with its share of what others have too, bytes.
    pub pss: u64,
    /// Processor time since its start, s.
    pub busy: f64,
}

/// A process and all that descend from it, or have `mark` in their command lines.
pub fn family(root: i32, mark: &Path) -> Vec<i32> {
    let mark = mark.as_os_str().as_encoded_bytes();
    let mut parents = BTreeMap::new();
    let mut family = BTreeSet::from([root]);
    for process in std::fs::read_dir("/proc").expect("Linux tells").flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        if let Some(parent) = stat(id).and_then(|stat| stat.get(1)?.parse::<i32>().ok()) {
            parents.insert(id, parent);
        }
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        if line.windows(mark.len()).any(|bytes| bytes == mark) {
            family.insert(id);
        }
    }
    loop {
        let found: Vec<i32> = parents
            .iter()
            .filter(|(id, parent)| family.contains(parent) && !family.contains(id))
            .map(|(id, _)| *id)
            .collect();
        if found.is_empty() {
            return family.into_iter().collect();
        }
        family.extend(found);
    }
}

/// What each of these costs; those that have ended are left out.
pub fn costs(processes: &[i32]) -> Vec<Cost> {
    let cost = |id: &i32| {
        let name = std::fs::read_to_string(format!("/proc/{id}/comm")).ok()?.trim().to_owned();
        let memory = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let pss = memory.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        let pss: u64 = pss.trim().trim_end_matches(" kB").parse().ok()?;
        let stat = stat(*id)?;
        let ticks = stat.get(11)?.parse::<u32>().ok()? + stat.get(12)?.parse::<u32>().ok()?;
        Some(Cost { name, pss: pss * 1024, busy: f64::from(ticks) / TICKS_A_SECOND })
    };
    processes.iter().filter_map(cost).collect()
}

/// `USER_HZ`, which is 100 on every architecture that Linux runs on today.
const TICKS_A_SECOND: f64 = 100.0;

/// The fields of `/proc/ID/stat` after the name.
fn stat(id: i32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}
