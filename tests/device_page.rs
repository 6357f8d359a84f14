//! A person and the pages of three devices: a Peak Pro with colour documents, a first one with legacy firmware, and
//! a Proxy with whole numbers. What is checked is what the window says, and what the devices then hold.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod harness;

use harness::{Bus, Display, Gateway, HeldProfile, Key, Numbers, Place, Simulator, Window, text};

/// Devices live this much faster than real ones.
const SPEED: f32 = 6.0;
/// As the simulator names and numbers them.
const DEVICES: [&str; 3] = ["peak-pro@AW", "og@X", "proxy-onyx"];
const NAMES: [&str; 3] = ["Ember", "Juniper", "Comet"];
const STATE: &str = "[data-test=profile-state]";
const LINK: &str = "[data-test=device-link]";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn every_kind_of_device_takes_what_a_person_changes_on_its_page() {
    let (surroundings, mut simulator) = Surroundings::begin("every_kind_of_device").await;
    let window = surroundings.window().await;
    for device in 0..DEVICES.len() {
        add(&window, device).await;
        edit_and_undo(&window, &mut simulator, device).await;
    }
    show(&window, 0).await;
    change_the_rest(&window, &mut simulator).await;
    forget(&window, "Hearthstone").await;
    window.lacks("[data-test=device-item]:nth-child(3)").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn a_page_keeps_its_values_while_its_link_is_gone_and_goes_on_by_itself() {
    let (surroundings, mut simulator) = Surroundings::begin("a_page_keeps_its_values").await;
    let window = surroundings.window().await;
    add(&window, 0).await;
    window.has(LINK, "data-state", "ready").await;

    window.shows("[data-test=profile-card]", "Full blaze").await;
    simulator.tell("power off").await;
    window.says("Bluetooth is off").await;
    window.reads("[data-test=device-age]", |text| text.starts_with("As of")).await;
    window.reads(STATE, |text| text.starts_with("Values as of")).await;
    window.shows("[data-test=profile-card]", "Full blaze").await;
    picture(&window, "20-bluetooth-off").await;
    simulator.tell("power on").await;
    is_live(&window).await;

    // Its own end drops the link and stays silent: the values stay, with their age.
    simulator.tell("advertise off").await;
    simulator.tell("drop").await;
    window.reads("[data-test=device-age]", |text| text.starts_with("As of")).await;
    window.reads("[data-test=serial]", |text| text.starts_with('•')).await;
    window.press_key("input[aria-label=Temperature]", Key::Right, 2).await;
    window.reads(STATE, |text| text.contains("Connect it to save")).await;
    picture(&window, "21-link-lost").await;
    simulator.tell("advertise on").await;
    window.has(LINK, "data-state", "ready").await;
    // What was touched meanwhile is still there to be saved.
    save(&window).await;
    let celsius = HeldProfile::of(&mut simulator, 0, Numbers::Float).await.celsius;
    assert!((celsius - fahrenheit(470.0)).abs() < 0.06, "{celsius} °C");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "whole system: cargo xtask e2e"]
async fn one_device_heats_and_writes_it_down_while_the_page_of_another_is_edited() {
    let (surroundings, mut simulator) = Surroundings::begin("one_device_heats").await;
    let window = surroundings.window().await;
    add(&window, 0).await;
    add(&window, 2).await;

    // A heat by the device's own button.
    simulator.tell("double 0").await;
    window.shows("[data-test=device-item]", "preheating").await;
    window.fill("[data-test=profile-name]", "Meanwhile").await;
    picture(&window, "30-another-heats").await;
    save(&window).await;
    assert_eq!(text(&simulator.holds(2, "/u/app/hc/0/name").await), "Meanwhile");

    show(&window, 0).await;
    window.reads("[data-test=device-doing]", |text| text.starts_with("At temp")).await;
    window.press_key("input[aria-label=Temperature]", Key::Right, 1).await;
    window.reads(STATE, |text| text.contains("Save it after the heat")).await;
    picture(&window, "31-no-saving-while-it-heats").await;
    window.click("[data-test=profile-revert]").await;
    let cold = |text: &str| text.ends_with('F') && !text.contains(',');
    window.reads("[data-test=device-doing]", cold).await;
    assert_eq!(simulator.heats(), 0, "nobody but the person started a heat");

    window.click("[data-test=read-log]").await;
    window.has("[data-test=log]", "data-state", "reading").await;
    window.has("[data-test=log]", "data-state", "ready").await;
    window.reads("[data-test=log] tbody tr", |text| text.contains("Slow burn") && text.contains(" s")).await;
    picture_of(&window, "32-log", "[data-test=log]").await;
    window.click("[data-test=log-tab][data-tab=activity]").await;
    window.shows("[data-test=log] tbody tr", "Reached temperature").await;
    window.close().await;
}

/// What the stories need besides the simulator. Ends after it, in this order.
struct Surroundings {
    gateway: Gateway,
    display: Display,
    bus: Bus,
    place: Place,
}

impl Surroundings {
    async fn begin(name: &str) -> (Self, Simulator) {
        let place = Place::new(&format!("device_page/{name}"));
        let bus = Bus::start(&place).await;
        let devices = DEVICES.map(|device| format!("--device={device}"));
        let devices: Vec<&str> = devices.iter().map(String::as_str).collect();
        let simulator = Simulator::with(&place, &bus, SPEED, &devices).await;
        let gateway = Gateway::start(&place).await;
        let display = Display::start(&place).await;
        (Self { gateway, display, bus, place }, simulator)
    }

    /// The window over an empty HOME.
    async fn window(&self) -> Window<'_> {
        Window::open(&self.place, &self.display, &self.bus, Some(&self.gateway.url)).await
    }
}

