//! How what an E-Magine server writes is told.

use hearth_dialects::emagine::rest;

use crate::chat::{Channel, Message, Server, time};

/// Ids of the real server begin with the milliseconds since the year 2000, 23 bits up (facts §4.3); those of ours stay
/// below.
const SMALLEST_FLAKE: u64 = 1 << 53;
const FLAKE_BITS: u32 = 23;
const YEAR_2000_MS: u64 = 946_684_800_000;

/// A channel as a community.
pub(super) fn server(channel: &rest::Channel) -> Server {
    let about = Some(channel.description.clone()).filter(|text| !text.is_empty());
    Server {
        id: channel.id.clone(),
        name: channel.title.clone(),
        description: about,
        owner: Some(channel.author.clone()).filter(|id| is_somebody(id)),
        member_count: channel
            .members
            .as_ref()
            .map(|members| u32::try_from(members.len()).unwrap_or(u32::MAX)),
        ..Server::default()
    }
}

/// The one channel of that community.
pub(super) fn channel(channel: &rest::Channel) -> Channel {
    Channel {
        id: channel.id.clone(),
        server: channel.id.clone(),
        name: channel.title.clone(),
        topic: Some(channel.topic.clone()).filter(|text| !text.is_empty()),
        ..Channel::default()
    }
}

/// A message; `heard_ms`: when it was heard, for those that do not say when they were said.
pub(super) fn message(message: rest::Message, heard_ms: Option<u64>) -> Message {
    let flake = message.id.parse::<u64>().ok().filter(|id| *id >= SMALLEST_FLAKE);
    let made_ms = flake.map(|id| YEAR_2000_MS + (id >> FLAKE_BITS));
    let created_at = [message.timestamp(), made_ms, heard_ms].into_iter().flatten().find_map(time);
    let author_name = message.author_name().filter(|name| !name.is_empty()).map(str::to_owned);
    let rest::Message { id, channel_id: channel, author, content, .. } = message;
    let author = Some(author).filter(|id| is_somebody(id));
    let created_at = created_at.unwrap_or_default();
    Message { id, channel, author, author_name, content, created_at, ..Message::default() }
}

/// Guests of a sesh, and who is gone, are 0 or nothing.
fn is_somebody(id: &str) -> bool {
    !matches!(id, "" | "0")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(value: serde_json::Value, heard_ms: Option<u64>) -> Message {
        message(serde_json::from_value(value).unwrap(), heard_ms)
    }

    /// EMG-07 (EMG-R3)
    #[test]
    fn emg_07_a_message_was_said_when_it_says_or_its_id_does_or_when_it_was_heard() {
        let said = json!({"id": "7", "channel_id": "9", "author": "5", "content": "x", "timestamp": 1_579_276_740_336_u64});
        assert_eq!(shown(said, Some(1)).created_at, "2020-01-17T15:59:00.336Z");
        let id = (((1_579_276_740_336 - YEAR_2000_MS) << FLAKE_BITS) + 5).to_string();
        assert_eq!(shown(json!({"id": id, "content": "x"}), Some(1)).created_at, "2020-01-17T15:59:00.336Z");
        assert_eq!(shown(json!({"id": "7", "content": "x"}), Some(1000)).created_at, "1970-01-01T00:00:01Z");
        assert_eq!(shown(json!({"id": "7", "timestamp": u64::MAX}), None).created_at, "");
    }

    #[test]
    fn nobody_is_no_author() {
        let author = |author: &str| shown(json!({"id": "7", "author": author}), None).author;
        assert_eq!([author("0"), author(""), author("5")], [None, None, Some("5".into())]);
    }
}
