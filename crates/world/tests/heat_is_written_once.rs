//! A thousand seshes in bad weather: connections cut, frames and notifications repeated, radio links lost, commands
//! and replies lost. However it goes, a heat command is written at most once for each start and never late.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod judge;

use std::time::{Duration, Instant};

use hearth_gateway_client::group::{Event, GroupPhase, Request};
use hearth_world::{Options, PartyId, Range, World};
use puffco::state::OperatingState;

use crate::judge::never_twice_and_never_late;

const SEEDS: u64 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    /// Nothing goes wrong, but everything is late and repeated.
    Fair,
    /// The network goes wrong.
    Network,
    /// The radio goes wrong.
    Radio,
    /// Both.
    Both,
}

impl Weather {
    fn of(seed: u64) -> Self {
        [Self::Fair, Self::Network, Self::Radio, Self::Both][(seed % 4) as usize]
    }

    fn spoils_network(self) -> bool {
        matches!(self, Self::Network | Self::Both)
    }

    fn spoils_radio(self) -> bool {
        matches!(self, Self::Radio | Self::Both)
    }
}

/// What goes wrong, and when.
fn misfortune(world: &mut World, weather: Weather) {
    let party = PartyId(world.draw(0..2));
    let of_network = weather.spoils_network() && (!weather.spoils_radio() || world.draw(0..2) == 0);
    if of_network {
        match world.draw(0..4) {
            0 => world.silence(party),
            1 => world.set_online(party, false),
            _ => world.cut(party),
        }
    } else if weather.spoils_radio() {
        let number = world.draw(1..=3);
        match world.draw(0..4) {
            0 => world.drop_link(party),
            1 => world.with_device(party, |device| device.faults_mut().lost_commands += number),
            2 => world.with_device(party, |device| device.faults_mut().lost_replies += number),
            _ => world.with_device(party, |device| device.faults_mut().spurious_idles += number),
        }
    }
}

/// One sesh, from meeting to some time after the start. People press when their window asks them to.
fn sesh(seed: u64, tell: bool) -> World {
    let weather = Weather::of(seed);
    let mut options = Options::parties(2);
    options.tell = tell;
    options.network_delay = Range::ms(1, 150);
    options.network_duplicates = 0.3;
    options.radio_delay = Range::ms(2, 40);
    options.radio_duplicates = if weather == Weather::Fair { 0.0 } else { 0.2 };
    let mut world = World::new(seed, options);
    world.gather();
    for party in world.parties() {
        world.expect("linked", Duration::from_secs(20), |world| world.is_linked(party));
    }
    let linger = Duration::from_millis(world.draw(0..3000));
    world.run(linger);

    let mut started = None;
    for _ in 0..60 {
        let pause = Duration::from_millis(world.draw(50..700));
        world.run(pause);
        if weather != Weather::Fair && world.draw(0..6) == 0 {
            misfortune(&mut world, weather);
        }
        for party in world.parties() {
            world.set_online_if_offline(party);
            let asked = world.phase(party) == Some(GroupPhase::Awaiting);
            if asked && world.operating(party) == OperatingState::IDLE {
                world.press(party);
            }
        }
        let now = world.now().instant;
        match (world.phase(PartyId(0)), started) {
            (Some(GroupPhase::Chilling), None) => world.ask(PartyId(0), Request::Inquire),
            _ if started.is_none() && !world.record().starts.is_empty() => started = Some(now),
            _ => {}
        }
        if started.is_some_and(|started: Instant| now > started + Duration::from_secs(6)) {
            break;
        }
    }
    world.run(Duration::from_secs(8));
    world
}

/// Holds where the radio works: whoever is told in time to take part does, once.
fn once_for_each_invitation(world: &World) {
    let record = world.record();
    for party in world.parties() {
        let in_time = |told: &&hearth_world::StartTold| {
            told.start_at.is_some_and(|at| told.told_at <= at)
                && !world
                    .events(party)
                    .iter()
                    .any(|event| matches!(event, Event::GroupClosed | Event::GroupDeleted | Event::Kicked))
        };
        let invitations = record.invitations_of(party).filter(in_time).count();
        let writes = record.heat_writes_of(party).count();
        world.check(
            &format!("party {} was invited {invitations} times and wrote {writes} heat commands", party.0),
            writes == invitations,
        );
    }
}

/// One sesh, judged; true when anything was heated.
fn judge(seed: u64, tell: bool) -> bool {
    let world = sesh(seed, tell);
    never_twice_and_never_late(&world);
    let weather = Weather::of(seed);
    if !weather.spoils_radio() {
        once_for_each_invitation(&world);
    }
    if weather == Weather::Fair {
        world.check("both heat in fair weather", world.record().heat_writes.len() == 2);
    }
    !world.record().heat_writes.is_empty()
}

#[test]
fn in_a_thousand_seshes() {
    let threads = std::thread::available_parallelism().map_or(4, |count| count.get() as u64);
    let run = |first: u64| {
        let seeds = (first..SEEDS).step_by(threads as usize);
        // The same seed is the same story: a failure is told in full the second time.
        let heated = |seed: &u64| {
            let seed = *seed;
            std::panic::catch_unwind(|| judge(seed, false)).unwrap_or_else(|_| judge(seed, true))
        };
        seeds.filter(heated).count() as u64
    };
    let heated: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || run(first))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    // Weather must not be so bad that nothing is tested.
    assert!(heated > SEEDS * 9 / 10, "only {heated} of {SEEDS} seshes heated anything");
}

#[test]
fn the_same_seed_is_the_same_story() {
    for seed in 0..8 {
        let (one, two) = (sesh(seed, true), sesh(seed, true));
        assert_eq!(one.record().to_string(), two.record().to_string(), "seed {seed}");
    }
}
