//! Sessions against servers that say anything, by chance: the session never panics, never spins, never speaks on a socket
//! that is gone (the stage looks after these), says nothing that a server would not understand, and answers every ticket
//! once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::DerefMut;
use std::time::Duration;

use hearth_gateway_client::chat::{Event, Request};
use hearth_gateway_client::machine::{HttpAnswer, HttpFailure, Input, Machine, OpenFailure};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};

use super::Stage;

pub fn any<T: Clone>(rng: &mut StdRng, choices: &[T]) -> T {
    choices[rng.random_range(0..choices.len())].clone()
}

/// Sometimes with a member that it cannot have.
pub fn spoiled(rng: &mut StdRng, mut value: Value) -> Value {
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

/// What is left of a frame.
pub fn garbage(rng: &mut StdRng, frame: &Value) -> String {
    let mut bytes = frame.to_string().into_bytes();
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

/// Mostly this, with a status and sometimes a wait that it may not have, or nothing.
pub fn some_answer(rng: &mut StdRng, body: Value) -> Result<HttpAnswer, HttpFailure> {
    match rng.random_range(0..14) {
        0 => return Err(HttpFailure::Lost("reset".into())),
        1 => return Err(HttpFailure::Unsent("refused".into())),
        _ => {}
    }
    let status = if rng.random_bool(0.7) {
        any(rng, &[200, 201, 204])
    } else {
        any(rng, &[302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503])
    };
    let text = spoiled(rng, body).to_string();
    let body = any(rng, &[text.clone(), text.clone(), text, String::new(), "<html>".to_owned()]);
    let retry_after = any(rng, &[None, Some(Duration::from_secs(3)), Some(Duration::from_secs(9999))]);
    Ok(HttpAnswer { status, body, retry_after })
}

/// A chat server that says anything, and a session with it.
pub trait Anything: DerefMut<Target = Stage<Self::Session>> + Sized {
    type Session: Machine<Request = Request, Event = Event> + Debug;

    /// How it ends connections.
    const CUTS: &'static [u16];
    /// What it answers where a socket is to be opened.
    const NO_SOCKET: u16 = 404;
    /// A message, and its end, are told once.
    const TELLS_ONCE: bool = true;

    fn begin(rng: &mut StdRng) -> Self;
    fn request(rng: &mut StdRng, ticket: u64) -> Request;
    fn frame(rng: &mut StdRng) -> Value;
    fn answer(rng: &mut StdRng, path: &str) -> Result<HttpAnswer, HttpFailure>;
    /// The server takes the socket, and lets us in.
    fn greet(&mut self);
    fn understands(text: &str) -> bool;
}

/// By name and password, or whatever is shown in its place.
pub fn connecting(register: bool) -> Request {
    Request::Connect { username: "ada".into(), password: "secret".into(), register }
}

/// What concerns the connection. Rarely the end of it: most of a play is about being connected.
pub fn about_the_connection(rng: &mut StdRng) -> Request {
    if rng.random_bool(0.1) { Request::Disconnect } else { any(rng, &[Request::Retry, connecting(true)]) }
}

#[derive(Default)]
struct Told {
    answers: BTreeMap<u64, u32>,
    messages: BTreeSet<String>,
    ends: BTreeSet<String>,
}

impl Told {
    fn listen<A: Anything>(&mut self, seed: u64, server: &mut A) {
        for event in server.events() {
            match event {
                Event::Done { ticket, .. } | Event::Failed { ticket, .. } | Event::Page { ticket, .. } => {
                    *self.answers.entry(ticket).or_default() += 1;
                }
                Event::Message(message) if A::TELLS_ONCE => {
                    assert!(!self.ends.contains(&message.id), "seed {seed}: {} after its end", message.id);
                    assert!(self.messages.insert(message.id.clone()), "seed {seed}: {} twice", message.id);
                }
                Event::MessageDeleted { id, .. } if A::TELLS_ONCE => {
                    assert!(self.ends.insert(id.clone()), "seed {seed}: the end of {id} twice");
                }
                _ => {}
            }
        }
        for text in server.sent_text() {
            assert!(A::understands(&text), "seed {seed}: {text}");
        }
    }
}

/// Three thousand plays.
pub fn in_any_order_is_survived<A: Anything>() {
    for seed in 0..3000 {
        play::<A>(seed);
    }
}

fn play<A: Anything>(seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut server = A::begin(&mut rng);
    let (mut told, mut asked) = (Told::default(), Vec::new());
    for turn in 100..200 {
        match rng.random_range(0..16) {
            0..4 => {
                let request = A::request(&mut rng, turn);
                asked.extend(request.ticket());
                server.request(request);
            }
            4..8 if server.has_socket() => server.says(&A::frame(&mut rng).to_string()),
            8 if server.has_socket() => {
                let frame = A::frame(&mut rng);
                server.says(&garbage(&mut rng, &frame));
            }
            9 if server.has_socket() => server.greet(),
            10 if server.has_socket() && rng.random_bool(0.3) => {
                let code = rng.random_bool(0.8).then(|| any(&mut rng, A::CUTS));
                server.cut(code);
            }
            10 if server.has_socket() && rng.random_bool(0.1) => {
                let failures = [OpenFailure::Network(String::new()), OpenFailure::Http(A::NO_SOCKET)];
                server.open_failed(any(&mut rng, &failures));
            }
            11..15 => {
                if let Some((id, request)) = server.take_any(rng.random_range(0..3)) {
                    let path = request.url.split('?').next().unwrap();
                    server.input(Input::Http(id, A::answer(&mut rng, path)));
                }
            }
            _ => {
                server.acknowledges = rng.random_bool(0.9);
                server.wait_ms(any(&mut rng, &[0, 1, 40, 3000, 31_000, 200_000, 900_000]));
            }
        }
        assert!(server.most_at_once <= 8 + 8, "seed {seed}");
        told.listen(seed, &mut server);
    }
    server.request(Request::Disconnect);
    told.listen(seed, &mut server);
    let answers = &told.answers;
    assert!(
        asked.iter().all(|ticket| answers.get(ticket) == Some(&1)) && answers.len() == asked.len(),
        "seed {seed}: {answers:?} of {asked:?}"
    );
}
