//! The gateway goes away somewhere in a sesh: cleanly, killed with its groups stored, or killed with nothing left. Some
//! of those in the group take part, one is away, one is not ready or is removed, one only watches.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod judge;

use std::time::{Duration, Instant};

use hearth_gateway_client::group::{Event, GroupPhase, Request, Visibility};
use hearth_world::{Options, PartyId, Range, World};
use puffco::state::OperatingState;

use crate::judge::never_twice_and_never_late;

const SEEDS: u64 = 60;

const OWNER: PartyId = PartyId(0);
const FRIEND: PartyId = PartyId(1);
/// Away from the beginning, and presses nevertheless.
const AWAY: PartyId = PartyId(2);
/// Never presses; in every other story presses, and is removed before the start.
const OUTSIDER: PartyId = PartyId(3);
const WATCHER: PartyId = PartyId(4);

/// How the gateway's process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Clean,
    KilledWithGroups,
    KilledWithNothing,
}

struct Story {
    world: World,
    is_removed: bool,
    removed_at: Option<Instant>,
}

impl Story {
    fn begin(seed: u64, tell: bool) -> Self {
        let mut options = Options::parties(4).and_a_watcher();
        options.tell = tell;
        options.network_delay = Range::ms(1, 120);
        options.network_duplicates = 0.2;
        let mut world = World::new(seed, options);
        world.gather();
        for party in [OWNER, FRIEND, AWAY, OUTSIDER] {
            world.expect("linked", Duration::from_secs(20), |world| world.is_linked(party));
        }
        world.ask(AWAY, Request::Away(true));
        world.run(Duration::from_millis(500));
        Self { world, is_removed: seed % 2 == 1, removed_at: None }
    }

    /// What people do when they look at their windows.
    fn turn(&mut self) {
        let world = &mut self.world;
        if self.removed_at.is_none() && world.events(OUTSIDER).contains(&Event::Kicked) {
            self.removed_at = Some(world.now().instant);
        }
        for party in world.parties() {
            if world.group(party).is_some() || !world.is_connected(party) {
                continue;
            }
            let code = world.group(OWNER).map(|group| group.id.clone());
            match code {
                None if party == OWNER => {
                    world.ask(
                        party,
                        Request::Create {
                            name: String::new(),
                            visibility: Visibility::Private,
                            countdown: None,
                        },
                    );
                }
                Some(code) if party != OUTSIDER || self.removed_at.is_none() => {
                    world.ask(party, Request::Join(code));
                }
                _ => {}
            }
        }
        for party in [OWNER, FRIEND, AWAY, OUTSIDER] {
            let presses = match party {
                OUTSIDER => self.is_removed,
                FRIEND => !self.is_removed || self.removed_at.is_some(),
                _ => true,
            };
            let asked = world.phase(party) == Some(GroupPhase::Awaiting);
            if presses && asked && world.operating(party) == OperatingState::IDLE {
                world.press(party);
            }
        }
        if world.phase(OWNER) == Some(GroupPhase::Chilling) {
            world.ask(OWNER, Request::Inquire);
        } else if self.is_removed && self.removed_at.is_none() {
            self.remove();
        } else {
            self.start();
        }
    }

    /// The outsider got ready, and is removed by whoever owns the group.
    fn remove(&mut self) {
        let world = &mut self.world;
        let (Some(own), Some(seen)) = (world.group(OUTSIDER), world.group(OWNER)) else { return };
        if !seen.ready.contains(&own.own) {
            return;
        }
        let (whom, owner, heir) = (own.own.clone(), seen.owner.clone(), seen.own.clone());
        let of_owner = |party: &PartyId| world.group(*party).is_some_and(|group| group.own == owner);
        match world.parties().find(of_owner) {
            Some(OUTSIDER) => world.ask(OUTSIDER, Request::Transfer(heir)),
            Some(party) => world.ask(party, Request::Kick(whom)),
            None => {}
        }
    }

    /// The two who are ready do not wait for one who does nothing.
    fn start(&mut self) {
        let world = &mut self.world;
        let Some(seen) = world.group(OWNER) else { return };
        let is_ready = |party| world.group(party).is_some_and(|group| seen.ready.contains(&group.own));
        if seen.phase == GroupPhase::Awaiting && is_ready(OWNER) && is_ready(FRIEND) {
            world.ask(OWNER, Request::StartWithReady);
        }
    }

    fn end_gateway(&mut self, end: End) {
        match end {
            End::Clean => self.world.stop_gateway(),
            End::KilledWithGroups | End::KilledWithNothing => self.world.crash_gateway(),
        }
        let down = Duration::from_millis(self.world.draw(10..6_000));
        self.world.run(down);
        self.world.start_gateway(end != End::KilledWithNothing);
    }
}

/// What came of a story: whether anybody heated, and whether somebody was removed.
fn tell(seed: u64, in_full: bool) -> (bool, bool) {
    let end = [End::Clean, End::KilledWithGroups, End::KilledWithNothing][(seed / 2 % 3) as usize];
    let mut story = Story::begin(seed, in_full);
    let ends_at = story.world.draw(0..45);
    for turn in 0..110 {
        if turn == ends_at {
            story.end_gateway(end);
        }
        story.turn();
        let pause = Duration::from_millis(story.world.draw(40..400));
        story.world.run(pause);
    }
    story.world.run(Duration::from_secs(10));
    let Story { world, is_removed, removed_at } = story;
    never_twice_and_never_late(&world);
    let writes = |party| world.record().heat_writes_of(party);
    world.check("who is away does not heat", writes(AWAY).count() == 0);
    world.check("who watches does not heat", writes(WATCHER).count() == 0);
    world.check("who is not ready does not heat", is_removed || writes(OUTSIDER).count() == 0);
    if let Some(removed_at) = removed_at {
        world.check("who was removed does not heat", writes(OUTSIDER).all(|write| write.at < removed_at));
    }
    (writes(OWNER).count() + writes(FRIEND).count() > 0, removed_at.is_some())
}

#[test]
fn whatever_becomes_of_the_gateway_only_those_heat_who_take_part_and_once() {
    let threads = std::thread::available_parallelism().map_or(4, |count| count.get() as u64);
    let run = |first: u64| {
        // The same seed is the same story: a failure is told in full the second time.
        let outcome =
            |seed: u64| std::panic::catch_unwind(|| tell(seed, false)).unwrap_or_else(|_| tell(seed, true));
        (first..SEEDS).step_by(threads as usize).map(outcome).collect::<Vec<_>>()
    };
    let outcomes: Vec<(bool, bool)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || run(first))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let heated = outcomes.iter().filter(|(heated, _)| *heated).count() as u64;
    let removed = outcomes.iter().filter(|(_, removed)| *removed).count() as u64;
    assert!(heated > SEEDS * 9 / 10, "only {heated} of {SEEDS} stories heated anything");
    assert!(removed > SEEDS * 2 / 5, "only in {removed} of {SEEDS} stories somebody was removed");
}