/// Finds a device, sets it up and opens its page.
async fn add(window: &Window<'_>, device: usize) {
    let name = NAMES[device];
    window.click("[data-test=nav-devices]").await;
    window.click("[data-test=add-device]").await;
    window.click(&format!("[data-test=found-device][aria-label='Connect {name}']")).await;
    window.reads("[data-test=setup-ready]", |text| text.starts_with(&format!("{name} is ready"))).await;
    window.click("[data-test=setup-settings]").await;
    is_live(window).await;
}

/// Opens the page of a device that was added.
async fn show(window: &Window<'_>, device: usize) {
    window.click(&format!("[data-test=device-item][data-id$='{}']", ["E2", "E3", "E4"][device])).await;
    window.reads("[data-test=profile-card]", |text| !text.is_empty()).await;
}

/// The device of this page is connected, and nothing is left to save.
async fn is_live(window: &Window<'_>) {
    window.has(LINK, "data-state", "ready").await;
    window.reads(STATE, |text| text == "Matches the device").await;
}

/// Changes every field of the first profile, saves, looks into the device, takes it back and looks again.
async fn edit_and_undo(window: &Window<'_>, simulator: &mut Simulator, device: usize) {
    let numbers = if device == 2 { Numbers::Whole } else { Numbers::Float };
    let was = HeldProfile::of(simulator, device, numbers).await;
    assert_eq!((was.name.as_str(), was.celsius, was.seconds), ("Slow burn", 238.0, 60.0));

    window.fill("[data-test=profile-name]", "Früh am Tag").await;
    window.press_key("input[aria-label=Temperature]", Key::Right, 2).await;
    window.press_key("input[aria-label=Time]", Key::Left, 3).await;
    window.click("[aria-label='Heat profiles'] button[title=Violet]").await;
    window.click("button[aria-label='Boost temperature more']").await;
    window.click("button[aria-label='Boost time less']").await;
    window.reads(STATE, |text| text == "Not saved yet").await;
    assert_eq!(
        HeldProfile::of(simulator, device, numbers).await,
        was,
        "nothing is written before it is saved"
    );
    save(window).await;
    let saved = HeldProfile::of(simulator, device, numbers).await;
    assert_eq!(saved.name, "Früh am Tag");
    assert!((saved.celsius - fahrenheit(470.0)).abs() < 0.06, "{saved:?}");
    assert!((saved.seconds - 45.0).abs() < 0.01, "{saved:?}");
    assert!((saved.boost_celsius - 10.0 * 5.0 / 9.0).abs() < 0.06, "{saved:?}");
    assert!((saved.boost_seconds - 10.0).abs() < 0.01, "{saved:?}");
    assert_ne!(saved.light, was.light);
    window.reads("[data-test=profile-card]", |text| text.contains("470") && text.contains("0:45")).await;
    picture(window, &format!("1{device}-{}", NAMES[device].to_lowercase())).await;

    window.click("[data-test=profile-undo]").await;
    window.reads("[data-test=profile-card]", |text| text.contains("460") && text.contains("Slow burn")).await;
    window.reads(STATE, |text| text == "Matches the device").await;
    assert_eq!(HeldProfile::of(simulator, device, numbers).await, was, "it is what it was");
}

