//! The database. One connection writes, several read at the same time; what was acknowledged survives the end of
//! the program and of the power.

mod aside;
mod dabs;
mod devices;
mod erasing;
mod exporting;
mod groups;
mod log;
mod opening;
mod reading;
mod seshes;
mod writing;

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Mutex;

use sqlx::sqlite::SqlitePool;

pub use erasing::Erased;
pub use exporting::Export;
pub use reading::Page;

use crate::{SeshKey, StoreError};

type Stored<T> = Result<T, StoreError>;

/// The history in its file. Only one program has it open at a time.
#[derive(Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Seshes that were deleted while they were under way: what still comes of them is not kept.
    deleted: Mutex<BTreeSet<SeshKey>>,
    /// Held as long as the file is open.
    _lock: Option<File>,
}

impl Store {
    /// Waits until everything is written and closed.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    fn deleted(&self) -> std::sync::MutexGuard<'_, BTreeSet<SeshKey>> {
        self.deleted.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Temperatures are kept to a tenth of a degree, so that 283.1 stays 283.1. Numbers that are none are not kept.
fn kept_celsius(celsius: Option<f32>) -> Option<f64> {
    let celsius = celsius.filter(|celsius| celsius.is_finite())?;
    Some((f64::from(celsius) * 10.0).round() / 10.0)
}

fn read_celsius(celsius: Option<f64>) -> Option<f32> {
    celsius.map(|celsius| celsius as f32)
}

/// A number of the database that is out of the range of its field is as good as none.
fn small<T: TryFrom<i64>>(number: Option<i64>) -> Option<T> {
    number.and_then(|number| T::try_from(number).ok())
}

/// At most this many characters of a text are kept. Gateways allow fewer.
const MOST_CHARACTERS: usize = 4_096;

fn clipped(text: &str) -> &str {
    text.char_indices().nth(MOST_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}
