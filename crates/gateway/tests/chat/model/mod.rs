//! Chance plays: people found communities, come, go, are banned, say, change and delete things, meet in voice rooms, and
//! connect with several programs each. What every program knows from events alone is what the store and the chat core
//! say.

#[path = "../../common/dice.rs"]
mod dice;
mod picture;
mod play;

use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;
use hearth_gateway::chat::SqliteStore;

use play::Play;

/// As many as take seconds in a build for tests; a thousand with `HEARTH_SEEDS=1000`.
const SEEDS: u64 = 250;
const STEPS: usize = 40;

/// Plays at the same time, each with a database of its own.
const STAGES: u64 = 4;

/// `HEARTH_SEEDS` plays more, `HEARTH_SEED` one again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_every_program_knows_from_events_alone_is_how_it_is() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("HEARTH_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HEARTH_SEEDS").unwrap_or(SEEDS),
    };
    let plays = seeds.end - seeds.start;
    let stages = (0..STAGES).map(|stage| {
        let seeds: Vec<u64> = seeds.clone().filter(|seed| seed % STAGES == stage).collect();
        tokio::spawn(play(seeds))
    });
    let mut told = 0;
    for stage in stages.collect::<Vec<_>>() {
        told += stage.await.unwrap();
    }
    assert!(told > plays * 15, "plays in which next to nothing happens: {told} events");
}

/// How much the programs were told in all.
async fn play(seeds: Vec<u64>) -> u64 {
    let clock = Arc::new(Clock::new());
    let accounts = Arc::new(Accounts::open(None, Arc::clone(&clock)).await.unwrap());
    let store = Arc::new(SqliteStore::new(Arc::clone(&accounts), Arc::clone(&clock)));
    let mut told = 0;
    for seed in seeds {
        let mut play = Play::new(seed, &accounts, Arc::clone(&store), Arc::clone(&clock)).await;
        for _ in 0..STEPS {
            play.step().await;
        }
        told += play.end().await as u64;
    }
    told
}
