//! Communities, channels and messages in SQLite, in the database of the accounts: what is asked, and the batches of
//! changes. What each change does is in [`super::changes`].

use std::sync::Arc;

use async_trait::async_trait;
use hearth_clock::Clock;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Sqlite, SqlitePool};
use uuid::Uuid;

use super::changes::Changes;
use super::model::{Channel, ChannelId, Community, CommunityId, Message, MessageId};
use super::people::Member;
use super::rows::{self, channel_columns, community_columns, message_columns};
use super::store::{ChatRefusal, ChatStore, Write, Written};
use crate::accounts::{Account, Accounts, StorageError};

/// The store of the chat core in the database of the accounts.
#[derive(Debug)]
pub struct SqliteStore {
    accounts: Arc<Accounts>,
    clock: Arc<Clock>,
}

type Stored<T> = Result<T, StorageError>;

fn all<T>(rows: &[SqliteRow], read: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>) -> Stored<Vec<T>> {
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// A message that is not deleted, and its community.
macro_rules! message_where {
    ($which:literal) => {
        concat!(
            "SELECT c.id AS community_id, ",
            message_columns!(),
            " FROM messages AS m JOIN channels AS h ON h.number = m.channel \
             JOIN communities AS c ON c.number = h.community WHERE NOT m.deleted AND ",
            $which
        )
    };
}

impl SqliteStore {
    /// Beside the accounts.
    #[must_use]
    pub fn new(accounts: Arc<Accounts>, clock: Arc<Clock>) -> Self {
        Self { accounts, clock }
    }

    fn pool(&self) -> &SqlitePool {
        self.accounts.pool()
    }

    /// What [`message_where`] asks for.
    async fn one_message(
        &self,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Stored<Option<(CommunityId, Message)>> {
        let Some(row) = query.fetch_optional(self.pool()).await? else { return Ok(None) };
        Ok(Some((CommunityId(rows::uuid(&row, "community_id")?), rows::message(&row)?)))
    }
}

#[async_trait]
impl ChatStore for SqliteStore {
    async fn apply(&self, writes: &[Write]) -> Stored<Vec<Result<Written, ChatRefusal>>> {
        // From the beginning, so that nobody else writes between what is looked at and what is written.
        let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
        let mut results = Vec::with_capacity(writes.len());
        for write in writes {
            let has_parts = Changes::has_parts(write);
            if has_parts {
                sqlx::query("SAVEPOINT change").execute(&mut *transaction).await?;
            }
            let mut changes = Changes { connection: &mut transaction, now_ms: self.clock.now().unix_ms };
            let result = match changes.make(write).await {
                Ok(result) => result,
                // An account that is gone, or never was.
                Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                    if has_parts {
                        sqlx::query("ROLLBACK TO change").execute(&mut *transaction).await?;
                    }
                    Err(ChatRefusal::NoSuchAccount)
                }
                Err(error) => return Err(error.into()),
            };
            if has_parts {
                sqlx::query("RELEASE change").execute(&mut *transaction).await?;
            }
            results.push(result);
        }
        transaction.commit().await?;
        Ok(results)
    }

    async fn account(&self, id: Uuid) -> Stored<Option<Account>> {
        self.accounts.by_id(id).await
    }

    async fn account_by_number(&self, number: u64) -> Stored<Option<Account>> {
        self.accounts.by_number(number).await
    }

    async fn custom_status(&self, id: Uuid) -> Stored<Option<String>> {
        let query = sqlx::query_scalar("SELECT custom_status FROM profiles WHERE account_id = ?");
        let found: Option<Option<String>> = query.bind(id.to_string()).fetch_optional(self.pool()).await?;
        Ok(found.flatten())
    }

    async fn communities_of(&self, account: Uuid) -> Stored<Vec<Community>> {
        let sql = concat!(
            "SELECT ",
            community_columns!(),
            " FROM community_members AS m JOIN communities AS c ON c.number = m.community \
             WHERE m.account_id = ? ORDER BY c.number"
        );
        let rows = sqlx::query(sql).bind(account.to_string()).fetch_all(self.pool()).await?;
        all(&rows, rows::community)
    }

    async fn community(&self, id: CommunityId) -> Stored<Option<Community>> {
        let sql = concat!("SELECT ", community_columns!(), " FROM communities AS c WHERE c.id = ?");
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(self.pool()).await?;
        Ok(row.as_ref().map(rows::community).transpose()?)
    }

    async fn community_of_sesh(&self, code: &str) -> Stored<Option<Community>> {
        let sql = concat!("SELECT ", community_columns!(), " FROM communities AS c WHERE c.sesh = ?");
        let row = sqlx::query(sql).bind(code).fetch_optional(self.pool()).await?;
        Ok(row.as_ref().map(rows::community).transpose()?)
    }

    async fn seshes(&self) -> Stored<Vec<String>> {
        let query = sqlx::query_scalar("SELECT sesh FROM communities WHERE sesh IS NOT NULL ORDER BY number");
        Ok(query.fetch_all(self.pool()).await?)
    }

    async fn is_member(&self, community: CommunityId, account: Uuid) -> Stored<bool> {
        let sql = "SELECT 1 FROM community_members AS m JOIN communities AS c ON c.number = m.community \
                   WHERE c.id = ? AND m.account_id = ?";
        let query = sqlx::query(sql).bind(community.to_string()).bind(account.to_string());
        Ok(query.fetch_optional(self.pool()).await?.is_some())
    }

    async fn is_banned(&self, community: CommunityId, account: Uuid) -> Stored<bool> {
        let sql = "SELECT 1 FROM community_bans AS b JOIN communities AS c ON c.number = b.community \
                   WHERE c.id = ? AND b.account_id = ?";
        let query = sqlx::query(sql).bind(community.to_string()).bind(account.to_string());
        Ok(query.fetch_optional(self.pool()).await?.is_some())
    }

    async fn members(&self, community: CommunityId) -> Stored<Vec<Member>> {
        let sql = "SELECT m.account_id, a.number AS account_number, a.username, a.avatar_url, m.nickname, \
                   m.joined_ms, p.custom_status \
                   FROM communities AS c JOIN community_members AS m ON m.community = c.number \
                   JOIN accounts AS a ON a.id = m.account_id \
                   LEFT JOIN profiles AS p ON p.account_id = m.account_id \
                   WHERE c.id = ? ORDER BY m.joined_ms, a.username_folded";
        let rows = sqlx::query(sql).bind(community.to_string()).fetch_all(self.pool()).await?;
        all(&rows, rows::member)
    }

    async fn channels(&self, community: CommunityId) -> Stored<Vec<Channel>> {
        let sql = concat!(
            "SELECT ",
            channel_columns!(),
            " FROM communities AS c JOIN channels AS h ON h.community = c.number \
             WHERE c.id = ? ORDER BY h.position, h.number"
        );
        let rows = sqlx::query(sql).bind(community.to_string()).fetch_all(self.pool()).await?;
        all(&rows, rows::channel)
    }

    async fn channel(&self, id: ChannelId) -> Stored<Option<Channel>> {
        let sql = concat!(
            "SELECT ",
            channel_columns!(),
            " FROM channels AS h JOIN communities AS c ON c.number = h.community WHERE h.id = ?"
        );
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(self.pool()).await?;
        Ok(row.as_ref().map(rows::channel).transpose()?)
    }

    async fn channel_by_number(&self, number: u64) -> Stored<Option<Channel>> {
        let sql = concat!(
            "SELECT ",
            channel_columns!(),
            " FROM channels AS h JOIN communities AS c ON c.number = h.community WHERE h.handle = ?"
        );
        let row = sqlx::query(sql).bind(number.cast_signed()).fetch_optional(self.pool()).await?;
        Ok(row.as_ref().map(rows::channel).transpose()?)
    }

    async fn open_channel(&self, name: &str) -> Stored<Option<Channel>> {
        let sql = concat!(
            "SELECT ",
            channel_columns!(),
            " FROM communities AS c JOIN channels AS h ON h.community = c.number \
             WHERE c.open = 1 AND c.name = ? AND h.kind = 'text' \
             ORDER BY c.number, h.position, h.number LIMIT 1"
        );
        let row = sqlx::query(sql).bind(name).fetch_optional(self.pool()).await?;
        Ok(row.as_ref().map(rows::channel).transpose()?)
    }

    async fn messages(
        &self,
        channel: ChannelId,
        before: Option<MessageId>,
        limit: u32,
    ) -> Stored<Vec<Message>> {
        let number = match before {
            None => None,
            Some(id) => {
                let query = sqlx::query_scalar("SELECT number FROM messages WHERE id = ?");
                let number: Option<i64> = query.bind(id.to_string()).fetch_optional(self.pool()).await?;
                number.map(i64::cast_unsigned)
            }
        };
        self.messages_before(channel, number, limit).await
    }

    async fn messages_before(
        &self,
        channel: ChannelId,
        before: Option<u64>,
        limit: u32,
    ) -> Stored<Vec<Message>> {
        let sql = concat!(
            "SELECT ",
            message_columns!(),
            " FROM channels AS h JOIN messages AS m ON m.channel = h.number \
             WHERE h.id = ? AND NOT m.deleted AND m.number < ? ORDER BY m.number DESC LIMIT ?"
        );
        let before = before.and_then(|number| i64::try_from(number).ok()).unwrap_or(i64::MAX);
        let query = sqlx::query(sql).bind(channel.to_string()).bind(before).bind(limit);
        all(&query.fetch_all(self.pool()).await?, rows::message)
    }

    async fn message(&self, id: MessageId) -> Stored<Option<(CommunityId, Message)>> {
        let sql = message_where!("m.id = ?");
        self.one_message(sqlx::query(sql).bind(id.to_string())).await
    }

    async fn message_by_number(&self, number: u64) -> Stored<Option<(CommunityId, Message)>> {
        let sql = message_where!("m.number = ?");
        self.one_message(sqlx::query(sql).bind(number.cast_signed())).await
    }
}
