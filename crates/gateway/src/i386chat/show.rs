//! The chat core's things as this dialect shows them.

use hearth_dialects::i386chat::{Event, MessageCreate, Number, Room, User};

use crate::accounts::{Account, Flag};
use crate::chat::{self, Author, Channel, ChatEvent, Community, Person, Status};

/// What separates the frames of one event: no JSON text as it is written here has a line end in it.
pub const SEPARATOR: char = '\n';

/// The member of a message that its author's client knows it by.
pub const NONCE: &str = "nonce";

/// Somebody.
pub fn user(person: &Person) -> User {
    User {
        id: person.number.into(),
        name: person.username.clone(),
        uuid: Some(person.account.to_string()),
        ..User::default()
    }
}

/// Somebody, and what is known of them besides.
pub fn account(account: &Account) -> User {
    User {
        admin: Some(account.flags.has(Flag::Admin)),
        bio: Some(account.bio.clone().unwrap_or_default()),
        ..user(&account.into())
    }
}

/// A channel as a room. One that is not alone in its community, or called otherwise, has both names.
pub fn room(community: &Community, channel: &Channel, creator: Option<&Account>) -> Room {
    let name = match community.name == channel.name {
        true => channel.name.clone(),
        false => format!("{} #{}", community.name, channel.name),
    };
    Room {
        id: channel.number.into(),
        name,
        description: channel.topic.clone().or_else(|| community.description.clone()),
        visibility: community.open,
        creator: creator.map(|creator| user(&creator.into())),
    }
}

/// What somebody said.
pub fn message(message: &chat::Message) -> MessageCreate {
    let nonce = message.extra.as_ref().and_then(|extra| extra.members().get(NONCE)).cloned();
    MessageCreate {
        user: match &message.author {
            Author::Account(person) => user(person),
            Author::Guest(name) => User { name: name.clone(), ..User::default() },
        },
        content: message.content.clone(),
        nonce: nonce.and_then(|nonce| serde_json::from_value::<Number>(nonce).ok()),
        message_id: Some(message.number.into()),
        ..MessageCreate::default()
    }
}

/// An event to everybody in the room whom it concerns: the tails of its frames, with [`SEPARATOR`] between them. `None`
/// when this dialect has no words for it.
pub fn event(event: &ChatEvent) -> Option<String> {
    let event = match event {
        ChatEvent::MessageCreated { message: said, .. } => Event::MessageCreate(message(said)),
        ChatEvent::MessageEdited { message: said, .. } => {
            // The nonce named it when it was new.
            Event::MessageCreate(MessageCreate { edited: true, nonce: None, ..message(said) })
        }
        ChatEvent::MessageDeleted { number, .. } => Event::MessageDelete { message_id: (*number).into() },
        ChatEvent::Typing { person, .. } => Event::StartTyping { user: user(person) },
        ChatEvent::Presence { person, presence, .. } if presence.status == Status::Offline => {
            Event::RoomUserRemove { user: user(person) }
        }
        ChatEvent::Presence { person, .. } | ChatEvent::Joined { person, .. } => {
            Event::RoomUserAdd { user: user(person) }
        }
        ChatEvent::Left { person, .. } => Event::RoomUserRemove { user: user(person) },
        // Of the end of a room each is told that they are out of it.
        ChatEvent::Welcome(_)
        | ChatEvent::Voice { .. }
        | ChatEvent::Signal { .. }
        | ChatEvent::Ended { .. } => return None,
    };
    Some(tails(event).join(&SEPARATOR.to_string()))
}

/// The tails of an event's frames.
pub fn tails(event: Event) -> Vec<String> {
    event.fitted().iter().map(Event::tail).collect()
}

#[cfg(test)]
mod tests {
    use hearth_dialects::i386chat::{ServerFrame, limits};
    use serde_json::{Map, json};
    use uuid::Uuid;

    use super::*;
    use crate::chat::{ChannelId, CommunityId, Extra, Message, MessageId, Presence};

    fn ada() -> Person {
        Person { account: Uuid::from_u128(7), number: 42, username: "ada".into() }
    }

