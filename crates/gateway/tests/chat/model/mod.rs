//! Chance plays: people found communities, come, go, are banned, say, change and delete things, meet in voice rooms, and
//! connect with several programs each. What every program knows from events alone is what the store and the chat core
//! say.

mod dice;
mod picture;
mod play;

use std::sync::Arc;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;
use hearth_gateway::chat::SqliteStore;

use play::Play;

const SEEDS: u64 = 1_000;
const STEPS: usize = 40;

/// `HEARTH_SEEDS` plays more, `HEARTH_SEED` one again.
#[tokio::test]
async fn what_every_program_knows_from_events_alone_is_how_it_is() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("HEARTH_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HEARTH_SEEDS").unwrap_or(SEEDS),
    };
    let clock = Arc::new(Clock::new());
    let accounts = Arc::new(Accounts::open(None, Arc::clone(&clock)).await.unwrap());
    let store = Arc::new(SqliteStore::new(Arc::clone(&accounts), Arc::clone(&clock)));
    let mut told = 0;
    let plays = seeds.end - seeds.start;
    for seed in seeds {
        let mut play = Play::new(seed, &accounts, Arc::clone(&store), Arc::clone(&clock)).await;
        for _ in 0..STEPS {
            play.step().await;
        }
        told += play.end().await;
    }
    assert!(told as u64 > plays * 10, "a play in which next to nothing happens: {told}");
}
