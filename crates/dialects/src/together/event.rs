//! What a server sends.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::rest::{Message, Server, User, VoiceState};
use super::signal::Signal;

/// What a server sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    /// HEARTBEAT_ACK (TOG-06).
    HeartbeatAck,
    /// DISPATCH (TOG-04).
    Dispatch(Box<Event>),
}

/// An event; `t` names it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// READY, the first (TOG-10, TOG-12, TOG-13).
    Ready(Ready),
    /// MESSAGE_CREATE (TOG-14).
    MessageCreate(Message),
    /// MESSAGE_UPDATE (TOG-15).
    MessageUpdate(Message),
    /// MESSAGE_DELETE (TOG-16).
    MessageDelete(MessageGone),
    /// PRESENCE_UPDATE (TOG-17).
    Presence(UserPresence),
    /// VOICE_STATE_UPDATE (TOG-19, TOG-20).
    VoiceState(VoiceUpdate),
    /// VOICE_SIGNAL (TOG-21).
    Signal(SignalFrom),
    /// TYPING_START, of later servers and of ours.
    Typing(Typing),
    /// One that nobody here knows; its name.
    Other(String),
}

/// READY.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Who this is.
    pub user: User,
    /// Where they are a member, in the order of creation.
    #[serde(default)]
    pub servers: Vec<Server>,
}

impl Ready {
    /// The server sends members that the document does not have, and lacks some that it has (TOG-R16): it knows
    /// `away` in place of `idle`.
    #[must_use]
    pub fn says_away(text: &str) -> bool {
        let d = serde_json::from_str::<Value>(text)
            .ok()
            .and_then(|mut frame| frame.get_mut("d").map(Value::take));
        let Some(d) = d else { return false };
        let has = |place: &Value, member: &str| place.get(member).is_some();
        let counts =
            d["servers"].as_array().is_some_and(|servers| servers.iter().any(|s| has(s, "member_count")));
        has(&d["user"], "custom_status") && !counts && !has(&d, "hearth")
    }
}

/// MESSAGE_DELETE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageGone {
    /// UUID.
    pub id: String,
    /// UUID.
    pub channel_id: String,
}

/// PRESENCE_UPDATE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPresence {
    /// UUID.
    pub user_id: String,
    /// online, idle (or away), dnd, offline (TOG-18).
    pub status: String,
    /// What they say of themselves (TOG-R7).
    #[serde(default)]
    pub custom_status: Option<String>,
}

/// VOICE_STATE_UPDATE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceUpdate(pub VoiceState);

/// VOICE_SIGNAL.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalFrom {
    /// UUID.
    pub from_user_id: String,
    /// What.
    pub signal: Signal,
}

/// TYPING_START.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// UUID.
    pub channel_id: String,
    /// UUID.
    pub user_id: String,
    /// Name.
    #[serde(default)]
    pub username: Option<String>,
}

impl Event {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Ready(_) => "READY",
            Self::MessageCreate(_) => "MESSAGE_CREATE",
            Self::MessageUpdate(_) => "MESSAGE_UPDATE",
            Self::MessageDelete(_) => "MESSAGE_DELETE",
            Self::Presence(_) => "PRESENCE_UPDATE",
            Self::VoiceState(_) => "VOICE_STATE_UPDATE",
            Self::Signal(_) => "VOICE_SIGNAL",
            Self::Typing(_) => "TYPING_START",
            Self::Other(name) => name,
        }
    }

    fn d(&self) -> Value {
        match self {
            Self::Ready(ready) => json!(ready),
            Self::MessageCreate(message) | Self::MessageUpdate(message) => json!(message),
            Self::MessageDelete(gone) => json!(gone),
            Self::Presence(presence) => json!(presence),
            Self::VoiceState(state) => json!(state),
            Self::Signal(SignalFrom { from_user_id, signal }) => {
                let mut d = Map::new();
                d.insert("from_user_id".into(), from_user_id.as_str().into());
                signal.write(&mut d);
                Value::Object(d)
            }
            Self::Typing(typing) => json!(typing),
            Self::Other(_) => json!({}),
        }
    }

    fn read(name: &str, d: Value) -> Option<Self> {
        fn of<T: serde::de::DeserializeOwned>(d: Value) -> Option<T> {
            serde_json::from_value(d).ok()
        }
        Some(match name {
            "READY" => Self::Ready(of(d)?),
            "MESSAGE_CREATE" => Self::MessageCreate(of(d)?),
            "MESSAGE_UPDATE" => Self::MessageUpdate(of(d)?),
            "MESSAGE_DELETE" => Self::MessageDelete(of(d)?),
            "PRESENCE_UPDATE" => Self::Presence(of(d)?),
            "VOICE_STATE_UPDATE" => Self::VoiceState(of(d)?),
            "VOICE_SIGNAL" => {
                let d = d.as_object()?;
                let from_user_id = d.get("from_user_id")?.as_str()?.to_owned();
                Self::Signal(SignalFrom { from_user_id, signal: Signal::read(d)? })
            }
            "TYPING_START" => Self::Typing(of(d)?),
            other => Self::Other(other.to_owned()),
        })
    }
}