    fn said(content: &str) -> Message {
        let extra: Map<_, _> = json!({ "nonce": 3, "title": "x" }).as_object().unwrap().clone();
        Message {
            id: MessageId::fresh(),
            number: 12,
            channel: ChannelId::fresh(),
            channel_number: 5,
            author: Author::Account(ada()),
            content: content.into(),
            reply_to: None,
            extra: Extra::of(extra).unwrap(),
            created_ms: 0,
            edited_ms: None,
        }
    }

    fn told(event: &ChatEvent) -> Vec<Event> {
        let tails = super::event(event).unwrap();
        let frame = |tail| match ServerFrame::parse(&ServerFrame::numbered(1, tail).unwrap()).unwrap() {
            ServerFrame::Execute { event, .. } => event,
            other => panic!("{other:?}"),
        };
        tails.split(SEPARATOR).map(frame).collect()
    }

    fn community() -> CommunityId {
        CommunityId::fresh()
    }

    /// I386-23 (I386-R14)
    #[test]
    fn a_message_has_its_author_its_number_and_the_nonce_of_its_client() {
        let created = told(&ChatEvent::MessageCreated { community: community(), message: said("hello") });
        let [Event::MessageCreate(message)] = &created[..] else { panic!("{created:?}") };
        let user = (message.user.id, message.user.name.as_str());
        assert_eq!((user, message.content.as_str()), ((Number::Whole(42), "ada"), "hello"));
        assert_eq!((message.message_id, message.nonce), (Some(Number::Whole(12)), Some(Number::Whole(3))));
        let edited = told(&ChatEvent::MessageEdited { community: community(), message: said("hello!") });
        let [Event::MessageCreate(message)] = &edited[..] else { panic!("{edited:?}") };
        assert!(message.edited && message.nonce.is_none() && message.message_id == Some(Number::Whole(12)));
    }

    /// I386-13, I386-23
    #[test]
    fn a_long_message_is_told_in_parts_and_lines_of_it_do_not_tear_them() {
        let content = "a line\n".repeat(1000);
        let parts = told(&ChatEvent::MessageCreated { community: community(), message: said(&content) });
        assert!(parts.len() > 1);
        let text = |event: &Event| match event {
            Event::MessageCreate(message) => message.content.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(parts.iter().map(text).collect::<String>(), content);
        assert!(content.len() > limits::FRAME_BYTES);
    }

    #[test]
    fn who_has_no_account_has_no_id() {
        let message = Message { author: Author::Guest("guest".into()), extra: None, ..said("hi") };
        let created = told(&ChatEvent::MessageCreated { community: community(), message });
        let [Event::MessageCreate(message)] = &created[..] else { panic!("{created:?}") };
        assert_eq!(message.user, User { name: "guest".into(), ..User::default() });
        assert_eq!(message.nonce, None);
    }

    /// I386-29, I386-30
    #[test]
    fn who_comes_and_who_goes_is_told() {
        let user = user(&ada());
        let presence = |status| {
            let presence = Presence { status, custom_status: None };
            told(&ChatEvent::Presence { person: ada(), presence, communities: [].into() })
        };
        let added = vec![Event::RoomUserAdd { user: user.clone() }];
        let removed = vec![Event::RoomUserRemove { user }];
        assert_eq!((presence(Status::Online), presence(Status::Dnd)), (added.clone(), added.clone()));
        assert_eq!(presence(Status::Offline), removed);
        let joined = ChatEvent::Joined { community: community(), person: ada(), status: Status::Online };
        assert_eq!(told(&joined), added);
        assert_eq!(told(&ChatEvent::Left { community: community(), person: ada() }), removed);
    }

    /// I386-24, I386-25
    #[test]
    fn what_is_deleted_and_who_types_is_told() {
        let (channel, id) = (ChannelId::fresh(), MessageId::fresh());
        let gone = ChatEvent::MessageDeleted { community: community(), channel, id, number: 9 };
        assert_eq!(told(&gone), [Event::MessageDelete { message_id: Number::Whole(9) }]);
        let typing = ChatEvent::Typing { community: community(), channel, person: ada() };
        assert_eq!(told(&typing), [Event::StartTyping { user: user(&ada()) }]);
    }
}
