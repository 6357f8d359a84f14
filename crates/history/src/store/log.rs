//! Takes the dabs of a device's log in. Reading it again adds nothing, and brings nothing back that was deleted.

use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnection;

use super::dabs::{Kept, columns, put};
use super::{Store, Stored, devices};
use crate::Device;
use crate::matching::{LogDab, LogReading, LogTaken, Marks, believed, pairs};

impl Store {
    /// Takes in what was read from a device's log.
    ///
    /// # Errors
    /// See [`StoreError`](crate::StoreError). Nothing was taken in; it can be given again.
    pub async fn take_log(&self, device: &Device, reading: &LogReading) -> Stored<LogTaken> {
        let mut transaction = self.write().await?;
        let device_id = devices::row_of(&mut transaction, device, reading.now_ms).await?;
        let kept = kept(&mut transaction, device_id).await?;
        let deleted = Deleted::read(&mut transaction, device_id, &device.key).await?;
        let mut taken = Taking::new(kept);
        for dab in &reading.dabs {
            taken.hear(dab, &deleted, reading);
        }
        let (changed, gone, outcome) = taken.finish(reading);
        for id in gone {
            sqlx::query("DELETE FROM dabs WHERE id = ?").bind(id).execute(&mut *transaction).await?;
        }
        for kept in &changed {
            put(&mut transaction, device_id, kept).await?;
        }
        transaction.commit().await?;
        Ok(outcome)
    }
}

async fn kept(connection: &mut SqliteConnection, device: i64) -> Stored<Vec<Kept>> {
    let sql = concat!("SELECT ", columns!(), " FROM dabs WHERE device_id = ? ORDER BY at_ms");
    let rows = sqlx::query(sql).bind(device).fetch_all(connection).await?;
    Ok(rows.iter().map(Kept::read).collect::<Result<_, _>>()?)
}

/// The name of a device among the floors; `None`: every device.
pub(super) fn floor_name(key: Option<&str>) -> Vec<u8> {
    key.map_or_else(Vec::new, |key| Sha256::digest(key.as_bytes()).to_vec())
}

/// What was deleted of a device, and is not taken from its log any more.
#[derive(Debug, Default)]
struct Deleted {
    dabs: Vec<(i64, Option<(u32, u32)>)>,
    before_ms: Option<i64>,
}

impl Deleted {
    async fn read(connection: &mut SqliteConnection, device: i64, key: &str) -> Stored<Self> {
        let sql = "SELECT at_ms, log_index, log_stamp FROM deleted_dabs WHERE device_id = ?";
        let dabs: Vec<(i64, Option<u32>, Option<u32>)> =
            sqlx::query_as(sql).bind(device).fetch_all(&mut *connection).await?;
        let before_ms = sqlx::query_scalar("SELECT max(before_ms) FROM log_floors WHERE device IN (?, ?)")
            .bind(floor_name(Some(key)))
            .bind(floor_name(None))
            .fetch_one(connection)
            .await?;
        let dabs = dabs.into_iter().map(|(at_ms, index, stamp)| (at_ms, index.zip(stamp))).collect();
        Ok(Self { dabs, before_ms })
    }

    fn holds(&self, dab: &LogDab, reading: &LogReading) -> bool {
        let ahead = reading.clock_ahead_ms;
        let by_our_clock = dab.at_ms.saturating_sub(ahead.unwrap_or_default());
        let bare = |at_ms| Marks { at_ms, slot: None, target_celsius: None };
        self.before_ms.is_some_and(|before| by_our_clock <= before)
            || self.dabs.iter().any(|(at_ms, log)| match log {
                Some(log) => *log == (dab.index, dab.stamp),
                None => bare(*at_ms).apart_ms(&bare(dab.at_ms), ahead).is_some(),
            })
    }
}

/// A log being taken in.
struct Taking {
    rows: Vec<Kept>,
    /// As they were read.
    before: Vec<Kept>,
    /// Rows that only the log told of, and their entries: a heat may have been seen for them since.
    told: Vec<(usize, LogDab)>,
    /// Entries that are in no row yet, and when they were written.
    new: Vec<(LogDab, i64)>,
    outcome: LogTaken,
}

impl Taking {
    fn new(rows: Vec<Kept>) -> Self {
        Self { before: rows.clone(), rows, told: Vec::new(), new: Vec::new(), outcome: LogTaken::default() }
    }

    fn hear(&mut self, dab: &LogDab, deleted: &Deleted, reading: &LogReading) {
        let name = Some((dab.index, dab.stamp));
        if let Some(at) = self.rows.iter().position(|row| row.log == name) {
            self.rows[at].hear_log(dab, dab.at_ms);
            if self.rows[at].live_began_ms.is_none() {
                self.told.push((at, dab.clone()));
            }
            self.outcome.known += 1;
        } else if self.new.iter().any(|(new, _)| Some((new.index, new.stamp)) == name) {
            self.outcome.known += 1;
        } else {
            match believed(dab.at_ms, reading).filter(|_| !deleted.holds(dab, reading)) {
                Some(at_ms) => self.new.push((dab.clone(), at_ms)),
                None => self.outcome.left_out += 1,
            }
        }
    }

    /// The rows to be written, those to be deleted, and the outcome.
    fn finish(mut self, reading: &LogReading) -> (Vec<Kept>, Vec<i64>, LogTaken) {
        let seen: Vec<usize> = (0..self.rows.len()).filter(|row| self.rows[*row].log.is_none()).collect();
        let seen_marks: Vec<Marks> = seen.iter().map(|row| self.rows[*row].marks()).collect();
        let entries = self.told.iter().map(|(_, dab)| dab).chain(self.new.iter().map(|(dab, _)| dab));
        let entries: Vec<Marks> = entries.map(marks).collect();
        let pairs = pairs(&seen_marks, &entries, reading.clock_ahead_ms);
        let mut gone = Vec::new();
        let mut used = vec![false; self.new.len()];
        for (live, entry) in pairs {
            let live = seen[live];
            if let Some((told, _)) = self.told.get(entry) {
                let told = self.rows[*told].clone();
                self.rows[live].hear_log(&entry_of(&told), told.at_ms);
                gone.push(told.id);
            } else {
                let (dab, at_ms) = &self.new[entry - self.told.len()];
                self.rows[live].hear_log(dab, *at_ms);
                used[entry - self.told.len()] = true;
                self.outcome.merged += 1;
            }
        }
        let mut changed: Vec<Kept> = Vec::new();
        for (row, before) in self.rows.into_iter().zip(self.before) {
            if row != before && !gone.contains(&row.id) {
                changed.push(row);
            }
        }
        for ((dab, at_ms), _) in self.new.iter().zip(used).filter(|(_, used)| !used) {
            let mut row = Kept::default();
            row.hear_log(dab, *at_ms);
            changed.push(row);
            self.outcome.added += 1;
        }
        (changed, gone, self.outcome)
    }
}

fn marks(dab: &LogDab) -> Marks {
    Marks { at_ms: dab.at_ms, slot: dab.profile.slot, target_celsius: dab.target_celsius }
}

/// What a row of the log was made of.
fn entry_of(row: &Kept) -> LogDab {
    let (index, stamp) = row.log.unwrap_or_default();
    LogDab {
        index,
        stamp,
        at_ms: row.at_ms,
        profile: row.profile.clone(),
        target_celsius: row.target_celsius,
        peak_celsius: row.peak_celsius,
        time_to_temp_ms: row.time_to_temp_ms,
        held_ms: row.held_ms,
        boosts: row.boosts,
        ending: row.ending,
    }
}