/// Lantern, brightness, name and serial number of the first device.
async fn change_the_rest(window: &Window<'_>, simulator: &mut Simulator) {
    window.click("[data-test=lantern]").await;
    window.has("[data-test=lantern]", "aria-checked", "true").await;
    window.reads("section[aria-label=Light]", |text| text.contains("Lit for")).await;
    assert_eq!(simulator.holds(0, "/p/app/ltrn/cmd").await[0], 1);
    window.press_key("input[aria-label=Brightness]", Key::Left, 4).await;
    window.reads("section[aria-label=Light] .pct", |text| text == "80%").await;
    let dimmed = harness::until(harness::PATIENCE, async || {
        let levels = simulator.holds(0, "/u/app/ui/lbrt").await;
        levels.iter().all(|level| (203..=205).contains(level)).then_some(())
    });
    dimmed.await.expect("the four lights are at 80 %");
    picture_of(window, "15-lights", "section[aria-label=Light]").await;

    let shown = window.reads("[data-test=serial]", |text| text.starts_with('•')).await;
    let serial = text(&simulator.holds(0, "/p/sys/hw/ser").await);
    assert!(serial.ends_with(shown.trim_start_matches('•')), "{shown} of {serial}");
    window.click("[data-test=reveal-serial]").await;
    window.reads("[data-test=serial]", |text| text == serial).await;
    window.click("[data-test=reveal-serial]").await;
    window.reads("[data-test=serial]", |text| text == shown).await;

    window.click("[data-test=device-rename]").await;
    window.fill("[data-test=device-name]", "Hearthstone").await;
    window.press_key("[data-test=device-name]", Key::Enter, 1).await;
    window.shows("[data-test=device-item]", "Hearthstone").await;
    assert_eq!(text(&simulator.holds(0, "/u/sys/name").await), "Hearthstone");
}

/// Forgets the device of this page, which takes two presses.
async fn forget(window: &Window<'_>, name: &str) {
    window.click("[data-test=device-menu]").await;
    window.click("[data-test=forget-device]").await;
    window.reads("[data-test=forget-device]", |text| text == format!("Forget {name}? Press again")).await;
    window.click("[data-test=forget-device]").await;
}

async fn save(window: &Window<'_>) {
    window.click("[data-test=profile-save]").await;
    window.reads(STATE, |text| text == "Matches the device").await;
}

/// The top of the page at both sizes.
async fn picture(window: &Window<'_>, name: &str) {
    picture_of(window, name, LINK).await;
}

/// A part of the page at both sizes.
async fn picture_of(window: &Window<'_>, name: &str, part: &str) {
    window.resize(1120, 740).await;
    window.scroll_to(part).await;
    window.screenshot(name).await;
    window.resize(400, 720).await;
    window.scroll_to(part).await;
    window.screenshot(&format!("{name}-narrow")).await;
    window.resize(1120, 740).await;
}

/// In °C.
fn fahrenheit(degrees: f32) -> f32 {
    (degrees - 32.0) / 1.8
}
