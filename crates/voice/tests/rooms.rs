//! People in a voice room, in virtual time: all hear all others through a bad network, and again after a cut.
#![allow(clippy::unwrap_used, reason = "tests")]

mod world;

use std::time::Duration;

use hearth_voice::{Event, Link};
use world::{Net, TONES, World, delays, percentile};

#[test]
fn two_hear_each_other_through_a_bad_network() {
    everybody_hears_everybody(2, 40.0);
}

#[test]
fn five_hear_each_other_through_a_bad_network() {
    everybody_hears_everybody(5, 20.0);
}

/// The goal for mouth to ear is 150 ms for 95 of 100.
fn everybody_hears_everybody(people: usize, seconds: f64) {
    let mut world = World::new(Net::BAD, 7);
    for _ in 0..people {
        world.join();
        world.run(0.3);
    }
    world.run_until_connected(15.0);
    world.run(5.0);
    let began = world.parties[0].heard.len();
    world.run(seconds);
    world.assert_all_heard(seconds);
    let mut all = Vec::new();
    let mut said = 0;
    for listener in 0..people {
        for speaker in (0..people).filter(|speaker| *speaker != listener) {
            let from = |samples: &[f32], own: usize| samples[samples.len() - (world.parties[0].heard.len() - began).min(own)..].to_vec();
            let spoken = from(&world.parties[speaker].spoken, world.parties[speaker].spoken.len());
            let heard = from(&world.parties[listener].heard, world.parties[listener].heard.len());
            said += world::onsets(&spoken, TONES[speaker]).len();
            all.extend(delays(&spoken, &heard, TONES[speaker]));
        }
    }
    let (median, slow) = (percentile(&mut all, 50), percentile(&mut all, 95));
    println!("{people} people, mouth to ear: {:.0} ms, p95 {:.0} ms; {} of {said} bursts", median * 1e3, slow * 1e3, all.len());
    for party in &world.parties {
        for person in party.room.people() {
            println!("  {} of {}: {:?} {:?}", party.name, person.id, person.counts, person.delay);
        }
    }
    assert!(all.len() * 100 >= said * 98, "{} of {said} bursts were heard", all.len());
    assert!(slow <= 0.150, "p95 {slow}");
}

#[test]
fn after_a_cut_of_three_seconds_the_way_is_found_anew_and_nothing_more_is_lost() {
    for seed in 0..4 {
        let mut world = World::new(Net { loss: 0, ..Net::BAD }, seed);
        world.join();
        world.join();
        world.run_until_connected(15.0);
        world.run(3.0);
        let offers: u32 = world.parties.iter().map(|party| party.offers).sum();
        world.cut.insert(0);
        world.run(3.0);
        let lost = |event: &(Duration, Event)| matches!(event.1, Event::Link { link: Link::Lost, .. });
        assert!(world.parties.iter().all(|party| party.events.iter().any(lost)), "the loss is told");
        world.cut.clear();
        world.run_until_connected(3.0);
        world.run(2.0);
        assert!(world.parties.iter().map(|party| party.offers).sum::<u32>() > offers, "ICE was restarted");
        let began = world.parties[0].heard.len();
        world.run(10.0);
        world.assert_all_heard(10.0);
        for (listener, speaker) in [(0, 1), (1, 0)] {
            let spoken = &world.parties[speaker].spoken[began..];
            let heard = &world.parties[listener].heard[began..];
            let (said, came) = (world::onsets(spoken, TONES[speaker]).len(), delays(spoken, heard, TONES[speaker]).len());
            assert!(came + 1 >= said, "{came} of {said} bursts after the cut, seed {seed}");
        }
    }
}
