//! Every version of the tables that was ever released opens. One file each in tests/schemas; that of a new version
//! is made by running this with HEARTH_UPDATE_SCHEMAS=1 after its migration was added, and never changed again.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use std::fs;
use std::path::PathBuf;

use hearth_history::*;
use kept::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The versions of the migrations.
fn versions() -> Vec<u32> {
    let files = fs::read_dir(folder("migrations")).unwrap().map(|file| file.unwrap().file_name());
    let version =
        |name: std::ffi::OsString| name.to_str().unwrap().split_once('_').unwrap().0.parse().unwrap();
    let mut versions: Vec<u32> = files.map(version).collect();
    versions.sort_unstable();
    versions
}

fn fixture(version: u32) -> PathBuf {
    folder(&format!("tests/schemas/v{version}.sql"))
}

async fn raw(place: &Place) -> SqliteConnection {
    SqliteConnectOptions::new().filename(place.file()).create_if_missing(true).connect().await.unwrap()
}

async fn texts(connection: &mut SqliteConnection, sql: String) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap()
}

const OURS: &str = "name NOT LIKE 'sqlite_%'";

/// A database as text: tables, rows, header.
async fn dump(connection: &mut SqliteConnection) -> String {
    let mut out = Vec::new();
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await.unwrap();
    out.push(format!("PRAGMA application_id = {id}"));
    let sql = format!("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND {OURS} ORDER BY rowid");
    out.extend(texts(connection, sql).await);
    let sql = format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND {OURS} ORDER BY rowid");
    for table in texts(connection, sql).await {
        let columns = texts(connection, format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let rows = format!(
            "SELECT 'INSERT INTO {table} ({}) VALUES (' || {} || ')' FROM {table}",
            columns.join(", "),
            quoted.join(" || ', ' || ")
        );
        out.extend(texts(connection, rows).await);
    }
    out.join(";\n") + ";\n"
}

/// A history with something of everything.
async fn fill(store: &Store) {
    let began = NOW - DAY;
    let own = DabWrite { sesh: Some(SeshKey(began)), ..seen(began + 21_500) };
    let lines = [line(began, 0, LineKind::Reaction, "🔥"), line(began, 1, LineKind::Message, "it's warm")];
    store.apply(&[Write::Sesh(sesh(began, "Friday")), Write::Dab(own)]).await.unwrap();
    store.apply(&lines).await.unwrap();
    let under_way = SeshWrite { ended: false, members: vec![member("Me", 4)], ..sesh(NOW - MINUTE, "Open") };
    store.apply(&[Write::Sesh(under_way), Write::RecentGroup(group("q7xk2m", NOW))]).await.unwrap();
    let log = vec![logged(5, NOW - 2 * DAY), logged(6, began + 21_500), logged(7, NOW - 3 * DAY)];
    store.take_log(&device("ember"), &reading(log)).await.unwrap();
    let last = dabs(store).await.pop().unwrap();
    store.erase_dab(last.id).await.unwrap();
    store.erase_device("gone", NOW - DAY).await.unwrap();
}

/// What must be there, whichever version it came from.
async fn check(store: &Store) {
    let sources: Vec<Source> = dabs(store).await.iter().map(|dab| dab.source).collect();
    assert_eq!(sources, [Source::Both, Source::Log]);
    let [open, friday] = &seshes(store).await[..] else { panic!("two seshes") };
    assert_eq!((open.group.as_str(), open.cut_short, open.ended_ms), ("Open", true, Some(NOW + 30_000)));
    let recap = store.recap(friday.id).await.unwrap().unwrap();
    assert_eq!(recap.sesh.members, [member("Me", 200), member("Mika", 180)]);
    let lines: Vec<&str> = recap.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!((lines, recap.dabs.len()), (vec!["🔥", "it's warm"], 1));
    assert_eq!(store.recent_groups().await.unwrap(), [group("q7xk2m", NOW)]);
    // Nothing that was deleted comes back.
    let taken = store.take_log(&device("ember"), &reading(vec![logged(7, NOW - 3 * DAY)])).await.unwrap();
    assert_eq!(taken.left_out, 1);
    let taken = store.take_log(&device("gone"), &reading(vec![logged(1, NOW - 2 * DAY)])).await.unwrap();
    assert_eq!(taken.left_out, 1);
}

#[tokio::test]
async fn every_past_version_opens() {
    if std::env::var_os("HEARTH_UPDATE_SCHEMAS").is_some() {
        let file = fixture(*versions().last().unwrap());
        assert!(!file.exists(), "what was released is never changed");
        let place = Place::new();
        let store = place.open().await;
        fill(&store).await;
        store.close().await;
        fs::write(file, dump(&mut raw(&place).await).await).unwrap();
    }
    let mut fresh = Vec::new();
    for version in versions().into_iter().rev() {
        let sql = fs::read_to_string(fixture(version))
            .unwrap_or_else(|_| panic!("version {version} has no file in tests/schemas"));
        let place = Place::new();
        let mut connection = raw(&place).await;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let store = place.open().await;
        check(&store).await;
        store.close().await;
        drop(store);
        // However old it was, its tables are those of a new one.
        if fresh.is_empty() {
            let new = Place::new();
            new.open().await.close().await;
            fresh = tables(&new).await;
        }
        assert_eq!(tables(&place).await, fresh, "version {version}");
    }
}

async fn tables(place: &Place) -> Vec<String> {
    let sql = format!(
        "SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema WHERE sql IS NOT NULL AND {OURS} ORDER BY 1"
    );
    texts(&mut raw(place).await, sql).await
}
