//! The examples of `docs/protocol-i386chat.md`, played in their order against one gateway. What differs from run to run, ids,
//! keys and tokens, is learned where it is seen first and has to stay the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;
use hearth_gateway::{Server, ServerOptions};
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::{Socket, call};

const DOCUMENT: &str = include_str!("../../../../../docs/protocol-i386chat.md");

/// The members whose values are made up in the document.
const LEARNED: [&str; 7] = ["id", "userId", "session_id", "messageID", "token", "enc_key", "uuid"];

/// What the document calls something, and what it is.
#[derive(Default)]
struct Learned(BTreeMap<String, Value>);

impl Learned {
    /// The document's value with what it stands for.
    fn told(&self, written: &Value) -> Value {
        match written {
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| {
                    let known =
                        LEARNED.contains(&name.as_str()).then(|| self.0.get(&value.to_string())).flatten();
                    (name.clone(), known.cloned().unwrap_or_else(|| self.told(value)))
                })
                .collect(),
            other => other.clone(),
        }
    }

    /// Learns what is new of what came; the rest has to be as it is written.
    fn compare(&mut self, written: &Value, came: &Value, line: &str) {
        match (written, came) {
            (Value::Object(written), Value::Object(came)) => {
                let names =
                    |members: &serde_json::Map<String, Value>| members.keys().cloned().collect::<Vec<_>>();
                assert_eq!(names(written), names(came), "{line}: {came:?}");
                for (name, value) in written {
                    let came = &came[name];
                    if LEARNED.contains(&name.as_str()) && !value.is_object() {
                        let known = self.0.entry(value.to_string()).or_insert_with(|| came.clone());
                        assert_eq!(known, came, "{name} in {line}");
                    } else {
                        self.compare(value, came, line);
                    }
                }
            }
            _ => assert_eq!(written, came, "{line}"),
        }
    }

    fn path(&self, path: &str) -> String {
        let known = |part: &str| self.0.get(part).map_or_else(|| part.to_owned(), Value::to_string);
        path.split('/').map(known).collect::<Vec<_>>().join("/")
    }
}

struct Play {
    server: Option<Server>,
    accounts: Accounts,
    learned: Learned,
    sockets: BTreeMap<String, Socket>,
    tokens: BTreeMap<String, String>,
    answers: BTreeMap<String, (u16, Value)>,
    /// The frames that came while somebody else was looked at: an introduction.
    waiting: BTreeMap<String, Value>,
}

impl Play {
    async fn line(&mut self, line: &str) {
        if line == "the gateway stops" {
            let server = self.server.take().unwrap();
            tokio::spawn(server.shutdown());
            return;
        }
        let (who, what) = line.split_once(' ').unwrap();
        match what.split_once(' ').unwrap_or((what, "")) {
            ("opens", _) => {
                let url = self.server.as_ref().unwrap().dialects()["i386chat"].clone();
                let socket = Socket::open_at(&url).await;
                self.sockets.insert(who.to_owned(), socket);
                self.waiting
                    .insert(who.to_owned(), serde_json::json!({ "f": 100, "cnf": { "hb_int": 20_000 } }));
            }
            ("→", sent) => match sent.split_once(' ') {
                Some((method @ ("POST" | "GET"), rest)) => self.asks(who, method, rest).await,
                _ => {
                    let frame = self.learned.told(&serde_json::from_str(sent).unwrap());
                    self.sockets.get_mut(who).unwrap().send(frame).await;
                }
            },
            ("←", expected) => self.gets(who, expected, line).await,
            ("sends", size) => {
                let size: usize = size.strip_suffix(" bytes").unwrap().parse().unwrap();
                self.sockets.get_mut(who).unwrap().send_text(&" ".repeat(size)).await;
            }
            ("is", "an admin") => {
                self.accounts.change_flags(who, &["+admin".parse().unwrap()]).await.unwrap();
            }
            ("is", closed) => {
                let code: u16 = closed.strip_prefix("closed with ").unwrap().parse().unwrap();
                match self.sockets.get_mut(who).unwrap().message().await {
                    Message::Close(Some(close)) => assert_eq!(u16::from(close.code), code, "{line}"),
                    other => panic!("{line}: {other:?}"),
                }
            }
            other => panic!("{other:?}"),
        }
    }

    async fn asks(&mut self, who: &str, method: &str, rest: &str) {
        let (path, body) = rest.split_once(' ').unwrap_or((rest, "null"));
        let path = self.learned.path(path);
        let address = self.server.as_ref().unwrap().local_addr();
        let token = self.tokens.get(who).map(String::as_str).unwrap_or_default();
        let answer = call(address, token, method, &path, serde_json::from_str(body).unwrap()).await;
        if let Some(token) = answer.1["token"].as_str() {
            self.tokens.insert(who.to_owned(), token.to_owned());
        }
        self.answers.insert(who.to_owned(), answer);
    }

    async fn gets(&mut self, who: &str, expected: &str, line: &str) {
        if let Some((status, body)) =
            expected.split_once(' ').filter(|(status, _)| status.parse::<u16>().is_ok())
        {
            let (came, answer) = self.answers.remove(who).unwrap();
            assert_eq!(came.to_string(), status, "{line}: {answer}");
            return self.learned.compare(&serde_json::from_str(body).unwrap(), &answer, line);
        }
        let came = match self.waiting.remove(who) {
            Some(frame) => frame,
            None => self.sockets.get_mut(who).unwrap().next().await,
        };
        self.learned.compare(&serde_json::from_str(expected).unwrap(), &came, line);
    }
}

/// I386-01…03, I386-05, I386-06, I386-14…31: a stranger can write a client from the document.
#[tokio::test]
async fn the_examples_of_the_document_are_what_happens() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    let accounts = Accounts::open(Some(directory.path()), Arc::new(Clock::new())).await.unwrap();
    let mut play = Play {
        server: Some(server),
        accounts,
        learned: Learned::default(),
        sockets: BTreeMap::new(),
        tokens: BTreeMap::new(),
        answers: BTreeMap::new(),
        waiting: BTreeMap::new(),
    };
    let scenes: Vec<&str> =
        DOCUMENT.split("```play\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(scenes.len() >= 6, "{}", scenes.len());
    for line in scenes.iter().flat_map(|scene| scene.lines()) {
        play.line(line).await;
    }
    assert!(play.server.is_none(), "the gateway stops at the end");
    assert!(play.answers.is_empty() && play.waiting.is_empty(), "everything was looked at");
}
