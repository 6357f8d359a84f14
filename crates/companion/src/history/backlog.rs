//! What is to be kept and is not on the disk yet, in order. A later state of the same thing takes the place of an
//! earlier one, so that a disk that is full for hours costs little memory. No I/O.

use std::collections::VecDeque;

use hearth_history::{Device, LogReading, Write};

/// More is not held; the oldest goes.
const MOST: usize = 5_000;
/// At most so many writes are given at once.
const BATCH: usize = 256;

/// Something to be kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// From the recorder.
    Write(Write),
    /// From a device's log.
    Log(Device, LogReading),
    /// A device has another key.
    Rename(String, String),
}

/// What to keep next.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// The first so many entries, all of them writes.
    Writes(Vec<Write>),
    /// The first entry.
    Log(Device, LogReading),
    /// The first entry.
    Rename(String, String),
}

/// The backlog.
#[derive(Debug, Default)]
pub struct Backlog {
    entries: VecDeque<Entry>,
}

impl Backlog {
    /// Adds something. Whether something else had to go for it.
    pub fn push(&mut self, entry: Entry) -> bool {
        let renamed = self.entries.iter().rposition(|known| matches!(known, Entry::Rename(..)));
        let known =
            self.entries.iter().skip(renamed.map_or(0, |at| at + 1)).rposition(|known| same(known, &entry));
        if let Some(at) = known {
            self.entries[renamed.map_or(0, |at| at + 1) + at] = entry;
            return false;
        }
        self.entries.push_back(entry);
        self.entries.len() > MOST && self.entries.pop_front().is_some()
    }

    /// What to keep next.
    pub fn next(&self) -> Option<Next> {
        let writes: Vec<Write> = self
            .entries
            .iter()
            .take(BATCH)
            .map_while(|entry| match entry {
                Entry::Write(write) => Some(write.clone()),
                Entry::Log(..) | Entry::Rename(..) => None,
            })
            .collect();
        match self.entries.front()? {
            Entry::Write(_) => Some(Next::Writes(writes)),
            Entry::Log(device, reading) => Some(Next::Log(device.clone(), reading.clone())),
            Entry::Rename(old, new) => Some(Next::Rename(old.clone(), new.clone())),
        }
    }

    /// The first so many are kept, or given up.
    pub fn done(&mut self, count: usize) {
        self.entries.drain(..count.min(self.entries.len()));
    }

    /// Nothing of it is to be kept.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

fn same(known: &Entry, new: &Entry) -> bool {
    match (known, new) {
        (Entry::Write(known), Entry::Write(new)) => match (known, new) {
            (Write::Sesh(known), Write::Sesh(new)) => known.key == new.key,
            (Write::Dab(known), Write::Dab(new)) => {
                (&known.device.key, known.began_ms) == (&new.device.key, new.began_ms)
            }
            (Write::Device { device: known, .. }, Write::Device { device: new, .. }) => known.key == new.key,
            (Write::RecentGroup(known), Write::RecentGroup(new)) => {
                (&known.gateway_url, &known.code) == (&new.gateway_url, &new.code)
            }
            _ => false,
        },
        (Entry::Log(known, _), Entry::Log(new, _)) => known.key == new.key,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use hearth_history::{Line, LineKind, LineWrite, RecentGroup, SeshKey, SeshWrite};

    use super::*;

    fn sesh(key: i64, known_ms: i64) -> Entry {
        Entry::Write(Write::Sesh(SeshWrite {
            key: SeshKey(key),
            gateway: "puff.social".into(),
            group: "Friday".into(),
            number: None,
            began_ms: key,
            known_ms,
            ended: false,
            skew_ms: None,
            members: Vec::new(),
        }))
    }

    fn line(n: u32) -> Entry {
        let line = Line {
            at_ms: 0,
            kind: LineKind::Message,
            name: None,
            color: None,
            own: false,
            text: "hi".into(),
        };
        Entry::Write(Write::Line(LineWrite { sesh: SeshKey(1), n, line }))
    }

    fn writes(entries: &[Entry]) -> Option<Next> {
        let write = |entry: &Entry| match entry {
            Entry::Write(write) => write.clone(),
            other => panic!("{other:?}"),
        };
        Some(Next::Writes(entries.iter().map(write).collect()))
    }

    #[test]
    fn a_later_state_takes_the_place_of_an_earlier_one() {
        let mut backlog = Backlog::default();
        for entry in [sesh(1, 10), line(0), sesh(2, 10), sesh(1, 20), line(1)] {
            backlog.push(entry);
        }
        assert_eq!(backlog.next(), writes(&[sesh(1, 20), line(0), sesh(2, 10), line(1)]));
    }

    #[test]
    fn nothing_is_moved_past_a_new_name_of_a_device() {
        let mut backlog = Backlog::default();
        backlog.push(sesh(1, 10));
        backlog.push(Entry::Rename("a".into(), "b".into()));
        backlog.push(sesh(1, 20));
        backlog.push(sesh(1, 30));
        assert_eq!(backlog.next(), writes(&[sesh(1, 10)]));
        backlog.done(1);
        assert_eq!(backlog.next(), Some(Next::Rename("a".into(), "b".into())));
        backlog.done(1);
        assert_eq!(backlog.next(), writes(&[sesh(1, 30)]));
    }

    #[test]
    fn it_is_bounded_and_the_oldest_goes() {
        let mut backlog = Backlog::default();
        let group = |n: usize| {
            Entry::Write(Write::RecentGroup(RecentGroup {
                gateway_url: "wss://puff.social".into(),
                code: n.to_string(),
                name: String::new(),
                last_ms: 0,
            }))
        };
        let gone = (0..MOST + 2).filter(|n| backlog.push(group(*n))).count();
        assert_eq!(gone, 2);
        assert_eq!(backlog.entries.front(), Some(&group(2)));
    }
}
