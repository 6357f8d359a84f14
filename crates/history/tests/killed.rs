//! The program is killed while it writes as fast as it can: what was acknowledged is there.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

mod kept;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hearth_history::*;
use kept::*;

const FILE: &str = "HEARTH_HISTORY_FILE";
const FROM: &str = "HEARTH_HISTORY_FROM";

/// What one batch has: a dab of its own, and the state of a sesh with a line.
fn batch(n: i64) -> Vec<Write> {
    let began = NOW + n / 20 * MINUTE;
    let under_way = SeshWrite { ended: n % 20 == 19, ..sesh(began, "Storm") };
    let dab = DabWrite { began_ms: NOW + n * MINUTE, ..seen(NOW + n * MINUTE) };
    let place = u32::try_from(n % 20).unwrap();
    vec![Write::Sesh(under_way), line(began, place, LineKind::Message, "hi"), Write::Dab(dab)]
}

/// The child: run by the other test only.
#[tokio::test]
#[ignore = "writes until it is killed"]
async fn writer() {
    let (Ok(file), Ok(from)) = (std::env::var(FILE), std::env::var(FROM)) else { return };
    let store = Store::open(Path::new(&file)).await.unwrap();
    for n in from.parse().unwrap().. {
        store.apply(&batch(n)).await.unwrap();
        println!("kept {n}");
    }
}

fn spawn(place: &Place, from: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .env(FILE, place.file())
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_kill_loses_nothing_that_was_acknowledged() {
    let kills: u32 = std::env::var("HEARTH_KILLS").map_or(30, |kills| kills.parse().unwrap());
    let place = Place::new();
    let mut next = 0;
    for round in 0..kills {
        let mut child = spawn(&place, next);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = None;
        let mut left = 1 + round * 7 % 13;
        // The pipe holds what was said before the kill: it is read to its end.
        for line in lines {
            if let Some(n) = line.unwrap().strip_prefix("kept ") {
                acknowledged = Some(n.parse::<i64>().unwrap());
                left = left.saturating_sub(1);
                if left == 0 {
                    // At another point of the next write every time.
                    std::thread::sleep(std::time::Duration::from_micros(u64::from(round * 137 % 4_000)));
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        let acknowledged = acknowledged.expect("it wrote");
        let store = place.open().await;
        let kept = store.dabs(Range::All, &utc(), NOW + 999 * DAY, Page::first(100_000)).await.unwrap();
        let kept: Vec<i64> = kept.iter().rev().map(|dab| (dab.at_ms - NOW) / MINUTE).collect();
        assert!(kept.iter().copied().eq(0..kept.len() as i64), "no gap");
        // At most the one that was being written is there without having been acknowledged.
        assert!((acknowledged + 1..=acknowledged + 2).contains(&(kept.len() as i64)), "round {round}");
        let page = store.seshes(Range::All, &utc(), NOW + 999 * DAY, Page::first(1)).await.unwrap();
        assert!(page.seshes[0].ended_ms.is_some(), "what was left open is closed");
        next = kept.len() as i64;
        store.close().await;
    }
}
