//! People in a voice room, in virtual time: all hear all others through a bad network, and again after a cut.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests, which say what they measured")]

mod world;

use std::time::Duration;

use hearth_dialects::together::Signal;
use hearth_voice::audio::level::power_of_tone;
use hearth_voice::trial::listening::percentile;
use hearth_voice::{Event, Input, Link, RoomConfig, Talk, Wish};
use world::relay::Relay;
use world::{Net, TONES, World, delays};

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
    world.run(seconds);
    world.assert_all_heard(seconds);
    let length = (seconds * f64::from(hearth_voice::RATE)) as usize;
    let mut all = Vec::new();
    let mut said = 0;
    for listener in 0..people {
        for speaker in (0..people).filter(|speaker| *speaker != listener) {
            let lately = |samples: &[f32]| samples[samples.len() - length..].to_vec();
            let spoken = lately(&world.parties[speaker].spoken);
            let heard = lately(&world.parties[listener].heard);
            let (bursts, taken) = delays(&spoken, &heard, TONES[speaker]);
            said += bursts;
            all.extend(taken);
        }
    }
    let (median, slow) = (percentile(&mut all, 50), percentile(&mut all, 95));
    println!(
        "{people} people, mouth to ear: {:.0} ms, p95 {:.0} ms; {} of {said} bursts",
        median * 1e3,
        slow * 1e3,
        all.len()
    );
    for party in &world.parties {
        for person in party.room.people() {
            println!("  {} of {}: {:?} {:?}", party.name, person.id, person.counts, person.delay);
        }
    }
    assert!(all.len() * 100 >= said * 98, "{} of {said} bursts were heard", all.len());
    assert!(slow <= 0.150, "p95 {slow}");
}

#[test]
fn a_speaker_that_fetches_much_at_once_is_waited_for_and_plays_without_stumbling() {
    for fetches in [2, 5, 10] {
        let mut world = World::new(Net::GOOD, 13);
        let listener = world.join();
        world.parties[listener].fetches = fetches;
        world.join();
        world.run_until_connected(5.0);
        world.run(4.0);
        let adjusted = |world: &World| {
            let counts = world.parties[listener].room.people().next().unwrap().counts;
            counts.skipped + counts.stretched + counts.late
        };
        let before = adjusted(&world);
        world.run(10.0);
        assert!(adjusted(&world) - before <= 2, "{fetches} at once: {}", adjusted(&world) - before);
        world.assert_all_heard(9.0);
    }
}

#[test]
fn after_a_cut_of_three_seconds_the_way_is_found_anew_and_nothing_more_is_lost() {
    for seed in 0..4 {
        let mut world = World::new(Net::losing(0), seed);
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
        world.run(10.0);
        world.assert_all_heard(10.0);
        let lately = |samples: &[f32]| samples[samples.len() - 480_000..].to_vec();
        for (listener, speaker) in [(0, 1), (1, 0)] {
            let spoken = lately(&world.parties[speaker].spoken);
            let heard = lately(&world.parties[listener].heard);
            let (said, taken) = delays(&spoken, &heard, TONES[speaker]);
            assert_eq!((said, taken.len()), (said, said), "bursts after the cut, seed {seed}");
            assert!(said >= 15);
        }
    }
}

#[test]
fn where_there_is_no_way_a_relay_is_taken_and_it_is_told() {
    for relay_only in [false, true] {
        let relay = Relay::default();
        let config = || RoomConfig { servers: vec![relay.server()], relay_only, ..RoomConfig::default() };
        let mut world = World::new(Net::losing(2), 3);
        // Who sends everything by a relay does so though there is a way.
        world.walled = !relay_only;
        world.join_with(config());
        world.join_with(config());
        world.relay = Some(relay);
        world.run_until_connected(25.0);
        world.run(8.0);
        world.assert_all_heard(4.0);
        assert_eq!(world.links(), [[Link::Relayed], [Link::Relayed]]);
        assert!(world.relay.as_ref().unwrap().passed > 400);
        let strangers =
            |address: &std::net::SocketAddr| !relay_only || address.ip().to_string() == "192.0.2.1";
        assert!(world.told.iter().all(strangers), "{:?}", world.told);
    }
}

#[test]
fn who_cannot_be_reached_is_told_and_tried_again() {
    let mut world = World::new(Net::GOOD, 1);
    world.join();
    world.join();
    world.walled = true;
    world.run(45.0);
    assert_eq!(world.links(), [[Link::Unreachable], [Link::Unreachable]]);
    world.walled = false;
    world.run_until_connected(20.0);
    world.run(5.0);
    world.assert_all_heard(3.0);
}

#[test]
fn joining_takes_one_signal_for_each_of_the_others_where_no_server_is_asked() {
    let mut world = World::new(Net::GOOD, 14);
    for _ in 0..7 {
        world.join();
        world.run(1.0);
    }
    world.run_until_connected(5.0);
    let before = world.signals;
    world.join();
    world.run_until_connected(5.0);
    assert_eq!(world.signals - before, 14, "seven offers, seven answers");
}

