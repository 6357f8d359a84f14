//! How long a refusal takes. Run by hand, on a computer that does nothing else:
//! `cargo nextest run -p hearth-gateway --run-ignored only -E 'test(timing)' --no-capture`.

use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::accounts::Accounts;

use crate::place::{Place, password, register};

async fn median(accounts: &Accounts, name: &str) -> Duration {
    const ROUNDS: usize = 41;
    let clock = Clock::new();
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = clock.now().instant;
        assert!(accounts.login(name, password("wrong horse battery")).await.is_err());
        times.push(clock.now().instant - start);
    }
    times.sort();
    times[ROUNDS / 2]
}

#[tokio::test]
#[ignore = "measures; other work on the computer would fail it"]
async fn a_wrong_name_takes_as_long_as_a_wrong_password() {
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let known = median(&accounts, "ada").await;
    for name in ["nobody", "no name at all", ""] {
        let unknown = median(&accounts, name).await;
        let ratio = unknown.as_secs_f64() / known.as_secs_f64();
        println!("{name:?}: {unknown:?} against {known:?}, ratio {ratio:.3}");
        assert!((0.9..1.1).contains(&ratio), "{name:?}: {ratio}");
    }
}
