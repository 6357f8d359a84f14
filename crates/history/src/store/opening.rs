//! Opens the file: looks at it before anything is written, brings its tables to the present form, and closes what
//! an earlier run left open.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};

use super::{Store, aside};
use crate::OpenError;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// "HHst", in the header of the file.
const APPLICATION_ID: i64 = 0x4848_7374;
/// What every SQLite file begins with.
const HEADER: &[u8; 16] = b"SQLite format 3\0";
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

impl Store {
    /// Opens the history in `file`, which is created when it is missing; its directory is not. Readable for its
    /// owner alone. Seshes that an earlier run left open are closed.
    ///
    /// # Errors
    /// See [`OpenError`]. The file is then as it was.
    pub async fn open(file: &Path) -> Result<Self, OpenError> {
        let lock = lock(file)?;
        aside::finish(file)?;
        if is_new(file)? {
            create_private(file)?;
        } else {
            look(base(file)).await?;
        }
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(writing(file))
            .await?;
        migrate(&writer).await?;
        close_left_open(&writer).await?;
        // What was deleted just before the end of an earlier run goes for good.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(BUSY)
            .connect_with(base(file).read_only(true))
            .await?;
        Ok(Self { writer, readers, deleted: Default::default(), _lock: Some(lock) })
    }

    /// Opens a history that cannot be written, to read what is in it: nothing is made beside it, and whatever is
    /// given to it fails as [`StoreError::ReadOnly`](crate::StoreError::ReadOnly).
    ///
    /// # Errors
    /// See [`OpenError`]. What an earlier run left unfinished cannot be finished, nor old tables brought to the present
    /// form: then it is [`OpenError::ReadOnly`], too.
    pub async fn open_to_read(file: &Path) -> Result<Self, OpenError> {
        let lock = shared_lock(file)?;
        if is_new(file)? {
            return Err(unfinished());
        }
        // What stands in there is not in the file yet, and is not looked at below.
        if std::fs::metadata(beside(file, "-wal")).is_ok_and(|log| log.len() > 0) {
            return Err(unfinished());
        }
        let options = || base(file).read_only(true).immutable(true);
        let version = look(options()).await?;
        if version != Some(known_version()) {
            return Err(unfinished());
        }
        let pool = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(BUSY);
        let readers = pool.connect_with(options()).await?;
        Ok(Self { writer: readers.clone(), readers, deleted: Default::default(), _lock: lock })
    }
}

fn unfinished() -> OpenError {
    io::Error::from(io::ErrorKind::ReadOnlyFilesystem).into()
}

/// Looks whether another program has it open, where that can be told without writing.
fn shared_lock(file: &Path) -> Result<Option<File>, OpenError> {
    let Ok(lock) = File::open(beside(file, ".lock")) else { return Ok(None) };
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(lock)),
    }
}

/// The latest version of the tables that this program knows.
fn known_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

fn base(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file).busy_timeout(BUSY).disable_statement_logging()
}

fn writing(file: &Path) -> SqliteConnectOptions {
    base(file)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What was told to have happened has happened, also when the power goes.
        .synchronous(SqliteSynchronous::Full)
        // What is deleted is overwritten.
        .pragma("secure_delete", "ON")
        // Nothing of it goes into a temporary file elsewhere.
        .pragma("temp_store", "MEMORY")
}

/// Another file next to the database: its name with something after it.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Keeps other programs out: a second one would close the seshes of the first.
pub(super) fn lock(file: &Path) -> Result<File, OpenError> {
    let mut options = private();
    let lock = options.write(true).create(true).truncate(false).open(beside(file, ".lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        // A file system without locks: better unlocked than not at all.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(lock),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

#[cfg_attr(not(unix), expect(unused_mut, reason = "rights are given by mode only on Unix"))]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The write-ahead log gets the rights of the database.
fn create_private(file: &Path) -> io::Result<()> {
    private().write(true).create(true).truncate(false).open(file).map(|_| ())
}

/// There is nothing yet. Whether the beginning of what there is says that it is a database.
fn is_new(file: &Path) -> Result<bool, OpenError> {
    let mut header = Vec::new();
    match File::open(file) {
        Ok(file) => file.take(HEADER.len() as u64).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    if header.is_empty() {
        return Ok(true);
    }
    if header != HEADER { Err(OpenError::Damaged(None)) } else { Ok(false) }
}

/// Looks whether it is ours, whole and not of a later version, and gives the version. Changes nothing.
async fn look(options: SqliteConnectOptions) -> Result<Option<i64>, OpenError> {
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let looked = look_with(&mut connection).await;
    connection.close().await?;
    looked
}

async fn look_with(connection: &mut SqliteConnection) -> Result<Option<i64>, OpenError> {
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *connection).await?;
    if tables == 0 && id == 0 {
        // The program ended while it made the file.
        return Ok(None);
    }
    // The first thing that a migration run makes is its own table.
    let migrated: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *connection)
            .await?;
    let version = match migrated {
        0 => None,
        _ => {
            sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations")
                .fetch_one(&mut *connection)
                .await?
        }
    };
    match version {
        // Without a finished migration only the empty table of migrations may be there.
        None if migrated == 1 && tables <= 2 && id == 0 => {}
        Some(_) if id == APPLICATION_ID => {}
        _ => return Err(OpenError::Damaged(None)),
    }
    let known = known_version();
    if let Some(version) = version.filter(|version| *version > known) {
        return Err(OpenError::FromFuture { version, known });
    }
    let words: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
    if words == "ok" { Ok(version) } else { Err(OpenError::Damaged(None)) }
}

async fn migrate(writer: &SqlitePool) -> Result<(), OpenError> {
    MIGRATIONS.run(writer).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        // Its tables claim to be of a version that was never released so.
        _ => OpenError::Damaged(None),
    })
}

/// Seshes of an earlier run end where they were last known.
async fn close_left_open(writer: &SqlitePool) -> Result<(), OpenError> {
    sqlx::query("UPDATE seshes SET ended_ms = known_ms, cut_short = 1 WHERE ended_ms IS NULL")
        .execute(writer)
        .await?;
    Ok(())
}
