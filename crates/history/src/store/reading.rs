//! Reads figures, lists and recaps. Each is of one moment, whatever is written meanwhile.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::dabs::{Kept, columns as dab_columns};
use super::seshes::{self, columns as sesh_columns};
use super::{Store, Stored, small};
use crate::figures::{Counted, Span, figures};
use crate::{Calendar, Dab, Device, Figures, Range, Recap, SeshId, SeshPage, SeshRow};

/// A part of a list that is latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only what is older than the item that began at this moment (ms since 1970) and has this id; `None`: the
    /// first page.
    pub before: Option<(i64, i64)>,
    /// At most so many.
    pub limit: u32,
}

impl Page {
    /// The first page.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { before: None, limit }
    }

    /// The page that follows one which ended with this sesh.
    #[must_use]
    pub fn after_sesh(last: &SeshRow, limit: u32) -> Self {
        Self { before: Some((last.began_ms, last.id.0)), limit }
    }

    /// The page that follows one which ended with this dab.
    #[must_use]
    pub fn after_dab(last: &Dab, limit: u32) -> Self {
        Self { before: Some((last.at_ms, last.id.0)), limit }
    }

    fn cursor(self) -> (i64, i64) {
        self.before.unwrap_or((i64::MAX, i64::MAX))
    }
}

impl Store {
    /// The figures of a range of local days.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn figures(&self, range: Range, calendar: &Calendar, now_ms: i64) -> Stored<Figures> {
        let (from, to) = range.span(calendar, now_ms);
        let sql = "SELECT at_ms, sesh_id IS NOT NULL AS in_sesh, profile_slot, profile_name, time_to_temp_ms \
                   FROM dabs WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms";
        let rows = sqlx::query(sql).bind(from).bind(to).fetch_all(&self.readers).await?;
        let read = |row: &SqliteRow| {
            Ok(Counted {
                at_ms: row.try_get("at_ms")?,
                in_sesh: row.try_get("in_sesh")?,
                slot: small(row.try_get("profile_slot")?),
                name: row.try_get("profile_name")?,
                time_to_temp_ms: small(row.try_get("time_to_temp_ms")?),
            })
        };
        let dabs = rows.iter().map(read).collect::<Result<Vec<_>, sqlx::Error>>()?;
        Ok(figures(&dabs, range, calendar, now_ms))
    }

    /// Seshes of a range of local days, latest first, members without curves.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn seshes(
        &self,
        range: Range,
        calendar: &Calendar,
        now_ms: i64,
        page: Page,
    ) -> Stored<SeshPage> {
        let (from, to) = range.span(calendar, now_ms);
        let before = page.cursor();
        let sql = concat!(
            "SELECT ",
            sesh_columns!(),
            " FROM seshes WHERE began_ms >= ? AND began_ms < ? AND (began_ms, id) < (?, ?) \
             ORDER BY began_ms DESC, id DESC LIMIT ?"
        );
        let mut transaction = self.readers.begin().await?;
        let rows = sqlx::query(sql)
            .bind(from)
            .bind(to)
            .bind(before.0)
            .bind(before.1)
            .bind(i64::from(page.limit) + 1)
            .fetch_all(&mut *transaction)
            .await?;
        let mut seshes = rows.iter().map(seshes::row).collect::<Result<Vec<_>, _>>()?;
        let more = seshes.len() > page.limit as usize;
        seshes.truncate(page.limit as usize);
        let ids: Vec<SeshId> = seshes.iter().map(|sesh| sesh.id).collect();
        for (sesh, member) in seshes::members(&mut transaction, &ids, false).await? {
            if let Some(row) = seshes.iter_mut().find(|row| row.id == sesh) {
                row.members.push(member);
            }
        }
        Ok(SeshPage { seshes, more })
    }

    /// One sesh, whole; `None` when there is none.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn recap(&self, id: SeshId) -> Stored<Option<Recap>> {
        let mut transaction = self.readers.begin().await?;
        recap(&mut transaction, id).await
    }

    /// Dabs of a range of local days, latest first.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError).
    pub async fn dabs(&self, range: Range, calendar: &Calendar, now_ms: i64, page: Page) -> Stored<Vec<Dab>> {
        dabs(&mut *self.readers.acquire().await?, range.span(calendar, now_ms), page).await
    }
}

pub(super) async fn recap(connection: &mut SqliteConnection, id: SeshId) -> Stored<Option<Recap>> {
    let sql = concat!("SELECT ", sesh_columns!(), " FROM seshes WHERE id = ?");
    let Some(row) = sqlx::query(sql).bind(id.0).fetch_optional(&mut *connection).await? else {
        return Ok(None);
    };
    let mut sesh = seshes::row(&row)?;
    let members = seshes::members(connection, &[id], true).await?;
    sesh.members = members.into_iter().map(|(_, member)| member).collect();
    let lines = seshes::lines(connection, id).await?;
    let sql = concat!(
        "SELECT ",
        dab_columns!(),
        ", key, name, model FROM dabs JOIN devices ON devices.id = device_id WHERE sesh_id = ? ORDER BY at_ms"
    );
    let rows = sqlx::query(sql).bind(id.0).fetch_all(connection).await?;
    let dabs = rows.iter().map(dab).collect::<Result<_, _>>()?;
    Ok(Some(Recap { sesh, lines, dabs }))
}

pub(super) async fn dabs(
    connection: &mut SqliteConnection,
    (from, to): Span,
    page: Page,
) -> Stored<Vec<Dab>> {
    let sql = concat!(
        "SELECT ",
        dab_columns!(),
        ", key, name, model FROM dabs JOIN devices ON devices.id = device_id \
         WHERE at_ms >= ? AND at_ms < ? AND (at_ms, dabs.id) < (?, ?) ORDER BY at_ms DESC, dabs.id DESC LIMIT ?"
    );
    let before = page.cursor();
    let rows = sqlx::query(sql)
        .bind(from)
        .bind(to)
        .bind(before.0)
        .bind(before.1)
        .bind(page.limit)
        .fetch_all(connection)
        .await?;
    Ok(rows.iter().map(dab).collect::<Result<_, _>>()?)
}

fn dab(row: &SqliteRow) -> Result<Dab, sqlx::Error> {
    let device =
        Device { key: row.try_get("key")?, name: row.try_get("name")?, model: row.try_get("model")? };
    Ok(Kept::read(row)?.dab(device))
}
