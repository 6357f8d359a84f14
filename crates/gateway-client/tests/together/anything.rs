//! Whatever a server says, in whatever order, is survived: see [`chance`](crate::common::chance).

use hearth_dialects::together::ClientOp;
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure};
use hearth_gateway_client::together::{
    ChannelKind, Presence, PresenceStatus, Request, ServerKind, Session, Signal,
};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::common::chance::{self, Anything, about_the_connection, any, connecting, some_answer, spoiled};
use crate::script::{
    BOB, CLUB, Script, TEXT, US, VOICE, channels, member, message, real_server, user, voice_state,
};

fn id(rng: &mut StdRng) -> String {
    format!("m{}", rng.random_range(0..12))
}

fn some_message(rng: &mut StdRng) -> Value {
    let mut message = message(&id(rng), any(rng, &[US, BOB]), any(rng, &["a", "b"]));
    if rng.random_bool(0.3) {
        message["edited_at"] = any(rng, &["1", "2"]).into();
    }
    message
}

impl Anything for Script {
    type Session = Session;

    const CUTS: &'static [u16] = &[1000, 1001, 4001, 4002];
    const NO_SOCKET: u16 = 401;

    fn begin(rng: &mut StdRng) -> Self {
        let mut script = if rng.random_bool(0.5) { Self::live() } else { Self::new() };
        script.request(connecting(rng.random_bool(0.3)));
        script
    }

    fn request(rng: &mut StdRng, ticket: u64) -> Request {
        let channel = any(rng, &[TEXT, VOICE, "c9", "no/id"]).to_owned();
        let server = any(rng, &[CLUB, "s9", ""]).to_owned();
        let content = any(rng, &["a", "b"]).to_owned();
        let reply_to = any(rng, &[None, None, Some("m1".to_owned())]);
        let name = "name".to_owned();
        match rng.random_range(0..18) {
            0 => Request::Page { ticket, channel, before: any(rng, &[None, Some("m3".to_owned())]) },
            1..5 => Request::Say { ticket, channel, content, reply_to },
            5 => Request::Edit { ticket, message: id(rng), content },
            6 => Request::Delete { ticket, message: id(rng) },
            7 => Request::CreateServer { ticket, name, kind: ServerKind::Usual },
            8 => Request::JoinServer { ticket, id_or_code: server },
            9 => Request::LeaveServer { ticket, server },
            10 => Request::CreateChannel { ticket, server, name, kind: ChannelKind::Text },
            11 => Request::LoadServer { server },
            12 => Request::JoinVoice { channel },
            13 => any(
                rng,
                &[
                    Request::LeaveVoice { channel: channel.clone() },
                    Request::SetVoice { channel, self_mute: true, self_deaf: false },
                ],
            ),
            14 => Request::Presence(Presence { status: PresenceStatus::Idle, custom_status: None }),
            15 => Request::Typing { channel },
            16 => Request::Signal { to: BOB.into(), signal: Signal::description("offer", "v=0") },
            _ => about_the_connection(rng),
        }
    }

    fn frame(rng: &mut StdRng) -> Value {
        let (t, d) = match rng.random_range(0..9) {
            0 => ("READY", json!({"user": user(), "servers": [real_server()]})),
            1..3 => ("MESSAGE_CREATE", some_message(rng)),
            3 => ("MESSAGE_UPDATE", some_message(rng)),
            4 => ("MESSAGE_DELETE", json!({"id": id(rng), "channel_id": TEXT})),
            5 => ("PRESENCE_UPDATE", json!({"user_id": any(rng, &[US, BOB]), "status": "away"})),
            6 => ("VOICE_STATE_UPDATE", voice_state(any(rng, &[US, BOB]), any(rng, &[None, Some(VOICE)]))),
            7 => ("VOICE_SIGNAL", json!({"from_user_id": BOB, "type": "offer", "sdp": "v=0"})),
            _ => ("SOMETHING_NEW", json!({})),
        };
        let d = spoiled(rng, d);
        let frame = json!({"op": any(rng, &["DISPATCH", "DISPATCH", "DISPATCH", "HEARTBEAT_ACK", "NEW"]), "t": t, "d": d});
        spoiled(rng, frame)
    }

    fn answer(rng: &mut StdRng, path: &str) -> Result<HttpAnswer, HttpFailure> {
        let body = if path.contains("/auth/") {
            json!({"access_token": "t", "user": user()})
        } else if path.ends_with("/messages") && rng.random_bool(0.5) {
            (0..rng.random_range(0..5)).map(|_| some_message(rng)).collect::<Vec<_>>().into()
        } else if path.ends_with("/channels") {
            any(rng, &[channels(), channels()[0].clone()])
        } else if path.ends_with("/members") {
            json!([member(BOB, "online")])
        } else if path.ends_with("/voice") {
            any(rng, &[json!([voice_state(BOB, Some(VOICE))]), voice_state(US, Some(VOICE))])
        } else if path.ends_with("/servers") {
            any(rng, &[real_server(), json!([real_server()])])
        } else {
            some_message(rng)
        };
        some_answer(rng, body)
    }

    fn greet(&mut self) {
        self.accept();
        self.ready(&[real_server()]);
    }

    fn understands(text: &str) -> bool {
        ClientOp::parse(text).is_ok_and(|op| op != ClientOp::Ignored)
    }
}

/// TOG-R3, TOG-R12
#[test]
fn in_any_order_is_survived() {
    chance::in_any_order_is_survived::<Script>();
}
