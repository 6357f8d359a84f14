//! The token of a session, and the tokens that it gives, are in no log and in no file.

use std::io;
use std::sync::{Arc, Mutex};

use hearth_gateway::{Server, ServerOptions};
use tracing_subscriber::fmt::MakeWriter;

use super::{Speaker, ask};
use crate::client::Client;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn holds(text: &[u8], secret: &str) -> bool {
    text.windows(secret.len()).any(|part| part == secret.as_bytes())
}

#[tokio::test]
async fn no_log_and_no_file_has_a_token_that_voice_needs() {
    let log = Log::default();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    // Of all threads: the database has one of its own.
    tracing::subscriber::set_global_default(everything.finish()).unwrap();
    let data = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(data.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    // The client of this test writes what it sends into the log itself: its frames are not what is looked for.
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    log.0.lock().unwrap().clear();
    let speaker = Speaker::of(&server, &code, &a).await;
    assert_eq!(speaker.person.call("POST", &speaker.room(), serde_json::Value::Null).await.0, 201);
    assert_eq!(ask(&server, "nothere", &a.token).await.0, 404);
    let wrong = format!("{}x", a.token);
    assert_eq!(ask(&server, &code, &wrong).await.0, 401);
    for _ in 0..10 {
        ask(&server, &code, &a.token).await;
    }
    server.shutdown().await;
    let log = log.0.lock().unwrap().clone();
    assert!(holds(&log, "a guest came"), "the search finds what is there");
    for secret in [&a.token, &wrong, &speaker.person.token] {
        assert!(!holds(&log, secret) && !holds(&log, &secret[8..secret.len() - 4]), "the log has a token");
        for file in std::fs::read_dir(data.path()).unwrap() {
            let file = file.unwrap().path();
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert!(!holds(&bytes, secret), "{} has a token", file.display());
        }
    }
}
