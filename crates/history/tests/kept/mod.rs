//! What the tests keep, and where.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::PathBuf;

use hearth_history::*;

/// 2026-11-21T17:04:05Z.
pub const NOW: i64 = 1_795_280_645_000;
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

/// A directory with a history in it.
pub struct Place {
    pub directory: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub fn file(&self) -> PathBuf {
        self.directory.path().join("history.sqlite")
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.file()).await.unwrap()
    }

    /// Everything in the directory, as bytes.
    pub fn holds(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.directory.path()).unwrap();
        files.into_iter().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }
}

pub fn utc() -> Calendar {
    Calendar::fixed(0)
}

pub fn device(key: &str) -> Device {
    Device { key: key.into(), name: "Ember".into(), model: "Peak Pro".into() }
}

pub fn seen(at_ms: i64) -> DabWrite {
    DabWrite {
        device: device("ember"),
        began_ms: at_ms - 22_000,
        at_ms,
        sesh: None,
        profile: Profile { slot: Some(1), name: Some("Low".into()) },
        target_celsius: Some(283.1),
        peak_celsius: Some(286.4),
        time_to_temp_ms: Some(22_000),
        held_ms: Some(45_000),
        boosts: 0,
        ending: Ending::Completed,
    }
}

pub fn logged(index: u32, at_ms: i64) -> LogDab {
    LogDab {
        index,
        stamp: u32::try_from(at_ms / 1_000).unwrap(),
        at_ms: at_ms / 1_000 * 1_000,
        profile: Profile { slot: Some(1), name: None },
        target_celsius: Some(283.0),
        peak_celsius: Some(288.8),
        time_to_temp_ms: Some(21_640),
        held_ms: Some(44_900),
        boosts: 1,
        ending: Ending::Completed,
    }
}

pub fn reading(dabs: Vec<LogDab>) -> LogReading {
    LogReading { now_ms: NOW, clock_ahead_ms: Some(0), dabs }
}

pub async fn dabs(store: &Store) -> Vec<Dab> {
    store.dabs(Range::All, &utc(), NOW, Page::first(1_000)).await.unwrap()
}

pub async fn seshes(store: &Store) -> Vec<SeshRow> {
    store.seshes(Range::All, &utc(), NOW, Page::first(1_000)).await.unwrap().seshes
}

/// A curve of so many samples, four a second, that heats up.
pub fn curve(samples: u32) -> Vec<Sample> {
    (0..samples)
        .map(|n| Sample { ms: n * 250, tenths: 250 + (n as i32 * 30).min(2_600) + n as i32 % 5 })
        .collect()
}

pub fn member(name: &str, samples: u32) -> Member {
    Member {
        name: name.into(),
        color: Some("#ff8a3d".into()),
        own: name == "Me",
        model: Some("Proxy".into()),
        target_celsius: Some(283.1),
        began_after_ms: Some(40),
        time_to_temp_ms: Some(21_500),
        peak_celsius: Some(286.4),
        excluded: false,
        curve: curve(samples),
    }
}

pub fn sesh(began_ms: i64, group: &str) -> SeshWrite {
    SeshWrite {
        key: SeshKey(began_ms),
        gateway: "puff.social".into(),
        group: group.into(),
        number: Some(15),
        began_ms,
        known_ms: began_ms + 90_000,
        ended: true,
        skew_ms: Some(84),
        members: vec![member("Me", 200), member("Mika", 180)],
    }
}

pub fn line(sesh: i64, n: u32, kind: LineKind, text: &str) -> Write {
    let line = Line {
        at_ms: sesh + i64::from(n) * 1_000,
        kind,
        name: Some("Mika".into()),
        color: None,
        own: false,
        text: text.into(),
    };
    Write::Line(LineWrite { sesh: SeshKey(sesh), n, line })
}

pub fn group(code: &str, last_ms: i64) -> RecentGroup {
    RecentGroup { gateway_url: "wss://puff.social".into(), code: code.into(), name: "Friday".into(), last_ms }
}
