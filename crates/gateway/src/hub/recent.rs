//! The chat of the last moments, so that a session that was cut off can be told what it missed, and can see which
//! of its own messages arrived. It is memory of the process only: nobody's chat is stored.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_dialects::puff::{Message, MessageContent, SessionId};

use super::Hub;
use super::group::GroupKey;
use super::session::SessionKey;

/// A message is kept for the grace time, and for the time until a lost connection is noticed.
const NOTICED_WITHIN: Duration = Duration::from_secs(30);

/// How many messages of a group are kept, and how many bytes of text: they go out in one frame.
const KEPT: usize = 256;
const KEPT_BYTES: usize = 64 * 1024;

/// A message and who was told it.
#[derive(Debug)]
struct Kept {
    at: Instant,
    to: Vec<SessionKey>,
    message: Message,
}

/// The last messages of one group.
#[derive(Debug, Default)]
struct Chat {
    messages: VecDeque<Kept>,
    /// Of their texts.
    bytes: usize,
    last_timestamp: u64,
    /// Messages from before this instant may be missing; `None`: none are.
    whole_from: Option<Instant>,
}

/// The last messages of all groups that talk.
#[derive(Debug)]
pub(super) struct Recent {
    chats: BTreeMap<GroupKey, Chat>,
    kept_for: Duration,
}

impl Recent {
    /// Of a hub that keeps lost sessions for this long.
    pub fn new(grace: Duration) -> Self {
        Self { chats: BTreeMap::new(), kept_for: grace + NOTICED_WITHIN }
    }

    /// A group was created just now: nothing was said in it yet.
    pub fn created(&mut self, group: GroupKey) {
        self.chats.insert(group, Chat::default());
    }

    /// A group is gone.
    pub fn forget(&mut self, group: GroupKey) {
        self.chats.remove(&group);
    }

    /// The time of the next message of a group: the clock's, but no two messages of a group have the same.
    fn timestamp(&mut self, now: Now, group: GroupKey) -> u64 {
        let chat = self.chat(now, group);
        chat.last_timestamp = now.unix_ms.max(chat.last_timestamp.saturating_add(1));
        chat.last_timestamp
    }

    fn keep(&mut self, now: Now, group: GroupKey, to: Vec<SessionKey>, message: Message) {
        let kept_for = self.kept_for;
        let chat = self.chat(now, group);
        while let Some(oldest) = chat.messages.front() {
            if chat.messages.len() < KEPT && chat.bytes <= KEPT_BYTES && oldest.at + kept_for > now.instant {
                break;
            }
            // One that is dropped while it is young leaves a gap.
            let young = oldest.at + kept_for > now.instant;
            let at = oldest.at;
            chat.bytes -= oldest.message.message.content.len();
            chat.messages.pop_front();
            if young {
                chat.whole_from = Some(at + Duration::from_nanos(1));
            }
        }
        chat.bytes += message.message.content.len();
        chat.messages.push_back(Kept { at: now.instant, to, message });
    }

    /// A group that is known from before the process has a chat that is not.
    fn chat(&mut self, now: Now, group: GroupKey) -> &mut Chat {
        let unknown = || Chat { whole_from: Some(now.instant), ..Chat::default() };
        self.chats.entry(group).or_insert_with(unknown)
    }

    /// What one member was told lately; `None` when some of it is not known any more.
    pub fn told(&self, now: Now, group: GroupKey, who: SessionKey) -> Option<Vec<Message>> {
        let chat = self.chats.get(&group)?;
        if chat.whole_from.is_some_and(|from| from + self.kept_for > now.instant) {
            return None;
        }
        let of_member = chat.messages.iter().filter(|kept| kept.to.contains(&who));
        Some(of_member.map(|kept| kept.message.clone()).collect())
    }
}

impl Hub {
    /// What somebody says, as the group is told it.
    pub(super) fn said(
        &mut self,
        now: Now,
        group: GroupKey,
        author_session_id: SessionId,
        content: String,
    ) -> Message {
        let timestamp = self.recent.timestamp(now, group);
        let message = Message {
            group_id: self.code_of(group),
            author_session_id,
            author_name: None,
            message: MessageContent { content, timestamp },
        };
        let to = self.groups.get(&group).map(|group| group.members.clone()).unwrap_or_default();
        self.recent.keep(now, group, to, message.clone());
        message
    }
}
