//! An address as a QR code: what a face needs to draw it.

use std::fmt::Write;

use qrcode::{Color, EcLevel};

/// Light modules around the code, without which readers do not find it.
const QUIET: usize = 4;

/// A QR code. Dark modules are to be drawn dark on light, in both themes: many readers know no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    /// Modules in a row, the quiet zone of four on each side included.
    pub size: u32,
    /// The dark modules as the `d` of an SVG path, in a view box of `0 0 size size`.
    pub path: String,
}

impl QrCode {
    /// The code of a text; `None` when it is too long for one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
                }
                x += run.len();
            }
        }
        Some(Self { size: u32::try_from(width + 2 * QUIET).ok()?, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules that a path fills.
    fn drawn(code: &QrCode) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; code.size as usize]; code.size as usize];
        for run in code.path.split_terminator('z') {
            let (at, length) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let (length, back) = length.split_once("v1h-").unwrap();
            assert_eq!(length, back);
            let length: usize = length.parse().unwrap();
            for module in &mut dark[y][x..x + length] {
                assert!(!std::mem::replace(module, true));
            }
        }
        dark
    }

    #[test]
    fn the_path_draws_the_code_within_its_quiet_zone() {
        let text = "ws://192.168.1.5:9420";
        let code = QrCode::of(text).unwrap();
        let dark = drawn(&code);
        let size = code.size as usize;
        let expected = qrcode::QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        for (y, row) in dark.iter().enumerate() {
            for (x, module) in row.iter().enumerate() {
                let inside = (QUIET..size - QUIET).contains(&x) && (QUIET..size - QUIET).contains(&y);
                let wanted = inside && expected[(x - QUIET, y - QUIET)] == Color::Dark;
                assert_eq!(*module, wanted, "{x} {y}");
            }
        }
    }

    #[test]
    fn the_longest_address_fits() {
        let longest = "ws://[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535";
        assert!(QrCode::of(longest).unwrap().size <= 45);
        assert_eq!(QrCode::of(&"x".repeat(10_000)), None);
    }
}
