//! A countdown that the owner chose, over two whole companions with simulated devices and a real gateway: both see it from
//! its beginning, one calls it off, and the next one ends in a heat on both.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_companion::contract::{Activity, Command, Event, LinkView, Stage, StageView};
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};
use hearth_gateway::{Server, ServerOptions};
use puffco_sim::SimConfig;

struct Person {
    companion: Companion,
    events: BoxStream<'static, Event>,
    device: String,
}

impl Person {
    /// With a device that is linked, and leaves temp select by itself after two seconds and a half.
    async fn new(number: u8, server: &Server) -> Self {
        let device = SimConfig { speed: 4.0, ..demo_device() }.numbered(number);
        let radios = RadioChoice { bluetooth: false, simulated: vec![device] };
        let gateway = Some(server.url().to_owned());
        let companion = Companion::start(Options { radios, gateway, ..Options::ephemeral() }).await;
        let mut person = Self { events: companion.subscribe(), companion, device: String::new() };
        person.command(Command::StartScan);
        person.device = person
            .until(|event| match event {
                Event::Scan { scan } => scan.found.first().map(|found| found.id.clone()),
                _ => None,
            })
            .await;
        person.command(Command::ConnectDevice { id: person.device.clone() });
        person
            .until(|event| match event {
                Event::Devices { devices } => {
                    let linked = devices.iter().any(|device| device.link == LinkView::Ready);
                    linked.then_some(())
                }
                _ => None,
            })
            .await;
        person
    }

    fn command(&self, command: Command) {
        self.companion.command(command);
    }

    async fn until<T>(&mut self, mut is: impl FnMut(Event) -> Option<T>) -> T {
        let story = async {
            loop {
                if let Some(found) = is(self.events.next().await.unwrap()) {
                    return found;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(40), story).await.unwrap()
    }

    async fn stage(&mut self, is: impl Fn(&StageView) -> bool) -> StageView {
        self.until(|event| match event {
            Event::Stage { stage } => is(&stage).then_some(stage),
            _ => None,
        })
        .await
    }

    async fn counts_down(&mut self) -> StageView {
        self.stage(|stage| stage.stage == Stage::Countdown && stage.calls_off && stage.armed).await
    }

    async fn heats(&mut self) {
        self.until(|event| match event {
            Event::Devices { devices } => {
                devices.iter().any(|device| device.activity == Activity::Preheat).then_some(())
            }
            _ => None,
        })
        .await;
    }
}

#[tokio::test]
async fn a_chosen_countdown_is_seen_by_all_called_off_by_one_and_ends_in_a_heat_of_both() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let (mut host, mut guest) = (Person::new(0, &server).await, Person::new(1, &server).await);
    host.command(Command::CreateGroup { name: "Den".into(), public: false, countdown_ms: Some(3_000) });
    let code = host
        .until(|event| match event {
            Event::Group { group: Some(group) } => {
                assert_eq!(group.countdown_ms, Some(3_000));
                Some(group.code)
            }
            _ => None,
        })
        .await;
    host.command(Command::EditGroup { name: None, public: None, countdown_ms: Some(6_000) });
    guest.command(Command::JoinGroup { code });
    for person in [&mut host, &mut guest] {
        person
            .until(|event| match event {
                Event::Group { group: Some(group) } => {
                    let seshers = group.members.iter().filter(|member| member.sesher).count();
                    (seshers == 2 && group.countdown_ms == Some(6_000)).then_some(())
                }
                _ => None,
            })
            .await;
    }
    host.command(Command::AskToStart);
    for person in [&mut host, &mut guest] {
        person.stage(|stage| stage.stage == Stage::Awaiting).await;
        person.command(Command::PressButton { id: person.device.clone() });
    }
    let mut ends = Vec::new();
    for person in [&mut host, &mut guest] {
        let stage = person.counts_down().await;
        assert_eq!(stage.devices, 2);
        ends.push(stage.start_at.unwrap());
    }
    assert!((ends[0] - ends[1]).abs() < 500.0, "both count to the same instant: {ends:?}");

    // The guest does not want to after all; nobody has heated.
    guest.command(Command::SitOut);
    for person in [&mut host, &mut guest] {
        let stage = person.stage(|stage| stage.stage != Stage::Countdown).await;
        assert_eq!(stage.stage, Stage::Awaiting);
    }

    // Ready again: it counts from its beginning, over devices that leave temp select meanwhile, and both heat.
    guest.command(Command::Ready);
    let begun = host.counts_down().await;
    let counted = host.stage(|stage| stage.stage == Stage::Countdown && !stage.calls_off).await;
    assert!(counted.armed);
    let start_at = counted.start_at.unwrap() - begun.start_at.unwrap();
    assert!((-100.0..1_000.0).contains(&start_at), "{start_at} ms from what was told");
    host.heats().await;
    guest.heats().await;
    for person in [host, guest] {
        person.companion.shutdown().await;
    }
    server.shutdown().await;
}
