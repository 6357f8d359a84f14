//! A database that an earlier version left opens, with everything in it.

use std::path::Path;

use hearth_gateway::accounts::Account;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use uuid::Uuid;

use crate::club::Club;

const ADA: Uuid = Uuid::from_u128(0xada);

/// The database as the version with the first `count` migrations left it, with an account in it.
async fn leave(directory: &Path, count: usize) {
    let all = sqlx::migrate!();
    let first = all.iter().take(count).cloned().collect();
    let options =
        SqliteConnectOptions::new().filename(directory.join("accounts.sqlite")).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    Migrator::with_migrations(first).run(&pool).await.unwrap();
    let account = "INSERT INTO accounts (id, username, username_folded, email, flags, revision, created_ms, \
                   updated_ms) VALUES (?, 'Ada', 'ada', 'ada@example.org', 2, 1, 5, 5)";
    sqlx::query(account).bind(ADA.to_string()).execute(&pool).await.unwrap();
    let token = "INSERT INTO account_tokens (hash, account_id, label, created_ms, expires_ms) \
                 VALUES (randomblob(32), ?, 'phone', 5, 9000000000000)";
    sqlx::query(token).bind(ADA.to_string()).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_database_of_every_past_version_opens_with_its_accounts_and_can_chat() {
    let versions = sqlx::migrate!().iter().count();
    assert!(versions >= 2);
    for count in 1..=versions {
        let directory = tempfile::tempdir().unwrap();
        leave(directory.path(), count).await;
        for opening in 0..2 {
            let club = Club::open(Some(directory.path())).await;
            let ada = club.accounts.by_id(ADA).await.unwrap().unwrap();
            let expected = Account { created_ms: 5, username: "Ada".into(), ..ada.clone() };
            assert_eq!((&ada, ada.email.as_deref()), (&expected, Some("ada@example.org")));
            assert_eq!(club.accounts.tokens(&ada).await.unwrap().len(), 1);
            let (_, text, _) = club.community(&ada, &[]).await;
            club.post(&ada, &text, "hello").await.unwrap();
            assert_eq!(club.texts(&text).await, ["hello"], "version {count}, opening {opening}");
            club.chat.stop().await;
            club.accounts.close().await;
        }
    }
}
