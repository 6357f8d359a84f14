//! Seshes in the database: how one is written, and how its parts are read.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{Stored, clipped, kept_celsius, read_celsius, small};
use crate::curve;
use crate::{Line, LineKind, LineWrite, Member, SeshId, SeshKey, SeshRow, SeshWrite};

/// The row that a key names.
pub(super) async fn id_of(connection: &mut SqliteConnection, key: SeshKey) -> Stored<Option<i64>> {
    let query = sqlx::query_scalar("SELECT id FROM seshes WHERE key = ?").bind(key.0);
    Ok(query.fetch_optional(connection).await?)
}

/// Writes a sesh as far as it is known. One that is over stays as it is.
pub(super) async fn keep(connection: &mut SqliteConnection, sesh: &SeshWrite) -> Stored<()> {
    let sql = "INSERT INTO seshes (key, gateway, group_name, number, began_ms, known_ms, ended_ms, skew_ms) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (key) DO UPDATE SET gateway = excluded.gateway, group_name = excluded.group_name, \
               number = excluded.number, known_ms = excluded.known_ms, ended_ms = excluded.ended_ms, \
               skew_ms = excluded.skew_ms WHERE ended_ms IS NULL RETURNING id";
    let id: Option<i64> = sqlx::query_scalar(sql)
        .bind(sesh.key.0)
        .bind(clipped(&sesh.gateway))
        .bind(clipped(&sesh.group))
        .bind(sesh.number)
        .bind(sesh.began_ms)
        .bind(sesh.known_ms)
        .bind(sesh.ended.then_some(sesh.known_ms))
        .bind(sesh.skew_ms)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(id) = id else { return Ok(()) };
    for (n, member) in (0_u32..).zip(&sesh.members) {
        keep_member(connection, id, n, member).await?;
    }
    Ok(())
}

async fn keep_member(connection: &mut SqliteConnection, sesh: i64, n: u32, member: &Member) -> Stored<()> {
    let sql = "INSERT INTO members (sesh_id, n, name, color, own, model, target_c, began_after_ms, \
               time_to_temp_ms, peak_c, excluded, curve) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (sesh_id, n) DO UPDATE SET name = excluded.name, color = excluded.color, \
               own = excluded.own, model = excluded.model, target_c = excluded.target_c, \
               began_after_ms = excluded.began_after_ms, time_to_temp_ms = excluded.time_to_temp_ms, \
               peak_c = excluded.peak_c, excluded = excluded.excluded, curve = excluded.curve";
    sqlx::query(sql)
        .bind(sesh)
        .bind(n)
        .bind(clipped(&member.name))
        .bind(member.color.as_deref().map(clipped))
        .bind(member.own)
        .bind(member.model.as_deref().map(clipped))
        .bind(kept_celsius(member.target_celsius))
        .bind(member.began_after_ms)
        .bind(member.time_to_temp_ms)
        .bind(kept_celsius(member.peak_celsius))
        .bind(member.excluded)
        .bind(curve::encode(&member.curve))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a line of a sesh that is there.
pub(super) async fn keep_line(connection: &mut SqliteConnection, write: &LineWrite) -> Stored<()> {
    let sql = "INSERT OR IGNORE INTO lines (sesh_id, n, at_ms, kind, name, color, own, text) \
               SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM seshes WHERE key = ?1";
    let line = &write.line;
    sqlx::query(sql)
        .bind(write.sesh.0)
        .bind(write.n)
        .bind(line.at_ms)
        .bind(line.kind.name())
        .bind(line.name.as_deref().map(clipped))
        .bind(line.color.as_deref().map(clipped))
        .bind(line.own)
        .bind(clipped(&line.text))
        .execute(connection)
        .await?;
    Ok(())
}

/// The columns of [`row`].
macro_rules! columns {
    () => {
        "id, gateway, group_name, number, began_ms, ended_ms, skew_ms, cut_short"
    };
}
pub(super) use columns;

/// A sesh without its members.
pub(super) fn row(row: &SqliteRow) -> Result<SeshRow, sqlx::Error> {
    Ok(SeshRow {
        id: SeshId(row.try_get("id")?),
        gateway: row.try_get("gateway")?,
        group: row.try_get("group_name")?,
        number: small(row.try_get("number")?),
        began_ms: row.try_get("began_ms")?,
        ended_ms: row.try_get("ended_ms")?,
        skew_ms: small(row.try_get("skew_ms")?),
        cut_short: row.try_get("cut_short")?,
        members: Vec::new(),
    })
}

/// The members of some seshes, with the sesh of each. Their curves are left out, or read.
pub(super) async fn members(
    connection: &mut SqliteConnection,
    seshes: &[SeshId],
    curves: bool,
) -> Stored<Vec<(SeshId, Member)>> {
    let ids = serde_json::to_string(seshes).unwrap_or_default();
    let sql = "SELECT sesh_id, name, color, own, model, target_c, began_after_ms, time_to_temp_ms, peak_c, \
               excluded, iif(?2, curve, x'') AS curve FROM members \
               WHERE sesh_id IN (SELECT value FROM json_each(?1)) ORDER BY sesh_id, n";
    let rows = sqlx::query(sql).bind(ids).bind(curves).fetch_all(connection).await?;
    let read = |row: &SqliteRow| Ok((SeshId(row.try_get("sesh_id")?), member(row)?));
    Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
}

fn member(row: &SqliteRow) -> Result<Member, sqlx::Error> {
    Ok(Member {
        name: row.try_get("name")?,
        color: row.try_get("color")?,
        own: row.try_get("own")?,
        model: row.try_get("model")?,
        target_celsius: read_celsius(row.try_get("target_c")?),
        began_after_ms: small(row.try_get("began_after_ms")?),
        time_to_temp_ms: small(row.try_get("time_to_temp_ms")?),
        peak_celsius: read_celsius(row.try_get("peak_c")?),
        excluded: row.try_get("excluded")?,
        // A curve that cannot be read costs only itself.
        curve: curve::decode(row.try_get("curve")?).unwrap_or_default(),
    })
}

/// What was said in a sesh.
pub(super) async fn lines(connection: &mut SqliteConnection, sesh: SeshId) -> Stored<Vec<Line>> {
    let sql = "SELECT at_ms, kind, name, color, own, text FROM lines WHERE sesh_id = ? ORDER BY n";
    let rows = sqlx::query(sql).bind(sesh.0).fetch_all(connection).await?;
    let read = |row: &SqliteRow| {
        Ok(Line {
            at_ms: row.try_get("at_ms")?,
            kind: LineKind::of_name(row.try_get("kind")?),
            name: row.try_get("name")?,
            color: row.try_get("color")?,
            own: row.try_get("own")?,
            text: row.try_get("text")?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
}
