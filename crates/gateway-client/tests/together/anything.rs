//! Whatever a server says, in whatever order: the session never panics, never spins, never speaks on a socket that is
//! gone, tells each message once, and answers every ticket once.

use std::collections::{BTreeMap, BTreeSet};

use hearth_dialects::together::ClientOp;
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure, OpenFailure};
use hearth_gateway_client::together::{
    ChannelKind, Event, Input, Presence, PresenceStatus, Request, ServerKind, Signal,
};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::script::{
    BOB, CLUB, Script, TEXT, US, VOICE, channels, member, message, real_server, user, voice_state,
};

fn any<T: Clone>(rng: &mut StdRng, choices: &[T]) -> T {
    choices[rng.random_range(0..choices.len())].clone()
}

fn id(rng: &mut StdRng) -> String {
    format!("m{}", rng.random_range(0..12))
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

fn some_message(rng: &mut StdRng) -> Value {
    let mut message = message(&id(rng), any(rng, &[US, BOB]), any(rng, &["a", "b"]));
    if rng.random_bool(0.3) {
        message["edited_at"] = any(rng, &["1", "2"]).into();
    }
    message
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
    let status = if rng.random_bool(0.7) {
        any(rng, &[200, 201, 204])
    } else {
        any(rng, &[302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503])
    };
    let text = spoiled(rng, body).to_string();
    let body = any(rng, &[text.clone(), text.clone(), text, String::new(), "<html>".to_owned()]);
    let retry_after = any(
        rng,
        &[None, Some(std::time::Duration::from_secs(3)), Some(std::time::Duration::from_secs(9999))],
    );
    Ok(HttpAnswer { status, body, retry_after })
}

#[derive(Default)]
struct Told {
    answers: BTreeMap<u64, u32>,
    messages: BTreeSet<String>,
    ends: BTreeSet<String>,
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
                    assert!(!self.ends.contains(&message.id), "seed {seed}: {} after its end", message.id);
                }
                Event::MessageDeleted { id, .. } => {
                    assert!(self.ends.insert(id.clone()), "seed {seed}: the end of {id} twice");
                }
                _ => {}
            }
        }
        for frame in script.sent() {
            let op = ClientOp::parse(&frame.to_string());
            assert!(op.is_ok_and(|op| op != ClientOp::Ignored), "seed {seed}: {frame}");
        }
    }
}

/// TOG-R3, TOG-R12
#[test]
fn in_any_order_is_survived() {
    for seed in 0..3000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut script = if rng.random_bool(0.5) { Script::live() } else { Script::new() };
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
                4..8 if script.has_socket() => script.says(&frame(&mut rng).to_string()),
                8 if script.has_socket() => script.says(&garbage(&mut rng)),
                9 if script.has_socket() => {
                    script.accept();
                    script.ready(&[real_server()]);
                }
                10 if script.has_socket() && rng.random_bool(0.3) => {
                    script.cut(any(&mut rng, &[None, Some(1000), Some(1001), Some(4001), Some(4002)]));
                }
                10 if script.has_socket() && rng.random_bool(0.1) => {
                    let failures = [OpenFailure::Network(String::new()), OpenFailure::Http(401)];
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
                    script.wait_ms(any(&mut rng, &[0, 1, 40, 3000, 31_000, 200_000, 900_000]));
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
