//! Whose a token is: what op 20 is told.

use std::time::Duration;

use hearth_gateway::accounts::LoginError;
use hearth_gateway::hub::Verdict;
use hearth_gateway::verify::Verifier;

use crate::place::{PASSWORD, Place, password, register};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_token_is_its_owners() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let brian = register(&accounts, "brian").await;
    let (token, _) = accounts.create_token("brian", "", DAY).await.unwrap();
    let signed = accounts.login("BRIAN", password(PASSWORD)).await.unwrap();
    for token in [token.reveal(), &signed.access_token] {
        let Verdict::User(user) = accounts.verify(token).await else { panic!("not taken") };
        assert_eq!((user.id, user.name.as_str()), (brian.id.to_string(), "brian"));
    }
}

#[tokio::test]
async fn what_is_not_found_is_nobody_and_never_the_first_account() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let (token, _) = accounts.create_token("ada", "", DAY).await.unwrap();
    let signed = accounts.login("ada", password(PASSWORD)).await.unwrap();
    let other = Place::new();
    let elsewhere = other.open().await;
    register(&elsewhere, "ada").await;
    let (foreign, _) = elsewhere.create_token("ada", "", DAY).await.unwrap();
    let foreign_signed = elsewhere.login("ada", password(PASSWORD)).await.unwrap();
    let mut cases = vec!["", " ", "null", "undefined", "ada", "%", "hearth_", "' OR 1=1 --", "a.b.c", "\0"];
    let cut = &token.reveal()[..token.reveal().len() - 1];
    let padded = format!(" {}", token.reveal());
    let upper = token.reveal().to_uppercase();
    let long = "x".repeat(4096);
    cases.extend([cut, &padded, &upper, &long, foreign.reveal(), &foreign_signed.access_token]);
    cases.push(&signed.refresh_token);
    for case in cases {
        assert_eq!(accounts.verify(case).await, Verdict::Invalid, "{case:?}");
    }
}

#[tokio::test]
async fn tokens_are_over_in_time() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let (token, kept) = accounts.create_token("ada", "phone", DAY).await.unwrap();
    assert_eq!(kept.expires_ms - kept.created_ms, 24 * 60 * 60 * 1000);
    let signed = accounts.login("ada", password(PASSWORD)).await.unwrap();
    place.pass(14 * MINUTE);
    assert!(matches!(accounts.verify(&signed.access_token).await, Verdict::User(_)));
    place.pass(MINUTE);
    assert_eq!(accounts.verify(&signed.access_token).await, Verdict::Invalid);
    assert!(matches!(accounts.verify(token.reveal()).await, Verdict::User(_)));
    place.pass(DAY);
    assert_eq!(accounts.verify(token.reveal()).await, Verdict::Invalid);
    let ada = accounts.find("ada").await.unwrap();
    assert_eq!(accounts.tokens(&ada).await.unwrap(), []);
}

#[tokio::test]
async fn a_suspension_holds_at_the_next_question_for_every_token() {
    let place = Place::new();
    let (server, host) = (place.open().await, place.open().await);
    register(&server, "ada").await;
    let (token, _) = server.create_token("ada", "", DAY).await.unwrap();
    let signed = server.login("ada", password(PASSWORD)).await.unwrap();
    host.set_suspended("ADA", true).await.unwrap();
    for token in [token.reveal(), &signed.access_token] {
        assert_eq!(server.verify(token).await, Verdict::Suspended);
    }
    assert!(matches!(server.login("ada", password(PASSWORD)).await, Err(LoginError::Suspended)));
    assert!(matches!(server.login("ada", password("wrong horse battery")).await, Err(LoginError::Wrong)));
    host.set_suspended("ada", false).await.unwrap();
    assert!(matches!(server.verify(token.reveal()).await, Verdict::User(_)));
}

#[tokio::test]
async fn flags_are_told_as_they_are_now() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let (token, _) = accounts.create_token("ada", "", DAY).await.unwrap();
    let changes = ["+tester", "+supporter"].map(|change| change.parse().unwrap());
    accounts.change_flags("ada", &changes).await.unwrap();
    let Verdict::User(user) = accounts.verify(token.reveal()).await else { panic!("not taken") };
    assert_eq!(user.flags, 3);
    assert!(!user.is_admin());
}

#[tokio::test]
async fn revoked_tokens_are_nobodys() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    register(&accounts, "brian").await;
    let (phone, _) = accounts.create_token("ada", "phone", DAY).await.unwrap();
    let (bot, _) = accounts.create_token("ada", "bot", DAY).await.unwrap();
    let (of_brian, _) = accounts.create_token("brian", "phone", DAY).await.unwrap();
    place.pass(Duration::from_millis(1_300));
    let signed = accounts.login("ada", password(PASSWORD)).await.unwrap();
    assert_eq!(accounts.revoke("ada", Some("phone")).await.unwrap(), 1);
    assert_eq!(accounts.verify(phone.reveal()).await, Verdict::Invalid);
    for kept in [bot.reveal(), of_brian.reveal(), &signed.access_token] {
        assert!(matches!(accounts.verify(kept).await, Verdict::User(_)));
    }
    place.pass(Duration::from_millis(1));
    assert_eq!(accounts.revoke("ada", None).await.unwrap(), 1);
    for gone in [bot.reveal(), &signed.access_token] {
        assert_eq!(accounts.verify(gone).await, Verdict::Invalid);
    }
    let again = accounts.login("ada", password(PASSWORD)).await.unwrap();
    assert!(
        matches!(accounts.verify(&again.access_token).await, Verdict::User(_)),
        "even in the same second"
    );
}

#[tokio::test]
async fn another_password_ends_what_the_former_one_signed_in() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let signed = accounts.login("ada", password(PASSWORD)).await.unwrap();
    place.pass(Duration::from_millis(10));
    accounts.set_password("ada", password("staple of another kind")).await.unwrap();
    assert_eq!(accounts.verify(&signed.access_token).await, Verdict::Invalid);
    assert!(matches!(accounts.login("ada", password(PASSWORD)).await, Err(LoginError::Wrong)));
    assert!(accounts.login("ada", password("staple of another kind")).await.is_ok());
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_no_verdict_about_a_token() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let (token, _) = accounts.create_token("ada", "", DAY).await.unwrap();
    let signed = accounts.login("ada", password(PASSWORD)).await.unwrap();
    accounts.close().await;
    for token in [token.reveal(), &signed.access_token] {
        assert_eq!(accounts.verify(token).await, Verdict::Unavailable);
    }
    assert!(matches!(accounts.login("ada", password(PASSWORD)).await, Err(LoginError::Storage(_))));
}
