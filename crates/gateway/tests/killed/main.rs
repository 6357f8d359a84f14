//! The program is killed while several people write over HTTP as fast as they can: whatever was answered is there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gateway;
mod writer;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hearth_clock::Clock;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use gateway::{Gateway, Http};
use writer::{Messages, Said, Writer};

/// How long the kills of a usual run go on; `HEARTH_KILLS` says how many there are instead.
const USUAL: Duration = Duration::from_secs(15);
const WRITERS: usize = 4;

/// What the database has: the content of each message, `None` when it is deleted.
async fn stored(directory: &Path) -> BTreeMap<String, Option<String>> {
    let file = SqliteConnectOptions::new().filename(directory.join("accounts.sqlite"));
    let pool = SqlitePool::connect_with(file).await.unwrap();
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&pool).await.unwrap();
    assert_eq!(verdict, "ok");
    let broken: Vec<String> =
        sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&pool).await.unwrap();
    assert_eq!(broken, [""; 0]);
    let rows: Vec<(String, String, bool)> =
        sqlx::query_as("SELECT id, content, deleted FROM messages").fetch_all(&pool).await.unwrap();
    pool.close().await;
    let count = rows.len();
    let kept: BTreeMap<_, _> =
        rows.into_iter().map(|(id, content, deleted)| (id, (!deleted).then_some(content))).collect();
    assert_eq!(kept.len(), count, "ids are unique");
    kept
}

/// Compares what was answered with what is there.
fn compare(round: u32, said: &Messages, stored: &BTreeMap<String, Option<String>>) {
    for (id, message) in said {
        let kept = stored.get(id).unwrap_or_else(|| panic!("round {round}: {id} was answered and is gone"));
        assert!(message.may_be(kept.as_deref()), "round {round}: {message:?}, and there is {kept:?}");
    }
    let unanswered = stored.keys().filter(|id| !said.contains_key(*id)).count();
    assert!(unanswered <= WRITERS * (round as usize + 1), "round {round}: who wrote these {unanswered}?");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_loses_nothing_that_was_answered() {
    let kills = std::env::var("HEARTH_KILLS").ok().map(|kills| kills.parse::<u32>().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let clock = Clock::new();
    let began = clock.now().instant;
    let (mut said, mut people, mut channel) = (Messages::new(), Vec::new(), String::new());
    let (mut round, mut answers) = (0, 0);
    while kills.map_or(clock.now().instant - began < USUAL, |kills| round < kills) {
        let gateway = Gateway::start(directory.path());
        let mut http = Http::new(gateway.address);
        if people.is_empty() {
            people = (0..WRITERS).map(|number| http.register(&format!("writer{number}"))).collect();
            channel = http.found(&people);
        }
        let target = 1 + round * 7 % 60;
        let answered = AtomicU32::new(0);
        let results: Vec<Messages> = std::thread::scope(|scope| {
            let writers: Vec<_> = people
                .iter()
                .enumerate()
                .map(|(number, token)| {
                    let seed = u64::from(round) * WRITERS as u64 + number as u64;
                    let writer = Writer::new(Http::new(gateway.address), token, &channel, seed);
                    let answered = &answered;
                    scope.spawn(move || writer.write_until_it_ends(answered))
                })
                .collect();
            while answered.load(Ordering::Relaxed) < target {
                std::thread::sleep(Duration::from_micros(200));
            }
            // At another point of what is being written every time.
            std::thread::sleep(Duration::from_micros(u64::from(round * 137 % 4_000)));
            drop(gateway);
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        answers += answered.load(Ordering::Relaxed);
        for (id, message) in results.into_iter().flatten() {
            assert!(said.insert(id, message).is_none(), "an id was given twice");
        }
        let kept = stored(directory.path()).await;
        compare(round, &said, &kept);
        // What may or may not have happened is settled by what is there.
        for (id, kept) in kept {
            if let Some(message) = said.get_mut(&id) {
                *message = Said::certain(kept);
            }
        }
        round += 1;
    }
    assert!(round > 1 && answers > round, "{round} kills, {answers} answers");
    println!("{round} kills, {answers} answers, {} messages", said.len());
}
