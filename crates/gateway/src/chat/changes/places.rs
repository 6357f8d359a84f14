//! What the rules of a change have to know of a community: whose it is, who is in it, who must not come.

use sqlx::Row;

use super::super::limits::Limits;
use super::super::model::{Community, CommunityId};
use super::super::rows::{self, community_columns};
use super::super::store::ChatRefusal;
use super::Changes;

/// A community as its rules need it.
pub(super) struct Place {
    pub number: i64,
    pub owner: Option<String>,
    pub sesh: bool,
}

impl Changes<'_> {
    pub(super) async fn place(&mut self, id: CommunityId) -> Result<Result<Place, ChatRefusal>, sqlx::Error> {
        let sql = "SELECT number, owner_id, sesh IS NOT NULL AS sesh FROM communities WHERE id = ?";
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(&mut *self.connection).await?;
        let Some(row) = row else { return Ok(Err(ChatRefusal::NoSuchCommunity)) };
        Ok(Ok(Place {
            number: row.try_get("number")?,
            owner: row.try_get("owner_id")?,
            sesh: row.try_get("sesh")?,
        }))
    }

    pub(super) async fn place_of_member(
        &mut self,
        id: CommunityId,
        account: &str,
    ) -> Result<Result<Place, ChatRefusal>, sqlx::Error> {
        let place = allowed!(self.place(id).await?);
        let is_member = self.is_member(place.number, account).await?;
        Ok(if is_member { Ok(place) } else { Err(ChatRefusal::NoSuchCommunity) })
    }

    pub(super) async fn place_of_owner(
        &mut self,
        id: CommunityId,
        account: &str,
    ) -> Result<Result<Place, ChatRefusal>, sqlx::Error> {
        let place = allowed!(self.place_of_member(id, account).await?);
        Ok(if place.owner.as_deref() == Some(account) { Ok(place) } else { Err(ChatRefusal::NotOwner) })
    }

    pub(super) async fn is_member(&mut self, community: i64, account: &str) -> Result<bool, sqlx::Error> {
        let sql = "SELECT 1 FROM community_members WHERE community = ? AND account_id = ?";
        let query = sqlx::query(sql).bind(community).bind(account);
        Ok(query.fetch_optional(&mut *self.connection).await?.is_some())
    }

    pub(super) async fn is_banned(&mut self, community: i64, account: &str) -> Result<bool, sqlx::Error> {
        let sql = "SELECT 1 FROM community_bans WHERE community = ? AND account_id = ?";
        let query = sqlx::query(sql).bind(community).bind(account);
        Ok(query.fetch_optional(&mut *self.connection).await?.is_some())
    }

    pub(super) async fn has_room_for_communities(
        &mut self,
        account: &str,
    ) -> Result<Result<(), ChatRefusal>, sqlx::Error> {
        let sql = "SELECT count(*) FROM community_members WHERE account_id = ?";
        let count: u32 = sqlx::query_scalar(sql).bind(account).fetch_one(&mut *self.connection).await?;
        Ok(if count < Limits::COMMUNITIES { Ok(()) } else { Err(ChatRefusal::TooMany) })
    }

    pub(super) async fn community(&mut self, number: i64) -> Result<Community, sqlx::Error> {
        let sql = concat!("SELECT ", community_columns!(), " FROM communities AS c WHERE c.number = ?");
        rows::community(&sqlx::query(sql).bind(number).fetch_one(&mut *self.connection).await?)
    }
}
