//! Which versions of the protocol go together.

use semver::Version;

/// What our server says in its hello, and our client in its identification.
pub const VERSION: &str = "0.2.0";

/// Whether a server of [`VERSION`] takes a client of this version: 0.2.x, no pre-releases. What is no semantic
/// version is not compatible (CON-R6).
#[must_use]
pub fn is_compatible(version: &str) -> bool {
    Version::parse(version)
        .is_ok_and(|version| (version.major, version.minor) == (0, 2) && version.pre.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CON-10, CON-R6
    #[test]
    fn con_10_only_0_2_is_compatible() {
        for good in [VERSION, "0.2.7", "0.2.0+build.5"] {
            assert!(is_compatible(good), "{good}");
        }
        for bad in [
            "",
            "abc",
            "0.2",
            "0.2.0.1",
            "0.2.0-alpha",
            "0.1.9",
            "0.3.0",
            "1.0.0",
            "v0.2.0",
            " 0.2.0",
            "00.2.0",
        ] {
            assert!(!is_compatible(bad), "{bad}");
        }
        assert!(!is_compatible(&"9".repeat(100_000)));
    }
}
