//! What a client sends.

use serde_json::{Map, Value, json};

use super::close::CloseCode;
use super::op;
use super::time::Time;

/// What a client sends.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientOp {
    /// Who it is (EMG-03).
    Identify {
        /// From the login.
        token: Token,
    },
    /// Asks whether the server is there (EMG-02, EMG-10).
    Heartbeat {
        /// Comes back.
        time: Time,
    },
    /// It is there (EMG-11).
    HeartbeatAck {
        /// Of the heartbeat.
        time: Time,
    },
}

/// A token as it was sent; one that was missing or no text is empty, which none is (EMG-R13). Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The socket is to be closed with [`CloseCode::Malformed`] (EMG-04, EMG-R5, EMG-R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no message of this protocol for a server")]
pub struct Unreadable;

impl Unreadable {
    /// How to close.
    pub const CLOSE: CloseCode = CloseCode::Malformed;
}

impl ClientOp {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`Unreadable`]: no JSON object, no opcode that a client has.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let Ok(Value::Object(mut frame)) = serde_json::from_str(text) else { return Err(Unreadable) };
        match opcode(&frame).ok_or(Unreadable)? {
            op::IDENTIFY => Ok(Self::Identify {
                token: Token(match frame.remove("token") {
                    Some(Value::String(token)) => token,
                    _ => String::new(),
                }),
            }),
            op::HEARTBEAT => Ok(Self::Heartbeat { time: Time::of(frame.remove("time")) }),
            op::HEARTBEAT_ACK => Ok(Self::HeartbeatAck { time: Time::of(frame.remove("time")) }),
            _ => Err(Unreadable),
        }
    }

    /// Writes it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Identify { token } => json!({ "op": op::IDENTIFY, "token": token.0 }).to_string(),
            Self::Heartbeat { time } => beat(op::HEARTBEAT, time),
            Self::HeartbeatAck { time } => beat(op::HEARTBEAT_ACK, time),
        }
    }
}

/// The opcode of a frame: a whole number, also as a float or in a text (EMG-R7).
pub(super) fn opcode(frame: &Map<String, Value>) -> Option<u8> {
    let number = match frame.get("op")? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (0..=u8::MAX).find(|op| f64::from(*op) == number)
}

/// Either side of a heartbeat; without a time it has none (EMG-R10).
pub(super) fn beat(op: u8, time: &Time) -> String {
    let mut frame = json!({ "op": op });
    if let Some(time) = time.value() {
        frame["time"] = time.clone();
    }
    frame.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> ClientOp {
        ClientOp::Identify { token: Token(text.to_owned()) }
    }

    /// EMG-02, EMG-03, EMG-09, EMG-10, EMG-11
    #[test]
    fn what_a_client_writes_a_server_reads() {
        for op in [
            token("a.b.c"),
            ClientOp::Heartbeat { time: Time::of_ms(1_579_276_740_336) },
            ClientOp::Heartbeat { time: Time::default() },
            ClientOp::HeartbeatAck { time: Time::of(Some(json!({ "a": [1, null] }))) },
        ] {
            assert_eq!(ClientOp::parse(&op.text()), Ok(op));
        }
        assert!(!format!("{:?}", token("secret")).contains("secret"));
    }

    /// EMG-14 (EMG-R7)
    #[test]
    fn an_opcode_may_be_a_text_or_a_float() {
        for text in [r#"{"op":"10","time":1}"#, r#"{"op":10.0,"time":1}"#, r#"{"time":1,"op":10,"x":[]}"#] {
            assert_eq!(ClientOp::parse(text), Ok(ClientOp::Heartbeat { time: Time::of_ms(1) }), "{text}");
        }
        assert_eq!(ClientOp::parse(r#"{"op":"1","token":"t"}"#), Ok(token("t")));
    }

    /// EMG-06 (EMG-R13): such a token is wrong, not malformed.
    #[test]
    fn a_token_that_is_none_is_empty() {
        for text in
            [r#"{"op":1}"#, r#"{"op":1,"token":null}"#, r#"{"op":1,"token":5}"#, r#"{"op":1,"token":""}"#]
        {
            assert_eq!(ClientOp::parse(text), Ok(token("")), "{text}");
        }
    }

    /// EMG-04 (EMG-R5, EMG-R6)
    #[test]
    fn what_is_no_message_for_a_server_ends_the_socket() {
        let deep = format!(r#"{{"op":10,"time":{}}}"#, "[".repeat(10_000));
        for text in [
            "hello",
            "",
            "null",
            "[]",
            "5",
            r#""x""#,
            "{}",
            r#"{"op":null}"#,
            r#"{"op":99}"#,
            r#"{"op":0,"heartbeat_interval":1}"#,
            r#"{"op":2}"#,
            r#"{"op":3,"message":{}}"#,
            r#"{"op":-1}"#,
            r#"{"op":1.5}"#,
            r#"{"op":266}"#,
            r#"{"op":1e400}"#,
            r#"{"op":"NaN"}"#,
            r#"{"op":[10]}"#,
            r#"{"op":true}"#,
            r#"{"op":1,"token":"\ud800"}"#,
            &deep,
        ] {
            assert_eq!(ClientOp::parse(text), Err(Unreadable), "{text}");
        }
    }
}
