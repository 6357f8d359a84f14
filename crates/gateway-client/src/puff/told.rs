//! Which inquiry and which start the owner was told of, so that each is told once.

use hearth_dialects::puff::GroupState;

/// What was told in the present cycle of the group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    inquiry: bool,
    start: bool,
    /// The instant that the last start was for, when the gateway named one: it names the start itself.
    start_at: Option<u64>,
}

impl Told {
    /// The group's state changed.
    pub fn state_changed(&mut self, from: GroupState, to: GroupState) {
        if to != GroupState::Awaiting {
            self.inquiry = false;
        } else if from != GroupState::Awaiting {
            self.start = false;
        }
    }

    /// The session was resumed and what was missed will never be known. Gateways do not repeat themselves on a
    /// new socket, so what arrives now is new.
    pub fn resumed(&mut self) {
        self.inquiry = false;
        self.start = false;
    }

    /// Whether this inquiry is to be told.
    pub fn inquiry(&mut self) -> bool {
        !std::mem::replace(&mut self.inquiry, true)
    }

    /// Whether this start is to be told. A start is told once per cycle (from the state becoming awaiting until it
    /// does again), or once per instant where the gateway names one.
    pub fn start(&mut self, start_at: Option<u64>) -> bool {
        let told = std::mem::replace(&mut self.start, true);
        match start_at {
            Some(at) => match self.start_at.replace(at) {
                Some(known) => known != at,
                None => !told,
            },
            None => !told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use GroupState::{Awaiting, Chilling, Seshing};

    #[test]
    fn a_start_is_told_once_per_cycle() {
        let mut told = Told::default();
        told.state_changed(Chilling, Awaiting);
        assert!(told.inquiry());
        assert!(!told.inquiry());
        assert!(told.start(None));
        told.state_changed(Awaiting, Seshing);
        assert!(!told.start(None));
        told.state_changed(Seshing, Chilling);
        assert!(!told.start(None));
        told.state_changed(Chilling, Awaiting);
        assert!(told.inquiry());
        assert!(told.start(None));
    }

    #[test]
    fn a_start_with_the_same_instant_is_the_same_start_even_after_a_resume() {
        let mut told = Told::default();
        assert!(told.start(Some(7)));
        told.resumed();
        assert!(!told.start(Some(7)));
        told.resumed();
        assert!(told.start(Some(9)));
    }
}
