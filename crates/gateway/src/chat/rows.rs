//! Rows of the database as what they stand for.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::model::{Channel, ChannelId, ChannelKind, Community, CommunityId, Extra, Message, MessageId};
use super::people::{Author, Member, Person, Presence};

type Read<T> = Result<T, sqlx::Error>;

/// What [`community`] needs; `c` is the community.
macro_rules! community_columns {
    () => {
        "c.id, c.number, c.name, c.description, c.icon_url, c.owner_id, c.sesh, c.open, c.created_ms, \
         c.updated_ms, (SELECT count(*) FROM community_members WHERE community = c.number) AS member_count"
    };
}

/// What [`channel`] needs; `h` is the channel, `c` its community.
macro_rules! channel_columns {
    () => {
        "h.id, h.handle, c.id AS community_id, h.name, h.kind, h.position, h.topic, h.category, h.extra, h.created_ms"
    };
}

/// What [`message`] needs; `m` is the message, `h` its channel.
macro_rules! message_columns {
    () => {
        "m.id, m.number, h.id AS channel_id, h.handle AS channel_number, m.author_id, m.author_name, \
         (SELECT number FROM accounts WHERE id = m.author_id) AS author_number, m.content, m.reply_to, m.extra, \
         m.created_ms, m.edited_ms"
    };
}

pub(super) use {channel_columns, community_columns, message_columns};

pub(super) fn uuid(row: &SqliteRow, column: &str) -> Read<Uuid> {
    parsed(row.try_get(column)?)
}

fn optional_uuid(row: &SqliteRow, column: &str) -> Read<Option<Uuid>> {
    row.try_get::<Option<&str>, _>(column)?.map(parsed).transpose()
}

fn parsed(text: &str) -> Read<Uuid> {
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn number(row: &SqliteRow, column: &str) -> Read<u64> {
    row.try_get::<i64, _>(column).map(i64::cast_unsigned)
}

/// What is there was written by [`Extra::json`].
fn extra(row: &SqliteRow) -> Read<Option<Extra>> {
    let read = |text| Extra::from_json(text).map_err(|error| sqlx::Error::Decode(Box::new(error)));
    row.try_get::<Option<&str>, _>("extra")?.map(read).transpose()
}

fn count(row: &SqliteRow, column: &str) -> Read<u32> {
    row.try_get::<i64, _>(column).map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}

pub(super) fn community(row: &SqliteRow) -> Read<Community> {
    Ok(Community {
        id: CommunityId(uuid(row, "id")?),
        number: number(row, "number")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        icon_url: row.try_get("icon_url")?,
        owner: optional_uuid(row, "owner_id")?,
        sesh: row.try_get("sesh")?,
        open: row.try_get("open")?,
        member_count: count(row, "member_count")?,
        created_ms: number(row, "created_ms")?,
        updated_ms: number(row, "updated_ms")?,
    })
}

pub(super) fn channel(row: &SqliteRow) -> Read<Channel> {
    Ok(Channel {
        id: ChannelId(uuid(row, "id")?),
        number: number(row, "handle")?,
        community: CommunityId(uuid(row, "community_id")?),
        name: row.try_get("name")?,
        // The table takes no other word.
        kind: ChannelKind::of(row.try_get("kind")?).unwrap_or(ChannelKind::Text),
        position: count(row, "position")?,
        topic: row.try_get("topic")?,
        category: row.try_get("category")?,
        extra: extra(row)?,
        created_ms: number(row, "created_ms")?,
    })
}

pub(super) fn message(row: &SqliteRow) -> Read<Message> {
    let name: String = row.try_get("author_name")?;
    Ok(Message {
        id: MessageId(uuid(row, "id")?),
        number: number(row, "number")?,
        channel: ChannelId(uuid(row, "channel_id")?),
        channel_number: number(row, "channel_number")?,
        author: match optional_uuid(row, "author_id")? {
            Some(account) => {
                Author::Account(Person { account, number: number(row, "author_number")?, username: name })
            }
            None => Author::Guest(name),
        },
        content: row.try_get("content")?,
        reply_to: optional_uuid(row, "reply_to")?.map(MessageId),
        extra: extra(row)?,
        created_ms: number(row, "created_ms")?,
        edited_ms: row.try_get::<Option<i64>, _>("edited_ms")?.map(i64::cast_unsigned),
    })
}

pub(super) fn member(row: &SqliteRow) -> Read<Member> {
    Ok(Member {
        person: Person {
            account: uuid(row, "account_id")?,
            number: number(row, "account_number")?,
            username: row.try_get("username")?,
        },
        avatar_url: row.try_get("avatar_url")?,
        nickname: row.try_get("nickname")?,
        joined_ms: number(row, "joined_ms")?,
        presence: Presence { custom_status: row.try_get("custom_status")?, ..Presence::default() },
    })
}
