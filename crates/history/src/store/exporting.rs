//! Writes exports, a sesh at a time: a long history does not have to fit into memory.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use sqlx::sqlite::SqliteConnection;

use super::reading::{dabs, recap};
use super::seshes::{self, columns};
use super::{Page, Store, Stored};
use crate::export::{csv, json};
use crate::{Calendar, Dab, Device, SeshId, SeshRow, StoreError};

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The dabs, as a table.
    Csv,
    /// Everything but the groups that were visited: their codes are invitations.
    Json,
}

impl Store {
    /// Writes the whole history to `out`, times as the clock of `calendar` shows them. It is of one moment.
    ///
    /// # Errors
    /// [`StoreError::Output`]: `out` did not take it. Others: it could not be read. What was written is not whole.
    pub async fn export(
        &self,
        form: Export,
        calendar: &Calendar,
        now_ms: i64,
        out: &mut (impl io::Write + Send),
    ) -> Stored<()> {
        let mut transaction = self.readers.begin().await?;
        match form {
            Export::Csv => self.export_csv(&mut transaction, calendar, out).await?,
            Export::Json => self.export_json(&mut transaction, calendar, now_ms, out).await?,
        }
        out.flush().map_err(StoreError::Output)
    }

    async fn export_csv(
        &self,
        connection: &mut SqliteConnection,
        calendar: &Calendar,
        out: &mut (impl io::Write + Send),
    ) -> Stored<()> {
        let seshes: BTreeMap<SeshId, SeshRow> =
            all_seshes(connection).await?.into_iter().map(|sesh| (sesh.id, sesh)).collect();
        out.write_all(csv::HEADER.as_bytes()).map_err(StoreError::Output)?;
        for dab in all_dabs(connection).await? {
            let sesh = dab.sesh.and_then(|sesh| seshes.get(&sesh));
            out.write_all(csv::line(&dab, sesh, calendar).as_bytes()).map_err(StoreError::Output)?;
        }
        Ok(())
    }

    async fn export_json(
        &self,
        connection: &mut SqliteConnection,
        calendar: &Calendar,
        now_ms: i64,
        out: &mut (impl io::Write + Send),
    ) -> Stored<()> {
        let dabs = all_dabs(connection).await?;
        let mut devices: Vec<Device> = Vec::new();
        for dab in &dabs {
            if devices.iter().all(|device| device.key != dab.device.key) {
                devices.push(dab.device.clone());
            }
        }
        let mut out = Pieces { out };
        out.raw("{\"format\":")?;
        out.value(&json::FORMAT)?;
        out.raw(",\"version\":")?;
        out.value(&json::VERSION)?;
        out.raw(",\"exported\":")?;
        out.value(&calendar.written(now_ms))?;
        out.raw(",\"devices\":")?;
        out.value(&json::devices(&devices))?;
        out.raw(",\"dabs\":[")?;
        for (n, dab) in dabs.iter().enumerate() {
            out.raw(if n == 0 { "\n" } else { ",\n" })?;
            out.value(&json::dab(dab, &devices, calendar))?;
        }
        out.raw("],\"seshes\":[")?;
        for (n, sesh) in all_seshes(connection).await?.iter().enumerate() {
            let Some(recap) = recap(connection, sesh.id).await? else { continue };
            out.raw(if n == 0 { "\n" } else { ",\n" })?;
            out.value(&json::sesh(&recap, calendar))?;
        }
        out.raw("]}\n")
    }
}

struct Pieces<'a, W> {
    out: &'a mut W,
}

impl<W: io::Write> Pieces<'_, W> {
    fn raw(&mut self, piece: &str) -> Stored<()> {
        self.out.write_all(piece.as_bytes()).map_err(StoreError::Output)
    }

    fn value(&mut self, value: &impl Serialize) -> Stored<()> {
        serde_json::to_writer(&mut *self.out, value).map_err(|error| StoreError::Output(error.into()))
    }
}

/// All dabs, oldest first.
async fn all_dabs(connection: &mut SqliteConnection) -> Stored<Vec<Dab>> {
    let mut all = dabs(connection, (i64::MIN, i64::MAX), Page::first(u32::MAX)).await?;
    all.reverse();
    Ok(all)
}

/// All seshes without their members, oldest first.
async fn all_seshes(connection: &mut SqliteConnection) -> Stored<Vec<SeshRow>> {
    let sql = concat!("SELECT ", columns!(), " FROM seshes ORDER BY began_ms, id");
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    Ok(rows.iter().map(seshes::row).collect::<Result<_, _>>()?)
}
