//! One dab in the database, and how what was seen of it and what the log says become one.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{Stored, clipped, devices, kept_celsius, read_celsius, small};
use crate::matching::{LogDab, Marks, TOLERANCE_MS, pairs};
use crate::{Dab, DabId, DabWrite, Device, Ending, Profile, SeshId, Source};

/// The columns of [`Kept`].
macro_rules! columns {
    () => {
        "dabs.id, at_ms, sesh_id, live_began_ms, log_index, log_stamp, profile_slot, profile_name, target_c, \
         peak_c, time_to_temp_ms, held_ms, boosts, ending"
    };
}
pub(super) use columns;

/// A row of dabs.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Kept {
    /// 0: not there yet.
    pub id: i64,
    pub at_ms: i64,
    pub sesh: Option<i64>,
    pub live_began_ms: Option<i64>,
    /// Index and raw time of its entry.
    pub log: Option<(u32, u32)>,
    pub profile: Profile,
    pub target_celsius: Option<f32>,
    pub peak_celsius: Option<f32>,
    pub time_to_temp_ms: Option<u32>,
    pub held_ms: Option<u32>,
    pub boosts: u32,
    pub ending: Ending,
}

impl Kept {
    pub fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let index: Option<u32> = small(row.try_get("log_index")?);
        let stamp: Option<u32> = small(row.try_get("log_stamp")?);
        Ok(Self {
            id: row.try_get("id")?,
            at_ms: row.try_get("at_ms")?,
            sesh: row.try_get("sesh_id")?,
            live_began_ms: row.try_get("live_began_ms")?,
            log: index.zip(stamp),
            profile: Profile {
                slot: small(row.try_get("profile_slot")?),
                name: row.try_get("profile_name")?,
            },
            target_celsius: read_celsius(row.try_get("target_c")?),
            peak_celsius: read_celsius(row.try_get("peak_c")?),
            time_to_temp_ms: small(row.try_get("time_to_temp_ms")?),
            held_ms: small(row.try_get("held_ms")?),
            boosts: small(row.try_get("boosts")?).unwrap_or_default(),
            ending: Ending::of_name(row.try_get("ending")?),
        })
    }

    /// As the public has it.
    pub fn dab(self, device: Device) -> Dab {
        let source = match (self.live_began_ms, self.log) {
            (Some(_), Some(_)) => Source::Both,
            (Some(_), None) => Source::Live,
            (None, _) => Source::Log,
        };
        Dab {
            id: DabId(self.id),
            device,
            at_ms: self.at_ms,
            sesh: self.sesh.map(SeshId),
            profile: self.profile,
            target_celsius: self.target_celsius,
            peak_celsius: self.peak_celsius,
            time_to_temp_ms: self.time_to_temp_ms,
            held_ms: self.held_ms,
            boosts: self.boosts,
            ending: self.ending,
            source,
        }
    }

    pub fn marks(&self) -> Marks {
        Marks { at_ms: self.at_ms, slot: self.profile.slot, target_celsius: self.target_celsius }
    }

    /// Takes in what was seen. This computer's clock is the better one, the log's durations are.
    pub fn hear_seen(&mut self, seen: &DabWrite, sesh: Option<i64>) {
        self.live_began_ms = Some(seen.began_ms);
        self.at_ms = seen.at_ms;
        self.sesh = sesh.or(self.sesh);
        self.hear_profile(&seen.profile);
        self.target_celsius = seen.target_celsius.or(self.target_celsius);
        self.peak_celsius = highest(self.peak_celsius, seen.peak_celsius);
        if self.log.is_some() {
            self.time_to_temp_ms = self.time_to_temp_ms.or(seen.time_to_temp_ms);
            self.held_ms = self.held_ms.or(seen.held_ms);
            self.boosts = self.boosts.max(seen.boosts);
            if !self.ending.is_known() {
                self.ending = seen.ending;
            }
        } else {
            self.time_to_temp_ms = seen.time_to_temp_ms;
            self.held_ms = seen.held_ms;
            self.boosts = seen.boosts;
            self.ending = seen.ending;
        }
    }

    /// Takes in what the log says. `at_ms` is for a dab that was not seen.
    pub fn hear_log(&mut self, logged: &LogDab, at_ms: i64) {
        if self.live_began_ms.is_none() && self.log.is_none() {
            self.at_ms = at_ms;
        }
        self.log = Some((logged.index, logged.stamp));
        let earlier = std::mem::take(&mut self.profile);
        self.profile = logged.profile.clone();
        // What the profile was called then is better than what it is called now.
        self.hear_profile(&earlier);
        self.target_celsius = self.target_celsius.or(logged.target_celsius);
        self.peak_celsius = highest(self.peak_celsius, logged.peak_celsius);
        self.time_to_temp_ms = logged.time_to_temp_ms.or(self.time_to_temp_ms);
        self.held_ms = logged.held_ms.or(self.held_ms);
        self.boosts = self.boosts.max(logged.boosts);
        if logged.ending.is_known() {
            self.ending = logged.ending;
        }
    }

    fn hear_profile(&mut self, profile: &Profile) {
        self.profile.slot = profile.slot.or(self.profile.slot);
        if profile.name.is_some() {
            self.profile.name.clone_from(&profile.name);
        }
    }
}

