//! Whole companions through a bad network: 5 % of their packets are lost, each of the others comes up to 50 ms late, and
//! for three seconds none comes at all.

use std::time::Duration;

use hearth_voice::trial::weather::Weather;

use crate::storm::{Heard, Storm, summary};

/// A burst of a tone is heard every 600 ms, and lasts half as long: where one is missing, it is silent for 900 ms.
const NO_BURST_IS_MISSING: f64 = 0.75;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_companions_hear_each_other_through_a_bad_network_and_after_it_was_cut() {
    they_hear_each_other_also_after_a_cut(2, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_companions_hear_each_other_after_their_gateway_was_cut_off_as_well() {
    they_hear_each_other_also_after_a_cut(2, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_companions_hear_each_other_through_a_bad_network_and_after_it_was_cut() {
    they_hear_each_other_also_after_a_cut(5, true).await;
}

async fn they_hear_each_other_also_after_a_cut(people: usize, gateway: bool) {
    let storm = Storm::of(people, Weather::BAD, 7).await;
    // What the network needs is learned.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = storm.listen(6).await;
    let took = storm.cut(Duration::from_secs(3), gateway).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    say(people, "before the cut", &before);
    println!("all were connected again after {took:?}");
    all_is_heard(&storm).await;
    storm.end().await;
}

/// Each hears every burst of each other for six seconds: where a computer is too busy to play at all now and then, for
/// the next six ones. What the rooms themselves lose after a cut, which is nothing, is tested in virtual time.
async fn all_is_heard(storm: &Storm) {
    const WINDOWS: usize = 5;
    let mut waited_for: Option<Vec<(usize, usize)>> = None;
    for _ in 0..WINDOWS {
        let heard = storm.listen(6).await;
        say(storm.parties.len(), "after the cut", &heard);
        let broken: Vec<_> = heard.iter().filter(|heard| heard.silence > NO_BURST_IS_MISSING).collect();
        for Heard { listener, speaker, silence, .. } in &broken {
            println!("{listener} did not hear {speaker} for {silence} s");
        }
        let pairs = broken.iter().map(|heard| (heard.listener, heard.speaker));
        let still: Vec<_> =
            pairs.filter(|pair| waited_for.as_ref().is_none_or(|before| before.contains(pair))).collect();
        if still.is_empty() {
            return;
        }
        waited_for = Some(still);
    }
    unreachable!("who does not hear whom without a gap: {waited_for:?}");
}

fn say(people: usize, when: &str, heard: &[Heard]) {
    let (median, slow, bursts, said) = summary(heard);
    println!(
        "{people} people, {when}: mouth to ear {median:.0} ms, p95 {slow:.0} ms; {bursts} of {said} bursts"
    );
}