#[test]
fn eight_is_all_that_a_room_holds() {
    let mut world = World::new(Net::GOOD, 2);
    for _ in 0..9 {
        let who = world.join();
        world.parties[who].silent = true;
    }
    world.run(4.0);
    let people: Vec<_> = world.parties.iter().map(|party| party.room.people().count()).collect();
    assert_eq!(people[..8], [7; 8]);
    let crowded =
        |party: &world::Party| party.events.iter().any(|(_, event)| matches!(event, Event::Crowded { .. }));
    assert!(world.parties.iter().all(crowded));
    assert!(world.parties[0].room.faults().crowded > 0, "the ninth offered, and was not taken");
}

#[test]
fn the_microphone_is_open_only_while_it_was_asked_for() {
    let mut world = World::new(Net::GOOD, 4);
    let muted = world.join_with(RoomConfig { muted: true, ..RoomConfig::default() });
    let open = world.join();
    world.run_until_connected(5.0);
    world.run(3.0);
    assert!(world.parties[muted].microphone.is_empty(), "never asked for");
    assert_eq!(world.parties[open].microphone, [true]);
    assert!(
        power_of_tone(world.heard(open, 2.0), TONES[muted]) < 1e-7,
        "what it hears by mistake is not sent"
    );
    world.wish(muted, Wish::Mute(false));
    world.run(3.0);
    world.assert_all_heard(2.0);
    world.wish(open, Wish::Deafen(true));
    world.run(1.0);
    assert!(world.heard(open, 0.5).iter().all(|sample| *sample == 0.0));
    assert_eq!(world.parties[open].microphone, [true, false]);
    world.wish(open, Wish::Deafen(false));
    world.run(3.0);
    world.assert_all_heard(2.0);
    world.leave(open);
    assert_eq!(world.parties[open].microphone, [true, false, true, false]);
    assert_eq!(world.parties[muted].microphone, [true]);
}

#[test]
fn push_to_talk_opens_the_microphone_while_the_key_is_held_and_for_the_end_of_the_word() {
    let mut world = World::new(Net::GOOD, 5);
    let pusher = world.join_with(RoomConfig { talk: Talk::Push { held: false }, ..RoomConfig::default() });
    let other = world.join();
    world.run_until_connected(5.0);
    world.run(3.0);
    assert!(power_of_tone(world.heard(other, 2.0), TONES[pusher]) < 1e-7);
    assert!(world.parties[pusher].microphone.is_empty());
    world.wish(pusher, Wish::Talk(Talk::Push { held: true }));
    assert_eq!(world.parties[pusher].microphone, [true]);
    world.run(2.0);
    assert!(power_of_tone(world.heard(other, 1.5), TONES[pusher]) > 1e-3);
    world.wish(pusher, Wish::Talk(Talk::Push { held: false }));
    world.run(0.15);
    assert_eq!(world.parties[pusher].microphone, [true], "the end of the word");
    world.run(0.1);
    assert_eq!(world.parties[pusher].microphone, [true, false]);
    world.run(0.6);
    world.run(2.0);
    assert!(power_of_tone(world.heard(other, 2.0), TONES[pusher]) < 1e-7);
    // Who is muted is not heard by any key, and who changes their mind is heard at once.
    world.wish(pusher, Wish::Mute(true));
    world.wish(pusher, Wish::Talk(Talk::Push { held: true }));
    assert_eq!(world.parties[pusher].microphone, [true, false]);
    world.wish(pusher, Wish::Mute(false));
    world.wish(pusher, Wish::Talk(Talk::Push { held: false }));
    world.wish(pusher, Wish::Talk(Talk::Open));
    world.run(1.0);
    assert_eq!(world.parties[pusher].microphone, [true, false, true]);
}

