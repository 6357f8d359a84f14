//! What a room of five costs one of them: five programs' worth of rooms on real loopback sockets in one process, whose
//! processor time is divided by five. Run by `cargo xtask bench voice`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement ends where it cannot go on")]

#[path = "../tests/loopback/mod.rs"]
mod loopback;

use hearth_voice::driver::VoiceConfig;
use hearth_voice::{Cleaning, Talk};
use loopback::House;

/// Processor time of this process so far, in seconds.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    // Linux counts in hundredths for programs.
    ticks as f64 / 100.0
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let seconds: f64 = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(20.0);
    println!("| one of five, all of whom speak half the time | % of a core |\n|---|---|");
    for (what, echo, noise, muted) in [
        ("microphone cleaned of echo and noise", true, true, false),
        ("of echo only", true, false, false),
        ("not cleaned", false, false, false),
        ("all muted", false, false, true),
    ] {
        let mut house = House::new();
        for _ in 0..5 {
            let cleaning = Cleaning { echo, noise };
            house.join(VoiceConfig { cleaning, muted, talk: Talk::Open, ..VoiceConfig::default() });
        }
        house.run_until_connected(30).await;
        house.run(3.0).await;
        let before = processor();
        house.run(seconds).await;
        let after = processor();
        // What nobody heard would measure nothing.
        for party in &house.parties {
            let loudest =
                party.devices.recorded().into_iter().fold(0.0_f32, |loudest, it| loudest.max(it.abs()));
            assert_eq!(loudest > 0.05, !muted, "{} heard {loudest}", party.name);
        }
        let used = (after - before) / seconds / 5.0 * 100.0;
        println!("| {what} | {used:.1} |");
    }
}
