//! Watches: files that the device reports by itself (facts/puffco-ble.md §11). They lapse in practice, some
//! devices refuse them, and some report only changes: a file whose watch is silent for twice its interval is
//! polled.

use std::time::{Duration, Instant};

use super::timing::REWATCH;
use crate::attribute::Attribute;

/// A watch that lapses this often is not relied on any more.
const MAX_LAPSES: u8 = 3;
/// A watch that is silent this much longer than twice its interval is closed and opened again.
const SLACK: Duration = Duration::from_millis(600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Closed { not_before: Option<Instant> },
    Opened { handle: u16 },
    Live { handle: u16, last: Instant, doubted: bool },
    Refused,
}

#[derive(Debug)]
struct Watch {
    file: Attribute,
    interval_ms: u16,
    length: u16,
    stage: Stage,
    lapses: u8,
    last_sequence: Option<u16>,
}

impl Watch {
    fn doubted_at(&self, last: Instant) -> Instant {
        last + 2 * Duration::from_millis(u64::from(self.interval_ms))
    }

    fn silent_at(&self, last: Instant) -> Instant {
        self.doubted_at(last) + SLACK
    }
}

/// The next thing to do for a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WatchStep {
    Open(Attribute),
    Start { file: Attribute, handle: u16, interval_ms: u16, length: u16 },
    Close { file: Attribute, handle: u16 },
}

/// The watches of one link.
#[derive(Debug)]
pub(super) struct Watches {
    all: [Watch; 3],
}

impl Watches {
    pub(super) fn new() -> Self {
        let watch = |file, interval_ms, length| Watch {
            file,
            interval_ms,
            length,
            stage: Stage::Closed { not_before: None },
            lapses: 0,
            last_sequence: None,
        };
        Self {
            all: [
                watch(Attribute::Operating, 200, 1),
                watch(Attribute::Heater, 200, 4),
                watch(Attribute::Elapsed, 1000, 4),
            ],
        }
    }

    /// No events come on this link: everything is polled.
    pub(super) fn refuse_all(&mut self) {
        for watch in &mut self.all {
            watch.stage = Stage::Refused;
        }
    }

    /// Those that have just been silent for twice their interval: they are to be read.
    pub(super) fn doubt(&mut self, now: Instant) -> Vec<Attribute> {
        let mut silent = Vec::new();
        for watch in &mut self.all {
            let Stage::Live { handle, last, doubted: false } = watch.stage else { continue };
            if watch.doubted_at(last) <= now {
                watch.stage = Stage::Live { handle, last, doubted: true };
                silent.push(watch.file);
            }
        }
        silent
    }

    fn watch(&mut self, file: Attribute) -> Option<&mut Watch> {
        self.all.iter_mut().find(|watch| watch.file == file)
    }

