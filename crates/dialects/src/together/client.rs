//! What a client sends.

use serde_json::{Map, Value, json};

use super::close::CloseCode;
use super::signal::Signal;

/// What a client sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientOp {
    /// HEARTBEAT (TOG-05, TOG-23).
    Heartbeat,
    /// PRESENCE_UPDATE (TOG-24). What is missing stays; a missing status is `online` (TOG-R6).
    Presence {
        /// online, idle (or away), dnd, offline; others are dropped.
        status: String,
        /// The outer `None`: not said.
        custom_status: Option<Option<String>>,
    },
    /// VOICE_SIGNAL (TOG-25).
    Signal {
        /// The other one's id.
        to_user_id: String,
        /// What.
        signal: Signal,
    },
    /// TYPING_START, of later servers and of ours.
    Typing {
        /// Where.
        channel_id: String,
    },
    /// Something that is dropped: an opcode of servers, or data that cannot be used (TOG-R3).
    Ignored,
}

/// The socket is to be closed with [`CloseCode::Malformed`]: no JSON object, or an unknown opcode (TOG-30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no message of this protocol")]
pub struct Unreadable;

impl Unreadable {
    /// How to close.
    pub const CLOSE: CloseCode = CloseCode::Malformed;
}

impl ClientOp {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let Ok(Value::Object(mut frame)) = serde_json::from_str(text) else { return Err(Unreadable) };
        let d = match frame.remove("d") {
            Some(Value::Object(d)) => Some(d),
            _ => None,
        };
        let Some(op) = frame.get("op").and_then(Value::as_str) else { return Err(Unreadable) };
        match op {
            "HEARTBEAT" => Ok(Self::Heartbeat),
            "PRESENCE_UPDATE" => Ok(Self::presence(d.unwrap_or_default())),
            "VOICE_SIGNAL" => Ok(d.and_then(Self::signal).unwrap_or(Self::Ignored)),
            "TYPING_START" => Ok(d.and_then(Self::typing).unwrap_or(Self::Ignored)),
            "DISPATCH" | "HEARTBEAT_ACK" => Ok(Self::Ignored),
            _ => Err(Unreadable),
        }
    }

    fn presence(mut d: Map<String, Value>) -> Self {
        let status = match d.remove("status") {
            Some(Value::String(status)) => status,
            _ => "online".to_owned(),
        };
        let custom_status = match d.remove("custom_status") {
            Some(Value::String(text)) => Some(Some(text)),
            Some(Value::Null) => Some(None),
            _ => None,
        };
        Self::Presence { status, custom_status }
    }

    fn signal(d: Map<String, Value>) -> Option<Self> {
        let to_user_id = d.get("to_user_id")?.as_str()?.to_owned();
        Some(Self::Signal { to_user_id, signal: Signal::read(&d)? })
    }

    fn typing(d: Map<String, Value>) -> Option<Self> {
        Some(Self::Typing { channel_id: d.get("channel_id")?.as_str()?.to_owned() })
    }

    /// Writes it; `None` for what is not sent.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let (op, d) = match self {
            Self::Heartbeat => return Some(json!({ "op": "HEARTBEAT" }).to_string()),
            Self::Presence { status, custom_status } => {
                let mut d = json!({ "status": status });
                if let Some(text) = custom_status {
                    d["custom_status"] = json!(text);
                }
                ("PRESENCE_UPDATE", d)
            }
            Self::Signal { to_user_id, signal } => {
                let mut d = Map::new();
                d.insert("to_user_id".into(), to_user_id.as_str().into());
                signal.write(&mut d);
                ("VOICE_SIGNAL", Value::Object(d))
            }
            Self::Typing { channel_id } => ("TYPING_START", json!({ "channel_id": channel_id })),
            Self::Ignored => return None,
        };
        Some(json!({ "op": op, "d": d }).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TOG-03, TOG-05, TOG-23, TOG-24, TOG-25
    #[test]
    fn what_a_client_writes_a_server_reads() {
        let ops = [
            ClientOp::Heartbeat,
            ClientOp::Presence { status: "dnd".into(), custom_status: Some(Some("in a sesh".into())) },
            ClientOp::Presence { status: "idle".into(), custom_status: None },
            ClientOp::Signal { to_user_id: "u".into(), signal: Signal::description("answer", "v=0") },
            ClientOp::Typing { channel_id: "c".into() },
        ];
        for op in ops {
            assert_eq!(ClientOp::parse(&op.text().unwrap()), Ok(op));
        }
    }

    /// TOG-03: `t` and `d` may be absent, null or anything (TOG-R5).
    #[test]
    fn a_heartbeat_is_its_op_alone() {
        for text in [
            r#"{"op":"HEARTBEAT"}"#,
            r#"{"op":"HEARTBEAT","t":null,"d":null}"#,
            r#"{"op":"HEARTBEAT","t":5,"d":{"x":1},"extra":[]}"#,
        ] {
            assert_eq!(ClientOp::parse(text), Ok(ClientOp::Heartbeat), "{text}");
        }
    }

    /// TOG-30
    #[test]
    fn no_json_and_unknown_opcodes_end_the_socket() {
        for text in [
            "not json",
            "",
            "{",
            "[]",
            "5",
            "null",
            r#"{"op":"NOPE"}"#,
            r#"{"op":"heartbeat"}"#,
            r#"{"op":1}"#,
            r#"{"d":{}}"#,
            r#"{"op":null}"#,
        ] {
            assert_eq!(ClientOp::parse(text), Err(Unreadable), "{text}");
        }
    }

    /// TOG-30 does not hold for them (TOG-R3).
    #[test]
    fn opcodes_of_servers_and_unusable_data_are_dropped() {
        for text in [
            r#"{"op":"DISPATCH","t":"READY","d":{}}"#,
            r#"{"op":"HEARTBEAT_ACK"}"#,
            r#"{"op":"VOICE_SIGNAL"}"#,
            r#"{"op":"VOICE_SIGNAL","d":{"to_user_id":7,"signal":{}}}"#,
            r#"{"op":"VOICE_SIGNAL","d":{"to_user_id":"u","type":"hello"}}"#,
            r#"{"op":"TYPING_START","d":[]}"#,
        ] {
            assert_eq!(ClientOp::parse(text), Ok(ClientOp::Ignored), "{text}");
        }
    }

    /// TOG-24 (TOG-R6)
    #[test]
    fn a_presence_without_a_status_is_online() {
        let online = ClientOp::Presence { status: "online".into(), custom_status: None };
        assert_eq!(ClientOp::parse(r#"{"op":"PRESENCE_UPDATE"}"#), Ok(online.clone()));
        assert_eq!(ClientOp::parse(r#"{"op":"PRESENCE_UPDATE","d":{"status":5}}"#), Ok(online));
    }
}
