//! Any text, any member: nothing panics, what is written reads the same, and nothing is longer than it may be.

use hearth_dialects::i386chat::{
    ClientFrame, Command, Event, MessageCreate, Number, Room, ServerFrame, User, Whither, limits,
};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![any::<u64>().prop_map(Number::Whole), (-9_007_199_254_740_992_i64..0).prop_map(near)]
}

#[expect(clippy::cast_precision_loss, reason = "it is in the range")]
fn near(number: i64) -> Number {
    Number::Near(number as f64)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z \n\"\\\\\u{1}🔥é]{0,6000}"]
}

fn user() -> impl Strategy<Value = User> {
    let more =
        (proptest::option::of(text()), proptest::option::of(any::<bool>()), proptest::option::of(text()));
    (number(), text(), more).prop_map(|(id, name, (uuid, admin, bio))| User { id, name, uuid, admin, bio })
}

fn room() -> impl Strategy<Value = Room> {
    let about = (proptest::option::of(text()), any::<bool>(), proptest::option::of(user()));
    (number(), text(), about).prop_map(|(id, name, (description, visibility, creator))| Room {
        id,
        name,
        description,
        visibility,
        creator,
    })
}

fn event() -> impl Strategy<Value = Event> {
    let message = (user(), text(), proptest::option::of(number()), number(), any::<bool>());
    prop_oneof![
        message.prop_map(|(user, content, nonce, id, edited)| Event::MessageCreate(MessageCreate {
            user,
            content,
            nonce,
            message_id: Some(id),
            edited,
            ..MessageCreate::default()
        })),
        number().prop_map(|message_id| Event::MessageDelete { message_id }),
        user().prop_map(|user| Event::RoomUserAdd { user }),
        user().prop_map(|user| Event::SystemBanAdd { user }),
        room().prop_map(|room| Event::ChannelAdd { room }),
        text().prop_map(|content| Event::ServerMessage { content }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        (text(), proptest::option::of(number()))
            .prop_map(|(content, nonce)| Command::MessageCreate { content, nonce }),
        number().prop_map(|message_id| Command::MessageDelete { message_id }),
        (number(), proptest::option::of(text()))
            .prop_map(|(id, reason)| Command::SystemBanAdd { id, reason }),
        (text(), proptest::option::of(text()), any::<bool>()).prop_map(|(name, description, visibility)| {
            Command::ChannelAdd { name, description, visibility }
        }),
        number().prop_map(|id| Command::ChannelMove(Whither::Id(id))),
        text().prop_map(|name| Command::ChannelMove(Whither::Name(name))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// I386-08, I386-09
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = (ClientFrame::parse(&text), ServerFrame::parse(&text));
    }

    /// I386-13, I386-17
    #[test]
    fn a_command_reads_as_it_was_written_or_is_refused_for_its_length(command in command(), s in any::<u64>()) {
        let frame = command.numbered(s);
        match frame.text() {
            Ok(text) => {
                prop_assert!(text.len() <= limits::FRAME_BYTES);
                prop_assert_eq!(ClientFrame::parse(&text), Ok(frame));
            }
            Err(refused) => prop_assert!(refused.bytes > limits::FRAME_BYTES),
        }
    }

    /// I386-13
    #[test]
    fn every_event_fits_once_it_is_fitted(event in event()) {
        let said = match &event {
            Event::MessageCreate(message) => Some(message.content.clone()),
            Event::ServerMessage { content } => Some(content.clone()),
            _ => None,
        };
        let mut told = String::new();
        for event in event.fitted() {
            let text = ServerFrame::numbered(u64::MAX, &event.tail()).unwrap();
            prop_assert!(text.len() <= limits::FRAME_BYTES);
            let frame = ServerFrame::Execute { s: Some(Number::Whole(u64::MAX)), event: event.clone() };
            prop_assert_eq!(ServerFrame::parse(&text), Ok(frame));
            match event {
                Event::MessageCreate(message) => told.push_str(&message.content),
                Event::ServerMessage { content } => told.push_str(&content),
                _ => {}
            }
        }
        prop_assert_eq!(told, said.unwrap_or_default());
    }
}
