//! Whatever a server says, in whatever order, is survived: see [`chance`](crate::common::chance).

use hearth_dialects::i386chat::ClientFrame;
use hearth_gateway_client::chat::{Request, ServerKind};
use hearth_gateway_client::i386chat::Session;
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::common::chance::{self, Anything, about_the_connection, any};
use crate::script::{BOB, LOUNGE, Script, US, room, user};

impl Anything for Script {
    type Session = Session;

    const CUTS: &'static [u16] = &[1000, 1008, 4000, 4002, 4003];
    /// What cannot be read again is told as it comes.
    const TELLS_ONCE: bool = false;

    fn begin(rng: &mut StdRng) -> Self {
        let mut script = if rng.random_bool(0.5) { Self::here() } else { Self::knowing(&[LOUNGE]) };
        if rng.random_bool(0.5) {
            script.connect();
        } else {
            script.create();
        }
        script
    }

    fn request(rng: &mut StdRng, ticket: u64) -> Request {
        let channel = any(rng, &[LOUNGE, LOUNGE, "7", "no id"]).to_owned();
        let content = any(rng, &["a", "b"]).repeat(any(rng, &[1, 1, 4090]));
        match rng.random_range(0..14) {
            0 => Request::Page { ticket, channel, before: any(rng, &[None, Some("3".to_owned())]) },
            1..5 => Request::Say { ticket, channel, content, reply_to: None },
            5 => Request::CreateServer {
                ticket,
                name: content,
                kind: any(rng, &[ServerKind::Usual, ServerKind::Hidden]),
            },
            6..8 => Request::JoinServer { ticket, id_or_code: channel },
            8 => Request::LeaveServer { ticket, server: channel },
            9 => Request::LoadServer { server: channel },
            10 => Request::Delete { ticket, message: any(rng, &["1", "x"]).to_owned() },
            11 => Request::Ban { ticket, user: any(rng, &["6", ""]).to_owned(), reason: None },
            12 => any(rng, &[Request::Typing { channel: channel.clone() }, Request::JoinVoice { channel }]),
            _ => about_the_connection(rng),
        }
    }

    fn frame(rng: &mut StdRng) -> Value {
        let somebody = user(any(rng, &[US, BOB, 7, 0]));
        let (name, mut cnf) = match rng.random_range(0..9) {
            0..3 => {
                let mut cnf = json!({"user": somebody, "content": any(rng, &["a", "b"]), "messageID": rng.random_range(1..9)});
                if rng.random_bool(0.3) {
                    cnf["part"] = any(rng, &[1, 2, 9]).into();
                    cnf["parts"] = any(rng, &[1, 2, 0, u32::MAX]).into();
                }
                cnf["edited"] = rng.random_bool(0.1).into();
                ("MESSAGE_CREATE", cnf)
            }
            3 => ("MESSAGE_DELETE", json!({"messageID": rng.random_range(1..9)})),
            4 => {
                (any(rng, &["ROOM_USER_ADD", "ROOM_USER_REMOVE", "START_TYPING"]), json!({"user": somebody}))
            }
            5 => ("CHANNEL_MOVE", json!({"room": room(any(rng, &[LOUNGE, "7"]), "r")})),
            6 => ("CHANNEL_ADD", json!({"room": room(any(rng, &[LOUNGE, "7", "8"]), any(rng, &["a", "b"]))})),
            7 => ("SYSTEM_BAN_ADD", json!({"user": somebody})),
            _ => (any(rng, &["GATEWAY_DOWN", "SERVER_MESSAGE", "NEW"]), json!({"content": "x"})),
        };
        if rng.random_bool(0.1) {
            cnf = any(rng, &[json!(null), json!(-1), json!([]), json!({})]);
        }
        match rng.random_range(0..10) {
            0 => json!({"f": 100, "cnf": {"hb_int": any(rng, &[20_000, 1, 0])}}),
            1 => json!({"f": 140, "cnf": {"user": any(rng, &[user(US), json!({})])}}),
            2 => {
                let (c, s) = (any(rng, &[0, 3, 99, 4002, 4004]), rng.random_range(0..40));
                json!({"f": 150, "cnf": {"c": c, "d": rng.random_bool(0.1), "s": any(rng, &[json!(s), json!(null)])}})
            }
            3 => json!({"f": any(rng, &[120, 110, 777])}),
            _ => json!({"f": 130, "s": 1, "t": name, "e": name, "cnf": cnf}),
        }
    }

    fn answer(rng: &mut StdRng, _: &str) -> Result<HttpAnswer, HttpFailure> {
        let created = json!({"userId": 5, "username": "ada", "token": "t"});
        let refused = json!({"code": any(rng, &[4002, 4004, 99, 5]), "error": "no"});
        let (status, body) = any(rng, &[(201, created), (400, refused), (500, json!("x")), (404, json!({}))]);
        match rng.random_range(0..6) {
            0 => Err(HttpFailure::Lost("reset".into())),
            1 => Err(HttpFailure::Unsent("refused".into())),
            _ => Ok(HttpAnswer { status, body: body.to_string(), retry_after: None }),
        }
    }

    fn greet(&mut self) {
        Self::greet(self);
    }

    fn understands(text: &str) -> bool {
        ClientFrame::parse(text).is_ok()
    }
}

/// I386-13, I386-R8
#[test]
fn in_any_order_is_survived() {
    chance::in_any_order_is_survived::<Script>();
}
