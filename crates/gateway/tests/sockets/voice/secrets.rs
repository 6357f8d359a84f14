//! The token of a session, and the tokens that it gives, are in no log and in no file.

use hearth_gateway::{Server, ServerOptions};

use super::{Speaker, ask};
use crate::client::Client;
use crate::log::{Log, holds};

#[tokio::test]
async fn no_log_and_no_file_has_a_token_that_voice_needs() {
    let log = Log::of_everything();
    let data = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(data.path().to_owned()), ..ServerOptions::default() };
    let server = Server::bind(options).await.unwrap();
    // The client of this test writes what it sends into the log itself: its frames are not what is looked for.
    let mut a = Client::connect(&server).await;
    let code = a.create().await;
    log.take();
    let speaker = Speaker::of(&server, &code, &a).await;
    assert_eq!(speaker.person.call("POST", &speaker.room(), serde_json::Value::Null).await.0, 201);
    assert_eq!(ask(&server, "nothere", &a.token).await.0, 404);
    let wrong = format!("{}x", a.token);
    assert_eq!(ask(&server, &code, &wrong).await.0, 401);
    for _ in 0..10 {
        ask(&server, &code, &a.token).await;
    }
    server.shutdown().await;
    let log = log.take();
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
