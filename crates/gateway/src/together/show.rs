//! The chat core's things as Together shows them.

use hearth_dialects::together::rest::{Channel, Member, Message, Server, User, VoiceState};
use hearth_dialects::together::{
    Event, MessageGone, Ready, ServerFrame, Signal, SignalFrom, Typing, UserPresence, VoiceUpdate,
};
use uuid::Uuid;

use crate::accounts::{Account, iso8601};
use crate::chat::{self, ChatEvent, Presence, Welcome};

/// An account to its owner.
pub fn user(account: &Account, presence: &Presence) -> User {
    User {
        id: account.id.to_string(),
        username: account.username.clone(),
        email: account.email.clone(),
        avatar_url: account.avatar_url.clone(),
        status: presence.status.name().into(),
        custom_status: presence.custom_status.clone(),
        created_at: iso8601(account.created_ms),
    }
}

/// A community.
pub fn server(community: &chat::Community) -> Server {
    Server {
        id: community.id.to_string(),
        name: community.name.clone(),
        description: community.description.clone(),
        owner_id: community.owner.map(|owner| owner.to_string()),
        icon_url: community.icon_url.clone(),
        member_count: Some(community.member_count),
        sesh: community.sesh.clone(),
        created_at: iso8601(community.created_ms),
        updated_at: Some(iso8601(community.updated_ms)),
    }
}

/// A channel.
pub fn channel(channel: &chat::Channel) -> Channel {
    Channel {
        id: channel.id.to_string(),
        server_id: channel.community.to_string(),
        number: Some(channel.number),
        name: channel.name.clone(),
        kind: channel.kind.name().into(),
        position: channel.position,
        category: channel.category.clone(),
        topic: channel.topic.clone(),
        created_at: iso8601(channel.created_ms),
    }
}

/// A member.
pub fn member(member: &chat::Member) -> Member {
    Member {
        user_id: member.person.account.to_string(),
        username: member.person.username.clone(),
        avatar_url: member.avatar_url.clone(),
        status: member.presence.status.name().into(),
        custom_status: member.presence.custom_status.clone(),
        nickname: member.nickname.clone(),
        joined_at: iso8601(member.joined_ms),
    }
}

/// A message.
pub fn message(message: &chat::Message) -> Message {
    let edited = message.edited_ms.map(iso8601);
    Message {
        id: message.id.to_string(),
        channel_id: message.channel.to_string(),
        author_id: message.author.account().map(|account| account.to_string()),
        author_name: Some(message.author.name().to_owned()),
        content: message.content.clone(),
        reply_to: message.reply_to.map(|id| id.to_string()),
        updated_at: edited.clone(),
        edited_at: edited,
        deleted: false,
        created_at: iso8601(message.created_ms),
    }
}

/// Somebody in a voice room, or who has just left it: then everything is off (TOG-20, TOG-R13).
pub fn voice_state(state: &chat::VoiceState) -> VoiceState {
    VoiceState {
        user_id: state.person.account.to_string(),
        channel_id: state.channel.map(|channel| channel.to_string()),
        username: state.channel.map(|_| state.person.username.clone()),
        muted: Some(state.self_mute),
        deafened: Some(state.self_deaf),
        self_mute: Some(state.self_mute),
        self_deaf: Some(state.self_deaf),
        server_mute: Some(false),
        server_deaf: Some(false),
        joined_at: state.channel.map(|_| iso8601(state.joined_ms)),
    }
}

/// READY (TOG-12, TOG-13).
pub fn ready(account: &Account, Welcome { presence, communities, .. }: &Welcome) -> String {
    let servers = communities.iter().map(server).collect();
    ServerFrame::dispatch(Event::Ready(Ready { user: user(account, presence), servers })).text()
}

/// An event of the chat core as a frame; `None`: Together has no word for it, or each connection has its own.
pub fn event(event: &ChatEvent) -> Option<String> {
    let event = match event {
        ChatEvent::MessageCreated { message, .. } => Event::MessageCreate(self::message(message)),
        ChatEvent::MessageEdited { message, .. } => Event::MessageUpdate(self::message(message)),
        ChatEvent::MessageDeleted { channel, id, .. } => {
            Event::MessageDelete(MessageGone { id: id.to_string(), channel_id: channel.to_string() })
        }
        ChatEvent::Presence { person, presence, .. } => Event::Presence(UserPresence {
            user_id: person.account.to_string(),
            status: presence.status.name().into(),
            custom_status: presence.custom_status.clone(),
        }),
        ChatEvent::Typing { channel, person, .. } => Event::Typing(Typing {
            channel_id: channel.to_string(),
            user_id: person.account.to_string(),
            username: Some(person.username.clone()),
        }),
        ChatEvent::Voice { state, .. } => Event::VoiceState(VoiceUpdate(voice_state(state))),
        ChatEvent::Signal { from, signal } => signal_from(*from, signal.clone()),
        // The real server tells nobody (TOG-R23).
        ChatEvent::Welcome(_)
        | ChatEvent::Joined { .. }
        | ChatEvent::Left { .. }
        | ChatEvent::Ended { .. } => return None,
    };
    Some(ServerFrame::dispatch(event).text())
}

fn signal_from(from: Uuid, signal: serde_json::Value) -> Event {
    Event::Signal(SignalFrom { from_user_id: from.to_string(), signal: Signal::opaque(signal) })
}
