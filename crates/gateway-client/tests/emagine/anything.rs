//! Whatever a server says, in whatever order: the session never panics, never spins, never speaks on a socket that is
//! gone, tells each message once, and answers every ticket once.

use std::collections::{BTreeMap, BTreeSet};

use hearth_dialects::emagine::ClientOp;
use hearth_gateway_client::chat::{Event, Input, Request, ServerKind};
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure, OpenFailure};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::script::{BOB, PUB, Script, US, channel, post};

fn any<T: Clone>(rng: &mut StdRng, choices: &[T]) -> T {
    choices[rng.random_range(0..choices.len())].clone()
}

fn some_post(rng: &mut StdRng) -> Value {
    let id = rng.random_range(1..12).to_string();
    let mut post = post(&id, any(rng, &[US, BOB, "7", "0"]), any(rng, &["a", "b"]));
    if rng.random_bool(0.1) {
        post["channel_id"] = any(rng, &[json!("77"), json!("x"), json!(77)]);
    }
    post
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
        _ => any(
            rng,
            &[
                Request::Retry,
                Request::Connect { username: "ada".into(), password: "secret".into(), register: true },
                Request::Disconnect,
            ],
        ),
    }
}

fn spoiled(rng: &mut StdRng, mut value: Value) -> Value {
    if rng.random_bool(0.1)
        && let Some(object) = value.as_object_mut().filter(|object| !object.is_empty())
    {
        let keys: Vec<String> = object.keys().cloned().collect();
        object.insert(
            any(rng, &keys),
            any(rng, &[json!(null), json!(-1), json!([]), json!({}), json!("\u{0}")]),
        );
    }
    value
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

fn garbage(rng: &mut StdRng) -> String {
    let mut bytes = frame(rng).to_string().into_bytes();
    for _ in 0..rng.random_range(1..6) {
        let place = rng.random_range(0..bytes.len());
        match rng.random_range(0..3) {
            0 => bytes[place] = (rng.next_u32() & 0x7f) as u8,
            1 => bytes.truncate(place.max(1)),
            _ => bytes.insert(place, b"{}[]\",:\\0"[rng.random_range(0..9)]),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn answer(rng: &mut StdRng, url: &str) -> Result<HttpAnswer, HttpFailure> {
    match rng.random_range(0..14) {
        0 => return Err(HttpFailure::Lost("reset".into())),
        1 => return Err(HttpFailure::Unsent("refused".into())),
        _ => {}
    }
    let path = url.split('?').next().unwrap();
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
    let status = if rng.random_bool(0.7) {
        200
    } else {
        any(rng, &[302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503])
    };
    let text = spoiled(rng, body).to_string();
    let body = any(rng, &[text.clone(), text.clone(), text, String::new(), "<html>".to_owned()]);
    let wait = [None, Some(std::time::Duration::from_secs(3)), Some(std::time::Duration::from_secs(9999))];
    Ok(HttpAnswer { status, body, retry_after: any(rng, &wait) })
}

#[derive(Default)]
struct Told {
    answers: BTreeMap<u64, u32>,
    messages: BTreeSet<String>,
}

impl Told {
    fn listen(&mut self, seed: u64, script: &mut Script) {
        for event in script.events() {
            match event {
                Event::Done { ticket, .. } | Event::Failed { ticket, .. } | Event::Page { ticket, .. } => {
                    *self.answers.entry(ticket).or_default() += 1;
                }
                Event::Message(message) => {
                    assert!(self.messages.insert(message.id.clone()), "seed {seed}: {} twice", message.id);
                }
                _ => {}
            }
        }
        for frame in script.sent() {
            assert!(ClientOp::parse(&frame.to_string()).is_ok(), "seed {seed}: {frame}");
        }
    }
}

/// EMG-R3, EMG-R4
#[test]
fn in_any_order_is_survived() {
    for seed in 0..3000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut script = if rng.random_bool(0.5) { Script::live() } else { Script::knowing(&[PUB, "77"]) };
        let mut told = Told::default();
        let mut asked = Vec::new();
        script.connect(rng.random_bool(0.3));
        for turn in 0..100 {
            match rng.random_range(0..16) {
                0..4 => {
                    let request = request(&mut rng, turn);
                    // Rarely: most of it is about being connected.
                    if matches!(request, Request::Disconnect) && rng.random_bool(0.8) {
                        continue;
                    }
                    asked.extend(request.ticket());
                    script.request(request);
                }
                4..8 if script.has_socket() => script.tells(frame(&mut rng)),
                8 if script.has_socket() => script.says(&garbage(&mut rng)),
                9 if script.has_socket() => script.greet(),
                10 if script.has_socket() && rng.random_bool(0.3) => {
                    script.cut(any(
                        &mut rng,
                        &[None, Some(1000), Some(4001), Some(4002), Some(4003), Some(4009)],
                    ));
                }
                10 if script.has_socket() && rng.random_bool(0.1) => {
                    let failures = [OpenFailure::Network(String::new()), OpenFailure::Http(404)];
                    script.open_failed(any(&mut rng, &failures));
                }
                11..15 => {
                    let place = rng.random_range(0..3);
                    if let Some((id, request)) = script.take_any(place) {
                        let answer = answer(&mut rng, &request.url);
                        script.input(Input::Http(id, answer));
                    }
                }
                _ => {
                    script.acknowledges = rng.random_bool(0.9);
                    script.wait_ms(any(&mut rng, &[0, 1, 40, 3000, 31_000, 200_000]));
                }
            }
            assert!(script.most_at_once <= 8 + 8, "seed {seed}");
            told.listen(seed, &mut script);
        }
        script.request(Request::Disconnect);
        told.listen(seed, &mut script);
        let answers = &told.answers;
        assert!(
            asked.iter().all(|ticket| answers.get(ticket) == Some(&1)) && answers.len() == asked.len(),
            "seed {seed}: {answers:?} of {asked:?}"
        );
    }
}
