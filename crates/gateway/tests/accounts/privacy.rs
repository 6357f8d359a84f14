//! Secrets are where they must be and nowhere else: not in the files, not in the logs.

use std::time::Duration;

use hearth_gateway::accounts::AuthOptions;
use hearth_gateway::verify::{External, Verifier};
use serde_json::json;

use crate::http::{post, serve};
use crate::log::{Log, holds};
use crate::place::{PASSWORD, Place};

#[tokio::test]
async fn no_file_and_no_log_has_a_password_or_a_token_in_clear() {
    let log = Log::of_everything();
    let place = Place::new();
    let accounts = place.open().await;
    let at = serve(&accounts, AuthOptions::default()).await;
    let made = post(at, "/auth/register", json!({ "username": "ada", "password": PASSWORD })).await;
    let signed = post(at, "/auth/login", json!({ "username": "ada", "password": PASSWORD })).await;
    post(at, "/auth/login", json!({ "username": "ada", "password": "wrong horse battery" })).await;
    let (token, kept) = accounts.create_token("ada", "phone", Duration::from_secs(60)).await.unwrap();
    let mut secrets = vec![PASSWORD.to_owned(), "wrong horse battery".to_owned(), token.reveal().to_owned()];
    for answer in [&made.body, &signed.body] {
        for name in ["access_token", "refresh_token"] {
            secrets.push(answer[name].as_str().unwrap().to_owned());
        }
    }
    for secret in &secrets {
        accounts.verify(secret).await;
    }
    // Nobody is there: what goes wrong is told, but not for whom.
    let nobody = External::new("http://127.0.0.1:1").unwrap();
    nobody.verify(token.reveal()).await;
    tracing::info!(?token, ?kept, ?accounts, ?nobody, "all that can be shown");

    // Before and after the log is in the database.
    for closed in [false, true] {
        if closed {
            accounts.close().await;
        }
        for file in std::fs::read_dir(place.path()).unwrap() {
            let file = file.unwrap().path();
            let bytes = std::fs::read(&file).unwrap();
            for secret in &secrets {
                assert!(!holds(&bytes, secret), "{} has {secret}", file.display());
                assert!(!holds(&bytes, &secret[8..secret.len() - 4]), "{} has a part", file.display());
            }
        }
    }
    let database = std::fs::read(place.path().join("accounts.sqlite")).unwrap();
    assert!(holds(&database, "$argon2id$") && holds(&database, "phone"), "the search finds what is there");

    let log = log.take();
    assert!(holds(&log, "an account was made") && holds(&log, "could not say whose token"));
    for secret in &secrets {
        assert!(!holds(&log, secret), "the log has {secret}");
        assert!(!holds(&log, &secret[8..secret.len() - 4]), "the log has a part of {secret}");
    }
    assert!(!holds(&log, "$argon2id$"), "the log has a hash");
}
