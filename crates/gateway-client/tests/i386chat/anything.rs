//! Whatever a server says, in whatever order: the session never panics, never spins, never says more than fits into a
//! payload nor on a socket that is gone, and answers every ticket once.

use std::collections::BTreeMap;

use hearth_dialects::i386chat::ClientFrame;
use hearth_gateway_client::chat::{Event, Input, Request, ServerKind};
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure, OpenFailure};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::script::{BOB, LOUNGE, Script, US, room, user};

fn any<T: Clone>(rng: &mut StdRng, choices: &[T]) -> T {
    choices[rng.random_range(0..choices.len())].clone()
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
        _ => any(
            rng,
            &[
                Request::Retry,
                Request::Connect { username: "ada".into(), password: "token".into(), register: true },
                Request::Disconnect,
            ],
        ),
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
        4 => (any(rng, &["ROOM_USER_ADD", "ROOM_USER_REMOVE", "START_TYPING"]), json!({"user": somebody})),
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

fn answer(rng: &mut StdRng) -> Result<HttpAnswer, HttpFailure> {
    let created = json!({"userId": 5, "username": "ada", "token": "t"});
    let refused = json!({"code": any(rng, &[4002, 4004, 99, 5]), "error": "no"});
    let (status, body) = any(rng, &[(201, created), (400, refused), (500, json!("x")), (404, json!({}))]);
    match rng.random_range(0..6) {
        0 => Err(HttpFailure::Lost("reset".into())),
        1 => Err(HttpFailure::Unsent("refused".into())),
        _ => Ok(HttpAnswer { status, body: body.to_string(), retry_after: None }),
    }
}

#[derive(Default)]
struct Told(BTreeMap<u64, u32>);

impl Told {
    fn listen(&mut self, seed: u64, script: &mut Script) {
        for event in script.events() {
            if let Event::Done { ticket, .. } | Event::Failed { ticket, .. } | Event::Page { ticket, .. } =
                event
            {
                *self.0.entry(ticket).or_default() += 1;
            }
        }
        for text in script.sent_text() {
            assert!(ClientFrame::parse(&text).is_ok(), "seed {seed}: {text}");
        }
    }
}

/// I386-13, I386-R8
#[test]
fn in_any_order_is_survived() {
    for seed in 0..3000 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut script = if rng.random_bool(0.5) { Script::here() } else { Script::knowing(&[LOUNGE]) };
        let mut told = Told::default();
        let mut asked = Vec::new();
        if rng.random_bool(0.5) {
            script.connect()
        } else {
            script.create()
        }
        for turn in 100..200 {
            match rng.random_range(0..14) {
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
                        &[None, Some(1000), Some(1008), Some(4000), Some(4002), Some(4003)],
                    ));
                }
                10 if script.has_socket() && rng.random_bool(0.1) => {
                    let failures = [OpenFailure::Network(String::new()), OpenFailure::Http(404)];
                    script.open_failed(any(&mut rng, &failures));
                }
                11 => {
                    if let Some((id, _)) = script.take_any(0) {
                        script.input(Input::Http(id, answer(&mut rng)));
                    }
                }
                _ => {
                    script.acknowledges = rng.random_bool(0.9);
                    script.wait_ms(any(&mut rng, &[0, 1, 40, 3000, 31_000, 200_000]));
                }
            }
            told.listen(seed, &mut script);
        }
        script.request(Request::Disconnect);
        told.listen(seed, &mut script);
        let answers = &told.0;
        assert!(
            asked.iter().all(|ticket| answers.get(ticket) == Some(&1)) && answers.len() == asked.len(),
            "seed {seed}: {answers:?} of {asked:?}"
        );
    }
}
