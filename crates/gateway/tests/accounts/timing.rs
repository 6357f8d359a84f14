//! How long a refusal takes. Run by hand, on a computer that does little else:
//! `cargo nextest run -p hearth-gateway --run-ignored only -E 'test(timing)' --no-capture`.

use std::time::Duration;

use hearth_clock::Clock;

use crate::place::{Place, password, register};

#[tokio::test]
#[ignore = "measures; other work on the computer can fail it"]
async fn a_wrong_name_takes_as_long_as_a_wrong_password() {
    const ROUNDS: usize = 101;
    const NAMES: [&str; 4] = ["ada", "nobody", "no name at all", ""];
    let place = Place::new();
    let accounts = place.open().await;
    register(&accounts, "ada").await;
    let clock = Clock::new();
    let mut times: [Vec<Duration>; NAMES.len()] = Default::default();
    // Taking turns, so that what else the computer does concerns all alike.
    for _ in 0..ROUNDS {
        for (name, times) in NAMES.iter().zip(&mut times) {
            let start = clock.now().instant;
            assert!(accounts.login(name, password("wrong horse battery")).await.is_err());
            times.push(clock.now().instant - start);
        }
    }
    // The shortest are those that nothing else disturbed.
    let shortest = times.map(|times| times.into_iter().min().unwrap());
    for (name, time) in NAMES.iter().zip(shortest).skip(1) {
        let ratio = time.as_secs_f64() / shortest[0].as_secs_f64();
        println!("{name:?}: {time:?} against {:?}, ratio {ratio:.3}", shortest[0]);
        assert!((0.9..1.1).contains(&ratio), "{name:?}: {ratio}");
    }
}
