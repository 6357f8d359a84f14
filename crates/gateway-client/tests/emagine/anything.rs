//! Whatever a server says, in whatever order, is survived: see [`chance`](crate::common::chance).

use hearth_dialects::emagine::ClientOp;
use hearth_gateway_client::chat::{Request, ServerKind};
use hearth_gateway_client::emagine::Session;
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::common::chance::{self, Anything, about_the_connection, any, connecting, some_answer, spoiled};
use crate::script::{BOB, PUB, Script, US, channel, post};

fn some_post(rng: &mut StdRng) -> Value {
    let id = rng.random_range(1..12).to_string();
    let mut post = post(&id, any(rng, &[US, BOB, "7", "0"]), any(rng, &["a", "b"]));
    if rng.random_bool(0.1) {
        post["channel_id"] = any(rng, &[json!("77"), json!("x"), json!(77)]);
    }
    post
}

impl Anything for Script {
    type Session = Session;

    const CUTS: &'static [u16] = &[1000, 4001, 4002, 4003, 4009];

    fn begin(rng: &mut StdRng) -> Self {
        let mut script = if rng.random_bool(0.5) { Self::live() } else { Self::knowing(&[PUB, "77"]) };
        script.request(connecting(rng.random_bool(0.3)));
        script
    }

    fn request(rng: &mut StdRng, ticket: u64) -> Request {
        let channel = any(rng, &[PUB, PUB, "77", "no/id"]).to_owned();
        let content = any(rng, &["a", "b"]).to_owned();
        match rng.random_range(0..14) {
            0..3 => Request::Page { ticket, channel, before: any(rng, &[None, None, Some("3".to_owned())]) },
            3..7 => Request::Say { ticket, channel, content, reply_to: None },
            7 => Request::CreateServer {
                ticket,
                name: content,
                kind: any(rng, &[ServerKind::Usual, ServerKind::Hidden]),
            },
            8 => Request::JoinServer { ticket, id_or_code: channel },
            9 => Request::LeaveServer { ticket, server: channel },
            10 => Request::LoadServer { server: channel },
            11 => Request::Edit { ticket, message: "1".into(), content },
            12 => any(rng, &[Request::Typing { channel: channel.clone() }, Request::JoinVoice { channel }]),
            _ => about_the_connection(rng),
        }
    }

    fn frame(rng: &mut StdRng) -> Value {
        let message = some_post(rng);
        let message = spoiled(rng, message);
        let frame = match rng.random_range(0..8) {
            0 => json!({"op": 0, "heartbeat_interval": any(rng, &[45_000, 1, 0])}),
            1 => json!({"op": any(rng, &[1, 2]), "user": US}),
            2..6 => json!({"op": any(rng, &[2, 3]), "message": message}),
            6 => json!({"op": any(rng, &[10, 11]), "time": any(rng, &[json!(5), json!("x")])}),
            _ => json!({"op": 99}),
        };
        spoiled(rng, frame)
    }

    fn answer(rng: &mut StdRng, path: &str) -> Result<HttpAnswer, HttpFailure> {
        let body = if path.contains("/auth/") {
            json!({"success": true, "token": "t"})
        } else if path.ends_with("/posts") && rng.random_bool(0.6) {
            json!({"posts": (0..rng.random_range(0..5)).map(|_| some_post(rng)).collect::<Vec<_>>()})
        } else if path.ends_with("/channels") && rng.random_bool(0.6) {
            json!({"channels": [channel(PUB, None)]})
        } else if path.contains("/users/") {
            json!({"profile": {"id": US, "username": "ada"}})
        } else if let Some((_, id)) = path.rsplit_once("/channels/") {
            json!({"id": "77", "channel": channel(id, Some(any(rng, &[&[US, BOB][..], &[BOB], &["x"]])))})
        } else {
            json!({"id": any(rng, &["3", "77"])})
        };
        some_answer(rng, body)
    }

    fn greet(&mut self) {
        Self::greet(self);
    }

    fn understands(text: &str) -> bool {
        ClientOp::parse(text).is_ok()
    }
}

/// EMG-R3, EMG-R4
#[test]
fn in_any_order_is_survived() {
    chance::in_any_order_is_survived::<Script>();
}
