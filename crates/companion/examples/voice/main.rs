//! Whole companions in a voice room, measured: what they hear of each other through a bad network, from mouth to ear, and
//! what a room of five costs the program of one of them. Run by `cargo xtask bench voice`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement ends where it cannot go on")]

mod cost;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/voice/party.rs"]
mod party;
mod person;
#[expect(dead_code, reason = "the tests look at more of it")]
#[path = "../../tests/voice/storm.rs"]
mod storm;
#[path = "../../tests/voice/way.rs"]
mod way;

use std::time::Duration;

use hearth_voice::trial::weather::Weather;
use storm::{Storm, summary};

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("person", rest)) = arguments.split_first().map(|(what, rest)| (what.as_str(), rest)) {
        return person::talk(rest).await;
    }
    let seconds = arguments.first().and_then(|it| it.parse().ok()).unwrap_or(20);
    heard(seconds).await;
    cost::table(seconds).await;
}

/// Goal: 150 ms for 95 of 100 bursts.
async fn heard(seconds: u64) {
    println!(
        "| companions | network | when | mouth to ear, ms | p95, ms | bursts heard | connected again after, s |"
    );
    println!("|---|---|---|---|---|---|---|");
    let late = Weather { loss: 0, ..Weather::BAD };
    for (people, network, weather) in [
        (2, "good", Weather::default()),
        (2, "0 to 50 ms late", late),
        (2, "and 5 % lost", Weather::BAD),
        (5, "0 to 50 ms late", late),
        (5, "and 5 % lost", Weather::BAD),
    ] {
        let storm = Storm::of(people, weather, 7).await;
        tokio::time::sleep(Duration::from_secs(10)).await;
        row(people, network, "before a cut of 3 s", &storm.listen(seconds).await, "");
        let took = storm.cut(Duration::from_secs(3), true).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let took = format!("{:.1}", took.as_secs_f64());
        row(people, network, "2 s after it", &storm.listen(seconds).await, &took);
        storm.end().await;
    }
}

fn row(people: usize, network: &str, when: &str, heard: &[storm::Heard], took: &str) {
    let (median, slow, bursts, said) = summary(heard);
    println!("| {people} | {network} | {when} | {median:.0} | {slow:.0} | {bursts} of {said} | {took} |");
}
