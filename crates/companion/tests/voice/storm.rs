//! Whole companions in the voice room of a group whose packets go through a bad network that can be cut, and what they
//! heard there: also what `cargo xtask bench voice` measures.

use std::time::{Duration, Instant};

use hearth_clock::Clock;
use hearth_companion::contract::{Command, View, VoiceLink};
use hearth_companion::sound::Network;
use hearth_gateway::server::{Server, ServerOptions};
use hearth_voice::device::simulated::Moment;
use hearth_voice::trial::listening::{Recording, delays};
use hearth_voice::trial::weather::{Rough, Weather};

use crate::party::{Party, TONES, group_of};
use crate::way::Way;

pub struct Storm {
    server: Server,
    way: Way,
    rough: Rough,
    clock: Clock,
    pub parties: Vec<Party>,
}

/// What one heard of another.
pub struct Heard {
    pub listener: usize,
    pub speaker: usize,
    /// Bursts that were said.
    pub said: usize,
    /// From mouth to ear, in seconds, of those that were heard.
    pub delays: Vec<f64>,
    /// The longest time without their tone, in seconds.
    pub silence: f64,
}

impl Storm {
    /// So many people who talk with each other.
    pub async fn of(people: usize, weather: Weather, seed: u64) -> Self {
        let server = Server::bind(ServerOptions::default()).await.unwrap();
        let way = Way::to(server.local_addr()).await;
        let rough = Rough::new(weather, seed);
        let gateway = way.by(&server.dialects()["puff"], server.local_addr());
        let parties = group_of(people, &gateway, &Network::Rough(rough.clone())).await;
        for party in &parties {
            party.does(Command::JoinSeshVoice);
        }
        let storm = Self { server, way, rough, clock: Clock::new(), parties };
        storm.all_are_connected().await;
        storm
    }

    pub async fn all_are_connected(&self) {
        for party in &self.parties {
            party.talks_with(self.parties.len() - 1).await;
        }
    }

    /// Nothing gets through between people for so long, and with `gateway` between them and their gateway neither; all see
    /// that they lost all. How long it took then until all were connected again.
    pub async fn cut(&self, lasts: Duration, gateway: bool) -> Duration {
        let began = self.now();
        self.rough.cut(true);
        self.way.cut(gateway);
        let lost = |view: &View| {
            let people = &view.voice.people;
            people.iter().all(|person| person.link == VoiceLink::Lost).then_some(())
        };
        for party in &self.parties {
            party.seen("all lost", lost).await;
        }
        tokio::time::sleep((began + lasts).saturating_duration_since(self.now())).await;
        self.rough.cut(false);
        self.way.cut(false);
        let over = self.now();
        self.all_are_connected().await;
        self.now().saturating_duration_since(over)
    }

    /// What everybody plays in so many seconds.
    pub async fn listen(&self, seconds: u64) -> Vec<Heard> {
        let forget = |party: &Party| drop((party.devices.heard(), party.devices.played()));
        self.parties.iter().for_each(forget);
        let start = self.now();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let recording = |moments: Vec<Moment>| Recording::new(start, &moments);
        let take = |party: &Party| (recording(party.devices.heard()), recording(party.devices.played()));
        let recordings: Vec<_> = self.parties.iter().map(take).collect();
        let mut all = Vec::new();
        for (listener, (_, played)) in recordings.iter().enumerate() {
            let everybody: Vec<_> = (0..self.parties.len()).collect();
            crate::party::hears_all_but_themselves(listener, &everybody, played.samples());
            for (speaker, (spoken, _)) in recordings.iter().enumerate().filter(|(it, _)| *it != listener) {
                let hertz = TONES[speaker] as f32;
                let (said, delays) = delays(spoken, played, hertz);
                all.push(Heard { listener, speaker, said, delays, silence: played.longest_silence(hertz) });
            }
        }
        all
    }

    pub async fn end(self) {
        for party in self.parties {
            party.companion.shutdown().await;
            assert!(!party.devices.microphone_is_open(), "the end of the program closes it");
        }
        self.server.shutdown().await;
    }

    fn now(&self) -> Instant {
        self.clock.now().instant
    }
}

/// Median and 95th percentile of all delays in milliseconds, and how many bursts were heard of how many.
pub fn summary(heard: &[Heard]) -> (f64, f64, usize, usize) {
    let mut delays: Vec<f64> = heard.iter().flat_map(|heard| heard.delays.clone()).collect();
    let said = heard.iter().map(|heard| heard.said).sum();
    if delays.is_empty() {
        return (f64::NAN, f64::NAN, 0, said);
    }
    let mut percentile = |percent| hearth_voice::trial::listening::percentile(&mut delays, percent) * 1_000.0;
    let (median, slow) = (percentile(50), percentile(95));
    (median, slow, delays.len(), said)
}
