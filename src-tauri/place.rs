//! Where the window was, to be put there again: on a screen that is still there, wholly on it, and no larger.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A window that shows less than this of itself cannot be taken hold of.
const LEAST: (u32, u32) = (360, 300);

/// The place of the window, in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width of the content.
    pub width: u32,
    /// Height of the content.
    pub height: u32,
    /// It filled its screen.
    pub maximized: bool,
}

/// A screen, or the part of it that windows may cover; in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Place {
    /// The place of last time, where it can be read.
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Remembers it.
    pub fn write(self, path: &Path) {
        let written = serde_json::to_vec(&self).map_err(Into::into).and_then(|json| fs::write(path, json));
        if let Err(error) = written {
            tracing::warn!(%error, "the place of the window could not be remembered");
        }
    }

    /// This place on the screens that there are; `None` where it is on none of them, or there are none: then the
    /// system knows better.
    pub fn on(self, screens: &[Screen]) -> Option<Self> {
        let screen = screens.iter().max_by_key(|screen| self.shared(screen))?;
        if self.shared(screen) == 0 {
            return None;
        }
        let width = self.width.max(LEAST.0).min(screen.width);
        let height = self.height.max(LEAST.1).min(screen.height);
        Some(Self {
            x: within(self.x, width, screen.x, screen.width),
            y: within(self.y, height, screen.y, screen.height),
            width,
            height,
            maximized: self.maximized,
        })
    }

    /// How much of a screen it covers.
    fn shared(&self, screen: &Screen) -> u64 {
        let along = |at: i32, size: u32, from: i32, room: u32| {
            let (at, from) = (i64::from(at), i64::from(from));
            let end = (at + i64::from(size)).min(from + i64::from(room));
            u64::try_from(end - at.max(from)).unwrap_or_default()
        };
        along(self.x, self.width, screen.x, screen.width)
            * along(self.y, self.height, screen.y, screen.height)
    }
}

/// Moves an edge so that what is `size` long lies between `from` and `from + room`.
fn within(at: i32, size: u32, from: i32, room: u32) -> i32 {
    let last = from.saturating_add_unsigned(room.saturating_sub(size));
    at.clamp(from, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Screen = Screen { x: 0, y: 0, width: 1920, height: 1080 };
    const RIGHT: Screen = Screen { x: 1920, y: -200, width: 2560, height: 1440 };

    const fn place(x: i32, y: i32, width: u32, height: u32) -> Place {
        Place { x, y, width, height, maximized: false }
    }

    #[test]
    fn a_place_that_still_fits_stays() {
        for fits in [place(100, 100, 1120, 740), place(0, 0, 1920, 1080), place(2000, -200, 800, 600)] {
            assert_eq!(fits.on(&[LEFT, RIGHT]), Some(fits));
        }
    }

    #[test]
    fn a_window_that_hung_over_the_edge_is_brought_back() {
        assert_eq!(place(1900, 1000, 1120, 740).on(&[LEFT]), Some(place(800, 340, 1120, 740)));
        assert_eq!(place(-500, -300, 1120, 740).on(&[LEFT]), Some(place(0, 0, 1120, 740)));
        // It goes to the screen that has most of it.
        assert_eq!(place(1800, 0, 1120, 740).on(&[LEFT, RIGHT]), Some(place(1920, 0, 1120, 740)));
    }

    #[test]
    fn a_window_that_is_too_large_or_too_small_is_made_to_fit() {
        assert_eq!(place(10, 10, 4000, 3000).on(&[LEFT]), Some(place(0, 0, 1920, 1080)));
        assert_eq!(place(10, 10, 1, 1).on(&[LEFT]), Some(place(10, 10, 360, 300)));
    }

    #[test]
    fn a_screen_that_is_gone_leaves_the_place_to_the_system() {
        assert_eq!(place(2000, 100, 1120, 740).on(&[LEFT]), None);
        assert_eq!(place(100, 100, 1120, 740).on(&[]), None);
    }

    #[test]
    fn whatever_the_file_says_the_window_is_on_a_screen() {
        let wild = [i32::MIN, -1, 0, 500, i32::MAX];
        let sizes = [0, 1, 700, u32::MAX];
        for (x, y) in wild.iter().flat_map(|x| wild.map(|y| (*x, y))) {
            for (width, height) in sizes.iter().flat_map(|width| sizes.map(|height| (*width, height))) {
                if let Some(now) = place(x, y, width, height).on(&[LEFT, RIGHT]) {
                    let inside =
                        |screen: &Screen| now.shared(screen) == u64::from(now.width) * u64::from(now.height);
                    assert!(inside(&LEFT) || inside(&RIGHT), "{now:?}");
                }
            }
        }
    }

    #[test]
    fn a_place_outlives_the_program_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("window.json");
        assert_eq!(Place::read(&path), None);
        place(1, 2, 3, 4).write(&path);
        assert_eq!(Place::read(&path), Some(place(1, 2, 3, 4)));
        fs::write(&path, "{").expect("written");
        assert_eq!(Place::read(&path), None);
    }
}