#[test]
fn who_speaks_is_told_of_oneself_and_of_others() {
    let mut world = World::new(Net::BAD, 6);
    world.join();
    world.join();
    world.parties[1].silent = true;
    world.run_until_connected(10.0);
    world.run(3.0);
    let speaks = |at: usize, wanted: Option<String>| {
        let told = world.parties[at].events.iter().filter_map(|(_, event)| match event {
            Event::Speaking { who, speaking } if *who == wanted => Some(*speaking),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(speaks(0, None), [true], "bursts are words, the pauses between them no end");
    assert_eq!(speaks(1, Some(world::name(0)))[..1], [true]);
    assert!(speaks(1, None).is_empty() && speaks(0, Some(world::name(1))).is_empty());
}

#[test]
fn each_person_has_a_volume() {
    let mut world = World::new(Net::GOOD, 8);
    for _ in 0..3 {
        world.join();
    }
    world.wish(0, Wish::Volume { who: world::name(1), volume: 0.0 });
    world.wish(0, Wish::Volume { who: world::name(2), volume: 2.0 });
    world.run_until_connected(5.0);
    world.run(4.0);
    let (at_0, at_1) = (world.heard(0, 3.0), world.heard(1, 3.0));
    let muted = power_of_tone(at_0, TONES[1]);
    assert!(muted < 1e-5, "{muted}");
    let louder = power_of_tone(at_0, TONES[2]) / power_of_tone(at_1, TONES[2]);
    assert!((3.0..5.0).contains(&louder), "twice the samples are four times the power: {louder}");
}

#[test]
fn whoever_comes_back_under_the_same_name_is_connected_anew() {
    let mut world = World::new(Net::GOOD, 9);
    world.join();
    world.join();
    world.run_until_connected(5.0);
    for who in [0, 1, 0] {
        world.restart(who);
        world.run(6.0);
        assert!(world.is_connected(), "{:?}", world.links());
        world.assert_all_heard(2.0);
    }
}

#[test]
fn when_both_offer_at_once_one_of_them_gives_way() {
    for seed in 0..6 {
        let mut world = World::new(Net::BAD, seed);
        world.join();
        world.join();
        world.run_until_connected(15.0);
        // Both begin anew, and each believes to have joined last.
        world.restart(0);
        world.restart(1);
        world.run_until_connected(20.0);
        world.run(4.0);
        world.assert_all_heard(2.0);
    }
}

#[test]
fn whoever_does_not_offer_is_offered_to() {
    let mut world = World::new(Net::GOOD, 10);
    world.join();
    world.deaf_gateway = true;
    world.join();
    world.run(2.0);
    world.deaf_gateway = false;
    world.run_until_connected(8.0);
}

#[test]
fn a_new_network_is_found_without_being_heard() {
    let mut world = World::new(Net::GOOD, 11);
    world.join();
    world.join();
    world.run_until_connected(5.0);
    world.run(2.0);
    let binds = world.parties[0].binds;
    world.handle(0, Input::NetworkChanged);
    assert_eq!(world.parties[0].binds, binds + 1);
    world.run(3.0);
    assert!(world.is_connected());
    world.run(3.0);
    world.assert_all_heard(3.0);
}

#[test]
fn bad_signals_and_packets_are_counted_and_cost_only_themselves() {
    let mut world = World::new(Net::GOOD, 12);
    world.join();
    world.join();
    world.run_until_connected(5.0);
    world.run(1.0);
    let good = world.parties[0].room.faults();
    let from = world::name(1);
    let mut say = |signal| world.handle(0, Input::Signal { from: from.clone(), signal });
    say(Signal::opaque(serde_json::json!({ "type": "offer", "sdp": {} })));
    say(Signal::description("offer", "v=0\r\nm=audio 9 x\r\n"));
    say(Signal::candidate("candidate:nonsense", None, Some(0)));
    // Whole by its looks, but nothing that was asked for.
    let answer =
        "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n\
        a=ice-ufrag:x\r\na=ice-pwd:x\r\na=setup:active\r\na=rtpmap:111 opus/48000/2\r\na=fingerprint:sha-256 "
            .to_owned()
            + &["00"; 32].join(":")
            + "\r\n";
    say(Signal::description("answer", &answer));
    for port in 0..100 {
        say(Signal::candidate(&format!("candidate:1 1 udp 1 10.9.9.9 {} typ host", port + 1), None, Some(0)));
    }
    let socket = std::net::SocketAddr::from(([10, 0, 0, 1], 20_001));
    let stranger = std::net::SocketAddr::from(([10, 9, 9, 9], 9));
    for length in 0..200_usize {
        for first in [0_u8, 1, 20, 22, 63, 64, 128, 200, 255] {
            let data = vec![first; length];
            world.handle(0, Input::Packet { socket, from: stranger, data: data.clone() });
            world.handle(0, Input::Packet { socket: stranger, from: stranger, data });
        }
    }
    let faults = world.parties[0].room.faults();
    assert_eq!(faults.signals, good.signals + 3);
    assert_eq!(faults.descriptions, good.descriptions + 1);
    assert!(faults.candidates > good.candidates + 50, "{faults:?}");
    assert!(faults.packets > good.packets + 2_800, "{faults:?}");
    world.run(3.0);
    world.assert_all_heard(2.0);
}

#[test]
fn a_lossy_way_is_told_and_the_voice_comes_through_all_the_same() {
    let mut world = World::new(Net::GOOD, 15);
    world.net.weather.loss = 20;
    world.join();
    world.join();
    world.run_until_connected(30.0);
    world.run(6.0);
    world.assert_all_heard(4.0);
    let lossy = |(_, event): &(Duration, Event)| matches!(event, Event::Lossy { percent: Some(8..=40), .. });
    assert!(world.parties.iter().all(|party| party.events.iter().any(lossy)));
    world.net.weather.loss = 0;
    world.run(8.0);
    assert!(world.parties.iter().all(|party| party.room.people().all(|person| person.lossy.is_none())));
}
