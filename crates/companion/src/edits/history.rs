//! What the profiles of a device were before each saved change. Kept while the program runs and knows the
//! device, also without a link.

use std::collections::{BTreeMap, VecDeque};

use puffco::setting::{Setting, Slot};

/// So many changes of a slot can be taken back; the oldest goes first.
const DEEPEST: usize = 20;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    slots: BTreeMap<Slot, VecDeque<Vec<Setting>>>,
}

impl History {
    /// Remembers what a change replaced. Values that must not be written are left out, so that taking back
    /// never fails half-way.
    pub fn push(&mut self, slot: Slot, before: Vec<Setting>) {
        let before: Vec<_> = before.into_iter().filter(|setting| setting.check().is_ok()).collect();
        if before.is_empty() {
            return;
        }
        let stack = self.slots.entry(slot).or_default();
        stack.push_back(before);
        if stack.len() > DEEPEST {
            stack.pop_front();
        }
    }

    /// What the last change replaced; empty when there is none.
    #[must_use]
    pub fn last(&self, slot: Slot) -> &[Setting] {
        self.slots.get(&slot).and_then(VecDeque::back).map_or(&[], Vec::as_slice)
    }

    /// The last change was taken back.
    pub fn pop(&mut self, slot: Slot) {
        if let Some(stack) = self.slots.get_mut(&slot) {
            stack.pop_back();
        }
    }

    /// There is a change to take back.
    #[must_use]
    pub fn has(&self, slot: Slot) -> bool {
        !self.last(slot).is_empty()
    }

    /// Puts what happened before this history below it: the device was known under another id then.
    pub fn continue_from(&mut self, mut earlier: Self) {
        for (slot, stack) in std::mem::take(&mut self.slots) {
            for before in stack {
                earlier.push(slot, before);
            }
        }
        *self = earlier;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_the_newest_stay() {
        let slot = Slot::new(1).unwrap();
        let mut history = History::default();
        for seconds in 0..100_u8 {
            history.push(slot, vec![Setting::ProfileSeconds(slot, 15.0 + f32::from(seconds))]);
        }
        let mut depth = 0;
        assert_eq!(history.last(slot), [Setting::ProfileSeconds(slot, 114.0)]);
        while history.has(slot) {
            history.pop(slot);
            depth += 1;
        }
        assert_eq!(depth, DEEPEST);
    }

    #[test]
    fn a_value_that_must_not_be_written_is_not_remembered() {
        let slot = Slot::new(0).unwrap();
        let mut history = History::default();
        history.push(slot, vec![Setting::ProfileCelsius(slot, 0.0)]);
        assert!(!history.has(slot));
    }
}