impl ServerFrame {
    /// An event as a frame.
    #[must_use]
    pub fn dispatch(event: Event) -> Self {
        Self::Dispatch(Box::new(event))
    }

    /// Writes it: `t` and `d` are left out where there are none (TOG-R5).
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::HeartbeatAck => r#"{"op":"HEARTBEAT_ACK"}"#.to_owned(),
            Self::Dispatch(event) => {
                json!({ "op": "DISPATCH", "t": event.name(), "d": event.d() }).to_string()
            }
        }
    }

    /// Reads it; `None` for what this dialect does not have. Events that nobody knows are [`Event::Other`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Ok(Value::Object(mut frame)) = serde_json::from_str(text) else { return None };
        match frame.get("op")?.as_str()? {
            "HEARTBEAT_ACK" => Some(Self::HeartbeatAck),
            "DISPATCH" => {
                let d = frame.remove("d").unwrap_or_default();
                Event::read(frame.get("t")?.as_str()?, d).map(Self::dispatch)
            }
            // The document calls them opcodes both ways.
            name @ ("PRESENCE_UPDATE" | "VOICE_SIGNAL") => {
                let name = name.to_owned();
                let d = frame.remove("d").unwrap_or_default();
                Event::read(&name, d).map(Self::dispatch)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "m".into(),
            channel_id: "c".into(),
            author_id: Some("u".into()),
            content: "hello".into(),
            ..Message::default()
        }
    }

    /// TOG-03, TOG-04, TOG-06, TOG-07, TOG-08, TOG-10, TOG-14…17, TOG-19, TOG-21
    #[test]
    fn what_a_server_writes_a_client_reads() {
        let state = VoiceState { user_id: "u".into(), muted: Some(false), ..VoiceState::default() };
        let events = [
            Event::Ready(Ready {
                user: User { id: "u".into(), ..User::default() },
                servers: vec![Server::default()],
            }),
            Event::MessageCreate(message()),
            Event::MessageUpdate(message()),
            Event::MessageDelete(MessageGone { id: "m".into(), channel_id: "c".into() }),
            Event::Presence(UserPresence { user_id: "u".into(), status: "idle".into(), custom_status: None }),
            Event::VoiceState(VoiceUpdate(state)),
            Event::Signal(SignalFrom {
                from_user_id: "u".into(),
                signal: Signal::description("offer", "v=0"),
            }),
            Event::Typing(Typing { channel_id: "c".into(), user_id: "u".into(), username: None }),
        ];
        for event in events {
            let frame = ServerFrame::dispatch(event);
            assert_eq!(ServerFrame::parse(&frame.text()), Some(frame));
        }
        assert_eq!(ServerFrame::parse(&ServerFrame::HeartbeatAck.text()), Some(ServerFrame::HeartbeatAck));
    }

    /// TOG-12, TOG-13, TOG-14, TOG-15, TOG-17, TOG-19, TOG-20: each member that the document names is written, also when it is null.
    #[test]
    fn the_members_of_the_document_are_there() {
        let members = |event: Event| event.d().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let has = |event: Event, wanted: &[&str]| {
            let members = members(event);
            for member in wanted {
                assert!(members.iter().any(|there| there == member), "{member} in {members:?}");
            }
        };
        has(
            Event::MessageCreate(message()),
            &["id", "channel_id", "author_id", "content", "created_at", "updated_at"],
        );
        let presence = UserPresence::default();
        has(Event::Presence(presence), &["user_id", "status"]);
        has(Event::VoiceState(VoiceUpdate::default()), &["user_id", "channel_id", "muted", "deafened"]);
        let ready = Event::Ready(Ready {
            servers: vec![Server { member_count: Some(1), ..Server::default() }],
            ..Ready::default()
        })
        .d();
        for member in ["id", "username", "email", "avatar_url", "status", "created_at"] {
            assert!(ready["user"].get(member).is_some(), "{member}");
        }
        for member in ["id", "name", "description", "owner_id", "member_count", "created_at"] {
            assert!(ready["servers"][0].get(member).is_some(), "{member}");
        }
    }

    #[test]
    fn the_real_server_is_told_by_what_it_sends() {
        let real =
            r#"{"op":"DISPATCH","t":"READY","d":{"user":{"id":"u","custom_status":null},"servers":[]}}"#;
        let document =
            r#"{"op":"DISPATCH","t":"READY","d":{"user":{"id":"u"},"servers":[{"member_count":1}]}}"#;
        assert!(Ready::says_away(real) && !Ready::says_away(document));
    }

    #[test]
    fn what_this_dialect_does_not_have_is_not_read() {
        for text in [
            "",
            "5",
            "{}",
            r#"{"op":"DISPATCH"}"#,
            r#"{"op":"NOPE"}"#,
            r#"{"op":"DISPATCH","t":"READY","d":5}"#,
        ] {
            assert_eq!(ServerFrame::parse(text), None, "{text}");
        }
        let unknown = r#"{"op":"DISPATCH","t":"REACTION_ADD","d":{}}"#;
        assert_eq!(
            ServerFrame::parse(unknown),
            Some(ServerFrame::dispatch(Event::Other("REACTION_ADD".into())))
        );
    }
}