fn highest(a: Option<f32>, b: Option<f32>) -> Option<f32> {
    [a, b].into_iter().flatten().filter(|celsius| celsius.is_finite()).reduce(f32::max)
}

/// Keeps a dab that was seen: as itself, or as what the log told already.
pub(super) async fn keep_seen(
    connection: &mut SqliteConnection,
    seen: &DabWrite,
    sesh: Option<i64>,
) -> Stored<()> {
    let device = devices::row_of(connection, &seen.device, seen.at_ms).await?;
    let sql = concat!("SELECT ", columns!(), " FROM dabs WHERE device_id = ? AND live_began_ms = ?");
    let query = sqlx::query(sql).bind(device).bind(seen.began_ms);
    let mut kept = match query.fetch_optional(&mut *connection).await? {
        Some(row) => Kept::read(&row)?,
        None => logged(connection, device, seen).await?.unwrap_or_default(),
    };
    let before = kept.clone();
    kept.hear_seen(seen, sesh);
    if kept != before { put(connection, device, &kept).await } else { Ok(()) }
}

/// The dab that only the log told of so far, and that this one is.
async fn logged(connection: &mut SqliteConnection, device: i64, seen: &DabWrite) -> Stored<Option<Kept>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM dabs WHERE device_id = ? AND live_began_ms IS NULL AND at_ms BETWEEN ? AND ?"
    );
    let rows = sqlx::query(sql)
        .bind(device)
        .bind(seen.at_ms.saturating_sub(TOLERANCE_MS))
        .bind(seen.at_ms.saturating_add(TOLERANCE_MS))
        .fetch_all(connection)
        .await?;
    let mut near = rows.iter().map(Kept::read).collect::<Result<Vec<_>, _>>()?;
    let marks: Vec<Marks> = near.iter().map(Kept::marks).collect();
    let seen = Marks { at_ms: seen.at_ms, slot: seen.profile.slot, target_celsius: seen.target_celsius };
    Ok(pairs(&[seen], &marks, None).first().map(|(_, logged)| near.swap_remove(*logged)))
}

/// Writes a row, a new one or over the one that there is.
pub(super) async fn put(connection: &mut SqliteConnection, device: i64, kept: &Kept) -> Stored<()> {
    let sql = "INSERT INTO dabs (id, device_id, at_ms, sesh_id, live_began_ms, log_index, log_stamp, profile_slot, \
               profile_name, target_c, peak_c, time_to_temp_ms, held_ms, boosts, ending) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, sesh_id = excluded.sesh_id, \
               live_began_ms = excluded.live_began_ms, log_index = excluded.log_index, \
               log_stamp = excluded.log_stamp, profile_slot = excluded.profile_slot, \
               profile_name = excluded.profile_name, target_c = excluded.target_c, peak_c = excluded.peak_c, \
               time_to_temp_ms = excluded.time_to_temp_ms, held_ms = excluded.held_ms, boosts = excluded.boosts, \
               ending = excluded.ending";
    sqlx::query(sql)
        .bind(Some(kept.id).filter(|id| *id != 0))
        .bind(device)
        .bind(kept.at_ms)
        .bind(kept.sesh)
        .bind(kept.live_began_ms)
        .bind(kept.log.map(|(index, _)| index))
        .bind(kept.log.map(|(_, stamp)| stamp))
        .bind(kept.profile.slot)
        .bind(kept.profile.name.as_deref().map(clipped))
        .bind(kept_celsius(kept.target_celsius))
        .bind(kept_celsius(kept.peak_celsius))
        .bind(kept.time_to_temp_ms)
        .bind(kept.held_ms)
        .bind(kept.boosts)
        .bind(kept.ending.name())
        .execute(connection)
        .await?;
    Ok(())
}
