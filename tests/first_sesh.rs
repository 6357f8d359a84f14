//! Two people's devices heat together: one in the real window with the real Bluetooth library, a friend without
//! a window, and a gateway between them. What is checked is what the window says.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use std::time::Duration;

use harness::{Bus, Display, Friend, Gateway, PATIENCE, Place, Proxy, Simulator, Window};

/// Devices live this much faster than real ones.
const SPEED: f32 = 4.0;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn two_people_heat_together() {
    let story = Story::begin("two_people_heat_together").await;
    story.play(async |_, _, _| {}).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_network_cut_of_three_seconds_does_not_end_the_sesh() {
    let story = Story::begin("a_network_cut_of_three_seconds_does_not_end_the_sesh").await;
    story
        .play(async |network: &Proxy, window: &Window<'_>, friend: &Friend| {
            network.cut();
            window.reads("[data-test=gateway-state]", |text| text.contains("Reconnecting")).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            window.screenshot("05-cut").await;
            tokio::time::sleep(Duration::from_secs(2)).await;
            network.mend();
            window.reads("[data-test=gateway-state]", |text| text.contains("Resumed")).await;
            friend.sees("its way back", |event| event["gateway"]["state"] == "resumed").await;
        })
        .await;
}

/// Everything that the story needs. Ends with it, in this order.
struct Story {
    simulator: Simulator,
    network: Proxy,
    _gateway: Gateway,
    display: Display,
    bus: Bus,
    place: Place,
}

impl Story {
    async fn begin(name: &str) -> Self {
        let place = Place::new(name);
        let bus = Bus::start(&place).await;
        let simulator = Simulator::start(&place, &bus, SPEED).await;
        let gateway = Gateway::start(&place).await;
        let network = Proxy::before(&gateway.url).await;
        let display = Display::start(&place).await;
        Self { simulator, network, _gateway: gateway, display, bus, place }
    }

    /// From an empty HOME to the end of the first sesh; `in_the_middle` happens while devices heat.
    async fn play(mut self, in_the_middle: impl AsyncFnOnce(&Proxy, &Window<'_>, &Friend)) {
        let window = Window::open(&self.place, &self.display, &self.bus, Some(&self.network.url())).await;
        window.resize(1120, 740).await;
        window.reads("[data-test=gateway-state]", |text| text.contains("Connected")).await;
        window.screenshot("01-first-start").await;

        window.click("[data-test=add-device]").await;
        window.click("[data-test=found-device][data-id^='ble:']").await;
        window.click("[data-test=nav-session]").await;
        window.reads("[data-test=hero-state]", |text| text == "Idle").await;
        window.reads("[data-test=hero-temperature]", |text| text.starts_with("75")).await;
        window.screenshot("02-paired").await;

        window.click("[data-test=create-group]").await;
        window.type_into("[data-test=group-name]", "Sunday slow burn").await;
        window.click("[data-test=create-confirm]").await;
        let code = window.reads("[data-test=group-code]", |text| text.len() == 6).await;
        let mut friend = Friend::joins(&self.place, &self.network.url(), &code, SPEED);
        window.reads("[data-test=member]", |text| text.contains("Juniper")).await;
        window.screenshot("03-friend-joined").await;

        window.click("[data-test=stage-primary][data-action=ask]").await;
        window.reads("[data-test=stage-message]", |text| text.contains("0 of 2 ready")).await;
        friend.sees("the inquiry", |event| event["stage"]["stage"] == "awaiting").await;
        self.simulator.press().await;
        window.reads("[data-test=stage-message]", |text| text.contains("1 of 2 ready")).await;
        window.screenshot("04-ready").await;
        friend.press().await;
        window.reads("[data-test=stage-message]", |text| text.contains("Starting in")).await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        window.screenshot("05-countdown").await;

        window.reads("[data-test=hero-state]", |text| text == "Preheating").await;
        window.reads("[data-test=member-status]", |text| text.contains("Preheating")).await;
        in_the_middle(&self.network, &window, &friend).await;
        self.follow_the_heat(&window).await;
        window.reads("[data-test=sesh-counter]", |text| text == "1").await;
        window.reads("[data-test=stage-message]", |text| text.contains("That was sesh 1")).await;
        window.screenshot("08-after").await;

        let heated = ["selecting", "preheat", "active", "fade", "idle"];
        let ended = |event: &serde_json::Value| event["group"]["seshCounter"] == 1;
        friend.sees("the end", ended).await;
        let done = friend.activities();
        assert!(in_order(&heated, &done), "the friend's device did {done:?}");
        assert_eq!(self.simulator.heats(), 1, "the heat was written once");
        window.close().await;
    }

    /// Reads both temperatures from the window while they climb, hold and fade.
    async fn follow_the_heat(&self, window: &Window<'_>) {
        let (mut own, mut others) = (Curve::default(), Curve::default());
        let follow = async {
            while window.text("[data-test=sesh-counter]").await.as_deref() != Some("1") {
                own.take(window, "[data-test=hero-state]", "[data-test=hero-temperature]").await;
                others.take(window, "[data-test=member-status]", "[data-test=member-temperature]").await;
                if own.has("At temp") && others.has("At temp") && !own.pictured {
                    own.pictured = true;
                    window.screenshot("06-at-temp").await;
                    window.resize(400, 720).await;
                    window.screenshot("07-at-temp-narrow").await;
                    window.resize(1120, 740).await;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE * 2, follow).await.expect("the sesh ends");
        for (who, curve) in [("own", &own), ("friend's", &others)] {
            assert!(
                in_order(&["At temp", "Fading"], &curve.states),
                "the {who} device was seen {:?}",
                curve.states
            );
            assert!(curve.highest > 450, "the {who} device reached {} °F", curve.highest);
            assert!(curve.last < curve.highest, "the {who} device cooled down");
        }
    }
}

/// What was read of one device.
#[derive(Default)]
struct Curve {
    states: Vec<String>,
    highest: i32,
    last: i32,
    pictured: bool,
}

impl Curve {
    async fn take(&mut self, window: &Window<'_>, state: &str, temperature: &str) {
        if let Some(state) = window.text(state).await
            && self.states.last() != Some(&state)
        {
            self.states.push(state);
        }
        let text = window.text(temperature).await.unwrap_or_default();
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        if let Ok(degrees) = digits.parse() {
            self.highest = self.highest.max(degrees);
            self.last = degrees;
        }
    }

    fn has(&self, state: &str) -> bool {
        self.states.iter().any(|seen| seen.contains(state))
    }
}

/// Whether `wanted` appear in `seen` in this order, with anything between.
fn in_order(wanted: &[&str], seen: &[String]) -> bool {
    let mut seen = seen.iter();
    wanted.iter().all(|wanted| seen.any(|text| text.contains(wanted)))
}
