//! What came for this person on a gateway: said to their name or to all, or sent to one of their services without being a
//! command. Strangers decide what that is: it is data, shortened, and of the last messages only.

use std::collections::VecDeque;

use hearth_clock::Now;

use super::heard::Heard;
use crate::contract::{DirectMessage, DirectTarget};
use crate::telemetry;

/// Messages that are kept.
const MESSAGES: usize = 30;
/// So much of a message is kept, characters.
const TEXT: usize = 500;

/// What came, the newest first.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    messages: VecDeque<DirectMessage>,
    number: u32,
}

impl Inbox {
    /// Takes a message.
    pub fn take(&mut self, now: Now, to: DirectTarget, heard: &Heard) {
        self.number = self.number.wrapping_add(heard.count);
        self.messages.push_front(DirectMessage {
            number: self.number,
            at: now.unix_ms as f64,
            from: telemetry::name(&heard.from),
            uuid: heard.uuid.clone(),
            to,
            text: heard.text.chars().take(TEXT).collect(),
            bytes: u32::try_from(heard.bytes).unwrap_or(u32::MAX),
        });
        self.messages.truncate(MESSAGES);
    }

    /// As faces see it.
    pub fn view(&self) -> Vec<DirectMessage> {
        self.messages.iter().cloned().collect()
    }
}
