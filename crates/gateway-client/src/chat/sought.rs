//! What was said, and nobody knows whether it arrived: it is never said again, but looked for among what was said
//! there last.

use std::time::{Duration, Instant};

use super::seen::{Mark, Seen};
use super::{Failure, Message};

/// What could not be looked for within this time is not looked for any more.
const GIVE_UP: Duration = Duration::from_secs(120);

/// Something that is being said, or was.
#[derive(Debug)]
pub struct Saying {
    pub ticket: u64,
    pub channel: String,
    pub content: String,
    pub reply_to: Option<String>,
    /// When it was sent; `None` where nothing was read before, and older words of ours may be the same.
    pub(crate) sent: Option<Mark>,
    /// An event has told it, with this id.
    pub echo: Option<String>,
}

impl Saying {
    /// Whether a message of this session's user may be it.
    pub fn is(&self, message: &Message) -> bool {
        self.channel == message.channel
            && self.content == message.content
            && self.reply_to == message.reply_to
    }

    /// It, among the newest messages of its channel.
    pub(crate) fn find(
        &self,
        page: Vec<Message>,
        own: Option<&str>,
        seen: &Seen,
    ) -> Result<Message, Failure> {
        let Some(sent) = self.sent else { return Err(Failure::NoAnswer) };
        page.into_iter()
            .take_while(|message| !seen.was_before(&message.id, sent))
            .find(|message| message.author.as_deref() == own && self.is(message))
            .ok_or(Failure::NotArrived)
    }
}

/// Sayings that are to be looked for, when there is a connection.
#[derive(Debug, Default)]
pub(crate) struct Sought(Vec<(Saying, Instant)>);

impl Sought {
    pub fn add(&mut self, now: Instant, saying: Saying) {
        self.0.push((saying, now + GIVE_UP));
    }

    /// There is a connection again.
    pub fn take_all(&mut self) -> Vec<Saying> {
        std::mem::take(&mut self.0).into_iter().map(|(saying, _)| saying).collect()
    }

    /// Those that cannot be looked for any more; all without `now`.
    pub fn take_expired(&mut self, now: Option<Instant>) -> Vec<Saying> {
        let is_over = |(_, until): &mut (Saying, Instant)| now.is_none_or(|now| *until <= now);
        self.0.extract_if(.., is_over).map(|(saying, _)| saying).collect()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Saying> {
        self.0.iter_mut().map(|(saying, _)| saying)
    }

    pub fn due(&self) -> Option<Instant> {
        self.0.iter().map(|(_, until)| *until).min()
    }
}
