//! What we said and was answered before the event of it came. The answer takes another way than events, and may overtake
//! what others said before: so it is the event that tells our message, in its place among the others. Where none comes,
//! the message is told a little later.

use std::time::{Duration, Instant};

use super::Message;

/// The event comes within this time, or not at all.
const WITHIN: Duration = Duration::from_millis(1000);

/// Messages of ours whose event is waited for, in the order in which they were said.
#[derive(Debug, Default)]
pub(crate) struct Overtaking(Vec<(Message, Instant)>);

impl Overtaking {
    pub fn add(&mut self, now: Instant, message: Message) {
        self.0.push((message, now + WITHIN));
    }

    /// It is told, or gone.
    pub fn forget(&mut self, id: &str) {
        self.0.retain(|(message, _)| message.id != id);
    }

    /// Those whose event does not come; all without `now`.
    pub fn take_expired(&mut self, now: Option<Instant>) -> Vec<Message> {
        let is_over = |(_, until): &mut (Message, Instant)| now.is_none_or(|now| *until <= now);
        self.0.extract_if(.., is_over).map(|(message, _)| message).collect()
    }

    pub fn due(&self) -> Option<Instant> {
        self.0.first().map(|(_, until)| *until)
    }
}