    /// What to do now, if anything; `lively` watches are wanted only while somebody looks closely.
    pub(super) fn next(&mut self, now: Instant, lively: bool) -> Option<WatchStep> {
        for watch in &mut self.all {
            let wanted = lively || watch.file == Attribute::Operating;
            match watch.stage {
                Stage::Closed { not_before } if wanted && not_before.is_none_or(|at| at <= now) => {
                    return Some(WatchStep::Open(watch.file));
                }
                Stage::Opened { handle } => {
                    let Watch { file, interval_ms, length, .. } = *watch;
                    return Some(WatchStep::Start { file, handle, interval_ms, length });
                }
                Stage::Live { handle, .. } if !wanted => {
                    return Some(WatchStep::Close { file: watch.file, handle });
                }
                Stage::Live { handle, last, .. }
                    if watch.lapses < MAX_LAPSES && watch.silent_at(last) <= now =>
                {
                    watch.lapses += 1;
                    if watch.lapses < MAX_LAPSES {
                        return Some(WatchStep::Close { file: watch.file, handle });
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// OPEN gave a handle, or nothing usable.
    pub(super) fn opened(&mut self, file: Attribute, handle: Option<u16>) {
        if let Some(watch) = self.watch(file) {
            watch.stage = handle.map_or(Stage::Refused, |handle| Stage::Opened { handle });
        }
    }

    /// WATCH was answered.
    pub(super) fn started(&mut self, now: Instant, file: Attribute, ok: bool) {
        if let Some(watch) = self.watch(file) {
            watch.stage = match watch.stage {
                // Not relied on before its first event.
                Stage::Opened { handle } if ok => Stage::Live { handle, last: now, doubted: true },
                // The first events may come before the answer.
                live @ Stage::Live { .. } if ok => live,
                _ => Stage::Refused,
            };
        }
    }

    /// The watch is gone: closed, or it is not known what became of it.
    pub(super) fn closed(&mut self, now: Instant, file: Attribute) {
        if let Some(watch) = self.watch(file) {
            watch.stage = Stage::Closed { not_before: Some(now + REWATCH) };
        }
    }

    /// An event came. Gives its file, the longest data that was asked for, and whether it is news: the same
    /// event may come twice. `None` for one of no watch of ours.
    pub(super) fn event(
        &mut self,
        now: Instant,
        sequence: u16,
        handle: u16,
    ) -> Option<(Attribute, usize, bool)> {
        let watch = self.all.iter_mut().find(|watch| match watch.stage {
            Stage::Opened { handle: known } | Stage::Live { handle: known, .. } => known == handle,
            _ => false,
        })?;
        watch.stage = Stage::Live { handle, last: now, doubted: false };
        let news = watch.last_sequence.replace(sequence) != Some(sequence);
        Some((watch.file, usize::from(watch.length), news))
    }

    /// Whether a file needs no polling because its watch is alive.
    pub(super) fn covers(&self, file: Attribute) -> bool {
        self.all.iter().any(|watch| {
            let live = matches!(watch.stage, Stage::Live { doubted: false, .. });
            watch.file == file && watch.lapses < MAX_LAPSES && live
        })
    }

    /// When [`Self::doubt`] has something to tell.
    pub(super) fn doubt_timeout(&self) -> Option<Instant> {
        let due = self.all.iter().filter_map(|watch| match watch.stage {
            Stage::Live { last, doubted: false, .. } => Some(watch.doubted_at(last)),
            _ => None,
        });
        due.min()
    }

    /// When [`Self::next`] may have something to do.
    pub(super) fn poll_timeout(&self, lively: bool) -> Option<Instant> {
        let due = self.all.iter().filter_map(|watch| match watch.stage {
            Stage::Closed { not_before } if lively || watch.file == Attribute::Operating => not_before,
            Stage::Live { last, .. } if watch.lapses < MAX_LAPSES => Some(watch.silent_at(last)),
            _ => None,
        });
        due.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn now() -> Instant {
        Instant::now()
    }

    fn live(watches: &mut Watches, now: Instant, handle: u16) {
        assert_eq!(watches.next(now, false), Some(WatchStep::Open(Attribute::Operating)));
        watches.opened(Attribute::Operating, Some(handle));
        let start = WatchStep::Start { file: Attribute::Operating, handle, interval_ms: 200, length: 1 };
        assert_eq!(watches.next(now, false), Some(start));
        watches.started(now, Attribute::Operating, true);
        assert!(!watches.covers(Attribute::Operating), "before its first event");
        assert!(watches.event(now, 0, handle).is_some());
    }

    #[test]
    fn a_silent_watch_is_closed_and_opened_again() {
        let (mut watches, now) = (Watches::new(), now());
        live(&mut watches, now, 7);
        assert!(watches.covers(Attribute::Operating));
        let doubted = now + Duration::from_millis(400);
        assert_eq!(watches.doubt_timeout(), Some(doubted));
        assert_eq!(watches.doubt(doubted), [Attribute::Operating]);
        assert!(!watches.covers(Attribute::Operating), "it is read meanwhile");
        assert_eq!((watches.doubt(doubted), watches.next(doubted, false)), (Vec::new(), None));
        let silent = doubted + SLACK;
        assert_eq!(watches.poll_timeout(false), Some(silent));
        let close = WatchStep::Close { file: Attribute::Operating, handle: 7 };
        assert_eq!(watches.next(silent, false), Some(close));
        watches.closed(silent, Attribute::Operating);
        assert!(!watches.covers(Attribute::Operating));
        assert_eq!(watches.next(silent, false), None);
        live(&mut watches, silent + REWATCH, 8);
    }

    #[test]
    fn a_watch_that_keeps_lapsing_stays_but_is_not_relied_on() {
        let (mut watches, mut now) = (Watches::new(), now());
        for round in 1..=2 {
            live(&mut watches, now, round);
            now += Duration::from_secs(2);
            assert!(matches!(watches.next(now, false), Some(WatchStep::Close { .. })));
            watches.closed(now, Attribute::Operating);
            now += REWATCH;
        }
        live(&mut watches, now, 3);
        now += Duration::from_secs(2);
        assert_eq!(watches.next(now, false), None);
        assert!(!watches.covers(Attribute::Operating));
        assert_eq!(watches.event(now, 1, 3), Some((Attribute::Operating, 1, true)));
        assert_eq!(watches.doubt(now + Duration::from_secs(1)).len(), 1);
        assert_eq!(watches.poll_timeout(false), None);
    }

    #[test]
    fn an_event_that_comes_twice_is_news_once() {
        let (mut watches, now) = (Watches::new(), now());
        live(&mut watches, now, 7);
        assert_eq!(watches.event(now, 40, 7), Some((Attribute::Operating, 1, true)));
        assert_eq!(watches.event(now, 40, 7), Some((Attribute::Operating, 1, false)));
        assert_eq!(watches.event(now, 41, 9), None);
    }

    #[test]
    fn temperatures_are_watched_only_while_somebody_looks() {
        let (mut watches, now) = (Watches::new(), now());
        live(&mut watches, now, 1);
        assert_eq!(watches.next(now, false), None);
        assert_eq!(watches.next(now, true), Some(WatchStep::Open(Attribute::Heater)));
        watches.opened(Attribute::Heater, Some(2));
        assert!(matches!(watches.next(now, true), Some(WatchStep::Start { .. })));
        watches.started(now, Attribute::Heater, true);
        assert_eq!(watches.next(now, false), Some(WatchStep::Close { file: Attribute::Heater, handle: 2 }));
    }

    #[test]
    fn a_refused_watch_is_not_asked_for_again() {
        let (mut watches, now) = (Watches::new(), now());
        assert!(watches.next(now, false).is_some());
        watches.opened(Attribute::Operating, None);
        assert_eq!(watches.next(now, false), None);
        assert!(!watches.covers(Attribute::Operating));
    }
}
