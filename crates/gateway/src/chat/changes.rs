//! What each change does to the database, and who may make it: communities, members and channels here, what is said in
//! `messages`.

/// Goes on with the value, or ends with the refusal.
macro_rules! allowed {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(refusal) => return Ok(Err(refusal)),
        }
    };
}

mod messages;
mod places;

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::limits::Limits;
use super::model::{Channel, ChannelId, CommunityId, Extra};
use super::rows::{self, channel_columns};
use super::store::{ChatRefusal, NewChannel, NewCommunity, SeshCommunity, Write, Written};
use crate::hub::OsRandom;
use crate::number;

type Changed = Result<Result<Written, ChatRefusal>, sqlx::Error>;

/// Makes changes in a transaction.
pub(super) struct Changes<'a> {
    pub connection: &'a mut SqliteConnection,
    pub now_ms: u64,
}

impl Changes<'_> {
    /// Whether a change is made of several, of which the first must not stay when a later one fails. One that is a single
    /// statement stays or fails as a whole by itself.
    pub const fn has_parts(write: &Write) -> bool {
        match write {
            Write::CreateCommunity { .. } | Write::Sesh(_) | Write::Ban { .. } => true,
            Write::EndSesh { .. }
            | Write::Join { .. }
            | Write::Leave { .. }
            | Write::CreateChannel { .. }
            | Write::Post(_)
            | Write::Edit { .. }
            | Write::Delete { .. }
            | Write::CustomStatus { .. }
            | Write::Avatar { .. } => false,
        }
    }

    pub async fn make(&mut self, write: &Write) -> Changed {
        match write {
            Write::CreateCommunity { by, community, channels } => {
                self.create_community(*by, community, channels).await
            }
            Write::Sesh(sesh) => self.sesh(sesh).await,
            Write::EndSesh { code } => self.end_sesh(code).await,
            Write::Join { account, community } => self.join(*account, *community).await,
            Write::Leave { account, community } => self.leave(*account, *community).await,
            Write::Ban { by, community, account, reason, on: true } => {
                self.ban(*by, *community, *account, reason.as_deref()).await
            }
            Write::Ban { by, community, account, on: false, .. } => {
                self.unban(*by, *community, *account).await
            }
            Write::CreateChannel { by, community, channel } => {
                self.create_channel(*by, *community, channel).await
            }
            Write::Post(message) => self.post(message).await,
            Write::Edit { by, message, content } => self.edit(*by, *message, content).await,
            Write::Delete { by, message } => self.delete(*by, *message).await,
            Write::CustomStatus { account, text } => self.custom_status(*account, text.as_deref()).await,
            Write::Avatar { account, url } => self.avatar(*account, url.as_deref()).await,
        }
    }

    fn now(&self) -> i64 {
        self.now_ms.cast_signed()
    }

    async fn create_community(&mut self, by: Uuid, new: &NewCommunity, channels: &[NewChannel]) -> Changed {
        let by = by.to_string();
        allowed!(self.has_room_for_communities(&by).await?);
        if channels.len() > Limits::CHANNELS as usize {
            return Ok(Err(ChatRefusal::TooMany));
        }
        let number = self.insert_community(new, Some(&by), None).await?;
        self.insert_member(number, &by).await?;
        let mut made = Vec::with_capacity(channels.len());
        for channel in channels {
            made.push(self.insert_channel(number, channel).await?);
        }
        Ok(Ok(Written::Founded(self.community(number).await?, made)))
    }

    async fn insert_community(
        &mut self,
        new: &NewCommunity,
        owner: Option<&str>,
        sesh: Option<&str>,
    ) -> Result<i64, sqlx::Error> {
        let NewCommunity { name, description, icon_url, open } = new;
        let sql = "INSERT INTO communities (id, name, description, icon_url, open, owner_id, sesh, created_ms, \
                   updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) RETURNING number";
        sqlx::query_scalar(sql)
            .bind(CommunityId::fresh().to_string())
            .bind(name)
            .bind(description.as_deref())
            .bind(icon_url.as_deref())
            .bind(open)
            .bind(owner)
            .bind(sesh)
            .bind(self.now())
            .fetch_one(&mut *self.connection)
            .await
    }

    async fn insert_member(&mut self, community: i64, account: &str) -> Result<bool, sqlx::Error> {
        let sql = "INSERT INTO community_members (community, account_id, joined_ms) VALUES (?, ?, ?) \
                   ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql).bind(community).bind(account).bind(self.now());
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    async fn insert_channel(&mut self, community: i64, new: &NewChannel) -> Result<Channel, sqlx::Error> {
        let sql = "INSERT INTO channels (id, community, name, kind, position, topic, category, extra, created_ms, \
                   handle) VALUES (?1, ?2, ?3, ?4, (SELECT count(*) FROM channels WHERE community = ?2), ?5, ?6, \
                   ?7, ?8, ?9)";
        let id = ChannelId::fresh().to_string();
        sqlx::query(sql)
            .bind(&id)
            .bind(community)
            .bind(&new.name)
            .bind(new.kind.name())
            .bind(new.topic.as_deref())
            .bind(new.category.as_deref())
            .bind(new.extra.as_ref().map(Extra::json))
            .bind(self.now())
            .bind(number::random(&mut OsRandom).cast_signed())
            .execute(&mut *self.connection)
            .await?;
        let sql = concat!(
            "SELECT ",
            channel_columns!(),
            " FROM channels AS h JOIN communities AS c ON c.number = h.community WHERE h.id = ?"
        );
        rows::channel(&sqlx::query(sql).bind(id).fetch_one(&mut *self.connection).await?)
    }

    /// A sesh has one channel to write in and one to speak in.
    async fn sesh(&mut self, SeshCommunity { code, name, owner }: &SeshCommunity) -> Changed {
        let owner = owner.map(|owner| owner.to_string());
        let sql = "UPDATE communities SET updated_ms = CASE WHEN name IS ?2 AND owner_id IS ?3 THEN updated_ms \
                   ELSE ?4 END, name = ?2, owner_id = ?3 WHERE sesh = ?1 RETURNING number";
        let query = sqlx::query_scalar(sql).bind(code).bind(name).bind(owner.as_deref()).bind(self.now());
        let number = match query.fetch_optional(&mut *self.connection).await? {
            Some(number) => number,
            None => {
                let new = NewCommunity { name: name.clone(), ..NewCommunity::default() };
                self.insert_community(&new, owner.as_deref(), Some(code)).await?
            }
        };
        for channel in NewChannel::of_sesh() {
            let sql = "SELECT EXISTS (SELECT 1 FROM channels WHERE community = ? AND kind = ?)";
            let query = sqlx::query_scalar(sql).bind(number).bind(channel.kind.name());
            if !query.fetch_one(&mut *self.connection).await? {
                self.insert_channel(number, &channel).await?;
            }
        }
        Ok(Ok(Written::Community(self.community(number).await?)))
    }

    async fn end_sesh(&mut self, code: &str) -> Changed {
        let query = sqlx::query("DELETE FROM communities WHERE sesh = ? RETURNING id").bind(code);
        let row = query.fetch_optional(&mut *self.connection).await?;
        let id = row.map(|row| rows::uuid(&row, "id")).transpose()?;
        Ok(Ok(Written::Ended(id.map(CommunityId))))
    }

    async fn join(&mut self, account: Uuid, community: CommunityId) -> Changed {
        let account = account.to_string();
        let place = allowed!(self.place(community).await?);
        if self.is_banned(place.number, &account).await? {
            return Ok(Err(ChatRefusal::Banned));
        }
        if self.is_member(place.number, &account).await? {
            return Ok(Err(ChatRefusal::AlreadyMember));
        }
        allowed!(self.has_room_for_communities(&account).await?);
        let sql = "SELECT count(*) FROM community_members WHERE community = ?";
        let members: u32 =
            sqlx::query_scalar(sql).bind(place.number).fetch_one(&mut *self.connection).await?;
        if members >= Limits::MEMBERS {
            return Ok(Err(ChatRefusal::TooMany));
        }
        self.insert_member(place.number, &account).await?;
        Ok(Ok(Written::Joined(self.community(place.number).await?)))
    }

    async fn leave(&mut self, account: Uuid, community: CommunityId) -> Changed {
        let account = account.to_string();
        let place = allowed!(self.place_of_member(community, &account).await?);
        // Nobody is kept in a sesh.
        if place.owner.as_ref() == Some(&account) && !place.sesh {
            return Ok(Err(ChatRefusal::OwnerStays));
        }
        self.remove_member(place.number, &account).await?;
        Ok(Ok(Written::Left(self.community(place.number).await?)))
    }

    async fn remove_member(&mut self, community: i64, account: &str) -> Result<bool, sqlx::Error> {
        let sql = "DELETE FROM community_members WHERE community = ? AND account_id = ?";
        let query = sqlx::query(sql).bind(community).bind(account);
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    async fn ban(
        &mut self,
        by: Uuid,
        community: CommunityId,
        account: Uuid,
        reason: Option<&str>,
    ) -> Changed {
        let (by, account) = (by.to_string(), account.to_string());
        let place = allowed!(self.place_of_owner(community, &by).await?);
        if by == account {
            return Ok(Err(ChatRefusal::OwnerStays));
        }
        let sql = "INSERT INTO community_bans (community, account_id, by_id, reason, banned_ms) \
                   VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason";
        sqlx::query(sql)
            .bind(place.number)
            .bind(&account)
            .bind(&by)
            .bind(reason)
            .bind(self.now())
            .execute(&mut *self.connection)
            .await?;
        let was_member = self.remove_member(place.number, &account).await?;
        let left =
            if was_member { Written::Left(self.community(place.number).await?) } else { Written::Done };
        Ok(Ok(left))
    }

    async fn unban(&mut self, by: Uuid, community: CommunityId, account: Uuid) -> Changed {
        let place = allowed!(self.place_of_owner(community, &by.to_string()).await?);
        let sql = "DELETE FROM community_bans WHERE community = ? AND account_id = ?";
        let query = sqlx::query(sql).bind(place.number).bind(account.to_string());
        query.execute(&mut *self.connection).await?;
        Ok(Ok(Written::Done))
    }

    async fn create_channel(&mut self, by: Uuid, community: CommunityId, new: &NewChannel) -> Changed {
        let place = allowed!(self.place_of_owner(community, &by.to_string()).await?);
        let sql = "SELECT count(*) FROM channels WHERE community = ?";
        let channels: u32 =
            sqlx::query_scalar(sql).bind(place.number).fetch_one(&mut *self.connection).await?;
        if channels >= Limits::CHANNELS {
            return Ok(Err(ChatRefusal::TooMany));
        }
        Ok(Ok(Written::Channel(self.insert_channel(place.number, new).await?)))
    }

    async fn custom_status(&mut self, account: Uuid, text: Option<&str>) -> Changed {
        let sql = "INSERT INTO profiles (account_id, custom_status) VALUES (?, ?) \
                   ON CONFLICT DO UPDATE SET custom_status = excluded.custom_status";
        let query = sqlx::query(sql).bind(account.to_string()).bind(text);
        query.execute(&mut *self.connection).await?;
        Ok(Ok(Written::Done))
    }

    async fn avatar(&mut self, account: Uuid, url: Option<&str>) -> Changed {
        // The revision tells a running gateway that the account changed.
        let sql = "UPDATE accounts SET avatar_url = ?2, updated_ms = ?3, \
                   revision = (SELECT coalesce(max(revision), 0) + 1 FROM accounts) WHERE id = ?1";
        let query = sqlx::query(sql).bind(account.to_string()).bind(url).bind(self.now());
        let changed = query.execute(&mut *self.connection).await?.rows_affected() > 0;
        Ok(if changed { Ok(Written::Done) } else { Err(ChatRefusal::NoSuchAccount) })
    }
}
