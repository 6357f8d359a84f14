//! The chat core's things as E-Magine shows them. Ids are numbers in texts; 0 is nobody.

use hearth_dialects::emagine::ServerFrame;
use hearth_dialects::emagine::rest::{Channel, ChannelKind, Message, Profile};
use serde_json::{Map, Value};

use crate::accounts::Account;
use crate::chat::{self, ChatEvent, Extra};

/// Members of a message that have a place of their own.
pub const OF_MESSAGES: [&str; 5] = ["id", "channel_id", "author", "content", Message::AUTHOR_NAME];
/// Members of a channel that have a place of their own.
pub const OF_CHANNELS: [&str; 6] = ["id", "title", "description", "topic", "author", "members"];

/// When something was posted.
const TIMESTAMP: &str = "timestamp";

/// What was posted besides, and the kind out of it.
fn posted(extra: Option<&Extra>, taken: &[&str]) -> (Option<Value>, Map<String, Value>) {
    let mut members = extra.map(|extra| extra.members().clone()).unwrap_or_default();
    members.retain(|name, _| !taken.contains(&name.as_str()));
    (members.remove("type"), members)
}

/// An account, to everybody alike.
pub fn profile(account: &Account) -> Profile {
    Profile {
        id: account.number.to_string(),
        username: account.username.clone(),
        display_name: Some(account.display_name.clone().unwrap_or_else(|| account.username.clone())),
        avatar: account.avatar_url.clone(),
        description: Some(account.bio.clone().unwrap_or_default()),
        ..Profile::default()
    }
}

/// A channel. One of another dialect is a question, and has the time at which it was made.
pub fn channel(channel: &chat::Channel, community: &chat::Community, owner: u64) -> Channel {
    let (kind, mut extra) = posted(channel.extra.as_ref(), &OF_CHANNELS);
    extra.entry(TIMESTAMP).or_insert_with(|| channel.created_ms.into());
    Channel {
        id: channel.number.to_string(),
        kind: kind.unwrap_or_else(|| ChannelKind::default().number().into()),
        title: channel.name.clone(),
        description: community.description.clone().unwrap_or_default(),
        topic: channel.topic.clone().unwrap_or_default(),
        author: owner.to_string(),
        members: None,
        extra,
    }
}

/// What a channel is for.
pub fn kind(channel: &chat::Channel) -> ChannelKind {
    let posted = channel.extra.as_ref().and_then(|extra| extra.members().get("type"));
    posted.and_then(ChannelKind::of).unwrap_or_default()
}

/// A message, with everything that it was posted with (EMG-R3). One of another dialect is a text, and has the time at
/// which it was said.
pub fn message(message: &chat::Message) -> Message {
    let (kind, mut extra) = posted(message.extra.as_ref(), &OF_MESSAGES);
    if kind.is_none() {
        extra.entry(TIMESTAMP).or_insert_with(|| message.created_ms.into());
    }
    extra.insert(Message::AUTHOR_NAME.into(), message.author.name().into());
    Message {
        id: message.number.to_string(),
        channel_id: message.channel_number.to_string(),
        author: message.author.number().to_string(),
        kind: kind.unwrap_or_else(|| 0.into()),
        content: message.content.clone(),
        extra,
    }
}

/// Ready (EMG-05).
pub fn ready(user: u64) -> String {
    ServerFrame::Ready { user: user.to_string() }.text()
}

/// An event of the chat core as a frame; `None`: E-Magine has no word for it.
pub fn event(event: &ChatEvent) -> Option<String> {
    match event {
        ChatEvent::MessageCreated { message, .. } => {
            Some(ServerFrame::Message(Box::new(self::message(message))).text())
        }
        _ => None,
    }
}
