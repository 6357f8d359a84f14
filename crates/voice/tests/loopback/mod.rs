//! Rooms on real sockets and in real time: drivers on this computer, simulated devices, and a gateway that passes signals
//! on.

use std::sync::Arc;

use hearth_clock::Clock;
use hearth_voice::audio::level::mean_power_of_tone;
use hearth_voice::device::simulated::Simulated;
use hearth_voice::driver::{DeviceState, Network, News, Request, VoiceConfig, VoiceHandle};
use hearth_voice::{Event, Faults, Link, Person, RATE};
use tokio::sync::mpsc;

pub const TONES: [f32; 5] = [420.0, 560.0, 710.0, 890.0, 1_090.0];

/// So many seconds are waited for what is to happen.
const PATIENCE: u32 = 60;

pub struct Party {
    pub name: String,
    pub handle: VoiceHandle,
    pub devices: Simulated,
    pub microphone: Vec<DeviceState>,
    pub people: Vec<Person>,
    pub faults: Faults,
    pub events: Vec<Event>,
}

pub struct House {
    pub parties: Vec<Party>,
    clock: Arc<Clock>,
    news: mpsc::UnboundedReceiver<(usize, News)>,
    sender: mpsc::UnboundedSender<(usize, News)>,
}

/// Bursts of a tone, for as long as a recording goes round.
pub fn bursts(hertz: f32) -> Vec<f32> {
    let whole = RATE as usize * 6 / 10;
    (0..whole)
        .map(|i| {
            let t = i as f32 / RATE as f32;
            let edge = (t / 0.005).min((0.3 - t) / 0.005).clamp(0.0, 1.0);
            0.25 * edge * (t * hertz * std::f32::consts::TAU).sin()
        })
        .collect()
}

impl House {
    pub fn new() -> Self {
        let (sender, news) = mpsc::unbounded_channel();
        Self { parties: Vec::new(), clock: Arc::new(Clock::new()), news, sender }
    }

    pub fn join(&mut self, config: VoiceConfig) -> usize {
        let index = self.parties.len();
        let name = format!("{}-person", ["m", "c", "x", "a", "q"][index]);
        let devices = Simulated::hearing(bursts(TONES[index]));
        let config = VoiceConfig { me: name.clone(), network: Network::Loopback, ..config };
        let (news, mut queue) = mpsc::unbounded_channel();
        let handle = VoiceHandle::join(config, devices.clone(), Arc::clone(&self.clock), news);
        let all = self.sender.clone();
        tokio::spawn(async move {
            while let Some(news) = queue.recv().await {
                let _ = all.send((index, news));
            }
        });
        let (microphone, people, events) = (Vec::new(), Vec::new(), Vec::new());
        let faults = Faults::default();
        self.parties.push(Party { name, handle, devices, microphone, people, faults, events });
        let names: Vec<_> = self.parties.iter().map(|party| party.name.clone()).collect();
        for party in &self.parties {
            let others = names.iter().filter(|name| **name != party.name).cloned().collect();
            party.handle.request(Request::Participants(others));
        }
        index
    }

    /// Passes on what there is to pass on, for so long.
    pub async fn run(&mut self, seconds: f64) {
        let end = tokio::time::sleep(std::time::Duration::from_secs_f64(seconds));
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => return,
                Some((index, news)) = self.news.recv() => self.take(index, news),
            }
        }
    }

    fn take(&mut self, index: usize, news: News) {
        match news {
            News::Signal { to, signal } => {
                let from = self.parties[index].name.clone();
                if let Some(party) = self.parties.iter().find(|party| party.name == to) {
                    party.handle.request(Request::Signal { from, signal });
                }
            }
            News::Microphone(state) => self.parties[index].microphone.push(state),
            News::State { people, faults } => {
                self.parties[index].people = people;
                self.parties[index].faults = faults;
            }
            News::Event(event) => self.parties[index].events.push(event),
            News::Speaker(_) => {}
            News::Failed(why) => panic!("{why}"),
        }
    }

    /// Passes on what there is to pass on, until this is so.
    pub async fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        for _ in 0..PATIENCE * 50 {
            if is(self) {
                return;
            }
            self.run(0.02).await;
        }
        let told = |party: &Party| format!("{:?} {:?} {:?}", party.microphone, party.people, party.events);
        panic!("never {what}: {:#?}", self.parties.iter().map(told).collect::<Vec<_>>());
    }

    /// In so many seconds everybody hears everybody else, and nobody themselves. On a computer that is too busy to play at
    /// all now and then, in the next so many.
    pub async fn assert_all_hear(&mut self, seconds: f64) {
        const WINDOWS: usize = 5;
        for window in 1..=WINDOWS {
            for party in &self.parties {
                drop(party.devices.recorded());
            }
            self.run(seconds).await;
            let Some(missing) = self.missing() else { return };
            assert!(window < WINDOWS, "{missing}");
        }
    }

    /// Who is not heard by whom. Where all are heard, nobody hears themselves.
    fn missing(&self) -> Option<String> {
        for (listener, party) in self.parties.iter().enumerate() {
            let heard = party.devices.recorded();
            let others = (0..self.parties.len()).filter(|speaker| *speaker != listener);
            let powers: Vec<_> =
                others.map(|speaker| (speaker, mean_power_of_tone(&heard, TONES[speaker]))).collect();
            if let Some((speaker, power)) = powers.iter().find(|(_, power)| *power <= 3e-3) {
                return Some(format!("{listener} hears {power} of {speaker}"));
            }
            let own = mean_power_of_tone(&heard, TONES[listener]);
            for (speaker, power) in powers {
                assert!(power > 30.0 * own, "{listener} hears {power} of {speaker}, {own} of themselves");
            }
        }
        None
    }

    pub fn is_connected(&self) -> bool {
        let others = self.parties.len() - 1;
        let direct = |party: &Party| party.people.iter().filter(|person| person.link == Link::Direct).count();
        self.parties.iter().all(|party| direct(party) == others)
    }

    pub async fn run_until_connected(&mut self) {
        self.until("connected", Self::is_connected).await;
    }
}
