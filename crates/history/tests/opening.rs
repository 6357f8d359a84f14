//! Opening what cannot be opened: a word for each, and nothing is lost.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use std::fs;

use hearth_history::*;
use kept::*;
use sqlx::{ConnectOptions, Connection};

async fn raw(place: &Place, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.file()).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A closed history with a sesh in it.
async fn closed() -> Place {
    let place = Place::new();
    let store = place.open().await;
    store.apply(&[Write::Sesh(sesh(NOW, "Friday"))]).await.unwrap();
    store.close().await;
    place
}

async fn refused(place: &Place) -> OpenError {
    let before = fs::read(place.file()).unwrap();
    let error = Store::open(&place.file()).await.unwrap_err();
    assert_eq!(fs::read(place.file()).unwrap(), before, "{error}: the file is as it was");
    error
}

#[tokio::test]
async fn one_of_the_future_is_told_and_can_be_set_aside() {
    let place = closed().await;
    raw(
        &place,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)          VALUES (9001, 'of the future', 1, x'00', 0)",
    )
    .await;
    let error = refused(&place).await;
    assert!(matches!(error, OpenError::FromFuture { version: 9001, .. }), "{error:?}");
    assert!(error.helps_to_set_aside());

    let before = fs::read(place.file()).unwrap();
    let aside = Store::set_aside(&place.file()).unwrap();
    assert_eq!(fs::read(&aside).unwrap(), before);
    let store = place.open().await;
    assert_eq!(seshes(&store).await, []);
    assert!(matches!(Store::set_aside(&place.file()), Err(OpenError::InUse)));
    store.close().await;
    drop(store);
    let second = Store::set_aside(&place.file()).unwrap();
    assert_ne!(aside, second);
    assert_eq!(fs::read(&aside).unwrap(), before, "the first is still there");
}

#[tokio::test]
async fn what_is_no_database_is_damaged() {
    let place = closed().await;
    fs::write(place.file(), b"once upon a time there was a file that was no database").unwrap();
    assert!(matches!(refused(&place).await, OpenError::Damaged(_)));
    fs::write(place.file(), b"SQLite").unwrap();
    assert!(matches!(refused(&place).await, OpenError::Damaged(_)));
}

#[tokio::test]
async fn a_file_with_a_hole_in_it_is_damaged() {
    let place = closed().await;
    let whole = fs::read(place.file()).unwrap();
    for page in [1, whole.len() / 4096 / 2, whole.len() / 4096 - 1] {
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xa5);
        fs::write(place.file(), bytes).unwrap();
        let error = refused(&place).await;
        assert!(matches!(error, OpenError::Damaged(_)), "page {page}: {error:?}");
    }
    fs::write(place.file(), &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(refused(&place).await, OpenError::Damaged(_)));
}

#[tokio::test]
async fn a_database_of_another_program_is_not_touched() {
    let place = Place::new();
    raw(&place, "CREATE TABLE accounts (id INTEGER); INSERT INTO accounts VALUES (1)").await;
    assert!(matches!(refused(&place).await, OpenError::Damaged(_)));
    let place = Place::new();
    raw(
        &place,
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on          TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);          INSERT INTO _sqlx_migrations VALUES (1, 'accounts', 0, 1, x'00', 0)",
    )
    .await;
    assert!(matches!(refused(&place).await, OpenError::Damaged(_)));
}

#[tokio::test]
async fn tables_of_a_version_that_never_was_are_damaged() {
    let place = closed().await;
    raw(&place, "UPDATE _sqlx_migrations SET checksum = x'00'").await;
    let error = Store::open(&place.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::Damaged(_)), "{error:?}");
}

#[tokio::test]
async fn a_second_program_is_kept_out() {
    let place = closed().await;
    let store = place.open().await;
    assert!(matches!(Store::open(&place.file()).await, Err(OpenError::InUse)));
    drop(store);
    place.open().await;
}

#[tokio::test]
async fn an_empty_file_and_a_half_made_one_are_made_whole() {
    let place = Place::new();
    fs::write(place.file(), b"").unwrap();
    place.open().await.close().await;
    // The program ended before its first migration did.
    let place = Place::new();
    raw(
        &place,
        "PRAGMA journal_mode = WAL; CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT          NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB          NOT NULL, execution_time BIGINT NOT NULL)",
    )
    .await;
    let store = place.open().await;
    store.apply(&[Write::Sesh(sesh(NOW, "Friday"))]).await.unwrap();
}

/// Nobody can write there, whoever runs the test.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_nothing_can_be_written_is_told() {
    let error = Store::open(std::path::Path::new("/sys/kernel/history.sqlite")).await.unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly(_)), "{error:?}");
    assert!(!error.helps_to_set_aside());
}

/// The files of a place, and what is in them.
fn all(place: &Place) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name(), fs::read(entry.path()).unwrap())
    };
    let mut files: Vec<_> = fs::read_dir(place.directory.path()).unwrap().map(file).collect();
    files.sort();
    files
}

#[tokio::test]
async fn one_that_cannot_be_written_can_be_read_and_nothing_is_made_beside_it() {
    let place = closed().await;
    let before = all(&place);
    let store = Store::open_to_read(&place.file()).await.unwrap();
    assert_eq!(seshes(&store).await.len(), 1);
    let error = store.apply(&[Write::Sesh(sesh(NOW + 1, "Saturday"))]).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
    store.close().await;
    drop(store);
    assert_eq!(all(&place), before);
    assert_eq!(seshes(&place.open().await).await.len(), 1);
}

#[tokio::test]
async fn one_that_is_being_written_or_was_left_unfinished_is_not_read_as_if_it_were_whole() {
    let place = closed().await;
    let store = place.open().await;
    let error = Store::open_to_read(&place.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::InUse), "{error:?}");
    store.close().await;
    drop(store);
    fs::write(place.directory.path().join("history.sqlite-wal"), b"what came last").unwrap();
    let error = Store::open_to_read(&place.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly(_)), "{error:?}");
    let nothing = Place::new();
    let error = Store::open_to_read(&nothing.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly(_)), "{error:?}");
}

#[tokio::test]
async fn one_of_the_future_is_not_read_either() {
    let place = closed().await;
    raw(
        &place,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9001, 'of the future', 1, x'00', 0)",
    )
    .await;
    let error = Store::open_to_read(&place.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::FromFuture { .. }), "{error:?}");
}

#[tokio::test]
async fn a_missing_directory_is_told() {
    let place = Place::new();
    let error = Store::open(&place.directory.path().join("nowhere/history.sqlite")).await.unwrap_err();
    assert_eq!(error.code(), "history_unusable");
}

#[tokio::test]
async fn a_new_history_never_finds_the_log_of_an_old_one() {
    let place = closed().await;
    // The program ended between renaming the database and renaming its log.
    let aside = place.directory.path().join("history.sqlite.aside-1");
    let wal = place.directory.path().join("history.sqlite-wal");
    fs::rename(place.file(), &aside).unwrap();
    fs::write(&wal, b"the log of the old one").unwrap();
    let store = place.open().await;
    assert_eq!(seshes(&store).await, []);
    let moved = place.directory.path().join("history.sqlite.aside-1-wal");
    assert_eq!(fs::read(moved).unwrap(), b"the log of the old one");
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_readable_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let store = place.open().await;
    store.apply(&[Write::Sesh(sesh(NOW, "Friday"))]).await.unwrap();
    for file in fs::read_dir(place.directory.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
}
