//! What is said, changed and deleted.

use sqlx::Row;
use uuid::Uuid;

use super::super::model::{ChannelId, CommunityId, Extra, Message, MessageId};
use super::super::people::Author;
use super::super::rows::{self, message_columns};
use super::super::store::{ChatRefusal, NewMessage, Written};
use super::{Changed, Changes};

/// A message as its rules need it.
struct Said {
    number: i64,
    channel: ChannelId,
    author: Option<String>,
    owner: Option<String>,
}

impl Changes<'_> {
    pub(super) async fn post(&mut self, new: &NewMessage) -> Changed {
        let NewMessage { author, channel, content, reply_to, extra } = new;
        let account = author.account().map(|account| account.to_string());
        let sql = "SELECT h.number, h.handle, c.id AS community_id, c.sesh, \
                   EXISTS (SELECT 1 FROM community_members WHERE community = c.number AND account_id = ?2) AS member \
                   FROM channels AS h JOIN communities AS c ON c.number = h.community WHERE h.id = ?1";
        let query = sqlx::query(sql).bind(channel.to_string()).bind(account.as_deref());
        let Some(row) = query.fetch_optional(&mut *self.connection).await? else {
            return Ok(Err(ChatRefusal::NoSuchChannel));
        };
        let community = CommunityId(rows::uuid(&row, "community_id")?);
        let sesh: Option<String> = row.try_get("sesh")?;
        let may = match author {
            Author::Account(_) => row.try_get("member")?,
            Author::Guest(_) => sesh.is_some(),
        };
        if !may {
            return Ok(Err(ChatRefusal::NoSuchCommunity));
        }
        let number: i64 = row.try_get("number")?;
        let channel_number: i64 = row.try_get("handle")?;
        if let Some(reply_to) = reply_to {
            let sql = "SELECT 1 FROM messages WHERE id = ? AND channel = ? AND NOT deleted";
            let query = sqlx::query(sql).bind(reply_to.to_string()).bind(number);
            if query.fetch_optional(&mut *self.connection).await?.is_none() {
                return Ok(Err(ChatRefusal::NoSuchMessage));
            }
        }
        let id = MessageId::fresh();
        let sql = "INSERT INTO messages (id, channel, author_id, author_name, content, reply_to, extra, created_ms) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number";
        let number: i64 = sqlx::query_scalar(sql)
            .bind(id.to_string())
            .bind(number)
            .bind(account)
            .bind(author.name())
            .bind(content)
            .bind(reply_to.map(|id| id.to_string()))
            .bind(extra.as_ref().map(Extra::json))
            .bind(self.now())
            .fetch_one(&mut *self.connection)
            .await?;
        let message = Message {
            id,
            number: number.cast_unsigned(),
            channel: *channel,
            channel_number: channel_number.cast_unsigned(),
            author: author.clone(),
            content: content.clone(),
            reply_to: *reply_to,
            extra: extra.clone(),
            created_ms: self.now_ms,
            edited_ms: None,
        };
        Ok(Ok(Written::Posted { community, sesh, message }))
    }

    pub(super) async fn edit(&mut self, by: Uuid, message: MessageId, content: &str) -> Changed {
        let (said, community) = allowed!(self.said(by, message).await?);
        if said.author.as_deref() != Some(by.to_string().as_str()) {
            return Ok(Err(ChatRefusal::NotAuthor));
        }
        let id = message.to_string();
        let sql = "UPDATE messages SET content = ?, edited_ms = ? WHERE id = ?";
        let query = sqlx::query(sql).bind(content).bind(self.now()).bind(&id);
        query.execute(&mut *self.connection).await?;
        Ok(Ok(Written::Edited(community, self.message(&id).await?)))
    }

    pub(super) async fn delete(&mut self, by: Uuid, message: MessageId) -> Changed {
        let (said, community) = allowed!(self.said(by, message).await?);
        let by = by.to_string();
        if said.author.as_ref() != Some(&by) && said.owner.as_ref() != Some(&by) {
            return Ok(Err(ChatRefusal::NotAuthorOrOwner));
        }
        let sql = "UPDATE messages SET deleted = 1, content = '', extra = NULL, edited_ms = ? WHERE id = ?";
        let query = sqlx::query(sql).bind(self.now()).bind(message.to_string());
        query.execute(&mut *self.connection).await?;
        Ok(Ok(Written::Deleted(community, said.channel, message, said.number.cast_unsigned())))
    }

    /// A message that somebody wants to change: only members know that there is one.
    async fn said(
        &mut self,
        by: Uuid,
        id: MessageId,
    ) -> Result<Result<(Said, CommunityId), ChatRefusal>, sqlx::Error> {
        let sql = "SELECT m.number, h.id AS channel_id, c.id AS community_id, m.author_id, c.owner_id \
                   FROM messages AS m JOIN channels AS h ON h.number = m.channel \
                   JOIN communities AS c ON c.number = h.community \
                   JOIN community_members AS p ON p.community = c.number AND p.account_id = ?2 \
                   WHERE m.id = ?1 AND NOT m.deleted";
        let query = sqlx::query(sql).bind(id.to_string()).bind(by.to_string());
        let Some(row) = query.fetch_optional(&mut *self.connection).await? else {
            return Ok(Err(ChatRefusal::NoSuchMessage));
        };
        let said = Said {
            number: row.try_get("number")?,
            channel: ChannelId(rows::uuid(&row, "channel_id")?),
            author: row.try_get("author_id")?,
            owner: row.try_get("owner_id")?,
        };
        Ok(Ok((said, CommunityId(rows::uuid(&row, "community_id")?))))
    }

    async fn message(&mut self, id: &str) -> Result<Message, sqlx::Error> {
        let sql = concat!(
            "SELECT ",
            message_columns!(),
            " FROM messages AS m JOIN channels AS h ON h.number = m.channel WHERE m.id = ?"
        );
        rows::message(&sqlx::query(sql).bind(id).fetch_one(&mut *self.connection).await?)
    }
}
