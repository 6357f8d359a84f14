//! A database that an earlier version left opens, with everything in it.

use std::collections::BTreeSet;
use std::path::Path;

use hearth_gateway::accounts::Account;
use hearth_gateway::chat::{Author, ChannelId, MessageId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use uuid::Uuid;

use crate::club::Club;

const ADA: Uuid = Uuid::from_u128(0xada);
const OLD_CHANNELS: [ChannelId; 2] = [ChannelId(Uuid::from_u128(0xc1)), ChannelId(Uuid::from_u128(0xc2))];

/// The database as the version with the first `count` migrations left it, with an account in it, and in those that could
/// chat something that it said in each of two channels.
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
    if count >= 2 {
        let community = "INSERT INTO communities (id, name, owner_id, created_ms, updated_ms) \
                         VALUES (?1, 'Old friends', ?2, 5, 5)";
        let id = Uuid::from_u128(0xc).to_string();
        sqlx::query(community).bind(id).bind(ADA.to_string()).execute(&pool).await.unwrap();
        let member = "INSERT INTO community_members (community, account_id, joined_ms) VALUES (1, ?, 5)";
        sqlx::query(member).bind(ADA.to_string()).execute(&pool).await.unwrap();
        for (position, channel) in OLD_CHANNELS.into_iter().enumerate() {
            let sql = "INSERT INTO channels (id, community, name, kind, position, created_ms) \
                       VALUES (?1, 1, 'old', 'text', ?2, 5)";
            let query = sqlx::query(sql).bind(channel.to_string()).bind(i64::try_from(position).unwrap());
            query.execute(&pool).await.unwrap();
            let sql = "INSERT INTO messages (id, channel, author_id, author_name, content, created_ms) \
                       VALUES (?1, ?2, ?3, 'Ada', 'long ago', 5)";
            let query = sqlx::query(sql)
                .bind(MessageId::fresh().to_string())
                .bind(i64::try_from(position + 1).unwrap());
            query.bind(ADA.to_string()).execute(&pool).await.unwrap();
        }
    }
    if count >= 3 {
        for sql in ["UPDATE accounts SET number = 77", "UPDATE channels SET handle = 70 + number"] {
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
    }
    pool.close().await;
}

/// What was there before has a number by which it is found, and what was said is still there.
async fn is_numbered(club: &Club, ada: &Account) {
    let store = club.chat.store();
    assert_eq!(store.account_by_number(ada.number).await.unwrap().as_ref(), Some(ada));
    let mut numbers = BTreeSet::from([ada.number]);
    for id in OLD_CHANNELS {
        let channel = store.channel(id).await.unwrap().unwrap();
        assert_eq!(store.channel_by_number(channel.number).await.unwrap().as_ref(), Some(&channel));
        numbers.insert(channel.number);
        let said = store.messages(id, None, 10).await.unwrap();
        assert_eq!(said.len(), 1);
        assert_eq!((said[0].content.as_str(), said[0].channel_number), ("long ago", channel.number));
        assert_eq!(said[0].author, Author::Account(ada.into()));
        assert!(!store.community(channel.community).await.unwrap().unwrap().open);
    }
    assert_eq!(numbers.len(), 3, "each has its own");
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
            if count >= 2 {
                is_numbered(&club, &ada).await;
            }
            assert!((1..1 << 53).contains(&ada.number));
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
