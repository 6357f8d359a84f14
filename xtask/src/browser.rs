//! The Chromium that tests look at pages with. Where there is none, what needs it is left out, and that is said.

use std::path::PathBuf;

use crate::report::Report;

/// Where systems have it.
const PLACES: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Where it is: `CHROMIUM`, or where systems have it.
pub fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named.into_iter().chain(PLACES.map(PathBuf::from)).find(|path| path.exists())
}

/// Whether there is one; where not, the report says what was left out.
pub fn is_there_for(report: &mut Report, what: &str) -> bool {
    let found = chromium().is_some();
    if !found {
        report.skipped(&format!("{what}: there is no Chromium (CHROMIUM may name one)"));
    }
    found
}

/// Whether this system has a package of it. Debian does; what Ubuntu calls so is a snap, which no container runs.
pub fn is_packaged() -> bool {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=debian")
}
